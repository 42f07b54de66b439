// SPDX-License-Identifier: Apache-2.0
//
// What a snapshot holds, as JSON: one value each, written row by row since
// tables may be long. Runs on the thread of the request.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "collectors/account/snapshot.h"
#include "exporter/web/http_message.h"

namespace ipband {

using SubnetNames = std::function<std::string(const SubnetRow&)>;

// {"captures":[...],"subnets":[...]}; `rows` are indices into the snapshot's
// subnets.
void WriteSubnetsJson(const Snapshot& snapshot,
                      const std::vector<uint32_t>& rows,
                      const SubnetNames& name_of, BodyWriter& body);

// {"time":...,"hosts":[...]}; `time`: when the snapshot was taken, in seconds
// since the epoch.
void WriteHostsJson(const Snapshot& snapshot,
                    const std::vector<HostSnapshot>& hosts, double time,
                    BodyWriter& body);

struct MeterAnswer {
  const MeterSnapshot* meter = nullptr;
  uint64_t hosts = 0;
  std::optional<std::vector<DumpRow>> rows;
};

// {"meters":[...]}
void WriteMetersJson(const std::vector<MeterAnswer>& meters, BodyWriter& body);

}  // namespace ipband
