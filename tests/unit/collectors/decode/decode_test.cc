// SPDX-License-Identifier: Apache-2.0
#include "collectors/decode/decode.h"

#include <gtest/gtest.h>

#include "tests/support/frame_builder.h"

namespace ipband {
namespace {

using test::FrameBuilder;
using test::FrameBytes;

struct Decoded {
  Outcome outcome;
  Packet packet;
};

Decoded DecodeAs(LinkType type, const FrameBytes& frame,
                 uint32_t wire_length = 0) {
  Decoded decoded{};
  decoded.outcome = Decode(
      type, frame,
      wire_length == 0 ? static_cast<uint32_t>(frame.size()) : wire_length,
      decoded.packet);
  return decoded;
}

Decoded DecodeEthernet(const FrameBuilder& builder) {
  return DecodeAs(LinkType::kEthernet, builder.Build());
}

const Address kA = *ParseAddress("10.0.0.1");
const Address kB = *ParseAddress("192.0.2.2");

FrameBuilder Eth() { return FrameBuilder().Ethernet(); }
// A packet of 128 bytes by its IP header.
FrameBuilder& V4(FrameBuilder& builder) {
  return builder.Ipv4("10.0.0.1", "192.0.2.2").Udp(53, 4000).Payload(100);
}
FrameBuilder& V6(FrameBuilder& builder) {
  return builder.Ipv6("2001:db8::1", "2001:db8::2").Udp(53, 4000).Payload(80);
}

void ExpectV4(const Decoded& decoded) {
  ASSERT_EQ(decoded.outcome, Outcome::kCounted);
  EXPECT_EQ(decoded.packet.source, kA);
  EXPECT_EQ(decoded.packet.destination, kB);
  EXPECT_EQ(decoded.packet.ip_length, 128u);
  EXPECT_EQ(decoded.packet.protocol, 17);
  EXPECT_EQ(decoded.packet.source_port, 53);
  EXPECT_EQ(decoded.packet.destination_port, 4000);
}

void ExpectV6(const Decoded& decoded) {
  ASSERT_EQ(decoded.outcome, Outcome::kCounted);
  EXPECT_EQ(decoded.packet.source, *ParseAddress("2001:db8::1"));
  EXPECT_EQ(decoded.packet.destination, *ParseAddress("2001:db8::2"));
  EXPECT_EQ(decoded.packet.ip_length, 128u);
  EXPECT_EQ(decoded.packet.source_port, 53);
}

TEST(Decode, FindsIpBehindAnyStackOfTagsAndLabels) {
  using Wrap = std::function<void(FrameBuilder&)>;
  const std::vector<Wrap> stacks = {
      [](FrameBuilder&) {},
      [](FrameBuilder& b) { b.Vlan(5); },
      [](FrameBuilder& b) { b.Vlan(5, 0x88a8).Vlan(6); },
      [](FrameBuilder& b) { b.Vlan(5, 0x9100).Vlan(6).Vlan(7); },
      [](FrameBuilder& b) { b.Mpls(16, true); },
      [](FrameBuilder& b) { b.Vlan(5).Mpls(16, false).Mpls(17, true); },
      [](FrameBuilder& b) { b.PppoeSession(); },
      [](FrameBuilder& b) { b.Vlan(5, 0x88a8).Vlan(6).PppoeSession(); },
      [](FrameBuilder& b) { b.PppoeSession().Mpls(16, true); },
  };
  for (const Wrap& stack : stacks) {
    FrameBuilder v4 = Eth();
    stack(v4);
    ExpectV4(DecodeEthernet(V4(v4)));
    FrameBuilder v6 = Eth();
    stack(v6);
    ExpectV6(DecodeEthernet(V6(v6)));
  }
}

TEST(Decode, ReadsEveryLinkType) {
  const auto expect = [](LinkType type, FrameBuilder v4, FrameBuilder v6) {
    ExpectV4(DecodeAs(type, V4(v4).Build()));
    ExpectV6(DecodeAs(type, V6(v6).Build()));
  };
  const FrameBuilder none;
  expect(LinkType::kEthernet, FrameBuilder().Llc(), FrameBuilder().Llc());
  expect(LinkType::kLinuxSll, FrameBuilder().Sll(), FrameBuilder().Sll());
  expect(LinkType::kLinuxSll, FrameBuilder().Sll().Vlan(3),
         FrameBuilder().Sll().Vlan(3));
  expect(LinkType::kLinuxSll2, FrameBuilder().Sll2(), FrameBuilder().Sll2());
  expect(LinkType::kRaw, none, none);
  FrameBuilder only_v4;
  ExpectV4(DecodeAs(LinkType::kIpv4, V4(only_v4).Build()));
  FrameBuilder only_v6;
  ExpectV6(DecodeAs(LinkType::kIpv6, V6(only_v6).Build()));
  expect(LinkType::kNull, FrameBuilder().Null(2), FrameBuilder().Null(30));
  expect(LinkType::kNull, FrameBuilder().Null(0x02000000),
         FrameBuilder().Null(0x18000000));
  expect(LinkType::kPpp, FrameBuilder().Ppp(), FrameBuilder().Ppp());
  expect(LinkType::kPpp, FrameBuilder().CiscoHdlc(),
         FrameBuilder().CiscoHdlc());
  expect(LinkType::kPppEther, FrameBuilder().PppoeSession(),
         FrameBuilder().PppoeSession());
}

TEST(Decode, ReadsPppWithCompressedFields) {
  FrameBytes frame = {0x21};
  FrameBuilder inner;
  const FrameBytes packet = V4(inner).Build();
  frame.insert(frame.end(), packet.begin(), packet.end());
  ExpectV4(DecodeAs(LinkType::kPpp, frame));
}

TEST(Decode, ReadsEthernetBehindPerPacketInformation) {
  FrameBytes frame = {0, 0, 12, 0, 1, 0, 0, 0, 9, 9, 9, 9};
  FrameBuilder inner = Eth();
  const FrameBytes ethernet = V4(inner).Build();
  frame.insert(frame.end(), ethernet.begin(), ethernet.end());
  ExpectV4(DecodeAs(LinkType::kPpi, frame));
  frame[4] = 105;  // IEEE 802.11
  EXPECT_EQ(DecodeAs(LinkType::kPpi, frame).outcome, Outcome::kNotIp);
}

TEST(Decode, LeavesPaddingOutOfTheIpLength) {
  const Decoded decoded =
      DecodeEthernet(Eth().Ipv4("10.0.0.1", "10.0.0.2").Payload(9).Pad(60));
  EXPECT_EQ(decoded.packet.ip_length, 29u);
  EXPECT_EQ(decoded.packet.frame_length, 60u);
}

TEST(Decode, TakesTheWireLengthForAnImplausibleIpLength) {
  for (const int claimed : {0, 10, 19, 2000, 65535}) {
    const Decoded decoded = DecodeEthernet(
        Eth()
            .Ipv4("10.0.0.1", "10.0.0.2", {.total_length = claimed})
            .Payload(80));
    EXPECT_EQ(decoded.packet.ip_length, 100u) << claimed;
  }
  const Decoded jumbo = DecodeEthernet(
      Eth().Ipv6("::1", "::2", {.payload_length = 0}).Tcp(1, 2).Payload(80));
  EXPECT_EQ(jumbo.packet.ip_length, 140u);
  const Decoded long6 = DecodeEthernet(
      Eth().Ipv6("::1", "::2", {.payload_length = 9999}).Udp(1, 2).Payload(52));
  EXPECT_EQ(long6.packet.ip_length, 100u);
}

TEST(Decode, CountsAnIpv6PacketWithNothingInItAsItsHeader) {
  const Decoded decoded =
      DecodeEthernet(Eth().Ipv6("::1", "::2").Protocol(59).Pad(60));
  EXPECT_EQ(decoded.packet.ip_length, 40u);
}

TEST(Decode, TrustsTheWireLengthOfAFrameThatWasCutShort) {
  FrameBuilder builder = Eth();
  FrameBytes frame = V4(builder).Build();
  frame.resize(14 + 20);
  const Decoded decoded = DecodeAs(LinkType::kEthernet, frame, 142);
  ASSERT_EQ(decoded.outcome, Outcome::kCounted);
  EXPECT_EQ(decoded.packet.ip_length, 128u);
  EXPECT_EQ(decoded.packet.frame_length, 142u);
  EXPECT_EQ(decoded.packet.source_port, 0);
}

TEST(Decode, FindsPortsBehindIpOptions) {
  const Decoded decoded = DecodeEthernet(
      Eth().Ipv4("10.0.0.1", "10.0.0.2", {.option_words = 10}).Tcp(80, 5000));
  EXPECT_EQ(decoded.packet.source_port, 80);
  EXPECT_EQ(decoded.packet.destination_port, 5000);
}

TEST(Decode, TakesPortsFromFirstFragmentsOnly) {
  const auto port = [](uint16_t fragment) {
    return DecodeEthernet(
               Eth()
                   .Ipv4("10.0.0.1", "10.0.0.2", {.fragment = fragment})
                   .Udp(53, 4000))
        .packet.source_port;
  };
  EXPECT_EQ(port(0x2000), 53);
  EXPECT_EQ(port(0x4000), 53);
  EXPECT_EQ(port(0x2001), 0);
  EXPECT_EQ(port(0x0001), 0);
  const Decoded later =
      DecodeEthernet(Eth().Ipv6("::1", "::2").Fragment6(8, true).Udp(53, 4000));
  EXPECT_EQ(later.packet.source_port, 0);
  EXPECT_EQ(later.packet.protocol, 17);
  const Decoded first =
      DecodeEthernet(Eth().Ipv6("::1", "::2").Fragment6(0, true).Udp(53, 4000));
  EXPECT_EQ(first.packet.source_port, 53);
}

TEST(Decode, StepsOverExtensionHeaders) {
  const Decoded decoded = DecodeEthernet(Eth()
                                             .Ipv6("::1", "::2")
                                             .Extension(0)
                                             .Extension(43, 3)
                                             .Extension(60)
                                             .Extension(51, 3)
                                             .Tcp(80, 5000));
  EXPECT_EQ(decoded.packet.protocol, 6);
  EXPECT_EQ(decoded.packet.source_port, 80);
}

TEST(Decode, SurvivesAnEndlessChainOfExtensionHeaders) {
  FrameBuilder builder = Eth().Ipv6("::1", "::2");
  for (int i = 0; i < 40; ++i) builder.Extension(60);
  EXPECT_EQ(DecodeEthernet(builder).outcome, Outcome::kCounted);
}

TEST(Decode, PutsIcmpTypeAndCodeInTheSendersPort) {
  const Decoded decoded =
      DecodeEthernet(Eth().Ipv4("10.0.0.1", "10.0.0.2").Icmp(8, 0));
  EXPECT_EQ(decoded.packet.source_port, 2048);
  EXPECT_EQ(decoded.packet.destination_port, 0);
}

TEST(Decode, KeepsTheFamilyOfMappedAddresses) {
  const Decoded decoded =
      DecodeEthernet(Eth().Ipv6("::ffff:10.0.0.1", "::2").Udp(1, 2));
  EXPECT_NE(decoded.packet.source, kA);
}

TEST(Decode, CallsAFrameTruncatedWhereverAnAddressIsMissing) {
  FrameBuilder v4 = Eth().Vlan(5, 0x88a8).PppoeSession();
  const FrameBytes whole = V4(v4).Build();
  const size_t addresses_end = 14 + 4 + 8 + 20;
  for (size_t length = 0; length < whole.size(); ++length) {
    const FrameBytes cut(whole.begin(),
                         whole.begin() + static_cast<std::ptrdiff_t>(length));
    EXPECT_EQ(DecodeAs(LinkType::kEthernet, cut, 1000).outcome,
              length < addresses_end ? Outcome::kTruncated : Outcome::kCounted)
        << length;
  }
}

TEST(Decode, CallsWhatSaysIpAndIsNotMalformed) {
  EXPECT_EQ(DecodeEthernet(
                Eth().Ipv4("10.0.0.1", "10.0.0.2", {.version = 6}).Payload(9))
                .outcome,
            Outcome::kMalformed);
  EXPECT_EQ(
      DecodeEthernet(
          Eth().Ipv4("10.0.0.1", "10.0.0.2", {.header_words = 4}).Payload(9))
          .outcome,
      Outcome::kMalformed);
  EXPECT_EQ(DecodeEthernet(Eth().Ipv6("::1", "::2", {.version = 4}).Payload(9))
                .outcome,
            Outcome::kMalformed);
  EXPECT_EQ(DecodeAs(LinkType::kRaw, FrameBytes(40, 0x50)).outcome,
            Outcome::kMalformed);
  EXPECT_EQ(DecodeAs(LinkType::kIpv4, FrameBytes(40, 0x60)).outcome,
            Outcome::kMalformed);
}

TEST(Decode, LeavesOtherProtocolsAlone) {
  EXPECT_EQ(DecodeEthernet(Eth().Arp()).outcome, Outcome::kNotIp);
  EXPECT_EQ(DecodeEthernet(Eth().Vlan(5).Arp()).outcome, Outcome::kNotIp);
  FrameBuilder control_word = Eth().Mpls(16, true).Payload(60);
  EXPECT_EQ(DecodeEthernet(control_word).outcome, Outcome::kNotIp);
  EXPECT_EQ(DecodeAs(LinkType::kLinuxSll, FrameBytes(60, 0)).outcome,
            Outcome::kNotIp);
}

// A header whose sum is known to be right, b861.
FrameBytes SummedHeader() {
  return {0x45, 0x00, 0x00, 0x73, 0x00, 0x00, 0x40, 0x00, 0x40, 0x11,
          0xb8, 0x61, 0xc0, 0xa8, 0x00, 0x01, 0xc0, 0xa8, 0x00, 0xc7};
}

bool HasBadSum(const FrameBytes& frame, Checksums checksums) {
  Packet packet;
  packet.bad_checksum = true;  // of the packet that was there before
  EXPECT_EQ(Decode(LinkType::kRaw, frame, 0x73, packet, checksums),
            Outcome::kCounted);
  return packet.bad_checksum;
}

TEST(Decode, VerifiesHeaderSumsForThoseWhoAsk) {
  FrameBytes frame = SummedHeader();
  EXPECT_FALSE(HasBadSum(frame, Checksums::kVerify));
  for (size_t i = 1; i < frame.size(); ++i) {
    frame[i] ^= 0x10;
    EXPECT_TRUE(HasBadSum(frame, Checksums::kVerify)) << i;
    EXPECT_FALSE(HasBadSum(frame, Checksums::kIgnore)) << i;
    frame[i] ^= 0x10;
  }
}

TEST(Decode, TakesASumForRightWhoseHeaderIsCut) {
  FrameBytes frame = SummedHeader();
  frame[0] = 0x46;  // four bytes of options that are not there
  EXPECT_FALSE(HasBadSum(frame, Checksums::kVerify));
}

TEST(Decode, FindsNoSumInIpv6) {
  FrameBytes frame(40, 0);
  frame[0] = 0x60;
  EXPECT_FALSE(HasBadSum(frame, Checksums::kVerify));
}

}  // namespace
}  // namespace ipband
