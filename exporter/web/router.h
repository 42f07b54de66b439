// SPDX-License-Identifier: Apache-2.0
//
// Sends a request to the handler of its path. Unknown paths get 404, known
// ones asked with another method 405 with `Allow`; OPTIONS is no exception,
// as nothing here is for pages of other sites. Filled at start, then only
// read: safe to call from several threads.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "exporter/web/http_message.h"

namespace ipband {

class Router {
 public:
  // For GET, and for HEAD.
  void Get(std::string path, HttpHandler handler);
  void Post(std::string path, HttpHandler handler);

  HttpResponse operator()(const HttpRequest& request) const;

 private:
  struct Route {
    HttpHandler get;
    HttpHandler post;
  };
  std::map<std::string, Route, std::less<>> routes_;
};

}  // namespace ipband
