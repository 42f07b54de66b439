// SPDX-License-Identifier: Apache-2.0
//
// Sends a request to the handler of its path. Unknown paths get 404, known
// ones asked with another method 405 with `Allow`; OPTIONS is no exception,
// as nothing here is for pages of other sites. Filled at start, then only
// read: safe to call from several threads.
#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "exporter/web/http_message.h"

namespace ipband {

class Router {
 public:
  // For GET, and for HEAD.
  void Get(std::string path, HttpHandler handler);
  // For POST, and for PUT.
  void Post(std::string path, HttpHandler handler);
  // For GET and HEAD of every path with so many segments behind the prefix,
  // one or two; the prefix ends with "/". A path of its own comes first.
  void GetBelow(std::string prefix, HttpHandler handler, size_t segments = 1);

  HttpResponse operator()(const HttpRequest& request) const;

 private:
  struct Route {
    HttpHandler get;
    HttpHandler post;
  };
  using Routes = std::map<std::string, Route, std::less<>>;

  const Route* Find(std::string_view path) const;

  Routes routes_;
  std::array<Routes, 2> below_;  // by prefix; for one segment and for two
};

}  // namespace ipband
