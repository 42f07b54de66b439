// SPDX-License-Identifier: Apache-2.0
//
// What the program may do. Capabilities belong to a thread: call before the
// first one is started. Main; throws Error.
//
//   started by                  runs as   keeps
//   root, with --user           the user  CAP_NET_RAW
//   root                        root      CAP_NET_RAW and what root's work on
//                                         files and ports asks for
//   a plain user (systemd)      the user  CAP_NET_RAW, if it has it
//
// Interfaces that come back are opened again, so CAP_NET_RAW is kept. Programs
// that it runs get nothing more than it has (PR_SET_NO_NEW_PRIVS), unless one
// is to be run: sendmail(1) may need its owner's group to queue a mail.
#pragma once

#include <string>

namespace ipband {

struct PrivilegeOptions {
  std::string user;           // to become; empty: whoever started it
  bool runs_command = false;  // mails go through a program
};

void LimitPrivileges(const PrivilegeOptions& options);

// A line for the log: "runs as root" and what is wrong with that; empty if
// nothing is.
std::string PrivilegeWarning();

// How to grant this very program the capability: "run as root, or ...".
std::string HowToAllowCapture();

}  // namespace ipband
