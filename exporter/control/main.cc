// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "exporter/control/check_config.h"
#include "exporter/control/top.h"
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

void AddTop(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand(
      "top", "show what a running exporter counts at the moment");
  auto options = std::make_shared<ipband::TopOptions>();
  command->add_option("--url", options->url, "of the exporter")
      ->capture_default_str();
  command->add_option("--subnet", options->subnet, "show its hosts");
  command->add_option("--interface", options->interface,
                      "show what is captured on it only");
  command->add_option("--meter", options->meter, "show its table");
  command->add_option("--address", options->address,
                      "show what it has in each meter so far");
  command->add_option("-n", options->rows, "the most rows of a table")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  command->add_flag("--once", options->once, "print one table and end");
  command->callback([options, &action] {
    action = [options] { return ipband::RunTop(*options); };
  });
}

int RunProgram(int argc, char** argv) {
  CLI::App app("Looks at configurations of ipband_exporter.", kProgram);
  app.set_help_flag("-h,--help", "print this and exit");
  app.set_version_flag("-v,--version", ipband::VersionText(),
                       "print the version and exit");
  Action action;
  AddCheckConfig(app, action);
  AddTop(app, action);
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
