// SPDX-License-Identifier: Apache-2.0
#include "collectors/capture/live.h"

#include <sys/socket.h>

namespace ipband {
namespace {

// Blocks of the ring are handed over at least this often, so a frame is seen
// within it even on a quiet line.
constexpr int kBlockTimeoutMs = 100;

LiveCapture Failed(OpenFailure failure, const std::string& detail) {
  LiveCapture capture;
  capture.failure = failure;
  capture.detail = detail;
  return capture;
}

OpenFailure FailureOf(int status) {
  switch (status) {
    case PCAP_ERROR_NO_SUCH_DEVICE:
      return OpenFailure::kMissing;
    case PCAP_ERROR_IFACE_NOT_UP:
      return OpenFailure::kDown;
    case PCAP_ERROR_PERM_DENIED:
    case PCAP_ERROR_PROMISC_PERM_DENIED:
      return OpenFailure::kPermission;
    default:
      return OpenFailure::kOther;
  }
}

std::string Detail(pcap_t* handle, int status) {
  const std::string text = pcap_geterr(handle);
  return text.empty() ? pcap_statustostr(status) : text;
}

// Always installs a program: without one the kernel does not cut frames to
// the snap length, and large offloaded frames fill the ring.
bool InstallFilter(pcap_t* handle, const std::string& filter) {
  bpf_program program{};
  if (pcap_compile(handle, &program, filter.c_str(), 1, PCAP_NETMASK_UNKNOWN) !=
      0) {
    return false;
  }
  const int status = pcap_setfilter(handle, &program);
  pcap_freecode(&program);
  return status == 0;
}

// libpcap filters by itself, without a word, where the kernel refuses a
// program. The kernel tells the length of the program it runs.
bool FilterIsInKernel(int descriptor) {
  socklen_t instructions = 0;
  return getsockopt(descriptor, SOL_SOCKET, SO_GET_FILTER, nullptr,
                    &instructions) == 0 &&
         instructions > 0;
}

}  // namespace

LiveCapture OpenLive(const LiveRequest& request) {
  char error[PCAP_ERRBUF_SIZE] = "";
  LiveCapture capture;
  capture.handle.reset(pcap_create(request.interface.c_str(), error));
  pcap_t* handle = capture.handle.get();
  if (handle == nullptr) return Failed(OpenFailure::kOther, error);

  pcap_set_snaplen(handle, request.snaplen);
  pcap_set_promisc(handle, request.promiscuous ? 1 : 0);
  pcap_set_timeout(handle, kBlockTimeoutMs);
  pcap_set_buffer_size(handle, static_cast<int>(request.buffer_bytes));
  const int status = pcap_activate(handle);
  if (status < 0) return Failed(FailureOf(status), Detail(handle, status));

  const std::optional<LinkType> link_type = LinkTypeOf(handle);
  if (!link_type) {
    return Failed(OpenFailure::kLinkType,
                  "cannot decode link type " + LinkTypeName(handle));
  }
  capture.link_type = *link_type;
  if (!InstallFilter(handle, request.filter)) {
    return Failed(OpenFailure::kFilter, pcap_geterr(handle));
  }
  if (pcap_setnonblock(handle, 1, error) != 0) {
    return Failed(OpenFailure::kOther, error);
  }
  capture.descriptor = pcap_get_selectable_fd(handle);
  capture.filter_in_kernel = FilterIsInKernel(capture.descriptor);
  return capture;
}

bool ChangeFilter(LiveCapture& capture, const std::string& filter) {
  if (!InstallFilter(capture.handle.get(), filter)) return false;
  capture.filter_in_kernel = FilterIsInKernel(capture.descriptor);
  return true;
}

}  // namespace ipband
