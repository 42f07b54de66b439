// SPDX-License-Identifier: Apache-2.0
#include "exporter/control/backfill.h"

#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>
#include <optional>

#include "collectors/metrics/text_writer.h"
#include "collectors/net/utf8.h"
#include "exporter/account_setup.h"
#include "exporter/config/units.h"
#include "exporter/control/open_metrics.h"
#include "exporter/error.h"
#include "exporter/exposition.h"
#include "exporter/flag_values.h"
#include "exporter/hash_seed.h"

namespace ipband {
namespace {

using std::chrono::seconds;

// Frames that are farther apart leave a gap, as if nobody had scraped: one
// damaged stamp must not write a century.
constexpr int64_t kLongestSilence = int64_t{24} * 3600;

// Every sample at the time T stands for all frames stamped before T, and
// averaging periods that end at T are over.
class Backfill {
 public:
  Backfill(const Options& options, seconds interval, OpenMetricsPages& pages)
      : options_(options),
        interval_(interval.count()),
        pages_(pages),
        exposition_(options, 0),
        intake_(options.config.accounting, options.config.thresholds,
                HashSeed(true), Listener(), TablesOf(options.config)) {}

  // Whether all files were read to their end. Throws Error.
  bool Run() {
    const bool complete =
        ReplayFiles(options_, intake_, [this] { return failure_.has_value(); });
    if (!failure_ && next_) AddPage(*next_);
    if (failure_) throw *failure_;
    if (!next_ && complete) throw Error("the captures have no frame");
    return complete;
  }

 private:
  Intake::Listener Listener() {
    Intake::Listener listener;
    listener.second_begins = [this](CaptureId id, int64_t second) {
      SecondBegins(id, second);
    };
    return listener;
  }

  void SecondBegins(CaptureId id, int64_t second) {
    const int64_t latest = second - second % interval_;
    if (!next_) {
      began_ = latest;
      next_ = latest;
    }
    // As it was for whoever took the capture.
    intake_.status(id).wanted = true;
    intake_.status(id).up = true;
    while (*next_ <= second && !failure_) {
      // Live, a period ends by the clock; the frames need not have come.
      intake_.ReachSecond(id, *next_);
      AddPage(*next_);
      *next_ += interval_;
      if (second - *next_ > kLongestSilence) next_ = latest;
    }
  }

  // The caller is the packet path, which nothing may be thrown through.
  void AddPage(int64_t at) {
    page_.clear();
    TextWriter out([this](std::string_view piece) {
      page_ += piece;
      return true;
    });
    exposition_.Write(intake_.TakeSnapshot(), {}, {}, out);
    // What Prometheus adds, and what the dashboards know a new start by.
    out.Begin({"up", "gauge", "Whether it was scraped."});
    out.Sample("", uint64_t{1});
    out.Begin({"process_start_time_seconds", "gauge",
               "When the capture began, seconds since the epoch."});
    out.Sample("", static_cast<uint64_t>(began_));
    out.Finish();
    try {
      pages_.Add(page_, at);
    } catch (const Error& error) {
      failure_ = error;
    }
  }

  const Options& options_;
  const int64_t interval_;  // seconds
  OpenMetricsPages& pages_;
  const Exposition exposition_;
  Intake intake_;
  int64_t began_ = 0;
  std::optional<int64_t> next_;  // time of the next page
  std::string page_;
  std::optional<Error> failure_;
};

// Where files without a name may grow as large as the output.
std::filesystem::path SpoolFolder(const std::string& output) {
  if (output != "-") return std::filesystem::absolute(output).parent_path();
  const char* folder = std::getenv("TMPDIR");
  return folder != nullptr && *folder != '\0' ? folder : "/var/tmp";
}

void WriteOut(OpenMetricsPages& pages, const std::string& output) {
  if (output == "-") {
    pages.WriteTo(stdout, "to standard output");
    return;
  }
  std::FILE* file = std::fopen(output.c_str(), "wbe");
  if (file == nullptr) {
    throw Error("cannot write " + output + ": " + std::strerror(errno));
  }
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> closed(file, fclose);
  pages.WriteTo(file, output);
}

std::string LabelOf(const char* name, const std::string& value) {
  return Label(name, EscapeInvalidUtf8(value));
}

}  // namespace

int RunBackfill(const BackfillOptions& options) {
  const seconds interval =
      ParseFlag("--interval", options.interval, [](const std::string& text) {
        return ParseDuration(text, {seconds(1), std::chrono::hours(1)});
      });
  const Options read = ReadOptionsOf(options.captures);
  OpenMetricsPages pages(SpoolFolder(options.output),
                         LabelOf("job", options.job) + "," +
                             LabelOf("instance", options.instance));
  const bool complete = Backfill(read, interval, pages).Run();
  if (!pages.empty()) WriteOut(pages, options.output);
  return complete ? 0 : kExitFailure;
}

}  // namespace ipband
