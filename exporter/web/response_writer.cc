// SPDX-License-Identifier: Apache-2.0
#include "exporter/web/response_writer.h"

#include <array>
#include <cstdio>
#include <ctime>
#include <string>

#include "exporter/text/time_text.h"
#include "exporter/web/gzip_writer.h"

namespace ipband {
namespace {

constexpr size_t kPieceSize = 65536;
constexpr size_t kWorthCompressing = 1024;
// "010000\r\n": the length of a chunk, always of the same width so that it
// can be put before the data afterwards.
constexpr size_t kChunkHeadSize = 8;

const char* StatusText(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 302:
      return "Found";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 411:
      return "Length Required";
    case 413:
      return "Content Too Large";
    case 500:
      return "Internal Server Error";
    case 503:
      return "Service Unavailable";
    case 505:
      return "HTTP Version Not Supported";
    default:
      return "Status";
  }
}

std::string HttpDate() { return InternetDate(time(nullptr)) + " GMT"; }

void AddHeader(std::string& head, std::string_view name,
               std::string_view value) {
  head.append(name).append(": ").append(value).append("\r\n");
}

std::string Head(const HttpResponse& response) {
  std::string head = "HTTP/1.1 " + std::to_string(response.status) + " " +
                     StatusText(response.status) + "\r\n";
  AddHeader(head, "Date", HttpDate());
  AddHeader(head, "Connection", "close");
  AddHeader(head, "Content-Type", response.content_type);
  AddHeader(head, "X-Content-Type-Options", "nosniff");
  if (response.compress) AddHeader(head, "Vary", "Accept-Encoding");
  for (const auto& [name, value] : response.headers) {
    AddHeader(head, name, value);
  }
  return head;
}

// Collects a body into pieces worth a system call and frames them.
class PieceWriter : public BodyWriter {
 public:
  PieceWriter(Connection& connection, bool chunked)
      : connection_(connection), chunked_(chunked) {
    Begin();
  }

  bool Write(std::string_view text) override {
    while (wanted_ && !text.empty()) {
      const std::string_view part =
          text.substr(0, head_size() + kPieceSize - piece_.size());
      piece_.append(part);
      text.remove_prefix(part.size());
      if (piece_.size() == head_size() + kPieceSize) Flush();
    }
    return wanted_;
  }

  bool Finish() {
    Flush();
    if (wanted_ && chunked_) wanted_ = connection_.Send("0\r\n\r\n");
    return wanted_;
  }

 private:
  size_t head_size() const { return chunked_ ? kChunkHeadSize : 0; }

  void Begin() {
    piece_.reserve(kChunkHeadSize + kPieceSize + 2);
    piece_.assign(head_size(), '0');
  }

  void Flush() {
    const size_t size = piece_.size() - head_size();
    if (!wanted_ || size == 0) return;  // an empty chunk would end the body
    if (chunked_) {
      std::array<char, 24> head{};
      std::snprintf(head.data(), head.size(), "%06zx\r\n", size);
      piece_.replace(0, kChunkHeadSize, head.data(), kChunkHeadSize);
      piece_.append("\r\n");
    }
    wanted_ = connection_.Send(piece_);
    Begin();
  }

  Connection& connection_;
  const bool chunked_;
  std::string piece_;  // room for the chunk's length, then its data
  bool wanted_ = true;
};

bool SendStream(const HttpResponse& response, const AnswerForm& form,
                Connection& connection) {
  const bool gzip = response.compress && form.gzip;
  std::string head = Head(response);
  if (gzip) AddHeader(head, "Content-Encoding", "gzip");
  if (form.chunked) AddHeader(head, "Transfer-Encoding", "chunked");
  head += "\r\n";
  if (!connection.Send(head)) return false;
  if (form.head_only) return true;

  PieceWriter pieces(connection, form.chunked);
  if (!gzip) {
    response.stream(pieces);
    return pieces.Finish();
  }
  GzipWriter compressed(pieces);
  response.stream(compressed);
  return compressed.Finish() && pieces.Finish();
}

bool SendBody(const HttpResponse& response, const AnswerForm& form,
              Connection& connection) {
  std::string head = Head(response);
  std::string compressed;
  std::string_view body = response.body;
  if (response.compress && form.gzip && body.size() >= kWorthCompressing) {
    compressed = Gzip(body);
    body = compressed;
    AddHeader(head, "Content-Encoding", "gzip");
  }
  AddHeader(head, "Content-Length", std::to_string(body.size()));
  head += "\r\n";
  if (!form.head_only) head += body;
  return connection.Send(head);
}

}  // namespace

bool SendResponse(const HttpResponse& response, const AnswerForm& form,
                  Connection& connection) {
  return response.stream ? SendStream(response, form, connection)
                         : SendBody(response, form, connection);
}

}  // namespace ipband
