# SPDX-License-Identifier: Apache-2.0
"""Nine kinds of packets, sent over a veth, recorded beside it, and replayed.

Live, from tcpdump's recording, and from a file written here, every host has to
have exactly the bytes that were sent: IP bytes with `length: ip`, and the
bytes that tshark calls frame.len with `length: frame`. All counters of the
three have to be the same. README.md sets the numbers beside those of others.

usage: packet_kinds.py BINARY
"""
import pathlib
import sys
import tempfile
from typing import NamedTuple

from scapy.layers.inet import IP, UDP
from scapy.layers.inet6 import IPv6, IPv6ExtHdrFragment
from scapy.layers.l2 import Dot1AD, Dot1Q, Ether, GRE
from scapy.layers.ppp import PPP, PPPoE
from scapy.packet import Padding, Raw

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "support"))
import capture_file  # noqa: E402
import exposition  # noqa: E402
import netlab  # noqa: E402
import results  # noqa: E402
import tshark  # noqa: E402

CONFIG = "accounting: {{length: {length}, local: [any]}}\n"
LENGTHS = ("ip", "frame")
MACS = {"src": "02:00:00:00:00:01", "dst": "02:00:00:00:00:02"}


def ether(version):
    return Ether(**MACS, type=0x0800 if version == 4 else 0x86dd)


def vlan(version):
    return Ether(**MACS) / Dot1Q(vlan=5)


def qinq(version):
    return Ether(**MACS) / Dot1AD(vlan=100) / Dot1Q(vlan=5)


def pppoe(version):
    return (Ether(**MACS, type=0x8864) / PPPoE(sessionid=17) /
            PPP(proto=0x0021 if version == 4 else 0x0057))


def fill(packet, size):
    """The packet with as much payload as makes it `size` bytes of IP."""
    return packet / Raw(b"x" * (size - len(packet)))


def datagram(ip, size):
    return [fill(ip / UDP(sport=4000, dport=5000), size)]


def bare(ip, size):
    """No UDP: its header alone would make IPv6 too long to be padded."""
    return [fill(ip.__class__(src=ip.src, dst=ip.dst, nh=253), size)]


def tunnel(ip, size):
    inner = IP(src="10.200.0.1", dst="10.200.0.2") / UDP(dport=53)
    return [fill(ip / GRE() / inner, size)]


def fragments(ip, first, second):
    offset = first - len(ip)
    if ip.version == 4:
        head, tail = ip.copy(), ip.copy()
        head.flags, tail.frag = "MF", offset // 8
        head.proto = tail.proto = 17
    else:
        offset -= 8
        head = ip / IPv6ExtHdrFragment(nh=17, m=1, offset=0, id=7)
        tail = ip / IPv6ExtHdrFragment(nh=17, m=0, offset=offset // 8, id=7)
    header = bytes(UDP(sport=4000, dport=5000, chksum=0, len=8 + offset +
                       second - len(tail) - 8))
    return [fill(head / Raw(header), first), fill(tail, second)]


class Kind(NamedTuple):
    name: str
    host: int      # 10.9.0.HOST, and fd00:9::HOST, send; .1.HOST receives
    version: int
    count: int
    sizes: tuple   # IP bytes of one packet, or of its fragments
    link: object
    packets: object = datagram

    @property
    def addresses(self):
        if self.version == 4:
            return f"10.9.0.{self.host}", f"10.9.1.{self.host}"
        return f"fd00:9::{self.host}", f"fd00:9:0:1::{self.host}"

    @property
    def ip_bytes(self):
        return self.count * sum(self.sizes)

    def frames(self):
        source, destination = self.addresses
        ip = (IP if self.version == 4 else IPv6)(src=source, dst=destination)
        made = []
        for packet in self.packets(ip, *self.sizes):
            frame = self.link(self.version) / packet
            if len(frame) < 60:
                frame = frame / Padding(bytes(60 - len(frame)))
            made.append(bytes(frame))
        return made * self.count


# The first nine are the table's; then their twins of the other version.
KINDS = (
    Kind("plain IPv4", 10, 4, 1000, (1400,), ether),
    Kind("plain IPv6", 10, 6, 500, (1000,), ether),
    Kind("802.1Q", 20, 4, 300, (1000,), vlan),
    Kind("QinQ 0x88a8", 30, 4, 200, (1000,), qinq),
    Kind("PPPoE session", 50, 4, 100, (1000,), pppoe),
    Kind("20 kB super-frames", 60, 4, 10, (20000,), ether),
    Kind("GRE, outer", 40, 4, 100, (924,), ether, tunnel),
    Kind("small IP, padded to 60", 70, 4, 400, (29,), ether),
    Kind("IP fragments", 80, 4, 100, (1000, 500), ether, fragments),
    Kind("802.1Q", 20, 6, 300, (1000,), vlan),
    Kind("QinQ 0x88a8", 30, 6, 200, (1000,), qinq),
    Kind("PPPoE session", 50, 6, 100, (1000,), pppoe),
    Kind("20 kB super-frames", 60, 6, 10, (20000,), ether),
    Kind("GRE, outer", 40, 6, 100, (924,), ether, tunnel),
    Kind("small IP, padded to 60", 70, 6, 400, (41,), ether, bare),
    Kind("IP fragments", 80, 6, 100, (1000, 504), ether, fragments),
)


def print_table(seen, truth):
    print(f"{'kind':24}{'':6}{'IP bytes':>10} {'counted':>10}"
          f"{'frame.len':>12} {'counted':>10}")
    for kind in KINDS:
        source = kind.addresses[0]
        print(f"{kind.name:24}IPv{kind.version:<3}"
              f"{kind.ip_bytes:>10} {seen['ip'].get(source, (0, 0))[1]:>10}"
              f"{truth[source][1]:>12} "
              f"{seen['frame'].get(source, (0, 0))[1]:>10}")


def check_hosts(check, name, kinds, hosts, wanted):
    """Every host of every kind, and no other host."""
    for kind in kinds:
        source, destination = kind.addresses
        label = f"{name}: {kind.name}, IPv{kind.version}"
        sent = wanted[source][1]
        check.equal(label, (hosts.get(source), hosts.get(destination)),
                    ((0, sent), (sent, 0)))
    others = hosts.keys() - {a for kind in kinds for a in kind.addresses}
    check.same(f"{name}: no other hosts", sorted(others))


def send_and_record(binary, frames):
    """{(where, length): samples} of the live exporters, and the recording."""
    seen = {}
    with netlab.Lab(mtu=65535) as lab:
        recording = lab.record("v1", lab.folder / "recorded.pcap")
        running = {}
        for length in LENGTHS:
            config = CONFIG.format(length=length)
            for end, interface in ((lab.right, "v1"), (lab.left, "v0")):
                running[interface, length] = netlab.Exporter(
                    end, binary, interface, config=config, folder=lab.folder)
        lab.send("v0", frames)
        for key, exporter in running.items():
            seen[key] = exporter.wait_for_frames(len(frames))
        size = 24 + sum(16 + len(frame) for frame in frames)
        netlab.wait_for(lambda: recording.path.stat().st_size >= size,
                        f"{size} recorded bytes")
        return seen, recording.stop().read_bytes()


def main(check):
    binary = pathlib.Path(sys.argv[1]).resolve()
    frames = [frame for kind in KINDS for frame in kind.frames()]
    seen, recorded = send_and_record(binary, frames)

    with tempfile.TemporaryDirectory(prefix="ipband-kinds-") as name:
        live_file = pathlib.Path(name) / "recorded.pcap"
        live_file.write_bytes(recorded)
        own_file = capture_file.pcap(pathlib.Path(name) / "written.pcap",
                                     capture_file.ETHERNET, frames)
        dissection = tshark.dissect(live_file)
        check.equal("tshark reads the recording",
                    (dissection.status, len(dissection.frames)),
                    (0, len(frames)))
        replays = {}
        for file in (live_file, own_file):
            for length in LENGTHS:
                once = exposition.Once(binary, file,
                                       config=CONFIG.format(length=length))
                check.equal(f"replay of {file.name}", once.status, 0)
                replays[file.name, length] = once.samples

    truth = {"frame": tshark.host_bytes(dissection.frames), "ip": {}}
    for kind in KINDS:
        source, destination = kind.addresses
        truth["ip"][source] = (0, kind.ip_bytes)
        truth["ip"][destination] = (kind.ip_bytes, 0)
        sent = sum(map(len, kind.frames()))
        check.equal(f"tshark has the bytes sent: {kind.name}",
                    truth["frame"].get(source), (0, sent))

    for where, runs in (("live", seen), ("replay", replays)):
        for (name, length), samples in runs.items():
            check_hosts(check, f"{where} {name}, {length}", KINDS,
                        exposition.host_bytes(samples), truth[length])
            other = replays["written.pcap", length]
            check.same(
                f"{where} {name} and replay written.pcap, {length}",
                exposition.differences(exposition.traffic_counters(samples),
                                       exposition.traffic_counters(other)))
    print_table({length: exposition.host_bytes(seen["v1", length])
                 for length in LENGTHS}, truth["frame"])


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    results.run(main)
