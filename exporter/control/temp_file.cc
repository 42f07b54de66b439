// SPDX-License-Identifier: Apache-2.0
#include "exporter/control/temp_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>

#include "exporter/error.h"

namespace ipband {
namespace {

constexpr size_t kBuffer = 65536;

}  // namespace

TempFile MakeTempFile(const std::filesystem::path& folder) {
  std::string name = folder / "ipbandctl.XXXXXX";
  const int descriptor = mkostemp(name.data(), O_CLOEXEC);
  if (descriptor < 0) {
    throw Error("cannot make a file in " + folder.string() + ": " +
                std::strerror(errno));
  }
  unlink(name.c_str());
  TempFile file(fdopen(descriptor, "w+"));
  if (file == nullptr) throw Error("cannot make a file: no memory");
  std::setvbuf(file.get(), nullptr, _IOFBF, kBuffer);
  return file;
}

}  // namespace ipband
