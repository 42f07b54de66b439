// SPDX-License-Identifier: Apache-2.0
#include "exporter/deliver/sinks.h"

#include <utility>

#include "exporter/deliver/mta_sink.h"
#include "exporter/deliver/page_sink.h"
#include "exporter/deliver/smtp_sink.h"
#include "exporter/deliver/text_sink.h"
#include "exporter/deliver/webhook_sink.h"

namespace ipband {
namespace {

std::unique_ptr<Sink> MakeMailSink(const MailOptions& options) {
  if (!options.command.empty()) return std::make_unique<MtaSink>(options);
  return std::make_unique<SmtpSink>(options);
}

}  // namespace

Sinks MakeSinks(const ReportOptions& options, const std::string& directory,
                const std::string& version, DirectorySink::Clock clock) {
  Sinks sinks;
  const auto add = [&](const char* name, std::unique_ptr<Sink> sink,
                       const DeliveryOptions& delivery = {}) {
    sinks.all.push_back({name, std::move(sink), delivery});
  };
  if (!options.text.empty()) {
    add("text",
        std::make_unique<AppendSink>(options.text, AppendSink::Part::kText));
  }
  if (!options.json.empty()) {
    add("json",
        std::make_unique<AppendSink>(options.json, AppendSink::Part::kJson));
  }
  if (!directory.empty()) {
    auto sink = std::make_unique<DirectorySink>(
        directory, DirectoryLimits{options.keep_age, options.keep_bytes},
        std::move(clock));
    sinks.directory = sink.get();
    add("directory", std::move(sink));
  }
  if (!options.html.empty()) {
    // On standard output each page is for somebody; in a file only the newest.
    add("html", std::make_unique<PageSink>(options.html),
        {.only_latest = options.html != "-"});
  }
  if (!options.mail.to.empty()) add("mail", MakeMailSink(options.mail));
  if (!options.webhook.url.empty()) {
    add("webhook", std::make_unique<WebhookSink>(options.webhook, version));
  }
  return sinks;
}

}  // namespace ipband
