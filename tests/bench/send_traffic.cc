// SPDX-License-Identifier: Apache-2.0
//
// Sends IPv4 UDP frames of 60 bytes between local hosts and remote ones, both
// directions, as fast as it can; every host as often as any other.
//   send_traffic INTERFACE PACKETS HOSTS REMOTES
// Local hosts are in 10.0.0.0/8, 250 to a /24; remote ones in 198.0.0.0/8.
// Prints the frames sent and the seconds that took.
#include <arpa/inet.h>
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
#include <cstring>
#include <random>
#include <span>
#include <vector>

namespace {

constexpr size_t kBytes = 60;
constexpr size_t kBatch = 256;
constexpr size_t kDifferent = 65536;  // frames that are made, at least

using Frame = std::array<uint8_t, kBytes>;

void Put32(uint8_t* at, uint32_t value) {
  value = htonl(value);
  std::memcpy(at, &value, sizeof(value));
}

// RFC 1071; ipfm leaves out what has a wrong one.
uint16_t Checksum(std::span<const uint8_t> header) {
  uint32_t sum = 0;
  for (size_t i = 0; i + 1 < header.size(); i += 2) {
    sum += static_cast<uint32_t>(header[i] << 8 | header[i + 1]);
  }
  sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<uint16_t>(~(sum + (sum >> 16)));
}

Frame Make(uint32_t host, uint32_t remote, bool out_bound) {
  const uint32_t local = 0x0a000001 + (host / 250 << 8) + host % 250;
  remote += 0xc6000001;
  Frame frame{};
  frame[0] = frame[6] = 2;  // locally administered addresses
  frame[11] = 1;
  frame[12] = 0x08;
  frame[14] = 0x45;
  frame[17] = kBytes - 14;
  frame[22] = 64;
  frame[23] = 17;
  Put32(&frame[26], out_bound ? local : remote);
  Put32(&frame[30], out_bound ? remote : local);
  const uint16_t checksum = Checksum(std::span(frame).subspan(14, 20));
  frame[24] = static_cast<uint8_t>(checksum >> 8);
  frame[25] = static_cast<uint8_t>(checksum);
  Put32(&frame[34], out_bound ? 4000U << 16 | 53 : 53U << 16 | 4000);
  frame[39] = kBytes - 34;
  return frame;
}

// Each host once in each round through them, in no order.
std::vector<Frame> MakeAll(uint32_t hosts, uint32_t remotes) {
  std::mt19937 random(1);
  const size_t count = (kDifferent + hosts - 1) / hosts * hosts;
  std::vector<Frame> frames;
  frames.reserve(count);
  for (size_t i = 0; i < count; ++i) {
    frames.push_back(Make(static_cast<uint32_t>(i % hosts),
                          static_cast<uint32_t>(random() % remotes),
                          random() % 2 == 0));
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
      pieces[i] = {frames[next].data(), kBytes};
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
