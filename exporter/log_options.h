// SPDX-License-Identifier: Apache-2.0
//
// How much is logged, and in which form.
#pragma once

namespace ipband {

enum class LogLevel { kDebug, kInfo, kWarn, kError };
enum class LogFormat { kLogfmt, kJson };

struct LogOptions {
  LogLevel level = LogLevel::kInfo;
  LogFormat format = LogFormat::kLogfmt;
};

}  // namespace ipband
