// SPDX-License-Identifier: Apache-2.0
#include "exporter/deliver/smtp_sink.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <chrono>
#include <cstdlib>
#include <stop_token>
#include <thread>

#include "exporter/error.h"
#include "tests/unit/exporter/deliver/folder.h"
#include "tests/unit/exporter/deliver/python_server.h"

namespace ipband {
namespace {

using Result = Attempt::Result;
using Json = nlohmann::json;

class SmtpSinkTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = std::make_unique<Folder>();
    const std::string command =
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 "
        "-nodes -days 2 -subj /CN=localhost "
        "-addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout " +
        Key() + " -out " + Certificate() + " 2>/dev/null";
    ASSERT_EQ(std::system(command.c_str()), 0);
  }
  static void TearDownTestSuite() { folder_.reset(); }

  void SetUp() override { unsetenv("SSL_CERT_FILE"); }
  void TearDown() override { unsetenv("SSL_CERT_FILE"); }

  static std::string Certificate() { return *folder_ / "certificate"; }
  static std::string Key() { return *folder_ / "key"; }
  static void TrustTheCertificate() {
    setenv("SSL_CERT_FILE", Certificate().c_str(), 1);
  }

  static std::vector<std::string> Tls(std::vector<std::string> more = {}) {
    more.insert(more.end(), {"--certificate", Certificate(), "--key", Key()});
    return more;
  }

  static MailOptions To(const std::string& smtp) {
    MailOptions options;
    options.to = {"root@localhost,ops@example.net"};
    options.smtp = smtp;
    options.timeout = std::chrono::seconds(20);
    return options;
  }

  static Attempt Deliver(const MailOptions& options,
                         const std::stop_token& stop = {}) {
    return SmtpSink(options).Deliver(*DocumentOf("\nrow\n.\n.dot\nlast\n"),
                                     stop);
  }

 private:
  static inline std::unique_ptr<Folder> folder_;
};

TEST_F(SmtpSinkTest, MailsAReport) {
  PythonServer server("smtp_server.py", {});
  EXPECT_EQ(Deliver(To("127.0.0.1:" + server.port())).error, "");
  const Json mail = server.Next();
  EXPECT_EQ(mail["to"], (Json{"root@localhost", "ops@example.net"}));
  EXPECT_EQ(mail["from"].get<std::string>().substr(0, 7), "ipband@");
  EXPECT_EQ(mail["tls"], false);
  const std::string text = mail["text"];
  EXPECT_TRUE(text.starts_with("To: root@localhost,ops@example.net\r\n"));
  EXPECT_TRUE(text.ends_with("\r\n\r\n\r\nrow\r\n.\r\n.dot\r\nlast\r\n"))
      << text;
}

TEST_F(SmtpSinkTest, MailsMoreThanOneBufferHolds) {
  PythonServer server("smtp_server.py", {});
  std::string text;
  for (int i = 0; i < 20000; ++i) text += ".row " + std::to_string(i) + "\r\n";
  SmtpSink sink(To("127.0.0.1:" + server.port()));
  EXPECT_EQ(sink.Deliver(*DocumentOf(text), {}).error, "");
  EXPECT_TRUE(
      server.Next()["text"].get<std::string>().ends_with("\r\n\r\n" + text));
}

TEST_F(SmtpSinkTest, UsesTlsWhenItIsOfferedWhateverTheCertificate) {
  PythonServer server("smtp_server.py", Tls());
  EXPECT_EQ(Deliver(To("127.0.0.1:" + server.port())).error, "");
  EXPECT_EQ(server.Next()["tls"], true);
}

TEST_F(SmtpSinkTest, LogsInOverTls) {
  TrustTheCertificate();
  PythonServer server("smtp_server.py", Tls({"--login", "lab:p@ss/word"}));
  EXPECT_EQ(
      Deliver(To("smtp://lab:p%40ss%2fword@localhost:" + server.port())).error,
      "");
  const Json mail = server.Next();
  EXPECT_EQ(mail["tls"], true);
  EXPECT_EQ(mail["login"], true);
}

TEST_F(SmtpSinkTest, SpeaksTlsFromTheStart) {
  TrustTheCertificate();
  PythonServer server("smtp_server.py",
                      Tls({"--smtps", "--login", "lab:secret"}));
  EXPECT_EQ(Deliver(To("smtps://lab:secret@localhost:" + server.port())).error,
            "");
  EXPECT_EQ(server.Next()["login"], true);
}

TEST_F(SmtpSinkTest, TellsNoPasswordToAnUnknownCertificate) {
  PythonServer server("smtp_server.py", Tls({"--login", "lab:secret"}));
  const Attempt attempt =
      Deliver(To("smtp://lab:secret@localhost:" + server.port()));
  EXPECT_EQ(attempt.result, Result::kRetry);
  EXPECT_NE(attempt.error.find("certificate"), std::string::npos)
      << attempt.error;
  EXPECT_TRUE(server.Rest().empty());
}

TEST_F(SmtpSinkTest, TellsNoPasswordWithoutTls) {
  PythonServer server("smtp_server.py", {});
  const Attempt attempt =
      Deliver(To("smtp://lab:secret@localhost:" + server.port()));
  EXPECT_EQ(attempt.result, Result::kRetry) << attempt.error;
  EXPECT_EQ(attempt.error.find("secret"), std::string::npos);
  EXPECT_TRUE(server.Rest().empty());
}

TEST_F(SmtpSinkTest, TriesAgainAfterAWrongPassword) {
  TrustTheCertificate();
  PythonServer server("smtp_server.py", Tls({"--login", "lab:secret"}));
  const Attempt attempt =
      Deliver(To("smtp://lab:wrongpass@localhost:" + server.port()));
  EXPECT_EQ(attempt.result, Result::kRetry);
  EXPECT_NE(attempt.error, "");
  EXPECT_EQ(attempt.error.find("wrongpass"), std::string::npos);
  EXPECT_TRUE(server.Rest().empty());
}

TEST_F(SmtpSinkTest, GivesUpAMailThatNobodyMayHave) {
  PythonServer server("smtp_server.py", {"--refuse", "root@localhost=550"});
  MailOptions options = To("127.0.0.1:" + server.port());
  options.to = {"root@localhost"};
  const Attempt attempt = Deliver(options);
  EXPECT_EQ(attempt.result, Result::kRefused);
  EXPECT_NE(attempt.error.find("550"), std::string::npos) << attempt.error;
}

TEST_F(SmtpSinkTest, MailsTheOthersWhenOneAddressIsWrong) {
  PythonServer server("smtp_server.py", {"--refuse", "root@localhost=550"});
  EXPECT_EQ(Deliver(To("127.0.0.1:" + server.port())).result,
            Result::kDelivered);
  EXPECT_EQ(server.Next()["to"], Json{"ops@example.net"});
  EXPECT_TRUE(server.Rest().empty());
}

TEST_F(SmtpSinkTest, TriesAgainWhenTheServerSaysLater) {
  PythonServer server("smtp_server.py", {"--refuse", "ops@example.net=451"});
  EXPECT_EQ(Deliver(To("127.0.0.1:" + server.port())).result, Result::kRetry);
  EXPECT_TRUE(server.Rest().empty());
}

// libcurl by itself waits two minutes for the answer to QUIT.
TEST_F(SmtpSinkTest, GivesUpAServerThatHangs) {
  PythonServer server("smtp_server.py", {"--hang"});
  MailOptions options = To("127.0.0.1:" + server.port());
  options.timeout = std::chrono::seconds(1);
  const auto start = std::chrono::steady_clock::now();
  const Attempt attempt = Deliver(options);
  EXPECT_EQ(attempt.result, Result::kRetry);
  EXPECT_EQ(attempt.error, "server response timeout");
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(60));
}

TEST_F(SmtpSinkTest, EndsWithTheProgram) {
  PythonServer server("smtp_server.py", {"--hang"});
  MailOptions options = To("127.0.0.1:" + server.port());
  options.timeout = std::chrono::seconds(600);
  Attempt attempt;
  const auto start = std::chrono::steady_clock::now();
  {
    const std::jthread thread(
        [&](const std::stop_token& stop) { attempt = Deliver(options, stop); });
    EXPECT_FALSE(server.Next().is_null());
  }
  EXPECT_EQ(attempt.result, Result::kRetry);
  EXPECT_EQ(attempt.error, "given up because the program ends");
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(60));
}

TEST_F(SmtpSinkTest, TriesAgainWhenNobodyListens) {
  std::string port;
  {
    const PythonServer server("smtp_server.py", {});
    port = server.port();
  }
  const Attempt attempt = Deliver(To("127.0.0.1:" + port));
  EXPECT_EQ(attempt.result, Result::kRetry);
  EXPECT_NE(attempt.error.find("connect"), std::string::npos) << attempt.error;
}

TEST_F(SmtpSinkTest, RefusesToMailToNobody) {
  MailOptions options = To("127.0.0.1:1");
  options.to = {"not an address"};
  EXPECT_EQ(Deliver(options).result, Result::kRefused);
}

TEST(SmtpServer, IsReadFromHostAndPortOrUrl) {
  EXPECT_EQ(ParseSmtpServer("localhost:25").url, "smtp://localhost:25/");
  EXPECT_FALSE(ParseSmtpServer("[::1]:25").has_login());
  const SmtpServer server =
      ParseSmtpServer("smtps://lab%40x:p%3ass@mail.example.net:465/path?q#f");
  EXPECT_EQ(server.url, "smtps://mail.example.net:465/");
  EXPECT_EQ(server.user, "lab@x");
  EXPECT_EQ(server.password, "p:ss");
  EXPECT_TRUE(server.is_tls());
}

TEST(SmtpServer, IsRefusedWithoutRepeatingIt) {
  for (const char* text : {"", "http://lab:secret@host:25", "a b:25",
                           "smtp://lab:secret@host:port"}) {
    try {
      ParseSmtpServer(text);
      ADD_FAILURE() << text;
    } catch (const Error& error) {
      EXPECT_EQ(std::string(error.what()).find("secret"), std::string::npos);
    }
  }
}

}  // namespace
}  // namespace ipband
