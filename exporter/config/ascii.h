// SPDX-License-Identifier: Apache-2.0
//
// What a character of ASCII is, whatever the locale. Pure functions, any
// thread.
#pragma once

namespace ipband {

constexpr bool IsDigit(char c) { return c >= '0' && c <= '9'; }

constexpr bool IsLetter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

}  // namespace ipband
