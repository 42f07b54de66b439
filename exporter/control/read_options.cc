// SPDX-License-Identifier: Apache-2.0
#include "exporter/control/read_options.h"

#include <iterator>

#include "exporter/error.h"

namespace ipband {
namespace {

Options ReadBehind(const char* flag, const std::string& file,
                   const SystemPlaces& places) {
  const std::string name = FileNameOf(file);
  const char* const argv[] = {"ipband_exporter", "--config.check", flag,
                              name.c_str()};
  try {
    return ParseOptions(static_cast<int>(std::size(argv)), argv, places);
  } catch (Error& error) {
    error.flag.clear();  // nobody wrote it
    throw;
  }
}

}  // namespace

std::string FileNameOf(const std::string& file) {
  if (file == "-") return "/dev/stdin";
  return file.starts_with('-') ? "./" + file : file;
}

Options ReadOptionsOf(const std::string& file, const SystemPlaces& places) {
  return ReadBehind("-c", file, places);
}

Options ReadMetersOf(const std::string& file, const SystemPlaces& places) {
  return ReadBehind("--meters.file", file, places);
}

}  // namespace ipband
