// SPDX-License-Identifier: Apache-2.0
//
// Going to the background (-F). The process that was started stays until its
// child has opened everything or failed, so that errors are seen and the exit
// code is true. Call before the first thread.
#pragma once

#include "exporter/service_notify.h"

namespace ipband {

// No if a service manager waits for this very process; logs that.
// ipband: `fork yes` in a file is for where there is no manager.
bool MayFork(const ServiceNotify& service);

class Background {
 public:
  // Forks; in the parent it does not return. Throws Error.
  // ipband: the parent used to exit with 0 whatever became of the child.
  Background();
  // The child: all is well. Leaves the terminal; relative paths still hold.
  void Detach();

 private:
  int ready_ = -1;  // to the parent
};

}  // namespace ipband
