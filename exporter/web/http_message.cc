// SPDX-License-Identifier: Apache-2.0
#include "exporter/web/http_message.h"

#include <strings.h>

#include <optional>

namespace ipband {
namespace {

std::string_view Trim(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

// What stands before the separator; the text is left with what follows it.
std::string_view TakeUntil(std::string_view& text, char separator) {
  const size_t end = text.find(separator);
  const std::string_view taken = Trim(text.substr(0, end));
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return taken;
}

bool EqualsIgnoringCase(std::string_view a, std::string_view b) {
  return a.size() == b.size() && strncasecmp(a.data(), b.data(), a.size()) == 0;
}

// Whether a coding's parameters hold "q=0", "q=0.0" and the like.
bool IsRefused(std::string_view parameters) {
  while (!parameters.empty()) {
    std::string_view value = TakeUntil(parameters, ';');
    const std::string_view name = TakeUntil(value, '=');
    if (!EqualsIgnoringCase(name, "q")) continue;
    value = Trim(value);
    return !value.empty() && value[0] == '0' &&
           value.find_first_not_of("0.") == std::string_view::npos;
  }
  return false;
}

}  // namespace

bool AcceptsGzip(std::string_view accept_encoding) {
  std::optional<bool> named;
  bool any = false;
  while (!accept_encoding.empty()) {
    std::string_view entry = TakeUntil(accept_encoding, ',');
    const std::string_view coding = TakeUntil(entry, ';');
    if (EqualsIgnoringCase(coding, "gzip")) named = !IsRefused(entry);
    if (coding == "*") any = !IsRefused(entry);
  }
  return named.value_or(any);
}

}  // namespace ipband
