// SPDX-License-Identifier: Apache-2.0
#include "exporter/state/state_json.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "exporter/error.h"
#include "exporter/state/json_values.h"

namespace ipband {
namespace {

constexpr size_t kMaxSubnets = 1'000'000;

// The keys, once for writing and reading.
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
  visit("bandwidth", row.bandwidth);
}

void AppendCapture(const CaptureState& capture, std::string& out) {
  JsonRow head;
  VisitCapture(capture, head);
  out += head.Text("subnets");
  const char* separator = "";
  for (const SubnetState& subnet : capture.subnets) {
    JsonRow row;
    VisitSubnet(subnet, row);
    out.append(separator).append(row.Text());
    separator = ",\n";
  }
  out += "]}";
}

bool HasSubnetTwice(const std::vector<SubnetState>& rows) {
  std::vector<Prefix> subnets;
  subnets.reserve(rows.size());
  for (const SubnetState& row : rows) subnets.push_back(row.subnet);
  std::sort(subnets.begin(), subnets.end());
  return std::adjacent_find(subnets.begin(), subnets.end()) != subnets.end();
}

class StateReader final : public ValueReader {
 public:
  TrafficState TakeState() { return std::move(state_); }

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

 private:
  enum class Level {
    kOutside,
    kState,
    kCaptures,
    kCapture,
    kSubnets,
    kSubnet,
  };

  CaptureState& Capture() { return state_.captures.back(); }

  void Take(const Scalar& value) override {
    const Assignment assign{key_, value};
    if (level_ == Level::kState) {
      version_seen_ |= TakeVersion(value);
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
  bool version_seen_ = false;
  bool subnet_seen_ = false;  // in the row that is being read
};

}  // namespace

std::string StateJson(const TrafficState& state) {
  JsonRow head;
  head("version", kStateVersion);  // first, so that it is judged first
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

TrafficState ReadStateJson(const TextSource& source) {
  StateReader reader;
  ReadJson(source, reader);
  return reader.TakeState();
}

}  // namespace ipband
