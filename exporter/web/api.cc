// SPDX-License-Identifier: Apache-2.0
#include "exporter/web/api.h"

#include <nlohmann/json.hpp>
#include <utility>

namespace ipband {
namespace {

constexpr char kContentType[] = "application/json";

}  // namespace

HttpResponse ApiSuccess(std::function<void(BodyWriter&)> data) {
  HttpResponse response;
  response.content_type = kContentType;
  response.compress = true;
  response.stream = [data = std::move(data)](BodyWriter& body) {
    body.Write("{\"status\":\"success\",\"data\":");
    data(body);
    body.Write("}\n");
  };
  return response;
}

HttpResponse ApiError(int status, std::string_view type,
                      std::string_view text) {
  const nlohmann::ordered_json error = {
      {"status", "error"}, {"errorType", type}, {"error", text}};
  HttpResponse response = TextResponse(status, error.dump());
  response.content_type = kContentType;
  return response;
}

}  // namespace ipband
