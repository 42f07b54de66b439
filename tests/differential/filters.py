# SPDX-License-Identifier: Apache-2.0
"""Filters pass the same frames as tcpdump's, live and from a file.

One mixture of untagged, VLAN, QinQ, PPPoE and MPLS frames, IPv4 and IPv6, is
sent over a veth. For every filter the exporter (by configuration and by -f)
and tcpdump watch both ends. The kernel must have taken the filter, but for two
that it refuses: then there is a warning, and the same frames. (`protochain`
makes a loop. Of the other one libpcap makes a program that reads memory it
never wrote: on a live interface it may pass anything but must pass untagged
IP; from a file it is sound.)

usage: filters.py BINARY
"""
import pathlib
import socket
import subprocess
import sys
from typing import NamedTuple

from scapy.layers.inet import IP, UDP
from scapy.layers.inet6 import IPv6
from scapy.layers.l2 import ARP
from scapy.packet import Raw

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent /
                       "support"))
import capture_file  # noqa: E402
import exposition  # noqa: E402
import netlab  # noqa: E402
import results  # noqa: E402

MACS = bytes.fromhex("020000000002020000000001")
MAN_PAGE = "net 10.10.0.0/16"  # ipband(8)'s example
REFUSED = ("ip or ip6 or (vlan and (ip or ip6)) or "
           "(pppoes and (ip or ip6))")
# Between the MAC addresses and the packet, for IPv4 and for IPv6.
LINKS = {
    "untagged": ("0800", "86dd"),
    "vlan": ("810000050800", "8100000586dd"),
    "qinq": ("88a80064810000050800", "88a800648100000586dd"),
    "pppoe": ("886411000007 %04x 0021", "886411000007 %04x 0057"),
    "mpls": ("8847 00064040 00065140", "8847 00064040 00065140"),
}


class Filter(NamedTuple):
    text: str
    last: str             # kind of the last frame it passes
    in_kernel: int = 1
    sound_live: bool = True


FILTERS = (
    Filter("", "untagged"),
    Filter(MAN_PAGE, "untagged"),
    Filter("vlan and " + MAN_PAGE, "vlan"),
    Filter("pppoes and " + MAN_PAGE, "pppoe"),
    Filter("mpls and mpls and " + MAN_PAGE, "mpls"),
    Filter("ip or ip6", "untagged"),
    Filter("ip protochain 17 and " + MAN_PAGE, "untagged", in_kernel=0),
    Filter(REFUSED, "untagged", in_kernel=0, sound_live=False),
)


def frame(link, packet):
    header = LINKS[link][packet.version == 6]
    if "%" in header:
        header %= len(packet) + 2
    return MACS + bytes.fromhex(header) + bytes(packet)


def last_source(link):
    return f"10.10.255.{list(LINKS).index(link) + 1}"


def mixture():
    """What is inside and outside of 10.10.0.0/16, by every link; then one
    frame of each link that tells the end, the untagged one at the very end."""
    arp = MACS + b"\x08\x06" + bytes(ARP(psrc="10.10.0.1", pdst="10.10.0.2"))
    payload = UDP(sport=4000, dport=5000) / Raw(b"x" * 60)
    frames = []
    for number, link in enumerate(LINKS):
        packets = [
            IP(src=f"10.10.{number}.1", dst="192.0.2.1") / payload,
            IP(src="192.0.2.1", dst=f"10.10.{number}.1") / payload / b"more",
            IP(src=f"10.20.{number}.1", dst="192.0.2.1") / payload,
            IPv6(src="fd00::1", dst="fd00::2") / payload,
        ]
        for count, packet in enumerate(packets, 3):
            frames += [frame(link, packet)] * (count + number)
        frames += [arp] * number
    for link in reversed(LINKS):
        frames.append(frame(link, IP(src=last_source(link), dst="192.0.2.1") /
                            payload / last_source(link).encode()))
    return frames


def frames_and_bytes(path):
    frames = capture_file.read_pcap(path)
    return len(frames), sum(wire for wire, _ in frames)


def our_frames_and_bytes(samples):
    return (exposition.total(samples, "capture_packets_total"),
            exposition.total(samples, "capture_bytes_total"))


def config_for(interface, text):
    return ("capture:\n  buffer: 1MiB\n  interfaces:\n"
            f"    - {{name: {interface}, filter: '{text}'}}\n"
            "accounting: {local: [any]}\n")


def wait_for_last(exporter, which):
    source = last_source(which.last)
    netlab.wait_for(lambda: source in exposition.host_bytes(exporter.scrape()),
                    f"the last frame of {which.text!r}")
    return exporter.scrape()


def check_untagged(check, name, samples):
    """All untagged IP has been passed, whatever else was."""
    hosts = exposition.host_bytes(samples)
    for source in ("10.10.0.1", "10.20.0.1"):
        sent = sum(len(f) for f in mixture()
                   if f[12:14] == b"\x08\x00" and
                   f[26:30] == socket.inet_aton(source))
        check.equal(f"{name}: {source}", hosts[source][1], sent)


def check_live(check, lab, binary, which, frames):
    """{interface: what tcpdump saw}, with which the exporters must agree."""
    recordings = {}
    exporters = []
    for end, interface in ((lab.right, "v1"), (lab.left, "v0")):
        recordings[interface] = lab.record(
            interface, lab.folder / f"{interface}.pcap", "-B", "4096",
            *([which.text] if which.text else []))
        exporters.append((interface, "configuration", netlab.Exporter(
            end, binary, folder=lab.folder,
            config=config_for(interface, which.text))))
    # Of its two ways in, -f is tried at one end.
    exporters.append(("v1", "-f", netlab.Exporter(
        lab.right, binary, "-f", which.text, "v1", folder=lab.folder)))

    lab.send("v0", frames)
    seen = {}
    for interface, recording in recordings.items():
        recording.wait_until_holds(last_source(which.last).encode(),
                                   "tcpdump's last frame")
        seen[interface] = frames_and_bytes(recording.stop())
        check.equal("tcpdump lost nothing", recording.dropped, 0)
    warning = "the kernel did not take the filter"
    for interface, way, exporter in exporters:
        name = f"{which.text!r} by {way} on {interface}"
        samples = wait_for_last(exporter, which)
        if which.sound_live:
            check.equal(name, our_frames_and_bytes(samples), seen[interface])
        else:
            check_untagged(check, name, samples)
        check.equal(
            f"{name}: in the kernel",
            exposition.total(samples, "capture_filter_in_kernel"),
            which.in_kernel)
        check.equal(f"{name}: warns",
                    (warning in exporter.log, which.text in exporter.log),
                    (True, True) if not which.in_kernel else
                    (False, which.text in exporter.log))
        check.equal(f"{name}: ends in order", exporter.stop(), 0)
    return seen


def check_file(check, folder, binary, which, frames):
    """What tcpdump -r passes; the exporter must agree."""
    whole = capture_file.pcap(folder / "mixture.pcap", capture_file.ETHERNET,
                              frames)
    passed = folder / "passed.pcap"
    subprocess.run(["tcpdump", "-n", "-Z", "root", "-r", str(whole), "-w",
                    str(passed), *([which.text] if which.text else [])],
                   check=True, capture_output=True)
    seen = frames_and_bytes(passed)
    for way, config, arguments in (
            ("configuration", config_for("v1", which.text), ["v1"]),
            ("-f", "accounting: {local: [any]}\n", ["-f", which.text])):
        once = exposition.Once(binary, whole, config=config,
                               arguments=arguments)
        name = f"{which.text!r} by {way} on a file"
        check.equal(name, our_frames_and_bytes(once.samples), seen)
        check.equal(f"{name}: exit status", once.status, 0)
    return seen


def main(check):
    binary = pathlib.Path(sys.argv[1]).resolve()
    frames = mixture()
    print(f"{len(frames)} frames of {', '.join(LINKS)}; frames and bytes that "
          "tcpdump and the exporter pass:")
    print(f"{'received, v1':>14}{'sent, v0':>14}{'from a file':>14}  filter")
    with netlab.Lab() as lab:
        for which in FILTERS:
            seen = check_live(check, lab, binary, which, frames)
            seen["file"] = check_file(check, lab.folder, binary, which, frames)
            for where, (count, _) in seen.items():
                check.check(f"{which.text!r} passes some on {where}",
                            0 < count and
                            (count < len(frames) or not which.text))
            if not which.sound_live:
                seen["v1"] = seen["v0"] = ("any", "")
            print("".join(f"{f'{count} {size}':>14}"
                          for count, size in seen.values()),
                  "", which.text or "(none)")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    results.run(main)
