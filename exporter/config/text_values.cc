// SPDX-License-Identifier: Apache-2.0
#include "exporter/config/text_values.h"

#include <algorithm>
#include <optional>

#include "exporter/config/wording.h"
#include "exporter/error.h"
#include "exporter/text/one_line.h"

namespace ipband {
namespace {

// The kernel's limit of an alternative interface name.
constexpr size_t kMaxInterfaceName = 127;

// Printable ASCII other than the blank.
bool IsGraph(char c) { return c > 0x20 && c < 0x7f; }

bool IsInterfaceLetter(char c) {
  return IsGraph(c) && c != '/' && c != '"' && c != '\'';
}

bool IsPathLetter(char c) {
  return IsGraph(c) && c != '?' && c != '#' && c != '%';
}

// There is a page for it, or it would be taken for the name of one. The landing
// page gives way.
bool IsTaken(std::string_view path) {
  return path.starts_with("/-/") || path == "/reports" ||
         path.starts_with("/reports/") || path.starts_with("/subnets/") ||
         path.starts_with("/api/v1/");
}

}  // namespace

std::string ParseInterfaceName(std::string_view text) {
  const std::string_view name = text.substr(text.starts_with('!') ? 1 : 0);
  if (name.empty() || name.size() > kMaxInterfaceName ||
      !std::all_of(name.begin(), name.end(), IsInterfaceLetter)) {
    throw BadValue(Quote(text) +
                   " is no interface name; allowed: a name without blanks, "
                   "quotes or /, a glob (en*, !veth*), any or default");
  }
  return std::string(text);
}

std::string ParseTelemetryPath(std::string_view text) {
  if (!text.starts_with('/') || IsTaken(text) ||
      !std::all_of(text.begin(), text.end(), IsPathLetter)) {
    throw BadValue(Quote(text) +
                   " is no path for the metrics; allowed: a path like /metrics "
                   "outside of /-/, /api/v1/, /reports and /subnets/");
  }
  return std::string(text);
}

Prefix ParseNetwork(std::string_view text) {
  const std::optional<Prefix> prefix = ParsePrefix(text);
  if (!prefix) {
    throw BadValue(Quote(text) +
                   " is no network; allowed: 10.1.0.0/16, 2001:db8::/32 or one "
                   "address");
  }
  return *prefix;
}

std::string ParseTextLine(std::string_view text) {
  if (std::any_of(text.begin(), text.end(), IsControl)) {
    throw BadValue(Quote(text) +
                   " has a control character; allowed: one line of text");
  }
  return std::string(text);
}

std::string ParseOutputName(std::string_view text) {
  if (text.empty()) {
    throw BadValue(
        "the name is empty; allowed: a file, or - for standard output");
  }
  return ParseTextLine(text);
}

std::string ParseDirectoryName(std::string_view text) {
  if (text.empty()) throw BadValue("the name is empty; allowed: a directory");
  return ParseTextLine(text);
}

std::vector<std::string> ParseMailAddresses(std::string_view text) {
  constexpr std::string_view kBlanks = " \t";
  std::vector<std::string> addresses;
  while (!text.empty()) {
    size_t end = 0;
    for (bool quoted = false; end < text.size(); ++end) {
      if (text[end] == '"') quoted = !quoted;
      if (text[end] == ',' && !quoted) break;
    }
    std::string_view address = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const size_t begin = address.find_first_not_of(kBlanks);
    if (begin == std::string_view::npos) continue;
    address =
        address.substr(begin, address.find_last_not_of(kBlanks) + 1 - begin);
    addresses.push_back(ParseTextLine(address));
  }
  return addresses;
}

std::vector<std::string> ParseMailHeader(std::string_view text) {
  if (ParseMailAddresses(text).empty()) return {};
  return {ParseTextLine(text)};
}

}  // namespace ipband
