// SPDX-License-Identifier: Apache-2.0
#include "exporter/state/json_values.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace ipband {
namespace {

constexpr size_t kMaxString = 4096;
// The parser keeps the text of a value, and the space before it, until its
// end. A string of 4 KiB has at most 24 KiB of text.
constexpr size_t kMaxBarren = size_t{64} << 10;

void CheckLength(const std::string& text) {
  if (text.size() > kMaxString) throw BadValue("a string has more than 4 KiB");
}

class Pieces {
 public:
  Pieces(const TextSource& source, const ValueReader& reader)
      : source_(source), reader_(reader) {}

  bool AtEnd() {
    if (at_ == end_) Refill();
    return at_ == end_;
  }
  const char& Front() const { return *at_; }
  void Drop() { ++at_; }

 private:
  void Refill() {
    if (std::exchange(values_, reader_.values()) != reader_.values()) {
      barren_ = 0;
    }
    if (barren_ > kMaxBarren) throw BadValue("a value has more than 64 KiB");
    const std::string_view piece = source_();
    barren_ += piece.size();
    at_ = piece.data();
    end_ = at_ + piece.size();
  }

  const TextSource& source_;
  const ValueReader& reader_;
  const char* at_ = nullptr;
  const char* end_ = nullptr;
  uint64_t values_ = 0;
  size_t barren_ = 0;  // bytes in which no value has come to its end
};

// What the parser wants to go over. Only compared with the end, which has no
// pieces.
class PieceIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  explicit PieceIterator(Pieces* pieces = nullptr) : pieces_(pieces) {}
  reference operator*() const { return pieces_->Front(); }
  PieceIterator& operator++() {
    pieces_->Drop();
    return *this;
  }
  bool operator!=(const PieceIterator&) const { return !pieces_->AtEnd(); }

 private:
  Pieces* pieces_;
};

}  // namespace

void JsonRow::operator()(const char* key, bool flag) {
  if (flag) object_[key] = true;
}

void JsonRow::operator()(const char* key, int64_t time) {
  // After the clock was set back to 1970 a watch may begin before it.
  const int64_t kept = std::clamp<int64_t>(time, 0, kMaxStateTime);
  if (kept != 0) object_[key] = kept;
}

void JsonRow::operator()(const char* key, uint64_t count) {
  if (count != 0) object_[key] = count;
}

void JsonRow::operator()(const char* key, const std::string& text) {
  object_[key] = text;
}

void JsonRow::operator()(const char* key, const Prefix& prefix) {
  object_[key] = ToString(prefix);
}

std::string JsonRow::Text(std::string_view list) const {
  // Names are UTF-8 already; `replace` only keeps the library from throwing.
  std::string text = object_.dump(
      -1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
  if (list.empty()) return text;
  text.pop_back();
  return text.append(",\"").append(list).append("\":[\n");
}

void Refuse(std::string_view key, const char* sentence) {
  throw BadValue(std::string(key) + ' ' + sentence);
}

void Assignment::operator()(std::string_view name, bool& flag) const {
  if (name == key) flag = As<bool>("is neither true nor false");
}

void Assignment::operator()(std::string_view name, uint64_t& count) const {
  if (name == key) {
    count = As<uint64_t>("is not a whole number from 0 to 2^64-1");
  }
}

void Assignment::operator()(std::string_view name, int64_t& time) const {
  if (name != key) return;
  constexpr const char* kSentence = "is not a whole number from 0 to 2^32-1";
  const uint64_t seconds = As<uint64_t>(kSentence);
  if (seconds > uint64_t{kMaxStateTime}) Refuse(key, kSentence);
  time = static_cast<int64_t>(seconds);
}

void Assignment::operator()(std::string_view name, std::string& text) const {
  if (name == key) text = As<std::string>("is not a string");
}

void Assignment::operator()(std::string_view name, Prefix& prefix) const {
  if (name != key) return;
  constexpr const char* kSentence =
      "is not a network like \"10.1.0.0/16\" or \"2001:db8::/32\"";
  const auto parsed = ParsePrefix(As<std::string>(kSentence));
  if (!parsed) Refuse(key, kSentence);
  prefix = *parsed;
}

bool ValueReader::string(string_t& value) {
  CheckLength(value);
  return Give(std::move(value));
}

bool ValueReader::key(string_t& value) {
  CheckLength(value);
  ++values_;
  key_ = std::move(value);
  return true;
}

bool ValueReader::parse_error(size_t position, const std::string&,
                              const nlohmann::detail::exception&) {
  throw BadValue("the JSON is broken at byte " + std::to_string(position));
}

bool ValueReader::TakeVersion(const Scalar& value) const {
  if (key_ != "version") return false;
  if (value != Scalar(kStateVersion)) Refuse(key_, "is not 1");
  return true;
}

void ReadJson(const TextSource& source, ValueReader& reader) {
  Pieces pieces(source, reader);
  if (!nlohmann::json::sax_parse(PieceIterator(&pieces), PieceIterator(),
                                 &reader)) {
    throw BadValue("the JSON is broken");
  }
}

}  // namespace ipband
