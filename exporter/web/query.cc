// SPDX-License-Identifier: Apache-2.0
#include "exporter/web/query.h"

#include <algorithm>
#include <utility>

#include "collectors/net/utf8.h"
#include "exporter/text/one_line.h"

namespace ipband {
namespace {

constexpr size_t kMaxBytes = 4096;
constexpr size_t kMaxParameters = 64;

// -1 if it is none.
int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

char DecodeEscape(std::string_view text) {
  const int high = text.size() < 3 ? -1 : HexDigit(text[1]);
  const int low = text.size() < 3 ? -1 : HexDigit(text[2]);
  if (high < 0 || low < 0) {
    throw BadQuery("the query has a \"%\" without two hexadecimal digits");
  }
  return static_cast<char>(high * 16 + low);
}

std::string Decode(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  while (!text.empty()) {
    if (text[0] == '%') {
      decoded += DecodeEscape(text);
      text.remove_prefix(3);
    } else {
      decoded += text[0] == '+' ? ' ' : text[0];
      text.remove_prefix(1);
    }
  }
  if (std::any_of(decoded.begin(), decoded.end(), IsControl)) {
    throw BadQuery("the query has a control character");
  }
  if (Utf8Length(decoded) != decoded.size()) {
    throw BadQuery("the query is not UTF-8");
  }
  return decoded;
}

void AddParameter(std::string_view text, Query& query) {
  const size_t equals = std::min(text.find('='), text.size());
  std::string name = Decode(text.substr(0, equals));
  if (name.empty()) throw BadQuery("the query has a value without a name");
  text.remove_prefix(std::min(equals + 1, text.size()));
  if (!query.emplace(std::move(name), Decode(text)).second) {
    throw BadQuery("the query has a parameter twice");
  }
  if (query.size() > kMaxParameters) {
    throw BadQuery("the query has more than 64 parameters");
  }
}

bool MayStandInUrl(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
         (c >= 'A' && c <= 'Z') ||
         std::string_view("-._~").find(c) != std::string_view::npos;
}

}  // namespace

Query ParseQuery(std::string_view text) {
  if (text.size() > kMaxBytes) {
    throw BadQuery("the query is longer than 4096 bytes");
  }
  Query query;
  while (!text.empty()) {
    const size_t end = std::min(text.find('&'), text.size());
    // "a=1&&b=2&" is what joining empty pieces gives, and clear enough.
    if (end > 0) AddParameter(text.substr(0, end), query);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return query;
}

std::string PercentEncode(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    if (MayStandInUrl(c)) {
      encoded += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    encoded += '%';
    encoded += kDigits[byte >> 4];
    encoded += kDigits[byte & 15];
  }
  return encoded;
}

}  // namespace ipband
