// SPDX-License-Identifier: Apache-2.0
#include "exporter/control/http_get.h"

#include <gtest/gtest.h>

namespace ipband {
namespace {

TEST(WithoutPassword, LeavesTheRestOfTheUrl) {
  EXPECT_EQ(WithoutPassword("https://me:secret@host:1/path"),
            "https://host:1/path");
  EXPECT_EQ(WithoutPassword("me:secret@host"), "host");
  EXPECT_EQ(WithoutPassword("http://me:se@cret@host"), "http://host");
  EXPECT_EQ(WithoutPassword("http://me@host?a=b"), "http://host?a=b");
  for (const char* url : {"http://host", "http://host/a@b", "host:10059",
                          "http://[::1]:10059/?q=@", ""}) {
    EXPECT_EQ(WithoutPassword(url), url);
  }
}

}  // namespace
}  // namespace ipband
