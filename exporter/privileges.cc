// SPDX-License-Identifier: Apache-2.0
#include "exporter/privileges.h"

#include <grp.h>
#include <pwd.h>
#include <sys/capability.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <memory>
#include <vector>

#include "exporter/error.h"

namespace ipband {
namespace {

// Files of others (reports, state, dumps), a mail command of another user's
// that hangs, and a port below 1024. Without --user an old command line of
// root's goes on as it is.
constexpr cap_value_t kOfRoot[] = {CAP_DAC_OVERRIDE, CAP_FOWNER, CAP_KILL,
                                   CAP_NET_BIND_SERVICE};

struct FreeCapabilities {
  using pointer = cap_t;
  void operator()(cap_t capabilities) const { cap_free(capabilities); }
};
using Capabilities = std::unique_ptr<cap_t, FreeCapabilities>;

[[noreturn]] void Fail(const std::string& what) {
  throw Error("cannot " + what + ": " + std::strerror(errno));
}

bool Has(const Capabilities& capabilities, cap_value_t value) {
  cap_flag_value_t flag = CAP_CLEAR;
  return cap_get_flag(capabilities.get(), value, CAP_PERMITTED, &flag) == 0 &&
         flag == CAP_SET;
}

// Of the wanted ones those that it has: permitted and effective, nothing for
// the programs it runs.
void Keep(const std::vector<cap_value_t>& wanted) {
  const Capabilities now(cap_get_proc());
  const Capabilities kept(cap_init());
  if (now == nullptr || kept == nullptr) Fail("read the capabilities");
  for (const cap_value_t value : wanted) {
    if (!Has(now, value)) continue;
    for (const cap_flag_t set : {CAP_PERMITTED, CAP_EFFECTIVE}) {
      cap_set_flag(kept.get(), set, 1, &value, CAP_SET);
    }
  }
  // A kernel without them has none to reset.
  cap_reset_ambient();
  if (cap_set_proc(kept.get()) != 0) Fail("give up capabilities");
}

// What no program that it runs can get back. Not allowed in some containers,
// which have bounds of their own.
void Bound() {
  for (cap_value_t value = 0; value < cap_max_bits(); ++value) {
    if (value != CAP_NET_RAW && cap_drop_bound(value) != 0) return;
  }
}

// CAP_NET_RAW comes along; Keep makes it effective again.
void Become(const std::string& name) {
  errno = 0;
  const passwd* user = getpwnam(name.c_str());
  if (user == nullptr) {
    throw UsageError("--user " + name + ": there is no such user");
  }
  const uid_t uid = user->pw_uid;
  const gid_t gid = user->pw_gid;
  if (uid == geteuid()) return;
  if (geteuid() != 0) {
    throw UsageError("--user " + name +
                     ": only root can become another user; leave it out");
  }
  const std::string what = "become user " + name;
  if (initgroups(name.c_str(), gid) != 0 || setgid(gid) != 0) Fail(what);
  if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) != 0 || setuid(uid) != 0) Fail(what);
  prctl(PR_SET_KEEPCAPS, 0, 0, 0, 0);
}

std::string OwnPath() {
  std::error_code error;
  const std::filesystem::path path =
      std::filesystem::read_symlink("/proc/self/exe", error);
  return error ? "ipband_exporter" : path.string();
}

}  // namespace

void LimitPrivileges(const PrivilegeOptions& options) {
  std::vector<cap_value_t> wanted = {CAP_NET_RAW};
  if (!options.user.empty()) {
    if (geteuid() == 0 && !options.runs_command) Bound();
    Become(options.user);
  }
  if (geteuid() == 0) {
    wanted.insert(wanted.end(), std::begin(kOfRoot), std::end(kOfRoot));
  }
  Keep(wanted);
  if (options.runs_command) return;
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) Fail("give up privileges");
}

std::string PrivilegeWarning() {
  if (geteuid() != 0) return "";
  return "running as root; capturing needs CAP_NET_RAW alone, so a plain user "
         "will do: --user NAME";
}

std::string HowToAllowCapture() {
  return "run as root, or grant the capability: setcap cap_net_raw+p " +
         OwnPath();
}

}  // namespace ipband
