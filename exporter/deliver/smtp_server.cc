// SPDX-License-Identifier: Apache-2.0
#include "exporter/deliver/smtp_server.h"

#include <curl/curl.h>

#include <memory>

#include "exporter/error.h"

namespace ipband {
namespace {

struct FreeUrl {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};

// "" if there is no such part.
std::string Part(CURLU* url, CURLUPart part, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, flags) != CURLUE_OK) return "";
  std::string value = text;
  curl_free(text);
  return value;
}

}  // namespace

SmtpServer ParseSmtpServer(const std::string& text) {
  const bool is_url = text.find("://") != text.npos;
  const std::string whole = is_url ? text : "smtp://" + text;
  const std::unique_ptr<CURLU, FreeUrl> url(curl_url());
  const bool good = url && curl_url_set(url.get(), CURLUPART_URL, whole.c_str(),
                                        0) == CURLUE_OK;
  const std::string scheme = good ? Part(url.get(), CURLUPART_SCHEME) : "";
  if (scheme != "smtp" && scheme != "smtps") {
    throw Error(
        "bad mail server; allowed are HOST:PORT and "
        "smtp[s]://USER:PASSWORD@HOST:PORT");
  }
  SmtpServer server;
  server.user = Part(url.get(), CURLUPART_USER, CURLU_URLDECODE);
  server.password = Part(url.get(), CURLUPART_PASSWORD, CURLU_URLDECODE);
  for (const CURLUPart part :
       {CURLUPART_USER, CURLUPART_PASSWORD, CURLUPART_PATH, CURLUPART_QUERY,
        CURLUPART_FRAGMENT}) {
    curl_url_set(url.get(), part, nullptr, 0);
  }
  server.url = Part(url.get(), CURLUPART_URL);
  return server;
}

}  // namespace ipband
