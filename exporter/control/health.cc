// SPDX-License-Identifier: Apache-2.0
#include "exporter/control/health.h"

#include <stop_token>

#include "exporter/control/http_get.h"
#include "exporter/error.h"

namespace ipband {

int RunHealth(const HealthOptions& options) {
  try {
    HttpGet(UrlOf(options.url, "/-/healthy"), std::stop_token());
  } catch (const Error& error) {
    throw Error(WithoutPassword(options.url) + " is not well: " + error.what());
  }
  return 0;
}

}  // namespace ipband
