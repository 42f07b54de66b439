// SPDX-License-Identifier: Apache-2.0
#include "exporter/config/text_values.h"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace ipband
