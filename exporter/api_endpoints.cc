// SPDX-License-Identifier: Apache-2.0
#include "exporter/api_endpoints.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <memory>
#include <tuple>
#include <utility>

#include "exporter/api_json.h"
#include "exporter/clock.h"
#include "exporter/dump/dump_table.h"
#include "exporter/meter_rows.h"
#include "exporter/tables_busy.h"
#include "exporter/web/api.h"
#include "exporter/web/details.h"
#include "exporter/web/query.h"
#include "exporter/web/turn.h"

namespace ipband {
namespace {

constexpr size_t kRows = 20;
constexpr size_t kMostHosts = 1000;
constexpr size_t kMostMeterRows = 10'000'000;

using SnapshotPointer = std::shared_ptr<const Snapshot>;

HttpResponse Busy() { return ApiError(503, "unavailable", kTablesBusy); }

size_t NumberOf(std::string_view name, std::string_view text, size_t most) {
  size_t value = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || rest != end || value < 1 || value > most) {
    throw BadQuery(std::string(name) + " is not a number from 1 to " +
                   std::to_string(most));
  }
  return value;
}

std::optional<Prefix> NetworkOf(std::string_view text) {
  const std::optional<Prefix> prefix = ParsePrefix(text);
  if (!prefix && !text.empty()) {
    throw BadQuery("subnet is not a network; allowed: 10.1.1.0/24");
  }
  return prefix;
}

struct SubnetFilter {
  std::string interface;         // empty: any
  std::optional<Prefix> subnet;  // none: any

  bool Matches(const Snapshot& snapshot, const SubnetRow& row) const {
    return (!subnet || *subnet == row.prefix) &&
           (interface.empty() ||
            interface == snapshot.captures[row.capture].status.interface);
  }
};

// --- /api/v1/subnets ---

SubnetFilter ParseSubnetsQuery(const Query& query) {
  SubnetFilter filter;
  for (const auto& [name, value] : query) {
    if (name == "interface") {
      filter.interface = value;
    } else if (name == "subnet") {
      filter.subnet = NetworkOf(value);
    } else {
      throw BadQuery("unknown parameter; allowed: interface, subnet");
    }
  }
  return filter;
}

HttpResponse Subnets(const Exposition& exposition, SnapshotExchange& snapshots,
                     const HttpRequest& request) {
  const SubnetFilter filter = ParseSubnetsQuery(ParseQuery(request.query));
  const SnapshotPointer snapshot =
      snapshots.Request(SnapshotDetail::kSubnets, kPatienceForTables);
  if (snapshot == nullptr) return Busy();
  std::vector<uint32_t> rows;
  for (uint32_t i = 0; i < snapshot->subnets.size(); ++i) {
    if (filter.Matches(*snapshot, snapshot->subnets[i])) rows.push_back(i);
  }
  return ApiSuccess(
      [snapshot, rows = std::move(rows), &exposition](BodyWriter& body) {
        WriteSubnetsJson(
            *snapshot, rows,
            [&](const SubnetRow& row) {
              return exposition.NameOf(*snapshot->rules, row);
            },
            body);
      });
}

// --- /api/v1/top ---

struct TopQuery {
  SubnetFilter filter;
  size_t n = kRows;
};

TopQuery ParseTopQuery(const Query& query) {
  TopQuery top;
  for (const auto& [name, value] : query) {
    if (name == "interface") {
      top.filter.interface = value;
    } else if (name == "subnet") {
      top.filter.subnet = NetworkOf(value);
    } else if (name == "n") {
      top.n = NumberOf(name, value, kMostHosts);
    } else {
      throw BadQuery("unknown parameter; allowed: interface, subnet, n");
    }
  }
  return top;
}

// Hosts with the most bytes since they are known, the first `top.n` of them.
std::vector<HostSnapshot> BusiestHosts(const Snapshot& snapshot,
                                       const TopQuery& top) {
  std::vector<HostSnapshot> hosts;
  for (const HostSnapshot& host : snapshot.hosts) {
    if (top.filter.Matches(snapshot, snapshot.subnets[host.subnet])) {
      hosts.push_back(host);
    }
  }
  const size_t kept = std::min(top.n, hosts.size());
  std::partial_sort(
      hosts.begin(), hosts.begin() + static_cast<ptrdiff_t>(kept), hosts.end(),
      [](const HostSnapshot& a, const HostSnapshot& b) {
        const uint64_t of_a = a.receive_bytes + a.transmit_bytes;
        const uint64_t of_b = b.receive_bytes + b.transmit_bytes;
        if (of_a != of_b) return of_a > of_b;
        return std::tie(a.subnet, a.address) < std::tie(b.subnet, b.address);
      });
  hosts.resize(kept);
  return hosts;
}

HttpResponse Top(WebDetails details, SnapshotExchange& snapshots,
                 const HttpRequest& request) {
  if (!MayReadDetails(details, request)) return DetailsRefused(details);
  const TopQuery top = ParseTopQuery(ParseQuery(request.query));
  const SnapshotPointer snapshot =
      snapshots.Request(SnapshotDetail::kHosts, kPatienceForTables);
  if (snapshot == nullptr) return Busy();
  const double time = std::chrono::duration<double>(ReadClock().wall).count();
  return ApiSuccess(
      [snapshot, hosts = BusiestHosts(*snapshot, top), time](BodyWriter& body) {
        WriteHostsJson(*snapshot, hosts, time, body);
      });
}

// --- /api/v1/meters ---

struct MeterQuery {
  std::optional<std::string> meter;
  std::optional<Address> address;
  size_t n = kRows;
  DumpSort sort = DumpSort::kTotal;

  bool WantsRows() const { return meter || address; }
};

DumpSort SortOf(std::string_view text) {
  if (text == "in") return DumpSort::kIn;
  if (text == "out") return DumpSort::kOut;
  if (text == "total") return DumpSort::kTotal;
  if (text == "address") return DumpSort::kNone;
  throw BadQuery("unknown sort; allowed: in, out, total, address");
}

MeterQuery ParseMeterQuery(const Query& query) {
  MeterQuery wanted;
  for (const auto& [name, value] : query) {
    if (name == "meter") {
      wanted.meter = value;
    } else if (name == "address") {
      wanted.address = ParseAddress(value);
      if (!wanted.address) {
        throw BadQuery("address is none; allowed: 10.1.1.7, 2001:db8::7");
      }
    } else if (name == "n") {
      wanted.n = NumberOf(name, value, kMostMeterRows);
    } else if (name == "sort") {
      wanted.sort = SortOf(value);
    } else {
      throw BadQuery("unknown parameter; allowed: meter, address, n, sort");
    }
  }
  const bool of_a_table = wanted.meter && !wanted.address;
  if (!of_a_table && (query.contains("n") || query.contains("sort"))) {
    throw BadQuery("n and sort are for the table of one meter; name it");
  }
  return wanted;
}

MeterAnswer AnswerOf(const MeterSnapshot& meter, const MeterQuery& query) {
  MeterAnswer answer{.meter = &meter, .hosts = meter.table_rows};
  if (!query.WantsRows()) return answer;
  if (query.address) {
    answer.rows.emplace();
    if (const auto row = RowOf(meter.tables, *query.address)) {
      answer.rows->push_back(*row);
    }
    return answer;
  }
  answer.rows = RowsOf(meter.tables);
  answer.hosts = answer.rows->size();
  KeepFirst(query.sort, query.n, *answer.rows);
  return answer;
}

// `turn`: a table may have millions of rows, which are copied twice and kept
// until the answer is written. One such answer at a time leaves memory and
// processors to those who count.
HttpResponse MetersOf(WebDetails details, SnapshotExchange& snapshots,
                      Turn& turn, const HttpRequest& request) {
  const MeterQuery query = ParseMeterQuery(ParseQuery(request.query));
  if (query.WantsRows() && !MayReadDetails(details, request)) {
    return DetailsRefused(details);
  }
  Turn::Taken taken;
  if (query.WantsRows()) {
    taken = turn.Take(kPatienceForTables);
    if (taken == nullptr) return Busy();
  }
  const SnapshotPointer snapshot = snapshots.Request(
      query.WantsRows() ? SnapshotDetail::kTables : SnapshotDetail::kSubnets,
      kPatienceForTables);
  if (snapshot == nullptr) return Busy();
  // Whoever writes the answer keeps the snapshot, which the answers point to.
  const auto answers = std::make_shared<std::vector<MeterAnswer>>();
  for (const MeterSnapshot& meter : snapshot->meters) {
    if (query.meter && *query.meter != meter.meter) continue;
    answers->push_back(AnswerOf(meter, query));
  }
  if (query.meter && answers->empty()) {
    return ApiError(404, "not_found", "no such meter");
  }
  return ApiSuccess([taken, snapshot, answers](BodyWriter& body) {
    WriteMetersJson(*answers, body);
  });
}

// A wrong query is answered in the envelope.
template <class Answer>
HttpHandler InEnvelope(Answer answer) {
  return [answer](const HttpRequest& request) {
    try {
      return NotStored(answer(request));
    } catch (const BadQuery& bad) {
      return ApiError(400, "bad_data", bad.what());
    }
  };
}

}  // namespace

void AddApiRoutes(const Options& options, const Exposition& exposition,
                  SnapshotExchange& snapshots, Router& router) {
  const WebDetails& details = options.config.web.details;
  router.Get("/api/v1/subnets", InEnvelope([&](const HttpRequest& request) {
               return Subnets(exposition, snapshots, request);
             }));
  router.Get("/api/v1/top", InEnvelope([&](const HttpRequest& request) {
               return Top(details, snapshots, request);
             }));
  const auto turn = std::make_shared<Turn>();
  router.Get("/api/v1/meters",
             InEnvelope([&, turn](const HttpRequest& request) {
               return MetersOf(details, snapshots, *turn, request);
             }));
}

}  // namespace ipband
