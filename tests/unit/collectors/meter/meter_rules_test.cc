// SPDX-License-Identifier: Apache-2.0
#include "collectors/meter/meter_rules.h"

#include <gtest/gtest.h>

#include <map>
#include <sstream>

#include "collectors/net/prefix.h"

namespace ipband {
namespace {

using Count = LogRule::Count;

AddressPattern Pattern(const std::string& text) {
  const size_t slash = text.find('/');
  const Address address = *ParseAddress(text.substr(0, slash));
  AddressPattern pattern;
  pattern.any = false;
  pattern.mask = Address::V4(UINT32_MAX);
  if (slash != std::string::npos) {
    const std::string mask = text.substr(slash + 1);
    pattern.mask = mask.find('.') != std::string::npos
                       ? *ParseAddress(mask)
                       : FirstAddress(pattern.mask, std::stoi(mask));
  }
  pattern.network = address;
  pattern.network.low &= pattern.mask.low;
  return pattern;
}

// "LOG [NONE|FROM|TO|BOTH] [host] [[NOT] WITH [peer]]"
LogRule Rule(const std::string& line) {
  LogRule rule;
  std::istringstream words(line);
  bool with = false;
  for (std::string word; words >> word;) {
    if (word == "LOG") continue;
    if (word == "NONE") {
      rule.count = Count::kNone;
    } else if (word == "FROM") {
      rule.count = Count::kFrom;
    } else if (word == "TO") {
      rule.count = Count::kTo;
    } else if (word == "BOTH") {
      rule.count = Count::kBoth;
    } else if (word == "NOT") {
      rule.not_with = true;
    } else if (word == "WITH") {
      with = true;
    } else {
      (with ? rule.peer : rule.host) = Pattern(word);
    }
  }
  return rule;
}

// Rules separated by ';'.
std::vector<LogRule> Rules(const std::string& text) {
  std::vector<LogRule> rules;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line, ';');) {
    rules.push_back(Rule(line));
  }
  return rules;
}

Count Walk(const std::vector<LogRule>& rules, const Address& host,
           const Address& peer) {
  return Decide(rules, Matching(rules, host), host, peer);
}

// What ipfm counted with these rules when each of four hosts sent one packet to
// each other one: "H1 in=H2,X,Y out=H2,X,Y", hosts and peers in this order.
struct Observed {
  const char* rules;
  const char* table;
};

const std::map<std::string, Address> kHosts = {{"H1", Address::V4(0x0a000001)},
                                               {"H2", Address::V4(0x0a000002)},
                                               {"X", Address::V4(0x14000001)},
                                               {"Y", Address::V4(0x1e000001)}};

std::string Peers(const std::vector<LogRule>& rules, const std::string& host,
                  Count direction) {
  std::string peers;
  for (const auto& [peer, address] : kHosts) {
    if (peer == host) continue;
    const Count count = Walk(rules, kHosts.at(host), address);
    if (count != Count::kBoth && count != direction) continue;
    peers += (peers.empty() ? "" : ",") + peer;
  }
  return peers;
}

std::string TableOf(const std::vector<LogRule>& rules) {
  std::string table;
  for (const auto& [host, address] : kHosts) {
    const std::string in = Peers(rules, host, Count::kTo);
    const std::string out = Peers(rules, host, Count::kFrom);
    if (in.empty() && out.empty()) continue;
    table += host + " in=" + in + " out=" + out + "; ";
  }
  return table;
}

const Observed kObserved[] = {
    {"LOG",
     "H1 in=H2,X,Y out=H2,X,Y; H2 in=H1,X,Y out=H1,X,Y; X in=H1,H2,Y "
     "out=H1,H2,Y; Y in=H1,H2,X out=H1,H2,X; "},
    {"LOG NONE", ""},
    {"LOG BOTH",
     "H1 in=H2,X,Y out=H2,X,Y; H2 in=H1,X,Y out=H1,X,Y; X in=H1,H2,Y "
     "out=H1,H2,Y; Y in=H1,H2,X out=H1,H2,X; "},
    {"LOG FROM",
     "H1 in= out=H2,X,Y; H2 in= out=H1,X,Y; X in= out=H1,H2,Y; Y in= "
     "out=H1,H2,X; "},
    {"LOG TO",
     "H1 in=H2,X,Y out=; H2 in=H1,X,Y out=; X in=H1,H2,Y out=; Y in=H1,H2,X "
     "out=; "},
    {"LOG 10.0.0.1", "H1 in=H2,X,Y out=H2,X,Y; "},
    {"LOG BOTH 10.0.0.1", "H1 in=H2,X,Y out=H2,X,Y; "},
    {"LOG FROM 10.0.0.1", "H1 in= out=H2,X,Y; "},
    {"LOG TO 10.0.0.1", "H1 in=H2,X,Y out=; "},
    {"LOG NONE 10.0.0.1", ""},
    {"LOG ; LOG NONE 10.0.0.1",
     "H2 in=H1,X,Y out=H1,X,Y; X in=H1,H2,Y out=H1,H2,Y; Y in=H1,H2,X "
     "out=H1,H2,X; "},
    {"LOG NONE 10.0.0.1 ; LOG",
     "H1 in=H2,X,Y out=H2,X,Y; H2 in=H1,X,Y out=H1,X,Y; X in=H1,H2,Y "
     "out=H1,H2,Y; Y in=H1,H2,X out=H1,H2,X; "},
    {"LOG WITH 20.0.0.1", "H1 in=X out=X; H2 in=X out=X; Y in=X out=X; "},
    {"LOG NOT WITH 20.0.0.1",
     "H1 in=H2,Y out=H2,Y; H2 in=H1,Y out=H1,Y; X in=H1,H2,Y out=H1,H2,Y; Y "
     "in=H1,H2 out=H1,H2; "},
    {"LOG WITH",
     "H1 in=H2,X,Y out=H2,X,Y; H2 in=H1,X,Y out=H1,X,Y; X in=H1,H2,Y "
     "out=H1,H2,Y; Y in=H1,H2,X out=H1,H2,X; "},
    {"LOG NOT WITH", ""},
    {"LOG 10.0.0.1 WITH 20.0.0.1", "H1 in=X out=X; "},
    {"LOG 10.0.0.1 NOT WITH 20.0.0.1", "H1 in=H2,Y out=H2,Y; "},
    {"LOG 10.0.0.0/255.255.255.0",
     "H1 in=H2,X,Y out=H2,X,Y; H2 in=H1,X,Y out=H1,X,Y; "},
    {"LOG 10.0.0.0/24 NOT WITH 10.0.0.0/24",
     "H1 in=X,Y out=X,Y; H2 in=X,Y out=X,Y; "},
    {"LOG 10.0.0.0/24 WITH 10.0.0.0/24", "H1 in=H2 out=H2; H2 in=H1 out=H1; "},
    {"LOG 10.0.0.0/255.255.255.0 NOT WITH 10.0.0.1",
     "H1 in=H2,X,Y out=H2,X,Y; H2 in=X,Y out=X,Y; "},
    {"LOG 10.0.0.0/24 ; LOG NONE 10.0.0.1 WITH 20.0.0.1",
     "H1 in=H2,Y out=H2,Y; H2 in=H1,X,Y out=H1,X,Y; "},
    {"LOG NONE 10.0.0.1 WITH 20.0.0.1 ; LOG 10.0.0.0/24",
     "H1 in=H2,X,Y out=H2,X,Y; H2 in=H1,X,Y out=H1,X,Y; "},
    {"LOG 10.0.0.0/24 ; LOG NONE 10.0.0.0/24 WITH 10.0.0.0/24",
     "H1 in=X,Y out=X,Y; H2 in=X,Y out=X,Y; "},
    {"LOG FROM 10.0.0.1 ; LOG TO 10.0.0.1", "H1 in=H2,X,Y out=; "},
    {"LOG TO 10.0.0.1 ; LOG FROM 10.0.0.1", "H1 in= out=H2,X,Y; "},
    {"LOG FROM 10.0.0.1 WITH 20.0.0.1", "H1 in= out=X; "},
    {"LOG TO 10.0.0.1 WITH 20.0.0.1", "H1 in=X out=; "},
    {"LOG FROM 10.0.0.1 ; LOG NONE WITH 20.0.0.1", "H1 in= out=H2,Y; "},
    {"LOG 10.0.0.1 ; LOG NONE WITH 20.0.0.1", "H1 in=H2,Y out=H2,Y; "},
    {"LOG ; LOG FROM 10.0.0.1",
     "H1 in= out=H2,X,Y; H2 in=H1,X,Y out=H1,X,Y; X in=H1,H2,Y out=H1,H2,Y; Y "
     "in=H1,H2,X out=H1,H2,X; "},
    {"LOG ; LOG TO 10.0.0.1",
     "H1 in=H2,X,Y out=; H2 in=H1,X,Y out=H1,X,Y; X in=H1,H2,Y out=H1,H2,Y; Y "
     "in=H1,H2,X out=H1,H2,X; "},
    {"LOG ; LOG NONE NOT WITH 20.0.0.1",
     "H1 in=X out=X; H2 in=X out=X; Y in=X out=X; "},
    {"LOG NONE ; LOG FROM",
     "H1 in= out=H2,X,Y; H2 in= out=H1,X,Y; X in= out=H1,H2,Y; Y in= "
     "out=H1,H2,X; "},
    {"LOG NONE ; LOG FROM 10.0.0.1 ; LOG TO 10.0.0.2",
     "H1 in= out=H2,X,Y; H2 in=H1,X,Y out=; "},
    {"LOG FROM 10.0.0.1 ; LOG FROM 10.0.0.2",
     "H1 in= out=H2,X,Y; H2 in= out=H1,X,Y; "},
    {"LOG 10.0.0.1 ; LOG 10.0.0.2",
     "H1 in=H2,X,Y out=H2,X,Y; H2 in=H1,X,Y out=H1,X,Y; "},
    {"LOG 10.0.0.1 NOT WITH 20.0.0.1 ; LOG 10.0.0.1 NOT WITH 30.0.0.1",
     "H1 in=H2,X,Y out=H2,X,Y; "},
    {"LOG 10.0.0.99/255.255.255.0",
     "H1 in=H2,X,Y out=H2,X,Y; H2 in=H1,X,Y out=H1,X,Y; "},
    {"LOG 10.0.0.99/24", "H1 in=H2,X,Y out=H2,X,Y; H2 in=H1,X,Y out=H1,X,Y; "},
    {"LOG WITH 20.9.9.9/255.0.0.0",
     "H1 in=X out=X; H2 in=X out=X; Y in=X out=X; "},
    {"LOG 10.5.0.1/255.0.255.255", "H1 in=H2,X,Y out=H2,X,Y; "},
    {"LOG 10.0.0.0/0.0.0.0",
     "H1 in=H2,X,Y out=H2,X,Y; H2 in=H1,X,Y out=H1,X,Y; X in=H1,H2,Y "
     "out=H1,H2,Y; Y in=H1,H2,X out=H1,H2,X; "},
    {"LOG 0.0.0.0/255.255.255.255", ""},
    {"LOG 0.0.0.0/1",
     "H1 in=H2,X,Y out=H2,X,Y; H2 in=H1,X,Y out=H1,X,Y; X in=H1,H2,Y "
     "out=H1,H2,Y; Y in=H1,H2,X out=H1,H2,X; "},
    {"LOG 10.0.0.1/31", "H1 in=H2,X,Y out=H2,X,Y; "},
    {"LOG 10.0.0.1/32", "H1 in=H2,X,Y out=H2,X,Y; "},
    {"LOG 255.255.255.255", ""},
    {"LOG 10.0.0.1/0.0.0.255",
     "H1 in=H2,X,Y out=H2,X,Y; X in=H1,H2,Y out=H1,H2,Y; Y in=H1,H2,X "
     "out=H1,H2,X; "},
    {"LOG 10.0.0.0/7", "H1 in=H2,X,Y out=H2,X,Y; H2 in=H1,X,Y out=H1,X,Y; "},
};

TEST(MeterRules, CountWhatIpfmCounted) {
  for (const Observed& observed : kObserved) {
    EXPECT_EQ(TableOf(Rules(observed.rules)), observed.table) << observed.rules;
  }
}

TEST(MeterRules, CountNothingWhenThereAreNone) { EXPECT_EQ(TableOf({}), ""); }

TEST(MeterRules, KnowTheFamiliesApart) {
  const Address v4 = Address::V4(0x0a000001);
  const Address v6 = Address::V6(0, 0x0a000001);
  const std::vector<LogRule> rules = Rules("LOG 10.0.0.1");
  EXPECT_EQ(Walk(rules, v4, v6), Count::kBoth);
  EXPECT_EQ(Walk(rules, v6, v4), Count::kNone);
  EXPECT_EQ(Walk(Rules("LOG 0.0.0.0/0"), v6, v4), Count::kNone);
  EXPECT_EQ(Walk(Rules("LOG"), v6, v4), Count::kBoth);
}

TEST(MeterRules, TakeAPeerOfTheOtherFamilyAsNotInTheNetwork) {
  const Address v4 = Address::V4(0x0a000001);
  const Address v6 = Address::V6(0x20010db800000000, 1);
  EXPECT_EQ(Walk(Rules("LOG NOT WITH 10.0.0.0/8"), v4, v6), Count::kBoth);
  EXPECT_EQ(Walk(Rules("LOG WITH 10.0.0.0/8"), v6, v6), Count::kNone);
}

TEST(MeterRules, MatchIpv6ByItsMask) {
  LogRule rule;
  rule.host = {false, Address::V6(0x20010db800000000, 0),
               Address::V6(0xffffffff00000000, 0)};
  EXPECT_EQ(Matching({rule}, Address::V6(0x20010db8ffff0000, 7)), 1u);
  EXPECT_EQ(Matching({rule}, Address::V6(0x20010db900000000, 7)), 0u);
}

TEST(MeterRules, UseAllOfTheSixtyFour) {
  std::vector<LogRule> rules(64, Rule("LOG NONE"));
  rules[63] = Rule("LOG TO 10.0.0.1");
  rules[0] = Rule("LOG FROM");
  EXPECT_EQ(Matching(rules, Address::V4(0x0a000001)), UINT64_MAX);
  EXPECT_EQ(Matching(rules, Address::V4(7)), UINT64_MAX >> 1);
  EXPECT_EQ(Walk(rules, Address::V4(0x0a000001), Address::V4(1)), Count::kTo);
  EXPECT_EQ(Walk(rules, Address::V4(7), Address::V4(1)), Count::kNone);
}

// ipfm: a list of hosts could be as long as one liked.
TEST(MeterRules, OfAnyNumberTheLastThatMatchesDecides) {
  for (const size_t count : {65u, 127u, 128u, 129u, 1000u, 4096u}) {
    std::vector<LogRule> rules(count, Rule("LOG NONE 10.0.0.9"));
    const Address host = Address::V4(0x0a000001);
    const Address peer = Address::V4(1);
    for (const size_t at : {size_t{0}, size_t{1}, count / 2, count - 1}) {
      rules[at] = Rule("LOG FROM 10.0.0.1");
      EXPECT_EQ(Walk(rules, host, peer), Count::kFrom) << at;
      EXPECT_EQ(Walk(rules, Address::V4(7), peer), Count::kNone);
    }
    rules[count - 1] = Rule("LOG TO 10.0.0.1 WITH 10.0.0.2");
    EXPECT_EQ(Walk(rules, host, peer), Count::kFrom);
    EXPECT_EQ(Walk(rules, host, Address::V4(0x0a000002)), Count::kTo);
  }
}

}  // namespace
}  // namespace ipband
