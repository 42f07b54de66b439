// SPDX-License-Identifier: Apache-2.0
#include "collectors/capture/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace ipband {
namespace {

FileCapture Failed(const std::string& error) {
  FileCapture capture;
  capture.error = error;
  return capture;
}

std::string SetFilter(pcap_t* handle, const std::string& filter) {
  bpf_program program{};
  if (pcap_compile(handle, &program, filter.c_str(), 1, PCAP_NETMASK_UNKNOWN) !=
      0) {
    return pcap_geterr(handle);
  }
  const int status = pcap_setfilter(handle, &program);
  pcap_freecode(&program);
  return status == 0 ? "" : pcap_geterr(handle);
}

bool IsPipe(const std::string& path) {
  struct stat status {};
  return path == "-" ||
         (stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode));
}

// A pipe may have no writer yet, or one that says nothing for hours.
std::FILE* OpenPipe(const std::string& path, const InputWaiter& wait) {
  const int descriptor =
      path == "-" ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0)
                  : open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  return descriptor < 0 ? nullptr : OpenWaitingStream(descriptor, wait);
}

}  // namespace

FileCapture OpenFile(const std::string& path, const std::string& filter,
                     const InputWaiter& wait) {
  std::FILE* stream =
      IsPipe(path) ? OpenPipe(path, wait) : std::fopen(path.c_str(), "rbe");
  if (stream == nullptr) return Failed(std::strerror(errno));

  char error[PCAP_ERRBUF_SIZE] = "";
  FileCapture capture;
  capture.handle.reset(pcap_fopen_offline(stream, error));
  if (capture.handle == nullptr) {
    std::fclose(stream);
    return Failed(error);
  }
  capture.stream = stream;
  pcap_t* handle = capture.handle.get();
  const std::optional<LinkType> link_type = LinkTypeOf(handle);
  if (!link_type) {
    return Failed("cannot decode link type " + LinkTypeName(handle));
  }
  capture.link_type = *link_type;
  if (!filter.empty()) {
    const std::string problem = SetFilter(handle, filter);
    if (!problem.empty()) return Failed("filter: " + problem);
  }
  return capture;
}

int64_t ReadStamp(pcap_t* handle) {
  pcap_pkthdr* header = nullptr;
  const u_char* bytes = nullptr;
  if (pcap_next_ex(handle, &header, &bytes) != 1) return 0;
  return int64_t{header->ts.tv_sec} * 1'000'000 + header->ts.tv_usec;
}

}  // namespace ipband
