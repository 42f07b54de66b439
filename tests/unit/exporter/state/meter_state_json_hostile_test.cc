// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "exporter/state/meter_state_json.h"
#include "tests/unit/exporter/state/some_meters.h"
#include "tests/unit/exporter/what_was_said.h"

namespace ipband {
namespace {

const std::string kPlain = "there is a plain value where an object belongs";
const std::string kObject = "there is an object where none belongs";
const std::string kList = "there is a list where none belongs";
const std::string kRow = "a row is not like [\"10.0.0.1\",123,456]";

std::string MetersSentence(const std::string& text) {
  return BadValueOf([&] { ParseMetersJson(text); });
}

std::string InMeters(const std::string& rest) {
  return "{\"version\":1," + rest + "}";
}

std::string InMeter(const std::string& rest) {
  return InMeters("\"meters\":[{\"meter\":\"a\"," + rest + "}]");
}

std::string InTable(const std::string& rest) {
  return InMeter("\"tables\":[{\"interface\":\"v1\"," + rest + "}]");
}

std::string InRows(const std::string& rows) {
  return InTable("\"rows\":[" + rows + "]");
}

struct BadMeters {
  std::string text;
  std::string sentence;
};

void ExpectMetersRefused(const std::vector<BadMeters>& table) {
  for (const BadMeters& row : table) {
    EXPECT_EQ(MetersSentence(row.text), row.sentence)
        << row.text.substr(0, 200);
  }
}

TEST(HostileMeters, WhatIsNoJsonIsRefused) {
  ExpectMetersRefused({
      {"", "the JSON is broken at byte 1"},
      {"{", "the JSON is broken at byte 2"},
      {InMeters("\"saved_at\":1") + "x", "the JSON is broken at byte 27"},
      {InMeters("\"a\":\"\xff\""), "the JSON is broken at byte 19"},
      {InMeters("/**/\"a\":1"), "the JSON is broken at byte 14"},
      {std::string(100, '\0'), "the JSON is broken at byte 1"},
  });
}

TEST(HostileMeters, AnotherVersionIsRefused) {
  ExpectMetersRefused({
      {"{}", "there is no version"},
      {"{\"version\":2}", "version is not 1"},
      {"{\"version\":1.0}", "version is not 1"},
      {"{\"version\":\"1\"}", "version is not 1"},
      {"{\"version\":1,\"version\":2}", "version is not 1"},
  });
}

TEST(HostileMeters, AWrongShapeIsRefused) {
  ExpectMetersRefused({
      {"1", kPlain},
      {"[]", kList},
      {InMeters("\"meters\":1"), "meters is not a list"},
      {InMeters("\"meters\":{}"), kObject},
      {InMeters("\"meters\":[1]"), kPlain},
      {InMeters("\"meters\":[[]]"), kList},
      {InMeters("\"meters\":[{}]"), "a meter has no name"},
      {InMeters("\"meters\":[{\"meter\":\"\"}]"), "a meter has no name"},
      {InMeters("\"meters\":[{\"meter\":7}]"), "meter is not a string"},
      {InMeters("\"tables\":[]"), kList},
      {InMeters("\"later\":{}"), kObject},
      {InMeter("\"tables\":null"), "tables is not a list"},
      {InMeter("\"tables\":{}"), kObject},
      {InMeter("\"tables\":[\"v1\"]"), kPlain},
      {InMeter("\"tables\":[[]]"), kList},
      {InMeter("\"tables\":[{}]"), "a table names no interface"},
      {InMeter("\"tables\":[{\"interface\":7}]"), "interface is not a string"},
      {InMeter("\"rows\":[]"), kList},
      {InMeter("\"meters\":[]"), kList},
      {InTable("\"rows\":\"x\""), "rows is not a list"},
      {InTable("\"rows\":{}"), kObject},
      {InTable("\"tables\":[]"), kList},
      {InTable("\"not_shown\":{}"), kObject},
      {InRows("{}"), kObject},
      {InRows("[{}]"), kObject},
      {InRows("[[]]"), kList},
  });
}

TEST(HostileMeters, ABadRowIsRefused) {
  EXPECT_EQ(MetersSentence(InRows("[\"10.0.0.1\",1,2]")), "");
  for (const std::string bad : {"[]",
                                "[\"10.0.0.1\"]",
                                "[\"10.0.0.1\",1]",
                                "[\"10.0.0.1\",1,2,3]",
                                "[\"10.0.0.1\",1,\"2\"]",
                                "[\"10.0.0.1\",true,2]",
                                "[\"10.0.0.1\",1,null]",
                                "[\"10.0.0.1\",-1,2]",
                                "[\"10.0.0.1\",1,-0]",
                                "[\"10.0.0.1\",1.0,2]",
                                "[\"10.0.0.1\",1,18446744073709551616]",
                                "[1,2,3]",
                                "[null,1,2]",
                                "[\"\",1,2]",
                                "[\"10.0.0\",1,2]",
                                "[\"10.0.0.1/32\",1,2]",
                                "[\"10.0.0.256\",1,2]",
                                "[\"010.0.0.1\",1,2]",
                                "[\":::\",1,2]",
                                "[\"fe80::1%eth0\",1,2]",
                                "7",
                                "null",
                                "\"10.0.0.1\""}) {
    EXPECT_EQ(MetersSentence(InRows(bad)), kRow) << bad;
    EXPECT_EQ(MetersSentence(InRows("[\"10.0.0.1\",1,2]," + bad)), kRow) << bad;
  }
}

TEST(HostileMeters, AnAbsurdTimeIsRefused) {
  const std::string end = " is not a whole number from 0 to 2^32-1";
  for (const std::string bad :
       {"-1", "-0", "4294967296", "18446744073709551615", "1e3", "1.5",
        "99999999999999999999", "\"1\"", "true", "null"}) {
    EXPECT_EQ(MetersSentence(InMeters("\"saved_at\":" + bad)),
              "saved_at" + end);
    EXPECT_EQ(MetersSentence(InMeter("\"since\":" + bad)), "since" + end);
    EXPECT_EQ(MetersSentence(InTable("\"next_dump\":" + bad)),
              "next_dump" + end);
  }
}

TEST(HostileMeters, AnAbsurdCountOrFlagIsRefused) {
  for (const std::string bad :
       {"-1", "18446744073709551616", "0.0", "\"1\"", "false", "null"}) {
    for (const std::string key :
         {"not_shown_hosts", "not_shown_in", "not_shown_out"}) {
      EXPECT_EQ(MetersSentence(InTable("\"" + key + "\":" + bad)),
                key + " is not a whole number from 0 to 2^64-1");
    }
  }
  for (const std::string bad : {"0", "1", "\"true\"", "null"}) {
    EXPECT_EQ(MetersSentence(InTable("\"not_shown_more_hosts\":" + bad)),
              "not_shown_more_hosts is neither true nor false");
  }
}

TEST(HostileMeters, WhatComesTwiceIsRefused) {
  const std::string meter = "{\"meter\":\"a\"}";
  const std::string table = "{\"interface\":\"v1\"}";
  ExpectMetersRefused({
      {InMeters("\"meters\":[" + meter + "," + meter + "]"),
       "a meter comes twice"},
      {InMeters("\"meters\":[" + meter + "],\"meters\":[" + meter + "]"),
       "a meter comes twice"},
      {InMeter("\"tables\":[" + table + "," + table + "]"),
       "a meter has an interface twice"},
      {InMeter("\"tables\":[" + table + "],\"tables\":[" + table + "]"),
       "a meter has an interface twice"},
  });
}

TEST(HostileMeters, TooMuchOfAnythingIsRefused) {
  const std::string text(4097, 'x');
  ExpectMetersRefused({
      {InMeters("\"a\":\"" + text + "\""), "a string has more than 4 KiB"},
      {InMeters("\"" + text + "\":1"), "a string has more than 4 KiB"},
      {InRows("[\"" + text + "\",1,2]"), "a string has more than 4 KiB"},
  });
  std::string meters;
  for (int i = 0; i < 64; ++i) {
    meters += "{\"meter\":\"" + std::to_string(i) + "\"},";
  }
  std::string tables;
  for (int i = 0; i < 256; ++i) {
    tables += "{\"interface\":\"" + std::to_string(i) + "\"},";
  }
  const std::string no_meter = meters.substr(0, meters.size() - 1);
  const std::string no_table = tables.substr(0, tables.size() - 1);
  ExpectMetersRefused({
      {InMeters("\"meters\":[" + no_meter + "]"), ""},
      {InMeters("\"meters\":[" + meters + "{}]"),
       "there are more than 64 meters"},
      {InMeter("\"tables\":[" + no_table + "]"), ""},
      {InMeter("\"tables\":[" + tables + "{}]"),
       "a meter has more than 256 tables"},
  });
}

// A table with so many rows, or the rest of one, in a piece.
std::string RowsPiece(size_t& rows) {
  std::string piece;
  for (; rows > 0 && piece.size() < 60000; --rows) {
    piece += rows == 1 ? "[\"::\",0,0]]}" : "[\"::\",0,0],";
  }
  return piece;
}

// Over all tables. The text is made while it is read.
TEST(HostileMeters, MoreThanTenMillionRowsAreRefused) {
  const std::vector<size_t> tables = {4'000'000, 6'000'000, 1};
  size_t begun = 0;
  size_t rows = 0;
  std::string piece =
      "{\"version\":1,\"meters\":[{\"meter\":\"a\",\"tables\":[";
  const auto source = [&]() -> std::string_view {
    if (rows > 0) {
      piece = RowsPiece(rows);
    } else if (begun < tables.size()) {
      rows = tables[begun];
      piece = (begun == 0 ? piece : ",") + "{\"interface\":\"";
      piece.append(std::to_string(begun)).append("\",\"rows\":[");
      ++begun;
    } else {
      piece = "]}]}";
    }
    return piece;
  };
  EXPECT_EQ(BadValueOf([&] { ReadMetersStateJson(source); }),
            "there are more than 10,000,000 rows");
  EXPECT_EQ(begun, 3U);  // the last table, and not those before it
}

// The parser keeps the text of a value until its end.
TEST(HostileMeters, AValueWithoutAnEndIsRefusedEarly) {
  for (const std::string filler : {"x", " ", "1"}) {
    size_t given = 0;
    const std::string piece(4096, filler[0]);
    const std::string begin =
        filler == "x" ? "{\"version\":1,\"a\":\"" : "{\"version\":1,\"a\":";
    EXPECT_EQ(BadValueOf([&] {
                ReadMetersStateJson([&]() -> std::string_view {
                  if (given > 1000) return {};
                  return given++ == 0 ? begin : piece;
                });
              }),
              "a value has more than 64 KiB")
        << filler;
    EXPECT_LE(given, 19U);
  }
}

TEST(HostileMeters, DeepNestingIsRefusedAtItsBeginning) {
  std::string lists;
  std::string objects;
  for (int i = 0; i < 10'000; ++i) {
    lists += '[';
    objects += "{\"a\":";
  }
  EXPECT_EQ(MetersSentence(lists), kList);
  EXPECT_EQ(MetersSentence(InRows(lists)), kList);
  EXPECT_EQ(MetersSentence(objects), kObject);
}

TEST(HostileMeters, EveryCutIsRefused) {
  const std::string whole = MetersJson(SomeMeters());
  const size_t end = whole.rfind('}');
  for (size_t size = 0; size <= end; ++size) {
    EXPECT_TRUE(MetersSentence(whole.substr(0, size))
                    .starts_with("the JSON is broken at byte "))
        << size;
  }
  EXPECT_EQ(MetersSentence(whole.substr(0, end + 1)), "");
}

// Whatever is taken can be written and read again.
TEST(HostileMeters, AnyMutationIsTakenAsAWholeOrRefused) {
  const std::string whole = MetersJson(SomeMeters());
  const std::vector<std::string> pieces = {
      "{", "}", "[", "]", ",",    ":",    "\"",   "-",
      "0", "9", "e", ".", "\xff", "null", "true", "\"rows\":["};
  std::mt19937 random(20261122);
  int taken = 0;
  int refused = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string text = whole;
    for (size_t change = random() % 3 + 1; change > 0; --change) {
      const size_t at = random() % text.size();
      const size_t cut = random() % 4;
      text.replace(at, cut, pieces[random() % pieces.size()]);
    }
    MetersState state;
    const std::string sentence =
        BadValueOf([&] { state = ParseMetersJson(text); });
    ++(sentence.empty() ? taken : refused);
    if (sentence.empty()) {
      EXPECT_EQ(ParseMetersJson(MetersJson(state)), state) << text;
    }
  }
  EXPECT_GT(taken, 100);
  EXPECT_GT(refused, 10'000);
}

}  // namespace
}  // namespace ipband
