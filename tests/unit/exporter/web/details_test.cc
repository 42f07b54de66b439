// SPDX-License-Identifier: Apache-2.0
#include "exporter/web/details.h"

#include <gtest/gtest.h>

namespace ipband {
namespace {

HttpRequest From(const std::string& address) {
  HttpRequest request;
  request.remote_address = address;
  return request;
}

TEST(Details, ThatAreLocalAreForTheMachineItself) {
  for (const char* address :
       {"127.0.0.1", "127.0.1.1", "127.255.255.255", "::1", "::ffff:127.0.0.1",
        "::ffff:7f00:1", "0:0:0:0:0:0:0:1", "unix"}) {
    EXPECT_TRUE(MayReadDetails(WebDetails::kLocal, From(address))) << address;
  }
}

TEST(Details, ThatAreLocalAreNotForOthers) {
  for (const char* address :
       {"128.0.0.1", "126.255.255.255", "10.0.0.1", "192.0.2.1", "0.0.0.0",
        "::", "::2", "::127.0.0.1", "2001:db8::1", "fe80::1",
        "::ffff:192.0.2.1", "1::1", "1::ffff:127.0.0.1", "::fffe:127.0.0.1",
        "127.0.0.1.example", "127.1", "Unix", "", "*"}) {
    EXPECT_FALSE(MayReadDetails(WebDetails::kLocal, From(address))) << address;
  }
}

TEST(Details, AreNotLocalToWhoComesThroughAProxyOrHasLoggedIn) {
  for (const char* address : {"127.0.0.1", "::1", "unix"}) {
    HttpRequest request = From(address);
    request.forwarded = true;
    EXPECT_FALSE(MayReadDetails(WebDetails::kLocal, request)) << address;
  }
  HttpRequest request = From("192.0.2.1");
  request.authenticated = true;
  EXPECT_FALSE(MayReadDetails(WebDetails::kLocal, request));
}

TEST(Details, AreNotLocalToPagesOfOthersInABrowserHere) {
  HttpRequest request = From("127.0.0.1");
  for (const char* host :
       {"localhost", "localhost:10059", "127.0.0.1:10059", "[::1]:10059",
        "[::1]", "gateway", "gateway:80", "ipband.localhost:1", ""}) {
    request.host = host;
    EXPECT_TRUE(MayReadDetails(WebDetails::kLocal, request)) << host;
  }
  for (const char* host :
       {"evil.example.net", "evil.example.net:10059", "127.0.0.1.example.net",
        "localhost.example.net:1", "example.net.", "[x.example.net]"}) {
    request.host = host;
    EXPECT_FALSE(MayReadDetails(WebDetails::kLocal, request)) << host;
    EXPECT_TRUE(MayReadDetails(WebDetails::kAll, request)) << host;
  }
  // Browsers have no way to a Unix socket.
  HttpRequest unix_request = From("unix");
  unix_request.host = "any.example.net";
  EXPECT_TRUE(MayReadDetails(WebDetails::kLocal, unix_request));
}

TEST(Details, ForUsersAreForThoseWhoHaveLoggedIn) {
  EXPECT_FALSE(MayReadDetails(WebDetails::kAuthenticated, From("127.0.0.1")));
  HttpRequest request = From("192.0.2.1");
  request.authenticated = true;
  request.forwarded = true;
  EXPECT_TRUE(MayReadDetails(WebDetails::kAuthenticated, request));
}

TEST(Details, AreForEverybodyOrForNobody) {
  EXPECT_TRUE(MayReadDetails(WebDetails::kAll, From("192.0.2.1")));
  HttpRequest request = From("127.0.0.1");
  request.authenticated = true;
  EXPECT_FALSE(MayReadDetails(WebDetails::kOff, request));
}

TEST(Details, AreRefusedWithOneLineThatSaysHowToOpenThem) {
  for (const WebDetails details :
       {WebDetails::kLocal, WebDetails::kAuthenticated, WebDetails::kOff}) {
    const HttpResponse response = DetailsRefused(details);
    EXPECT_EQ(response.status, 403);
    EXPECT_EQ(response.body.find('\n'), response.body.size() - 1);
    EXPECT_NE(response.body.find("web.details"), std::string::npos);
    EXPECT_NE(response.body.find("all"), std::string::npos);
  }
}

}  // namespace
}  // namespace ipband
