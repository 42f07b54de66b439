// SPDX-License-Identifier: Apache-2.0
#include "exporter/deliver/mail_text.h"

#include <algorithm>

#include "exporter/text/one_line.h"
#include "exporter/text/time_text.h"

namespace ipband {
namespace {

// A line end in a value would begin a header of its own.
std::string HeaderValue(std::string_view value) {
  std::string line(value);
  std::replace_if(line.begin(), line.end(), IsControl, ' ');
  return line;
}

// ipband: as they were written, mostly "a@b,c@d".
std::string Recipients(const MailOptions& options) {
  std::string all;
  for (const std::string& entry : options.to) {
    if (!all.empty()) all += ",";
    all += HeaderValue(entry);
  }
  return all;
}

std::string Subject(const MailOptions& options, const Document& document) {
  return HeaderValue(options.subject.empty() ? document.subject
                                             : options.subject);
}

std::string Base64(std::string_view bytes) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (; !bytes.empty();
       bytes.remove_prefix(std::min<size_t>(3, bytes.size()))) {
    uint32_t group = 0;
    for (size_t i = 0; i < 3; ++i) {
      const char c = i < bytes.size() ? bytes[i] : '\0';
      group = group << 8 | static_cast<unsigned char>(c);
    }
    for (size_t i = 0; i < 4; ++i) {
      out += i <= bytes.size() ? kDigits[group >> (18 - 6 * i) & 63] : '=';
    }
  }
  return out;
}

std::string WithNetworkLineEnds(std::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 32);
  char before = '\0';
  for (const char c : text) {
    if (c == '\n' && before != '\r') out += '\r';
    out += c;
    before = c;
  }
  if (before != '\n') out += "\r\n";
  return out;
}

// What a message id and an address may be made of.
std::string Token(std::string_view text) {
  std::string token(text);
  for (char& c : token) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                       (c >= 'A' && c <= 'Z') || c == '.' || c == '_' ||
                       c == '-';
    if (!plain) c = '-';
  }
  return token;
}

}  // namespace

// ipband: these three fields, an empty line, the report (which begins with an
// empty line) and the footer byte for byte.
std::string CommandMail(const MailOptions& options, const Document& document,
                        std::string_view footer) {
  const std::string from = options.from.empty()
                               ? "IP bandwidth watchdog <ipband>"
                               : HeaderValue(options.from);
  std::string mail = "To: " + Recipients(options) + "\nFrom: " + from +
                     "\nSubject: " + Subject(options, document) + "\n\n";
  mail += document.text;
  mail += footer;
  return mail;
}

std::string ServerMail(const MailOptions& options, const Document& document,
                       std::string_view footer, const std::string& host) {
  const std::string from =
      options.from.empty()
          ? "IP bandwidth watchdog <" + EnvelopeFrom(options, host) + ">"
          : HeaderValue(options.from);
  std::string mail =
      "To: " + Recipients(options) + "\r\nFrom: " + from +
      "\r\nSubject: " + EncodedHeader(Subject(options, document)) +
      "\r\nDate: " + InternetDate(document.at) + " +0000\r\nMessage-ID: <" +
      Token(document.id) + "@" + Token(host) + ">";
  mail +=
      "\r\nMIME-Version: 1.0"
      "\r\nContent-Type: text/plain; charset=utf-8"
      "\r\nContent-Transfer-Encoding: 8bit\r\n\r\n";
  mail += WithNetworkLineEnds(document.text + std::string(footer));
  return mail;
}

std::string BareAddress(std::string_view text) {
  // A line end would reach the server as the end of a command.
  if (std::any_of(text.begin(), text.end(), IsControl)) return "";
  const size_t open = text.rfind('<');
  if (open != text.npos) {
    text = text.substr(open + 1);
    text = text.substr(0, text.find('>'));
  }
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text.find_first_of(" <>") == text.npos ? std::string(text) : "";
}

std::vector<std::string> BareAddresses(const std::vector<std::string>& to) {
  std::vector<std::string> addresses;
  for (std::string_view rest : to) {
    while (!rest.empty()) {
      const size_t comma = std::min(rest.find(','), rest.size());
      std::string address = BareAddress(rest.substr(0, comma));
      if (!address.empty()) addresses.push_back(std::move(address));
      rest.remove_prefix(std::min(comma + 1, rest.size()));
    }
  }
  return addresses;
}

std::string EnvelopeFrom(const MailOptions& options, const std::string& host) {
  const std::string address = BareAddress(options.from);
  return address.empty() ? "ipband@" + Token(host) : address;
}

std::string EncodedHeader(std::string_view value) {
  const bool ascii = std::all_of(value.begin(), value.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x80;
  });
  if (ascii) return std::string(value);
  // 45 bytes become 60 letters: a word may have 75, and ends between two
  // characters.
  constexpr size_t kWordBytes = 45;
  std::string out;
  while (!value.empty()) {
    size_t size = std::min(kWordBytes, value.size());
    while (size > 1 && size < value.size() &&
           (static_cast<unsigned char>(value[size]) & 0xc0) == 0x80) {
      --size;
    }
    if (!out.empty()) out += "\r\n ";
    out += "=?UTF-8?B?" + Base64(value.substr(0, size)) + "?=";
    value.remove_prefix(size);
  }
  return out;
}

}  // namespace ipband
