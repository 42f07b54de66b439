// SPDX-License-Identifier: Apache-2.0
#include "exporter/config/host_port.h"

#include <gtest/gtest.h>

#include <string>

namespace ipband {
namespace {

// "HOST|PORT", "HOST|" without one, "" if it is none.
std::string Parsed(std::string_view text) {
  const std::optional<HostPort> result = ParseHostPort(text);
  if (!result) return "";
  return std::string(result->host) + "|" +
         (result->port ? std::to_string(*result->port) : "");
}

TEST(HostPort, IsANameOrAnAddressAndMayHaveAPort) {
  EXPECT_EQ(Parsed("mail.example.net"), "mail.example.net|");
  EXPECT_EQ(Parsed("localhost:25"), "localhost|25");
  EXPECT_EQ(Parsed("192.0.2.1:65535"), "192.0.2.1|65535");
  EXPECT_EQ(Parsed("[2001:db8::1]"), "2001:db8::1|");
  EXPECT_EQ(Parsed("[fe80::1%eth0]:25"), "fe80::1%eth0|25");
}

TEST(HostPort, IsNothingElse) {
  for (const char* text :
       {"",           ":25",     "a:",        "a:0",   "a:65536",
        "a:x",        "a:25:26", "a b",       "a/b",   "::1",
        "[::1",       "::1]",    "[::1]x:25", "[]:25", "[a]:25",
        "10.0.0.300", "a@b",     "a:25 ",     "a:-1",  "a:+1"}) {
    EXPECT_EQ(Parsed(text), "") << text;
  }
}

}  // namespace
}  // namespace ipband
