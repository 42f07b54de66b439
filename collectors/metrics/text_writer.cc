// SPDX-License-Identifier: Apache-2.0
#include "collectors/metrics/text_writer.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>

namespace ipband {
namespace {

constexpr size_t kPiece = 65536;
constexpr size_t kLongestNumber = 32;

}  // namespace

TextWriter::TextWriter(Sink sink) : sink_(std::move(sink)), buffer_(kPiece) {}

void TextWriter::Begin(const Family& family) {
  name_ = family.name;
  Put("# HELP ");
  Put(family.name);
  Put(" ");
  Put(family.help);
  Put("\n# TYPE ");
  Put(family.name);
  Put(" ");
  Put(family.type);
  Put("\n");
}

void TextWriter::PutName(std::string_view labels, std::string_view last_label) {
  Put(name_);
  if (!labels.empty() || !last_label.empty()) {
    Put("{");
    Put(labels);
    if (!labels.empty() && !last_label.empty()) Put(",");
    Put(last_label);
    Put("}");
  }
  Put(" ");
  ++samples_;
}

void TextWriter::Sample(std::string_view labels, uint64_t value) {
  Sample(labels, "", value);
}

void TextWriter::Sample(std::string_view labels, std::string_view last_label,
                        uint64_t value) {
  PutName(labels, last_label);
  char* begin = Reserve(kLongestNumber);
  char* end = std::to_chars(begin, begin + kLongestNumber, value).ptr;
  *end++ = '\n';
  used_ += static_cast<size_t>(end - begin);
}

void TextWriter::Sample(std::string_view labels, double value) {
  PutName(labels, "");
  char* begin = Reserve(kLongestNumber);
  char* end = std::to_chars(begin, begin + kLongestNumber - 1, value).ptr;
  *end++ = '\n';
  used_ += static_cast<size_t>(end - begin);
}

void TextWriter::Text(std::string_view text) {
  samples_ += static_cast<uint64_t>(std::count(text.begin(), text.end(), '\n'));
  for (size_t at = text.find("# "); at != std::string_view::npos;
       at = text.find("\n# ", at + 1)) {
    --samples_;
  }
  Put(text);
}

void TextWriter::Finish() { Flush(); }

// REQUIRES: bytes is at most the size of the buffer.
char* TextWriter::Reserve(size_t bytes) {
  if (buffer_.size() - used_ < bytes) Flush();
  return buffer_.data() + used_;
}

void TextWriter::Put(std::string_view text) {
  while (!text.empty()) {
    if (used_ == buffer_.size()) Flush();
    const size_t part = std::min(text.size(), buffer_.size() - used_);
    std::memcpy(buffer_.data() + used_, text.data(), part);
    used_ += part;
    text.remove_prefix(part);
  }
}

void TextWriter::Flush() {
  if (wanted_ && used_ > 0) wanted_ = sink_({buffer_.data(), used_});
  used_ = 0;
}

std::string Label(std::string_view name, std::string_view value) {
  std::string text(name);
  text += "=\"";
  for (const char c : value) {
    if (c == '\n') {
      text += "\\n";
      continue;
    }
    if (c == '\\' || c == '"') text += '\\';
    text += c;
  }
  text += '"';
  return text;
}

}  // namespace ipband
