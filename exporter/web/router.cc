// SPDX-License-Identifier: Apache-2.0
#include "exporter/web/router.h"

#include <utility>

namespace ipband {
namespace {

HttpResponse MethodNotAllowed(bool get, bool post) {
  std::string allow;
  if (get) allow = "GET, HEAD";
  if (post) allow += allow.empty() ? "POST" : ", POST";
  HttpResponse response =
      TextResponse(405, "405 method not allowed; allowed: " + allow);
  response.headers.emplace_back("Allow", allow);
  return response;
}

}  // namespace

void Router::Get(std::string path, HttpHandler handler) {
  routes_[std::move(path)].get = std::move(handler);
}

void Router::Post(std::string path, HttpHandler handler) {
  routes_[std::move(path)].post = std::move(handler);
}

HttpResponse Router::operator()(const HttpRequest& request) const {
  const auto found = routes_.find(request.path);
  if (found == routes_.end()) return TextResponse(404, "404 page not found");
  const auto& [get, post] = found->second;
  if (get && (request.method == "GET" || request.method == "HEAD")) {
    return get(request);
  }
  if (post && request.method == "POST") return post(request);
  return MethodNotAllowed(get != nullptr, post != nullptr);
}

}  // namespace ipband
