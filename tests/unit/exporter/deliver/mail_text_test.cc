// SPDX-License-Identifier: Apache-2.0
#include "exporter/deliver/mail_text.h"

#include <gtest/gtest.h>

#include "tests/unit/exporter/deliver/folder.h"

namespace ipband {
namespace {

using Addresses = std::vector<std::string>;

TEST(MailText, ForACommandIsThatOfIpband) {
  MailOptions options;
  options.to = {"root@localhost", "ops@example.net"};
  EXPECT_EQ(CommandMail(options, *DocumentOf("\nreport\n"), "footer"),
            "To: root@localhost,ops@example.net\n"
            "From: IP bandwidth watchdog <ipband>\n"
            "Subject: Bandwidth report for 10.1.1.0 <lab>\n"
            "\n\nreport\nfooter");
}

TEST(MailText, TakesFromAndSubjectFromTheOptions) {
  MailOptions options;
  options.to = {"root"};
  options.from = "Lab <lab@example.net>";
  options.subject = "Too much";
  EXPECT_EQ(CommandMail(options, *DocumentOf("report\n"), ""),
            "To: root\nFrom: Lab <lab@example.net>\nSubject: Too much\n\n"
            "report\n");
}

TEST(MailText, LetsNoValueBeginAnotherHeader) {
  MailOptions options;
  options.to = {"root\nBcc: everybody"};
  options.from = "me\r\nX-Evil: 1";
  Document document = *DocumentOf("report\n");
  document.subject = "Report for lab\nX-Evil: 2\r\n\r\nbody";
  EXPECT_EQ(CommandMail(options, document, ""),
            "To: root Bcc: everybody\n"
            "From: me  X-Evil: 1\n"
            "Subject: Report for lab X-Evil: 2    body\n\nreport\n");
}

TEST(MailText, ForAServerIsComplete) {
  MailOptions options;
  options.to = {"root@localhost"};
  EXPECT_EQ(ServerMail(options, *DocumentOf("\nrow\n.dot\r\n"), "footer",
                       "host.example.net"),
            "To: root@localhost\r\n"
            "From: IP bandwidth watchdog <ipband@host.example.net>\r\n"
            "Subject: Bandwidth report for 10.1.1.0 <lab>\r\n"
            "Date: Sat, 21 Nov 2026 20:29:15 +0000\r\n"
            "Message-ID: "
            "<20261121T202915Z-eth0-10.1.1.0_24@host.example.net>\r\n"
            "MIME-Version: 1.0\r\n"
            "Content-Type: text/plain; charset=utf-8\r\n"
            "Content-Transfer-Encoding: 8bit\r\n"
            "\r\n\r\nrow\r\n.dot\r\nfooter\r\n");
}

TEST(MailText, EncodesAHeaderThatIsNotAscii) {
  EXPECT_EQ(EncodedHeader("plain <lab>"), "plain <lab>");
  EXPECT_EQ(EncodedHeader("Z\xc3\xbcrich"), "=?UTF-8?B?WsO8cmljaA==?=");
  // 23 times two bytes: the 45th byte would be half a letter.
  std::string umlauts;
  for (int i = 0; i < 23; ++i) umlauts += "\xc3\xbc";
  EXPECT_EQ(EncodedHeader(umlauts),
            "=?UTF-8?B?w7zDvMO8w7zDvMO8w7zDvMO8w7zDvMO8w7zDvMO8w7zDvMO8w7zDvMO8"
            "w7w=?=\r\n =?UTF-8?B?w7w=?=");
}

TEST(MailText, FindsTheAddressOfASender) {
  EXPECT_EQ(BareAddress("lab@example.net"), "lab@example.net");
  EXPECT_EQ(BareAddress(" The lab <lab@example.net> "), "lab@example.net");
  EXPECT_EQ(BareAddress("two words"), "");
  EXPECT_EQ(BareAddress("a@b>\r\nRCPT TO:<c@d"), "");
  MailOptions options;
  EXPECT_EQ(EnvelopeFrom(options, "host"), "ipband@host");
  options.from = "The lab <lab@example.net>";
  EXPECT_EQ(EnvelopeFrom(options, "host"), "lab@example.net");
}

TEST(MailText, FindsTheAddressesOfAllRecipients) {
  EXPECT_EQ(BareAddresses({"root@localhost,ops@example.net", "A <a@b.c>, "}),
            (Addresses{"root@localhost", "ops@example.net", "a@b.c"}));
  EXPECT_EQ(BareAddresses({"", " , ", "a\nb"}), Addresses{});
}

}  // namespace
}  // namespace ipband
