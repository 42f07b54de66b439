// SPDX-License-Identifier: Apache-2.0
//
// The floor: takes frames and does nothing with them.
//   empty_loop FILE           prints how many frames the file has
//   empty_loop -i INTERFACE   until SIGTERM; prints frames, and those that the
//                             kernel dropped
// Live it captures as the exporter does (collectors/capture/live.cc): a ring of
// 32 MiB of TPACKET_V3 blocks, 192 bytes of a frame, a compiled filter.
#include <pcap/pcap.h>
#include <signal.h>

#include <cstdio>
#include <string_view>

namespace {

constexpr int kSnaplen = 192;
constexpr int kBufferBytes = 32 << 20;
constexpr int kBlockTimeoutMs = 100;

pcap_t* g_handle = nullptr;  // for the signal
volatile sig_atomic_t g_ending = 0;

void Count(u_char* user, const pcap_pkthdr*, const u_char*) {
  ++*static_cast<unsigned long*>(static_cast<void*>(user));
}

pcap_t* OpenLive(const char* interface, char* error) {
  pcap_t* handle = pcap_create(interface, error);
  if (handle == nullptr) return nullptr;
  pcap_set_snaplen(handle, kSnaplen);
  pcap_set_promisc(handle, 1);
  pcap_set_timeout(handle, kBlockTimeoutMs);
  pcap_set_buffer_size(handle, kBufferBytes);
  bpf_program program{};
  if (pcap_activate(handle) < 0 ||
      pcap_compile(handle, &program, "ip or ip6 or vlan", 1,
                   PCAP_NETMASK_UNKNOWN) != 0 ||
      pcap_setfilter(handle, &program) != 0) {
    std::snprintf(error, PCAP_ERRBUF_SIZE, "%s", pcap_geterr(handle));
    pcap_close(handle);
    return nullptr;
  }
  pcap_freecode(&program);
  return handle;
}

unsigned long ReadLive(pcap_t* handle) {
  g_handle = handle;
  struct sigaction action {};
  action.sa_handler = [](int) {
    g_ending = 1;
    pcap_breakloop(g_handle);
  };
  sigaction(SIGTERM, &action, nullptr);
  std::puts("ready");
  std::fflush(stdout);
  unsigned long frames = 0;
  auto* user = static_cast<u_char*>(static_cast<void*>(&frames));
  while (g_ending == 0) pcap_dispatch(handle, -1, Count, user);
  // What is in the ring when the signal comes is counted as well.
  char error[PCAP_ERRBUF_SIZE] = "";
  pcap_setnonblock(handle, 1, error);
  while (pcap_dispatch(handle, -1, Count, user) > 0) {
  }
  return frames;
}

}  // namespace

int main(int argc, char** argv) {
  char error[PCAP_ERRBUF_SIZE] = "";
  const bool live = argc == 3 && std::string_view(argv[1]) == "-i";
  pcap_t* handle = nullptr;
  if (live) {
    handle = OpenLive(argv[2], error);
  } else if (argc == 2) {
    handle = pcap_open_offline(argv[1], error);
  }
  if (handle == nullptr) {
    std::fprintf(stderr, "usage: empty_loop FILE | -i INTERFACE\n%s\n", error);
    return 2;
  }
  if (live) {
    const unsigned long frames = ReadLive(handle);
    pcap_stat dropped{};
    pcap_stats(handle, &dropped);
    std::printf("%lu %u\n", frames, dropped.ps_drop);
  } else {
    unsigned long frames = 0;
    pcap_loop(handle, -1, Count,
              static_cast<u_char*>(static_cast<void*>(&frames)));
    std::printf("%lu\n", frames);
  }
  pcap_close(handle);
  return 0;
}
