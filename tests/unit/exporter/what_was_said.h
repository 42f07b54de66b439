// SPDX-License-Identifier: Apache-2.0
//
// The message somebody threw, for tests of messages.
#pragma once

#include <string>

#include "exporter/error.h"

namespace ipband {

// What main would print; "" if nothing was thrown.
template <class Function>
std::string ErrorOf(const Function& function) {
  try {
    function();
  } catch (const Error& error) {
    return ErrorLine(error);
  }
  return "";
}

// The same of the parser of a single value.
template <class Function>
std::string BadValueOf(const Function& function) {
  try {
    function();
  } catch (const BadValue& error) {
    return error.what();
  }
  return "";
}

}  // namespace ipband
