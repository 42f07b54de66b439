// SPDX-License-Identifier: Apache-2.0
#include "exporter/config/ipfm_lines.h"

#include <algorithm>

#include "exporter/config/ascii.h"
#include "exporter/config/wording.h"

namespace ipband {
namespace {

constexpr std::string_view kKeywords[] = {
    "after", "always", "append",   "both",    "clear",     "device",
    "dump",  "every",  "filename", "from",    "in",        "localtime",
    "log",   "never",  "newlog",   "none",    "nopromisc", "noresolve",
    "not",   "out",    "promisc",  "replace", "resolve",   "sort",
    "to",    "total",  "utc",      "with"};
constexpr std::string_view kUnits[] = {
    "day", "days", "hour", "hours", "minute", "minutes", "second", "seconds"};

// ipfm: letters and digits; the others needed quotes in interface names.
bool IsBare(char c) {
  return IsDigit(c) || IsLetter(c) ||
         std::string_view(".-_:@").find(c) != std::string_view::npos;
}

// The length of the dotted address that the word begins with; 0 for none.
size_t DottedLength(std::string_view word) {
  size_t end = 0;
  for (int octet = 0; octet < 4; ++octet) {
    if (octet > 0 && (end == word.size() || word[end++] != '.')) return 0;
    const size_t begin = end;
    while (end < word.size() && end < begin + 3 && IsDigit(word[end])) ++end;
    if (end == begin) return 0;
  }
  return end;
}

template <size_t kCount>
bool Contains(const std::string_view (&words)[kCount], std::string_view word) {
  return std::find(std::begin(words), std::end(words), word) != std::end(words);
}

}  // namespace

// ipfm: a carriage return was refused.
bool IpfmLexer::AtLineEnd() const {
  const std::string_view rest = text_.substr(position_, 2);
  return rest.empty() || rest[0] == '\n' || rest == "\r\n" || rest == "\r";
}

void IpfmLexer::SkipBlanks() {
  const auto is_blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!AtEnd() && is_blank(text_[position_])) ++position_;
  if (!AtEnd() && text_[position_] == '#') {
    position_ = std::min(text_.find('\n', position_), text_.size());
  }
}

void IpfmLexer::SkipNewline() {
  position_ = std::min(text_.find('\n', position_), text_.size() - 1) + 1;
  line_start_ = position_;
  ++line_;
}

std::string_view IpfmLexer::TakeBare() {
  const size_t begin = position_;
  while (!AtEnd() && IsBare(text_[position_])) ++position_;
  const std::string_view word = text_.substr(begin, position_ - begin);
  // ipfm: an address ended before a letter, so that 10.0.0.1WITH is two words.
  const size_t dotted = DottedLength(word);
  if (dotted == 0 || dotted == word.size() || !IsLetter(word[dotted])) {
    return word;
  }
  position_ = begin + dotted;
  return word.substr(0, dotted);
}

std::string_view IpfmLexer::TakeString() {
  const IpfmWord quote{IpfmWord::Kind::kString, {}, line_, Column()};
  const size_t begin = position_ + 1;
  const size_t end = text_.find('"', begin);
  if (end == std::string_view::npos) {
    FailAt(quote, "the text has no end; allowed: \"text\"");
  }
  if (end == begin) {
    FailAt(quote, "the text in quotes is empty; allowed: \"text\"");
  }
  for (size_t i = begin; i < end; ++i) {
    if (text_[i] != '\n') continue;
    line_start_ = i + 1;
    ++line_;
  }
  position_ = end + 1;
  return text_.substr(begin, end - begin);
}

IpfmWord IpfmLexer::TakeWord() {
  IpfmWord word{IpfmWord::Kind::kBare, {}, line_, Column()};
  const char c = text_[position_];
  if (c == '"') {
    word.kind = IpfmWord::Kind::kString;
    word.text = TakeString();
  } else if (c == '/') {
    word.kind = IpfmWord::Kind::kSlash;
    word.text = text_.substr(position_++, 1);
  } else if (IsBare(c)) {
    word.text = TakeBare();
  } else {
    FailAt(word, "unexpected character " + Quote({&c, 1}) +
                     "; allowed: words, numbers, addresses, / and \"text\"");
  }
  return word;
}

// ipfm: the last line needed a newline at its end.
std::optional<IpfmLine> IpfmLexer::Next() {
  IpfmLine line;
  while (line.words.empty()) {
    SkipBlanks();
    while (!AtLineEnd()) {
      line.words.push_back(TakeWord());
      line.end_line = line_;
      line.end_column = Column();
      SkipBlanks();
    }
    if (AtEnd()) break;
    SkipNewline();
  }
  if (line.words.empty()) return std::nullopt;
  return line;
}

IpfmWord IpfmReader::Peek() const {
  if (!AtEnd()) return line_->words[next_];
  return {IpfmWord::Kind::kBare, {}, line_->end_line, line_->end_column};
}

IpfmWord IpfmReader::Take() {
  const IpfmWord word = Peek();
  if (!AtEnd()) ++next_;
  return word;
}

bool IpfmReader::TakeIf(std::string_view keyword) {
  const IpfmWord word = Peek();
  if (AtEnd() || word.kind != IpfmWord::Kind::kBare) return false;
  if (LowerCase(word.text) != LowerCase(keyword)) return false;
  ++next_;
  return true;
}

bool IpfmReader::TakeSlash() {
  if (AtEnd() || Peek().kind != IpfmWord::Kind::kSlash) return false;
  ++next_;
  return true;
}

void IpfmReader::FailNext(const std::string& allowed) const {
  const IpfmWord word = Peek();
  if (AtEnd()) FailAt(word, "the line ends too early; allowed: " + allowed);
  FailAt(word, Quote(word.text) + " cannot stand here; allowed: " + allowed);
}

void IpfmReader::RefuseMore() const {
  if (!AtEnd()) FailNext("nothing more on this line but a comment");
}

void FailAt(const IpfmWord& word, const std::string& sentence) {
  throw IpfmMistake(sentence, word.line, word.column);
}

// ipfm: units were words of the language in lower case only.
bool IsIpfmKeyword(std::string_view word) {
  return Contains(kKeywords, LowerCase(word)) || Contains(kUnits, word);
}

}  // namespace ipband
