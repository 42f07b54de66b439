// SPDX-License-Identifier: Apache-2.0
#include "exporter/state/state_json.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "exporter/error.h"

namespace ipband {
namespace {

constexpr uint64_t kVersion = 1;
constexpr int64_t kMaxTime = UINT32_MAX;
constexpr size_t kMaxSubnets = 1'000'000;
constexpr size_t kMaxString = 4096;

// The keys, once for writing and reading. A value's type says what it is:
// int64_t is a time, uint64_t a count.
template <class State, class Visitor>
void VisitState(State& state, Visitor& visit) {
  visit("saved_at", state.saved_at);
  visit("averaging_period", state.averaging_period);
  visit("accumulated_since", state.accumulated_since);
}

template <class Capture, class Visitor>
void VisitCapture(Capture& capture, Visitor& visit) {
  visit("interface", capture.interface);
  visit("captured_until", capture.captured_until);
  visit("period_start", capture.period_start);
  visit("missed_seconds", capture.missed_seconds);
}

template <class Subnet, class Visitor>
void VisitSubnet(Subnet& row, Visitor& visit) {
  visit("subnet", row.subnet);
  visit("watch_active", row.watch.active);
  visit("watch_reported", row.watch.reported);
  visit("watch_started", row.watch.started);
  visit("watch_report_clock", row.watch.report_clock);
  visit("watch_last_not_clear", row.watch.last_not_clear);
  visit("watch_exceeded_seconds", row.watch.exceeded_seconds);
  visit("watch_detail_since", row.watch.detail_since);
  visit("watch_dropped_packets", row.watch.dropped_packets);
  visit("watch_accumulated_seconds", row.watch.accumulated_seconds);
  visit("period_total", row.period.total);
  visit("period_receive", row.period.receive);
  visit("period_transmit", row.period.transmit);
  visit("last_report", row.last_report);
  visit("last_report_start", row.last_report_start);
}

// An object of plain values, each key in its place.
class Row {
 public:
  void operator()(const char* key, bool flag) {
    if (flag) object_[key] = true;
  }
  void operator()(const char* key, int64_t time) {
    // After the clock was set back to 1970 a watch may begin before it.
    const int64_t kept = std::clamp<int64_t>(time, 0, kMaxTime);
    if (kept != 0) object_[key] = kept;
  }
  void operator()(const char* key, uint64_t count) {
    if (count != 0) object_[key] = count;
  }
  void operator()(const char* key, const std::string& text) {
    object_[key] = text;
  }
  void operator()(const char* key, const Prefix& prefix) {
    object_[key] = ToString(prefix);
  }

  // With `list` the object stays open behind the beginning of that list.
  std::string Text(std::string_view list = {}) const {
    // Names are UTF-8 already; `replace` only keeps the library from throwing.
    std::string text = object_.dump(
        -1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
    if (list.empty()) return text;
    text.pop_back();
    return text.append(",\"").append(list).append("\":[\n");
  }

 private:
  nlohmann::ordered_json object_ = nlohmann::ordered_json::object();
};

void AppendCapture(const CaptureState& capture, std::string& out) {
  Row head;
  VisitCapture(capture, head);
  out += head.Text("subnets");
  const char* separator = "";
  for (const SubnetState& subnet : capture.subnets) {
    Row row;
    VisitSubnet(subnet, row);
    out.append(separator).append(row.Text());
    separator = ",\n";
  }
  out += "]}";
}

[[noreturn]] void Refuse(std::string_view key, const char* sentence) {
  throw BadValue(std::string(key) + ' ' + sentence);
}

// What JSON can hold besides objects and lists. uint64_t: not negative.
using Scalar =
    std::variant<std::nullptr_t, bool, int64_t, uint64_t, double, std::string>;

// Puts one value where its key belongs. One that belongs nowhere was written
// by a later program and is passed over.
struct Assignment {
  std::string_view key;
  const Scalar& value;

  template <class Type>
  const Type& As(const char* otherwise) const {
    const Type* found = std::get_if<Type>(&value);
    if (found == nullptr) Refuse(key, otherwise);
    return *found;
  }

  void operator()(std::string_view name, bool& flag) const {
    if (name == key) flag = As<bool>("is neither true nor false");
  }
  void operator()(std::string_view name, uint64_t& count) const {
    if (name == key) {
      count = As<uint64_t>("is not a whole number from 0 to 2^64-1");
    }
  }
  void operator()(std::string_view name, int64_t& time) const {
    if (name != key) return;
    constexpr const char* kSentence = "is not a whole number from 0 to 2^32-1";
    const uint64_t seconds = As<uint64_t>(kSentence);
    if (seconds > uint64_t{kMaxTime}) Refuse(key, kSentence);
    time = static_cast<int64_t>(seconds);
  }
  void operator()(std::string_view name, std::string& text) const {
    if (name == key) text = As<std::string>("is not a string");
  }
  void operator()(std::string_view name, Prefix& prefix) const {
    if (name != key) return;
    constexpr const char* kSentence =
        "is not a network like \"10.1.0.0/16\" or \"2001:db8::/32\"";
    const auto parsed = ParsePrefix(As<std::string>(kSentence));
    if (!parsed) Refuse(key, kSentence);
    prefix = *parsed;
  }
};

bool HasSubnetTwice(const std::vector<SubnetState>& rows) {
  std::vector<Prefix> subnets;
  subnets.reserve(rows.size());
  for (const SubnetState& row : rows) subnets.push_back(row.subnet);
  std::sort(subnets.begin(), subnets.end());
  return std::adjacent_find(subnets.begin(), subnets.end()) != subnets.end();
}

// Fills the structs while the text is read, so that nothing is held that has
// no place in them. The parser does not recurse, and all levels are known: the
// depth is bounded by them.
class StateReader final : public nlohmann::json_sax<nlohmann::json> {
 public:
  TrafficState TakeState() { return std::move(state_); }

  bool null() override { return Take(nullptr); }
  bool boolean(bool value) override { return Take(value); }
  bool number_integer(number_integer_t value) override { return Take(value); }
  bool number_unsigned(number_unsigned_t value) override { return Take(value); }
  bool number_float(number_float_t value, const string_t&) override {
    return Take(value);
  }
  bool string(string_t& value) override {
    CheckLength(value);
    return Take(std::move(value));
  }
  bool binary(binary_t&) override { return false; }  // not in JSON text

  bool key(string_t& value) override {
    CheckLength(value);
    key_ = std::move(value);
    return true;
  }

  bool start_object(size_t) override {
    if (level_ == Level::kOutside) {
      level_ = Level::kState;
    } else if (level_ == Level::kCaptures) {
      BeginCapture();
    } else if (level_ == Level::kSubnets) {
      BeginSubnet();
    } else {
      throw BadValue("there is an object where none belongs");
    }
    return true;
  }

  bool end_object() override {
    if (level_ == Level::kState) {
      if (!version_seen_) throw BadValue("there is no version");
      level_ = Level::kOutside;
    } else if (level_ == Level::kCapture) {
      EndCapture();
    } else {
      if (!subnet_seen_) throw BadValue("a row of subnets names no subnet");
      level_ = Level::kSubnets;
    }
    return true;
  }

  bool start_array(size_t) override {
    if (level_ == Level::kState && key_ == "captures") {
      level_ = Level::kCaptures;
    } else if (level_ == Level::kCapture && key_ == "subnets") {
      level_ = Level::kSubnets;
    } else {
      throw BadValue("there is a list where none belongs");
    }
    return true;
  }

  bool end_array() override {
    level_ = level_ == Level::kSubnets ? Level::kCapture : Level::kState;
    return true;
  }

  bool parse_error(size_t position, const std::string&,
                   const nlohmann::detail::exception&) override {
    throw BadValue("the JSON is broken at byte " + std::to_string(position));
  }

 private:
  enum class Level {
    kOutside,
    kState,
    kCaptures,
    kCapture,
    kSubnets,
    kSubnet,
  };

  static void CheckLength(const std::string& text) {
    if (text.size() > kMaxString) {
      throw BadValue("a string has more than 4 KiB");
    }
  }

  CaptureState& Capture() { return state_.captures.back(); }

  bool Take(const Scalar& value) {
    const Assignment assign{key_, value};
    if (level_ == Level::kState) {
      if (key_ == "version") TakeVersion(value);
      if (key_ == "captures") Refuse(key_, "is not a list");
      VisitState(state_, assign);
    } else if (level_ == Level::kCapture) {
      if (key_ == "subnets") Refuse(key_, "is not a list");
      VisitCapture(Capture(), assign);
    } else if (level_ == Level::kSubnet) {
      subnet_seen_ |= key_ == "subnet";
      VisitSubnet(Capture().subnets.back(), assign);
    } else {
      throw BadValue("there is a plain value where an object belongs");
    }
    return true;
  }

  void TakeVersion(const Scalar& value) {
    if (value != Scalar(kVersion)) Refuse(key_, "is not 1");
    version_seen_ = true;
  }

  void BeginCapture() {
    if (state_.captures.size() == kMostCaptureStates) {
      throw BadValue("there are more than 256 captures");
    }
    state_.captures.emplace_back();
    level_ = Level::kCapture;
  }

  void EndCapture() {
    if (Capture().interface.empty()) {
      throw BadValue("a capture names no interface");
    }
    const auto last = std::prev(state_.captures.end());
    if (std::any_of(state_.captures.begin(), last,
                    [last](const CaptureState& other) {
                      return other.interface == last->interface;
                    })) {
      throw BadValue("an interface comes twice");
    }
    if (HasSubnetTwice(last->subnets)) {
      throw BadValue("a subnet comes twice");
    }
    level_ = Level::kCaptures;
  }

  void BeginSubnet() {
    if (Capture().subnets.size() == kMaxSubnets) {
      throw BadValue("a capture has more than 1,000,000 subnets");
    }
    Capture().subnets.emplace_back();
    subnet_seen_ = false;
    level_ = Level::kSubnet;
  }

  TrafficState state_;
  Level level_ = Level::kOutside;
  std::string key_;
  bool version_seen_ = false;
  bool subnet_seen_ = false;  // in the row that is being read
};

}  // namespace

std::string StateJson(const TrafficState& state) {
  Row head;
  head("version", kVersion);  // first, so that it is judged first
  VisitState(state, head);
  std::string out = head.Text("captures");
  const char* separator = "";
  for (const CaptureState& capture : state.captures) {
    out += separator;
    AppendCapture(capture, out);
    separator = ",\n";
  }
  return out += "]}\n";
}

TrafficState ParseStateJson(std::string_view text) {
  StateReader reader;
  if (!nlohmann::json::sax_parse(text, &reader)) {
    throw BadValue("the JSON is broken");
  }
  return reader.TakeState();
}

}  // namespace ipband
