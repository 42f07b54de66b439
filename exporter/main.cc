// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <exception>

#include "exporter/app.h"
#include "exporter/error.h"
#include "exporter/filters.h"
#include "exporter/log.h"
#include "exporter/options.h"
#include "exporter/web/web_access.h"

namespace {

using ipband::Error;
using ipband::Options;

int RunProgram(int argc, char** argv) {
  const auto read = [argc, argv] {
    Options options = ipband::ParseOptions(argc, argv);
    ipband::CheckFilters(options);
    return options;
  };
  const Options options = read();
  if (!options.answer.empty()) {
    std::fputs(options.answer.c_str(), stdout);
    return 0;
  }
  ipband::CheckWebConfig(options.config.web);
  if (options.check) return 0;
  ipband::StartLog(options.log);
  return ipband::Run(options, read);
}

}  // namespace

int main(int argc, char** argv) try {
  return RunProgram(argc, argv);
} catch (const Error& error) {
  std::fprintf(stderr, "%s\n", ipband::ErrorLine(error).c_str());
  return error.exit_code;
} catch (const std::exception& error) {
  std::fprintf(stderr, "ipband_exporter: error: %s\n",
               ipband::SentenceOf(error).c_str());
  return ipband::kExitFailure;
}
