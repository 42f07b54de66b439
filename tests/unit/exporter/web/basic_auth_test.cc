// SPDX-License-Identifier: Apache-2.0
#include "exporter/web/basic_auth.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>

namespace ipband {
namespace {

// Made with Debian's htpasswd -B.
constexpr const char* kAlice =
    "$2y$05$8LSNTsyWOY9PhxguNgRAnebsW89ptLPrTubM9sVm7kK3U5Dc6AvuS";  // "open
                                                                     // sesame"
constexpr const char* kBob =
    "$2y$05$65r/r/zEGBlxoMjSSwVdr.xuqYfiu0rQy/w2v/aIKu44jIT56rR82";  // "b"

const PasswordCheck::Users kUsers = {{"alice", kAlice}, {"bob", kBob}};

TEST(BasicAuthorization, IsUserAndPasswordInBase64) {
  const auto read = ParseBasicAuthorization("Basic YWxpY2U6b3BlbiBzZXNhbWU=");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->user, "alice");
  EXPECT_EQ(read->password, "open sesame");
  const auto colons = ParseBasicAuthorization("bAsIc YTpiOmM6");
  ASSERT_TRUE(colons);
  EXPECT_EQ(colons->user, "a");
  EXPECT_EQ(colons->password, "b:c:");
  const auto empty = ParseBasicAuthorization("Basic Og==");
  ASSERT_TRUE(empty);
  EXPECT_EQ(empty->user + empty->password, "");
}

TEST(BasicAuthorization, IsNothingElse) {
  for (const char* header :
       {"", "Basic", "Basic ", "Basic YQ==", "Basic YTpi YTpi", "Basic !!!!",
        "Basic YTpiO", "Bearer YTpi", "Digest username=alice", "YTpi",
        "Basic ===="}) {
    EXPECT_FALSE(ParseBasicAuthorization(header)) << header;
  }
}

TEST(PasswordCheck, AcceptsUsersWithTheirOwnPassword) {
  PasswordCheck check;
  for (int twice = 0; twice < 2; ++twice) {
    EXPECT_TRUE(check.Accepts(kUsers, {"alice", "open sesame"}));
    EXPECT_TRUE(check.Accepts(kUsers, {"bob", "b"}));
    EXPECT_FALSE(check.Accepts(kUsers, {"alice", "b"}));
    EXPECT_FALSE(check.Accepts(kUsers, {"bob", "open sesame"}));
    EXPECT_FALSE(check.Accepts(kUsers, {"bob", ""}));
    EXPECT_FALSE(check.Accepts(kUsers, {"carol", "open sesame"}));
    EXPECT_FALSE(check.Accepts(kUsers, {"", ""}));
    EXPECT_FALSE(check.Accepts(kUsers, {"bob", std::string("b\0x", 3)}));
    EXPECT_FALSE(check.Accepts({}, {"alice", "open sesame"}));
  }
}

TEST(PasswordCheck, ForgetsAPasswordThatIsNoLongerTheOne) {
  PasswordCheck check;
  EXPECT_TRUE(check.Accepts(kUsers, {"alice", "open sesame"}));
  const PasswordCheck::Users changed = {{"alice", kBob}};
  EXPECT_FALSE(check.Accepts(changed, {"alice", "open sesame"}));
  EXPECT_TRUE(check.Accepts(changed, {"alice", "b"}));
  EXPECT_FALSE(check.Accepts(kUsers, {"alice", "b"}));
  const PasswordCheck::Users gone = {{"bob", kBob}};
  EXPECT_FALSE(check.Accepts(gone, {"alice", "b"}));
  EXPECT_TRUE(check.Accepts(gone, {"bob", "b"}));
}

// The shortest of some, which other work on the machine does not lengthen.
std::chrono::nanoseconds TimeOf(PasswordCheck& check,
                                const PasswordCheck::Users& users,
                                const Credentials& credentials) {
  auto least = std::chrono::nanoseconds::max();
  for (int i = 0; i < 10; ++i) {
    const auto start = std::chrono::steady_clock::now();
    check.Accepts(users, credentials);
    least = std::min<std::chrono::nanoseconds>(
        least, std::chrono::steady_clock::now() - start);
  }
  return least;
}

TEST(PasswordCheck, TakesNoLongerForUsersThatExist) {
  PasswordCheck check;
  const PasswordCheck::Users users = {{"alice", kAlice}};
  const auto wrong = TimeOf(check, users, {"alice", "wrong"});
  const auto unknown = TimeOf(check, users, {"carol", "wrong"});
  EXPECT_LT(wrong, unknown * 2);
  EXPECT_LT(unknown, wrong * 2);
  // And what is right is not hashed again.
  EXPECT_TRUE(check.Accepts(users, {"alice", "open sesame"}));
  EXPECT_LT(TimeOf(check, users, {"alice", "open sesame"}) * 4, wrong);
}

}  // namespace
}  // namespace ipband
