// SPDX-License-Identifier: Apache-2.0
//
// Clients that are slow, greedy or gone, with deadlines short enough for a
// test.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <deque>
#include <semaphore>
#include <thread>

#include "exporter/web/http_server.h"
#include "exporter/web/router.h"
#include "tests/support/http_client.h"

namespace ipband {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

constexpr seconds kPatience{20};

// Counts what an endless stream was allowed to write.
struct StreamWatch {
  std::atomic<int> started{0};
  std::atomic<int> ended{0};
};

HttpHandler Routes(StreamWatch& watch) {
  Router router;
  router.Get("/", [](const HttpRequest&) { return TextResponse(200, "ok"); });
  router.Get("/endless", [&watch](const HttpRequest&) {
    HttpResponse response;
    response.stream = [&watch](BodyWriter& out) {
      ++watch.started;
      const std::string piece(65536, 'x');
      while (out.Write(piece)) {
      }
      ++watch.ended;
    };
    return response;
  });
  return router;
}

HttpServerOptions Options() {
  HttpServerOptions options;
  options.listen = {{.host = "127.0.0.1"}};
  options.request_timeout = seconds(60);
  options.answer_timeout = seconds(60);
  return options;
}

template <typename Condition>
bool WaitFor(Condition condition) {
  const steady_clock::time_point deadline = steady_clock::now() + kPatience;
  while (!condition()) {
    if (steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(milliseconds(5));
  }
  return true;
}

// Opens that many connections that begin a request and do not end it.
void OpenSlowSenders(const std::string& url, int count,
                     std::deque<TestClient>& clients) {
  for (int i = 0; i < count; ++i) {
    clients.emplace_back(url).Send("GET / HTTP/1.1\r\nX-Slow: ");
  }
}

// Whether a connection is closed by the server without an answer, soon.
bool IsRefused(const std::string& url) {
  TestClient client(url);
  client.Send(RequestText("GET", "/"));
  return client.ReadAll().empty() && client.closed();
}

bool IsServed(const std::string& url, const std::string& from) {
  TestClient client(url, {.from = from});
  client.Send(RequestText("GET", "/"));
  return ParseReply(client.ReadAll()).status == 200;
}

TEST(HttpServerLimits, RefusesTheConnectionAfterTheLastAllowedOne) {
  StreamWatch watch;
  const HttpServer server(Options(), Routes(watch));
  const std::string url = server.Addresses()[0];
  std::deque<TestClient> slow;
  // One that asks before all have arrived takes the place of the last.
  ASSERT_TRUE(WaitFor([&] {
    slow.clear();
    OpenSlowSenders(url, 32, slow);
    return IsRefused(url);
  }));
  EXPECT_TRUE(IsServed(url, "127.0.0.2"));

  // Room again as soon as one of them has gone.
  slow.pop_front();
  EXPECT_TRUE(WaitFor([&] { return IsServed(url, "127.0.0.1"); }));
}

TEST(HttpServerLimits, ForgetsConnectionsThatWereServedOrRefused) {
  StreamWatch watch;
  HttpServerOptions options = Options();
  options.max_connections_per_address = 2;
  const HttpServer server(options, Routes(watch));
  const std::string url = server.Addresses()[0];
  for (int round = 0; round < 50; ++round) {
    EXPECT_TRUE(WaitFor([&] { return Get(url, "/").status == 200; }));
  }
  std::deque<TestClient> slow;
  for (int round = 0; round < 10; ++round) {
    // The server may still count connections of the round before.
    ASSERT_TRUE(WaitFor([&] {
      slow.clear();
      OpenSlowSenders(url, 2, slow);
      return IsRefused(url);
    }));
  }
  slow.clear();
  EXPECT_TRUE(WaitFor([&] { return Get(url, "/").status == 200; }));
}

TEST(HttpServerLimits, ServesOthersWhileOneAddressSendsSlowly) {
  StreamWatch watch;
  const HttpServer server(Options(), Routes(watch));
  const std::string url = server.Addresses()[0];
  std::deque<TestClient> slow;
  OpenSlowSenders(url, 40, slow);
  const steady_clock::time_point start = steady_clock::now();
  EXPECT_TRUE(IsServed(url, "127.0.0.2"));
  EXPECT_LT(steady_clock::now() - start, seconds(1));
}

TEST(HttpServerLimits, ServesOthersWhileOneAddressReadsSlowly) {
  StreamWatch watch;
  const HttpServer server(Options(), Routes(watch));
  const std::string url = server.Addresses()[0];
  std::deque<TestClient> slow;
  for (int i = 0; i < 40; ++i) {
    slow.emplace_back(url).Send(RequestText("GET", "/endless"));
  }
  EXPECT_TRUE(WaitFor([&] { return watch.started == 32; }));
  const steady_clock::time_point start = steady_clock::now();
  EXPECT_TRUE(IsServed(url, "127.0.0.2"));
  EXPECT_LT(steady_clock::now() - start, seconds(1));
}

TEST(HttpServerLimits, CutsASenderThatTricklesItsRequest) {
  StreamWatch watch;
  HttpServerOptions options = Options();
  options.request_timeout = milliseconds(400);
  const HttpServer server(options, Routes(watch));
  TestClient client(server.Addresses()[0]);
  const steady_clock::time_point start = steady_clock::now();
  client.Send("GET / HTTP/1.1\r\n");
  std::string answer;
  while (!client.closed() && steady_clock::now() - start < kPatience) {
    client.Send("X: y\r\n");
    answer += client.Read(4096, milliseconds(50));
  }
  EXPECT_TRUE(client.closed());
  EXPECT_GE(steady_clock::now() - start, milliseconds(400));
  EXPECT_LT(steady_clock::now() - start, seconds(5));
  EXPECT_TRUE(answer.empty() || answer.starts_with("HTTP/1.1 400 ")) << answer;
}

TEST(HttpServerLimits, CutsASenderThatTricklesItsBody) {
  StreamWatch watch;
  HttpServerOptions options = Options();
  options.request_timeout = milliseconds(400);
  const HttpServer server(options, Routes(watch));
  TestClient client(server.Addresses()[0]);
  const steady_clock::time_point start = steady_clock::now();
  client.Send(RequestText("POST", "/", "Content-Length: 4000\r\n"));
  std::string answer;
  while (!client.closed() && steady_clock::now() - start < kPatience) {
    client.Send("x");
    answer += client.Read(4096, milliseconds(50));
  }
  EXPECT_TRUE(client.closed());
  EXPECT_LT(steady_clock::now() - start, seconds(5));
}

TEST(HttpServerLimits, CutsAReaderThatStandsStill) {
  StreamWatch watch;
  HttpServerOptions options = Options();
  options.answer_timeout = milliseconds(400);
  options.request_timeout = milliseconds(400);
  const HttpServer server(options, Routes(watch));
  TestClient client(server.Addresses()[0], {.receive_buffer = 4096});
  client.Send(RequestText("GET", "/endless"));
  ASSERT_TRUE(WaitFor([&] { return watch.started == 1; }));
  const steady_clock::time_point start = steady_clock::now();
  EXPECT_TRUE(WaitFor([&] { return watch.ended == 1; }));
  EXPECT_LT(steady_clock::now() - start, seconds(5));
}

TEST(HttpServerLimits, CutsAReaderThatTakesALittleAtATime) {
  StreamWatch watch;
  HttpServerOptions options = Options();
  options.answer_timeout = milliseconds(700);
  const HttpServer server(options, Routes(watch));
  TestClient client(server.Addresses()[0], {.receive_buffer = 4096});
  client.Send(RequestText("GET", "/endless"));
  const steady_clock::time_point start = steady_clock::now();
  std::string answer;
  while (watch.ended == 0 && steady_clock::now() - start < kPatience) {
    answer += client.Read(65536, milliseconds(50));
    std::this_thread::sleep_for(milliseconds(5));
  }
  EXPECT_EQ(watch.ended, 1);
  EXPECT_GE(steady_clock::now() - start, milliseconds(700));
  EXPECT_LT(steady_clock::now() - start, seconds(5));
  answer += client.ReadAll();
  EXPECT_FALSE(ParseReply(answer).complete);
}

TEST(HttpServerLimits, NoticesAReaderThatIsGone) {
  StreamWatch watch;
  const HttpServer server(Options(), Routes(watch));
  {
    TestClient client(server.Addresses()[0]);
    client.Send(RequestText("GET", "/endless"));
    ASSERT_TRUE(WaitFor([&] { return watch.started == 1; }));
  }
  EXPECT_TRUE(WaitFor([&] { return watch.ended == 1; }));
}

TEST(HttpServerLimits, StopsPromptlyWithConnectionsOpen) {
  StreamWatch watch;
  HttpServer server(Options(), Routes(watch));
  const std::string url = server.Addresses()[0];
  std::deque<TestClient> slow;
  OpenSlowSenders(url, 10, slow);
  for (int i = 0; i < 10; ++i) {
    slow.emplace_back(url).Send(RequestText("GET", "/endless"));
  }
  ASSERT_TRUE(WaitFor([&] { return watch.started == 10; }));
  const steady_clock::time_point start = steady_clock::now();
  server.Stop();
  EXPECT_LT(steady_clock::now() - start, seconds(5));
  EXPECT_EQ(watch.ended, 10);
  server.Stop();
  EXPECT_FALSE(TestClient(url).connected());
}

TEST(HttpServerLimits, WaitsForAHandlerThatStillRunsWhenStopped) {
  std::binary_semaphore entered{0};
  std::atomic<bool> done{false};
  HttpServer server(Options(), [&](const HttpRequest&) {
    entered.release();
    std::this_thread::sleep_for(milliseconds(100));
    done = true;
    return TextResponse(200, "late");
  });
  TestClient client(server.Addresses()[0]);
  client.Send(RequestText("GET", "/"));
  entered.acquire();
  server.Stop();
  EXPECT_TRUE(done);
}

}  // namespace
}  // namespace ipband
