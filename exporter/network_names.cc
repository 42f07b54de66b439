// SPDX-License-Identifier: Apache-2.0
#include "exporter/network_names.h"

#include <fstream>
#include <optional>
#include <sstream>

#include "collectors/net/utf8.h"
#include "exporter/config/local_ranges.h"

namespace ipband {

std::map<Address, std::string> ReadNetworkNames(const std::string& file) {
  std::map<Address, std::string> names;
  std::ifstream stream(file);
  std::string line;
  while (std::getline(stream, line)) {
    std::istringstream fields(line.substr(0, line.find('#')));
    std::string name, network;
    fields >> name >> network;
    const std::optional<Octets> octets = ParseOctets(network);
    // Such a name would cost Prometheus the whole scrape.
    const bool is_utf8 = Utf8Length(name) == name.size();
    if (octets && is_utf8) names.emplace(Address::V4(octets->address), name);
  }
  return names;
}

}  // namespace ipband
