// SPDX-License-Identifier: Apache-2.0
#include "exporter/deliver/curl_transfer.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <utility>

namespace ipband {
namespace {

constexpr std::chrono::seconds kConnectLimit{10};

CURL* NewHandle() {
  // Before the first handle and once; a static is made by one thread only.
  static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
  return started == CURLE_OK ? curl_easy_init() : nullptr;
}

int EndWhenStopped(void* stop, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<const std::stop_token*>(stop)->stop_requested() ? 1 : 0;
}

}  // namespace

CurlTransfer::CurlTransfer(std::chrono::seconds limit, std::stop_token stop)
    : stop_(std::move(stop)), handle_(NewHandle()) {
  if (!handle_) {
    settings_ = CURLE_FAILED_INIT;
    return;
  }
  Set(CURLOPT_NOSIGNAL, 1L);
  Set(CURLOPT_TIMEOUT, static_cast<long>(limit.count()));
  Set(CURLOPT_CONNECTTIMEOUT,
      static_cast<long>(std::min(limit, kConnectLimit).count()));
  // A connection that was kept would be ended with the handle: then libcurl
  // waits two minutes for a mail server that hangs to answer QUIT, and asks
  // nobody whether to stop.
  Set(CURLOPT_FORBID_REUSE, 1L);
  Set(CURLOPT_SERVER_RESPONSE_TIMEOUT, static_cast<long>(limit.count()));
  // Not to wait for a name server when the time is over.
  Set(CURLOPT_QUICK_EXIT, 1L);
  Set(CURLOPT_NOPROGRESS, 0L);
  Set(CURLOPT_XFERINFOFUNCTION, &EndWhenStopped);
  Set(CURLOPT_XFERINFODATA, &stop_);
  if (const char* file = std::getenv("SSL_CERT_FILE")) {
    Set(CURLOPT_CAINFO, file);
  }
}

void CurlTransfer::AddTo(CURLoption option, const std::string& line) {
  curl_slist* longer = curl_slist_append(list_.get(), line.c_str());
  if (longer == nullptr) {
    settings_ = CURLE_OUT_OF_MEMORY;
    return;
  }
  [[maybe_unused]] curl_slist* same = list_.release();
  list_.reset(longer);
  Set(option, longer);
}

CurlTransfer::Outcome CurlTransfer::Perform() {
  Outcome outcome{.code = settings_};
  std::array<char, CURL_ERROR_SIZE> text{};
  if (outcome.code == CURLE_OK) {
    Set(CURLOPT_ERRORBUFFER, text.data());
    outcome.code = curl_easy_perform(handle_.get());
    curl_easy_getinfo(handle_.get(), CURLINFO_RESPONSE_CODE, &outcome.status);
    if (outcome.code == CURLE_COULDNT_CONNECT) {
      curl_easy_getinfo(handle_.get(), CURLINFO_OS_ERRNO,
                        &outcome.system_error);
    }
    Set(CURLOPT_ERRORBUFFER, nullptr);
  }
  if (outcome.code == CURLE_ABORTED_BY_CALLBACK) {
    outcome.error = "given up because the program ends";
  } else if (outcome.code != CURLE_OK) {
    outcome.error =
        text.front() != '\0' ? text.data() : curl_easy_strerror(outcome.code);
  }
  return outcome;
}

}  // namespace ipband
