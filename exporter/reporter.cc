// SPDX-License-Identifier: Apache-2.0
#include "exporter/reporter.h"

#include <algorithm>
#include <utility>

#include "exporter/clock.h"
#include "exporter/deliver/sinks.h"
#include "exporter/log.h"
#include "exporter/report/report_id.h"
#include "exporter/report/report_json.h"
#include "exporter/report/sorting.h"
#include "exporter/report_files.h"
#include "exporter/version.h"

namespace ipband {
namespace {

// What may wait to be made into documents.
constexpr size_t kMostBytes = size_t{64} << 20;
constexpr std::chrono::seconds kPatienceForNames{2};
// Of a replay whose sinks do not work.
constexpr std::chrono::seconds kPatienceForRoom{10};

size_t SizeOf(const Report& report) {
  return sizeof(Report) + report.connections.capacity() * sizeof(Connection);
}

size_t SizeOf(const StatusPage& page) {
  return sizeof(StatusPage) + page.rows.size() * sizeof(StatusPage::Row);
}

std::shared_ptr<const ArchivedReport> Archived(Report report,
                                               const Document& document,
                                               ServiceNames& services) {
  auto archived = std::make_shared<ArchivedReport>();
  archived->id = document.id;
  archived->text = document.text;
  archived->json = document.json;
  for (const Connection& connection : report.connections) {
    archived->names.push_back(
        {services.Protocol(connection.protocol), services.Service(connection)});
  }
  archived->report = std::move(report);
  return archived;
}

}  // namespace

Reporter::Reporter(ReporterOptions options, ReportArchive& archive)
    : options_(std::move(options)),
      archive_(archive),
      queue_(kMostBytes,
             options_.waits ? kPatienceForRoom : std::chrono::seconds(0)),
      repeats_(options_.reports.mail.repeat) {
  Sinks sinks =
      MakeSinks(options_.reports, options_.directory, kVersion.version);
  directory_ = sinks.directory;
  for (NamedSink& sink : sinks.all) {
    deliveries_.push_back(std::make_unique<Delivery>(
        sink.name, std::move(sink.sink), sink.delivery));
    if (sink.name == "html") page_delivery_ = deliveries_.back().get();
  }
  if (options_.reports.resolve) host_names_.emplace();
  thread_ = std::jthread([this](const std::stop_token& stop) { Run(stop); });
}

Reporter::~Reporter() = default;

void Reporter::Push(Report report) {
  const size_t bytes = SizeOf(report);
  queue_.Push(std::move(report), bytes);
}

void Reporter::Push(StatusPage page) {
  const size_t bytes = SizeOf(page);
  queue_.Push(std::move(page), bytes);
}

void Reporter::Run(const std::stop_token& stop) {
  if (!options_.directory.empty()) LoadReports(options_.directory, archive_);
  while (auto next = queue_.Take(stop)) {
    std::visit([&](auto& item) { Deliver(std::move(item), next->since, stop); },
               next->work);
  }
}

// Whether it was delivered by a former run, as far as anybody can know.
bool Reporter::IsDelivered(const Report& report) const {
  return report.repeated && (options_.directory.empty() ||
                             archive_.Find(ReportId(report)) != nullptr);
}

void Reporter::Deliver(Report report, Time since, const std::stop_token& stop) {
  if (IsDelivered(report)) return;
  SortAndCut(report, options_.reports.top);
  ReportLayout layout = options_.layout;
  layout.host_names = NamesOf(report, since);

  auto document = std::make_shared<Document>();
  document->id = ReportId(report);
  document->episode = EpisodeOf(report);
  document->at = report.at;
  document->subject = ReportSubject(report, layout.ipv4_bits);
  document->text = ReportText(report, layout, services_);
  document->json =
      ReportJson(report, document->id, services_, layout.host_names);
  for (const std::unique_ptr<Delivery>& delivery : deliveries_) {
    if (delivery.get() == page_delivery_) continue;
    if (delivery->name() == "mail" && !repeats_.Due(*document)) continue;
    Submit(*delivery, document, stop);
  }
  archive_.Add(Archived(std::move(report), *document, services_));
}

void Reporter::Deliver(const StatusPage& page, Time /*since*/,
                       const std::stop_token& stop) {
  auto document = std::make_shared<Document>();
  document->at = page.at;
  document->text = SubnetPage(page);
  Submit(*page_delivery_, document, stop);
}

// The first connections are those that are read. The patience begins when the
// report falls due: of a hundred at once, behind a dead name server, each
// would else wait for all before it.
HostNameMap Reporter::NamesOf(const Report& report, Time since) {
  if (!host_names_) return {};
  std::vector<Address> addresses;
  for (const Connection& connection : report.connections) {
    addresses.push_back(connection.from);
    addresses.push_back(connection.to);
  }
  const Time now(ReadClock().steady);
  const Time::duration patience =
      std::clamp<Time::duration>(since + kPatienceForNames - now,
                                 Time::duration::zero(), kPatienceForNames);
  return host_names_->Resolve(
      addresses, now,
      std::chrono::duration_cast<std::chrono::milliseconds>(patience));
}

void Reporter::Submit(Delivery& delivery,
                      std::shared_ptr<const Document> document,
                      const std::stop_token& stop) const {
  if (options_.waits) {
    delivery.SubmitWhenRoom(std::move(document), stop);
  } else {
    delivery.Submit(std::move(document));
  }
}

bool Reporter::Finish(std::chrono::steady_clock::time_point deadline) {
  queue_.Close(deadline);
  thread_.request_stop();
  thread_.join();
  for (const auto& delivery : deliveries_) delivery->Close();
  bool complete = queue_.size() == 0 && counts().dropped == 0;
  for (const auto& delivery : deliveries_) {
    if (!delivery->Finish(deadline)) complete = false;
  }
  if (queue_.size() > 0) {
    Log(LogLevel::kError, "report", "reports were given up",
        {{"reports", std::to_string(queue_.size())}});
  }
  return complete;
}

ReporterCounts Reporter::counts() const {
  ReporterCounts counts;
  counts.queued = queue_.unfinished();
  counts.dropped = queue_.dropped();
  for (const auto& delivery : deliveries_) {
    counts.sinks.push_back({delivery->name(), delivery->counts()});
    counts.dropped += counts.sinks.back().counts.dropped;
  }
  if (directory_ != nullptr) {
    counts.files = directory_->files();
    counts.files_bytes = directory_->bytes();
  }
  return counts;
}

}  // namespace ipband
