// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace ipband {

inline bool Contains(const std::string& html, std::string_view part) {
  return html.find(part) != std::string::npos;
}

}  // namespace ipband
