// SPDX-License-Identifier: Apache-2.0
#include "exporter/config/ipband_subnets.h"

#include <algorithm>
#include <limits>
#include <map>

#include "exporter/config/ipband_lines.h"
#include "exporter/config/local_ranges.h"
#include "exporter/config/named_subnets.h"
#include "exporter/config/units.h"
#include "exporter/config/wording.h"
#include "exporter/error.h"

namespace ipband {
namespace {

constexpr std::string_view kBetweenWords = " \t=";

[[noreturn]] void RefuseSubnets(std::string_view value,
                                const std::string& reason) {
  throw BadValue(Quote(value) + " " + reason +
                 "; allowed: subnet 10.1.2.0 bandwidth 7.0");
}

// Takes the first word off the front of `text`.
std::string_view TakeWord(std::string_view& text, std::string_view separators) {
  const size_t end = std::min(text.find_first_of(separators), text.size());
  const std::string_view word = text.substr(0, end);
  text.remove_prefix(
      std::min(text.find_first_not_of(kBetweenWords, end), text.size()));
  return word;
}

Address ParseBase(std::string_view text, std::string_view value) {
  const std::optional<Octets> octets = ParseOctets(text);
  if (octets && octets->count == 4) return Address::V4(octets->address);
  const std::optional<Address> address = ParseAddress(text);
  if (!address) RefuseSubnets(value, "does not begin with an address in full");
  return *address;
}

}  // namespace

// ipband: the octets were not checked, and a line of the wrong form was skipped
// with a message, so that its subnet was not watched. All errors now.
IpbandBandwidth ParseIpbandBandwidth(std::string_view text) {
  try {
    return {ParseBandwidth(text), text};
  } catch (const BadValue&) {
    const std::string_view number = LeadingNumber(text, "0123456789.");
    if (number == text) throw;
    return {ParseBandwidth(number), number};
  }
}

IpbandSubnet ParseIpbandSubnet(std::string_view value, int line) {
  IpbandSubnet subnet{.line = line};
  std::string_view rest = value;
  const std::string_view network = TakeWord(rest, " \t");
  const size_t slash = network.find('/');
  subnet.address = ParseBase(network.substr(0, slash), value);
  if (slash != std::string_view::npos) {
    subnet.bits = static_cast<int>(ParseInteger(
        network.substr(slash + 1), {0, AddressBits(subnet.address.family)}));
  }
  TakeWord(rest, kBetweenWords);  // ipband: any word in place of `bandwidth`.
  if (rest.empty()) RefuseSubnets(value, "has no bandwidth");
  const IpbandBandwidth bandwidth = ParseIpbandBandwidth(rest);
  subnet.bandwidth = rest;
  subnet.bandwidth_read = bandwidth.read;
  const double rate = bandwidth.bytes_per_second.value_or(
      std::numeric_limits<double>::infinity());
  // ipband: 0 is the default threshold.
  if (rate > 0) subnet.threshold_bytes_per_second = rate;
  return subnet;
}

std::vector<std::string> NameSubnets(const std::string& file,
                                     const std::vector<IpbandSubnet>& lines,
                                     AccountingOptions& accounting) {
  std::vector<std::string> warnings;
  std::vector<NamedNetwork> networks;
  std::map<Prefix, size_t> indexes;
  for (const IpbandSubnet& line : lines) {
    const bool is_v4 = line.address.family == Family::kIpv4;
    const int bits = line.bits.value_or(is_v4 ? accounting.aggregate_ipv4
                                              : accounting.aggregate_ipv6);
    const NamedNetwork named{PrefixAround(line.address, bits), line.line,
                             file + ":" + std::to_string(line.line)};
    const auto [place, is_new] =
        indexes.emplace(named.network, networks.size());
    if (is_new) {
      networks.push_back(named);
      accounting.subnets.push_back({.networks = {named.network}});
    } else {
      // ipband: of several lines for one network the last one holds.
      NamedNetwork& before = networks[place->second];
      warnings.push_back(named.place + ": subnet " + ToString(named.network) +
                         " takes the place of that in line " +
                         std::to_string(before.line));
      before = named;
    }
    accounting.subnets[place->second].threshold_bytes_per_second =
        line.threshold_bytes_per_second;
  }
  RefuseOverlap(std::move(networks));
  return warnings;
}

}  // namespace ipband
