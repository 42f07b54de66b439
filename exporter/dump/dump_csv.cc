// SPDX-License-Identifier: Apache-2.0
#include "exporter/dump/dump_csv.h"

#include <array>
#include <charconv>

#include "exporter/text/time_text.h"

namespace ipband {
namespace {

constexpr size_t kCsvLineBytes = 64;  // about

void AppendQuoted(std::string& text, std::string_view value) {
  if (value.find_first_of(",\"\r\n") == value.npos) {
    text += value;
    return;
  }
  text += '"';
  for (const char c : value) {
    if (c == '"') text += '"';
    text += c;
  }
  text += '"';
}

void AppendNumber(std::string& text, uint64_t number) {
  std::array<char, 20> digits{};
  char* const end =
      std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  text += ',';
  text.append(digits.data(), end);
}

void AppendNumbers(std::string& text, uint64_t in, uint64_t out) {
  AppendNumber(text, in);
  AppendNumber(text, out);
  AppendNumber(text, in + out);
  text += '\n';
}

}  // namespace

std::string DumpCsv(const DumpPage& page) {
  const std::string end = Rfc3339Utc(page.dump.at);
  std::string text;
  text.reserve((page.table.rows.size() + 1) * kCsvLineBytes);
  std::array<char, kMaxAddressText> address{};
  for (const DumpRow& row : page.table.rows) {
    text += end;
    text += ',';
    text.append(address.data(), FormatAddress(row.address, address.data()));
    text += ',';
    if (!page.names.empty()) {
      const auto name = page.names.find(row.address);
      if (name != page.names.end()) AppendQuoted(text, name->second);
    }
    AppendNumbers(text, row.in, row.out);
  }
  if (!page.table.not_shown.empty()) {
    const NotShown& not_shown = page.table.not_shown;
    text += end + ",other," + (not_shown.more_hosts ? "more than " : "") +
            std::to_string(not_shown.hosts) + " hosts";
    AppendNumbers(text, not_shown.in, not_shown.out);
  }
  return text;
}

}  // namespace ipband
