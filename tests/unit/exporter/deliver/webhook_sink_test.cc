// SPDX-License-Identifier: Apache-2.0
#include "exporter/deliver/webhook_sink.h"

#include <gtest/gtest.h>

#include "tests/unit/exporter/deliver/folder.h"
#include "tests/unit/exporter/deliver/python_server.h"

namespace ipband {
namespace {

using Result = Attempt::Result;
using Json = nlohmann::json;
using std::chrono::seconds;
using std::chrono::steady_clock;

WebhookOptions To(const PythonServer& server, seconds timeout = seconds(20)) {
  return {"http://127.0.0.1:" + server.port() + "/hook", timeout};
}

Attempt Post(const WebhookOptions& options) {
  return WebhookSink(options, "1.2.3").Deliver(*DocumentOf("text"), {});
}

TEST(WebhookSink, PostsTheReportAsJson) {
  PythonServer server("webhook_server.py", {"200"});
  EXPECT_EQ(Post(To(server)).error, "");
  const Json request = server.Next();
  EXPECT_EQ(request["path"], "/hook");
  EXPECT_EQ(request["body"], DocumentOf("")->json);
  EXPECT_EQ(request["headers"]["Content-Type"], "application/json");
  EXPECT_EQ(request["headers"]["User-Agent"], "ipband_exporter/1.2.3");
}

TEST(WebhookSink, PostsALargeReportAtOnce) {
  PythonServer server("webhook_server.py", {"204"});
  Document document;
  document.json = std::string(5 << 20, 'x');
  WebhookSink sink(To(server), "1.2.3");
  EXPECT_EQ(sink.Deliver(document, {}).error, "");
  const Json request = server.Next();
  EXPECT_EQ(request["length"], document.json.size());
  EXPECT_FALSE(request["headers"].contains("Expect"));
}

TEST(WebhookSink, CanBeTriedAgainAfterAnAnswerThatSaysSo) {
  PythonServer server("webhook_server.py", {"503", "408", "429", "500", "200"});
  WebhookSink sink(To(server), "1.2.3");
  const auto document = DocumentOf("text");
  for (const char* status : {"503", "408", "429", "500"}) {
    const Attempt attempt = sink.Deliver(*document, {});
    EXPECT_EQ(attempt.result, Result::kRetry);
    EXPECT_EQ(attempt.error, std::string("HTTP status ") + status);
  }
  EXPECT_EQ(sink.Deliver(*document, {}).result, Result::kDelivered);
  EXPECT_EQ(server.Rest().size(), 5u);
}

TEST(WebhookSink, IsRefusedByAnyOtherAnswer) {
  PythonServer server("webhook_server.py", {"400", "404", "410"});
  WebhookSink sink(To(server), "1.2.3");
  for (const char* status : {"400", "404", "410"}) {
    const Attempt attempt = sink.Deliver(*DocumentOf("text"), {});
    EXPECT_EQ(attempt.result, Result::kRefused);
    EXPECT_EQ(attempt.error, std::string("HTTP status ") + status);
  }
}

TEST(WebhookSink, FollowsNoRedirect) {
  PythonServer server("webhook_server.py", {"302", "200"});
  EXPECT_EQ(Post(To(server)).error, "HTTP status 302");
  EXPECT_EQ(server.Rest().size(), 1u);
}

TEST(WebhookSink, DoesNotReadAnAnswerWithoutEnd) {
  PythonServer server("webhook_server.py", {"flood"});
  EXPECT_EQ(Post(To(server)).error, "");
}

TEST(WebhookSink, GivesUpAServerThatHangs) {
  PythonServer server("webhook_server.py", {"hang"});
  const Attempt attempt = Post(To(server, seconds(1)));
  EXPECT_EQ(attempt.result, Result::kRetry);
  EXPECT_NE(attempt.error.find("timed out"), std::string::npos)
      << attempt.error;
}

TEST(WebhookSink, EndsWithTheProgram) {
  PythonServer server("webhook_server.py", {"hang"});
  Attempt attempt;
  const auto start = steady_clock::now();
  {
    std::jthread thread([&](const std::stop_token& stop) {
      WebhookSink sink(To(server, seconds(600)), "1.2.3");
      attempt = sink.Deliver(*DocumentOf("text"), stop);
    });
    EXPECT_FALSE(server.Next().is_null());
  }
  EXPECT_EQ(attempt.result, Result::kRetry);
  EXPECT_EQ(attempt.error, "given up because the program ends");
  EXPECT_LT(steady_clock::now() - start, seconds(60));
}

TEST(WebhookSink, TriesAgainWhenNobodyListens) {
  WebhookOptions options;
  {
    const PythonServer server("webhook_server.py", {"200"});
    options = To(server);
  }
  EXPECT_EQ(Post(options).result, Result::kRetry);
}

TEST(WebhookSink, SpeaksHttpOnly) {
  const Folder folder;
  EXPECT_EQ(Post({"file://" + (folder / "x"), seconds(5)}).result,
            Result::kRefused);
  EXPECT_EQ(Post({"not a url", seconds(5)}).result, Result::kRefused);
}

}  // namespace
}  // namespace ipband
