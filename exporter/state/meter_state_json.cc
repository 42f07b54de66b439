// SPDX-License-Identifier: Apache-2.0
#include "exporter/state/meter_state_json.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "exporter/error.h"

namespace ipband {
namespace {

constexpr size_t kPiece = size_t{64} << 10;

constexpr const char* kTooManyMeters = "there are more than 64 meters";
constexpr const char* kTooManyTables = "a meter has more than 256 tables";
constexpr const char* kTooManyRows = "there are more than 10,000,000 rows";

// The keys, once for writing and reading.
template <class State, class Visitor>
void VisitMetersState(State& state, Visitor& visit) {
  visit("saved_at", state.saved_at);
}

template <class Meter, class Visitor>
void VisitMeter(Meter& meter, Visitor& visit) {
  visit("meter", meter.meter);
  visit("since", meter.since);
}

template <class Table, class Visitor>
void VisitTable(Table& table, Visitor& visit) {
  visit("interface", table.interface);
  visit("next_dump", table.next_dump);
  visit("not_shown_hosts", table.not_shown.hosts);
  visit("not_shown_more_hosts", table.not_shown.more_hosts);
  visit("not_shown_in", table.not_shown.in);
  visit("not_shown_out", table.not_shown.out);
}

// Gathers what is written, so that the sink gets large pieces.
class PieceWriter {
 public:
  explicit PieceWriter(const TextSink& sink) : sink_(sink) {
    piece_.reserve(kPiece);
  }

  void Write(std::string_view text) {
    if (piece_.size() + text.size() > kPiece) Flush();
    piece_ += text;
  }
  void Flush() {
    sink_(piece_);
    piece_.clear();
  }

 private:
  const TextSink& sink_;
  std::string piece_;
};

void WriteRow(const DumpRow& row, PieceWriter& out) {
  std::array<char, kMaxAddressText> text{};
  out.Write("[\"");
  const char* const end = FormatAddress(row.address, text.data());
  out.Write({text.data(), static_cast<size_t>(end - text.data())});
  out.Write("\"");
  for (const uint64_t count : {row.in, row.out}) {
    const char* const last =
        std::to_chars(text.data(), text.data() + text.size(), count).ptr;
    out.Write(",");
    out.Write({text.data(), static_cast<size_t>(last - text.data())});
  }
  out.Write("]");
}

void WriteTable(const MeterTableState& table, PieceWriter& out) {
  JsonRow head;
  VisitTable(table, head);
  out.Write(head.Text("rows"));
  const char* separator = "";
  for (const DumpRow& row : table.rows) {
    out.Write(std::exchange(separator, ",\n"));
    WriteRow(row, out);
  }
  out.Write("]}");
}

void WriteMeter(const MeterState& meter, PieceWriter& out) {
  JsonRow head;
  VisitMeter(meter, head);
  out.Write(head.Text("tables"));
  const char* separator = "";
  for (const MeterTableState& table : meter.tables) {
    out.Write(std::exchange(separator, ",\n"));
    WriteTable(table, out);
  }
  out.Write("]}");
}

void CheckSizes(const MetersState& state) {
  if (state.meters.size() > kMostMeterStates) throw Error(kTooManyMeters);
  size_t rows = 0;
  for (const MeterState& meter : state.meters) {
    if (meter.tables.size() > kMostMeterTables) throw Error(kTooManyTables);
    for (const MeterTableState& table : meter.tables) rows += table.rows.size();
  }
  if (rows > kMostMeterRows) throw Error(kTooManyRows);
}

// Whether the last one has a name that one before it has.
template <class Named>
bool LastComesTwice(const std::vector<Named>& all, std::string Named::*name) {
  const auto last = std::prev(all.end());
  return std::any_of(all.begin(), last, [&](const Named& other) {
    return other.*name == (*last).*name;
  });
}

[[noreturn]] void RefuseRow() {
  throw BadValue("a row is not like [\"10.0.0.1\",123,456]");
}

class MetersReader final : public ValueReader {
 public:
  MetersState TakeState() { return std::move(state_); }

  bool start_object(size_t) override {
    if (level_ == Level::kOutside) {
      level_ = Level::kState;
    } else if (level_ == Level::kMeters) {
      BeginMeter();
    } else if (level_ == Level::kTables) {
      BeginTable();
    } else {
      throw BadValue("there is an object where none belongs");
    }
    return true;
  }

  bool end_object() override {
    if (level_ == Level::kState) {
      if (!version_seen_) throw BadValue("there is no version");
      level_ = Level::kOutside;
    } else if (level_ == Level::kMeter) {
      EndMeter();
    } else {
      EndTable();
    }
    return true;
  }

  bool start_array(size_t) override {
    if (level_ == Level::kState && key_ == "meters") {
      level_ = Level::kMeters;
    } else if (level_ == Level::kMeter && key_ == "tables") {
      level_ = Level::kTables;
    } else if (level_ == Level::kTable && key_ == "rows") {
      level_ = Level::kRows;
    } else if (level_ == Level::kRows) {
      BeginRow();
    } else {
      throw BadValue("there is a list where none belongs");
    }
    return true;
  }

  bool end_array() override {
    if (level_ == Level::kRow) {
      if (row_values_ != 3) RefuseRow();
      level_ = Level::kRows;
    } else if (level_ == Level::kRows) {
      level_ = Level::kTable;
    } else if (level_ == Level::kTables) {
      level_ = Level::kMeter;
    } else {
      level_ = Level::kState;
    }
    return true;
  }

 private:
  enum class Level {
    kOutside,
    kState,
    kMeters,
    kMeter,
    kTables,
    kTable,
    kRows,
    kRow,
  };

  MeterState& Meter() { return state_.meters.back(); }
  MeterTableState& Table() { return Meter().tables.back(); }

  void Take(const Scalar& value) override {
    const Assignment assign{key_, value};
    if (level_ == Level::kRow) {
      TakeInRow(value);
    } else if (level_ == Level::kTable) {
      if (key_ == "rows") Refuse(key_, "is not a list");
      VisitTable(Table(), assign);
    } else if (level_ == Level::kMeter) {
      if (key_ == "tables") Refuse(key_, "is not a list");
      VisitMeter(Meter(), assign);
    } else if (level_ == Level::kState) {
      version_seen_ |= TakeVersion(value);
      if (key_ == "meters") Refuse(key_, "is not a list");
      VisitMetersState(state_, assign);
    } else if (level_ == Level::kRows) {
      RefuseRow();
    } else {
      throw BadValue("there is a plain value where an object belongs");
    }
  }

  void TakeInRow(const Scalar& value) {
    DumpRow& row = Table().rows.back();
    const size_t place = row_values_++;
    if (place == 0) {
      const auto* text = std::get_if<std::string>(&value);
      const auto address = text != nullptr ? ParseAddress(*text) : std::nullopt;
      if (!address) RefuseRow();
      row.address = *address;
      return;
    }
    const auto* count = std::get_if<uint64_t>(&value);
    if (count == nullptr || place > 2) RefuseRow();
    (place == 1 ? row.in : row.out) = *count;
  }

  void BeginMeter() {
    if (state_.meters.size() == kMostMeterStates) {
      throw BadValue(kTooManyMeters);
    }
    state_.meters.emplace_back();
    level_ = Level::kMeter;
  }

  void EndMeter() {
    if (Meter().meter.empty()) throw BadValue("a meter has no name");
    if (LastComesTwice(state_.meters, &MeterState::meter)) {
      throw BadValue("a meter comes twice");
    }
    level_ = Level::kMeters;
  }

  void BeginTable() {
    if (Meter().tables.size() == kMostMeterTables) {
      throw BadValue(kTooManyTables);
    }
    Meter().tables.emplace_back();
    level_ = Level::kTable;
  }

  void EndTable() {
    if (Table().interface.empty()) {
      throw BadValue("a table names no interface");
    }
    if (LastComesTwice(Meter().tables, &MeterTableState::interface)) {
      throw BadValue("a meter has an interface twice");
    }
    level_ = Level::kTables;
  }

  void BeginRow() {
    if (rows_ == kMostMeterRows) throw BadValue(kTooManyRows);
    ++rows_;
    Table().rows.emplace_back();
    row_values_ = 0;
    level_ = Level::kRow;
  }

  MetersState state_;
  Level level_ = Level::kOutside;
  size_t rows_ = 0;        // of all tables
  size_t row_values_ = 0;  // of the row that is being read
  bool version_seen_ = false;
};

}  // namespace

void WriteMetersStateJson(const MetersState& state, const TextSink& sink) {
  CheckSizes(state);
  PieceWriter out(sink);
  JsonRow head;
  head("version", kStateVersion);  // first, so that it is judged first
  VisitMetersState(state, head);
  out.Write(head.Text("meters"));
  const char* separator = "";
  for (const MeterState& meter : state.meters) {
    out.Write(std::exchange(separator, ",\n"));
    WriteMeter(meter, out);
  }
  out.Write("]}\n");
  out.Flush();
}

MetersState ReadMetersStateJson(const TextSource& source) {
  MetersReader reader;
  ReadJson(source, reader);
  return reader.TakeState();
}

}  // namespace ipband
