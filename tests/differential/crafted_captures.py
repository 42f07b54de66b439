# SPDX-License-Identifier: Apache-2.0
"""Writes capture files of many link types and forms, good ones and odd ones.

What the packets hold is the same everywhere (`packets()`); each file wraps
them in another link header or another file format.
"""
import pathlib
import sys

from scapy.layers.inet import ICMP, IP, TCP, UDP, IPOption_Router_Alert
from scapy.layers.inet6 import (ICMPv6EchoRequest, IPv6, IPv6ExtHdrDestOpt,
                                IPv6ExtHdrFragment, IPv6ExtHdrHopByHop,
                                IPv6ExtHdrRouting)
from scapy.layers.l2 import ARP, GRE
from scapy.packet import Raw

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent /
                       "support"))
import capture_file as cf  # noqa: E402

MACS = bytes.fromhex("020000000002020000000001")
ARP_FRAME = MACS + b"\x08\x06" + bytes(ARP(psrc="10.1.0.1", pdst="10.1.0.2"))


def packets(link_is_v4_only=False, link_is_v6_only=False):
    """IP packets of every shape, as bytes; their hosts differ."""
    v4 = [
        IP(src="10.1.0.1", dst="10.1.0.2") / UDP(sport=40000, dport=40001) /
        Raw(b"a" * 70),
        IP(src="10.1.0.3", dst="192.0.2.4",
           options=[IPOption_Router_Alert()]) / TCP(dport=80) / Raw(b"b" * 99),
        IP(src="10.1.0.5", dst="192.0.2.6", flags="MF") / Raw(b"c" * 200),
        IP(src="10.1.0.5", dst="192.0.2.6", frag=25, proto=17) / Raw(b"d" * 31),
        IP(src="10.1.0.7", dst="192.0.2.8") / GRE() / IP() / UDP(),
        IP(src="10.1.0.9", dst="192.0.2.9") / ICMP(type=3) /
        IP(src="192.0.2.9", dst="10.99.0.1") / UDP(),
        IP(src="10.1.0.10", dst="192.0.2.10", proto=41) /
        IPv6(src="2001:db8::99", dst="2001:db8::98") / UDP(),
        IP(src="0.0.0.0", dst="255.255.255.255") / UDP(sport=68, dport=67),
        IP(src="10.1.0.11", dst="10.1.0.11") / UDP(sport=7, dport=7),
        IP(src="10.1.0.12", dst="239.1.2.3", proto=2) / Raw(b"\x16" * 8),
    ]
    v6 = [
        IPv6(src="2001:db8::1", dst="2001:db8::2") / TCP() / Raw(b"e" * 55),
        IPv6(src="2001:db8::3", dst="ff02::16") / IPv6ExtHdrHopByHop() /
        ICMPv6EchoRequest(),
        IPv6(src="2001:db8::4", dst="2001:db8:1::5") / IPv6ExtHdrDestOpt() /
        IPv6ExtHdrRouting(addresses=["2001:db8:9::9"], segleft=1) / UDP(),
        IPv6(src="2001:db8::6", dst="2001:db8:1::7") /
        IPv6ExtHdrFragment(m=1, id=9, nh=17) / UDP() / Raw(b"f" * 40),
        IPv6(src="2001:db8::6", dst="2001:db8:1::7") /
        IPv6ExtHdrFragment(offset=6, id=9, nh=17) / Raw(b"g" * 20),
        IPv6(src="2001:db8::8", dst="2001:db8:1::9", nh=4) /
        IP(src="10.98.0.1", dst="10.98.0.2") / UDP(),
        IPv6(src="2001:db8::a", dst="2001:db8:1::b", nh=59) / Raw(b"h" * 9),
    ]
    if link_is_v4_only:
        v6 = []
    if link_is_v6_only:
        v4 = []
    return [bytes(packet) for packet in v4 + v6]


def _is_v6(packet):
    return packet[0] >> 4 == 6


def _typed(packet, v4, v6):
    """The packet behind one of two numbers, two bytes long, that name it."""
    return (v6 if _is_v6(packet) else v4).to_bytes(2, "big") + packet


def _ethertype(packet):
    return _typed(packet, 0x0800, 0x86dd)


def _ppp(packet):
    return _typed(packet, 0x0021, 0x0057)


def _ethernet(packet, tags=b""):
    return MACS + tags + _ethertype(packet)


def _label(value, bottom):
    return (value << 12 | bottom << 8 | 64).to_bytes(4, "big")


def _mpls(packet, labels):
    stack = b"".join(_label(100 + i, i == labels - 1) for i in range(labels))
    return b"\x88\x47" + stack + packet


def _pppoe(packet):
    body = _ppp(packet)
    return b"\x11\0\0\x07" + len(body).to_bytes(2, "big") + body


def _snap(packet):
    body = b"\xaa\xaa\x03\0\0\0" + _ethertype(packet)
    return len(body).to_bytes(2, "big") + body


def _null(packet, order, v6_family):
    family = v6_family if _is_v6(packet) else 2
    return family.to_bytes(4, order) + packet


def _damaged():
    """Ethernet frames that are not what they say, or not all there."""
    good = packets()[0]
    long_enough = bytes(40)
    return [
        _ethernet(good),
        MACS + b"\x08\x00" + b"\x55" + good[1:],       # version 5
        MACS + b"\x08\x00" + b"\x43" + good[1:],       # header of 12 bytes
        MACS + b"\x86\xdd" + good + long_enough,       # version 4 as IPv6
        MACS + b"\x08\x00" + packets()[-1],            # version 6 as IPv4
        MACS + b"\x81\x00\x00\x05",                    # a tag of nothing
        MACS + b"\x88\x47" + _label(16, 0),            # labels without end
        MACS + b"\x88\x63" + long_enough,              # PPPoE discovery
        MACS + b"\x00\x26\x42\x42\x03" + long_enough,  # spanning tree
        ARP_FRAME,
    ]


def wrapped():
    """{name: (link type, frames)}, everything that one pcap file can hold."""
    ip = packets()
    vlan = bytes.fromhex("81000005")
    qinq = bytes.fromhex("88a8006481000005")
    old_qinq = bytes.fromhex("9100006481000005")
    ppp = [b"\xff\x03" + _ppp(p) for p in ip]
    lcp = b"\xff\x03\xc0\x21\x01\x01\x00\x04"
    compressed = [b"\xff\x03" + _ppp(p)[1:] for p in ip]
    hdlc = [b"\x0f\x00" + _ethertype(p) for p in ip]
    slarp = b"\x8f\x00\x80\x35" + bytes(18)
    sll = bytes.fromhex("0004000100060200000000010000")
    sll2 = bytes.fromhex("0000000000030001040602000000 00010000")
    ppi = bytes.fromhex("0000080001000000")
    return {
        "ethernet": (cf.ETHERNET, [_ethernet(p) for p in ip] + [ARP_FRAME]),
        "vlan": (cf.ETHERNET, [_ethernet(p, vlan) for p in ip]),
        "qinq": (cf.ETHERNET, [_ethernet(p, qinq) for p in ip]),
        "qinq-9100": (cf.ETHERNET, [_ethernet(p, old_qinq) for p in ip]),
        "mpls": (cf.ETHERNET, [MACS + _mpls(p, 1 + i % 3)
                               for i, p in enumerate(ip)]),
        "mpls-in-vlan": (cf.ETHERNET, [MACS + vlan + _mpls(p, 2) for p in ip]),
        "pppoe": (cf.ETHERNET, [MACS + b"\x88\x64" + _pppoe(p) for p in ip]),
        "pppoe-in-qinq": (cf.ETHERNET, [MACS + qinq + b"\x88\x64" + _pppoe(p)
                                        for p in ip]),
        "snap": (cf.ETHERNET, [MACS + _snap(p) for p in ip]),
        "snap-in-vlan": (cf.ETHERNET, [MACS + vlan + _snap(p) for p in ip]),
        "llc-ip": (cf.ETHERNET,
                   [MACS + (len(p) + 3).to_bytes(2, "big") + b"\x06\x06\x03" +
                    p for p in packets(link_is_v4_only=True)]),
        "padded": (cf.ETHERNET, [_ethernet(p) + bytes(50) for p in ip]),
        "damaged": (cf.ETHERNET, _damaged()),
        "raw": (cf.RAW, ip),
        "raw-ipv4": (cf.IPV4, packets(link_is_v4_only=True)),
        "raw-ipv6": (cf.IPV6, packets(link_is_v6_only=True)),
        "null-openbsd": (cf.NULL, [_null(p, "little", 24) for p in ip]),
        "null-freebsd": (cf.NULL, [_null(p, "little", 28) for p in ip]),
        "null-other-order": (cf.NULL, [_null(p, "big", 30) for p in ip]),
        "loop": (cf.LOOP, [_null(p, "big", 30) for p in ip]),
        "ppp": (cf.PPP, ppp + [lcp]),
        "ppp-compressed": (cf.PPP, compressed),
        "ppp-bare": (cf.PPP, [_ppp(p) for p in ip]),
        "ppp-hdlc": (cf.PPP_HDLC, ppp + [lcp]),
        "cisco-hdlc": (cf.C_HDLC, hdlc + [slarp]),
        "cisco-hdlc-in-ppp": (cf.PPP_HDLC, hdlc + [slarp]),
        "pppoe-without-ethernet": (cf.PPP_ETHER, [_pppoe(p) for p in ip]),
        "sll": (cf.LINUX_SLL, [sll + _ethertype(p) for p in ip]),
        "sll-vlan": (cf.LINUX_SLL, [sll + vlan + _ethertype(p) for p in ip]),
        "sll2": (cf.LINUX_SLL2,
                 [_ethertype(p)[:2] + sll2 + p for p in ip]),
        "ppi": (cf.PPI, [ppi + _ethernet(p) for p in ip]),
    }


def _write_pcapng(folder):
    frames = wrapped()["ethernet"][1]
    one, other = frames[:9], frames[9:]

    def blocks(some, order, **options):
        return [cf.enhanced(n, f, order, **options)
                for n, f in enumerate(some)]

    ethernet = cf.interface(cf.ETHERNET)
    cf.pcapng(folder / "sections.pcapng",
              [cf.section(), ethernet, *blocks(one, "<"), cf.statistics(),
               cf.section(), ethernet, *blocks(other, "<")])
    cf.pcapng(folder / "big-endian.pcapng",
              [cf.section(">"), cf.interface(cf.ETHERNET, ">"),
               *blocks(frames, ">")])
    cf.pcapng(folder / "two-byte-orders.pcapng",
              [cf.section(), ethernet, *blocks(one, "<"),
               cf.section(">"), cf.interface(cf.ETHERNET, ">"),
               *blocks(other, ">")])
    cf.pcapng(folder / "interfaces.pcapng",
              [cf.section(), ethernet, *blocks(one, "<"),
               cf.interface(cf.ETHERNET, resolution=9),
               *blocks(other, "<", on=1, resolution=9)])
    cf.pcapng(folder / "simple-blocks.pcapng",
              [cf.section(), ethernet, *map(cf.simple, frames)])
    cf.pcapng(folder / "two-link-types.pcapng",
              [cf.section(), ethernet, *blocks(one, "<"),
               cf.interface(cf.RAW),
               *blocks(packets(), "<", on=1)])
    cf.pcapng(folder / "two-snap-lengths.pcapng",
              [cf.section(), ethernet, *blocks(one, "<"),
               cf.interface(cf.ETHERNET, snaplen=96),
               *blocks(other, "<", on=1)])
    cf.pcapng(folder / "cut-at-end.pcapng",
              [cf.section(), ethernet, *blocks(frames, "<")], cut=9)
    cf.pcapng(folder / "no-interface.pcapng", [cf.section()])


def write_all(folder):
    """Writes the files. Answers {name: what captures_vs_tshark.py has to say
    of it} of those that are not plainly "whole"."""
    folder = pathlib.Path(folder)
    for name, (link_type, frames) in wrapped().items():
        cf.pcap(folder / f"{name}.pcap", link_type, frames)
    ethernet = wrapped()["ethernet"][1]
    cf.pcap(folder / "big-endian.pcap", cf.ETHERNET, ethernet, order=">")
    cf.pcap(folder / "nanoseconds.pcap", cf.ETHERNET, ethernet,
            nanoseconds=True)
    cf.pcap(folder / "big-endian-nanoseconds.pcap", cf.ETHERNET, ethernet,
            order=">", nanoseconds=True)
    for snaplen in (13, 20, 33, 34, 53, 54):
        cf.pcap(folder / f"snaplen-{snaplen}.pcap", cf.ETHERNET,
                ethernet + wrapped()["qinq"][1], snaplen=snaplen)
    cf.pcap(folder / "no-frames.pcap", cf.ETHERNET, [])
    cf.pcap(folder / "cut-at-end.pcap", cf.ETHERNET, ethernet, cut=7)
    cf.pcap(folder / "cut-in-record-header.pcap", cf.ETHERNET, ethernet,
            cut=len(ethernet[-1]) + 5)
    cf.pcap(folder / "wireless.pcap", cf.IEEE802_11, [bytes(40)])
    (folder / "empty.pcap").write_bytes(b"")
    (folder / "text.pcap").write_text("this is no capture\n" * 9)
    (folder / "magic-only.pcap").write_bytes(b"\xd4\xc3\xb2\xa1\x02")
    _write_pcapng(folder)
    return {
        "cut-at-end.pcap": "damaged at its end",
        "cut-in-record-header.pcap": "damaged at its end",
        "cut-at-end.pcapng": "damaged at its end",
        "two-link-types.pcapng": "read in part by us",
        "two-byte-orders.pcapng": "read in part by us",
        "two-snap-lengths.pcapng": "read in part by us",
        "wireless.pcap": "only tshark reads it",
        "empty.pcap": "only tshark reads it",
        "no-interface.pcapng": "only tshark reads it",
        "text.pcap": "neither reads it",
        "magic-only.pcap": "neither reads it",
    }
