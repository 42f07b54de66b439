# SPDX-License-Identifier: Apache-2.0
"""What ipfm counts wrongly or not at all."""
import random
import socket
import struct

import ipv4_frames
from ipfm_lab import host_frame, rows_of, sleep_until
from ipfm_time_defects import begun

IPV6 = ("fd00::1", "fd00:2:3:4:5:6:7:8")


def played(binary, frames, conf="LOG\n", **options):
    """Both have dumped these frames; the bench, and each one's table."""
    bench, at = begun(binary, conf + 'FILENAME "d/x"\nDUMP EVERY {at}\n',
                      **options)
    bench.send(frames)
    for second in (1, 2):
        sleep_until(at + second + 0.1)
        bench.tick()
    bench.wait_for_files(["x"])
    return bench, rows_of(bench.old, "x"), rows_of(bench.ours, "x")


def claiming(source, destination, length, holds=1010):
    """A packet of `holds` bytes whose header says another length."""
    whole = ipv4_frames.packet(source, destination, ipv4_frames.UDP,
                               size=length)
    return ipv4_frames.MACS + b"\x08\x00" + whole[:holds].ljust(holds, b"\0")


def fd4_lengths(check, binary):
    """The header's length is believed, whatever was on the line."""
    claims = {60000: 1010, 0: 1010, 1: 1010, 19: 1010, 20: 20, 500: 500,
              1010: 1010, 1011: 1010}
    hosts = {claim: f"10.0.1.{number}" for number, claim in enumerate(claims)}
    bench, old, ours = played(binary, [
        claiming(host, "10.0.0.2", claim) for claim, host in hosts.items()] + [
        # IPv4 BIG TCP is more than the field can say.
        claiming("10.0.2.1", "10.0.0.2", 0, 65000)])
    with bench:
        check.equal("ipfm", {claim: old[host][1]
                             for claim, host in hosts.items()},
                    {claim: claim for claim in claims})
        check.equal("ours", {claim: ours[host][1]
                             for claim, host in hosts.items()}, claims)
        check.equal("ipfm: a packet without length", old["10.0.2.1"], (0, 0))
        check.equal("ours: a packet without length", ours["10.0.2.1"],
                    (0, 65000))


def fd5_runts(check, binary):
    """What a frame lacks is taken from the one before it."""
    whole = host_frame("10.0.0.1", "10.0.0.2", 100)
    bench, old, ours = played(
        binary, [whole, whole[:14 + 8], whole[:14 + 16], whole[:14 + 19]])
    with bench:
        check.equal("ipfm", old["10.0.0.2"], (400, 0))
        check.equal("ours", ours["10.0.0.2"], (100, 0))
        check.equal("ours: ignored", bench.ours.sample(
            "capture_ignored_packets_total", reason="truncated"), 3)


def tagged(tags, frame):
    """The frame with VLAN tags (protocol, number)."""
    return frame[:12] + b"".join(struct.pack(">HH", *tag)
                                 for tag in tags) + frame[12:]


def fd14_kinds(check, binary):
    """VLANs, PPPoE and IPv6 are not counted."""
    def named(number, length=100):
        return host_frame(f"10.0.{number}.1", f"10.0.{number}.2", length)
    pppoe = named(3)
    pppoe = (pppoe[:12] + struct.pack(">HBBHHH", 0x8864, 0x11, 0, 1,
                                      len(pppoe) - 14 + 2, 0x21) + pppoe[14:])
    ipv6 = (ipv4_frames.MACS + b"\x86\xdd" +
            struct.pack(">IHBB", 6 << 28, 160, 17, 64) +
            b"".join(socket.inet_pton(socket.AF_INET6, a) for a in IPV6) +
            bytes(160))
    bench, old, ours = played(binary, [
        named(0), tagged([(0x8100, 5)], named(1)),
        tagged([(0x88A8, 5), (0x8100, 6)], named(2)), pppoe, ipv6])
    with bench:
        ends = {f"10.0.{number}.{end}": (100 * (end == 2), 100 * (end == 1))
                for number in range(4) for end in (1, 2)}
        check.equal("ipfm", old, {host: ends[host]
                                  for host in ("10.0.0.1", "10.0.0.2")})
        check.equal("ours", ours, {**ends, IPV6[0]: (0, 200),
                                   IPV6[1]: (200, 0)})


def fd15_shadowed(check, binary):
    """FROM and TO of one host cannot be combined: so too in ours, which
    warns."""
    bench, old, ours = played(
        binary, [host_frame("10.0.0.1", "10.0.0.2", 100),
                 host_frame("10.0.0.2", "10.0.0.1", 200)],
        "LOG FROM 10.0.0.1\nLOG TO 10.0.0.1\n")
    with bench:
        check.equal("ipfm", old, {"10.0.0.1": (200, 0)})
        check.equal("ours", ours, old)
        check.equal("ipfm says nothing", bench.old.said, "")
        warnings = [line for line in bench.ours.log.splitlines()
                    if "level=warn" in line and "ipfm.conf" in line]
        check.check("ours warns, once", len(warnings) == 1 and
                    "FROM" in warnings[0] and "TO" in warnings[0], warnings)


def fd18_no_rules(check, binary):
    """A section without LOG writes nothing and says nothing."""
    bench, old, ours = played(
        binary, [host_frame("10.0.0.1", "10.0.0.2", 100)],
        'FILENAME "d/without"\nDUMP EVERY {at}\nNEWLOG\nLOG\n')
    with bench:
        check.equal("the other section", ours, old)
        for place in (bench.old, bench.ours):
            check.equal(f"{place.folder.name}: files", list(place.files()),
                        ["x"])
        check.equal("ipfm says nothing", bench.old.said, "")
        warnings = [line for line in bench.ours.log.splitlines()
                    if "level=warn" in line and "LOG" in line]
        check.equal("ours warns, once", len(warnings), 1)


LIMITED = """
capture: {interfaces: [{name: v1}]}
meters:
  - name: limited
    rules: [LOG FROM]
    dump: {every: 24h, after: {after}s, file: d/x}
    max_hosts: 100
"""


def fd19_limit(check, binary):
    """The table takes as many hosts as come."""
    hosts = [f"10.{number >> 8}.{number & 255}.1" for number in range(1000)]
    random.Random(1).shuffle(hosts)
    bench, old, ours = played(
        binary, [host_frame(host, "10.9.9.9", 60) for host in hosts],
        "LOG FROM\n", native=LIMITED)
    with bench:
        check.equal("ipfm: hosts", len(old), 1000)
        check.equal("ours: hosts", len(ours), 100)
        last = bench.ours.text("d/x").splitlines()[-2:]
        # The tick is a newcomer as well, where it comes before the end.
        check.equal("ours: the rest is told", last[0],
                    "# 900 hosts not shown, 0 54000 54000")


SCENARIOS = (fd4_lengths, fd5_runts, fd14_kinds, fd15_shadowed, fd18_no_rules,
             fd19_limit)
