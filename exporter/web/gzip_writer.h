// SPDX-License-Identifier: Apache-2.0
//
// Compresses a body on its way to another writer. Level 1: exposition text
// shrinks to about a tenth already there, and higher levels cost a scrape
// twice the time for little. Owned by one thread.
#pragma once

#include <zlib.h>

#include <string>
#include <string_view>
#include <vector>

#include "exporter/web/http_message.h"

namespace ipband {

class GzipWriter : public BodyWriter {
 public:
  // Throws std::bad_alloc. The writer outlives this object.
  explicit GzipWriter(BodyWriter& out);
  ~GzipWriter() override;
  GzipWriter(const GzipWriter&) = delete;
  GzipWriter& operator=(const GzipWriter&) = delete;

  bool Write(std::string_view piece) override;
  // Writes what is left and gzip's trailer. To be called once, at the end.
  bool Finish();

 private:
  bool Deflate(std::string_view piece, int flush);

  BodyWriter& out_;
  z_stream stream_{};
  std::vector<char> buffer_;
  bool wanted_ = true;  // false once out_ has refused a piece
};

std::string Gzip(std::string_view text);

}  // namespace ipband
