// SPDX-License-Identifier: Apache-2.0
#include "collectors/capture/file.h"

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

}  // namespace

FileCapture OpenFile(const std::string& path, const std::string& filter) {
  const bool is_stdin = path == "-";
  std::FILE* stream = is_stdin ? stdin : std::fopen(path.c_str(), "rbe");
  if (stream == nullptr) return Failed(std::strerror(errno));

  char error[PCAP_ERRBUF_SIZE] = "";
  FileCapture capture;
  capture.handle.reset(pcap_fopen_offline(stream, error));
  if (capture.handle == nullptr) {
    if (!is_stdin) std::fclose(stream);
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

}  // namespace ipband
