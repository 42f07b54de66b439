// SPDX-License-Identifier: Apache-2.0
#include "exporter/config/text_file.h"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include "exporter/error.h"

namespace ipband {
namespace {

constexpr size_t kMaxBytes = size_t{16} << 20;
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

struct Close {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

Error CannotRead(const std::string& name, const std::string& flag, int why) {
  Error error = UsageError("cannot read " + name + ": " + std::strerror(why));
  error.flag = flag;
  return error;
}

}  // namespace

TextFile ReadTextFile(const std::string& name, const std::string& flag) {
  const std::unique_ptr<std::FILE, Close> file(std::fopen(name.c_str(), "rbe"));
  if (!file) throw CannotRead(name, flag, errno);
  TextFile result{.name = name};
  std::array<char, 65536> piece{};
  while (const size_t size =
             std::fread(piece.data(), 1, piece.size(), file.get())) {
    result.text.append(piece.data(), size);
    if (result.text.size() > kMaxBytes) throw CannotRead(name, flag, EFBIG);
  }
  if (std::ferror(file.get()) != 0) throw CannotRead(name, flag, errno);
  if (result.text.starts_with(kByteOrderMark)) {
    result.text.erase(0, kByteOrderMark.size());
  }
  if (result.text.find('\0') != std::string::npos) {
    throw FileError(name, "holds a NUL byte; allowed: text in UTF-8");
  }
  return result;
}

}  // namespace ipband
