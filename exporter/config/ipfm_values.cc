// SPDX-License-Identifier: Apache-2.0
#include "exporter/config/ipfm_values.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>
#include <utility>

#include "exporter/config/limits.h"
#include "exporter/config/units.h"
#include "exporter/config/wording.h"

namespace ipband {
namespace {

using std::chrono::seconds;

std::optional<seconds> UnitOf(const IpfmWord& word) {
  static constexpr std::pair<std::string_view, int> kUnitSeconds[] = {
      {"day", 86400}, {"hour", 3600}, {"minute", 60}, {"second", 1}};
  if (word.kind != IpfmWord::Kind::kBare) return std::nullopt;
  const std::string unit = LowerCase(word.text);
  for (const auto& [name, length] : kUnitSeconds) {
    if (unit == name || unit == std::string(name) + "s") return seconds(length);
  }
  return std::nullopt;
}

bool IsNumber(const IpfmWord& word) {
  return word.kind == IpfmWord::Kind::kBare && !word.text.empty() &&
         word.text.find_first_not_of("0123456789") == std::string_view::npos;
}

// ipfm: (NUMBER UNIT)+, added up; a number too large became another one.
seconds ReadTime(IpfmReader& reader, Range<seconds> allowed,
                 const std::string& what) {
  // Beyond every range, and far from the end of the type.
  constexpr int64_t kTooMany = 1'000'000'000'000;
  const IpfmWord first = reader.Peek();
  if (!IsNumber(first)) reader.FailNext("a time like 1 hour 30 minutes");
  int64_t total = 0;
  while (IsNumber(reader.Peek())) {
    const std::string_view digits = reader.Take().text;
    int64_t number = kTooMany;
    std::from_chars(digits.data(), digits.data() + digits.size(), number);
    const std::optional<seconds> unit = UnitOf(reader.Peek());
    if (!unit) reader.FailNext("days, hours, minutes or seconds");
    reader.Take();
    total =
        std::min(total + std::min(number, kTooMany) * unit->count(), kTooMany);
  }
  const seconds time(total);
  if (time < allowed.min || time > allowed.max) {
    FailAt(first,
           what + " is out of range; allowed: " + FormatDuration(allowed.min) +
               " to " + FormatDuration(allowed.max));
  }
  return time;
}

}  // namespace

// ipfm: 0 seconds ended it with a division by zero.
MeterGrid ReadEvery(IpfmReader& reader, const std::string& what) {
  MeterGrid grid;
  grid.every = ReadTime(reader, kMeterPeriodRange, "the " + what + " period");
  if (reader.TakeIf("AFTER")) {
    grid.after = ReadTime(reader, kMeterDelayRange, "the " + what + " delay");
  }
  return grid;
}

std::string ReadName(IpfmReader& reader, std::string_view quoted,
                     const std::string& allowed) {
  const IpfmWord word = reader.Peek();
  if (word.kind == IpfmWord::Kind::kSlash || reader.AtEnd()) {
    reader.FailNext(allowed);
  }
  if (word.kind == IpfmWord::Kind::kBare) {
    const bool is_plain = word.text.find_first_of(quoted) == word.text.npos;
    if (!is_plain || IsNumber(word) || IsIpfmKeyword(word.text)) {
      FailAt(word, Quote(word.text) + " needs quotes; allowed: " + allowed);
    }
  }
  return std::string(reader.Take().text);
}

}  // namespace ipband
