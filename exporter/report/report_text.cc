// SPDX-License-Identifier: Apache-2.0
#include "exporter/report/report_text.h"

#include <array>
#include <cstdio>
#include <string_view>

#include "collectors/net/utf8.h"
#include "exporter/text/one_line.h"
#include "exporter/text/time_text.h"

namespace ipband {
namespace {

constexpr double kKilobyte = 1024;  // ipband: kB and kBps are 1,024 bytes
constexpr size_t kLineWidth = 79;
constexpr size_t kServiceWidth = 11;

constexpr std::string_view kHeading =
    "FROM            < PORT>     TO              < PORT>  PROT      KBYTES  "
    "SERVICE\n";

std::string TwoDecimals(double value) {
  std::array<char, 352> text{};  // room for any double
  std::snprintf(text.data(), text.size(), "%.2f", value);
  return text.data();
}

std::string Minutes(uint64_t seconds) {
  return TwoDecimals(static_cast<double>(seconds) / 60) + " min";
}

std::string Line(char c) { return std::string(kLineWidth, c) + "\n"; }

// Longer texts push the rest of the line to the right.
std::string Left(std::string text, size_t width) {
  if (text.size() < width) text.append(width - text.size(), ' ');
  return text;
}

std::string Right(const std::string& text, size_t width) {
  if (text.size() >= width) return text;
  return std::string(width - text.size(), ' ') + text;
}

// One side of a connection.
std::string End(const std::string& address, const std::string& port) {
  return Left(address, 15) + " <" + Right(port, 5) + ">";
}

std::string Row(const std::string& from, const std::string& to,
                const std::string& protocol, uint64_t bytes,
                std::string_view service) {
  const double kilobytes = static_cast<double>(bytes) / kKilobyte;
  std::string row = from + " <-> " + to + " " + Right(protocol, 4) + " " +
                    Right(TwoDecimals(kilobytes), 12) + "  ";
  // A row without a service ends in two blanks.
  return row.append(service).append("\n");
}

std::string HostText(const Address& address, const HostNameMap& names) {
  const auto name = names.find(address);
  return name == names.end() ? ToString(address) : name->second;
}

std::string ConnectionRow(const Connection& connection,
                          const HostNameMap& names, ServiceNames& services) {
  std::string_view service = services.Service(connection);
  service = service.substr(0, kServiceWidth);
  service = service.substr(0, Utf8Length(service));  // no half characters
  return Row(
      End(HostText(connection.from, names),
          std::to_string(connection.from_port)),
      End(HostText(connection.to, names), std::to_string(connection.to_port)),
      services.Protocol(connection.protocol), connection.bytes(), service);
}

std::string Head(const Report& report, const ReportLayout& layout) {
  std::string text = "\nDate:   " + LocalTimeText(report.at) + "\n";
  // ipband: shown whenever there is a limit, even if it cuts nothing.
  if (layout.top > 0) {
    text += "Showing top " + std::to_string(layout.top) + " connections\n";
  }
  text +=
      "Network: " + NetworkLabel(report.subnet, report.name, layout.ipv4_bits) +
      "\n";
  if (layout.several_interfaces) {
    text += "Interface: " + OneLine(report.interface) + "\n";
  }
  text += "Bandwidth threshold: " + TwoDecimals(report.threshold / kKilobyte) +
          " kBps, exceeded for: " + Minutes(report.exceeded_seconds) + "\n";
  if (layout.accumulate) {
    text += "Threshold exceeded time since " +
            LocalTimeText(report.accumulated_since) + ": " +
            Minutes(report.accumulated_seconds) + " (" +
            TwoDecimals(AccumulatedPercent(report)) + "%)\n";
  }
  // ipband: never said that it had lost packets.
  if (report.dropped_packets > 0) {
    text += "Packets lost by the capture: " +
            std::to_string(report.dropped_packets) + "\n";
  }
  if (report.detail_since > report.since) {
    text +=
        "Connections known since: " + LocalTimeText(report.detail_since) + "\n";
  }
  return text;
}

}  // namespace

std::string ReportText(const Report& report, const ReportLayout& layout,
                       ServiceNames& services) {
  std::string text = Head(report, layout);
  text += Line('=');
  text += kHeading;
  text += Line('-');
  for (const Connection& connection : report.connections) {
    text += ConnectionRow(connection, layout.host_names, services);
  }
  if (report.others.bytes > 0) {
    text += Row(End("*", "*"), End("*", "*"), "*", report.others.bytes, "");
  }
  return text + Line('=');
}

std::string ReportSubject(const Report& report, int ipv4_bits) {
  return "Bandwidth report for " +
         NetworkLabel(report.subnet, report.name, ipv4_bits);
}

std::string NetworkLabel(const Prefix& subnet, const std::string& name,
                         int ipv4_bits) {
  const bool is_usual =
      subnet.network.family == Family::kIpv4 && subnet.bits == ipv4_bits;
  std::string label = is_usual ? ToString(subnet.network) : ToString(subnet);
  if (!name.empty()) label += " <" + OneLine(name) + ">";
  return label;
}

double AccumulatedPercent(const Report& report) {
  if (report.at <= report.accumulated_since) return 0;
  return 100 * static_cast<double>(report.accumulated_seconds) /
         (static_cast<double>(report.at) -
          static_cast<double>(report.accumulated_since));
}

}  // namespace ipband
