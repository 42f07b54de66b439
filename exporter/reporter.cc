// SPDX-License-Identifier: Apache-2.0
#include "exporter/reporter.h"

#include <algorithm>
#include <utility>

#include "exporter/clock.h"
#include "exporter/log.h"
#include "exporter/report/report_id.h"
#include "exporter/report/report_json.h"
#include "exporter/report/sorting.h"
#include "exporter/report_files.h"
#include "exporter/version.h"

namespace ipband {
namespace {

// What may wait to be made into documents.
constexpr size_t kMostReportBytes = size_t{64} << 20;

size_t SizeOf(const Report& report) {
  return sizeof(Report) + report.connections.capacity() * sizeof(Connection);
}

size_t SizeOf(const StatusPage& page) {
  return sizeof(StatusPage) + page.rows.size() * sizeof(StatusPage::Row);
}

// Whether a sink of this name does the same with both.
bool SameSink(const std::string& name, const ReporterOptions& a,
              const ReporterOptions& b) {
  if (name == "text") return a.reports.text == b.reports.text;
  if (name == "json") return a.reports.json == b.reports.json;
  if (name == "html") return a.reports.html == b.reports.html;
  if (name == "mail") return a.reports.mail == b.reports.mail;
  if (name == "webhook") return a.reports.webhook == b.reports.webhook;
  return a.directory == b.directory &&
         a.reports.keep_age == b.reports.keep_age &&
         a.reports.keep_bytes == b.reports.keep_bytes;
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
    : waits_(options.waits),
      archive_(archive),
      queue_(kMostReportBytes,
             options.waits ? kPatienceForRoom : std::chrono::seconds(0)),
      setup_(std::make_shared<const Setup>()),
      repeats_(options.reports.mail.repeat) {
  Reconfigure(Prepare(std::move(options)));
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

Reporter::Reconfiguration Reporter::Prepare(ReporterOptions options) {
  Sinks sinks = MakeSinks(options.reports, options.directory, kVersion.version,
                          options.clock);
  return {std::move(options), std::move(sinks)};
}

void Reporter::Reconfigure(Reconfiguration reconfiguration) {
  const std::lock_guard lock(mutex_);
  const std::shared_ptr<const Setup> before = setup_;
  setup_ = MakeSetup(std::move(reconfiguration), *before);
  wants_pages_ = setup_->page_delivery != nullptr;
  LetGo(*before, *setup_);
  ForgetOld(setup_->options);
}

std::shared_ptr<const Reporter::Setup> Reporter::MakeSetup(
    Reconfiguration reconfiguration, const Setup& before) {
  auto setup = std::make_shared<Setup>();
  Sinks& sinks = reconfiguration.sinks;
  setup->options = std::move(reconfiguration.options);
  setup->directory = sinks.directory;
  for (NamedSink& sink : sinks.all) {
    const auto known = std::find_if(
        before.deliveries.begin(), before.deliveries.end(),
        [&](const auto& delivery) { return delivery->name() == sink.name; });
    if (known == before.deliveries.end()) {
      setup->deliveries.push_back(std::make_shared<Delivery>(
          sink.name, std::move(sink.sink), sink.delivery));
    } else {
      setup->deliveries.push_back(*known);
      if (!SameSink(sink.name, setup->options, before.options)) {
        (*known)->ReplaceSink(std::move(sink.sink), sink.delivery);
      } else if (sink.name == "directory") {
        setup->directory = before.directory;
      }
    }
    if (sink.name == "html") {
      setup->page_delivery = setup->deliveries.back().get();
    }
  }
  return setup;
}

// REQUIRES: the mutex is held.
void Reporter::LetGo(const Setup& before, const Setup& after) {
  const auto same_name = [](const auto& deliveries, const auto& delivery) {
    return std::any_of(
        deliveries.begin(), deliveries.end(),
        [&](const auto& other) { return other->name() == delivery->name(); });
  };
  std::vector<std::shared_ptr<Delivery>> leaving;
  for (const auto& delivery : before.deliveries) {
    if (!same_name(after.deliveries, delivery)) leaving.push_back(delivery);
  }
  std::erase_if(leaving_, [&](const auto& delivery) {
    return delivery->counts().undelivered == 0 || same_name(leaving, delivery);
  });
  leaving_.insert(leaving_.end(), leaving.begin(), leaving.end());
}

std::shared_ptr<const Reporter::Setup> Reporter::setup() const {
  const std::lock_guard lock(mutex_);
  return setup_;
}

void Reporter::Run(const std::stop_token& stop) {
  const std::string directory = setup()->options.directory;
  if (!directory.empty()) LoadReports(directory, archive_);
  while (!stop.stop_requested()) {
    ForgetOld(setup()->options);
    const std::chrono::milliseconds period = setup()->options.tidy_period;
    auto next = queue_.Take(stop, period);
    if (!next) continue;
    std::visit([&](auto& item) { Deliver(std::move(item), next->since, stop); },
               next->work);
  }
}

// The files go the same way, by the thread that may wait for their disk.
void Reporter::ForgetOld(const ReporterOptions& options) const {
  if (!options.clock) return;
  archive_.RemoveBefore(options.clock() - options.reports.keep_age.count());
}

// Whether it was delivered by a former run, as far as anybody can know.
bool Reporter::IsDelivered(const Report& report,
                           const std::string& directory) const {
  return report.repeated &&
         (directory.empty() || archive_.Find(ReportId(report)) != nullptr);
}

void Reporter::Deliver(Report report, Time since, const std::stop_token& stop) {
  const std::shared_ptr<const Setup> setup = this->setup();
  const ReporterOptions& options = setup->options;
  if (IsDelivered(report, options.directory)) return;
  SortAndCut(report, options.reports.top);
  ReportLayout layout = options.layout;
  layout.host_names = NamesOf(report, since, options.reports.resolve);
  repeats_.SetRepeat(options.reports.mail.repeat);

  auto document = std::make_shared<Document>();
  document->id = ReportId(report);
  document->episode = EpisodeOf(report);
  document->at = report.at;
  document->subject = ReportSubject(report, layout.ipv4_bits);
  document->text = ReportText(report, layout, services_);
  document->json =
      ReportJson(report, document->id, services_, layout.host_names);
  for (const std::shared_ptr<Delivery>& delivery : setup->deliveries) {
    if (delivery.get() == setup->page_delivery) continue;
    if (delivery->name() == "mail" && !repeats_.Due(*document)) continue;
    Submit(*delivery, document, stop);
  }
  archive_.Add(Archived(std::move(report), *document, services_));
}

void Reporter::Deliver(const StatusPage& page, Time /*since*/,
                       const std::stop_token& stop) {
  const std::shared_ptr<const Setup> setup = this->setup();
  if (setup->page_delivery == nullptr) return;
  auto document = std::make_shared<Document>();
  document->at = page.at;
  document->text = SubnetPage(page);
  Submit(*setup->page_delivery, document, stop);
}

// The first connections are those that are read. The patience begins when the
// report falls due: of a hundred at once, behind a dead name server, each
// would else wait for all before it.
HostNameMap Reporter::NamesOf(const Report& report, Time since, bool resolve) {
  if (!resolve) return {};
  if (!host_names_) host_names_.emplace();
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
  if (waits_) {
    delivery.SubmitWhenRoom(std::move(document), stop);
  } else {
    delivery.Submit(std::move(document));
  }
}

bool Reporter::Finish(std::chrono::steady_clock::time_point deadline) {
  queue_.Close(deadline);
  thread_.request_stop();
  thread_.join();
  std::vector<std::shared_ptr<Delivery>> deliveries;
  {
    const std::lock_guard lock(mutex_);
    deliveries = setup_->deliveries;
    deliveries.insert(deliveries.end(), leaving_.begin(), leaving_.end());
  }
  for (const auto& delivery : deliveries) delivery->Close();
  bool complete = queue_.size() == 0 && counts().dropped == 0;
  for (const auto& delivery : deliveries) {
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
  const std::lock_guard lock(mutex_);
  for (const auto& delivery : setup_->deliveries) {
    counts.sinks.push_back({delivery->name(), delivery->counts()});
    counts.dropped += counts.sinks.back().counts.dropped;
  }
  if (const DirectorySink* directory = setup_->directory) {
    counts.files = directory->files();
    counts.files_bytes = directory->bytes();
  }
  return counts;
}

}  // namespace ipband
