// SPDX-License-Identifier: Apache-2.0
#include "exporter/config/listen_address.h"

#include <gtest/gtest.h>

#include "exporter/error.h"
#include "tests/unit/exporter/what_was_said.h"

namespace ipband {
namespace {

ListenAddress Tcp(const std::string& host, uint16_t port) {
  return {.host = host, .port = port};
}

TEST(ListenAddress, HostMayBeMissingANameOrAnAddress) {
  EXPECT_EQ(ParseListenAddress(":10059"), Tcp("", 10059));
  EXPECT_EQ(ParseListenAddress("192.0.2.1:80"), Tcp("192.0.2.1", 80));
  EXPECT_EQ(ParseListenAddress("localhost:10059"), Tcp("localhost", 10059));
  EXPECT_EQ(ParseListenAddress("a-b.example.net:1"), Tcp("a-b.example.net", 1));
  EXPECT_EQ(ParseListenAddress(":0"), Tcp("", 0));
}

TEST(ListenAddress, BracketsHoldEitherFamily) {
  EXPECT_EQ(ParseListenAddress("[::1]:10059"), Tcp("::1", 10059));
  EXPECT_EQ(ParseListenAddress("[::]:65535"), Tcp("::", 65535));
  EXPECT_EQ(ParseListenAddress("[192.0.2.1]:80"), Tcp("192.0.2.1", 80));
  EXPECT_EQ(ParseListenAddress("[fe80::1%eth0]:80"), Tcp("fe80::1%eth0", 80));
}

TEST(ListenAddress, ASocketIsNamedByItsAbsolutePath) {
  const ListenAddress address = ParseListenAddress("unix:/run/x.sock");
  EXPECT_EQ(address.unix_path, "/run/x.sock");
  EXPECT_EQ(address.host, "");
  EXPECT_EQ(
      ParseListenAddress("unix:/" + std::string(105, 'x')).unix_path.size(),
      106u);
}

TEST(ListenAddress, OtherFormsAreRefused) {
  for (const char* text : {"",
                           ":",
                           "10059",
                           "localhost",
                           ":65536",
                           ":-1",
                           ":+1",
                           ":80 ",
                           ":http",
                           "::1:80",
                           "[::1]",
                           "[::1]80",
                           "[]:80",
                           "[localhost]:80",
                           "[::1:80",
                           "::1]:80",
                           "[192.0.2.1%eth0]:80",
                           "[fe80::1%]:80",
                           "192.0.2.300:80",
                           "1.2.3:80",
                           "a b:80",
                           "host/:80",
                           "http://host:80",
                           "unix:",
                           "unix:/",
                           "unix:run/x",
                           "unix:/run/a,b",
                           "unix:/run/a:b",
                           "unix:/run/a b",
                           "*:80"}) {
    EXPECT_THROW(ParseListenAddress(text), BadValue) << text;
  }
  EXPECT_THROW(ParseListenAddress("unix:/" + std::string(106, 'x')), BadValue);
}

TEST(ListenAddress, MessagesSayWhatIsAllowed) {
  EXPECT_EQ(BadValueOf([] { ParseListenAddress("::1:80"); }),
            "\"::1:80\" has an IPv6 address without brackets; allowed: :10059, "
            "192.0.2.1:10059, [::1]:10059, localhost:10059 or "
            "unix:/run/ipband_exporter.sock");
}

}  // namespace
}  // namespace ipband
