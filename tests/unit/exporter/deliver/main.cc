// SPDX-License-Identifier: Apache-2.0
//
// As in the program, a pipe that nobody reads is an error and no signal.
#include <gtest/gtest.h>

#include <csignal>

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
