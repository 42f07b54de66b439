// SPDX-License-Identifier: Apache-2.0
//
// Asks an exporter for what `ipbandctl top` is to show. Used by one thread.
#pragma once

#include <stop_token>
#include <string>

#include "exporter/control/answers.h"
#include "exporter/control/top.h"

namespace ipband {

class TopSource {
 public:
  explicit TopSource(TopOptions options);

  // Throws Error. Hosts have rates from the second time on.
  TopView Ask(std::stop_token stop);

 private:
  std::string SubnetQuery() const;
  std::string MeterQuery() const;

  const TopOptions options_;
  HostsAnswer last_hosts_;
};

}  // namespace ipband
