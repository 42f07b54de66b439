// SPDX-License-Identifier: Apache-2.0
//
// 148 files that were given to ipfm 0.11.5: what it took is taken, what it
// refused is refused, but for those that are named here.
#include <gtest/gtest.h>

#include "exporter/config/load_ipfm.h"
#include "tests/unit/exporter/what_was_said.h"

namespace ipband {
namespace {

constexpr const char* kTaken[] = {
    "",
    "LOG\n",
    "DEVICE v0\n",
    "DEVICE v0\nLOG\n",
    "device V0\nlog\n",
    "DEVICE nosuch\nLOG\n",
    "DEVICE v0 # c\nLOG\n",
    "DEVICE \"v0\"\nLOG\n",
    "DEVICE v0\nLOG 10.0.0.1\n",
    "DEVICE v0\nLOG 10.0.0.0/255.0.0.0\n",
    "DEVICE v0\nLOG 10.0.0.0/8\n",
    "DEVICE v0\nLOG 10.0.0.0 / 8\n",
    "DEVICE v0\nLOG 10.0.0.0/255.0.255.0\n",
    "DEVICE v0\nLOG 010.0.0.1\n",
    "DEVICE v0\nLOG NONE\n",
    "DEVICE v0\nLOG FROM 10.0.0.1\n",
    "DEVICE v0\nLOG TO 10.0.0.1\n",
    "DEVICE v0\nLOG BOTH 10.0.0.1\n",
    "DEVICE v0\nLOG BOTH\n",
    "DEVICE v0\nLOG FROM\n",
    "DEVICE v0\nLOG TO\n",
    "DEVICE v0\nLOG WITH 10.0.0.1\n",
    "DEVICE v0\nLOG NOT WITH 10.0.0.1\n",
    "DEVICE v0\nLOG 10.0.0.1 WITH\n",
    "DEVICE v0\nLOG 10.0.0.1 NOT WITH 10.0.0.2\n",
    "DEVICE v0\nLOG NONE WITH 10.0.0.2\n",
    "DEVICE v0\nLOG FROM NOT WITH 10.0.0.2/255.0.0.0\n",
    "DEVICE v0\nLOG NONE 10.0.0.1 WITH 10.0.0.2/24\n",
    "DEVICE v0\nLOG FROM 10.0.0.1\nLOG NONE\n",
    "DEVICE v0\nLOG 10.0.0.0/1\n",
    "DEVICE v0\nLOG 10.0.0.0/32\n",
    "DEVICE v0\nLOG 10.0.0.0/024\n",
    "DEVICE v0\nLOG WITH 10.0.0.0/24\n",
    "DEVICE v0\nLOG WITH\n",
    "DEVICE v0\nLOG NOT WITH\n",
    "DEVICE v0\nLOG NONE 1.2.3.4 NOT WITH\n",
    "DEVICE v0\nUTC\nLOG\n",
    "DEVICE v0\nLOCALTIME\nLOG\n",
    "DEVICE v0\nlocalTIME\n",
    "DEVICE v0\nRESOLVE\nNORESOLVE\nresolve\n",
    "DEVICE v0\nPROMISC\nNOPROMISC\n",
    "DEVICE v0\nAPPEND\nREPLACE\n",
    "DEVICE v0\nSORT IN\nSORT OUT\nSORT TOTAL\n",
    "DEVICE v0\nNEWLOG\n",
    "DEVICE v0\nNEWLOG\nNEWLOG\nNEWLOG\n",
    "NEWLOG\nDEVICE v0\nUTC\n",
    "DEVICE v0\nFILENAME foo\n",
    "DEVICE v0\nFILENAME \"foo\"\n",
    "DEVICE v0\nFILENAME \"a\nb\"\nLOG\n",
    "DEVICE v0\nFILENAME \"x%%Y\"\n",
    "DEVICE v0\nFILENAME \"a b#c\" # com\n",
    "DEVICE v0\nDUMP EVERY 5 seconds\n",
    "DEVICE v0\nDUMP EVERY 5 second\n",
    "DEVICE v0\nDUMP EVERY 1 minute 30 seconds\n",
    "DEVICE v0\nDUMP EVERY 30 seconds 1 minute\n",
    "DEVICE v0\nDUMP EVERY 1 day 2 hours 3 minutes 4 seconds\n",
    "DEVICE v0\nDUMP EVERY 1 minute AFTER 10 seconds\n",
    "DEVICE v0\nDUMP EVERY 1 minute AFTER 70 seconds\n",
    "DEVICE v0\nDUMP EVERY 7 seconds AFTER 3 seconds\n",
    "DEVICE v0\nCLEAR ALWAYS\n",
    "DEVICE v0\nCLEAR NEVER\n",
    "DEVICE v0\nCLEAR EVERY 48 hours\n",
    "DEVICE v0\nDUMP EVERY 1 minute\nCLEAR EVERY 2 minutes AFTER 1 minute\n",
    "DEVICE v0\nCLEAR ALWAYS\nDUMP EVERY 1 minute\n",
    "DEVICE v0\nCLEAR NEVER\nDUMP EVERY 1 minute\n",
    "DEVICE v0\nDUMP EVERY 1 minute\nCLEAR EVERY 2 minutes\nCLEAR NEVER\n",
    "DEVICE v0\nDUMP EVERY 1 minute\nCLEAR EVERY 2 minutes AFTER 5 minutes\n",
    ("DEVICE v0\nDUMP EVERY 2 minutes AFTER 1 minute\nCLEAR EVERY 4 minutes "
     "AFTER 2 minutes\n"),
    "DEVICE v0\nCLEAR NEVER\nCLEAR EVERY 2 days\n",
    "DEVICE v0\nCLEAR EVERY 2 days\n",
    "DEVICE v0\nCLEAR EVERY 2 days\nCLEAR ALWAYS\n",
    "DEVICE v0\nCLEAR ALWAYS\nCLEAR ALWAYS\n",
    "DEVICE v0\nCLEAR NEVER\nDUMP EVERY 1 minute\nCLEAR EVERY 2 minutes\n",
    "DEVICE v0\nDUMP EVERY 1 minute\nCLEAR EVERY 2 minutes\nCLEAR ALWAYS\n",
    "DEVICE v0\nFILENAME \"a\"\nFILENAME \"b\"\nLOG\n",
    "DEVICE v0\n\n\n   \n\t# x\nLOG # all\n",
    "DEVICE v0\nDUMP EVERY 1 days 1 day\n",
    "LOG\nDEVICE v0\n",
    "DEVICE any\nLOG\n",
    "DEVICE \"v0\"\nFILENAME abc\n",
};

constexpr const char* kRefused[] = {
    "DEVICE v0 LOG UTC SORT IN\n",
    "DEVICE\nv0\nLOG\n",
    "DEVICE v0\nDISABLED\nLOG\n",
    "DISABLED\nLOG\n",
    "DEVICE v0\nFILTER \"tcp\"\nLOG\n",
    "DEVICE v0\nLOG\nfoo",
    "DEVICE v0\nLOG\n;\n",
    "DEVICE v0\nLOG\n\f\n",
    "DEVICE v0\nLOG 10.0.0.0/33\n",
    "DEVICE v0\nLOG 10.0.0.0/999999999999\n",
    "DEVICE v0\nLOG 10.0.0\n",
    "DEVICE v0\nLOG hostname\n",
    "DEVICE v0\nLOG any\n",
    "DEVICE v0\nLOG NOT\n",
    "DEVICE v0\nLOG 10.0.0.1 10.0.0.2\n",
    "DEVICE v0\nLOG NOT 10.0.0.1\n",
    "DEVICE v0\nLOG 10.0.0.1 NOT 10.0.0.2\n",
    "DEVICE v0\nLOG FROM 10.0.0.1 TO 10.0.0.2\n",
    "DEVICE v0\nNONE 10.0.0.1\n",
    "DEVICE v0\nUTC LOG\n",
    "DEVICE v0\nSORT\n",
    "DEVICE v0\nSORT NONE\n",
    "DEVICE v0\nSORT IN OUT\n",
    "DEVICE v0\nFILENAME \"\"\n",
    "DEVICE v0\nFILENAME 'foo'\n",
    "DEVICE v0\nFILENAME\n",
    "DEVICE v0\nDUMP EVERY 5seconds\n",
    "DEVICE v0\nDUMP EVERY 5\n",
    "DEVICE v0\nDUMP EVERY 1 minute AFTER\n",
    "DEVICE v0\nDUMP 5 seconds\n",
    "DEVICE v0\nDUMP AFTER 5 seconds\n",
    "DEVICE v0\nDUMP EVERY second\n",
    "DEVICE v0\nDUMP EVERY 1 week\n",
    "DEVICE v0\nDUMP ALWAYS\n",
    "DEVICE v0\nDUMP NEVER\n",
    "DEVICE v0\nDUMP EVERY 1.5 hours\n",
    "DEVICE v0\nDUMP EVERY 10 seconds\nDUMP EVERY 20 seconds\n",
    "DEVICE v0\nDUMP EVERY -5 seconds\n",
    "DEVICE v0\nCLEAR EVERY 1 hour\n",
    "DEVICE v0\nDUMP EVERY 1 minute\nCLEAR EVERY 90 seconds\n",
    "DEVICE v0\nDUMP EVERY 1 minute\nCLEAR EVERY 2 minutes AFTER 30 seconds\n",
    "DEVICE v0\nCLEAR EVERY 2 minutes\nDUMP EVERY 1 minute\n",
    "DEVICE v0\nDUMP EVERY 1 minute\nCLEAR EVERY 30 seconds\n",
    "DEVICE v0\nDUMP EVERY 1 minute\nCLEAR\n",
    "DEVICE v0\nDUMP EVERY 1 minute\nCLEAR EVERY 2 minutes\nDUMP EVERY 3 "
    "minutes\n",
    "DEVICE v0\nDUMP EVERY 1 minute\nCLEAR AFTER 1 minute\n",
    "DEVICE v0\nDUMP EVERY 2 minutes AFTER 1 minute\nCLEAR EVERY 4 minutes "
    "AFTER 1 minute\n",
    "DEVICE v0\nDUMP EVERY 1 minute\nCLEAR EVERY 2 minutes\nCLEAR EVERY 3 "
    "minutes\n",
    "DEVICE v0\nCLEAR EVERY 1 minute\n",
    "DEVICE v0\nLOG \"10.0.0.1\"\n",
    "DEVICE v0\nLOG eth0\n",
    "DEVICE v0\nLOG NOT WITH 10.0.0.1 WITH 10.0.0.2\n",
    "DEVICE log\n",
    "DEVICE 5\n",
    "DEVICE v0\nDUMP\n",
};

// Refused by ipfm.
constexpr const char* kTakenNow[] = {
    "DEVICE v0\nLOG",
    "DEVICE eth0.1\nLOG\n",
    "DEVICE v0\nLOG\n# comment no nl",
    "DEVICE v0\nLOG \r\n",
    "DEVICE v0\nLOG 10.0.0.0/0\n",
    "DEVICE v0\nLOCAL\nLOG\n",
    "DEVICE v0\nDUMP EVERY 5 Seconds\n",
    "DEVICE v0\nDUMP EVERY 5 SECONDS\n",
};

// ipfm took octets beyond 255 for something else and numbers beyond an int for
// others, and ended with 0 seconds.
constexpr const char* kRefusedNow[] = {
    "DEVICE v0\nLOG 300.0.0.1\n",
    "DEVICE v0\nLOG 10.0.0.0/300.0.0.0\n",
    "DEVICE v0\nDUMP EVERY 0 seconds\n",
    "DEVICE v0\nDUMP EVERY 99999999999 seconds\n",
    "DEVICE v0\nDUMP EVERY 1 minute\nCLEAR EVERY 0 seconds\n",
};

bool IsTaken(const std::string& text) {
  return ErrorOf([&] { LoadIpfm({"f", text}); }).empty();
}

TEST(IpfmGrammar, TakesWhatIpfmTook) {
  for (const char* text : kTaken) EXPECT_TRUE(IsTaken(text)) << text;
}

TEST(IpfmGrammar, RefusesWhatIpfmRefused) {
  for (const char* text : kRefused) EXPECT_FALSE(IsTaken(text)) << text;
}

TEST(IpfmGrammar, IsWiderWhereIpfmWasNarrow) {
  for (const char* text : kTakenNow) EXPECT_TRUE(IsTaken(text)) << text;
}

TEST(IpfmGrammar, RefusesWhatIpfmMisread) {
  for (const char* text : kRefusedNow) EXPECT_FALSE(IsTaken(text)) << text;
}

}  // namespace
}  // namespace ipband
