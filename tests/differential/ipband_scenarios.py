# SPDX-License-Identifier: Apache-2.0
"""What is sent to ipband and to ours, and how their reports may differ.

A frame has 1024 bytes, a kB of ipband's, so frames per second are kBps. Ticks
come from 198.18.0.1 and are not looked at.
"""
import random
import struct
from typing import Callable, NamedTuple

import ipv4_frames as ipv4
from ipband_lab import PERIODS, Scenario

PAIR = ipv4.flow("10.1.1.1:4000 > 10.2.2.2:53 udp")


class Difference(NamedTuple):
    """What ours does otherwise: `mend` makes ipband's blocks ours."""
    id: str
    mend: Callable


def always(*frames):
    return lambda second: frames


def but(pause, *frames):
    """The frames in every second that is not in `pause`."""
    return lambda second: () if second in pause else frames


def letters(*words):
    return (*PERIODS, "-o", "rep.txt", *words)


def rows(change):
    """Applies change(rows) to the rows of every block."""
    return lambda blocks: [block._replace(rows=tuple(change(block.rows)))
                           for block in blocks]


def changed(old, new):
    """Rows in which the fields of `old` become those of `new`."""
    def change(table):
        for row in table:
            fields = row._asdict()
            yield (row._replace(**new)
                   if old.items() <= fields.items() else row)
    return rows(change)


def joined(first, second):
    """The row with the fields of `second` is added to that of `first`."""
    def has(row, fields):
        return fields.items() <= row._asdict().items()

    def change(table):
        extra = [row for row in table if has(row, second)]
        for row in table:
            if has(row, first):
                kbytes = float(row.kbytes) + sum(
                    float(other.kbytes) for other in extra)
                row = row._replace(kbytes=f"{kbytes:.2f}")
            if row not in extra:
                yield row
    return rows(change)


def size_ladder():
    """Five connections, of 5, 4, 3, 2 and 1 kB a second."""
    return [frame for count in range(1, 6) for frame in
            [ipv4.flow(f"10.1.1.{count}:40000 > 10.2.2.{count}:80 tcp")] *
            count]


def kinds():
    """A connection of every kind; sizes differ, so that rows do not tie."""
    flows = ["10.1.1.1:40000 > 10.2.2.2:80 tcp",
             "10.1.1.1:40001 > 10.2.2.2:443 tcp",
             "10.2.2.2:443 > 10.1.1.1:40001 tcp",  # the way back
             "10.1.1.1:25 > 10.2.2.3:6667 tcp",    # smtp, the first column
             "10.1.1.1:6667 > 10.2.2.4:25 tcp",    # ircd
             "10.2.2.5:25 > 10.1.1.1:40002 tcp",   # smtp, the second
             "10.1.1.1:5060 > 10.2.2.6:53 udp",
             "10.1.1.1:40000 > 10.2.2.7:10051 tcp",  # zabbix-trap(per)
             "10.1.1.1:80 > 10.2.2.7:80 udp",      # http is tcp's alone
             "10.1.1.1:33333 > 10.2.2.8:44444 udp",
             "10.1.1.1:0 > 10.2.2.8:0 udp",
             "192.168.100.200:65535 > 223.255.255.254:65534 tcp",
             "10.1.1.1:4000 > 10.1.1.77:53 udp",   # inside one network
             "10.2.2.2:53 > 127.0.0.1:4000 udp"]
    return [ipv4.flow(text, 1024 - 8 * number)
            for number, text in enumerate(flows)]


def protocols():
    """What has no ports."""
    frames = [ipv4.frame("10.1.1.1", f"10.2.2.{number}", number,
                         b"\x12\x34\x56\x78", 1024 - 2 * number)
              for number in (0, 2, 4, 41, 46, 47, 50, 51, 89, 103, 115, 132,
                             136, 253, 254, 255)]
    for number, (kind, code) in enumerate(((8, 0), (3, 3), (11, 0), (5, 1))):
        frames.append(ipv4.frame("10.1.1.1", "10.3.3.1", ipv4.ICMP,
                                 bytes((kind, code)), 800 - number))
    frames.append(ipv4.frame("10.3.3.1", "10.1.1.1", ipv4.ICMP, bytes(2), 700))
    return frames


def by_chance(seed):
    """Connections of one network; now and then few of them."""
    def frames(second):
        chance = random.Random(f"{seed} {second // 2}")
        busy = chance.random() < 0.75
        chance = random.Random(f"{seed} {second}")
        for _ in range(chance.randint(30, 60) if busy else 6):
            ends = [f"10.1.1.{chance.randint(1, 4)}:"
                    f"{chance.choice((22, 443, 40000))}",
                    f"172.16.7.{chance.choice((1, 254))}:"
                    f"{chance.choice((53, 50000, 50001))}"]
            chance.shuffle(ends)
            yield ipv4.flow(f"{ends[0]} > {ends[1]} "
                            f"{chance.choice(('tcp', 'udp'))}",
                            chance.randint(60, 1514))
    return frames


def options_and_fragments():
    ports = ipv4.ports(5555, 6666)
    return [
        ipv4.frame("10.1.1.1", "10.2.2.1", ipv4.UDP, ports, 1000),
        ipv4.frame("10.1.1.1", "10.2.2.22", ipv4.TCP, ipv4.ports(40000, 80),
                   900, options=bytes.fromhex("07230400")),
        ipv4.frame("10.1.1.1", "10.2.2.21", ipv4.UDP, ports, 800,
                   fragment=0x2000),
        ipv4.frame("10.1.1.1", "10.2.2.21", ipv4.UDP,
                   bytes.fromhex("deadbeef"), 700, fragment=123),
    ]


def to_itself():
    return [ipv4.flow("10.1.1.1:1000 > 10.1.1.1:2000 udp", 1024),
            ipv4.flow("10.1.1.1:2000 > 10.1.1.1:1000 udp", 512)]


def other_frames():
    """Odd lengths: padding, a short one, a long one, a bad checksum."""
    padded = ipv4.flow("10.1.1.1:1 > 10.2.2.2:2 udp", 500) + bytes(700)
    wrong = bytearray(ipv4.flow("10.1.1.1:5 > 10.2.2.2:6 udp"))
    wrong[24] ^= 0xff
    return [padded, ipv4.flow("10.1.1.1:3 > 10.2.2.2:4 udp", 42),
            ipv4.flow("10.1.1.1:7 > 10.2.2.2:8 udp", 1514), bytes(wrong),
            # Not counted by either: ARP and 802.3.
            ipv4.MACS + struct.pack(">H", 0x0806) + bytes(46),
            ipv4.MACS + struct.pack(">H", 46) + b"\x42" * 46]


CONF = """\
# ipband.conf, with what it may look like
interface v1
 average = 2
report\t4
bandwidth 1.5
top=2
maskbits 16
lenadj -4
localrange 10.1:192.168.0.0/16
outfile rep.txt
promisc no
"""
SUBNETS = """\
subnet 10.1.1.77 bandwidth 2
subnet 10.3.3.0 bandwidth 0
subnet 10.4.4.0 bandwidth 100
bandwidth 50
accumulate yes
top 3
"""

BD11 = (
    Difference("BD11, options", changed(
        {"high": "10.2.2.22", "low_port": 0x0723},
        {"low_port": 40000, "high_port": 80, "service": "http"})),
    Difference("BD11, fragments", changed(
        {"high": "10.2.2.21", "low_port": 0xdead},
        {"low_port": 0, "high_port": 0, "service": ""})),
)
SAME_HOST = (Difference("B24, one host's two directions are one line", joined(
    {"low_port": 1000, "high_port": 2000},
    {"low_port": 2000, "high_port": 1000})),)

SCENARIOS = (
    Scenario("steady", letters("-b", "1"), always(PAIR, PAIR)),
    Scenario("at the threshold", letters("-b", "1"), always(PAIR)),
    Scenario("just below the threshold", letters("-b", "1.01"),
             lambda s: [PAIR] * (2 if s > 5 else 1)),
    Scenario("below for one period", letters("-b", "1"),
             but((8, 9), PAIR, PAIR)),
    Scenario("below for three periods", letters("-b", "1"),
             but(range(6, 12), PAIR, PAIR)),
    Scenario("named subnets, accumulated",
             ("-c", "c.conf", *letters()),
             lambda s: [PAIR] * (0 if s in (8, 9) else 4) +
             [ipv4.flow("10.3.3.3:1 > 10.1.1.9:2 udp")] * (s % 3),
             files={"c.conf": SUBNETS}),
    Scenario("everything by ipband.conf", ("-c", "c.conf"),
             always(*size_ladder(), ipv4.flow(
                 "192.168.7.7:9 > 10.99.1.1:9 udp")),
             files={"c.conf": CONF}),
    Scenario("public addresses without -L", letters("-b", "2"),
             always(*[ipv4.flow("203.0.113.5:443 > 198.51.100.7:50000 tcp")] *
                    3, ipv4.flow("198.51.100.9:1 > 192.0.2.1:2 udp"))),
    Scenario("-L with a range", letters("-b", "1", "-L",
                                        "10.1.0.0-10.1.255.255:192.168.3"),
             always(PAIR, PAIR, *[ipv4.flow(
                 "192.168.3.3:9 > 10.9.9.9:9 udp")] * 3)),
    Scenario("-L above 128.0.0.0", letters("-b", "1", "-L",
                                           "192.0.0.0-201.0.0.0"),
             always(*[ipv4.flow("192.168.3.3:9 > 10.9.9.9:9 udp")] * 3,
                    *[ipv4.flow("200.1.1.1:9 > 202.1.1.1:9 udp")] * 2)),
    Scenario("-m 0", letters("-b", "1", "-m", "0"), always(PAIR, PAIR),
             networks="default 0.0.0.0\nloopback 127.0.0.0\n"),
    Scenario("-m 8", letters("-b", "1", "-m", "8"),
             always(PAIR, PAIR, ipv4.flow("10.9.9.9:1 > 11.1.1.1:2 tcp")),
             networks="eleven 11.0.0.0\n"),
    Scenario("-m 24", letters("-b", "1", "-m", "24"), always(*kinds()),
             networks="loopback 127.0.0.0\nlab 10.1.1.0\nother 10.2.2\n"),
    Scenario("-m 32", letters("-b", "1", "-m", "32"),
             always(PAIR, PAIR, *size_ladder()),
             networks="someone 10.1.1.1\n"),
    Scenario("-J -8", letters("-b", "1", "-J", "-8"), always(PAIR, PAIR)),
    Scenario("-J -14", letters("-b", "1", "-J", "-14"), always(PAIR, PAIR)),
    Scenario("-J 20", letters("-b", "1", "-J", "20"), always(PAIR, PAIR)),
    Scenario("-t 3", letters("-b", "1", "-t", "3"), always(*size_ladder())),
    Scenario("-t 9 of five", letters("-b", "1", "-t", "9"),
             always(*size_ladder())),
    # With one network there is no BD3.
    Scenario("by chance, one network", letters(
        "-b", "15", "-m", "16", "-L", "10.1.0.0-10.1.255.255"), by_chance(2)),
    Scenario("by chance, top 7", letters(
        "-b", "15", "-m", "16", "-L", "10.1.0.0", "-t", "7", "-J", "-3"),
             by_chance(5)),
    Scenario("by chance, hosts", ("-c", "c.conf", *letters("-m", "32")),
             by_chance(10), files={"c.conf": "subnet 10.1.1.1 bandwidth 4\n"}),
    Scenario("protocols", letters("-b", "1"), always(*protocols())),
    Scenario("lengths", letters("-b", "1"), always(*other_frames())),
    Scenario("options and fragments", letters("-b", "1"),
             always(*options_and_fragments()), explained=BD11),
    Scenario("a host to itself", letters("-b", "1"), always(*to_itself()),
             explained=SAME_HOST),
    Scenario("a report period of five seconds",
             (*letters("-b", "1"), "-r", "5"), always(PAIR, PAIR)),
    Scenario("every network always", letters("-b", "0"),
             but(range(6, 18), PAIR, PAIR)),
    Scenario("another time zone", letters("-b", "1"), always(PAIR, PAIR),
             environment={"TZ": "Asia/Tokyo"}),
)
