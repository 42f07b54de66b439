// SPDX-License-Identifier: Apache-2.0
#include "exporter/control/top_page.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>
#include <utility>

#include "exporter/control/http_get.h"
#include "exporter/text/one_line.h"
#include "exporter/web/html.h"

namespace ipband {
namespace {

using Cell = TextTable::Cell;

constexpr char kNone[] = "-";
// What is longer is no address, nor a network.
constexpr size_t kMostAddress = 43;

// A table, and what stands there if it has no rows.
struct Block {
  TextTable table;
  std::string if_empty;
};

std::string RateText(const std::optional<double>& bytes_per_second) {
  return bytes_per_second ? HumanBitRate(*bytes_per_second) : kNone;
}

std::string TimeText(const std::optional<int64_t>& unix_seconds) {
  return unix_seconds ? UtcTime(*unix_seconds) : kNone;
}

// Sums of what a stranger says may be beyond the type; so they stay at its
// end.
uint64_t SumOf(uint64_t a, uint64_t b) {
  constexpr uint64_t kMost = std::numeric_limits<uint64_t>::max();
  return a > kMost - b ? kMost : a + b;
}

// --- Subnets ---

Cell StateCell(const SubnetAnswer& subnet) {
  const std::string age = " " + HumanDuration(subnet.watch_seconds);
  if (subnet.reported) return {"REPORTED" + age, TextStyle::kAlarm};
  if (subnet.watched) return {"WATCH" + age, TextStyle::kWarning};
  return {};
}

// Of what was judged: it goes with the state.
Cell ShareCell(const SubnetAnswer& subnet) {
  if (!subnet.bandwidth || !subnet.threshold || *subnet.threshold <= 0) {
    return {kNone};
  }
  const double percent =
      std::min(999999.0, 100 * *subnet.bandwidth / *subnet.threshold);
  return {std::to_string(std::lround(percent)) + "%",
          percent >= 100 ? TextStyle::kWarning : TextStyle::kPlain};
}

Block SubnetBlock(std::vector<SubnetAnswer> subnets) {
  std::stable_sort(subnets.begin(), subnets.end(),
                   [](const SubnetAnswer& a, const SubnetAnswer& b) {
                     return std::tuple(a.recent, a.bandwidth.value_or(0)) >
                            std::tuple(b.recent, b.bandwidth.value_or(0));
                   });
  Block block{.if_empty = "no subnet has been seen"};
  block.table.columns = {{.head = "INTERFACE", .shrinks = true, .spare = 3},
                         {.head = "SUBNET"},
                         {.head = "NAME", .shrinks = true, .spare = 2},
                         {.head = "NOW", .right = true},
                         {.head = "PERIOD", .right = true, .spare = 5},
                         {.head = "THRESHOLD", .right = true, .spare = 4},
                         {.head = "SHARE", .right = true},
                         {.head = "STATE", .spare = 1},
                         {.head = "HOSTS", .right = true, .spare = 6}};
  for (const SubnetAnswer& subnet : subnets) {
    block.table.rows.push_back(
        {{subnet.interface},
         {CutText(subnet.subnet, kMostAddress)},
         {subnet.name == subnet.subnet ? "" : subnet.name},
         {RateText(subnet.recent)},
         {RateText(subnet.bandwidth)},
         {RateText(subnet.threshold)},
         ShareCell(subnet),
         StateCell(subnet),
         {HumanCount(subnet.hosts)}});
  }
  return block;
}

// --- Hosts of one subnet ---

Block HostBlock(std::vector<HostAnswer> hosts) {
  const auto key_of = [](const HostAnswer& host) {
    return std::tuple(
        host.receive_rate.value_or(0) + host.transmit_rate.value_or(0),
        SumOf(host.receive_bytes, host.transmit_bytes));
  };
  std::stable_sort(hosts.begin(), hosts.end(),
                   [&](const HostAnswer& a, const HostAnswer& b) {
                     return key_of(a) > key_of(b);
                   });
  Block block{.if_empty = "no host of it has been seen"};
  block.table.columns = {{.head = "ADDRESS"},
                         {.head = "INTERFACE", .shrinks = true, .spare = 2},
                         {.head = "IN NOW", .right = true},
                         {.head = "OUT NOW", .right = true},
                         {.head = "IN", .right = true, .spare = 1},
                         {.head = "OUT", .right = true, .spare = 1},
                         {.head = "TOTAL", .right = true}};
  for (const HostAnswer& host : hosts) {
    block.table.rows.push_back(
        {{CutText(host.address, kMostAddress)},
         {host.interface},
         {RateText(host.receive_rate)},
         {RateText(host.transmit_rate)},
         {HumanBytes(host.receive_bytes)},
         {HumanBytes(host.transmit_bytes)},
         {HumanBytes(SumOf(host.receive_bytes, host.transmit_bytes))}});
  }
  return block;
}

// --- Meters ---

void AddBytes(uint64_t in, uint64_t out, std::vector<Cell>& cells) {
  cells.push_back({HumanBytes(in)});
  cells.push_back({HumanBytes(out)});
  cells.push_back({HumanBytes(SumOf(in, out))});
}

Block MeterBlock(const std::vector<MeterTableAnswer>& meters) {
  Block block{.if_empty = "no meter is configured"};
  block.table.columns = {{.head = "METER", .shrinks = true},
                         {.head = "IN", .right = true},
                         {.head = "OUT", .right = true},
                         {.head = "TOTAL", .right = true},
                         {.head = "HOSTS", .right = true, .spare = 1},
                         {.head = "NOT SHOWN", .right = true, .spare = 3},
                         {.head = "SINCE", .spare = 2},
                         {.head = "NEXT DUMP"}};
  for (const MeterTableAnswer& meter : meters) {
    std::vector<Cell>& cells = block.table.rows.emplace_back();
    cells.push_back({meter.meter});
    AddBytes(meter.in, meter.out, cells);
    cells.push_back({HumanCount(meter.hosts)});
    cells.push_back({HumanCount(meter.hosts_not_shown) +
                     (meter.more_not_shown ? " or more" : "")});
    cells.push_back({TimeText(meter.since)});
    cells.push_back({TimeText(meter.next_dump)});
  }
  return block;
}

// The table of a meter, in the order it came in.
Block MeterRowBlock(const std::vector<MeterTableAnswer>& meters) {
  Block block{.if_empty = "no host is in the table yet"};
  block.table.columns = {{.head = "ADDRESS"},
                         {.head = "IN", .right = true},
                         {.head = "OUT", .right = true},
                         {.head = "TOTAL", .right = true}};
  for (const MeterTableAnswer& meter : meters) {
    for (const MeterRowAnswer& row : meter.rows) {
      std::vector<Cell>& cells = block.table.rows.emplace_back();
      cells.push_back({CutText(row.address, kMostAddress)});
      AddBytes(row.in, row.out, cells);
    }
  }
  return block;
}

// What one address has so far, in a row for each meter.
Block AddressBlock(const std::string& address,
                   const std::vector<MeterTableAnswer>& meters) {
  Block block{.if_empty = "no meter is configured"};
  block.table.columns = {{.head = "ADDRESS"},
                         {.head = "METER", .shrinks = true},
                         {.head = "IN", .right = true},
                         {.head = "OUT", .right = true},
                         {.head = "TOTAL", .right = true},
                         {.head = "SINCE", .spare = 1},
                         {.head = "NEXT DUMP", .spare = 2}};
  for (const MeterTableAnswer& meter : meters) {
    MeterRowAnswer has;
    if (!meter.rows.empty()) has = meter.rows.front();
    std::vector<Cell>& cells = block.table.rows.emplace_back();
    cells.push_back({OneLine(address)});
    cells.push_back({meter.meter});
    AddBytes(has.in, has.out, cells);
    cells.push_back({TimeText(meter.since)});
    cells.push_back({TimeText(meter.next_dump)});
  }
  return block;
}

// --- Together ---

std::vector<Block> BlocksOf(const TopOptions& options, const TopView& view) {
  if (!options.address.empty()) {
    return {AddressBlock(options.address, view.meters)};
  }
  if (!options.meter.empty()) {
    return {MeterBlock(view.meters), MeterRowBlock(view.meters)};
  }
  std::vector<Block> blocks = {SubnetBlock(view.subnets)};
  if (!options.subnet.empty()) {
    blocks.push_back(HostBlock(view.hosts.hosts));
  } else if (!view.meters.empty()) {
    blocks.push_back(MeterBlock(view.meters));
  }
  return blocks;
}

// At most `room` lines, the last of three saying how many rows are missing.
std::vector<std::string> DrawBlock(const Block& block, size_t most_rows,
                                   size_t room, const TextSpace& space) {
  const size_t all = block.table.rows.size();
  if (room == 0) return {};
  if (all == 0) return {CutText(block.if_empty, space.width)};
  size_t rows = std::min(all, most_rows);
  // A row is worth more than the number of those that are missing.
  if (rows + (rows < all ? 2 : 1) > room) rows = room - (room > 2 ? 2 : 1);
  std::vector<std::string> lines = DrawTable(block.table, rows, space);
  if (rows < all) {
    lines.push_back(CutText(HumanCount(all - rows) + " more", space.width));
  }
  if (lines.size() > room) lines.resize(room);
  return lines;
}

}  // namespace

std::string DrawTables(const TopOptions& options, const TopView& view,
                       const TextSpace& any_space) {
  constexpr size_t kAny = std::numeric_limits<size_t>::max() / 4;
  TextSpace space = any_space;
  if (space.width == 0) space.width = kAny;
  size_t room = space.height == 0 ? kAny : space.height;
  const std::vector<Block> blocks = BlocksOf(options, view);
  const size_t most_rows = static_cast<size_t>(std::max(1, options.rows));
  std::string text;
  for (size_t i = 0; i < blocks.size(); ++i) {
    if (i > 0 && room > 0) {
      text += "\n";
      --room;
    }
    // Those behind get half of the room, as far as they need it.
    size_t behind = 0;
    for (size_t j = i + 1; j < blocks.size(); ++j) {
      behind += 1 + DrawBlock(blocks[j], most_rows, kAny, space).size();
    }
    const size_t mine = room - std::min(behind, room / 2);
    for (const std::string& line :
         DrawBlock(blocks[i], most_rows, mine, space)) {
      text += line + "\n";
      --room;
    }
  }
  return text;
}

std::string DrawHead(const TopOptions& options, const TopView& view,
                     const std::string& error, int64_t now,
                     const TextSpace& space) {
  const auto line = [&](const std::string& text, TextStyle style) {
    return Styled(CutText(text, space.width), style, space.colours) + "\n";
  };
  const std::string first =
      line("ipbandctl top  " + OneLine(WithoutPassword(options.url)) + "  " +
               UtcTime(now),
           TextStyle::kHead);
  if (!error.empty()) {
    return first + line("error: " + OneLine(error), TextStyle::kAlarm) + "\n";
  }
  std::string captures;
  for (const CaptureAnswer& capture : view.captures) {
    captures += (captures.empty() ? "" : "  ") + capture.interface + ": " +
                (capture.up ? "" : "down, ") + HumanCount(capture.packets) +
                " packets, " + HumanCount(capture.dropped_packets) + " lost";
  }
  return first + line(captures, TextStyle::kPlain) + "\n";
}

}  // namespace ipband
