// SPDX-License-Identifier: Apache-2.0
#include "exporter/notice_log.h"

#include <cmath>

#include "exporter/log.h"

namespace ipband {
namespace {

void LogNotice(const Notice& notice) {
  LogLevel level = LogLevel::kInfo;
  if (notice.level == Notice::Level::kWarning) level = LogLevel::kWarn;
  if (notice.level == Notice::Level::kError) level = LogLevel::kError;
  const LogField interface { "interface", notice.interface };
  if (!notice.subnet.empty()) {
    Log(level, "threshold", notice.message,
        {interface, {"subnet", notice.subnet}, {"detail", notice.detail}});
  } else if (!notice.detail.empty()) {
    Log(level, "capture", notice.message,
        {interface, {"detail", notice.detail}});
  } else {
    Log(level, "capture", notice.message, {interface});
  }
}

}  // namespace

void LogNotices(NoticeQueue& notices) {
  const NoticeQueue::Taken taken = notices.Take();
  for (const Notice& notice : taken.notices) LogNotice(notice);
  if (taken.lost > 0) {
    Log(LogLevel::kWarn, "main", "too much happened to log it all",
        {{"lost", std::to_string(taken.lost)}});
  }
}

Notice NoticeOf(const std::string& interface, const SubnetRow& subnet,
                const ThresholdEvent& event) {
  Notice notice{Notice::Level::kInfo, "", interface,
                std::to_string(std::llround(event.bandwidth)) + " of " +
                    std::to_string(std::llround(event.threshold)) +
                    " bytes per second",
                ToString(subnet.prefix)};
  switch (event.verdict) {
    case Verdict::kWatchStarted:
      notice.message = "subnet is at or over its threshold; watching it";
      break;
    case Verdict::kReportDue:
      notice.message = "subnet stayed over its threshold for " +
                       std::to_string(event.exceeded_seconds) + " s";
      break;
    case Verdict::kCleared:
      notice.message = "subnet is below its threshold";
      break;
    case Verdict::kNothing:
      break;
  }
  return notice;
}

}  // namespace ipband
