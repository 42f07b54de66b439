// SPDX-License-Identifier: Apache-2.0
//
// A copy of everything that is shown, taken between two batches: one instant
// of all tables. Plain data, made by the accounting thread and then constant,
// shared by whoever reads it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "collectors/account/traffic.h"
#include "collectors/accounting_rules.h"
#include "collectors/meter/meter_snapshot.h"

namespace ipband {

// What is known of one capture beside what was counted on it.
struct CaptureStatus {
  std::string interface;
  bool wanted = true;  // false: left by a glob or the default route
  bool up = false;
  bool missing = false;  // there is no such interface
  bool filter_in_kernel = false;
  uint64_t kernel_dropped = 0;
  uint64_t interface_dropped = 0;
  uint64_t late = 0;
  uint64_t oversize = 0;
  int64_t last_frame = 0;  // microseconds since the epoch; 0 = none yet
};

struct CaptureSnapshot {
  CaptureStatus status;
  CaptureCounters counters;
  int64_t period_end = 0;  // seconds: of the open period; 0 = none is open
};

struct HostSnapshot {
  Address address;
  uint32_t subnet = 0;  // index in Snapshot::subnets
  uint64_t receive_bytes = 0;
  uint64_t transmit_bytes = 0;
  uint64_t rank = 0;  // by the bytes of the last periods
};

// How much of the tables a snapshot has, each with all that is before it.
// kTables: also the rows of the meters' tables, which may be millions.
enum class SnapshotDetail : uint8_t {
  kSubnets = 1,
  kHosts = 2,
  kHistory = 3,
  kConnections = 4,
  kTables = 5
};

struct Snapshot {
  SnapshotDetail detail = SnapshotDetail::kHosts;
  // By which all of this was counted.
  std::shared_ptr<const AccountingRules> rules =
      std::make_shared<const AccountingRules>();
  std::vector<CaptureSnapshot> captures;
  std::vector<SubnetRow> subnets;   // by capture, then in numerical order
  std::vector<HostSnapshot> hosts;  // in no order; empty without kHosts
  // By subnet, HistoryOf it; empty without kHistory.
  std::vector<std::vector<float>> history;
  // By subnet, of those that are watched; empty without kConnections.
  std::vector<ConnectionTable::Detail> details;
  std::vector<MeterSnapshot> meters;  // as configured; kTables: with rows
  uint32_t tracked_hosts = 0;
  uint32_t connections = 0;  // rows of watched subnets
  TableCounters tables;
  uint64_t clock_steps = 0;
  int64_t last_period = 0;  // seconds: the latest period end; 0 = none yet
  bool finished = false;    // all files are read
};

// Copies subnets, hosts as far as `snapshot.detail` asks, and table counters.
void CopyTables(const Traffic& traffic, Snapshot& snapshot);

}  // namespace ipband
