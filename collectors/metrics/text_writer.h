// SPDX-License-Identifier: Apache-2.0
//
// Writes samples in the Prometheus text format (0.0.4) in pieces of 64 KiB:
// what a scrape costs is this loop, so it formats into one buffer and
// allocates nothing per sample. One thread at a time.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace ipband {

class TextWriter {
 public:
  // Takes the finished pieces; false if nobody wants more, and none follow.
  using Sink = std::function<bool(std::string_view)>;

  explicit TextWriter(Sink sink);

  struct Family {
    std::string_view name;
    std::string_view type;  // "counter" or "gauge"
    std::string_view help;  // without line ends
  };
  void Begin(const Family& family);

  // `labels` is what Label made, several of them joined by commas.
  void Sample(std::string_view labels, uint64_t value);
  void Sample(std::string_view labels, double value);
  // The same with one more label, whose value needs no escaping.
  void Sample(std::string_view labels, std::string_view last_label,
              uint64_t value);

  // Families that somebody else has serialized.
  void Text(std::string_view text);

  uint64_t samples() const { return samples_; }
  // What is still in the buffer. To be called once, at the end.
  void Finish();

 private:
  char* Reserve(size_t bytes);
  void Put(std::string_view text);
  void PutName(std::string_view labels, std::string_view last_label);
  void Flush();

  const Sink sink_;
  bool wanted_ = true;
  uint64_t samples_ = 0;
  std::string_view name_;
  size_t used_ = 0;
  std::vector<char> buffer_;
};

// interface="eth0"
std::string Label(std::string_view name, std::string_view value);

// A clock that is set back to 1970 may leave what began before it.
inline uint64_t TimeStamp(int64_t seconds) {
  return static_cast<uint64_t>(std::max<int64_t>(0, seconds));
}

}  // namespace ipband
