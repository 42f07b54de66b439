// SPDX-License-Identifier: Apache-2.0
//
// Turns an HttpResponse into HTTP/1.x: head, framing, compression. Knows
// nothing of the server; the bytes go to a Connection. Runs on the thread of
// the request.
#pragma once

#include <string_view>

#include "exporter/web/http_message.h"

namespace ipband {

class Connection {
 public:
  virtual ~Connection() = default;
  // False when the bytes cannot be delivered; nothing more is sent then.
  virtual bool Send(std::string_view bytes) = 0;
};

// What the answer's form depends on.
struct AnswerForm {
  bool head_only = false;  // HEAD
  bool chunked = true;     // HTTP/1.1; else a stream ends with the connection
  bool gzip = false;       // the client takes it
};

// Sends the whole answer; false if it was broken off. Throws what the
// response's stream throws; a chunked body has then no end, so that the
// client can tell. Every answer closes the connection: scrapes are seconds
// apart, and an idle connection would hold one of the server's threads.
bool SendResponse(const HttpResponse& response, const AnswerForm& form,
                  Connection& connection);

}  // namespace ipband
