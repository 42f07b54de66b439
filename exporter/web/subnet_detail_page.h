// SPDX-License-Identifier: Apache-2.0
//
// The page on one subnet, made from plain values: no page knows where its
// numbers come from. Links are relative, so that it works behind a proxy that
// serves it below a path of its own. Safe from any thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "exporter/web/cells.h"
#include "exporter/web/pages.h"

namespace ipband {

struct SubnetDetailPage {
  // What a phone still scrolls through.
  static constexpr size_t kMostHosts = 100;
  static constexpr size_t kMostConnections = 100;

  struct Host {
    std::string address;
    uint64_t receive_bytes = 0;
    uint64_t transmit_bytes = 0;
  };
  // As one interface sees it.
  struct Section {
    SubnetOnPage subnet;
    uint64_t receive_bytes = 0;
    uint64_t transmit_bytes = 0;
    uint64_t known_hosts = 0;
    std::vector<Host> hosts;                    // the busiest of late first
    std::vector<ConnectionOnPage> connections;  // the largest first
    uint64_t further_connections = 0;
    // Of all connections, with those that found no room.
    uint64_t connection_bytes = 0;
  };

  std::string program;
  std::string subnet;
  std::string name;  // empty, or the prefix again: not shown twice
  // One sentence for a reader who may not see details: how to open them. The
  // page then shows what the metrics show. Empty: shows all.
  std::string refusal;
  int64_t at = 0;  // seconds since the epoch
  std::vector<Section> sections;
};

// The page at "/subnets/PREFIX".
std::string RenderSubnetPage(const SubnetDetailPage& page);

// The page for a subnet without a row.
std::string RenderNoSubnet(const std::string& program);

}  // namespace ipband
