// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "exporter/control/backfill.h"
#include "exporter/control/backtest.h"
#include "exporter/control/check_config.h"
#include "exporter/control/convert.h"
#include "exporter/control/health.h"
#include "exporter/control/reports.h"
#include "exporter/control/rules.h"
#include "exporter/control/top.h"
#include "exporter/error.h"
#include "exporter/version.h"

namespace {

using ipband::Error;

constexpr const char* kProgram = "ipbandctl";

// What the command line asks for, to be run once all of it is read.
using Action = std::function<int()>;

// What the subcommand reads from the command line and then is run with.
template <class Options>
std::shared_ptr<Options> OptionsOf(CLI::App& command, Action& action,
                                   int (*run)(const Options&)) {
  auto options = std::make_shared<Options>();
  command.callback([=, &action] { action = [=] { return run(*options); }; });
  return options;
}

void AddText(CLI::App& command, const char* flag, std::string& value,
             const char* text, const char* kind) {
  command.add_option(flag, value, text)->option_text(kind);
}

void AddCaptures(CLI::App& command, ipband::CaptureFiles& captures) {
  command
      .add_option("--config.file", captures.config_file,
                  "the exporter's: YAML, ipband.conf or ipfm.conf")
      ->option_text("FILE");
  command
      .add_option("--interface", captures.interface,
                  "its label and filter; default: the first file's name")
      ->option_text("NAME");
  command
      .add_option("PCAP", captures.files,
                  "what one interface saw, pcap or pcapng, in any order;\n"
                  "- is standard input")
      ->option_text("...")
      ->required();
}

void AddBackfill(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand(
      "backfill", "print captures as metrics with times, for promtool");
  const auto options = OptionsOf(*command, action, ipband::RunBackfill);
  AddCaptures(*command, options->captures);
  AddText(*command, "--interval", options->interval, "between two scrapes",
          "DURATION [15s]");
  AddText(*command, "--job", options->job, "label of each series",
          "NAME [ipband]");
  AddText(*command, "--instance", options->instance, "label of each series",
          "NAME [backfill]");
  AddText(*command, "--output", options->output,
          "where to; default: standard output", "FILE");
}

void AddBacktest(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand(
      "backtest", "print the reports that thresholds would have led to");
  const auto options = OptionsOf(*command, action, ipband::RunBacktest);
  AddCaptures(*command, options->captures);
  command
      ->add_option("--threshold", options->thresholds,
                   "in place of thresholds.bandwidth; repeatable")
      ->option_text("BANDWIDTH")
      ->allow_extra_args(false);
}

void AddCheckConfig(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand(
      "check-config", "check configuration files, print nothing if good");
  const auto options = OptionsOf(*command, action, ipband::RunCheckConfig);
  command->add_option("FILE", options->files, "YAML, ipband.conf or ipfm.conf")
      ->option_text("...")
      ->required();
}

void AddConvert(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand(
      "convert", "print an ipband.conf or ipfm.conf as YAML");
  const auto options = OptionsOf(*command, action, ipband::RunConvert);
  command->add_option("--from", options->from, "ipband or ipfm")
      ->option_text("TOOL")
      ->required();
  command
      ->add_option("FILE", options->file,
                   "its configuration; - is standard input")
      ->option_text(" ")
      ->required();
}

void AddHealth(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand(
      "health",
      "ask a running exporter whether it is well, print nothing if so");
  const auto options = OptionsOf(*command, action, ipband::RunHealth);
  command->add_option("--url", options->url, "of the exporter")
      ->option_text("URL [http://localhost:10059]");
}

void AddReports(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand(
      "reports",
      "list the reports of late of a running exporter, or print one");
  const auto options = OptionsOf(*command, action, ipband::RunReports);
  AddText(*command, "--url", options->url, "of the exporter",
          "URL [http://localhost:10059]");
  AddText(*command, "--subnet", options->subnet, "list only its", "NETWORK");
  AddText(*command, "--interface", options->interface, "list only its", "NAME");
  command->add_option("-n", options->most, "the most lines of the list")
      ->option_text("N [20]")
      ->check(CLI::Range(1, 1000));
  command
      ->add_option("REPORT", options->id,
                   "print the text of this one, as the list calls it")
      ->option_text(" ");
}

void AddRules(CLI::App& app, Action& action) {
  CLI::App* command =
      app.add_subcommand("rules", "print alerting rules for Prometheus");
  const auto options = OptionsOf(*command, action, ipband::RunRules);
  command->add_flag("--promql", options->promql,
                    "rules by which Prometheus decides alone, nearly the same");
  command
      ->add_option("--config.file", options->config_file,
                   "with --promql: the exporter's, for its periods")
      ->option_text("FILE");
  command
      ->add_option("--format", options->format,
                   "prometheus, or kubernetes for a PrometheusRule")
      ->option_text("FORMAT [prometheus]");
}

void AddTop(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand(
      "top", "show what a running exporter counts at the moment");
  const auto options = OptionsOf(*command, action, ipband::RunTop);
  AddText(*command, "--url", options->url, "of the exporter",
          "URL [http://localhost:10059]");
  AddText(*command, "--subnet", options->subnet, "show its hosts", "NETWORK");
  AddText(*command, "--interface", options->interface,
          "show only what came in there", "NAME");
  AddText(*command, "--meter", options->meter, "show its table", "NAME");
  AddText(*command, "--address", options->address,
          "show what it has in each meter so far", "ADDRESS");
  command->add_option("-n", options->rows, "the most rows of a table")
      ->option_text("N [20]")
      ->check(CLI::Range(1, 100'000));
  command->add_flag("--once", options->once, "print one table and end");
}

int RunProgram(int argc, char** argv) {
  CLI::App app(
      "Looks at configurations of ipband_exporter and at a running one.",
      kProgram);
  app.set_help_flag("-h,--help", "print this and exit");
  app.set_version_flag("-v,--version", ipband::VersionText(),
                       "print the version and exit");
  Action action;
  AddBackfill(app, action);
  AddBacktest(app, action);
  AddCheckConfig(app, action);
  AddConvert(app, action);
  AddHealth(app, action);
  AddReports(app, action);
  AddRules(app, action);
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
  std::fprintf(stderr, "%s: error: %s\n", kProgram,
               ipband::SentenceOf(error).c_str());
  return ipband::kExitFailure;
}
