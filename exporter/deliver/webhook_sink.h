// SPDX-License-Identifier: Apache-2.0
//
// Posts each report as JSON. What the server answers is thrown away but for
// its status; redirects are not followed.
#pragma once

#include <string>

#include "exporter/config/config.h"
#include "exporter/deliver/sink.h"

namespace ipband {

class WebhookSink : public Sink {
 public:
  // `version` is this program's, for the User-Agent.
  WebhookSink(WebhookOptions options, const std::string& version);

  Attempt Deliver(const Document& document, std::stop_token stop) override;

 private:
  const WebhookOptions options_;
  const std::string user_agent_;
};

}  // namespace ipband
