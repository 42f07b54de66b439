// SPDX-License-Identifier: Apache-2.0
#include "exporter/deliver/webhook_sink.h"

#include <utility>

#include "exporter/deliver/curl_transfer.h"

namespace ipband {
namespace {

constexpr size_t kMostAnswer = size_t{64} << 10;

// Ends the transfer when the answer gets too long; the status stands already.
size_t ThrowAway(char*, size_t size, size_t count, void* seen) {
  size_t& sum = *static_cast<size_t*>(seen);
  sum += size * count;
  return sum <= kMostAnswer ? size * count : 0;
}

Attempt AttemptOfStatus(long status) {
  if (status >= 200 && status < 300) return {};
  const std::string error = "HTTP status " + std::to_string(status);
  const bool later = status == 408 || status == 429 || status >= 500;
  return later ? Attempt::Retry(error) : Attempt::Refused(error);
}

}  // namespace

WebhookSink::WebhookSink(WebhookOptions options, const std::string& version)
    : options_(std::move(options)), user_agent_("ipband_exporter/" + version) {}

Attempt WebhookSink::Deliver(const Document& document, std::stop_token stop) {
  CurlTransfer transfer(options_.timeout, std::move(stop));
  transfer.Set(CURLOPT_URL, options_.url.c_str());
  transfer.Set(CURLOPT_PROTOCOLS_STR, "http,https");
  transfer.Set(CURLOPT_USERAGENT, user_agent_.c_str());
  transfer.AddTo(CURLOPT_HTTPHEADER, "Content-Type: application/json");
  // Else libcurl waits a second for leave to send a large report.
  transfer.AddTo(CURLOPT_HTTPHEADER, "Expect:");
  transfer.Set(CURLOPT_POST, 1L);
  transfer.Set(CURLOPT_POSTFIELDS, document.json.c_str());
  transfer.Set(CURLOPT_POSTFIELDSIZE_LARGE,
               static_cast<curl_off_t>(document.json.size()));
  size_t seen = 0;
  transfer.Set(CURLOPT_WRITEFUNCTION, &ThrowAway);
  transfer.Set(CURLOPT_WRITEDATA, &seen);
  const CurlTransfer::Outcome outcome = transfer.Perform();
  switch (outcome.code) {
    case CURLE_OK:
    case CURLE_WRITE_ERROR:
      return AttemptOfStatus(outcome.status);
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
      return Attempt::Refused(outcome.error);
    default:
      return Attempt::Retry(outcome.error);
  }
}

}  // namespace ipband
