// SPDX-License-Identifier: Apache-2.0
//
// The envelope of JSON answers, that of Prometheus' own HTTP API. Pure
// functions; any thread.
#pragma once

#include <functional>
#include <string_view>

#include "exporter/web/http_message.h"

namespace ipband {

// {"status":"success","data":...}; `data` writes one JSON value.
HttpResponse ApiSuccess(std::function<void(BodyWriter&)> data);

// {"status":"error","errorType":...,"error":...}
HttpResponse ApiError(int status, std::string_view type, std::string_view text);

}  // namespace ipband
