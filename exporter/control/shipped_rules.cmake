# SPDX-License-Identifier: Apache-2.0
#
# cmake -DINPUT=... -DOUTPUT=... -P: writes the C++ source that holds a file byte
# by byte, one literal for each line of it. Escaped throughout, so that nothing
# the file says can mean something to CMake or C++.
file(READ ${INPUT} bytes HEX)
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "\\\\x\\1" bytes "${bytes}")
string(REPLACE "\\x0a" "\\x0a\"\n    \"" bytes "${bytes}")
file(WRITE ${OUTPUT} "// Written by shipped_rules.cmake.
#include \"exporter/control/shipped_rules.h\"

namespace ipband {

using std::string_view_literals::operator\"\"sv;

const std::string_view kShippedRules =
    \"${bytes}\"sv;

}  // namespace ipband
")
