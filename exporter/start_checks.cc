// SPDX-License-Identifier: Apache-2.0
#include "exporter/start_checks.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "collectors/capture/default_route.h"
#include "collectors/decode/link_layer.h"
#include "exporter/descriptor.h"
#include "exporter/error.h"
#include "exporter/log.h"
#include "exporter/outputs.h"
#include "exporter/privileges.h"
#include "exporter/reload.h"
#include "exporter/text/one_line.h"

namespace ipband {
namespace {

std::string NamesOf(const std::vector<Interface>& interfaces) {
  std::string names;
  for (const Interface& interface : interfaces) names += " " + interface.name;
  return names.empty() ? " none" : names;
}

// Why it cannot be read, as errno; 0 if it can.
int WhyUnreadable(const std::string& file) {
  struct stat status {};
  if (stat(file.c_str(), &status) != 0) return errno;
  if (S_ISDIR(status.st_mode)) return EISDIR;
  if (!S_ISREG(status.st_mode)) return 0;
  const Descriptor opened(open(file.c_str(), O_RDONLY | O_CLOEXEC));
  return opened.valid() ? 0 : errno;
}

Error BadFilter(const std::string& where_and_why) {
  return UsageError("the filter is not valid on " + where_and_why);
}

}  // namespace

void GiveUpPrivileges(const Options& options) {
  const bool changes_user = ChangesUser(options.user);
  LimitPrivileges({.user = options.user,
                   .runs_command = RunsCommand(options.config.reports)});
  CheckCaptureFiles(options.capture_files, "--capture.file");
  const std::string warning = PrivilegeWarning();
  if (!warning.empty() && options.capture_files.empty()) {
    Log(LogLevel::kWarn, "main", warning);
  }
  if (!changes_user) return;
  for (const std::string& output : CheckOutputs(options.config)) {
    Log(LogLevel::kWarn, "config", output);
  }
}

void CheckCaptureFiles(const std::vector<std::string>& files,
                       const std::string& flag) {
  for (const std::string& file : files) {
    const int why = file == "-" ? 0 : WhyUnreadable(file);
    if (why == 0) continue;
    Error error("cannot read " + OneLine(file) + ": " + std::strerror(why));
    error.flag = flag;
    throw error;
  }
}

void RefuseToStart(const LiveLoop::Opened& opened, bool compatibility) {
  if (opened.wanted == 0) {
    const char* why = DefaultRouteInterface()
                          ? "no interface fits"
                          : "no interface fits, and there is no default route";
    throw Error(std::string("there is nothing to capture: ") + why +
                "; name one of:" + NamesOf(ListInterfaces()));
  }
  for (const LiveLoop::Opened::Failure& failure : opened.failures) {
    const std::string why = failure.interface + ": " + failure.detail;
    switch (failure.failure) {
      case OpenFailure::kPermission:
        throw Error("not allowed to capture on " + why + "; " +
                    HowToAllowCapture());
      case OpenFailure::kFilter:
        throw BadFilter(why);
      default:
        if (compatibility) throw Error("cannot capture on " + why);
    }
  }
}

void CheckLengthAdjustment(const LiveLoop::Captures& captures,
                           const AccountingOptions& accounting) {
  for (const auto& [interface, link_type] : captures) {
    const auto header = static_cast<int64_t>(LinkHeaderLength(link_type));
    if (accounting.length_adjustment >= -header) continue;
    throw Error("the length adjustment of " +
                std::to_string(accounting.length_adjustment) +
                " takes off more than the link header of " + interface +
                ", which has " + std::to_string(header) + " bytes");
  }
}

void CheckForCaptures(const LiveLoop& live, const Config& config) {
  CheckLengthAdjustment(live.captures(), config.accounting);
  const std::string problem = live.FilterProblem(config.capture);
  if (!problem.empty()) throw BadFilter(problem);
}

}  // namespace ipband
