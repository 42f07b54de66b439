// SPDX-License-Identifier: Apache-2.0
#include "exporter/config/units.h"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include "exporter/config/ascii.h"
#include "exporter/config/wording.h"
#include "exporter/error.h"

namespace ipband {
namespace {

using std::chrono::seconds;

struct TimeUnit {
  char name;
  uint64_t seconds;
};
constexpr std::array<TimeUnit, 4> kTimeUnits = {
    {{'d', 86400}, {'h', 3600}, {'m', 60}, {'s', 1}}};

struct SizeUnit {
  std::string_view name;
  uint64_t bytes;
};
constexpr std::array<SizeUnit, 8> kSizeUnits = {{{"GiB", uint64_t{1} << 30},
                                                 {"MiB", uint64_t{1} << 20},
                                                 {"KiB", uint64_t{1} << 10},
                                                 {"GB", 1'000'000'000},
                                                 {"MB", 1'000'000},
                                                 {"kB", 1'000},
                                                 {"B", 1},
                                                 {"", 1}}};

struct RateUnit {
  std::string_view name;
  double bytes_per_second;
};
constexpr std::array<RateUnit, 13> kRateUnits = {
    // ipband: kBps are 1024 bytes per second.
    {{"", 1024.0},
     {"bit/s", 0.125},
     {"kbit/s", 125.0},
     {"Mbit/s", 125e3},
     {"Gbit/s", 125e6},
     {"Tbit/s", 125e9},
     {"B/s", 1.0},
     {"kB/s", 1e3},
     {"MB/s", 1e6},
     {"GB/s", 1e9},
     {"KiB/s", 1024.0},
     {"MiB/s", 1048576.0},
     {"GiB/s", 1073741824.0}}};
constexpr double kMaxRate = 12.5e12;

constexpr std::string_view kRateAllowed =
    "; allowed: none, or 0 to 100Tbit/s, written like 56kbit/s, 10Mbit/s, "
    "7KiB/s, 1.5MB/s or 7, which is 7KiB/s";

// Takes the digits off the front of `text`; nothing if there are none or the
// number is too large.
std::optional<uint64_t> TakeWhole(std::string_view& text) {
  uint64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{}) return std::nullopt;
  text.remove_prefix(static_cast<size_t>(rest - text.data()));
  return value;
}

// The same with a decimal point. Signs, "inf" and "nan" are no numbers here.
std::optional<double> TakeDecimal(std::string_view& text) {
  if (text.empty() || !(IsDigit(text[0]) || text[0] == '.')) {
    return std::nullopt;
  }
  double value = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{}) return std::nullopt;
  text.remove_prefix(static_cast<size_t>(rest - text.data()));
  return value;
}

void SkipBlank(std::string_view& text) {
  if (!text.empty() && text[0] == ' ') text.remove_prefix(1);
}

template <class Units>
auto FindUnit(const Units& units, std::string_view name) ->
    typename Units::const_pointer {
  for (const auto& unit : units) {
    if (unit.name == name) return &unit;
  }
  return nullptr;
}

// The product, or nothing if it does not fit.
std::optional<uint64_t> Times(uint64_t a, uint64_t b) {
  if (b != 0 && a > std::numeric_limits<uint64_t>::max() / b) return {};
  return a * b;
}

// The sum of a text like 1h30m; nothing if the text is something else. Sums
// that do not fit saturate, so that they are out of any range.
std::optional<uint64_t> SumOfSeconds(std::string_view text) {
  if (text.empty()) return std::nullopt;
  if (text == "0") return 0;
  constexpr auto kMax = uint64_t{std::numeric_limits<int64_t>::max()};
  uint64_t total = 0;
  auto unit = kTimeUnits.begin();
  while (!text.empty()) {
    const std::optional<uint64_t> count = TakeWhole(text);
    if (!count || text.empty()) return std::nullopt;
    while (unit != kTimeUnits.end() && unit->name != text[0]) ++unit;
    if (unit == kTimeUnits.end()) return std::nullopt;
    const uint64_t part = Times(*count, unit->seconds).value_or(kMax);
    total = part > kMax - total ? kMax : total + part;
    text.remove_prefix(1);
    ++unit;
  }
  return total;
}

// Without an exponent; empty if it has very many digits.
std::string Decimal(double number) {
  std::array<char, 400> text;
  const auto [end, error] = std::to_chars(
      text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  if (error != std::errc{}) return "";
  return std::string(text.data(), end);
}

std::string OutOfRange(std::string_view text, const std::string& min,
                       const std::string& max) {
  return Quote(text) + " is out of range; allowed: " + min + " to " + max;
}

}  // namespace

int64_t ParseInteger(std::string_view text, Range<int64_t> allowed) {
  const std::string min = std::to_string(allowed.min);
  const std::string max = std::to_string(allowed.max);
  int64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  if (rest != end || error == std::errc::invalid_argument) {
    throw BadValue(Quote(text) + " is not a whole number; allowed: " + min +
                   " to " + max);
  }
  if (error != std::errc{} || value < allowed.min || value > allowed.max) {
    throw BadValue(OutOfRange(text, min, max));
  }
  return value;
}

seconds ParseDuration(std::string_view text, Range<seconds> allowed) {
  const std::optional<uint64_t> sum = SumOfSeconds(text);
  const std::string min = FormatDuration(allowed.min);
  const std::string max = FormatDuration(allowed.max);
  if (!sum) {
    throw BadValue(Quote(text) +
                   " is not a duration in whole seconds; allowed: " + min +
                   " to " + max + ", written like 60s, 5m, 1h30m or 1d");
  }
  const seconds value(static_cast<int64_t>(*sum));
  if (value < allowed.min || value > allowed.max) {
    throw BadValue(OutOfRange(text, min, max));
  }
  return value;
}

uint64_t ParseSize(std::string_view text, Range<uint64_t> allowed) {
  std::string_view rest = text;
  const std::optional<uint64_t> count = TakeWhole(rest);
  SkipBlank(rest);
  const SizeUnit* unit = FindUnit(kSizeUnits, rest);
  const std::string min = FormatSize(allowed.min);
  const std::string max = FormatSize(allowed.max);
  if (!count || unit == nullptr) {
    throw BadValue(Quote(text) + " is not a size; allowed: " + min + " to " +
                   max + ", in bytes or with kB, MB, GB, KiB, MiB or GiB");
  }
  const std::optional<uint64_t> value = Times(*count, unit->bytes);
  if (!value || *value < allowed.min || *value > allowed.max) {
    throw BadValue(OutOfRange(text, min, max));
  }
  return *value;
}

std::optional<double> ParseBandwidth(std::string_view text) {
  if (text == "none") return std::nullopt;
  std::string_view rest = text;
  const std::optional<double> number = TakeDecimal(rest);
  SkipBlank(rest);
  const RateUnit* unit = FindUnit(kRateUnits, rest);
  if (!number || unit == nullptr) {
    throw BadValue(Quote(text) + " is not a bandwidth" +
                   std::string(kRateAllowed));
  }
  const double value = *number * unit->bytes_per_second;
  if (!(value <= kMaxRate)) {
    throw BadValue(Quote(text) + " is out of range" +
                   std::string(kRateAllowed));
  }
  return value;
}

double ParseShare(std::string_view text) {
  std::string_view rest = text;
  const std::optional<double> number = TakeDecimal(rest);
  SkipBlank(rest);
  if (!number || rest != "%" || !(*number > 0) || *number > 100) {
    throw BadValue(Quote(text) +
                   " is not a share; allowed: more than 0% to 100%");
  }
  return *number / 100;
}

std::string FormatDuration(seconds duration) {
  auto left = static_cast<uint64_t>(duration.count());
  std::string text;
  for (const TimeUnit& unit : kTimeUnits) {
    if (left < unit.seconds) continue;
    text += std::to_string(left / unit.seconds) + unit.name;
    left %= unit.seconds;
  }
  return text.empty() ? "0s" : text;
}

std::string FormatSize(uint64_t bytes) {
  for (const SizeUnit& unit : kSizeUnits) {
    const bool binary = unit.name.size() == 3;
    if (binary && bytes >= unit.bytes && bytes % unit.bytes == 0) {
      return std::to_string(bytes / unit.bytes) + std::string(unit.name);
    }
  }
  return std::to_string(bytes);
}

std::string FormatBandwidth(std::optional<double> bytes_per_second) {
  if (!bytes_per_second || std::isinf(*bytes_per_second)) return "none";
  std::string shortest;
  size_t fewest = std::string::npos;
  for (const RateUnit& unit : kRateUnits) {
    if (unit.name.empty()) continue;
    const std::string number =
        Decimal(*bytes_per_second / unit.bytes_per_second);
    if (number.empty() || number.size() >= fewest) continue;
    const std::string text = number + std::string(unit.name);
    if (ParseBandwidth(text) != bytes_per_second) continue;
    fewest = number.size();
    shortest = text;
  }
  return shortest;
}

std::string FormatShare(double share) {
  const double percent = share * 100;
  std::string shortest;
  // The product is rounded, so the number may be the one beside it.
  for (const double number : {percent, std::nextafter(percent, 0.0),
                              std::nextafter(percent, 101.0)}) {
    const std::string text = Decimal(number);
    if (number / 100 != share) continue;
    if (shortest.empty() || text.size() < shortest.size()) shortest = text;
  }
  return (shortest.empty() ? Decimal(percent) : shortest) + "%";
}

}  // namespace ipband
