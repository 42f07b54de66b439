// SPDX-License-Identifier: Apache-2.0
#include "collectors/capture/waiting_stream.h"

#include <unistd.h>

#include <cerrno>
#include <memory>
#include <utility>

namespace ipband {
namespace {

struct Pipe {
  int descriptor;
  InputWaiter wait;
};

ssize_t Read(void* cookie, char* buffer, size_t size) {
  const Pipe& pipe = *static_cast<Pipe*>(cookie);
  while (pipe.wait(pipe.descriptor)) {
    const ssize_t got = read(pipe.descriptor, buffer, size);
    if (got >= 0 || (errno != EAGAIN && errno != EINTR)) return got;
  }
  return 0;
}

int Close(void* cookie) {
  const std::unique_ptr<Pipe> pipe(static_cast<Pipe*>(cookie));
  return close(pipe->descriptor);
}

}  // namespace

std::FILE* OpenWaitingStream(int descriptor, InputWaiter wait) {
  auto pipe = std::make_unique<Pipe>(Pipe{descriptor, std::move(wait)});
  cookie_io_functions_t functions{};
  functions.read = Read;
  functions.close = Close;
  std::FILE* stream = fopencookie(pipe.get(), "r", functions);
  if (stream == nullptr) return nullptr;
  static_cast<void>(pipe.release());  // the stream has it now
  std::setvbuf(stream, nullptr, _IOFBF, 65536);
  return stream;
}

}  // namespace ipband
