// SPDX-License-Identifier: Apache-2.0
#include "exporter/web/router.h"

#include <gtest/gtest.h>

namespace ipband {
namespace {

class RouterTest : public testing::Test {
 protected:
  RouterTest() {
    router_.Get("/metrics", [](const HttpRequest&) {
      return TextResponse(200, "numbers");
    });
    router_.GetBelow("/reports/", [](const HttpRequest& request) {
      return TextResponse(200, "below: " + request.path);
    });
    router_.GetBelow(
        "/subnets/",
        [](const HttpRequest& request) {
          return TextResponse(200, "two below: " + request.path);
        },
        2);
    router_.Get("/reports/all",
                [](const HttpRequest&) { return TextResponse(200, "all"); });
    router_.Post("/-/reload", [](const HttpRequest&) {
      return TextResponse(200, "reloaded");
    });
    router_.Get("/both",
                [](const HttpRequest&) { return TextResponse(200, "got"); });
    router_.Post("/both", [](const HttpRequest&) {
      return TextResponse(200, "posted");
    });
  }

  HttpResponse Ask(const std::string& method, const std::string& path) const {
    HttpRequest request;
    request.method = method;
    request.path = path;
    return router_(request);
  }

  static std::string Allowed(const HttpResponse& response) {
    for (const auto& [name, value] : response.headers) {
      if (name == "Allow") return value;
    }
    return "none";
  }

  Router router_;
};

TEST_F(RouterTest, SendsGetAndHeadToTheSameHandler) {
  EXPECT_EQ(Ask("GET", "/metrics").body, "numbers\n");
  EXPECT_EQ(Ask("HEAD", "/metrics").body, "numbers\n");
}

TEST_F(RouterTest, TellsPostAndGetOfOnePathApart) {
  EXPECT_EQ(Ask("GET", "/both").body, "got\n");
  EXPECT_EQ(Ask("POST", "/both").body, "posted\n");
  EXPECT_EQ(Ask("PUT", "/both").body, "posted\n");
  EXPECT_EQ(Allowed(Ask("DELETE", "/both")), "GET, HEAD, POST, PUT");
}

TEST_F(RouterTest, RefusesOtherMethodsWithTheAllowedOnes) {
  for (const char* method : {"POST", "PUT", "DELETE", "OPTIONS", "TRACE"}) {
    const HttpResponse response = Ask(method, "/metrics");
    EXPECT_EQ(response.status, 405) << method;
    EXPECT_EQ(Allowed(response), "GET, HEAD") << method;
  }
  EXPECT_EQ(Ask("GET", "/-/reload").status, 405);
  EXPECT_EQ(Allowed(Ask("HEAD", "/-/reload")), "POST, PUT");
}

TEST_F(RouterTest, KnowsOnlyWholePaths) {
  for (const char* path : {"", "/", "/metrics/", "/metricsx", "/METRICS"}) {
    const HttpResponse response = Ask("GET", path);
    EXPECT_EQ(response.status, 404) << path;
    EXPECT_EQ(response.content_type, "text/plain; charset=utf-8");
  }
}

TEST_F(RouterTest, SendsOneSegmentBelowAPrefixToItsHandler) {
  EXPECT_EQ(Ask("GET", "/reports/7").body, "below: /reports/7\n");
  EXPECT_EQ(Ask("HEAD", "/reports/a b").body, "below: /reports/a b\n");
  EXPECT_EQ(Ask("GET", "/reports/all").body, "all\n");
}

TEST_F(RouterTest, KnowsNothingElseBelowAPrefix) {
  for (const char* path :
       {"/reports", "/reports/", "/reports/a/b", "/reports//", "/reports//a",
        "/x/reports/a", "reports/a", "/reportsx", "//reports/a"}) {
    EXPECT_EQ(Ask("GET", path).status, 404) << path;
  }
}

TEST_F(RouterTest, SendsTwoSegmentsBelowAPrefixThatTakesTwo) {
  EXPECT_EQ(Ask("GET", "/subnets/10.0.0.0/8").body,
            "two below: /subnets/10.0.0.0/8\n");
  for (const char* path :
       {"/subnets", "/subnets/", "/subnets/a", "/subnets/a/", "/subnets//b",
        "/subnets///", "/subnets/a/b/", "/subnets/a/b/c", "/x/subnets/a/b"}) {
    EXPECT_EQ(Ask("GET", path).status, 404) << path;
  }
}

TEST_F(RouterTest, RefusesOtherMethodsBelowAPrefixToo) {
  EXPECT_EQ(Ask("POST", "/reports/7").status, 405);
  EXPECT_EQ(Allowed(Ask("DELETE", "/reports/7")), "GET, HEAD");
  EXPECT_EQ(Ask("POST", "/reports/a/b").status, 404);
}

}  // namespace
}  // namespace ipband
