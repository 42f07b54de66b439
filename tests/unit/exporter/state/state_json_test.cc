// SPDX-License-Identifier: Apache-2.0
#include "exporter/state/state_json.h"

#include <gtest/gtest.h>

#include <limits>

#include "tests/unit/exporter/state/some_state.h"
#include "tests/unit/exporter/what_was_said.h"

namespace ipband {
namespace {

constexpr int64_t kLastTime = 4294967295;
constexpr uint64_t kLastCount = std::numeric_limits<uint64_t>::max();

TEST(StateJson, ReadsBackEveryField) {
  EXPECT_EQ(ParseStateJson(StateJson(SomeState())), SomeState());
}

TEST(StateJson, ReadsBackAnEmptyState) {
  EXPECT_EQ(ParseStateJson(StateJson({})), TrafficState{});
}

TEST(StateJson, ReadsBackTheLargestValuesExactly) {
  const SubnetState largest = {
      .subnet = *ParsePrefix("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128"),
      .watch = {.active = true,
                .reported = true,
                .started = kLastTime,
                .report_clock = kLastTime,
                .last_not_clear = kLastTime,
                .detail_since = kLastTime,
                .dropped_packets = kLastCount,
                .exceeded_seconds = kLastCount,
                .accumulated_seconds = kLastCount - 1},
      .period = {kLastCount, kLastCount - 2, kLastCount - 3},
      .last_report = kLastTime,
      .last_report_start = kLastTime};
  const TrafficState state = {.saved_at = kLastTime,
                              .averaging_period = kLastTime,
                              .accumulated_since = kLastTime,
                              .captures = {{std::string(4096, 'x'),
                                            kLastTime,
                                            kLastTime,
                                            kLastCount,
                                            {largest}}}};
  EXPECT_EQ(ParseStateJson(StateJson(state)), state);
}

TEST(StateJson, ReadsBackBothWholeAddressSpaces) {
  const TrafficState state = {
      .captures = {{.interface = "eth0",
                    .subnets = {{.subnet = *ParsePrefix("0.0.0.0/0")},
                                {.subnet = *ParsePrefix("::/0")}}}}};
  EXPECT_EQ(ParseStateJson(StateJson(state)), state);
}

TEST(StateJson, PutsOneSubnetOnALineAndLeavesOutZeros) {
  const TrafficState state = {
      .saved_at = 5,
      .captures = {{.interface = "eth0",
                    .subnets = {{.subnet = *ParsePrefix("10.0.0.0/8")},
                                {.subnet = *ParsePrefix("11.0.0.0/8"),
                                 .period = {.total = 9}}}}}};
  EXPECT_EQ(StateJson(state),
            "{\"version\":1,\"saved_at\":5,\"captures\":[\n"
            "{\"interface\":\"eth0\",\"subnets\":[\n"
            "{\"subnet\":\"10.0.0.0/8\"},\n"
            "{\"subnet\":\"11.0.0.0/8\",\"period_total\":9}]}]}\n");
}

// A clock that was set back to 1970 moves a running watch before it.
TEST(StateJson, KeepsTimesWithinWhatIsReadBack) {
  TrafficState state = SomeState();
  state.saved_at = -1;
  state.captures[0].period_start = kLastTime + 1;
  state.captures[0].subnets[0].watch.started = INT64_MIN;
  const TrafficState read = ParseStateJson(StateJson(state));
  EXPECT_EQ(read.saved_at, 0);
  EXPECT_EQ(read.captures[0].period_start, kLastTime);
  EXPECT_EQ(read.captures[0].subnets[0].watch.started, 0);
}

TEST(StateJson, WritesANameThatIsNotUtf8WithoutThrowing) {
  const TrafficState state = {.captures = {{.interface = "a\xff"}}};
  EXPECT_EQ(ParseStateJson(StateJson(state)).captures[0].interface,
            "a\xef\xbf\xbd");
}

TEST(ReadStateJson, TakesKeysInAnyOrderWithAnySpace) {
  const TrafficState read = ParseStateJson(
      " { \"captures\" : [ { \"subnets\" : [ { \"last_report\" : 3 ,\r\n"
      "\"subnet\" : \"10.1.0.0/16\" } ] , \"interface\" : \"eth0\" } ] ,\t"
      "\"saved_at\" : 4 , \"version\" : 1 } ");
  EXPECT_EQ(read.saved_at, 4);
  ASSERT_EQ(read.captures.size(), 1U);
  EXPECT_EQ(read.captures[0].interface, "eth0");
  ASSERT_EQ(read.captures[0].subnets.size(), 1U);
  EXPECT_EQ(ToString(read.captures[0].subnets[0].subnet), "10.1.0.0/16");
  EXPECT_EQ(read.captures[0].subnets[0].last_report, 3);
}

TEST(ReadStateJson, PassesOverKeysOfALaterProgram) {
  const TrafficState read = ParseStateJson(
      "{\"version\":1,\"a\":-1,\"b\":0.5,\"c\":null,\"d\":\"x\",\"e\":true,"
      "\"captures\":[{\"interface\":\"eth0\",\"saved_at\":9,\"f\":-1,"
      "\"subnets\":[{\"subnet\":\"10.0.0.0/8\",\"interface\":\"no\"}]}]}");
  EXPECT_EQ(read.saved_at, 0);
  EXPECT_EQ(read.captures[0].interface, "eth0");
}

TEST(ReadStateJson, ClearsTheHostBitsOfANetwork) {
  const TrafficState read = ParseStateJson(
      "{\"version\":1,\"captures\":[{\"interface\":\"eth0\",\"subnets\":["
      "{\"subnet\":\"10.1.2.3/8\"}]}]}");
  EXPECT_EQ(ToString(read.captures[0].subnets[0].subnet), "10.0.0.0/8");
}

}  // namespace
}  // namespace ipband
