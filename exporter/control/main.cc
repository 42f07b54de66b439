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
#include "exporter/control/rules.h"
#include "exporter/control/top.h"
#include "exporter/error.h"
#include "exporter/version.h"

namespace {

using ipband::Error;

constexpr const char* kProgram = "ipbandctl";

// What the command line asks for, to be run once all of it is read.
using Action = std::function<int()>;

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
  auto options = std::make_shared<ipband::BackfillOptions>();
  AddCaptures(*command, options->captures);
  const auto add = [&](const char* flag, std::string& value, const char* text,
                       const char* kind) {
    command->add_option(flag, value, text)->option_text(kind);
  };
  add("--interval", options->interval, "between two scrapes", "DURATION [15s]");
  add("--job", options->job, "label of each series", "NAME [ipband]");
  add("--instance", options->instance, "label of each series",
      "NAME [backfill]");
  add("--output", options->output, "where to; default: standard output",
      "FILE");
  command->callback([options, &action] {
    action = [options] { return ipband::RunBackfill(*options); };
  });
}

void AddBacktest(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand(
      "backtest", "print the reports that thresholds would have led to");
  auto options = std::make_shared<ipband::BacktestOptions>();
  AddCaptures(*command, options->captures);
  command
      ->add_option("--threshold", options->thresholds,
                   "in place of thresholds.bandwidth; repeatable")
      ->option_text("BANDWIDTH")
      ->allow_extra_args(false);
  command->callback([options, &action] {
    action = [options] { return ipband::RunBacktest(*options); };
  });
}

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

void AddConvert(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand(
      "convert", "print an ipband.conf or ipfm.conf as YAML");
  auto options = std::make_shared<ipband::ConvertOptions>();
  command->add_option("--from", options->from, "ipband or ipfm")
      ->option_text("TOOL")
      ->required();
  command
      ->add_option("FILE", options->file,
                   "its configuration; - is standard input")
      ->option_text(" ")
      ->required();
  command->callback([options, &action] {
    action = [options] { return ipband::RunConvert(*options); };
  });
}

void AddHealth(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand(
      "health",
      "ask a running exporter whether it is well, print nothing if so");
  auto options = std::make_shared<ipband::HealthOptions>();
  command->add_option("--url", options->url, "of the exporter")
      ->option_text("URL [http://localhost:10059]");
  command->callback([options, &action] {
    action = [options] { return ipband::RunHealth(*options); };
  });
}

void AddRules(CLI::App& app, Action& action) {
  CLI::App* command =
      app.add_subcommand("rules", "print alerting rules for Prometheus");
  auto options = std::make_shared<ipband::RulesOptions>();
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
  command->callback([options, &action] {
    action = [options] { return ipband::RunRules(*options); };
  });
}

void AddTop(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand(
      "top", "show what a running exporter counts at the moment");
  auto options = std::make_shared<ipband::TopOptions>();
  const auto add = [&](const char* flag, std::string& value, const char* text,
                       const char* kind) {
    command->add_option(flag, value, text)->option_text(kind);
  };
  add("--url", options->url, "of the exporter", "URL [http://localhost:10059]");
  add("--subnet", options->subnet, "show its hosts", "NETWORK");
  add("--interface", options->interface, "show only what came in there",
      "NAME");
  add("--meter", options->meter, "show its table", "NAME");
  add("--address", options->address, "show what it has in each meter so far",
      "ADDRESS");
  command->add_option("-n", options->rows, "the most rows of a table")
      ->option_text("N [20]")
      ->check(CLI::Range(1, 100'000));
  command->add_flag("--once", options->once, "print one table and end");
  command->callback([options, &action] {
    action = [options] { return ipband::RunTop(*options); };
  });
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
  std::fprintf(stderr, "%s: error: %s\n", kProgram, error.what());
  return ipband::kExitFailure;
}
