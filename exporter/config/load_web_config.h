// SPDX-License-Identifier: Apache-2.0
//
// Reads a web configuration. Takes what exporter-toolkit takes, but for fields
// that mean something to Go's TLS and HTTP only: these are refused, since to
// ignore them would be to promise what does not hold. Certificates are not
// read here. Any thread.
#pragma once

#include "exporter/config/text_file.h"
#include "exporter/config/web_config.h"

namespace ipband {

// Relative paths are relative to the file's directory. Throws Error
// ("FILE:LINE:COL: what is wrong; what is allowed").
WebConfig LoadWebConfig(const TextFile& file);

}  // namespace ipband
