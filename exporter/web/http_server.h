// SPDX-License-Identifier: Apache-2.0
//
// Serves HTTP on TCP and Unix sockets, one thread per connection from a fixed
// pool. What a client may take is bounded: open connections per address, time
// to send its request, time to take its answer. http_server.cc is the only
// file that knows CivetWeb.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "exporter/config/listen_address.h"
#include "exporter/web/http_message.h"
#include "exporter/web/tls.h"

namespace ipband {

struct HttpServerOptions {
  std::vector<ListenAddress> listen;
  int threads = 128;
  std::chrono::milliseconds request_timeout{5000};
  // For the whole answer. A client that stands still is cut after
  // request_timeout already, so one that stops at the end of its time holds
  // its thread for the sum of both.
  std::chrono::milliseconds answer_timeout{10000};
  int max_connections_per_address = 32;
  TlsServer* tls = nullptr;  // serve HTTPS with it, on TCP; outlives the server
};

class HttpServer {
 public:
  // Listens and serves from here on. The handler is called from several
  // threads at once; what it throws becomes a 500. Throws Error.
  HttpServer(const HttpServerOptions& options, HttpHandler handler);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  // "http://[::]:10059", "unix:/run/x.sock": with the ports really in use.
  const std::vector<std::string>& Addresses() const;

  // Closes everything and waits for the handlers that still run; answers
  // under way are broken off. Not from a handler. May be called again.
  void Stop();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ipband
