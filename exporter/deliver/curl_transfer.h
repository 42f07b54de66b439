// SPDX-License-Identifier: Apache-2.0
//
// One transfer by libcurl, with what all of ours have in common: a limit of
// the whole time, no signals, an end soon after `stop` is requested, and the
// system's certificate authorities or those of SSL_CERT_FILE. Used by one
// thread. Does not throw; a setting that libcurl refuses fails the transfer.
#pragma once

#include <curl/curl.h>

#include <chrono>
#include <memory>
#include <stop_token>
#include <string>

namespace ipband {

class CurlTransfer {
 public:
  CurlTransfer(std::chrono::seconds limit, std::stop_token stop);
  CurlTransfer(const CurlTransfer&) = delete;
  CurlTransfer& operator=(const CurlTransfer&) = delete;

  // What a pointer points to must outlive Perform; libcurl copies strings.
  template <class Value>
  void Set(CURLoption option, Value value) {
    const CURLcode code = curl_easy_setopt(handle_.get(), option, value);
    if (settings_ == CURLE_OK) settings_ = code;
  }
  // CURLOPT_HTTPHEADER and the like take a list of lines.
  void AddTo(CURLoption option, const std::string& line);

  struct Outcome {
    CURLcode code = CURLE_OK;
    long status = 0;        // the server's last answer; 0: none
    std::string error;      // of `code`; never contains a password
    long system_error = 0;  // errno of a connection that failed; 0: none
  };
  Outcome Perform();

 private:
  struct FreeHandle {
    void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
  };
  struct FreeList {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
  };

  std::stop_token stop_;
  std::unique_ptr<curl_slist, FreeList> list_;
  std::unique_ptr<CURL, FreeHandle> handle_;
  CURLcode settings_ = CURLE_OK;  // the first that failed
};

}  // namespace ipband
