// SPDX-License-Identifier: Apache-2.0
//
// DEVICE and [NO]PROMISC of an ipfm.conf: they say what is captured if nothing
// else does, neither a configuration file nor the command line. Pure functions,
// any thread.
#pragma once

#include <string>
#include <vector>

#include "exporter/config/config.h"
#include "exporter/config/load_ipfm.h"
#include "exporter/config/yaml_value.h"

namespace ipband {

// What `origins` does not know yet is set.
void CaptureAsIpfm(const IpfmConfig& ipfm, Config& config, Origins& origins);

// What is captured otherwise than ipfm would have by the finished
// configuration, one line each.
std::vector<std::string> NotCaptured(const IpfmConfig& ipfm,
                                     const Config& config);

}  // namespace ipband
