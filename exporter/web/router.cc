// SPDX-License-Identifier: Apache-2.0
#include "exporter/web/router.h"

#include <utility>

namespace ipband {
namespace {

HttpResponse MethodNotAllowed(bool get, bool post) {
  std::string allow;
  if (get) allow = "GET, HEAD";
  if (post) allow += allow.empty() ? "POST, PUT" : ", POST, PUT";
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

void Router::GetBelow(std::string prefix, HttpHandler handler,
                      size_t segments) {
  below_.at(segments - 1)[std::move(prefix)].get = std::move(handler);
}

const Router::Route* Router::Find(std::string_view path) const {
  const auto own = routes_.find(path);
  if (own != routes_.end()) return &own->second;
  size_t end = path.size();
  for (const Routes& below : below_) {
    const size_t segment = path.substr(0, end).rfind('/') + 1;  // 0: none
    if (segment == 0 || segment == end) return nullptr;
    const auto found = below.find(path.substr(0, segment));
    if (found != below.end()) return &found->second;
    end = segment - 1;
  }
  return nullptr;
}

HttpResponse Router::operator()(const HttpRequest& request) const {
  const Route* route = Find(request.path);
  if (route == nullptr) return TextResponse(404, "404 page not found");
  const auto& [get, post] = *route;
  if (get && (request.method == "GET" || request.method == "HEAD")) {
    return get(request);
  }
  if (post && (request.method == "POST" || request.method == "PUT")) {
    return post(request);
  }
  return MethodNotAllowed(get != nullptr, post != nullptr);
}

}  // namespace ipband
