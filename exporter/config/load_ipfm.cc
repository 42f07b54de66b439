// SPDX-License-Identifier: Apache-2.0
#include "exporter/config/load_ipfm.h"

#include <algorithm>
#include <utility>

#include "exporter/config/ipfm_lines.h"
#include "exporter/config/ipfm_values.h"
#include "exporter/config/limits.h"
#include "exporter/config/load_meters.h"
#include "exporter/config/local_ranges.h"
#include "exporter/config/log_rule.h"
#include "exporter/config/text_values.h"
#include "exporter/config/wording.h"

namespace ipband {
namespace {

// What stands between two NEWLOGs.
struct Section {
  IpfmWord start;     // NEWLOG, or what was said first
  int name_line = 0;  // the line that names the file, or that of `start`
  bool has_dump = false;
  bool has_clear_every = false;
  MeterConfig config;
  std::vector<std::string> rule_places;

  bool IsEmpty() const { return start.line == 0; }
};

// A file being read. Messages carry no file name; LoadIpfm adds it.
struct IpfmReading {
  const std::string& file;
  IpfmConfig result;
  Section section;
  int sections = 0;  // that count
  bool local_time = true;
  IpfmWord keyword;  // of the statement being read

  std::string Place(int line) const {
    return file + ":" + std::to_string(line);
  }
  void Warn(int line, const std::string& sentence) {
    result.warnings.push_back(Place(line) + ": " + sentence);
  }
};

struct Statement {
  std::string_view keyword;
  bool is_local;  // to the section
  // What stands behind the keyword. Throws IpfmMistake.
  void (*read)(IpfmReader& reader, IpfmReading& reading);
  // ipfm: behind these another statement may stand on the same line.
  bool is_open = false;
};

template <class Parser>
std::string ParseAt(const IpfmWord& word, const std::string& text,
                    const Parser& parse) {
  try {
    return parse(text);
  } catch (const BadValue& error) {
    FailAt(word, error.what());
  }
}

// ---- sections

void FinishSection(bool another_follows, IpfmReading& reading) {
  Section section = std::exchange(reading.section, {});
  if (section.IsEmpty()) {
    if (another_follows) return;
    reading.Warn(1, "there is no LOG line, so nothing is counted or dumped");
    return;
  }
  ++reading.sections;
  if (section.config.meter.rules.empty()) {
    reading.Warn(section.start.line,
                 "this section has no LOG line, so nothing is counted or "
                 "dumped for it");
    return;
  }
  IpfmConfig& result = reading.result;
  if (result.meters.size() == kMostMeters) {
    FailAt(section.start, "there are more than " + std::to_string(kMostMeters) +
                              " sections; allowed: that many");
  }
  section.config.meter.name = "ipfm" + std::to_string(reading.sections);
  result.meters.push_back(std::move(section.config));
  result.places.push_back(
      {.name = reading.Place(section.name_line > 0 ? section.name_line
                                                   : section.start.line),
       .rules = std::move(section.rule_places)});
}

// ---- statements

void ReadLog(IpfmReader& reader, IpfmReading& reading) {
  Section& section = reading.section;
  std::vector<OctalLook> octal;
  std::vector<LogRule>& rules = section.config.meter.rules;
  rules.push_back(ReadLogRule(reader, octal));
  section.rule_places.push_back(reading.Place(reading.keyword.line));
  if (rules.size() > MeterOptions::kMostRules) {
    FailAt(reading.keyword, "there are more than " +
                                std::to_string(MeterOptions::kMostRules) +
                                " LOG lines in this section; allowed: that "
                                "many");
  }
  for (const OctalLook& look : octal) {
    reading.Warn(look.word.line,
                 Quote(look.word.text) + " is read as " + look.decimal +
                     "; ipfm took octets with a leading 0 for octal numbers");
  }
}

void ReadDump(IpfmReader& reader, IpfmReading& reading) {
  Section& section = reading.section;
  if (section.has_dump) {
    FailAt(reading.keyword,
           "this is the second DUMP of the section; allowed: one");
  }
  if (section.has_clear_every) {
    FailAt(reading.keyword,
           "this DUMP stands behind CLEAR EVERY; allowed: DUMP before it");
  }
  if (!reader.TakeIf("EVERY")) reader.FailNext("EVERY");
  section.config.meter.dump = ReadEvery(reader, "dump");
  section.has_dump = true;
}

void ReadClear(IpfmReader& reader, IpfmReading& reading) {
  Section& section = reading.section;
  MeterOptions& meter = section.config.meter;
  if (reader.TakeIf("ALWAYS")) {
    meter.clear = MeterClear::kAlways;
  } else if (reader.TakeIf("NEVER")) {
    meter.clear = MeterClear::kNever;
  } else if (reader.TakeIf("EVERY")) {
    if (section.has_clear_every) {
      FailAt(reading.keyword,
             "this is the second CLEAR EVERY of the section; allowed: one");
    }
    const IpfmWord first = reader.Peek();
    const MeterGrid grid = ReadEvery(reader, "clear");
    reader.RefuseMore();
    try {
      SetClearGrid(grid.every, grid.after, meter);
    } catch (const BadValue& error) {
      FailAt(first, error.what());
    }
    section.has_clear_every = true;
  } else {
    reader.FailNext("ALWAYS, NEVER or EVERY");
  }
}

void ReadDevice(IpfmReader& reader, IpfmReading& reading) {
  const IpfmWord word = reader.Peek();
  const std::string name =
      ReadName(reader, "", "the name of an interface, like eth0 or \"eth0\"");
  reading.result.device = ParseAt(word, name, ParseInterfaceName);
  reading.result.device_place = reading.Place(word.line);
}

void ReadFileName(IpfmReader& reader, IpfmReading& reading) {
  const IpfmWord word = reader.Peek();
  const std::string name = ReadName(
      reader, ".-_:@", "a name in quotes, like \"/var/log/ipfm/%d-%b\"");
  reading.section.config.dump.file = ParseAt(word, name, ParseDumpFile);
  reading.section.name_line = word.line;
}

void ReadSort(IpfmReader& reader, IpfmReading& reading) {
  DumpSort& sort = reading.section.config.dump.sort;
  if (reader.TakeIf("IN")) {
    sort = DumpSort::kIn;
  } else if (reader.TakeIf("OUT")) {
    sort = DumpSort::kOut;
  } else if (reader.TakeIf("TOTAL")) {
    sort = DumpSort::kTotal;
  } else {
    reader.FailNext("IN, OUT or TOTAL");
  }
}

void SetPromiscuous(bool promiscuous, IpfmReading& reading) {
  reading.result.promiscuous = promiscuous;
  reading.result.promiscuous_place = reading.Place(reading.keyword.line);
}

void BeginSection(IpfmReader& /*reader*/, IpfmReading& reading) {
  FinishSection(true, reading);
  reading.section.start = reading.keyword;
}

constexpr Statement kStatements[] = {
    {"APPEND", true,
     [](IpfmReader& /*reader*/, IpfmReading& reading) {
       reading.section.config.dump.mode = DumpMode::kAppend;
     }},
    {"CLEAR", true, ReadClear},
    {"DEVICE", false, ReadDevice},
    {"DUMP", true, ReadDump},
    {"FILENAME", true, ReadFileName},
    // ipfm: the manual had LOCAL, the program did not.
    {"LOCAL", false,
     [](IpfmReader& /*reader*/, IpfmReading& reading) {
       reading.local_time = true;
     }},
    {"LOCALTIME", false,
     [](IpfmReader& /*reader*/, IpfmReading& reading) {
       reading.local_time = true;
     }},
    {"LOG", true, ReadLog},
    {"NEWLOG", false, BeginSection},
    {"NOPROMISC", false,
     [](IpfmReader& /*reader*/, IpfmReading& reading) {
       SetPromiscuous(false, reading);
     },
     true},
    {"NORESOLVE", true,
     [](IpfmReader& /*reader*/, IpfmReading& reading) {
       reading.section.config.dump.resolve = false;
     },
     true},
    {"PROMISC", false,
     [](IpfmReader& /*reader*/, IpfmReading& reading) {
       SetPromiscuous(true, reading);
     },
     true},
    {"REPLACE", true,
     [](IpfmReader& /*reader*/, IpfmReading& reading) {
       reading.section.config.dump.mode = DumpMode::kReplace;
     }},
    {"RESOLVE", true,
     [](IpfmReader& /*reader*/, IpfmReading& reading) {
       reading.section.config.dump.resolve = true;
     },
     true},
    {"SORT", true, ReadSort, true},
    {"UTC", false,
     [](IpfmReader& /*reader*/, IpfmReading& reading) {
       reading.local_time = false;
     }},
};

// ipfm: only its init script knew DISABLED, and did not start it.
void RefuseDisabled(const IpfmWord& word) {
  if (LowerCase(word.text) != "disabled") return;
  FailAt(word,
         "the file is DISABLED, so nothing is started; allowed: the same "
         "without this line, as soon as it is ready for use");
}

const Statement& TakeKeyword(IpfmReader& reader) {
  std::vector<std::string_view> allowed;
  for (const Statement& statement : kStatements) {
    if (reader.TakeIf(statement.keyword)) return statement;
    allowed.push_back(statement.keyword);
  }
  const IpfmWord word = reader.Peek();
  RefuseDisabled(word);
  FailAt(word, "unknown keyword " + Quote(word.text) + "; " +
                   AllowedWords(word.text, allowed));
}

void ReadLine(const IpfmLine& words, IpfmReading& reading) {
  IpfmReader reader(words);
  while (!reader.AtEnd()) {
    reading.keyword = reader.Peek();
    const Statement& statement = TakeKeyword(reader);
    if (statement.is_local && reading.section.IsEmpty()) {
      reading.section.start = reading.keyword;
    }
    statement.read(reader, reading);
    if (!statement.is_open) reader.RefuseMore();
  }
}

}  // namespace

Config IpfmDefaults() {
  Config config;
  config.accounting.local = NothingLocal();
  config.accounting.local.any = true;
  config.reports.directory.clear();
  return config;
}

IpfmConfig LoadIpfm(const TextFile& file) {
  IpfmReading reading{.file = file.name};
  reading.result.file = file.name;
  try {
    IpfmLexer lexer(file.text);
    while (const std::optional<IpfmLine> line = lexer.Next()) {
      ReadLine(*line, reading);
    }
    FinishSection(false, reading);
  } catch (const IpfmMistake& mistake) {
    throw FileError(
        reading.Place(mistake.line) + ":" + std::to_string(mistake.column),
        mistake.what());
  }
  for (MeterConfig& meter : reading.result.meters) {
    meter.dump.local_time = reading.local_time;
  }
  return std::move(reading.result);
}

bool LooksLikeIpfm(std::string_view text) {
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    line.remove_prefix(std::min(line.find_first_not_of(" \t\r"), line.size()));
    if (line.empty() || line[0] == '#') continue;
    const std::string_view word =
        line.substr(0, line.find_first_of(" \t\r#\"/"));
    const std::string keyword = LowerCase(word);
    // ipband: has a keyword promisc too, with a value behind it.
    if (keyword == "promisc") {
      const std::string_view rest = line.substr(word.size());
      const size_t next = rest.find_first_not_of(" \t\r");
      return word != keyword &&
             (next == std::string_view::npos || rest[next] == '#');
    }
    return keyword == "disabled" ||
           std::any_of(std::begin(kStatements), std::end(kStatements),
                       [&keyword](const Statement& statement) {
                         return LowerCase(statement.keyword) == keyword;
                       });
  }
  return false;
}

}  // namespace ipband
