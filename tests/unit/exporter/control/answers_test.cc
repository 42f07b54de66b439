// SPDX-License-Identifier: Apache-2.0
#include "exporter/control/answers.h"

#include <gtest/gtest.h>

#include "exporter/error.h"

namespace ipband {
namespace {

TEST(TopAnswers, AreReadFromTheApi) {
  TopView view;
  ReadSubnets(R"({"status": "success", "data": {
    "captures": [{"interface": "eth0", "up": true, "packets": 5,
                  "dropped_packets": 6}],
    "subnets": [{"interface": "eth0", "subnet": "10.1.1.0/24", "name": "lab",
      "bandwidth_bytes_per_second": null, "recent_bytes_per_second": 1.5,
      "threshold_bytes_per_second": 7, "watched": true, "reported": false,
      "watch_seconds": 8, "receive_bytes": 1, "transmit_bytes": 2,
      "hosts": 9}]}})",
              view);
  ASSERT_EQ(view.captures.size(), 1U);
  EXPECT_EQ(view.captures[0].interface, "eth0");
  EXPECT_TRUE(view.captures[0].up);
  EXPECT_EQ(view.captures[0].packets, 5U);
  EXPECT_EQ(view.captures[0].dropped_packets, 6U);
  ASSERT_EQ(view.subnets.size(), 1U);
  const SubnetAnswer& subnet = view.subnets[0];
  EXPECT_EQ(subnet.interface, "eth0");
  EXPECT_EQ(subnet.subnet, "10.1.1.0/24");
  EXPECT_EQ(subnet.name, "lab");
  EXPECT_EQ(subnet.recent, 1.5);
  EXPECT_EQ(subnet.bandwidth, std::nullopt);
  EXPECT_EQ(subnet.threshold, 7);
  EXPECT_TRUE(subnet.watched);
  EXPECT_FALSE(subnet.reported);
  EXPECT_EQ(subnet.watch_seconds, 8U);
  EXPECT_EQ(subnet.hosts, 9U);
}

TEST(TopAnswers, TellOfHosts) {
  const HostsAnswer answer = ReadHosts(R"({"data": {"time": 12.5, "hosts": [
    {"interface": "eth0", "address": "10.1.1.7", "receive_bytes": 1,
     "transmit_bytes": 18446744073709551615}]}})");
  EXPECT_EQ(answer.time, 12.5);
  ASSERT_EQ(answer.hosts.size(), 1U);
  EXPECT_EQ(answer.hosts[0].interface, "eth0");
  EXPECT_EQ(answer.hosts[0].address, "10.1.1.7");
  EXPECT_EQ(answer.hosts[0].receive_bytes, 1U);
  EXPECT_EQ(answer.hosts[0].transmit_bytes, UINT64_MAX);
  EXPECT_EQ(answer.hosts[0].receive_rate, std::nullopt);
}

TEST(TopAnswers, TellOfMeters) {
  const std::vector<MeterTableAnswer> meters =
      ReadMeters(R"({"data": {"meters": [
    {"meter": "campus", "since": 100, "next_dump": null, "hosts": 2,
     "in_bytes": 3, "out_bytes": 4, "not_shown": {"hosts": 5,
     "more_hosts": true}, "rows": [{"address": "::1", "in_bytes": 6,
     "out_bytes": 7}]}, {"meter": "bare"}]}})");
  ASSERT_EQ(meters.size(), 2U);
  EXPECT_EQ(meters[0].meter, "campus");
  EXPECT_EQ(meters[0].since, 100);
  EXPECT_EQ(meters[0].next_dump, std::nullopt);
  EXPECT_EQ(meters[0].hosts, 2U);
  EXPECT_EQ(meters[0].in, 3U);
  EXPECT_EQ(meters[0].out, 4U);
  EXPECT_EQ(meters[0].hosts_not_shown, 5U);
  EXPECT_TRUE(meters[0].more_not_shown);
  ASSERT_EQ(meters[0].rows.size(), 1U);
  EXPECT_EQ(meters[0].rows[0].address, "::1");
  EXPECT_EQ(meters[0].rows[0].in, 6U);
  EXPECT_EQ(meters[0].rows[0].out, 7U);
  EXPECT_TRUE(meters[1].rows.empty());
}

TEST(TopAnswers, MayBeAnything) {
  TopView view;
  ReadSubnets(R"({"data": {"captures": [], "subnets": [1, null, [], "x", {
    "name": 7, "hosts": -1, "watch_seconds": 1.5, "watched": 1,
    "recent_bytes_per_second": -5, "threshold_bytes_per_second": "x"}]}})",
              view);
  ASSERT_EQ(view.subnets.size(), 5U);
  for (const SubnetAnswer& subnet : view.subnets) {
    EXPECT_EQ(subnet.name, "");
    EXPECT_EQ(subnet.hosts, 0U);
    EXPECT_EQ(subnet.watch_seconds, 0U);
    EXPECT_FALSE(subnet.watched);
    EXPECT_EQ(subnet.recent, 0);
    EXPECT_EQ(subnet.threshold, std::nullopt);
  }
  for (const char* text :
       {"", "<html>", "{", "7", "[]", "{}", R"({"data": {}})",
        R"({"data": {"captures": [], "subnets": {}}})", "{\"data\": \"\xff\"}",
        R"({"data": 1e999})"}) {
    EXPECT_THROW(ReadSubnets(text, view), Error) << text;
    EXPECT_THROW(ReadHosts(text), Error) << text;
    EXPECT_THROW(ReadMeters(text), Error) << text;
  }
  EXPECT_THROW(ReadHosts(std::string(1'000'000, '[')), Error);
}

TEST(TopAnswers, AreCleanedOfWhatATerminalObeys) {
  TopView view;
  const std::string longer(300, 'x');
  ReadSubnets(R"({"data": {"captures": [{"interface": "a\u001b[2J\r\nb"},
    {"interface": "c\u009bd\u007f"}, {"interface": ")" +
                  longer + R"("}], "subnets": []}})",
              view);
  ASSERT_EQ(view.captures.size(), 3U);
  EXPECT_EQ(view.captures[0].interface, "a?[2J??b");
  EXPECT_EQ(view.captures[1].interface, "c?d?");
  EXPECT_EQ(view.captures[2].interface, std::string(256, 'x'));
}

TEST(TopAnswers, AreCutBetweenCharacters) {
  std::string name;
  while (name.size() < 300) name += "€";  // three bytes
  const std::string text =
      R"({"data": {"hosts": [{"interface": ")" + name + R"("}]}})";
  EXPECT_EQ(ReadHosts(text).hosts[0].interface, name.substr(0, 255));
}

TEST(Refusal, IsWhatTheServerSays) {
  EXPECT_EQ(ReadRefusal(R"({"status": "error", "error": "no such meter"})"),
            "no such meter");
  EXPECT_EQ(ReadRefusal("Reports are not shown.\nmore\n"),
            "Reports are not shown.");
  EXPECT_EQ(ReadRefusal("\033[2J\n"), "?[2J");
  for (const char* body : {"", "{", "{}", "<!DOCTYPE html>", "\n"}) {
    EXPECT_EQ(ReadRefusal(body), "") << body;
  }
}

HostAnswer Host(const char* address, uint64_t receive, uint64_t transmit) {
  return {.interface = "eth0",
          .address = address,
          .receive_bytes = receive,
          .transmit_bytes = transmit};
}

TEST(Rates, AreWhatWasAddedInTheTimeBetween) {
  const HostsAnswer before{100, {Host("a", 1000, 50)}};
  HostsAnswer now{102, {Host("a", 1500, 50)}};
  AddRates(before, 1000, now);
  EXPECT_EQ(now.hosts[0].receive_rate, 250);
  EXPECT_EQ(now.hosts[0].transmit_rate, 0);
}

TEST(Rates, CountNewHostsFromZeroIfAllOthersWereKnown) {
  const HostsAnswer before{100, {Host("a", 1000, 50)}};
  HostsAnswer now{102, {Host("b", 1500, 50)}};
  AddRates(before, 1, now);
  EXPECT_EQ(now.hosts[0].receive_rate, std::nullopt);
  AddRates(before, 2, now);
  EXPECT_EQ(now.hosts[0].receive_rate, 750);
  EXPECT_EQ(now.hosts[0].transmit_rate, 25);
}

TEST(Rates, AreUnknownWhereNumbersDoNotFollow) {
  const auto rate_after = [](double before, double now, uint64_t bytes) {
    HostsAnswer answer{now, {Host("a", bytes, 0)}};
    AddRates({before, {Host("a", 1000, 0)}}, 1000, answer);
    return answer.hosts[0].receive_rate;
  };
  EXPECT_EQ(rate_after(100, 101, 999), std::nullopt);  // began anew
  EXPECT_EQ(rate_after(100, 100, 2000), std::nullopt);
  EXPECT_EQ(rate_after(100, 99, 2000), std::nullopt);
  EXPECT_EQ(rate_after(0, 100, 2000), std::nullopt);  // the first answer
  EXPECT_EQ(rate_after(100, 101, 2000), 1000);
}

}  // namespace
}  // namespace ipband
