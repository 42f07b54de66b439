// SPDX-License-Identifier: Apache-2.0
#include "tests/support/http_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/un.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cctype>
#include <cstring>

namespace ipband {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

struct Target {
  sockaddr_storage storage{};
  socklen_t length = 0;
};

Target ParseTarget(std::string_view address) {
  Target target;
  if (address.starts_with("unix:")) {
    auto* name = reinterpret_cast<sockaddr_un*>(&target.storage);
    name->sun_family = AF_UNIX;
    address.remove_prefix(5);
    std::memcpy(name->sun_path, address.data(), address.size());
    target.length = sizeof(*name);
    return target;
  }
  address.remove_prefix(std::strlen("http://"));
  const size_t colon = address.rfind(':');
  const auto port = htons(
      static_cast<uint16_t>(std::stoi(std::string(address.substr(colon + 1)))));
  std::string host(address.substr(0, colon));
  if (host.starts_with('[')) {
    auto* v6 = reinterpret_cast<sockaddr_in6*>(&target.storage);
    v6->sin6_family = AF_INET6;
    v6->sin6_port = port;
    host = host.substr(1, host.size() - 2);
    inet_pton(AF_INET6, host.c_str(), &v6->sin6_addr);
    target.length = sizeof(*v6);
  } else {
    auto* v4 = reinterpret_cast<sockaddr_in*>(&target.storage);
    v4->sin_family = AF_INET;
    v4->sin_port = port;
    inet_pton(AF_INET, host.c_str(), &v4->sin_addr);
    target.length = sizeof(*v4);
  }
  return target;
}

// What the chunks hold; `complete` says whether the last one came.
std::string Dechunk(std::string_view text, bool& complete) {
  std::string body;
  complete = false;
  for (;;) {
    const size_t line = text.find("\r\n");
    if (line == std::string_view::npos) return body;
    const size_t size =
        std::stoul(std::string(text.substr(0, line)), nullptr, 16);
    text.remove_prefix(line + 2);
    if (size == 0) {
      complete = text == "\r\n";
      return body;
    }
    body += text.substr(0, size);
    if (text.size() < size + 2) return body;
    text.remove_prefix(size + 2);
  }
}

}  // namespace

TestClient::TestClient(const std::string& address)
    : TestClient(address, Options{}) {}

TestClient::TestClient(const std::string& address, const Options& options) {
  const Target target = ParseTarget(address);
  socket_ = socket(target.storage.ss_family, SOCK_STREAM, 0);
  if (options.receive_buffer > 0) {
    setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &options.receive_buffer,
               sizeof(options.receive_buffer));
  }
  if (!options.from.empty()) {
    const Target from = ParseTarget("http://" + options.from + ":0");
    if (bind(socket_, reinterpret_cast<const sockaddr*>(&from.storage),
             from.length) != 0) {
      return;
    }
  }
  connected_ =
      connect(socket_, reinterpret_cast<const sockaddr*>(&target.storage),
              target.length) == 0;
}

TestClient::~TestClient() { close(socket_); }

bool TestClient::Send(std::string_view bytes) {
  return send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
         static_cast<ssize_t>(bytes.size());
}

std::string TestClient::Read(size_t size, milliseconds wait) {
  pollfd ready{socket_, POLLIN, 0};
  if (poll(&ready, 1, static_cast<int>(wait.count())) <= 0) return {};
  std::string text(size, '\0');
  const ssize_t got = recv(socket_, text.data(), size, 0);
  if (got <= 0) closed_ = true;
  text.resize(static_cast<size_t>(std::max<ssize_t>(got, 0)));
  return text;
}

std::string TestClient::ReadAll(milliseconds wait) {
  const steady_clock::time_point deadline = steady_clock::now() + wait;
  std::string text;
  while (!closed_) {
    const auto left = std::chrono::duration_cast<milliseconds>(
        deadline - steady_clock::now());
    if (left.count() <= 0) break;
    text += Read(65536, left);
  }
  return text;
}

TestReply ParseReply(const std::string& text) {
  TestReply reply;
  const size_t head_end = text.find("\r\n\r\n");
  if (!text.starts_with("HTTP/1.1 ") || head_end == std::string::npos) {
    return reply;
  }
  reply.status = std::stoi(text.substr(9, 3));
  for (size_t at = text.find("\r\n"); at < head_end;) {
    const size_t end = text.find("\r\n", at + 2);
    const std::string line = text.substr(at + 2, end - at - 2);
    const size_t colon = line.find(": ");
    std::string name = line.substr(0, colon);
    std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) {
      return static_cast<char>(std::tolower(c));
    });
    reply.headers[name] = line.substr(colon + 2);
    at = end;
  }
  reply.body = text.substr(head_end + 4);
  if (reply.headers.contains("transfer-encoding")) {
    reply.body = Dechunk(reply.body, reply.complete);
  } else if (reply.headers.contains("content-length")) {
    reply.complete =
        std::stoul(reply.headers["content-length"]) == reply.body.size();
  }
  return reply;
}

std::string RequestText(std::string_view method, std::string_view path,
                        std::string_view headers) {
  std::string text(method);
  text.append(" ").append(path).append(" HTTP/1.1\r\nHost: test\r\n");
  return text.append(headers).append("\r\n");
}

TestReply Ask(const std::string& address, const std::string& request) {
  TestClient client(address);
  client.Send(request);
  return ParseReply(client.ReadAll());
}

TestReply Get(const std::string& address, std::string_view path,
              std::string_view headers) {
  return Ask(address, RequestText("GET", path, headers));
}

std::string Gunzip(std::string_view compressed) {
  z_stream stream{};
  inflateInit2(&stream, 15 + 16);
  stream.next_in =
      const_cast<Bytef*>(reinterpret_cast<const Bytef*>(compressed.data()));
  stream.avail_in = static_cast<uInt>(compressed.size());
  std::string text;
  int result = Z_OK;
  while (result == Z_OK) {
    std::string piece(65536, '\0');
    stream.next_out = reinterpret_cast<Bytef*>(piece.data());
    stream.avail_out = static_cast<uInt>(piece.size());
    result = inflate(&stream, Z_NO_FLUSH);
    text.append(piece, 0, piece.size() - stream.avail_out);
  }
  inflateEnd(&stream);
  return result == Z_STREAM_END ? text : "not a whole gzip stream";
}

}  // namespace ipband
