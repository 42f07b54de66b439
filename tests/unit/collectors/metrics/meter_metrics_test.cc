// SPDX-License-Identifier: Apache-2.0
#include "collectors/metrics/meter_metrics.h"

#include <gtest/gtest.h>

namespace ipband {
namespace {

struct Written {
  std::string text;
  uint64_t samples = 0;

  bool Has(const std::string& line) const {
    return text.find("\n" + line + "\n") != std::string::npos;
  }
};

Written Write(const std::vector<MeterSnapshot>& meters,
              const std::vector<MeterDumpCounts>& counts) {
  Written written;
  TextWriter out([&](std::string_view piece) {
    written.text += piece;
    return true;
  });
  WriteMeterMetrics(meters, counts, out);
  out.Finish();
  written.samples = out.samples();
  return written;
}

MeterSnapshot Lan() {
  MeterSnapshot lan;
  lan.meter = "lan";
  lan.since = 1'700'000'000;
  lan.series = {{Address::V4(0x0a000001), 10, 20},
                {Address::V6(0x20010db800000000, 1), 30, 40}};
  lan.max_series = 1000;
  lan.untracked_receive_bytes = 5;
  lan.untracked_transmit_bytes = 6;
  lan.retired_receive_bytes = 7;
  lan.retired_transmit_bytes = 8;
  return lan;
}

TEST(MeterMetrics, AreNoneWithoutMeters) {
  EXPECT_EQ(Write({}, {{"gone", 1, 0, 5}}).text, "");
}

TEST(MeterMetrics, HaveEveryHostOnce) {
  const Written written = Write({Lan()}, {});
  EXPECT_TRUE(
      written.Has("ipband_meter_receive_bytes_total{meter=\"lan\","
                  "address=\"10.0.0.1\"} 10"));
  EXPECT_TRUE(
      written.Has("ipband_meter_transmit_bytes_total{meter=\"lan\","
                  "address=\"2001:db8::1\"} 40"));
  EXPECT_EQ(written.samples, 2u * 2 + 10);
}

TEST(MeterMetrics, HaveTheRemainders) {
  const Written written = Write({Lan()}, {});
  for (const auto* line :
       {"untracked_receive_bytes_total{meter=\"lan\"} 5",
        "untracked_transmit_bytes_total{meter=\"lan\"} 6",
        "retired_receive_bytes_total{meter=\"lan\"} 7",
        "retired_transmit_bytes_total{meter=\"lan\"} 8",
        "hosts{meter=\"lan\"} 2", "hosts_limit{meter=\"lan\"} 1000",
        "period_start_timestamp_seconds{meter=\"lan\"} 1700000000"}) {
    EXPECT_TRUE(written.Has(std::string("ipband_meter_") + line)) << line;
  }
}

TEST(MeterMetrics, CountDumpsByMeterAndEscapeItsName) {
  MeterSnapshot odd;
  odd.meter = "a\"b";
  const Written written =
      Write({Lan(), odd}, {{"a\"b", 3, 1, 99}, {"gone", 7, 7, 7}});
  const std::string name = "{meter=\"a\\\"b\"} ";
  EXPECT_TRUE(written.Has("ipband_meter_dumps_total" + name + "3"));
  EXPECT_TRUE(written.Has("ipband_meter_dump_failures_total" + name + "1"));
  EXPECT_TRUE(
      written.Has("ipband_meter_last_dump_timestamp_seconds" + name + "99"));
  EXPECT_TRUE(written.Has("ipband_meter_dumps_total{meter=\"lan\"} 0"));
  EXPECT_EQ(written.text.find("gone"), std::string::npos);
}

TEST(MeterMetrics, AreNeverMoreThanTheLimitSays) {
  MeterSnapshot full = Lan();
  full.max_series = 2;
  EXPECT_EQ(MeterSeriesLimit({full, full}), Write({full, full}, {}).samples);
  EXPECT_EQ(MeterSeriesLimit({}), 0u);
}

}  // namespace
}  // namespace ipband
