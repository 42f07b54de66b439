// SPDX-License-Identifier: Apache-2.0
#include "exporter/report/sorting.h"

#include <gtest/gtest.h>

#include "tests/unit/exporter/report/sample_report.h"

namespace ipband {
namespace {

// ipband listed these in this order and, cut to two, hid the largest.
Report BigTalkers() {
  Report report = SampleReport();
  const uint64_t kilobytes[] = {1953127, 5859381, 9765635, 3906254, 15625016};
  for (uint16_t i = 0; i < 5; ++i) {
    report.connections.push_back(
        SampleConnection("10.1.1.1", static_cast<uint16_t>(40001 + i),
                         "10.2.2.1", 80, 6, kilobytes[i] * 1024));
  }
  return report;
}

std::vector<uint16_t> FromPorts(const Report& report) {
  std::vector<uint16_t> ports;
  for (const Connection& connection : report.connections) {
    ports.push_back(connection.from_port);
  }
  return ports;
}

TEST(SortAndCut, ComparesCountsThatAreGigabytesApart) {
  Report report = BigTalkers();
  SortAndCut(report, 0);
  EXPECT_EQ(FromPorts(report),
            (std::vector<uint16_t>{40005, 40003, 40002, 40004, 40001}));
  EXPECT_EQ(report.omitted_connections, 0U);
  EXPECT_EQ(report.omitted_bytes, 0U);
}

TEST(SortAndCut, CutsTheSmallestAndSaysHowMuch) {
  Report report = BigTalkers();
  SortAndCut(report, 2);
  EXPECT_EQ(FromPorts(report), (std::vector<uint16_t>{40005, 40003}));
  EXPECT_EQ(report.omitted_connections, 3U);
  EXPECT_EQ(report.omitted_bytes, (1953127 + 5859381 + 3906254) * 1024ULL);
}

TEST(SortAndCut, CutsNothingWhenThereIsRoom) {
  for (const uint32_t top : {5U, 50U}) {
    Report report = BigTalkers();
    SortAndCut(report, top);
    EXPECT_EQ(report.connections.size(), 5U);
    EXPECT_EQ(report.connections.front().from_port, 40005);
    EXPECT_EQ(report.omitted_connections, 0U);
  }
}

TEST(SortAndCut, PutsTiesInTheOrderOfTheirKeys) {
  const std::vector<Connection> ordered = {
      SampleConnection("10.1.1.1", 7, "10.2.2.1", 80, 6, 100),
      SampleConnection("10.1.1.1", 7, "10.2.2.1", 80, 17, 100),
      SampleConnection("10.1.1.1", 7, "10.2.2.1", 443, 6, 100),
      SampleConnection("10.1.1.1", 8, "10.2.2.1", 25, 6, 100),
      SampleConnection("10.1.1.1", 1, "10.2.2.2", 1, 6, 100),
      SampleConnection("10.1.1.9", 1, "10.1.1.10", 1, 6, 100),
      SampleConnection("2001:db8::1", 1, "2001:db8::2", 1, 6, 100)};
  Report report = SampleReport();
  report.connections.assign(ordered.rbegin(), ordered.rend());
  for (const uint32_t top : {0U, 4U}) {
    Report sorted = report;
    SortAndCut(sorted, top);
    for (size_t i = 0; i < sorted.connections.size(); ++i) {
      EXPECT_EQ(sorted.connections[i].from, ordered[i].from) << i;
      EXPECT_EQ(sorted.connections[i].to, ordered[i].to) << i;
      EXPECT_EQ(sorted.connections[i].from_port, ordered[i].from_port) << i;
      EXPECT_EQ(sorted.connections[i].to_port, ordered[i].to_port) << i;
      EXPECT_EQ(sorted.connections[i].protocol, ordered[i].protocol) << i;
    }
  }
}

}  // namespace
}  // namespace ipband
