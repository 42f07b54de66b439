// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "exporter/control/check_config.h"
#include "exporter/error.h"
#include "exporter/version.h"

namespace {

using ipband::Error;

constexpr const char* kProgram = "ipbandctl";

// What the command line asks for, to be run once all of it is read.
using Action = std::function<int()>;

void AddCheckConfig(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand(
      "check-config", "check configuration files, print nothing if good");
  auto options = std::make_shared<ipband::CheckConfigOptions>();
  command->add_option("FILE", options->files, "YAML, ipband.conf or ipfm.conf")
      ->option_text("...")
      ->required();
  command->callback([options, &action] {
    action = [options] { return ipband::RunCheckConfig(*options); };
  });
}

int RunProgram(int argc, char** argv) {
  CLI::App app("Looks at configurations of ipband_exporter.", kProgram);
  app.set_help_flag("-h,--help", "print this and exit");
  app.set_version_flag("-v,--version", ipband::VersionText(),
                       "print the version and exit");
  Action action;
  AddCheckConfig(app, action);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& answer) {
    return app.exit(answer);
  } catch (const CLI::ParseError& error) {
    throw ipband::UsageError(std::string(error.what()) + "; try --help");
  }
  if (!action) throw ipband::UsageError("no subcommand is given; try --help");
  return action();
}

}  // namespace

int main(int argc, char** argv) try {
  return RunProgram(argc, argv);
} catch (const Error& error) {
  std::fprintf(stderr, "%s\n", ipband::ErrorLine(error, kProgram).c_str());
  return error.exit_code;
} catch (const std::exception& error) {
  std::fprintf(stderr, "%s: error: %s\n", kProgram, error.what());
  return ipband::kExitFailure;
}
