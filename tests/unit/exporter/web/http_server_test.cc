// SPDX-License-Identifier: Apache-2.0
//
// A real server on a free port, asked over real sockets.
#include "exporter/web/http_server.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <memory>
#include <stdexcept>

#include "exporter/web/router.h"
#include "tests/support/http_client.h"

namespace ipband {
namespace {

constexpr char kLine[] = "a_metric{label=\"value\"} 12345678\n";
constexpr int kLines = 200000;  // 6.6 MB

std::string BigBody() {
  std::string body;
  for (int i = 0; i < kLines; ++i) body += kLine;
  return body;
}

HttpResponse BigStream(bool compress) {
  HttpResponse response;
  response.content_type = "text/plain; version=0.0.4; charset=utf-8";
  response.compress = compress;
  response.stream = [](BodyWriter& out) {
    for (int i = 0; i < kLines && out.Write(kLine); ++i) {
    }
  };
  return response;
}

HttpResponse Echo(const HttpRequest& request) {
  return TextResponse(200, request.method + " " + request.path + " ?" +
                               request.query + " from " +
                               request.remote_address +
                               (request.forwarded ? ", forwarded" : ""));
}

HttpHandler Routes() {
  Router router;
  router.Get("/echo", Echo);
  router.Get("/a b", Echo);
  router.Post("/-/reload", Echo);
  router.Get("/stream", [](const HttpRequest&) { return BigStream(true); });
  router.Get("/plain", [](const HttpRequest&) { return BigStream(false); });
  router.Get("/fixed", [](const HttpRequest&) {
    HttpResponse response = TextResponse(200, std::string(100000, 'x'));
    response.compress = true;
    return response;
  });
  router.Get("/throws", [](const HttpRequest&) -> HttpResponse {
    throw std::runtime_error("no such table");
  });
  router.Get("/throws-number", [](const HttpRequest&) -> HttpResponse {
    throw 42;  // NOLINT: whatever a handler does, the server goes on
  });
  router.Get("/breaks", [](const HttpRequest&) {
    HttpResponse response;
    response.stream = [](BodyWriter& out) {
      out.Write(std::string(100000, 'x'));
      throw std::runtime_error("table vanished");
    };
    return response;
  });
  return router;
}

class HttpServerTest : public testing::Test {
 protected:
  // One server for all tests here: it keeps no state between requests.
  static void SetUpTestSuite() {
    HttpServerOptions options;
    options.listen = {{.host = "127.0.0.1"}};
    options.threads = 8;
    server_ = std::make_unique<HttpServer>(options, Routes());
  }
  static void TearDownTestSuite() { server_.reset(); }

  static std::string Url() { return server_->Addresses().at(0); }

  static std::unique_ptr<HttpServer> server_;
};

std::unique_ptr<HttpServer> HttpServerTest::server_;

TEST_F(HttpServerTest, ReadsBackTheRealPort) {
  EXPECT_TRUE(Url().starts_with("http://127.0.0.1:")) << Url();
  EXPECT_FALSE(Url().ends_with(":0")) << Url();
}

TEST_F(HttpServerTest, AnswersWithTheHeadersEveryAnswerHas) {
  const TestReply reply = Get(Url(), "/echo?a=1&b=%20");
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.body, "GET /echo ?a=1&b=%20 from 127.0.0.1\n");
  EXPECT_TRUE(reply.complete);
  EXPECT_EQ(reply.headers.at("content-type"), "text/plain; charset=utf-8");
  EXPECT_EQ(reply.headers.at("x-content-type-options"), "nosniff");
  EXPECT_EQ(reply.headers.at("connection"), "close");
  EXPECT_TRUE(reply.headers.at("date").ends_with(" GMT"));
  EXPECT_FALSE(reply.headers.contains("server"));
  EXPECT_FALSE(reply.headers.contains("access-control-allow-origin"));
}

TEST_F(HttpServerTest, KnowsWhatAProxyHasForwarded) {
  const auto forwarded = [](const std::string& headers) {
    return Get(Url(), "/echo", headers).body.ends_with(", forwarded\n");
  };
  for (const char* header :
       {"Forwarded: for=192.0.2.1", "x-forwarded-for: 127.0.0.1",
        "X-FORWARDED-FOR:", "X-Real-IP: ::1", "Via: 1.1 proxy"}) {
    EXPECT_TRUE(forwarded(std::string(header) + "\r\n")) << header;
  }
  EXPECT_FALSE(forwarded("X-Forwarded: 1\r\nReferer: X-Real-IP\r\n"));
}

TEST_F(HttpServerTest, TakesARequestWithVeryManyHeadersForForwarded) {
  std::string headers;
  for (int i = 0; i < 70; ++i) headers += "X-" + std::to_string(i) + ": 1\r\n";
  const TestReply reply =
      Get(Url(), "/echo", headers + "X-Forwarded-For: 192.0.2.1\r\n");
  EXPECT_TRUE(reply.status != 200 || reply.body.ends_with(", forwarded\n"))
      << reply.body;
}

TEST_F(HttpServerTest, DecodesPathsAndRemovesDotSegments) {
  EXPECT_TRUE(Get(Url(), "/a%20b").body.starts_with("GET /a b "));
  EXPECT_TRUE(Get(Url(), "/x/../echo").body.starts_with("GET /echo "));
  EXPECT_EQ(Get(Url(), "/%2e%2e/%2e%2e/etc/passwd").status, 404);
}

TEST_F(HttpServerTest, AnswersHeadLikeGetWithoutTheBody) {
  const TestReply got = Get(Url(), "/echo");
  const TestReply head = Ask(Url(), RequestText("HEAD", "/echo"));
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.body, "");
  // One more character: the method is part of this body.
  EXPECT_EQ(head.headers.at("content-length"),
            std::to_string(got.body.size() + 1));
  EXPECT_EQ(Ask(Url(), RequestText("HEAD", "/nowhere")).status, 404);
  EXPECT_EQ(Ask(Url(), RequestText("HEAD", "/nowhere")).body, "");

  const TestReply stream = Ask(Url(), RequestText("HEAD", "/stream"));
  EXPECT_EQ(stream.status, 200);
  EXPECT_EQ(stream.body, "");
  EXPECT_EQ(stream.headers.at("transfer-encoding"), "chunked");
}

TEST_F(HttpServerTest, AnswersUnknownPathsAndWrongMethodsPlainly) {
  const TestReply missing = Get(Url(), "/nowhere");
  EXPECT_EQ(missing.status, 404);
  EXPECT_EQ(missing.headers.at("content-type"), "text/plain; charset=utf-8");
  EXPECT_EQ(missing.headers.at("x-content-type-options"), "nosniff");
  for (const char* method : {"POST", "PUT", "DELETE", "OPTIONS"}) {
    const TestReply wrong = Ask(Url(), RequestText(method, "/echo"));
    EXPECT_EQ(wrong.status, 405) << method;
    EXPECT_EQ(wrong.headers.at("allow"), "GET, HEAD") << method;
    for (const auto& [name, value] : wrong.headers) {
      EXPECT_FALSE(name.starts_with("access-control")) << method;
    }
  }
}

TEST_F(HttpServerTest, TakesPostWithAShortBodyThatComesLate) {
  TestClient client(Url());
  client.Send(RequestText("POST", "/-/reload", "Content-Length: 5\r\n"));
  client.Send("a=b&c");
  EXPECT_EQ(ParseReply(client.ReadAll()).body,
            "POST /-/reload ? from 127.0.0.1\n");
}

TEST_F(HttpServerTest, DoesNotWaitForABodyThatWaitsForPermission) {
  const TestReply reply =
      Ask(Url(), RequestText("POST", "/-/reload",
                             "Expect: 100-continue\r\nContent-Length: 5\r\n"));
  EXPECT_EQ(reply.status, 200);
}

TEST_F(HttpServerTest, TakesItsOwnAddressInTheRequestLine) {
  EXPECT_EQ(Get(Url(), Url() + "/echo").status, 200);
}

TEST_F(HttpServerTest, RefusesLongBodiesWithoutReadingThem) {
  const TestReply reply = Ask(
      Url(), RequestText("POST", "/-/reload", "Content-Length: 999999999\r\n"));
  EXPECT_EQ(reply.status, 413);
}

TEST_F(HttpServerTest, AnswersBrokenRequestsWithItsOwnErrorPage) {
  const TestReply garbage = Ask(Url(), "what is this?\r\n\r\n");
  EXPECT_EQ(garbage.status, 400);
  EXPECT_EQ(garbage.headers.at("x-content-type-options"), "nosniff");
  EXPECT_TRUE(garbage.complete);
  const std::string padding = "X: " + std::string(20000, 'x') + "\r\n";
  EXPECT_GE(Get(Url(), "/echo", padding).status, 400);
  EXPECT_EQ(Ask(Url(), "GET /echo HTTP/3.0\r\n\r\n").status, 505);
}

TEST_F(HttpServerTest, StreamsSeveralMegabytesInChunks) {
  const TestReply reply = Get(Url(), "/stream");
  EXPECT_EQ(reply.headers.at("transfer-encoding"), "chunked");
  EXPECT_FALSE(reply.headers.contains("content-encoding"));
  EXPECT_EQ(reply.headers.at("vary"), "Accept-Encoding");
  EXPECT_TRUE(reply.complete);
  EXPECT_TRUE(reply.body == BigBody());
}

TEST_F(HttpServerTest, CompressesStreamsForThoseWhoAcceptIt) {
  const TestReply reply =
      Get(Url(), "/stream", "Accept-Encoding: deflate, gzip;q=0.5\r\n");
  EXPECT_EQ(reply.headers.at("content-encoding"), "gzip");
  EXPECT_TRUE(reply.complete);
  EXPECT_LT(reply.body.size(), 100000U);
  EXPECT_TRUE(Gunzip(reply.body) == BigBody());
  for (const char* header :
       {"", "Accept-Encoding: gzip;q=0\r\n", "Accept-Encoding: identity\r\n"}) {
    EXPECT_FALSE(
        Get(Url(), "/echo", header).headers.contains("content-encoding"));
  }
  // The handler does not want this one compressed.
  EXPECT_FALSE(
      Ask(Url(), RequestText("HEAD", "/plain", "Accept-Encoding: gzip\r\n"))
          .headers.contains("content-encoding"));
}

TEST_F(HttpServerTest, CompressesFixedBodiesAndTellsTheLengthThatIsSent) {
  const TestReply reply = Get(Url(), "/fixed", "Accept-Encoding: gzip\r\n");
  EXPECT_EQ(reply.headers.at("content-encoding"), "gzip");
  EXPECT_TRUE(reply.complete);
  EXPECT_EQ(Gunzip(reply.body), std::string(100000, 'x') + "\n");
  const TestReply head =
      Ask(Url(), RequestText("HEAD", "/fixed", "Accept-Encoding: gzip\r\n"));
  EXPECT_EQ(head.headers.at("content-length"),
            reply.headers.at("content-length"));
}

TEST_F(HttpServerTest, EndsStreamsWithTheConnectionForHttp10) {
  TestClient client(Url());
  client.Send("GET /stream HTTP/1.0\r\n\r\n");
  const TestReply reply = ParseReply(client.ReadAll());
  EXPECT_FALSE(reply.headers.contains("transfer-encoding"));
  EXPECT_TRUE(reply.body == BigBody());
}

TEST_F(HttpServerTest, IsUnderstoodByCurl) {
  const std::string command =
      "curl -sS --fail --compressed --max-time 20 " + Url() + "/stream";
  FILE* curl = popen(command.c_str(), "r");
  ASSERT_NE(curl, nullptr);
  std::string body;
  std::array<char, 65536> piece{};
  size_t got = 0;
  while ((got = fread(piece.data(), 1, piece.size(), curl)) > 0) {
    body.append(piece.data(), got);
  }
  EXPECT_EQ(pclose(curl), 0);
  EXPECT_TRUE(body == BigBody());
}

TEST_F(HttpServerTest, TurnsWhatAHandlerThrowsInto500) {
  for (const char* path : {"/throws", "/throws-number"}) {
    const TestReply reply = Get(Url(), path);
    EXPECT_EQ(reply.status, 500) << path;
    EXPECT_EQ(reply.body.find("table"), std::string::npos) << reply.body;
  }
  EXPECT_EQ(Get(Url(), "/echo").status, 200);
}

TEST_F(HttpServerTest, LeavesAStreamThatThrowsVisiblyIncomplete) {
  const TestReply reply = Get(Url(), "/breaks");
  EXPECT_EQ(reply.status, 200);
  EXPECT_FALSE(reply.complete);
  EXPECT_EQ(Get(Url(), "/echo").status, 200);
}

}  // namespace
}  // namespace ipband
