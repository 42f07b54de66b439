// SPDX-License-Identifier: Apache-2.0
//
// A body that is kept, for tests.
#pragma once

#include <string>
#include <string_view>

#include "exporter/web/http_message.h"

namespace ipband {

class StringWriter : public BodyWriter {
 public:
  bool Write(std::string_view piece) override {
    text += piece;
    return true;
  }
  std::string text;
};

}  // namespace ipband
