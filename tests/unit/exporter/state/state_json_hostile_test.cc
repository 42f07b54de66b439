// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <random>
#include <string>

#include "exporter/state/state_json.h"
#include "tests/unit/exporter/state/some_state.h"
#include "tests/unit/exporter/what_was_said.h"

namespace ipband {
namespace {

std::string StateSentence(const std::string& text) {
  return BadValueOf([&] { ParseStateJson(text); });
}

std::string InState(const std::string& rest) {
  return "{\"version\":1," + rest + "}";
}

std::string InCapture(const std::string& rest) {
  return InState("\"captures\":[{\"interface\":\"eth0\"," + rest + "}]");
}

std::string InSubnet(const std::string& rest) {
  return InCapture("\"subnets\":[{\"subnet\":\"10.0.0.0/8\"," + rest + "}]");
}

std::string Repeated(int times, const std::string& text) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

struct BadState {
  std::string text;
  std::string sentence;
};

void ExpectStateRefused(const std::vector<BadState>& table) {
  for (const BadState& row : table) {
    EXPECT_EQ(StateSentence(row.text), row.sentence) << row.text.substr(0, 200);
  }
}

TEST(HostileState, WhatIsNoJsonIsRefused) {
  ExpectStateRefused({
      {"", "the JSON is broken at byte 1"},
      {"{", "the JSON is broken at byte 2"},
      {"{]", "the JSON is broken at byte 2"},
      {InState("\"saved_at\":1") + "x", "the JSON is broken at byte 27"},
      {InState("\"saved_at\":01"), "the JSON is broken at byte 26"},
      {InState("\"saved_at\":1,"), "the JSON is broken at byte 27"},
      {InState("\"saved_at\":NaN"), "the JSON is broken at byte 25"},
      {InState("\"saved_at\":1e999"), "the JSON is broken at byte 29"},
      {InState("\"a\":\"\xff\""), "the JSON is broken at byte 19"},
      {InState("\"a\":\"\\ud800\""), "the JSON is broken at byte 25"},
      {InState("/**/\"a\":1"), "the JSON is broken at byte 14"},
      {std::string(100, '\0'), "the JSON is broken at byte 1"},
  });
}

TEST(HostileState, AnotherVersionIsRefused) {
  const std::string not_1 = "version is not 1";
  ExpectStateRefused({
      {"{}", "there is no version"},
      {"{\"saved_at\":1}", "there is no version"},
      {"{\"version\":2}", not_1},
      {"{\"version\":0}", not_1},
      {"{\"version\":-1}", not_1},
      {"{\"version\":1.0}", not_1},
      {"{\"version\":true}", not_1},
      {"{\"version\":\"1\"}", not_1},
      {"{\"version\":null}", not_1},
      {"{\"version\":1,\"version\":2}", not_1},
  });
}

TEST(HostileState, AWrongShapeIsRefused) {
  const std::string plain = "there is a plain value where an object belongs";
  const std::string object = "there is an object where none belongs";
  const std::string list = "there is a list where none belongs";
  ExpectStateRefused({
      {"1", plain},
      {"null", plain},
      {"\"version\"", plain},
      {"[]", list},
      {InState("\"captures\":1"), "captures is not a list"},
      {InState("\"captures\":null"), "captures is not a list"},
      {InState("\"captures\":{}"), object},
      {InState("\"captures\":[1]"), plain},
      {InState("\"captures\":[[]]"), list},
      {InState("\"captures\":[{}]"), "a capture names no interface"},
      {InState("\"captures\":[{\"interface\":\"\"}]"),
       "a capture names no interface"},
      {InState("\"captures\":[{\"interface\":7}]"),
       "interface is not a string"},
      {InState("\"subnets\":[]"), list},
      {InState("\"later\":{}"), object},
      {InState("\"later\":[]"), list},
      {InCapture("\"subnets\":\"x\""), "subnets is not a list"},
      {InCapture("\"subnets\":[null]"), plain},
      {InCapture("\"subnets\":[[]]"), list},
      {InCapture("\"subnets\":[{}]"), "a row of subnets names no subnet"},
      {InCapture("\"captures\":[]"), list},
      {InSubnet("\"subnets\":[]"), list},
      {InSubnet("\"watch\":{}"), object},
  });
}

TEST(HostileState, AnAbsurdTimeIsRefused) {
  for (const std::string bad :
       {"-1", "-0", "4294967296", "18446744073709551615", "1e3", "1.5",
        "99999999999999999999", "\"1\"", "true", "null"}) {
    const std::string end = " is not a whole number from 0 to 2^32-1";
    for (const std::string key :
         {"saved_at", "averaging_period", "accumulated_since"}) {
      EXPECT_EQ(StateSentence(InState("\"" + key + "\":" + bad)), key + end);
    }
    EXPECT_EQ(StateSentence(InCapture("\"period_start\":" + bad)),
              "period_start" + end);
    for (const std::string key :
         {"watch_started", "watch_report_clock", "watch_last_not_clear",
          "watch_detail_since", "last_report", "last_report_start"}) {
      EXPECT_EQ(StateSentence(InSubnet("\"" + key + "\":" + bad)), key + end);
    }
  }
}

TEST(HostileState, AnAbsurdCountOrFlagIsRefused) {
  for (const std::string bad :
       {"-1", "18446744073709551616", "0.0", "\"1\"", "false", "null"}) {
    for (const std::string key :
         {"watch_dropped_packets", "watch_exceeded_seconds",
          "watch_accumulated_seconds", "period_total", "period_receive",
          "period_transmit"}) {
      EXPECT_EQ(StateSentence(InSubnet("\"" + key + "\":" + bad)),
                key + " is not a whole number from 0 to 2^64-1");
    }
  }
  for (const std::string bad : {"0", "1", "\"true\"", "null"}) {
    for (const std::string key : {"watch_active", "watch_reported"}) {
      EXPECT_EQ(StateSentence(InSubnet("\"" + key + "\":" + bad)),
                key + " is neither true nor false");
    }
  }
}

TEST(HostileState, ABadNetworkIsRefused) {
  for (const std::string bad :
       {"\"\"", "\"10.0.0.0/33\"", "\"10.0.0.0/-1\"", "\"10.0.0.0/\"",
        "\"::/129\"", "\"::/99999999999\"", "\"10.0.0/8\"", "\"x\"",
        "\"10.0.0.0/8\\u0000\"", "10", "null", "true"}) {
    EXPECT_EQ(
        StateSentence(InCapture("\"subnets\":[{\"subnet\":" + bad + "}]")),
        "subnet is not a network like \"10.1.0.0/16\" or "
        "\"2001:db8::/32\"")
        << bad;
  }
}

TEST(HostileState, WhatComesTwiceIsRefused) {
  const std::string capture = "{\"interface\":\"eth0\"}";
  ExpectStateRefused({
      {InState("\"captures\":[" + capture + "," + capture + "]"),
       "an interface comes twice"},
      {InState("\"captures\":[" + capture + "],\"captures\":[" + capture + "]"),
       "an interface comes twice"},
      {InCapture("\"subnets\":[{\"subnet\":\"10.0.0.0/8\"},"
                 "{\"subnet\":\"::/0\"},{\"subnet\":\"10.9.9.9/8\"}]"),
       "a subnet comes twice"},
  });
}

TEST(HostileState, TooMuchOfAnythingIsRefused) {
  const std::string text(4097, 'x');
  ExpectStateRefused({
      {InState("\"a\":\"" + text + "\""), "a string has more than 4 KiB"},
      {InState("\"" + text + "\":1"), "a string has more than 4 KiB"},
  });
  TrafficState state;
  for (int i = 0; i < 256; ++i) {
    state.captures.push_back({.interface = "eth" + std::to_string(i)});
  }
  EXPECT_EQ(StateSentence(StateJson(state)), "");
  state.captures.push_back({.interface = "one more"});
  EXPECT_EQ(StateSentence(StateJson(state)),
            "there are more than 256 captures");
}

TEST(HostileState, MoreThanAMillionSubnetsAreRefused) {
  std::string rows;
  for (uint32_t i = 0; i < 1'000'000; ++i) {
    rows += "{\"subnet\":\"" + ToString(Address::V4(i)) + "/32\"},";
  }
  rows.pop_back();
  const TrafficState state =
      ParseStateJson(InCapture("\"subnets\":[" + rows + "]"));
  EXPECT_EQ(state.captures.at(0).subnets.size(), 1'000'000U);
  rows += ",{\"subnet\":\"::/0\"}";
  EXPECT_EQ(StateSentence(InCapture("\"subnets\":[" + rows + "]")),
            "a capture has more than 1,000,000 subnets");
}

TEST(HostileState, DeepNestingIsRefusedAtItsBeginning) {
  const std::string list = "there is a list where none belongs";
  EXPECT_EQ(StateSentence(Repeated(10'000, "[")), list);
  EXPECT_EQ(StateSentence(InState("\"a\":" + Repeated(10'000, "["))), list);
  EXPECT_EQ(StateSentence(Repeated(10'000, "{\"a\":")),
            "there is an object where none belongs");
  EXPECT_EQ(StateSentence(Repeated(
                10'000, "{\"captures\":[{\"subnets\":[{\"captures\":[")),
            list);
}

TEST(HostileState, EveryCutIsRefused) {
  const std::string whole = StateJson(SomeState());
  const size_t end = whole.rfind('}');
  for (size_t size = 0; size <= end; ++size) {
    EXPECT_TRUE(StateSentence(whole.substr(0, size))
                    .starts_with("the JSON is broken at byte "))
        << size;
  }
  EXPECT_EQ(StateSentence(whole.substr(0, end + 1)), "");
}

// Whatever is taken can be written and read again.
TEST(HostileState, AnyMutationIsTakenAsAWholeOrRefused) {
  const std::string whole = StateJson(SomeState());
  const std::vector<std::string> pieces = {
      "{", "}", "[", "]", ",",    ":",    "\"",   "-",
      "0", "9", "e", ".", "\xff", "null", "true", "\"subnets\":["};
  std::mt19937 random(20261121);
  int taken = 0;
  int refused = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string text = whole;
    for (size_t change = random() % 3 + 1; change > 0; --change) {
      const size_t at = random() % text.size();
      const size_t cut = random() % 4;
      text.replace(at, cut, pieces[random() % pieces.size()]);
    }
    TrafficState state;
    const std::string sentence =
        BadValueOf([&] { state = ParseStateJson(text); });
    ++(sentence.empty() ? taken : refused);
    if (sentence.empty()) {
      EXPECT_EQ(ParseStateJson(StateJson(state)), state) << text;
    }
  }
  EXPECT_GT(taken, 100);
  EXPECT_GT(refused, 10'000);
}

}  // namespace
}  // namespace ipband
