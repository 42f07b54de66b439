// SPDX-License-Identifier: Apache-2.0
//
// A request and its answer as plain values: all that a handler knows of HTTP.
// Handlers run on the server's threads, several at once.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ipband {

struct HttpRequest {
  std::string method;  // "GET"; HEAD is answered like GET, without the body
  std::string path;    // decoded, without dot segments
  std::string query;   // behind the "?", not decoded
  bool accepts_gzip = false;
  std::string remote_address;  // "192.0.2.1", "2001:db8::1" or "unix"
  bool forwarded = false;      // a proxy says that it asks for somebody else
  std::string host;            // what the client calls us, may have a port
  std::string authorization;   // the header
  // Has passed the web configuration's users, or shown a certificate that it
  // has verified.
  bool authenticated = false;
};

// Takes a body piece by piece.
class BodyWriter {
 public:
  virtual ~BodyWriter() = default;
  // False when nobody wants the rest: the client is gone, or its time for
  // taking the answer is over.
  virtual bool Write(std::string_view piece) = 0;
};

struct HttpResponse {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::vector<std::pair<std::string, std::string>> headers;  // further ones
  std::string body;
  // When set, makes the body in place of `body`. Not called for HEAD. An
  // exception breaks the connection off, so that a client can tell.
  std::function<void(BodyWriter&)> stream;
  bool compress = false;  // with gzip, if the client takes it
};

using HttpHandler = std::function<HttpResponse(const HttpRequest&)>;

// One line of text.
inline HttpResponse TextResponse(int status, std::string_view line) {
  HttpResponse response;
  response.status = status;
  response.body = std::string(line) + "\n";
  return response;
}

// Whether an Accept-Encoding header allows gzip: by name or by "*", and not
// with a weight of 0.
bool AcceptsGzip(std::string_view accept_encoding);

}  // namespace ipband
