// SPDX-License-Identifier: Apache-2.0
#include "exporter/config/text_values.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "exporter/error.h"

namespace ipband {
namespace {

TEST(TextValues, InterfaceNamesAreNamesGlobsAndWords) {
  for (const char* name : {"eth0", "eth0.100", "br-lan", "eth0:1", "wg_0",
                           "en*", "!veth*", "any", "default", "*", "eth[01]"}) {
    EXPECT_EQ(ParseInterfaceName(name), name);
  }
  for (const char* name :
       {"", "!", "\"v0\"", "'v0'", "a b", "a/b", "a\tb", "a\nb", "\xc3\xa4"}) {
    EXPECT_THROW(ParseInterfaceName(name), BadValue) << name;
  }
  EXPECT_THROW(ParseInterfaceName(std::string(128, 'x')), BadValue);
}

TEST(TextValues, TelemetryPathsStandOutsideOfTheHealthPages) {
  EXPECT_EQ(ParseTelemetryPath("/metrics"), "/metrics");
  EXPECT_EQ(ParseTelemetryPath("/"), "/");
  for (const char* path :
       {"", "metrics", "/-/healthy", "/a b", "/a?b", "/a#b", "/a%20b", "/\n"}) {
    EXPECT_THROW(ParseTelemetryPath(path), BadValue) << path;
  }
}

TEST(TextValues, NetworksLoseTheirHostBits) {
  EXPECT_EQ(ToString(ParseNetwork("10.1.2.3/16")), "10.1.0.0/16");
  EXPECT_EQ(ToString(ParseNetwork("10.1.2.3")), "10.1.2.3/32");
  EXPECT_EQ(ToString(ParseNetwork("2001:db8::1/32")), "2001:db8::/32");
  for (const char* text : {"", "10.1.2", "10.0.0.0/33", "x", "::/129"}) {
    EXPECT_THROW(ParseNetwork(text), BadValue) << text;
  }
}

TEST(TextValues, ALineOfTextHasNoControlCharacters) {
  for (const char* text : {"", "a b", "B\xc3\xbcro <a@b>"}) {
    EXPECT_EQ(ParseTextLine(text), text);
  }
  for (const char* text : {"a\nBcc: x", "\r", "\t", "\x7f", "\x01"}) {
    EXPECT_THROW(ParseTextLine(text), BadValue) << text;
  }
}

TEST(TextValues, OutputsAndDirectoriesHaveNames) {
  EXPECT_EQ(ParseOutputName("-"), "-");
  EXPECT_EQ(ParseDirectoryName("a/b"), "a/b");
  for (const char* text : {"", "a\nb"}) {
    EXPECT_THROW(ParseOutputName(text), BadValue) << text;
    EXPECT_THROW(ParseDirectoryName(text), BadValue) << text;
  }
}

TEST(TextValues, MailAddressesAreCutAtCommasOutsideOfQuotes) {
  using Addresses = std::vector<std::string>;
  EXPECT_EQ(ParseMailAddresses("root"), Addresses{"root"});
  EXPECT_EQ(ParseMailAddresses(" a@b,c@d ,\tNet Team <e@f>"),
            (Addresses{"a@b", "c@d", "Net Team <e@f>"}));
  EXPECT_EQ(ParseMailAddresses("\"Doe, J\" <a@b>, c@d"),
            (Addresses{"\"Doe, J\" <a@b>", "c@d"}));
  EXPECT_EQ(ParseMailAddresses("\"a, b"), Addresses{"\"a, b"});
  EXPECT_EQ(ParseMailHeader("a@b,c@d"), Addresses{"a@b,c@d"});
  EXPECT_EQ(ParseMailHeader(" , "), Addresses{});
  for (const char* text : {"", " ", ",", " , "}) {
    EXPECT_EQ(ParseMailAddresses(text), Addresses{}) << text;
  }
  EXPECT_THROW(ParseMailAddresses("a@b\nBcc: c@d"), BadValue);
}

}  // namespace
}  // namespace ipband
