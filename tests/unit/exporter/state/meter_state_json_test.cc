// SPDX-License-Identifier: Apache-2.0
#include "exporter/state/meter_state_json.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <random>

#include "tests/unit/exporter/state/some_meters.h"
#include "tests/unit/exporter/what_was_said.h"

namespace ipband {
namespace {

constexpr int64_t kLastMeterTime = 4294967295;
constexpr uint64_t kLastMeterCount = std::numeric_limits<uint64_t>::max();

TEST(MetersStateJson, ReadsBackEveryField) {
  EXPECT_EQ(ParseMetersJson(MetersJson(SomeMeters())), SomeMeters());
}

TEST(MetersStateJson, ReadsBackAnEmptyState) {
  EXPECT_EQ(ParseMetersJson(MetersJson({})), MetersState{});
}

TEST(MetersStateJson, ReadsBackTheLargestValuesExactly) {
  const MeterTableState largest = {
      .interface = std::string(4096, 'x'),
      .next_dump = kLastMeterTime,
      .rows = {{Address::V6(kLastMeterCount, kLastMeterCount), kLastMeterCount,
                kLastMeterCount - 1},
               {Address::V4(UINT32_MAX), kLastMeterCount - 2,
                kLastMeterCount - 3}},
      .not_shown = {kLastMeterCount, true, kLastMeterCount - 4,
                    kLastMeterCount - 5}};
  const MetersState state = {
      .saved_at = kLastMeterTime,
      .meters = {{std::string(4096, 'y'), kLastMeterTime, {largest}}}};
  EXPECT_EQ(ParseMetersJson(MetersJson(state)), state);
}

TEST(MetersStateJson, PutsOneHostOnALineAndLeavesOutZeros) {
  const MetersState state = {
      .saved_at = 5,
      .meters = {{.meter = "campus",
                  .since = 4,
                  .tables = {{.interface = "eth0",
                              .rows = {{Address::V4(1), 2, 3},
                                       {Address::V6(0, 1), 0, 0}},
                              .not_shown = {.hosts = 1, .more_hosts = true}},
                             {.interface = "v1", .next_dump = 6}}}}};
  EXPECT_EQ(MetersJson(state),
            "{\"version\":1,\"saved_at\":5,\"meters\":[\n"
            "{\"meter\":\"campus\",\"since\":4,\"tables\":[\n"
            "{\"interface\":\"eth0\",\"not_shown_hosts\":1,"
            "\"not_shown_more_hosts\":true,\"rows\":[\n"
            "[\"0.0.0.1\",2,3],\n"
            "[\"::1\",0,0]]},\n"
            "{\"interface\":\"v1\",\"next_dump\":6,\"rows\":[\n"
            "]}]}]}\n");
}

TEST(MetersStateJson, KeepsTimesWithinWhatIsReadBack) {
  MetersState state = SomeMeters();
  state.saved_at = -1;
  state.meters[0].since = INT64_MIN;
  state.meters[0].tables[0].next_dump = kLastMeterTime + 1;
  const MetersState read = ParseMetersJson(MetersJson(state));
  EXPECT_EQ(read.saved_at, 0);
  EXPECT_EQ(read.meters[0].since, 0);
  EXPECT_EQ(read.meters[0].tables[0].next_dump, kLastMeterTime);
}

TEST(MetersStateJson, WritesANameThatIsNotUtf8WithoutThrowing) {
  const MetersState state = {.meters = {{.meter = "a\xff"}}};
  EXPECT_EQ(ParseMetersJson(MetersJson(state)).meters[0].meter,
            "a\xef\xbf\xbd");
}

TEST(MetersStateJson, WritesNothingThatWouldNotBeReadBack) {
  MetersState meters;
  for (int i = 0; i < 65; ++i) meters.meters.push_back({std::to_string(i)});
  EXPECT_EQ(ErrorOf([&] { MetersJson(meters); }),
            "ipband_exporter: error: there are more than 64 meters");
  MetersState tables = {.meters = {{.meter = "campus"}}};
  for (int i = 0; i < 257; ++i) {
    tables.meters[0].tables.push_back({std::to_string(i)});
  }
  EXPECT_EQ(ErrorOf([&] { MetersJson(tables); }),
            "ipband_exporter: error: a meter has more than 256 tables");
  MetersState rows = MetersWith(9'999'999);
  rows.meters.push_back({"other", 0, {{"v1", 0, {{}, {}}, {}}}});
  EXPECT_EQ(ErrorOf([&] { MetersJson(rows); }),
            "ipband_exporter: error: there are more than 10,000,000 rows");
}

// Whoever writes them to the disk needs no more memory than this.
TEST(MetersStateJson, AreWrittenInPiecesOfAtMost64KiB) {
  size_t largest = 0;
  size_t size = 0;
  size_t pieces = 0;
  WriteMetersStateJson(MetersWith(100'000), [&](std::string_view piece) {
    largest = std::max(largest, piece.size());
    size += piece.size();
    ++pieces;
  });
  EXPECT_LE(largest, 65536U);
  EXPECT_LE(pieces, size / 60000 + 1);
}

TEST(MetersStateJson, WhatTheSinkThrowsEndsTheWriting) {
  int pieces = 0;
  EXPECT_EQ(ErrorOf([&] {
              WriteMetersStateJson(MetersWith(100'000), [&](std::string_view) {
                ++pieces;
                throw Error("the disk is full");
              });
            }),
            "ipband_exporter: error: the disk is full");
  EXPECT_EQ(pieces, 1);
}

MetersState RandomMeters(std::mt19937_64& random) {
  // Half of the values are small: 0 is written differently.
  const auto number = [&] {
    return random() >> (random() % 2 * random() % 64);
  };
  const auto time = [&] { return static_cast<int64_t>(number() & UINT32_MAX); };
  const auto address = [&] {
    const auto v4 = static_cast<uint32_t>(random());
    return random() % 2 == 0 ? Address::V4(v4)
                             : Address::V6(number(), number());
  };
  MetersState state = {.saved_at = time()};
  for (size_t meters = random() % 4; meters > 0; --meters) {
    MeterState meter = {.meter = "m" + std::to_string(meters), .since = time()};
    for (size_t tables = random() % 4; tables > 0; --tables) {
      MeterTableState table = {
          .interface = "v" + std::to_string(tables),
          .next_dump = time(),
          .not_shown = {number(), random() % 2 == 0, number(), number()}};
      for (size_t rows = random() % 50; rows > 0; --rows) {
        table.rows.push_back({address(), number(), number()});
      }
      meter.tables.push_back(std::move(table));
    }
    state.meters.push_back(std::move(meter));
  }
  return state;
}

TEST(MetersStateJson, AnyStateIsReadBackFromPiecesOfAnySize) {
  std::mt19937_64 random(20261122);
  for (int round = 0; round < 500; ++round) {
    const MetersState state = RandomMeters(random);
    const std::string text = MetersJson(state);
    ASSERT_EQ(ParseMetersJson(text, random() % 100 + 1), state) << text;
  }
}

TEST(ReadMetersStateJson, TakesKeysInAnyOrderWithAnySpace) {
  const MetersState read = ParseMetersJson(
      " { \"meters\" : [ { \"tables\" : [ { \"rows\" : [ [ \"10.0.0.1\" ,\r\n"
      "1 , 2 ] ] , \"interface\" : \"eth0\" } ] , \"meter\" : \"a\" } ] ,\t"
      "\"saved_at\" : 4 , \"version\" : 1 } ");
  EXPECT_EQ(read, (MetersState{
                      .saved_at = 4,
                      .meters = {{.meter = "a",
                                  .tables = {{.interface = "eth0",
                                              .rows = {{Address::V4(0x0a000001),
                                                        1, 2}}}}}}}));
}

TEST(ReadMetersStateJson, PassesOverKeysOfALaterProgram) {
  EXPECT_EQ(ParseMetersJson(
                "{\"version\":1,\"a\":-1,\"b\":0.5,\"c\":null,\"d\":\"x\","
                "\"meters\":[{\"meter\":\"m\",\"saved_at\":9,\"f\":-1,"
                "\"tables\":[{\"interface\":\"v1\",\"meter\":\"no\"}]}]}"),
            (MetersState{
                .meters = {{.meter = "m", .tables = {{.interface = "v1"}}}}}));
}

TEST(ReadMetersStateJson, PassesOnAnAddressThatComesTwice) {
  const DumpRow row = {Address::V4(1), 2, 3};
  MetersState state = MetersWith(0);
  state.meters[0].tables[0].rows = {row, row};
  EXPECT_EQ(ParseMetersJson(MetersJson(state)), state);
}

}  // namespace
}  // namespace ipband
