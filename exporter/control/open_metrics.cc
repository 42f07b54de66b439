// SPDX-License-Identifier: Apache-2.0
#include "exporter/control/open_metrics.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "exporter/control/grouped_lines.h"
#include "exporter/error.h"

namespace ipband {
namespace {

constexpr std::string_view kHelp = "# HELP ";
constexpr std::string_view kType = "# TYPE ";
constexpr std::string_view kTotal = "_total";

[[noreturn]] void Fail(const std::string& what) {
  throw Error("cannot write " + what + ": " + std::strerror(errno));
}

void Write(std::string_view text, std::FILE* file, const std::string& name) {
  if (std::fwrite(text.data(), 1, text.size(), file) != text.size()) Fail(name);
}

// Its help may have quotation marks in the older format.
std::string EscapedQuotes(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '"') escaped += '\\';
    escaped += c;
  }
  return escaped;
}

// The name of a counter's family is that of its samples without _total.
std::string HeadOf(std::string_view name, std::string_view type,
                   std::string_view help) {
  std::string family(name);
  std::string kind(type);
  if (type == "counter") {
    if (name.ends_with(kTotal)) {
      family.resize(name.size() - kTotal.size());
    } else {
      kind = "unknown";
    }
  }
  return "# HELP " + family + " " + EscapedQuotes(help) + "\n# TYPE " + family +
         " " + kind + "\n";
}

}  // namespace

OpenMetricsPages::OpenMetricsPages(std::filesystem::path folder,
                                   std::string labels)
    : folder_(std::move(folder)), labels_(std::move(labels)) {}

void OpenMetricsPages::Add(std::string_view page, int64_t at) {
  const std::string stamp = " " + std::to_string(at) + "\n";
  std::string_view help;
  while (!page.empty()) {
    const size_t end = std::min(page.find('\n'), page.size());
    const std::string_view line = page.substr(0, end);
    page.remove_prefix(std::min(end + 1, page.size()));
    if (line.starts_with(kHelp)) {
      help = line.substr(kHelp.size());
    } else if (line.starts_with(kType)) {
      Begin(line.substr(kType.size()), help);
    } else if (!line.empty()) {
      Sample(line, stamp);
    }
  }
}

// "NAME TYPE" and "NAME HELP".
void OpenMetricsPages::Begin(std::string_view type_line,
                             std::string_view help) {
  const std::string_view name = type_line.substr(0, type_line.find(' '));
  const auto found = std::find_if(
      families_.begin(), families_.end(),
      [name](const Family& family) { return family.name == name; });
  if (found != families_.end()) {
    current_ = &*found;
    return;
  }
  help.remove_prefix(std::min(name.size() + 1, help.size()));
  families_.push_back({std::string(name),
                       HeadOf(name, type_line.substr(name.size() + 1), help),
                       MakeTempFile(folder_)});
  current_ = &families_.back();
}

// What stands behind the labels that all samples of the family have.
void OpenMetricsPages::Sample(std::string_view line, std::string_view at) {
  std::string_view rest = line.substr(current_->name.size());
  line_ = "}";
  if (rest.starts_with('{')) {
    line_ = ",";
    rest.remove_prefix(1);
  }
  line_ += rest;
  line_ += at;
  Write(line_, current_->samples.get(), "to " + folder_.string());
}

void OpenMetricsPages::WriteTo(std::FILE* out, const std::string& name) {
  for (Family& family : families_) {
    Write(family.head, out, name);
    const std::string start = family.name + "{" + labels_;
    // The file goes with its turn.
    const TempFile samples = std::move(family.samples);
    GroupLines(samples.get(), folder_, [&](std::string_view line) {
      Write(start, out, name);
      Write(line, out, name);
    });
  }
  Write("# EOF\n", out, name);
  if (std::fflush(out) != 0) Fail(name);
}

}  // namespace ipband
