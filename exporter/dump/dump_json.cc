// SPDX-License-Identifier: Apache-2.0
#include "exporter/dump/dump_json.h"

#include <array>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "exporter/text/time_text.h"

namespace ipband {
namespace {

constexpr size_t kHostBytes = 80;  // about

// Whatever bytes it has.
std::string Quoted(std::string_view text) {
  using nlohmann::json;
  return json(text).dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string BytesFields(uint64_t in, uint64_t out) {
  return "\"in_bytes\":" + std::to_string(in) +
         ",\"out_bytes\":" + std::to_string(out);
}

std::string NotShownObject(const NotShown& not_shown) {
  return "{\"hosts\":" + std::to_string(not_shown.hosts) +
         ",\"more_hosts\":" + (not_shown.more_hosts ? "true" : "false") + "," +
         BytesFields(not_shown.in, not_shown.out) + "}";
}

}  // namespace

// By hand: a tree of a million hosts would take a gigabyte.
std::string DumpJson(const DumpPage& page) {
  const Dump& dump = page.dump;
  std::string json = "{\"meter\":" + Quoted(dump.meter) + ",\"start\":\"" +
                     Rfc3339Utc(dump.since) + "\",\"end\":\"" +
                     Rfc3339Utc(dump.at) +
                     "\",\"scheduled\":" + (dump.scheduled ? "true" : "false") +
                     ",\"interfaces\":[";
  for (size_t i = 0; i < dump.interfaces.size(); ++i) {
    if (i > 0) json += ',';
    json += Quoted(dump.interfaces[i]);
  }
  json += "],\"hosts\":[";
  json.reserve(json.size() + page.table.rows.size() * kHostBytes + 200);
  std::array<char, kMaxAddressText> address{};
  bool is_first = true;
  for (const DumpRow& row : page.table.rows) {
    if (!std::exchange(is_first, false)) json += ',';
    json += "{\"address\":\"";
    json.append(address.data(), FormatAddress(row.address, address.data()));
    json += "\",";
    if (!page.names.empty()) {
      const auto name = page.names.find(row.address);
      if (name != page.names.end()) {
        json += "\"name\":" + Quoted(name->second) + ",";
      }
    }
    json += BytesFields(row.in, row.out);
    json += '}';
  }
  json += "],\"not_shown\":" + NotShownObject(page.table.not_shown) + "}\n";
  return json;
}

}  // namespace ipband
