// SPDX-License-Identifier: Apache-2.0
#include "collectors/capture/interfaces.h"

#include <gtest/gtest.h>

#include <sstream>

#include "collectors/capture/default_route.h"

namespace ipband {
namespace {

const std::vector<Interface> kPresent = {
    {.name = "lo", .up = true},     {.name = "eth0", .up = true},
    {.name = "eth1", .up = false},  {.name = "veth7", .up = true},
    {.name = "veth12", .up = true},
};

std::string Select(const std::vector<std::string>& names,
                   std::optional<std::string> default_route = "eth0") {
  std::vector<InterfaceOptions> options;
  for (const std::string& name : names) options.push_back({name, "f " + name});
  std::string selected;
  for (const WantedInterface& wanted :
       SelectInterfaces(options, kPresent, default_route)) {
    selected += (selected.empty() ? "" : " ") + wanted.name +
                (wanted.by_glob ? "*" : "");
  }
  return selected;
}

TEST(SelectInterfaces, TakesNamesWhetherTheyAreThereOrNot) {
  EXPECT_EQ(Select({"eth1", "ppp0"}), "eth1 ppp0");
}

TEST(SelectInterfaces, FollowsTheDefaultRoute) {
  EXPECT_EQ(Select({"default"}), "eth0");
  EXPECT_EQ(Select({"default"}, std::nullopt), "");
}

TEST(SelectInterfaces, TakesWhatIsUpForAGlob) {
  EXPECT_EQ(Select({"eth*"}), "eth0*");
  EXPECT_EQ(Select({"any"}), "lo* eth0* veth7* veth12*");
}

TEST(SelectInterfaces, TakesAwayWhereverThatStands) {
  EXPECT_EQ(Select({"*", "!veth*"}), "lo* eth0*");
  EXPECT_EQ(Select({"!veth*", "!lo", "*"}), "eth0*");
}

TEST(SelectInterfaces, KeepsANameThatAGlobTakesAway) {
  EXPECT_EQ(Select({"veth7", "v*", "!veth*"}), "veth7");
}

TEST(SelectInterfaces, TakesEachOnceByTheFirstThatMeansIt) {
  EXPECT_EQ(Select({"eth0", "any", "default"}), "eth0 lo* veth7* veth12*");
}

TEST(ListInterfaces, KnowsTheLoopbackInterface) {
  for (const Interface& interface : ListInterfaces()) {
    if (interface.name == "lo") return;
  }
  FAIL() << "there is no lo";
}

std::istringstream RouteTable(const std::string& lines) {
  return std::istringstream(
      "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\n" +
      lines);
}

TEST(DefaultRoute, IsTheOneOfTheLowestMetricThatHasAnInterface) {
  std::istringstream table = RouteTable(
      "*\t00000000\t00000000\t0201\t0\t0\t0\t00000000\n"
      "eth0\t00000000\t0100000A\t0003\t0\t0\t200\t00000000\n"
      "eth1\t00000000\t0100000A\t0003\t0\t0\t100\t00000000\n"
      "eth2\t00000000\t0100000A\t0003\t0\t0\t0\t000000E0\n");
  EXPECT_EQ(DefaultRouteIn(table), "eth1");
}

TEST(DefaultRoute, IsNotLookedForBehindTheFirstNetwork) {
  std::istringstream table = RouteTable(
      "eth0\t00000000\t0100000A\t0003\t0\t0\t0\t00000000\n"
      "eth1\t0000000A\t00000000\t0001\t0\t0\t0\t000000FF\n"
      "eth1\t0000000B\t00000000\t0001\t0\t0\t0\t000000FF\n");
  EXPECT_EQ(DefaultRouteIn(table), "eth0");
  std::string next;
  std::getline(table, next);
  EXPECT_TRUE(next.starts_with("eth1\t0000000B")) << next;
}

}  // namespace
}  // namespace ipband
