// SPDX-License-Identifier: Apache-2.0
#include "exporter/config/units.h"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

#include "exporter/error.h"
#include "tests/unit/exporter/what_was_said.h"

namespace ipband {
namespace {

using std::chrono::seconds;

constexpr Range<seconds> kAnyTime{seconds(0), std::chrono::days(36500)};
constexpr Range<uint64_t> kAnySize{0, std::numeric_limits<uint64_t>::max()};

TEST(Units, DurationsAreSumsOfTheirParts) {
  EXPECT_EQ(ParseDuration("60s", kAnyTime), seconds(60));
  EXPECT_EQ(ParseDuration("5m", kAnyTime), seconds(300));
  EXPECT_EQ(ParseDuration("24h", kAnyTime), seconds(86400));
  EXPECT_EQ(ParseDuration("1d", kAnyTime), seconds(86400));
  EXPECT_EQ(ParseDuration("1h30m", kAnyTime), seconds(5400));
  EXPECT_EQ(ParseDuration("1d2h3m4s", kAnyTime), seconds(93784));
  EXPECT_EQ(ParseDuration("90m", kAnyTime), seconds(5400));
  EXPECT_EQ(ParseDuration("0s", kAnyTime), seconds(0));
  EXPECT_EQ(ParseDuration("0", kAnyTime), seconds(0));
}

TEST(Units, OtherTextsAreNoDurations) {
  for (const char* text :
       {"", "60", "s", "1.5s", "-1s", "+1s", "1 s", "1s ", "30m1h", "1m1m",
        "1S", "1w", "500ms", "1h30", "0x10s", "\xc2\xbds"}) {
    EXPECT_THROW(ParseDuration(text, kAnyTime), BadValue) << text;
  }
}

TEST(Units, DurationsThatDoNotFitAreOutOfRange) {
  for (const char* text :
       {"9223372036854775807d", "106751991167300d1d", "9223372036854775807s"}) {
    EXPECT_THROW(ParseDuration(text, kAnyTime), BadValue) << text;
  }
}

TEST(Units, DurationMessagesSayWhatIsAllowed) {
  const Range<seconds> range{seconds(1), std::chrono::hours(25)};
  EXPECT_EQ(BadValueOf([&] { ParseDuration("0s", range); }),
            "\"0s\" is out of range; allowed: 1s to 1d1h");
  EXPECT_EQ(BadValueOf([&] { ParseDuration("60", range); }),
            "\"60\" is not a duration in whole seconds; allowed: 1s to 1d1h, "
            "written like 60s, 5m, 1h30m or 1d");
}

TEST(Units, SizesAreDecimalOrBinary) {
  EXPECT_EQ(ParseSize("192", kAnySize), 192u);
  EXPECT_EQ(ParseSize("192B", kAnySize), 192u);
  EXPECT_EQ(ParseSize("1kB", kAnySize), 1000u);
  EXPECT_EQ(ParseSize("1KiB", kAnySize), 1024u);
  EXPECT_EQ(ParseSize("2MB", kAnySize), 2000000u);
  EXPECT_EQ(ParseSize("32MiB", kAnySize), 33554432u);
  EXPECT_EQ(ParseSize("32 MiB", kAnySize), 33554432u);
  EXPECT_EQ(ParseSize("1GB", kAnySize), 1000000000u);
  EXPECT_EQ(ParseSize("1GiB", kAnySize), 1073741824u);
}

TEST(Units, OtherTextsAreNoSizes) {
  for (const char* text :
       {"", "MiB", "-1", "1.5MiB", "1mib", "1KB", "1  MiB", "1MiB ",
        "18446744073709551615KiB", "18446744073709551616"}) {
    EXPECT_THROW(ParseSize(text, kAnySize), BadValue) << text;
  }
}

TEST(Units, SizeMessagesSayWhatIsAllowed) {
  const Range<uint64_t> range{1u << 20, 1u << 30};
  EXPECT_EQ(BadValueOf([&] { ParseSize("1kB", range); }),
            "\"1kB\" is out of range; allowed: 1MiB to 1GiB");
  EXPECT_EQ(BadValueOf([&] { ParseSize("x", range); }),
            "\"x\" is not a size; allowed: 1MiB to 1GiB, in bytes or with kB, "
            "MB, GB, KiB, MiB or GiB");
}

TEST(Units, BandwidthsAreBytesPerSecond) {
  EXPECT_DOUBLE_EQ(*ParseBandwidth("56kbit/s"), 7000);
  EXPECT_DOUBLE_EQ(*ParseBandwidth("10Mbit/s"), 1.25e6);
  EXPECT_DOUBLE_EQ(*ParseBandwidth("1Gbit/s"), 1.25e8);
  EXPECT_DOUBLE_EQ(*ParseBandwidth("7KiB/s"), 7168);
  EXPECT_DOUBLE_EQ(*ParseBandwidth("1.5MB/s"), 1.5e6);
  EXPECT_DOUBLE_EQ(*ParseBandwidth("1.5 MB/s"), 1.5e6);
  EXPECT_DOUBLE_EQ(*ParseBandwidth("100Tbit/s"), 1.25e13);
  EXPECT_DOUBLE_EQ(*ParseBandwidth("0"), 0);
}

TEST(Units, ABareBandwidthIsInUnitsOf1024BytesPerSecond) {
  EXPECT_DOUBLE_EQ(*ParseBandwidth("7"), 7168);
  EXPECT_DOUBLE_EQ(*ParseBandwidth("4.5"), 4608);
  EXPECT_DOUBLE_EQ(*ParseBandwidth("1e1"), 10240);
}

TEST(Units, NoneIsNoBandwidth) {
  EXPECT_EQ(ParseBandwidth("none"), std::nullopt);
}

TEST(Units, OtherTextsAreNoBandwidths) {
  for (const char* text :
       {"", "-1", "nan", "inf", "1e999", "0x10", "10mbit/s", "4.5kB", "1,5",
        "101Tbit/s", "NONE", "kbit/s", "1 2", "."}) {
    EXPECT_THROW(ParseBandwidth(text), BadValue) << text;
  }
}

TEST(Units, SharesAreMoreThanNothingAndAtMostAll) {
  EXPECT_DOUBLE_EQ(ParseShare("100%"), 1);
  EXPECT_DOUBLE_EQ(ParseShare("87.5%"), 0.875);
  EXPECT_DOUBLE_EQ(ParseShare("80 %"), 0.8);
  for (const char* text : {"", "0%", "101%", "80", "0.8", "-1%", "nan%", "%"}) {
    EXPECT_THROW(ParseShare(text), BadValue) << text;
  }
}

TEST(Units, IntegersAreTakenWhole) {
  EXPECT_EQ(ParseInteger("-14", {-20, 20}), -14);
  EXPECT_EQ(ParseInteger("020", {-20, 20}), 20);
  EXPECT_EQ(BadValueOf([] {
              ParseInteger("24x", {0, 32});
            }),
            "\"24x\" is not a whole number; allowed: 0 to 32");
  EXPECT_EQ(BadValueOf([] {
              ParseInteger("33", {0, 32});
            }),
            "\"33\" is out of range; allowed: 0 to 32");
  EXPECT_EQ(BadValueOf([] {
              ParseInteger("99999999999999999999", {0, 32});
            }),
            "\"99999999999999999999\" is out of range; allowed: 0 to 32");
  for (const char* text : {"", "-", "+1", " 1", "1 ", "0x10", "1.0"}) {
    EXPECT_THROW(ParseInteger(text, {0, 32}), BadValue) << text;
  }
}

TEST(Units, WrittenValuesAreReadBack) {
  for (const int count : {0, 1, 59, 60, 3661, 86399, 86400, 93784}) {
    const std::string text = FormatDuration(seconds(count));
    EXPECT_EQ(ParseDuration(text, kAnyTime), seconds(count)) << text;
  }
  for (const uint64_t bytes : {0ull, 1ull, 1000ull, 1024ull, 1ull << 21}) {
    const std::string text = FormatSize(bytes);
    EXPECT_EQ(ParseSize(text, kAnySize), bytes) << text;
  }
}

TEST(FormatBandwidth, TakesTheFewestDigits) {
  EXPECT_EQ(FormatBandwidth(7168), "7KiB/s");
  EXPECT_EQ(FormatBandwidth(1.25e6), "10Mbit/s");
  EXPECT_EQ(FormatBandwidth(1.5e6), "12Mbit/s");
  EXPECT_EQ(FormatBandwidth(7.3 * 1024), "7.3KiB/s");
  EXPECT_EQ(FormatBandwidth(0), "0bit/s");
  EXPECT_EQ(FormatBandwidth(std::nullopt), "none");
  EXPECT_EQ(FormatBandwidth(std::numeric_limits<double>::infinity()), "none");
}

TEST(FormatBandwidth, IsReadAsTheSameNumber) {
  for (const double rate : {0.1, 1.0 / 3, 5e-324, 12.5e12, 2e-300}) {
    EXPECT_EQ(ParseBandwidth(FormatBandwidth(rate)), rate);
  }
}

TEST(FormatShare, IsReadAsTheSameNumber) {
  EXPECT_EQ(FormatShare(1), "100%");
  EXPECT_EQ(FormatShare(ParseShare("80%")), "80%");
  for (const char* text : {"7%", "0.1%", "29%", "58.3%", "99.99%", "1e-9%"}) {
    EXPECT_EQ(ParseShare(FormatShare(ParseShare(text))), ParseShare(text));
  }
}

}  // namespace
}  // namespace ipband
