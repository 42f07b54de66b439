// SPDX-License-Identifier: Apache-2.0
#include "exporter/web/api.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/unit/exporter/string_writer.h"

namespace ipband {
namespace {

TEST(Api, PutsDataIntoTheEnvelope) {
  const HttpResponse response =
      ApiSuccess([](BodyWriter& body) { body.Write("[1,2]"); });
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.content_type, "application/json");
  StringWriter body;
  response.stream(body);
  EXPECT_EQ(body.text, "{\"status\":\"success\",\"data\":[1,2]}\n");
}

TEST(Api, SaysWhatIsWrongInTheEnvelope) {
  const HttpResponse response = ApiError(400, "bad_data", "no \"%\"\n here");
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(response.content_type, "application/json");
  EXPECT_EQ(response.body,
            "{\"status\":\"error\",\"errorType\":\"bad_data\","
            "\"error\":\"no \\\"%\\\"\\n here\"}\n");
}

}  // namespace
}  // namespace ipband
