// SPDX-License-Identifier: Apache-2.0
#include "exporter/dumper.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "exporter/clock.h"
#include "exporter/dump/dump_csv.h"
#include "exporter/dump/dump_json.h"
#include "exporter/dump/dump_name.h"
#include "exporter/dump/dump_table.h"
#include "exporter/dump/dump_text.h"
#include "exporter/log.h"

namespace ipband {
namespace {

// What may wait to be made into documents, and of each meter to be written:
// some periods of a million hosts.
constexpr size_t kMostDumpBytes = size_t{256} << 20;

size_t SizeOf(const Dump& dump) {
  size_t size = sizeof(Dump);
  for (const DumpPart& part : dump.parts) {
    size += sizeof part;
    if (part.rows) size += part.rows->size() * sizeof(DumpRow);
  }
  return size;
}

std::string TextOf(const DumpPage& page, const DumpOptions& options) {
  switch (options.format) {
    case DumpFormat::kCsv:
      return DumpCsv(page);
    case DumpFormat::kJson:
      return DumpJson(page);
    case DumpFormat::kText:
      break;
  }
  // ipfm: an empty line parts the dumps of a file.
  const bool is_one_of_several = options.mode == DumpMode::kAppend;
  return DumpText(page) + (is_one_of_several ? "\n" : "");
}

std::shared_ptr<const Document> DocumentOf(const DumpPage& page,
                                           const DumpOptions& options,
                                           DumpName name) {
  auto document = std::make_shared<Document>();
  document->at = page.dump.at;
  document->text = TextOf(page, options);
  document->file = {.path = std::move(name.path),
                    .other_path = std::move(name.other_path),
                    .head = {},
                    .append = options.mode == DumpMode::kAppend,
                    .scheduled = page.dump.scheduled};
  if (options.format == DumpFormat::kCsv) document->file.head = kDumpCsvHead;
  return document;
}

}  // namespace

Dumper::Dumper(const DumperOptions& options) : Dumper(options, nullptr) {}

Dumper::Dumper(const DumperOptions& options, HostNames::Lookup lookup)
    : waits_(options.waits),
      written_(options.spare_others ? std::make_shared<WrittenFiles>()
                                    : nullptr),
      lookup_(std::move(lookup)),
      queue_(kMostDumpBytes,
             options.waits ? kPatienceForRoom : std::chrono::seconds(0)) {
  Adopt(options.meters);
  thread_ = std::jthread([this](const std::stop_token& stop) { Run(stop); });
}

Dumper::~Dumper() = default;

std::shared_ptr<Dumper::Output> Dumper::MakeOutput(
    const MeterConfig& config) const {
  auto sink = std::make_unique<DumpSink>(written_);
  auto output = std::make_shared<Output>();
  output->file = config.dump.file;
  output->sink = sink.get();
  output->delivery = std::make_unique<Delivery>(
      "dumps of " + config.meter.name, std::move(sink),
      DeliveryOptions{.most_bytes = kMostDumpBytes});
  return output;
}

// REQUIRES: the mutex is held, or there is nobody else yet.
void Dumper::Adopt(const std::vector<MeterConfig>& meters) {
  former_ = std::exchange(configs_, {});
  order_.clear();
  for (const MeterConfig& meter : meters) {
    const std::string& name = meter.meter.name;
    order_.push_back(name);
    configs_[name] = std::make_shared<const MeterConfig>(meter);
    Outputs& outputs = outputs_[name];
    if (outputs.empty() || outputs.back()->file != meter.dump.file) {
      outputs.push_back(MakeOutput(meter));
    }
  }
}

void Dumper::Reconfigure(const std::vector<MeterConfig>& meters) {
  const std::lock_guard lock(mutex_);
  Adopt(meters);
  DropIdleOutputs();
}

// REQUIRES: the mutex is held, so that nobody begins to use one.
bool Dumper::IsIdle(const std::shared_ptr<Output>& output) {
  return output.use_count() == 1 && output->delivery->counts().undelivered == 0;
}

// Of meters that are long gone, and of file names that have changed.
void Dumper::DropIdleOutputs() {
  std::erase_if(outputs_, [this](const auto& entry) {
    const auto& [name, outputs] = entry;
    return !configs_.contains(name) && !former_.contains(name) &&
           std::all_of(outputs.begin(), outputs.end(), IsIdle);
  });
  for (auto& [name, outputs] : outputs_) {
    const std::shared_ptr<Output> current = outputs.back();
    std::erase_if(outputs, [&current](const auto& output) {
      if (output == current || !IsIdle(output)) return false;
      const MeterDumpCounts counts = CountsOf(*output);
      current->before.dumps += counts.dumps;
      current->before.failures += counts.failures;
      current->before.last_dump =
          std::max(current->before.last_dump, counts.last_dump);
      return true;
    });
  }
}

void Dumper::Push(Dump dump) {
  Work work;
  {
    const std::lock_guard lock(mutex_);
    for (const ConfigMap* configs : {&configs_, &former_}) {
      const auto config = configs->find(dump.meter);
      if (config == configs->end()) continue;
      work.config = config->second;
      work.output = outputs_.at(dump.meter).back();
      break;
    }
  }
  const std::shared_ptr<Output> output = work.output;
  const size_t bytes = SizeOf(dump);
  work.dump = std::move(dump);
  if (!output || !queue_.Push(std::move(work), bytes)) Refuse(output.get());
}

void Dumper::Refuse(Output* output) {
  const std::lock_guard lock(mutex_);
  ++refused_;
  if (output != nullptr) ++output->refused;
}

void Dumper::Run(const std::stop_token& stop) {
  while (auto next = queue_.Take(stop)) {
    Deliver(std::move(next->work), next->since, stop);
    LogRefused();
  }
  LogRefused();
}

void Dumper::Deliver(Work work, Time since, const std::stop_token& stop) {
  const DumpOptions& options = work.config->dump;
  const MeterOptions& meter = work.config->meter;
  std::optional<DumpName> name =
      NameOfDump(work.dump.at, work.dump.scheduled, options, meter.dump);
  if (!name) {
    Log(LogLevel::kError, "dump", "the name of the file is too long",
        {{"meter", meter.name}});
    Refuse(work.output.get());
    return;
  }
  DumpPage page;
  page.table = MakeDumpTable(work.dump.parts, meter.max_hosts, options.sort);
  page.dump = std::move(work.dump);
  page.dump.parts.clear();
  if (options.resolve) page.names = NamesOf(page.table.rows, since);
  page.every = meter.dump.every;
  page.local_time = options.local_time;
  auto document = DocumentOf(page, options, *std::move(name));
  Delivery& delivery = *work.output->delivery;
  if (!waits_) {
    delivery.Submit(std::move(document));  // counts what it refuses
  } else if (!delivery.SubmitWhenRoom(std::move(document), stop)) {
    Refuse(work.output.get());
  }
}

// The patience begins when the dump falls due, so that those behind it do not
// wait for theirs as well. More names than are kept need not be asked for.
HostNameMap Dumper::NamesOf(const std::vector<DumpRow>& rows, Time since) {
  if (!host_names_ && lookup_) host_names_.emplace(lookup_);
  if (!host_names_) host_names_.emplace();
  std::vector<Address> addresses;
  for (const DumpRow& row : rows) {
    if (addresses.size() == HostNames::kMaxAnswers) break;
    addresses.push_back(row.address);
  }
  const Time now(ReadClock().steady);
  const Time::duration patience =
      std::clamp<Time::duration>(since + kPatienceForNames - now,
                                 Time::duration::zero(), kPatienceForNames);
  return host_names_->Resolve(
      addresses, now,
      std::chrono::duration_cast<std::chrono::milliseconds>(patience));
}

// Not where they are refused: a log that nobody reads may block.
void Dumper::LogRefused() {
  uint64_t refused = 0;
  {
    const std::lock_guard lock(mutex_);
    refused = refused_;
  }
  if (refused == refused_logged_) return;
  Log(LogLevel::kError, "dump", "dumps were refused and are lost",
      {{"dumps", std::to_string(refused - refused_logged_)}});
  refused_logged_ = refused;
}

size_t Dumper::unwritten() const {
  size_t count = queue_.unfinished();
  const std::lock_guard lock(mutex_);
  for (const auto& [name, outputs] : outputs_) {
    for (const auto& output : outputs) {
      count += output->delivery->counts().undelivered;
    }
  }
  return count;
}

void Dumper::AwaitWritten(std::chrono::seconds patience) const {
  constexpr std::chrono::milliseconds kPause{20};
  const auto now = [] { return Time(ReadClock().steady); };
  Time deadline = now() + patience;
  size_t before = unwritten();
  while (before > 0 && now() < deadline) {
    std::this_thread::sleep_for(kPause);
    const size_t now_left = unwritten();
    if (now_left < before) deadline = now() + patience;
    before = now_left;
  }
}

bool Dumper::Finish(std::chrono::steady_clock::time_point deadline) {
  queue_.Close(deadline);
  thread_.request_stop();
  thread_.join();
  bool complete = queue_.size() == 0;
  Outputs outputs;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [name, of_meter] : outputs_) {
      outputs.insert(outputs.end(), of_meter.begin(), of_meter.end());
    }
    if (refused_ > 0) complete = false;
  }
  for (const auto& output : outputs) output->delivery->Close();
  for (const auto& output : outputs) {
    if (!output->delivery->Finish(deadline)) complete = false;
    if (output->delivery->counts().dropped > 0) complete = false;
  }
  if (queue_.size() > 0) {
    Log(LogLevel::kError, "dump", "dumps were given up",
        {{"dumps", std::to_string(queue_.size())}});
  }
  return complete;
}

// REQUIRES: the mutex is held.
MeterDumpCounts Dumper::CountsOf(const Output& output) {
  const DeliveryCounts counts = output.delivery->counts();
  const MeterDumpCounts& before = output.before;
  return {.meter = {},
          .dumps = before.dumps + counts.deliveries,
          .failures = before.failures + counts.failures + counts.dropped +
                      output.refused,
          .last_dump = std::max(before.last_dump, output.sink->last_at())};
}

std::vector<MeterDumpCounts> Dumper::counts() const {
  const std::lock_guard lock(mutex_);
  std::vector<MeterDumpCounts> all;
  for (const std::string& name : order_) {
    MeterDumpCounts sum{.meter = name};
    for (const auto& output : outputs_.at(name)) {
      const MeterDumpCounts counts = CountsOf(*output);
      sum.dumps += counts.dumps;
      sum.failures += counts.failures;
      sum.last_dump = std::max(sum.last_dump, counts.last_dump);
    }
    all.push_back(std::move(sum));
  }
  return all;
}

}  // namespace ipband
