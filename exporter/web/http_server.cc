// SPDX-License-Identifier: Apache-2.0
#include "exporter/web/http_server.h"

#include <civetweb.h>
#include <sys/stat.h>

#include <array>
#include <exception>
#include <thread>
#include <utility>

#include "exporter/error.h"
#include "exporter/log.h"
#include "exporter/web/connection_limit.h"
#include "exporter/web/listener.h"
#include "exporter/web/response_writer.h"

namespace ipband {
namespace {

using std::chrono::steady_clock;

constexpr mode_t kUnixSocketMode = 0660;
constexpr long long kMaxRequestBody = 4096;
// CivetWeb gives a write its own time for each step forward; small writes
// make these steps ours, so that the deadline is looked at between them.
constexpr size_t kWriteSize = 16384;

const char* OrEmpty(const char* text) { return text == nullptr ? "" : text; }

std::string PeerOf(const mg_connection* connection) {
  const std::string peer = mg_get_request_info(connection)->remote_addr;
  return peer == "*" ? "unix" : PlainAddress(peer);
}

// The client's side of one connection. The clock runs from the first byte of
// the answer, not while a handler still works on it.
class ClientConnection : public Connection {
 public:
  ClientConnection(mg_connection* connection, std::chrono::milliseconds timeout)
      : connection_(connection), timeout_(timeout) {}

  bool Send(std::string_view bytes) override {
    if (deadline_ == steady_clock::time_point()) {
      deadline_ = steady_clock::now() + timeout_;
    }
    while (alive_ && !bytes.empty()) {
      const std::string_view part = bytes.substr(0, kWriteSize);
      alive_ = steady_clock::now() < deadline_ &&
               mg_write(connection_, part.data(), part.size()) ==
                   static_cast<int>(part.size());
      bytes.remove_prefix(part.size());
    }
    return alive_;
  }

 private:
  mg_connection* connection_;
  const std::chrono::milliseconds timeout_;
  steady_clock::time_point deadline_{};
  bool alive_ = true;
};

// Reads a short body away: closing a connection with unread bytes resets it,
// and the client may lose the answer. Byte by byte, since CivetWeb's reads
// have no time limit as a whole. A client that asks before it sends the body
// has not sent it.
void DrainBody(mg_connection* connection, std::chrono::milliseconds timeout) {
  if (mg_get_header(connection, "Expect") != nullptr) return;
  const steady_clock::time_point deadline = steady_clock::now() + timeout;
  char byte = 0;
  while (steady_clock::now() < deadline &&
         mg_read(connection, &byte, sizeof(byte)) == 1) {
  }
}

// Whether a proxy says that it asks for somebody else. CivetWeb drops what
// does not fit its table of headers, and that may be just this one.
bool IsForwarded(const mg_connection* connection) {
  if (mg_get_request_info(connection)->num_headers >= MG_MAX_HEADERS) {
    return true;
  }
  for (const char* header : {"Forwarded", "X-Forwarded-For", "X-Forwarded-Host",
                             "X-Real-IP", "Via"}) {
    if (mg_get_header(connection, header) != nullptr) return true;
  }
  return false;
}

HttpRequest ReadRequest(const mg_connection* connection) {
  const mg_request_info* info = mg_get_request_info(connection);
  HttpRequest request;
  request.method = OrEmpty(info->request_method);
  request.path = OrEmpty(info->local_uri);
  request.query = OrEmpty(info->query_string);
  request.accepts_gzip =
      AcceptsGzip(OrEmpty(mg_get_header(connection, "Accept-Encoding")));
  request.remote_address = PeerOf(connection);
  request.forwarded = IsForwarded(connection);
  request.host = OrEmpty(mg_get_header(connection, "Host"));
  request.authorization = OrEmpty(mg_get_header(connection, "Authorization"));
  request.authenticated = info->client_cert != nullptr &&
                          IsVerifiedCertificate(info->client_cert->peer_cert);
  return request;
}

// The text of the exception that is being handled.
std::string CurrentError() {
  try {
    throw;
  } catch (const std::exception& error) {
    return error.what();
  } catch (...) {
    return "unknown exception";
  }
}

}  // namespace

class HttpServer::Impl {
 public:
  Impl(const HttpServerOptions& options, HttpHandler handler);
  ~Impl() {
    Stop();
    mg_exit_library();
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  void Stop() { mg_stop(std::exchange(context_, nullptr)); }

  const std::vector<std::string>& addresses() const { return addresses_; }

 private:
  static Impl& Of(const mg_connection* connection) {
    return *static_cast<Impl*>(mg_get_user_data(mg_get_context(connection)));
  }
  static mg_callbacks Callbacks();

  void Start(const std::vector<Listener>& listeners);
  void ReadBackAddresses(const std::vector<Listener>& listeners);
  int Answer(mg_connection* connection);
  HttpResponse Handle(const HttpRequest& request);
  bool Admit(const mg_connection* connection, void** source);

  // Constant once the server runs.
  const HttpServerOptions options_;
  const HttpHandler handler_;
  const std::thread::id starter_ = std::this_thread::get_id();

  // Owned by the thread that made the server.
  std::vector<std::string> addresses_;
  mg_context* context_ = nullptr;
  std::string start_error_;  // the last one

  // Used by all threads; each locks for itself.
  ConnectionLimit limit_;
  LogLimiter refusals_;
};

HttpServer::Impl::Impl(const HttpServerOptions& options, HttpHandler handler)
    : options_(options),
      handler_(std::move(handler)),
      limit_(options.max_connections_per_address, options.threads) {
  const std::vector<Listener> listeners = PrepareListeners(options_.listen);
  mg_init_library(MG_FEATURES_DEFAULT);
  try {
    Start(listeners);
  } catch (...) {
    Stop();
    mg_exit_library();
    throw;
  }
}

void HttpServer::Impl::Start(const std::vector<Listener>& listeners) {
  std::string ports;
  for (const Listener& listener : listeners) {
    if (!ports.empty()) ports += ',';
    ports += listener.spec;
    if (options_.tls != nullptr && listener.unix_path.empty()) ports += 's';
  }
  const std::string threads = std::to_string(options_.threads);
  const std::string timeout = std::to_string(options_.request_timeout.count());
  std::array<const char*, 21> settings = {"listening_ports",
                                          ports.c_str(),  //
                                          "num_threads",
                                          threads.c_str(),  //
                                          "request_timeout_ms",
                                          timeout.c_str(),  //
                                          "enable_keep_alive",
                                          "no",  //
                                          "enable_auth_domain_check",
                                          "no",  //
                                          "enable_directory_listing",
                                          "no",  //
                                          "access_control_allow_origin",
                                          "",  //
                                          "access_control_allow_methods",
                                          "",  //
                                          "access_control_allow_headers",
                                          "",  //
                                          "decode_url",
                                          "yes",  //
                                          nullptr};
  mg_callbacks callbacks = Callbacks();
  std::array<char, 256> text{};
  mg_init_data init{};
  init.callbacks = &callbacks;
  init.user_data = this;
  init.configuration_options = settings.data();
  mg_error_data error{};
  error.text = text.data();
  error.text_buffer_size = text.size();
  context_ = mg_start2(&init, &error);
  if (context_ == nullptr) {
    throw Error("cannot start the web server: " +
                (start_error_.empty() ? text.data() : start_error_));
  }
  ReadBackAddresses(listeners);
}

void HttpServer::Impl::ReadBackAddresses(
    const std::vector<Listener>& listeners) {
  std::vector<mg_server_port> ports(listeners.size());
  mg_get_server_ports(context_, static_cast<int>(ports.size()), ports.data());
  for (size_t i = 0; i < listeners.size(); ++i) {
    const std::string& path = listeners[i].unix_path;
    if (path.empty()) {
      addresses_.push_back((options_.tls == nullptr ? "http://" : "https://") +
                           listeners[i].host + ":" +
                           std::to_string(ports[i].port));
    } else {
      chmod(path.c_str(), kUnixSocketMode);
      addresses_.push_back("unix:" + path);
    }
  }
}

// CivetWeb is C: no exception may pass through it.
mg_callbacks HttpServer::Impl::Callbacks() {
  mg_callbacks callbacks{};
  callbacks.begin_request = [](mg_connection* connection) noexcept {
    try {
      return Of(connection).Answer(connection);
    } catch (...) {  // from a stream, or no memory
      Log(LogLevel::kError, "web", "answer failed", {{"err", CurrentError()}});
      return 500;
    }
  };
  callbacks.http_error = [](mg_connection* connection, int status,
                            const char* message) noexcept {
    ClientConnection client(connection, Of(connection).options_.answer_timeout);
    SendResponse(TextResponse(status, std::to_string(status) + " " + message),
                 {}, client);
    return 0;
  };
  callbacks.log_message = [](const mg_connection* connection,
                             const char* message) noexcept {
    Impl& impl = Of(connection);
    if (std::this_thread::get_id() == impl.starter_) {
      impl.start_error_ = message;
    }
    Log(LogLevel::kDebug, "web", "server message", {{"text", message}});
    return 1;
  };
  // A refused connection gets no data, so connection_close, which is called
  // for it too, does not count it down. connection_closed comes too late: the
  // data is gone there.
  callbacks.init_connection = [](const mg_connection* connection,
                                 void** source) noexcept {
    return Of(connection).Admit(connection, source) ? 0 : 1;
  };
  callbacks.connection_close = [](const mg_connection* connection) noexcept {
    const std::unique_ptr<const std::string> source(
        static_cast<const std::string*>(
            mg_get_user_connection_data(connection)));
    if (source) Of(connection).limit_.Leave(*source);
  };
  // Asked for once at the start, and at the end whether it is ours. CivetWeb
  // takes a digit before an "s" anywhere in a socket's path for the wish to
  // serve TLS; without one it gets none, and looks for no certificate.
  callbacks.external_ssl_ctx = [](void** context, void* impl) noexcept {
    const TlsServer* tls = static_cast<const Impl*>(impl)->options_.tls;
    *context = tls == nullptr ? nullptr : tls->context();
    return 1;
  };
  return callbacks;
}

bool HttpServer::Impl::Admit(const mg_connection* connection, void** source) {
  const std::string peer = PeerOf(connection);
  auto name = std::make_unique<std::string>(SourceOf(peer));
  if (limit_.Enter(*name)) {
    *source = name.release();
    return true;
  }
  if (refusals_.Allow(steady_clock::now())) {
    Log(LogLevel::kWarn, "web", "too many open connections from one address",
        {{"address", peer}});
  }
  return false;
}

HttpResponse HttpServer::Impl::Handle(const HttpRequest& request) {
  try {
    return handler_(request);
  } catch (...) {
    Log(LogLevel::kError, "web", "request failed",
        {{"path", request.path}, {"err", CurrentError()}});
  }
  return TextResponse(500, "500 internal error; see the log");
}

int HttpServer::Impl::Answer(mg_connection* connection) {
  // Else CivetWeb reads on for as long as the client says its body is.
  mg_disable_connection_keep_alive(connection);
  const mg_request_info* info = mg_get_request_info(connection);
  const HttpRequest request = ReadRequest(connection);
  HttpResponse response;
  if (info->content_length > kMaxRequestBody) {
    response = TextResponse(413, "413 request body too large");
  } else {
    if (info->content_length > 0) {
      DrainBody(connection, options_.request_timeout);
    }
    response = Handle(request);
  }
  const AnswerForm form = {
      .head_only = request.method == "HEAD",
      .chunked = std::string_view(OrEmpty(info->http_version)) != "1.0",
      .gzip = request.accepts_gzip};
  ClientConnection client(connection, options_.answer_timeout);
  if (!SendResponse(response, form, client)) {
    Log(LogLevel::kDebug, "web", "answer broken off",
        {{"path", request.path}, {"address", request.remote_address}});
  }
  return response.status;
}

HttpServer::HttpServer(const HttpServerOptions& options, HttpHandler handler)
    : impl_(std::make_unique<Impl>(options, std::move(handler))) {}

HttpServer::~HttpServer() = default;

const std::vector<std::string>& HttpServer::Addresses() const {
  return impl_->addresses();
}

void HttpServer::Stop() { impl_->Stop(); }

}  // namespace ipband
