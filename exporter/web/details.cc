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

// A proxy on this machine has a local address too, whoever asks through it.
bool IsLocal(const HttpRequest& request) {
  if (request.forwarded) return false;
  if (request.remote_address == "unix") return true;
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

std::string HowToReadDetails(WebDetails details) {
  switch (details) {
    case WebDetails::kLocal:
      return "Reports are shown only to requests from the machine itself, "
             "not through a proxy; \"web.details: all\" in the configuration "
             "opens them to everybody, \"authenticated\" to users of the web "
             "configuration.";
    case WebDetails::kAuthenticated:
      return "Reports are shown only to users of the web configuration who "
             "have logged in; \"web.details: all\" in the configuration "
             "opens them to everybody, \"local\" to the machine itself.";
    case WebDetails::kAll:
      return "Reports are shown to everybody.";
    case WebDetails::kOff:
      return "Reports are not shown here, as \"web.details: off\" in the "
             "configuration says; \"local\" opens them to the machine "
             "itself, \"authenticated\" to users of the web configuration, "
             "\"all\" to everybody.";
  }
  return "";
}

HttpResponse DetailsRefused(WebDetails details) {
  return TextResponse(403, HowToReadDetails(details));
}

}  // namespace ipband
