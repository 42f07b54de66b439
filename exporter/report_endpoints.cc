// SPDX-License-Identifier: Apache-2.0
#include "exporter/report_endpoints.h"

#include <cmath>
#include <map>
#include <utility>

#include "exporter/report_query.h"
#include "exporter/version.h"
#include "exporter/web/api.h"
#include "exporter/web/details.h"
#include "exporter/web/html.h"
#include "exporter/web/report_pages.h"

namespace ipband {
namespace {

constexpr std::string_view kReportsBelow = "/reports/";

using Entries = std::vector<ReportArchive::Entry>;

Entries Select(const ReportArchive& archive, const ReportFilter& filter) {
  Entries selected;
  for (ReportArchive::Entry& entry : archive.List()) {
    if (selected.size() == filter.limit) break;
    if (filter.Matches(entry->report)) selected.push_back(std::move(entry));
  }
  return selected;
}

// The address of the subnet with the most bytes in the report's connections.
void FillTopTalker(const Report& report, ReportListPage::Row& row) {
  std::map<Address, uint64_t> bytes;
  const auto add = [&](const Address& address, uint64_t more) {
    if (report.subnet.Contains(address)) bytes[address] += more;
  };
  for (const Connection& connection : report.connections) {
    add(connection.from, connection.bytes());
    if (connection.to != connection.from) {
      add(connection.to, connection.bytes());
    }
  }
  for (const auto& [address, sum] : bytes) {
    if (sum <= row.top_talker_bytes) continue;
    row.top_talker = ToString(address);
    row.top_talker_bytes = sum;
  }
}

bool IsJudged(const Config& config) {
  if (config.thresholds.bytes_per_second) return true;
  for (const SubnetOptions& subnet : config.accounting.subnets) {
    if (subnet.threshold_bytes_per_second &&
        std::isfinite(*subnet.threshold_bytes_per_second)) {
      return true;
    }
  }
  return false;
}

HttpResponse ReportList(const Config& config, const ReportArchive& archive,
                        const HttpRequest& request) {
  Query query = ParseQuery(request.query);
  // A page is read to its end: no limit unless one is named.
  query.emplace("limit", std::to_string(ReportArchive::kMaxReports));
  const ReportFilter filter = ParseReportFilter(query);
  const bool all = MayReadDetails(config.web.details, request);
  ReportListPage page;
  page.program = kProgramName;
  if (!all) page.refusal = HowToReadDetails(config.web.details);
  page.interface = filter.interface;
  if (filter.subnet) page.subnet = ToString(*filter.subnet);
  page.judged = IsJudged(config);
  page.averaging_period_seconds =
      static_cast<uint64_t>(config.accounting.averaging_period.count());
  page.report_period_seconds =
      static_cast<uint64_t>(config.thresholds.report_period.count());
  for (const ReportArchive::Entry& entry : Select(archive, filter)) {
    const Report& report = entry->report;
    ReportListPage::Row& row = page.reports.emplace_back();
    row.id = entry->id;
    row.at = report.at;
    row.interface = report.interface;
    row.subnet = ToString(report.subnet);
    row.name = report.name;
    row.bandwidth = report.bandwidth;
    row.threshold = report.threshold;
    row.exceeded_seconds = report.exceeded_seconds;
    if (all) FillTopTalker(report, row);
  }
  return HtmlResponse(all ? 200 : 403, RenderReportList(page));
}

ConnectionOnPage ConnectionOf(const ArchivedReport& entry, size_t i) {
  const Connection& connection = entry.report.connections[i];
  ConnectionOnPage row;
  row.from = ToString(connection.from);
  row.to = ToString(connection.to);
  row.from_port = connection.from_port;
  row.to_port = connection.to_port;
  if (i < entry.names.size()) {
    row.protocol = entry.names[i].protocol;
    row.service = entry.names[i].service;
  } else {
    row.protocol = std::to_string(connection.protocol);
  }
  row.from_bytes = connection.from_bytes;
  row.to_bytes = connection.to_bytes;
  row.packets = connection.packets;
  row.first_seen = connection.first_seen;
  row.last_seen = connection.last_seen;
  return row;
}

ReportPage PageOf(const ArchivedReport& entry) {
  const Report& report = entry.report;
  ReportPage page;
  page.program = kProgramName;
  page.interface = report.interface;
  page.subnet = ToString(report.subnet);
  page.name = report.name;
  page.at = report.at;
  page.since = report.since;
  page.detail_since = report.detail_since;
  page.bandwidth = report.bandwidth;
  page.threshold = report.threshold;
  page.exceeded_seconds = report.exceeded_seconds;
  page.accumulated_seconds = report.accumulated_seconds;
  page.accumulated_since = report.accumulated_since;
  page.dropped_packets = report.dropped_packets;
  page.omitted_connections = report.omitted_connections;
  page.omitted_bytes = report.omitted_bytes;
  page.others_bytes = report.others.bytes;
  page.others_packets = report.others.packets;
  for (size_t i = 0; i < report.connections.size(); ++i) {
    if (i < ReportPage::kMostConnections) {
      page.connections.push_back(ConnectionOf(entry, i));
    } else {
      ++page.further_connections;
      page.further_bytes += report.connections[i].bytes();
    }
  }
  return page;
}

// The entry's text or JSON as it is; the response keeps the entry alive.
HttpResponse Verbatim(const ReportArchive::Entry& entry,
                      std::string ArchivedReport::*form,
                      std::string content_type) {
  HttpResponse response;
  response.content_type = std::move(content_type);
  response.compress = true;
  response.stream = [entry, form](BodyWriter& body) {
    body.Write((*entry).*form);
  };
  return response;
}

HttpResponse OneReport(const Config& config, const ReportArchive& archive,
                       const HttpRequest& request) {
  if (!MayReadDetails(config.web.details, request)) {
    return DetailsRefused(config.web.details);
  }
  std::string format = "html";
  for (const auto& [name, value] : ParseQuery(request.query)) {
    if (name != "format") throw BadQuery("unknown parameter; allowed: format");
    format = value;
  }
  const ReportArchive::Entry entry =
      archive.Find(std::string_view(request.path).substr(kReportsBelow.size()));
  if (entry == nullptr) return HtmlResponse(404, RenderNoReport(kProgramName));
  if (format == "html") return HtmlResponse(200, RenderReport(PageOf(*entry)));
  if (format == "text") {
    return Verbatim(entry, &ArchivedReport::text, "text/plain; charset=utf-8");
  }
  if (format == "json") {
    return Verbatim(entry, &ArchivedReport::json, "application/json");
  }
  throw BadQuery("unknown format; allowed: html, text, json");
}

HttpResponse ReportsAsJson(Entries entries) {
  return ApiSuccess([entries = std::move(entries)](BodyWriter& body) {
    body.Write("{\"reports\":[");
    std::string_view separator;
    for (const ReportArchive::Entry& entry : entries) {
      std::string_view json = entry->json;
      if (json.ends_with('\n')) json.remove_suffix(1);
      if (!body.Write(separator) || !body.Write(json)) return;
      separator = ",";
    }
    body.Write("]}");
  });
}

HttpResponse Api(const Config& config, const ReportArchive& archive,
                 const HttpRequest& request) {
  if (!MayReadDetails(config.web.details, request)) {
    return DetailsRefused(config.web.details);
  }
  const Query query = ParseQuery(request.query);
  const auto id = query.find("id");
  if (id == query.end()) {
    return ReportsAsJson(Select(archive, ParseReportFilter(query)));
  }
  if (query.size() > 1) throw BadQuery("id allows no other parameter");
  const ReportArchive::Entry entry = archive.Find(id->second);
  if (entry == nullptr) return ApiError(404, "not_found", "no such report");
  return ReportsAsJson({entry});
}

}  // namespace

void AddReportRoutes(const Options& options, const ReportArchive& archive,
                     Router& router) {
  const Config& config = options.config;
  // For people, who see one line if their query is wrong.
  const auto page = [&](auto answer) {
    return [&config, &archive, answer](const HttpRequest& request) {
      try {
        return NotStored(answer(config, archive, request));
      } catch (const BadQuery& bad) {
        return TextResponse(400, std::string("400 bad query: ") + bad.what());
      }
    };
  };
  router.Get("/reports", page(ReportList));
  router.GetBelow(std::string(kReportsBelow), page(OneReport));
  router.Get("/api/v1/reports", [&](const HttpRequest& request) {
    try {
      return NotStored(Api(config, archive, request));
    } catch (const BadQuery& bad) {
      return ApiError(400, "bad_data", bad.what());
    }
  });
}

}  // namespace ipband
