// SPDX-License-Identifier: Apache-2.0
#include "exporter/web/details.h"

#include <optional>

#include "collectors/net/address.h"

namespace ipband {
namespace {

bool IsLoopback(const Address& address) {
  constexpr Address kIpv6Loopback = Address::V6(0, 1);
  constexpr uint64_t kIpv4Mapped = 0xffff00000000;  // ::ffff:0.0.0.0
  const uint64_t ipv4 =
      address.family == Family::kIpv6 ? address.low ^ kIpv4Mapped : address.low;
  return address == kIpv6Loopback || (address.high == 0 && ipv4 >> 24 == 127);
}

// Without the port, and an IPv6 address without its brackets.
std::string_view WithoutPort(std::string_view host) {
  if (host.starts_with('[')) {
    host.remove_prefix(1);
    return host.substr(0, host.find(']'));
  }
  return host.substr(0, host.find(':'));
}

// Any domain's owner may let its name mean 127.0.0.1, and so have a browser on
// this machine fetch for a page of theirs. Names without a dot are nobody's.
bool MayMeanThisMachine(std::string_view host) {
  const std::string_view name = WithoutPort(host);
  return name.find('.') == name.npos || name.ends_with(".localhost") ||
         ParseAddress(name).has_value();
}

// A proxy on this machine has a local address too, whoever asks through it.
bool IsLocal(const HttpRequest& request) {
  if (request.forwarded) return false;
  if (request.remote_address == "unix") return true;
  if (!MayMeanThisMachine(request.host)) return false;
  const std::optional<Address> address = ParseAddress(request.remote_address);
  return address && IsLoopback(*address);
}

}  // namespace

bool MayReadDetails(WebDetails details, const HttpRequest& request) {
  switch (details) {
    case WebDetails::kLocal:
      return IsLocal(request);
    case WebDetails::kAuthenticated:
      return request.authenticated;
    case WebDetails::kAll:
      return true;
    case WebDetails::kOff:
      return false;
  }
  return false;
}

HttpResponse NotStored(HttpResponse response) {
  response.headers.emplace_back("Cache-Control", "no-store");
  return response;
}

std::string HowToReadDetails(WebDetails details) {
  switch (details) {
    case WebDetails::kLocal:
      return "Reports and hosts are shown only to requests from the machine "
             "itself, by loopback address or as localhost and not through a "
             "proxy; "
             "\"web.details: all\" in the configuration opens them to "
             "everybody, \"authenticated\" to users of the web configuration.";
    case WebDetails::kAuthenticated:
      return "Reports and hosts are shown only to users of the web "
             "configuration who have logged in; \"web.details: all\" in the "
             "configuration opens them to everybody, \"local\" to the machine "
             "itself.";
    case WebDetails::kAll:
      return "Reports and hosts are shown to everybody.";
    case WebDetails::kOff:
      return "Reports and hosts are not shown here, as \"web.details: off\" in "
             "the configuration says; \"local\" opens them to the machine "
             "itself, \"authenticated\" to users of the web configuration, "
             "\"all\" to everybody.";
  }
  return "";
}

HttpResponse DetailsRefused(WebDetails details) {
  return TextResponse(403, HowToReadDetails(details));
}

}  // namespace ipband
