// SPDX-License-Identifier: Apache-2.0
#include "exporter/control/grouped_lines.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <queue>
#include <string>
#include <vector>

#include "exporter/error.h"

namespace ipband {
namespace {

constexpr size_t kLeastPiece = 4096;

[[noreturn]] void Fail(const char* what) {
  throw Error(std::string("cannot ") + what +
              " a file for sorting: " + std::strerror(errno));
}

struct Line {
  std::string_view labels;
  std::string_view text;  // with the newline
};

// REQUIRES: text has two blanks at least.
Line LineOf(std::string_view text) {
  const size_t value_end = text.rfind(' ');
  return {text.substr(0, text.rfind(' ', value_end - 1)), text};
}

// The first line of the text, with the newline; empty if it has no end.
std::string_view FirstLine(std::string_view text) {
  const size_t end = text.find('\n');
  return end == std::string_view::npos ? "" : text.substr(0, end + 1);
}

std::vector<Line> Sorted(std::string_view text) {
  std::vector<Line> lines;
  while (!text.empty()) {
    lines.push_back(LineOf(FirstLine(text)));
    text.remove_prefix(lines.back().text.size());
  }
  std::sort(lines.begin(), lines.end(), [](const Line& a, const Line& b) {
    const int order = a.labels.compare(b.labels);
    return order != 0 ? order < 0 : a.text.data() < b.text.data();
  });
  return lines;
}

// A file in pieces of whole lines.
class Pieces {
 public:
  Pieces(std::FILE* file, size_t size) : file_(file), buffer_(size, '\0') {
    if (std::fflush(file) != 0) Fail("write");
    std::rewind(file);
  }

  // Empty at the end.
  std::string_view Next() {
    buffer_.erase(0, given_);
    held_ -= given_;
    do {
      buffer_.resize(std::max(buffer_.capacity(), held_ + 1));
      held_ +=
          std::fread(buffer_.data() + held_, 1, buffer_.size() - held_, file_);
      if (std::ferror(file_) != 0) Fail("read");
      given_ = std::string_view(buffer_.data(), held_).rfind('\n') + 1;
    } while (given_ == 0 && std::feof(file_) == 0);
    return {buffer_.data(), given_};
  }

 private:
  std::FILE* file_;
  std::string buffer_;
  size_t held_ = 0;
  size_t given_ = 0;
};

// Sorted lines in a part of the scratch file.
class Run {
 public:
  Run(std::FILE* file, int64_t begin, int64_t end)
      : descriptor_(fileno(file)), at_(begin), end_(end) {}

  const Line& line() const { return line_; }

  // To the next line; false if there is none.
  bool Advance(size_t piece) {
    used_ += line_.text.size();
    std::string_view text;
    while (
        (text = FirstLine(std::string_view(buffer_).substr(used_))).empty()) {
      if (at_ == end_) return false;
      Refill(piece);
    }
    line_ = LineOf(text);
    return true;
  }

 private:
  void Refill(size_t piece) {
    buffer_.erase(0, used_);
    used_ = 0;
    const size_t held = buffer_.size();
    const auto wanted = static_cast<size_t>(
        std::min<int64_t>(static_cast<int64_t>(piece), end_ - at_));
    buffer_.resize(held + wanted);
    const ssize_t read = pread(descriptor_, buffer_.data() + held, wanted, at_);
    if (read <= 0) Fail("read");
    buffer_.resize(held + static_cast<size_t>(read));
    at_ += read;
  }

  const int descriptor_;
  int64_t at_;
  const int64_t end_;
  std::string buffer_;
  size_t used_ = 0;
  Line line_;
};

void Merge(std::vector<Run>& runs, size_t at_once,
           const std::function<void(std::string_view)>& sink) {
  const size_t piece = std::max(kLeastPiece, at_once / runs.size());
  // Of equal labels the earlier run is the earlier time.
  const auto later = [&](size_t a, size_t b) {
    const int order = runs[a].line().labels.compare(runs[b].line().labels);
    return order != 0 ? order > 0 : a > b;
  };
  std::priority_queue<size_t, std::vector<size_t>, decltype(later)> next(later);
  for (size_t i = 0; i < runs.size(); ++i) {
    if (runs[i].Advance(piece)) next.push(i);
  }
  while (!next.empty()) {
    const size_t i = next.top();
    next.pop();
    sink(runs[i].line().text);
    if (runs[i].Advance(piece)) next.push(i);
  }
}

}  // namespace

void GroupLines(std::FILE* lines, const std::filesystem::path& scratch,
                const std::function<void(std::string_view)>& sink,
                size_t at_once) {
  TempFile file;
  std::vector<Run> runs;
  {
    Pieces pieces(lines, at_once);
    std::string_view piece = pieces.Next();
    int64_t written = 0;
    while (!piece.empty()) {
      const std::vector<Line> sorted = Sorted(piece);
      const auto size = static_cast<int64_t>(piece.size());
      if (file == nullptr) file = MakeTempFile(scratch);
      for (const Line& line : sorted) {
        if (std::fwrite(line.text.data(), 1, line.text.size(), file.get()) !=
            line.text.size()) {
          Fail("write");
        }
      }
      runs.emplace_back(file.get(), written, written + size);
      written += size;
      piece = pieces.Next();
    }
  }
  if (runs.empty()) return;
  if (std::fflush(file.get()) != 0) Fail("write");
  Merge(runs, at_once, sink);
}

}  // namespace ipband
