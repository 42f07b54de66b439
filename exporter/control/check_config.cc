// SPDX-License-Identifier: Apache-2.0
#include "exporter/control/check_config.h"

#include <cstdio>

#include "exporter/control/read_options.h"
#include "exporter/error.h"
#include "exporter/filters.h"
#include "exporter/web/web_access.h"

namespace ipband {

int RunCheckConfig(const CheckConfigOptions& options) {
  int exit_code = 0;
  for (const std::string& file : options.files) {
    try {
      const Options read = ReadOptionsOf(file);
      CheckFilters(read);
      CheckWebConfig(read.config.web);
      for (const std::string& warning : read.warnings) {
        const bool tells = warning.starts_with(FileNameOf(file) + ":");
        std::fprintf(stderr, "%s%s\n", tells ? "" : (file + ": ").c_str(),
                     warning.c_str());
      }
    } catch (const Error& error) {
      std::fprintf(stderr, "%s\n", ErrorLine(error, "ipbandctl").c_str());
      if (exit_code == 0) exit_code = error.exit_code;
    }
  }
  return exit_code;
}

}  // namespace ipband
