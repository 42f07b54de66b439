// SPDX-License-Identifier: Apache-2.0
//
// ipfm.conf cut into lines and words, without knowing what they mean; also the
// words of a single LOG rule. Mistakes are thrown as IpfmMistake with
// their place in the text. Used while a file is being loaded.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/error.h"

namespace ipband {

struct IpfmMistake : BadValue {
  IpfmMistake(const std::string& sentence, int at_line, int at_column)
      : BadValue(sentence), line(at_line), column(at_column) {}

  int line;
  int column;
};

struct IpfmWord {
  enum class Kind {
    kBare,    // letters, digits and . - _ : @
    kString,  // what stood between double quotes
    kSlash,
  };
  Kind kind = Kind::kBare;
  std::string_view text;
  int line = 0;
  int column = 0;  // in bytes, from 1
};

// What stands on one line; a string may go on over its end.
struct IpfmLine {
  std::vector<IpfmWord> words;  // at least one
  int end_line = 0;             // behind the last word
  int end_column = 0;
};

class IpfmLexer {
 public:
  explicit IpfmLexer(std::string_view text) : text_(text) {}

  // The next line that says something; nothing at the end.
  std::optional<IpfmLine> Next();

 private:
  bool AtEnd() const { return position_ == text_.size(); }
  bool AtLineEnd() const;
  int Column() const { return static_cast<int>(position_ - line_start_) + 1; }
  void SkipBlanks();
  void SkipNewline();
  IpfmWord TakeWord();
  std::string_view TakeBare();
  std::string_view TakeString();

  std::string_view text_;
  size_t position_ = 0;
  size_t line_start_ = 0;
  int line_ = 1;
};

// Goes through the words of one line.
class IpfmReader {
 public:
  explicit IpfmReader(const IpfmLine& line) : line_(&line) {}

  // Behind the last word: a bare word without text, and its place.
  IpfmWord Peek() const;
  IpfmWord Take();
  bool AtEnd() const { return next_ == line_->words.size(); }
  // Takes the next word if it is this one, in any case.
  bool TakeIf(std::string_view keyword);
  bool TakeSlash();

  // The next word is wrong. `allowed` is what could stand there.
  [[noreturn]] void FailNext(const std::string& allowed) const;
  void RefuseMore() const;

 private:
  const IpfmLine* line_;
  size_t next_ = 0;
};

[[noreturn]] void FailAt(const IpfmWord& word, const std::string& sentence);

// A word of ipfm's language; as a name it needs quotes.
bool IsIpfmKeyword(std::string_view word);

}  // namespace ipband
