#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Writes an hour of traffic of 50 subnets that go over and under a threshold.

42 IPv4 subnets 10.A.B.0/24 and 8 of IPv6, each with its own habit (HABITS): a
habit says how many bytes a subnet has in each period of ten seconds. Frames
are cut short behind their ports, the pcap records hold the true length, so the
file stays small. Everything follows from the seed: same bytes in each run.

usage: hour_of_traffic.py FILE [SEED]
"""
import ipaddress
import random
import struct
import sys

START = 1_700_000_003      # second of the first frame that is counted
PERIOD = 10                # seconds
PERIODS = 360
LIMIT = 40_960             # bytes of a period at the threshold: 4 KiB/s
# Not one frame is on the line in these seconds after START.
SILENCES = ((1_204, 1_291), (2_405, 2_547), (3_100, 3_112))

TCP, UDP, ICMP, GRE, ESP, ICMP6, SCTP = 6, 17, 1, 47, 50, 58, 132
LARGEST = 9_014            # jumbo frames: an hour in few frames
_MACS = bytes.fromhex("020000000002020000000001")
_LOCALS = ([ipaddress.ip_network(f"10.{1 + i % 6}.{i}.0/24")
            for i in range(1, 43)] +
           [ipaddress.ip_network(f"fd00:0:0:{i:x}::/64")
            for i in range(9, 17)])


# --- Habits: bytes in period `n`; each is made once for a subnet ---

def _over(chance):
    return chance.randrange(LIMIT + 1, 2 * LIMIT)


def _under(chance):
    return chance.randrange(0, LIMIT * 3 // 4)


def _cycle(over, under):
    """So many periods over, so many under, again and again."""
    def make(chance):
        phase = chance.randrange(over + under)
        return lambda n: (_over if (n + phase) % (over + under) < over
                          else _under)(chance)
    return make


def _between(first, last, inner):
    def make(chance):
        habit = inner(chance)
        return lambda n: habit(n) if first <= n < last else 0
    return make


def steady(chance):
    return lambda n: _over(chance)


def never(chance):
    return lambda n: _under(chance)


def at_the_limit(chance):
    """Exactly at it for a while, then a byte below for a while."""
    return lambda n: LIMIT if n % 26 < 12 else LIMIT - 1


def dip(chance):
    """Over for long with one period just below in the middle."""
    def habit(n):
        n %= 40
        return LIMIT - 1 if n == 8 else _over(chance) if n < 17 else \
            _under(chance)
    return habit


def mostly_quiet(chance):
    """A few periods over, then nothing at all for minutes."""
    phase = chance.randrange(45)
    return lambda n: _over(chance) if (n + phase) % 45 < 8 else 0


def hovering(chance):
    """Around the threshold and around 80 % of it."""
    levels = (LIMIT * 8 // 10 - 1, LIMIT * 8 // 10, LIMIT * 8 // 10 + 1,
              LIMIT - 1, LIMIT, LIMIT + 1, LIMIT * 3 // 4, LIMIT + 5_000)

    def habit(n):
        weights = (1, 1, 1, 2, 6, 3, 1, 6) if n % 50 < 30 else \
            (6, 4, 1, 2, 1, 1, 3, 1)
        return chance.choices(levels, weights)[0]
    return habit


def moody(chance):
    """Over or under for as long as a coin says."""
    state = [False]

    def habit(n):
        if chance.random() < 0.18:
            state[0] = not state[0]
        return (_over if state[0] else _under)(chance)
    return habit


HABITS = (
    steady, never, at_the_limit, dip, mostly_quiet, hovering, moody,
    _cycle(2, 3),                       # bursts shorter than the report period
    _cycle(5, 5),                       # one period too short for a report
    _cycle(6, 7),                       # just long enough for one
    _cycle(9, 8),
    _between(200, 360, _cycle(14, 5)),  # starts late
    _between(0, 90, _cycle(11, 4)),     # ends early
    moody, dip, hovering, at_the_limit)
# These have exactly what their habit says: nobody else sends to them.
_EXACT = (at_the_limit, dip, hovering)


# --- Frames ---

class Flow:
    """Frames of one kind from one end to another, of any length."""

    def __init__(self, source, destination, protocol, ports=b"", vlan=None,
                 options=b"", fragment=None):
        """`fragment`: (offset in eights, whether more follow). `options`: of
        IPv4, or a whole hop-by-hop header of IPv6."""
        self._v6 = source.version == 6
        link = _MACS
        if vlan is not None:
            link += struct.pack(">HH", 0x8100, vlan)
        ends = source.packed + destination.packed
        if self._v6:
            more = b""
            first = protocol
            if fragment is not None:
                more = struct.pack(">BBHI", protocol, 0,
                                   fragment[0] << 3 | fragment[1], 7)
                first = 44
            if options:
                more = bytes([first]) + options[1:] + more
                first = 0
            self._before = link + b"\x86\xdd\x60\0\0\0"
            self._after = bytes([first, 64]) + ends + more + ports
            self._link = len(link) + 2 + 40
        else:
            offset = 0 if fragment is None else \
                fragment[0] | fragment[1] << 13
            self._before = (link + b"\x08\0" +
                            bytes([0x45 + len(options) // 4, 0]))
            self._after = struct.pack(">HHBBH", 7, offset, 64, protocol, 0) + \
                ends + options + ports
            self._link = len(link) + 2

    def frame(self, length):
        """What is stored of a frame of `length` bytes."""
        return (self._before + struct.pack(">H", length - self._link) +
                self._after)


def _ports(one, other):
    return struct.pack(">HH", one, other)


def _icmp(kind, code):
    return struct.pack(">BBHHH", kind, code, 0, 1, 1)


class Subnet:
    """A network with its hosts, its habit and the flows of its frames."""

    def __init__(self, number, network, chance):
        self.network = network
        self.habit_of = HABITS[number % len(HABITS)]
        self.exact = self.habit_of in _EXACT
        self._chance = chance
        # Receives most, sends most, keeps to itself, or as it comes.
        self._leaning = ("in", "out", "within", None)[number // 5 % 4]
        self.vlan = 7 if number % 10 == 9 else None
        self.hosts = [network[i] for i in
                      chance.sample(range(1, 250), chance.randint(2, 5))]
        self.flows = []
        self.habit = self.habit_of(chance)

    def meet(self, remotes, neighbours):
        """Makes the flows, in a few of the ways there are."""
        chance = self._chance
        for host in self.hosts:
            for _ in range(chance.randint(2, 4)):
                peer = chance.choice(remotes)
                kind = chance.random()
                if self._leaning == "within" and kind < 0.6:
                    peer = chance.choice(self.hosts)  # perhaps itself
                elif neighbours and kind < 0.1:
                    peer = chance.choice(chance.choice(neighbours).hosts)
                self._talk(host, peer)
        self._oddities(self.hosts[0], chance.choice(remotes))

    def _add(self, *arguments, **options):
        self.flows.append(Flow(*arguments, vlan=self.vlan, **options))

    def _talk(self, host, peer):
        """A connection, one way or both."""
        chance = self._chance
        protocol = chance.choice((TCP, TCP, UDP))
        low = chance.choice((22, 25, 53, 80, 123, 443, 6667, 10051, 50000))
        high = chance.randrange(1024, 65536)
        out, back = _ports(high, low), _ports(low, high)
        if chance.random() < 0.3:
            out, back = back, out
        if protocol == TCP:  # to the flags, or tshark calls it malformed
            rest = struct.pack(">IIHHHH", 1, 1, 0x5010, 1000, 0, 0)
        else:
            rest = bytes(4)
        if self._leaning != "in" or chance.random() < 0.3:
            self._add(host, peer, protocol, out + rest)
        if self._leaning != "out" or chance.random() < 0.3:
            self._add(peer, host, protocol, back + rest)

    def _oddities(self, host, peer):
        """Fragments, options, echoes, errors, tunnels."""
        kind = self._chance.randrange(5)
        if kind == 0:
            first = _ports(5000, 53) + bytes(4)
            self._add(host, peer, UDP, first, fragment=(0, 1))
            self._add(host, peer, UDP, b"\xde\xad\xbe\xef" * 3,
                      fragment=(185, 0))
        elif kind == 1:
            options = b"\0\0\1\4\0\0\0\0" if host.version == 6 else \
                b"\x01\x07\x07\x04\1\2\3\0"
            self._add(peer, host, UDP, _ports(123, 123) + bytes(4),
                      options=options)
        elif kind == 2:
            request, reply = (128, 129) if host.version == 6 else (8, 0)
            protocol = ICMP6 if host.version == 6 else ICMP
            self._add(host, peer, protocol, _icmp(request, 0))
            self._add(peer, host, protocol, _icmp(reply, 0))
        elif kind == 3 and host.version == 4:
            # Of what it is about, the error holds a header with ports.
            inner = Flow(host, peer, UDP, _ports(4000, 53) + bytes(4))
            self._add(peer, host, ICMP,
                      _icmp(3, 3) + inner.frame(100)[len(_MACS) + 2:])
        elif kind == 3:
            self._add(host, peer, ICMP6, _icmp(1, 4))
        else:
            inner = Flow(ipaddress.ip_address("10.200.0.1"),
                         ipaddress.ip_address("10.200.0.2"), UDP,
                         _ports(1, 53) + bytes(4))
            self._add(host, peer, GRE,
                      b"\0\0\x08\0" + inner.frame(100)[len(_MACS) + 2:])
            self._add(peer, host, ESP, bytes(8))
            self._add(peer, host, SCTP, _ports(2905, 2905) + bytes(8))

    def frames(self, period):
        """(microsecond in the hour, stored bytes, length) of a period."""
        left = self.habit(period)
        chance = self._chance
        while left >= 200:
            length = left if left < 800 else \
                chance.randrange(200, min(LARGEST, left - 400))
            left -= length
            at = chance.randrange(PERIOD * 1_000_000)
            if chance.random() < 0.02:
                at = 0  # the first instant of a period belongs to it
            yield (period * PERIOD * 1_000_000 + at,
                   chance.choice(self.flows).frame(length), length)


def _others():
    """Frames that nobody is credited for; they end periods all the same."""
    arp = _MACS + b"\x08\x06" + bytes.fromhex("0001080006040001") + bytes(20)
    transit = Flow(ipaddress.ip_address("192.0.2.200"),
                   ipaddress.ip_address("198.51.100.200"), UDP,
                   _ports(1, 2) + bytes(4))
    yield -2_500_000, arp, 60
    yield -1_200_000, transit.frame(500), 500
    for second in range(0, PERIODS * PERIOD, 7):
        yield second * 1_000_000 + 1, arp, 60
        yield second * 1_000_000 + 2, transit.frame(300), 300
    # The hour's last period is ended by a frame that is not counted.
    yield PERIODS * PERIOD * 1_000_000, arp, 60


def subnets(chance):
    made = [Subnet(i, network, chance) for i, network in enumerate(_LOCALS)]
    for subnet in made:
        version = subnet.network.version
        remotes = [ipaddress.ip_address(text) for text in (
            ("192.0.2.9", "192.0.2.77", "198.51.100.3", "203.0.113.250",
             "9.9.9.9") if version == 4 else
            ("2001:db8::9", "2001:db8:ffff::77", "2620:fe::fe"))]
        subnet.meet(remotes, [
            other for other in made
            if not other.exact and other is not subnet and
            other.network.version == version])
    return made


def hour(seed=1):
    """[(place, stamp, stored bytes, length)] in the order of the file; times
    are microseconds after START."""
    chance = random.Random(seed)
    made = subnets(chance)
    first = Flow(made[1].hosts[0], made[1].hosts[1], UDP, _ports(1, 2) +
                 bytes(4))
    records = [(250_000, 250_000, first.frame(200), 200)]
    for period in range(PERIODS):
        for subnet in made:
            for at, stored, length in subnet.frames(period):
                # Some come late: with a stamp from before the open period.
                late = not subnet.exact and chance.random() < 0.0004
                at = max(at, 250_000)
                records.append((at + late * 12_000_000, at, stored, length))
    records += [(at, at, stored, length) for at, stored, length in _others()]
    records = [record for record in records
               if not any(begin * 1_000_000 <= record[0] < end * 1_000_000
                          for begin, end in SILENCES)]
    records.sort(key=lambda record: record[0])
    return records


def write(path, seed=1):
    """How many frames there are."""
    parts = [struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)]
    records = hour(seed)
    for _, stamp, stored, length in records:
        second, fraction = divmod(stamp, 1_000_000)
        parts.append(struct.pack("<IIII", START + second, fraction,
                                 len(stored), length) + stored)
    with open(path, "wb") as file:
        file.write(b"".join(parts))
    return len(records)


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    print(write(sys.argv[1], *map(int, sys.argv[2:])), "frames")
