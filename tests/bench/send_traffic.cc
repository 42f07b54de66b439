// SPDX-License-Identifier: Apache-2.0
//
// Sends UDP frames of 60 bytes between local hosts and remote ones, both
// directions, as fast as it can; every host as often as any other.
//   send_traffic INTERFACE PACKETS HOSTS REMOTES
// Prints the frames sent and the seconds that took.
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <span>
#include <vector>

#include "tests/bench/udp_frame.h"

namespace {

using ipband::bench::Frame;
using ipband::bench::kFrameBytes;
using ipband::bench::LocalHost;
using ipband::bench::RemoteHost;
using ipband::bench::UdpFrame;

constexpr size_t kBatch = 256;
constexpr size_t kDifferent = 65536;  // frames that are made, at least

// Each host once in each round through them, in no order.
std::vector<Frame> MakeAll(uint32_t hosts, uint32_t remotes) {
  std::mt19937 random(1);
  const size_t count = (kDifferent + hosts - 1) / hosts * hosts;
  std::vector<Frame> frames;
  frames.reserve(count);
  for (size_t i = 0; i < count; ++i) {
    const auto remote = static_cast<uint32_t>(random() % remotes);
    frames.push_back(UdpFrame(LocalHost(static_cast<uint32_t>(i % hosts)),
                              RemoteHost(remote), random() % 2 == 0,
                              kFrameBytes));
  }
  std::shuffle(frames.begin(), frames.end(), random);
  return frames;
}

int Open(const char* interface) {
  const int line = socket(AF_PACKET, SOCK_RAW, 0);  // receives nothing
  sockaddr_ll address{};
  address.sll_family = AF_PACKET;
  address.sll_ifindex = static_cast<int>(if_nametoindex(interface));
  const auto* at = static_cast<const sockaddr*>(static_cast<void*>(&address));
  if (line < 0 || address.sll_ifindex == 0 ||
      bind(line, at, sizeof(address)) != 0) {
    std::perror(interface);
    std::exit(1);
  }
  return line;
}

// Sends until all are sent; a full queue is tried again.
void SendAll(int line, std::span<mmsghdr> batch) {
  while (!batch.empty()) {
    const int sent =
        sendmmsg(line, batch.data(), static_cast<unsigned>(batch.size()), 0);
    if (sent < 0 && errno != ENOBUFS && errno != EINTR) {
      std::perror("sendmmsg");
      std::exit(1);
    }
    batch = batch.subspan(sent < 0 ? 0 : static_cast<size_t>(sent));
  }
}

void Send(int line, std::vector<Frame>& frames, size_t packets) {
  std::array<iovec, kBatch> pieces{};
  std::array<mmsghdr, kBatch> batch{};
  size_t next = 0;
  for (size_t sent = 0; sent < packets;) {
    const size_t count = std::min(kBatch, packets - sent);
    for (size_t i = 0; i < count; ++i) {
      pieces[i] = {frames[next].data(), kFrameBytes};
      batch[i].msg_hdr.msg_iov = &pieces[i];
      batch[i].msg_hdr.msg_iovlen = 1;
      next = next + 1 == frames.size() ? 0 : next + 1;
    }
    SendAll(line, std::span(batch).first(count));
    sent += count;
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) {
    std::fputs("usage: send_traffic INTERFACE PACKETS HOSTS REMOTES\n", stderr);
    return 2;
  }
  const auto number = [argv](int i) {
    return static_cast<uint32_t>(
        std::max(1UL, std::strtoul(argv[i], nullptr, 10)));
  };
  const uint32_t packets = number(2);
  std::vector<Frame> frames = MakeAll(number(3), number(4));
  const int line = Open(argv[1]);
  const auto start = std::chrono::steady_clock::now();
  Send(line, frames, packets);
  const std::chrono::duration<double> took =
      std::chrono::steady_clock::now() - start;
  std::printf("%u %.3f\n", packets, took.count());
  close(line);
  return 0;
}
