// SPDX-License-Identifier: Apache-2.0
#include "exporter/error.h"

#include <gtest/gtest.h>

namespace ipband {
namespace {

TEST(Error, OfTheSystemEndsWithOneAndTheProgramsName) {
  const Error error("no permission");
  EXPECT_EQ(error.exit_code, 1);
  EXPECT_EQ(ErrorLine(error), "ipband_exporter: error: no permission");
}

TEST(Error, OfUsageEndsWithTwo) {
  EXPECT_EQ(UsageError("unknown flag --x").exit_code, 2);
}

TEST(Error, OfAFlagNamesItBehindTheProgram) {
  Error error = UsageError("cannot read x");
  error.flag = "-c";
  EXPECT_EQ(ErrorLine(error), "ipband_exporter: error: -c: cannot read x");
}

TEST(Error, InAFileBeginsWithThePlace) {
  const Error error = FileError("a.yml:3:5", "wrong; allowed: right");
  EXPECT_EQ(error.exit_code, 2);
  EXPECT_EQ(ErrorLine(error), "a.yml:3:5: wrong; allowed: right");
}

}  // namespace
}  // namespace ipband
