// SPDX-License-Identifier: Apache-2.0
#include "exporter/config/log_rule.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <optional>
#include <utility>

#include "collectors/net/prefix.h"
#include "exporter/config/wording.h"

namespace ipband {
namespace {

constexpr const char* kHostForms =
    "an address, ADDRESS/BITS or ADDRESS/MASK (10.1.0.0/16, 2001:db8::/32)";

constexpr std::pair<std::string_view, LogRule::Count> kCounts[] = {
    {"NONE", LogRule::Count::kNone},
    {"FROM", LogRule::Count::kFrom},
    {"TO", LogRule::Count::kTo},
    {"BOTH", LogRule::Count::kBoth}};

bool IsNumber(std::string_view text) {
  return !text.empty() &&
         text.find_first_not_of("0123456789") == std::string_view::npos;
}

// Four decimal octets, leading zeros being nothing.
struct Dotted {
  uint32_t address = 0;
  bool looks_octal = false;  // and is another number then
};

std::optional<Dotted> ParseDotted(std::string_view text) {
  Dotted result;
  for (int octet = 0; octet < 4; ++octet) {
    const size_t end = octet < 3 ? text.find('.') : text.size();
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view digits = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!IsNumber(digits) || digits.size() > 3) return std::nullopt;
    uint32_t value = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), value);
    // ipfm: a larger one made the address 0.0.0.0 and a mask anything.
    if (value > 255) return std::nullopt;
    if (digits.size() > 1 && digits[0] == '0' && value > 7) {
      result.looks_octal = true;
    }
    result.address = result.address << 8 | value;
  }
  return result;
}

Address ReadAddress(IpfmReader& reader, std::vector<OctalLook>& octal,
                    const std::string& allowed) {
  const IpfmWord word = reader.Peek();
  const bool is_bare = word.kind == IpfmWord::Kind::kBare && !reader.AtEnd();
  if (is_bare) {
    if (const std::optional<Dotted> dotted = ParseDotted(word.text)) {
      const Address address = Address::V4(dotted->address);
      if (dotted->looks_octal) octal.push_back({word, ToString(address)});
      reader.Take();
      return address;
    }
    if (const std::optional<Address> address = ParseAddress(word.text)) {
      reader.Take();
      return *address;
    }
    if (word.text.find_first_not_of("0123456789.") == std::string_view::npos) {
      FailAt(word, Quote(word.text) +
                       " is no address; allowed: four numbers from 0 to 255, "
                       "like 10.1.0.0");
    }
  }
  reader.FailNext(allowed);
}

Address MaskOf(Family family, int bits) {
  constexpr uint64_t kAll = ~uint64_t{0};
  const Address all = family == Family::kIpv4 ? Address::V4(0xffffffff)
                                              : Address::V6(kAll, kAll);
  return FirstAddress(all, bits);
}

// ipfm: /0 was refused.
Address ReadBits(IpfmReader& reader, Family family) {
  const std::string_view text = reader.Peek().text;
  int bits = -1;
  std::from_chars(text.data(), text.data() + text.size(), bits);
  if (bits < 0 || bits > AddressBits(family)) {
    reader.FailNext("mask bits from 0 to " +
                    std::to_string(AddressBits(family)));
  }
  reader.Take();
  return MaskOf(family, bits);
}

Address ReadMask(IpfmReader& reader, const Address& address,
                 std::vector<OctalLook>& octal) {
  if (!reader.TakeSlash()) {
    return MaskOf(address.family, AddressBits(address.family));
  }
  const IpfmWord word = reader.Peek();
  if (word.kind == IpfmWord::Kind::kBare && IsNumber(word.text)) {
    return ReadBits(reader, address.family);
  }
  const Address mask =
      ReadAddress(reader, octal, "mask bits like 24, or a mask");
  if (mask.family != address.family) {
    FailAt(word, Quote(word.text) +
                     " is a mask of the other IP version; allowed: mask bits, "
                     "or a mask of the same version");
  }
  return mask;
}

AddressPattern ReadPattern(IpfmReader& reader, std::vector<OctalLook>& octal,
                           const std::string& allowed) {
  AddressPattern pattern;
  pattern.any = false;
  pattern.network = ReadAddress(reader, octal, allowed);
  pattern.mask = ReadMask(reader, pattern.network, octal);
  pattern.network.high &= pattern.mask.high;
  pattern.network.low &= pattern.mask.low;
  return pattern;
}

// The number of leading ones; nothing if there are ones behind them.
std::optional<int> BitsOf(const Address& mask) {
  const int bits = mask.family == Family::kIpv4
                       ? std::countl_one(static_cast<uint32_t>(mask.low))
                   : std::countl_one(mask.high) < 64
                       ? std::countl_one(mask.high)
                       : 64 + std::countl_one(mask.low);
  if (MaskOf(mask.family, bits) != mask) return std::nullopt;
  return bits;
}

std::string ToString(const AddressPattern& pattern) {
  std::string network = ToString(pattern.network);
  const std::optional<int> bits = BitsOf(pattern.mask);
  if (!bits) return network + "/" + ToString(pattern.mask);
  if (*bits == AddressBits(pattern.network.family)) return network;
  return network + "/" + std::to_string(*bits);
}

}  // namespace

LogRule ReadLogRule(IpfmReader& reader, std::vector<OctalLook>& octal) {
  LogRule rule;
  std::string allowed = "NONE, FROM, TO, BOTH, NOT WITH, WITH or ";
  for (const auto& [word, count] : kCounts) {
    if (!reader.TakeIf(word)) continue;
    rule.count = count;
    allowed = "NOT WITH, WITH or ";
    break;
  }
  const auto at_with = [&reader] {
    IpfmReader ahead = reader;
    return ahead.AtEnd() || ahead.TakeIf("NOT") || ahead.TakeIf("WITH");
  };
  if (!at_with()) rule.host = ReadPattern(reader, octal, allowed + kHostForms);
  rule.not_with = reader.TakeIf("NOT");
  const bool with = reader.TakeIf("WITH");
  if (!with && (rule.not_with || !reader.AtEnd())) {
    reader.FailNext(rule.not_with ? "WITH" : "NOT WITH or WITH");
  }
  if (with && !reader.AtEnd()) {
    rule.peer = ReadPattern(reader, octal, kHostForms);
  }
  reader.RefuseMore();
  return rule;
}

LogRule ParseLogRule(std::string_view text) {
  IpfmLexer lexer(text);
  const IpfmLine statement = lexer.Next().value_or(IpfmLine{});
  IpfmReader reader(statement);
  if (!reader.TakeIf("LOG")) {
    throw BadValue(Quote(text) +
                   " is no rule; allowed: LOG [NONE|FROM|TO|BOTH] [HOST] "
                   "[[NOT] WITH [HOST]]");
  }
  std::vector<OctalLook> octal;
  const LogRule rule = ReadLogRule(reader, octal);
  if (lexer.Next()) {
    throw BadValue(Quote(text) + " has several lines; allowed: one rule");
  }
  if (!octal.empty()) {
    throw BadValue(
        Quote(octal.front().word.text) +
        " has an octet with a leading 0; allowed: " + octal.front().decimal);
  }
  return rule;
}

std::string ToString(const LogRule& rule) {
  std::string text = "LOG";
  for (const auto& [word, count] : kCounts) {
    if (count == rule.count) text += " " + std::string(word);
  }
  if (!rule.host.any) text += " " + ToString(rule.host);
  if (rule.not_with) text += " NOT";
  if (rule.not_with || !rule.peer.any) text += " WITH";
  if (!rule.peer.any) text += " " + ToString(rule.peer);
  return text;
}

}  // namespace ipband
