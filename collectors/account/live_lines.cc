// SPDX-License-Identifier: Apache-2.0
//
// Which interfaces LiveLoop has open: finding, opening, reopening, leaving.
#include <algorithm>

#include "collectors/account/live_loop.h"

namespace ipband {
namespace {

using namespace std::chrono_literals;

constexpr size_t kMostCaptures = 256;
// What the rings of interfaces found by a glob take together, and each at the
// least.
constexpr uint64_t kGlobBuffers = uint64_t{256} << 20;
constexpr uint64_t kLeastBuffer = uint64_t{256} << 10;
constexpr std::chrono::seconds kLongestBackoff{30};

const char* Describe(OpenFailure failure) {
  switch (failure) {
    case OpenFailure::kMissing:
      return "there is no such interface; waiting for it";
    case OpenFailure::kDown:
      return "the interface is not up; waiting for it";
    case OpenFailure::kPermission:
      return "not allowed to capture; run as root or grant the capability "
             "with: setcap cap_net_raw+p PROGRAM";
    case OpenFailure::kFilter:
      return "the filter is not valid";
    case OpenFailure::kLinkType:
    case OpenFailure::kOther:
    case OpenFailure::kNone:
      break;
  }
  return "cannot capture";
}

}  // namespace

void LiveLoop::Refresh(const Surroundings& surroundings, ClockReading now) {
  present_ = ListInterfaces();
  Adopt(
      SelectInterfaces(options_.interfaces, present_, DefaultRouteInterface()));
  for (Line& line : lines_) {
    intake_.status(line.id).wanted = line.is_wanted;
    if (!line.is_wanted) {
      if (line.is_open()) Close(line);
      continue;
    }
    for (const Interface& interface : present_) {
      if (interface.name != line.wanted.name) continue;
      line.mtu = interface.mtu;
      if (line.networks == interface.networks) continue;
      line.networks = interface.networks;
      intake_.traffic().SetOwnNetworks(line.id, line.networks);
    }
    if (!line.is_open() && now.steady >= line.retry_at) {
      OpenLine(line, surroundings, now);
    }
  }
}

// Lines stay for good: their counters go on when the interface comes back.
void LiveLoop::Adopt(const std::vector<WantedInterface>& wanted) {
  for (Line& line : lines_) line.is_wanted = false;
  for (const WantedInterface& interface : wanted) {
    const auto line = std::find_if(
        lines_.begin(), lines_.end(),
        [&](const Line& known) { return known.wanted.name == interface.name; });
    if (line != lines_.end()) {
      line->is_wanted = true;
      continue;
    }
    if (lines_.size() == kMostCaptures) continue;
    Line added;
    added.id = intake_.CaptureFor(interface.name);
    added.wanted = interface;
    lines_.push_back(std::move(added));
  }
}

// Interfaces found by a glob share what is left, with a part for one more.
uint64_t LiveLoop::BufferFor(const Line& line) const {
  if (!line.wanted.by_glob) return options_.buffer_bytes;
  uint64_t used = 0;
  uint64_t waiting = 1;
  for (const Line& other : lines_) {
    if (!other.is_wanted || !other.wanted.by_glob) continue;
    if (other.is_open()) used += other.buffer_bytes;
    if (!other.is_open()) ++waiting;
  }
  const uint64_t left = used < kGlobBuffers ? kGlobBuffers - used : 0;
  return std::clamp(left / waiting, kLeastBuffer, options_.buffer_bytes);
}

void LiveLoop::OpenLine(Line& line, const Surroundings& surroundings,
                        ClockReading now) {
  line.buffer_bytes = BufferFor(line);
  line.capture = OpenLive({.interface = line.wanted.name,
                           .filter = line.wanted.filter,
                           .promiscuous = options_.promiscuous,
                           .snaplen = options_.snaplen,
                           .buffer_bytes = line.buffer_bytes});
  line.last_stats = {};
  CaptureStatus& status = intake_.status(line.id);
  status.up = line.is_open();
  status.filter_in_kernel = line.is_open() && line.capture.filter_in_kernel;
  if (line.is_open()) {
    line.backoff = 1s;
  } else {
    line.retry_at = now.steady + line.backoff;
    line.backoff = std::min(line.backoff * 2, kLongestBackoff);
  }
  Tell(line, surroundings);
}

// Once per change, not once per try.
void LiveLoop::Tell(Line& line, const Surroundings& surroundings) {
  const std::string& name = line.wanted.name;
  if (line.is_open()) {
    line.told = OpenFailure::kNone;
    surroundings.notice({Notice::Level::kInfo, "capturing", name, ""});
    if (!line.capture.filter_in_kernel) {
      surroundings.notice({Notice::Level::kWarning,
                           "the kernel did not take the filter; libpcap "
                           "filters every frame in full",
                           name, line.wanted.filter});
    }
    return;
  }
  if (line.told == line.capture.failure) return;
  line.told = line.capture.failure;
  std::string detail = line.capture.detail;
  if (line.capture.failure == OpenFailure::kMissing) {
    detail = "there are";
    for (const Interface& interface : present_) detail += " " + interface.name;
  }
  surroundings.notice(
      {Notice::Level::kError, Describe(line.capture.failure), name, detail});
}

void LiveLoop::Close(Line& line) {
  UpdateStats(line);
  line.capture.handle.reset();
  CaptureStatus& status = intake_.status(line.id);
  status.up = false;
  status.filter_in_kernel = false;
}

}  // namespace ipband
