// SPDX-License-Identifier: Apache-2.0
//
// The sinks that the configuration asks for. Called at the start and when the
// configuration is read again; opens nothing but the directory of reports.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "exporter/config/config.h"
#include "exporter/deliver/delivery.h"
#include "exporter/deliver/directory_sink.h"
#include "exporter/deliver/sink.h"

namespace ipband {

struct NamedSink {
  std::string name;  // text, json, directory, html, mail or webhook
  std::unique_ptr<Sink> sink;
  DeliveryOptions delivery;
};

struct Sinks {
  std::vector<NamedSink> all;
  const DirectorySink* directory = nullptr;  // one of them, for its counts
};

// `directory` is options.directory below the storage path; empty: none.
// `clock` is for the ages of its files. Throws Error when the mail server's
// name makes no sense.
Sinks MakeSinks(const ReportOptions& options, const std::string& directory,
                const std::string& version, DirectorySink::Clock clock);

}  // namespace ipband
