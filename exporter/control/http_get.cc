// SPDX-License-Identifier: Apache-2.0
#include "exporter/control/http_get.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <string_view>
#include <utility>

#include "exporter/control/answers.h"
#include "exporter/deliver/curl_transfer.h"
#include "exporter/error.h"
#include "exporter/version.h"
#include "exporter/web/query.h"

namespace ipband {
namespace {

constexpr std::chrono::seconds kLimit{5};
constexpr size_t kMostBytes = size_t{64} << 20;

// What is behind the limit ends the transfer. Counted are bytes after
// decompression.
size_t Keep(char* data, size_t size, size_t count, void* body) {
  std::string& text = *static_cast<std::string*>(body);
  if (text.size() + size * count > kMostBytes) return 0;
  text.append(data, size * count);
  return size * count;
}

// Why there is no answer; what to do if nobody is there.
std::string WhyNone(const CurlTransfer::Outcome& outcome) {
  const std::string remedy =
      "; start ipband_exporter there, or name its address with --url";
  switch (outcome.code) {
    case CURLE_COULDNT_CONNECT:
      if (outcome.system_error == 0) return outcome.error + remedy;
      return std::strerror(static_cast<int>(outcome.system_error)) + remedy;
    case CURLE_COULDNT_RESOLVE_HOST:
      return outcome.error + remedy;
    default:
      return outcome.error;
  }
}

}  // namespace

std::string HttpGet(const std::string& url, std::stop_token stop) {
  const std::string user_agent =
      std::string("ipbandctl/") + std::string(kVersion.version);
  std::string body;
  CurlTransfer transfer(kLimit, std::move(stop));
  transfer.Set(CURLOPT_URL, url.c_str());
  transfer.Set(CURLOPT_PROTOCOLS_STR, "http,https");
  transfer.Set(CURLOPT_USERAGENT, user_agent.c_str());
  transfer.Set(CURLOPT_ACCEPT_ENCODING, "");
  transfer.Set(CURLOPT_WRITEFUNCTION, &Keep);
  transfer.Set(CURLOPT_WRITEDATA, &body);
  const CurlTransfer::Outcome outcome = transfer.Perform();
  if (outcome.code == CURLE_WRITE_ERROR) {
    throw Error("the answer is longer than 64 MiB");
  }
  if (outcome.code != CURLE_OK) throw Error(WhyNone(outcome));
  if (outcome.status != 200) {
    const std::string reason = ReadRefusal(body);
    throw Error("HTTP status " + std::to_string(outcome.status) +
                (reason.empty() ? "" : ": " + reason));
  }
  return body;
}

std::string UrlOf(std::string base, const std::string& path) {
  while (base.ends_with('/')) base.pop_back();
  return base + path;
}

void AddToQuery(std::string& query, const char* name,
                const std::string& value) {
  if (value.empty()) return;
  query += query.empty() ? "?" : "&";
  query += name;
  query += "=" + PercentEncode(value);
}

std::string WithoutPassword(const std::string& url) {
  const size_t scheme = url.find("://");
  const size_t begin = scheme == url.npos ? 0 : scheme + 3;
  const size_t end = std::min(url.find_first_of("/?#", begin), url.size());
  const size_t at = url.substr(0, end).rfind('@');
  if (at == url.npos || at < begin) return url;
  return url.substr(0, begin) + url.substr(at + 1);
}

}  // namespace ipband
