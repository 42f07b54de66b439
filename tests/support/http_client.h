// SPDX-License-Identifier: Apache-2.0
//
// A bare HTTP client for tests: a socket that can also be slow, silent or
// rude, and a parser of what came back. Every wait has a deadline.
#pragma once

#include <sys/socket.h>

#include <chrono>
#include <map>
#include <string>
#include <string_view>

namespace ipband {

class TestClient {
 public:
  // Connects to "http://HOST:PORT" or "unix:/path", where wanted from a given
  // IPv4 address or with a small receive buffer. Check connected().
  struct Options {
    std::string from;
    int receive_buffer = 0;
  };
  explicit TestClient(const std::string& address);
  TestClient(const std::string& address, const Options& options);
  ~TestClient();
  TestClient(const TestClient&) = delete;
  TestClient& operator=(const TestClient&) = delete;

  bool connected() const { return connected_; }

  bool Send(std::string_view bytes);
  // At most `size` bytes; empty at the end, at an error and after `wait`.
  std::string Read(size_t size, std::chrono::milliseconds wait);
  // All until the server closes; sets closed(), unless `wait` is over first.
  std::string ReadAll(
      std::chrono::milliseconds wait = std::chrono::seconds(20));
  bool closed() const { return closed_; }

 private:
  int socket_ = -1;
  bool connected_ = false;
  bool closed_ = false;
};

struct TestReply {
  int status = 0;
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;                            // without chunk framing
  bool complete = false;                       // as long as the head promised
};

TestReply ParseReply(const std::string& text);

// One request, with "Host" and "Connection" and further header lines.
std::string RequestText(std::string_view method, std::string_view path,
                        std::string_view headers = "");
TestReply Ask(const std::string& address, const std::string& request);
TestReply Get(const std::string& address, std::string_view path,
              std::string_view headers = "");

std::string Gunzip(std::string_view compressed);

}  // namespace ipband
