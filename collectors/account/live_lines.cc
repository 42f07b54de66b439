// SPDX-License-Identifier: Apache-2.0
//
// Which interfaces LiveLoop has open: finding, opening, reopening, leaving.
#include <algorithm>
#include <utility>

#include "collectors/account/live_loop.h"
#include "collectors/capture/default_route.h"

namespace ipband {
namespace {

using namespace std::chrono_literals;

constexpr size_t kMostCaptures = 256;
// How long an interface is missed before its line may go to another, and how
// long if there is room for more lines.
constexpr std::chrono::seconds kGone{60};
constexpr std::chrono::hours kForgotten{1};
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
  // Without an answer the last one holds.
  std::vector<Interface> present = ListInterfaces();
  if (!present.empty()) present_ = std::move(present);
  // Without a default route the interface of the last one stays: on it goes
  // what is left of the traffic, and there it will come back.
  if (std::optional<std::string> route = DefaultRouteInterface()) {
    default_route_ = std::move(route);
  }
  Adopt(SelectInterfaces(options_.interfaces, Candidates(), default_route_),
        surroundings, now);
  for (Line& line : lines_) {
    intake_.status(line.id).wanted = line.is_wanted;
    if (std::exchange(line.reopens, false)) Reopen(line, now);
    if (!line.is_wanted) {
      if (line.is_open()) Close(line);
      continue;
    }
    Follow(line, FindInterface(present_, line.wanted.name), surroundings, now);
    if (!line.is_open() && now.steady >= line.retry_at) {
      OpenLine(line, surroundings, now);
    }
  }
}

// A glob means what is up. But what has been captured is missed when it goes
// down: it is wanted as long as it exists.
std::vector<Interface> LiveLoop::Candidates() const {
  std::vector<Interface> candidates = present_;
  for (Interface& interface : candidates) {
    for (const Line& line : lines_) {
      if (line.wanted.name == interface.name && line.is_wanted) {
        interface.up = true;
      }
    }
  }
  return candidates;
}

// What became of the interface of a line. libpcap does not see that its name
// has gone to another one, and waits in silence for one that is down.
void LiveLoop::Follow(Line& line, const Interface* interface,
                      const Surroundings& surroundings, ClockReading now) {
  const bool same = interface != nullptr && interface->index == line.index;
  if (line.is_open() && !same) {
    Lose(line, OpenFailure::kMissing, "", surroundings, now);
  }
  if (interface == nullptr) return;
  line.index = interface->index;
  line.mtu = interface->mtu;
  if (line.networks != interface->networks) {
    line.networks = interface->networks;
    intake_.traffic().SetOwnNetworks(line.id, line.networks);
  }
  CaptureStatus& status = intake_.status(line.id);
  if (!line.is_open() || status.up == interface->up) return;
  // It stays open: frames are read from the moment it is up again.
  status.up = interface->up;
  line.capture.failure =
      interface->up ? OpenFailure::kNone : OpenFailure::kDown;
  line.capture.detail.clear();
  Tell(line, surroundings);
}

void LiveLoop::Lose(Line& line, OpenFailure failure, const std::string& detail,
                    const Surroundings& surroundings, ClockReading now) {
  line.capture.failure = failure;
  line.capture.detail = detail;
  Close(line);
  line.retry_at = now.steady;
  Tell(line, surroundings);
}

// A line stays when its interface is gone: the counters go on when it comes
// back. Where interfaces come and go for good, as those of containers, it is
// given to another one in time: else series would only ever become more.
void LiveLoop::Adopt(const std::vector<WantedInterface>& wanted,
                     const Surroundings& surroundings, ClockReading now) {
  for (Line& line : lines_) line.is_wanted = false;
  for (const WantedInterface& interface : wanted) {
    const auto known = std::find_if(
        lines_.begin(), lines_.end(),
        [&](const Line& line) { return line.wanted.name == interface.name; });
    Line* line = known != lines_.end() ? &*known : LineFor(interface, now);
    if (line != nullptr) {
      line->wanted.by_glob = interface.by_glob;
      if (line->wanted.filter != interface.filter) {
        Filter(*line, interface.filter, surroundings, now);
      }
      line->is_wanted = true;
      line->wanted_at = now.steady;
      continue;
    }
    if (told_too_many_) continue;
    told_too_many_ = true;
    surroundings.notice({Notice::Level::kError,
                         "too many interfaces; capturing the first " +
                             std::to_string(kMostCaptures),
                         interface.name, ""});
  }
}

LiveLoop::Captures LiveLoop::captures() const {
  Captures captures;
  for (const Line& line : lines_) {
    if (!line.is_open()) continue;
    captures.push_back({line.wanted.name, line.capture.link_type});
  }
  return captures;
}

std::string LiveLoop::FilterProblem(const CaptureOptions& options) const {
  for (const WantedInterface& wanted :
       SelectInterfaces(options.interfaces, Candidates(), default_route_)) {
    for (const Line& line : lines_) {
      if (!line.is_open() || line.wanted.name != wanted.name) continue;
      const std::optional<std::string> error =
          FilterError(wanted.filter, line.capture.handle.get());
      if (error) return wanted.name + ": " + *error;
    }
  }
  return "";
}

void LiveLoop::Reconfigure(const CaptureOptions& options,
                           const Surroundings& surroundings) {
  const bool opens_otherwise = options.promiscuous != options_.promiscuous ||
                               options.snaplen != options_.snaplen ||
                               options.buffer_bytes != options_.buffer_bytes;
  options_ = options;
  for (Line& line : lines_) {
    // Soon, however long the last attempts took.
    line.backoff = 1s;
    line.retry_at = {};
    line.reopens = opens_otherwise && line.is_open();
  }
  told_too_many_ = false;
  Refresh(surroundings, ReadClock(surroundings));
}

// What the ring holds is counted before, but for the block that the kernel is
// still filling: at most 100 ms of frames, once for other options of opening.
// To keep them too, two captures would have to be told apart frame by frame.
void LiveLoop::Reopen(Line& line, ClockReading now) {
  if (!line.is_open()) return;
  constexpr int kMostTurns = 64;
  for (int turn = 0; turn < kMostTurns && Read(line, now) > 0; ++turn) {
  }
  Close(line);
  line.retry_at = now.steady;
}

void LiveLoop::Filter(Line& line, const std::string& filter,
                      const Surroundings& surroundings, ClockReading now) {
  line.wanted.filter = filter;
  if (!line.is_open()) return;
  if (!ChangeFilter(line.capture, filter)) {
    Lose(line, OpenFailure::kFilter, pcap_geterr(line.capture.handle.get()),
         surroundings, now);
    return;
  }
  intake_.status(line.id).filter_in_kernel = line.capture.filter_in_kernel;
  Tell(line, surroundings);
}

// The line whose interface has been gone the longest, or a new one.
LiveLoop::Line* LiveLoop::LineFor(const WantedInterface& wanted,
                                  ClockReading now) {
  const bool full = lines_.size() == kMostCaptures;
  const auto oldest = std::min_element(
      lines_.begin(), lines_.end(),
      [](const Line& a, const Line& b) { return a.wanted_at < b.wanted_at; });
  const std::chrono::seconds patience = full ? kGone : kForgotten;
  if (oldest == lines_.end() || now.steady - oldest->wanted_at < patience) {
    if (full) return nullptr;
    Line& line = lines_.emplace_back();
    line.id = intake_.CaptureFor(wanted.name);
    line.wanted = wanted;
    return &line;
  }
  const CaptureId id = oldest->id;
  intake_.Reassign(id, wanted.name);
  *oldest = Line{};
  oldest->id = id;
  oldest->wanted = wanted;
  return &*oldest;
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

// To the log once per change, not once per try.
void LiveLoop::Tell(Line& line, const Surroundings& surroundings) {
  const std::string& name = line.wanted.name;
  intake_.status(line.id).missing =
      line.capture.failure == OpenFailure::kMissing;
  if (line.capture.failure == OpenFailure::kNone) {
    line.told = OpenFailure::kNone;
    surroundings.notice({Notice::Level::kInfo, "capturing", name, ""});
    if (!line.capture.filter_in_kernel) {
      surroundings.notice({Notice::Level::kWarning,
                           "the kernel did not take the filter, and what "
                           "libpcap makes of it is slow and may be wrong; use "
                           "each of vlan, pppoes and mpls once, and last",
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
