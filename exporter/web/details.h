// SPDX-License-Identifier: Apache-2.0
//
// Who may read what is a call record: connections, reports, hosts outside the
// metrics. Decided from the request alone. Pure functions; any thread.
#pragma once

#include <string>

#include "exporter/config/config.h"
#include "exporter/web/http_message.h"

namespace ipband {

bool MayReadDetails(WebDetails details, const HttpRequest& request);

// No cache may hand to one reader what another was allowed to see.
HttpResponse NotStored(HttpResponse response);

// One sentence for somebody who may not: how it is opened.
std::string HowToReadDetails(WebDetails details);

// Status 403 with that sentence.
HttpResponse DetailsRefused(WebDetails details);

}  // namespace ipband
