# SPDX-License-Identifier: Apache-2.0
"""Counts a capture again, plainly, from what tshark says is in it.

    account = recount.Account(rules, recount.packets("hour.pcap"))
    account.reports, account.subnets ...

The oracle for averaging periods, thresholds, watches, reports and the
connections in them. It is written from the documents, with dictionaries and
lists of everything, and shares nothing with the program.
"""
import ipaddress
from typing import NamedTuple, Optional

import tshark

_FIELDS = ("frame.time_epoch", "frame.len", "ip.src", "ip.dst", "ip.proto",
           "ip.frag_offset", "ipv6.src", "ipv6.dst", "ipv6.nxt",
           "ipv6.hopopts.nxt", "ipv6.fraghdr.nxt", "ipv6.fraghdr.offset",
           "tcp.srcport", "tcp.dstport", "udp.srcport", "udp.dstport",
           "icmp.type", "icmp.code", "icmpv6.type", "icmpv6.code")
_PREFERENCES = ("ip.defragment:FALSE", "ipv6.defragment:FALSE",
                "tcp.analyze_sequence_numbers:FALSE",
                "tcp.desegment_tcp_streams:FALSE")
_TCP, _UDP, _ICMP, _ICMP6 = "6", "17", "1", "58"


# --- What is in the file ---

class Packet(NamedTuple):
    second: int
    length: int
    source: Optional[object]  # an ip_address; None: not an IP packet
    destination: Optional[object]
    source_port: int
    destination_port: int
    protocol: int


_addresses = {}


def _address(text):
    if text not in _addresses:
        _addresses[text] = ipaddress.ip_address(text)
    return _addresses[text]


def _packet(line):
    """Of every field, tshark gives the first there is: that of the frame's own
    header, as long as one asks only for what this protocol has."""
    (when, length, source, destination, protocol, offset, source6,
     destination6, next6, after_options, in_fragment, offset6,
     tcp_source, tcp_destination, udp_source, udp_destination,
     kind, code, kind6, code6) = line.split("\t")
    second = int(when.partition(".")[0])
    if source6:
        source, destination, protocol, offset = (source6, destination6, next6,
                                                 "")
        if protocol == "0":
            protocol = after_options
        if protocol == "44":
            protocol, offset = in_fragment, offset6
    if not source:
        return Packet(second, int(length), None, None, 0, 0, 0)
    ports = ("0", "0")
    if offset not in ("", "0"):
        pass  # behind the first fragment nothing has ports
    elif protocol == _TCP:
        ports = tcp_source, tcp_destination
    elif protocol == _UDP:
        ports = udp_source, udp_destination
    elif protocol == _ICMP:
        ports = int(kind) * 256 + int(code), 0
    elif protocol == _ICMP6:
        ports = int(kind6) * 256 + int(code6), 0
    return Packet(second, int(length), _address(source), _address(destination),
                  int(ports[0]), int(ports[1]), int(protocol))


def packets(path):
    """All frames of a capture of unnested IP, in the order of the file."""
    run = tshark.read_fields(path, _FIELDS, _PREFERENCES)
    run.check_returncode()
    return [_packet(line) for line in run.stdout.splitlines()]


# --- How it is to be counted ---

class Named(NamedTuple):
    """A subnet of the configuration; the sum of its networks is judged."""
    networks: tuple  # of ip_network
    name: str
    threshold: float


class Rules(NamedTuple):
    """The configuration's keys of the same names, in seconds and bytes."""
    local: tuple = ()        # of ip_network
    named: tuple = ()        # if there are any, only these are tallied
    threshold: float = 0     # of subnets that are not named
    averaging_period: int = 10
    report_period: int = 30
    judge: str = "total"
    clear_share: float = 1
    clear_after: int = 0
    exclude: tuple = ()      # of ip_network
    connections: int = 65_536
    bits: tuple = (24, 64)   # of subnets that are not named: IPv4, IPv6


class Row:
    """A connection of one subnet."""

    def __init__(self, key, second):
        self.key = key  # lower end, higher end, their ports, protocol
        self.from_bytes = self.to_bytes = self.packets = 0
        self.first = self.last = second

    @property
    def bytes(self):
        return self.from_bytes + self.to_bytes

    def add(self, forward, length, second):
        if forward:
            self.from_bytes += length
        else:
            self.to_bytes += length
        self.packets += 1
        self.first = min(self.first, second)
        self.last = max(self.last, second)

    def order(self):
        return (-self.bytes, *_sortable(self.key))


def _sortable(key):
    low, high, *rest = key
    return low.version, int(low), high.version, int(high), *rest


class Others:
    """Connections without a row, as one sum."""

    def __init__(self):
        self.connections = self.bytes = self.packets = 0


class Report(NamedTuple):
    subnet: "Subnet"
    at: int
    start: int
    bandwidth: float
    exceeded: int
    accumulated: int
    rows: list      # (key, from, to, packets, first, last), most bytes first
    others: tuple   # connections, bytes, packets


class Subnet:
    """Counters, the open period's bytes, the watch, and what it is called."""

    def __init__(self, label, name, threshold):
        self.label = label
        self.name = name
        self.threshold = threshold
        self.bytes = self.packets = self.receive = self.transmit = 0
        self.internal = self.excluded = 0
        self.period = [0, 0, 0]   # judged: total, received, transmitted
        self.bandwidth = 0.0
        self.over_seconds = 0
        self.episodes = 0
        self.reports = []
        self.accumulated = 0
        self._clear()

    def _clear(self):
        self.start = None         # of the watch; None: there is none
        self.clock = None         # counts towards the next report from here
        self.exceeded = 0
        self.reported = False
        self.low_periods = 0      # in a row, up to now
        self.rows = {}
        self.others = Others()

    @property
    def watched(self):
        return self.start is not None


class Account:
    """All frames of a file, counted; see the attributes."""

    def __init__(self, rules, frames):
        self.rules = rules
        self.subnets = {}         # by label, in no order
        self.reports = []         # in the order they are written
        self.late = 0
        self.counted = 0
        self.periods = 0
        self.origin = None        # second of the first counted frame
        self.last_end = None
        self._end = None
        self.rows = 0             # connections, over all subnets
        self._found = {}          # address -> its Subnet or None
        self._excluded = {}
        for named in rules.named:
            label = str(named.networks[0])
            self.subnets[label] = Subnet(named.networks[0], named.name,
                                         named.threshold)
        for packet in frames:
            self._take(packet)

    # --- Frames ---

    def _take(self, packet):
        if self._end is not None:
            while packet.second >= self._end:
                self._close()
            self.late += \
                packet.second < self._end - self.rules.averaging_period
        if packet.source is None:
            return
        source = self._subnet_of(packet.source)
        destination = self._subnet_of(packet.destination)
        if source is None and destination is None:
            return
        self.counted += 1
        if self._end is None:
            self.origin = packet.second
            self._end = packet.second + self.rules.averaging_period
        sent = not self._is_excluded(packet.destination)
        received = not self._is_excluded(packet.source)
        if source is destination:  # either end is the other's other end
            sent = received = sent and received
        for subnet in {id(end): end for end in (source, destination)
                       if end is not None}.values():
            self._credit(subnet, packet, sent and subnet is source,
                         received and subnet is destination)
        for subnet, way in ((source, "transmit"), (destination, "receive")):
            if subnet is not None:
                setattr(subnet, way, getattr(subnet, way) + packet.length)
        if source is destination:
            source.internal += packet.length

    def _subnet_of(self, address):
        if address not in self._found:
            self._found[address] = self._make_subnet(address)
        return self._found[address]

    def _make_subnet(self, address):
        for named in self.rules.named:
            if any(address in network for network in named.networks):
                return self.subnets[str(named.networks[0])]
        if self.rules.named:
            return None
        bits = self.rules.bits[address.version == 6]
        network = ipaddress.ip_network(f"{address}/{bits}", strict=False)
        if not any(network.overlaps(local) for local in self.rules.local
                   if local.version == network.version):
            return None
        return self.subnets.setdefault(
            str(network), Subnet(network, "", self.rules.threshold))

    def _is_excluded(self, address):
        if address not in self._excluded:
            self._excluded[address] = any(address in network
                                          for network in self.rules.exclude)
        return self._excluded[address]

    def _credit(self, subnet, packet, sent, received):
        """Once, also if both ends are in it. `sent`, `received`: judged as
        such, because the other end is not an excluded one."""
        subnet.bytes += packet.length
        subnet.packets += 1
        if not sent and not received:
            subnet.excluded += packet.length
            return
        subnet.period[0] += packet.length
        subnet.period[1] += packet.length * received
        subnet.period[2] += packet.length * sent
        if subnet.watched:
            self._detail(subnet, packet)

    def _detail(self, subnet, packet):
        one = packet.source, packet.source_port
        other = packet.destination, packet.destination_port
        forward = (int(one[0]), one[1]) <= (int(other[0]), other[1])
        low, high = (one, other) if forward else (other, one)
        key = low[0], high[0], low[1], high[1], packet.protocol
        row = subnet.rows.get(key)
        if row is None:
            if self.rows == self.rules.connections:
                subnet.others.bytes += packet.length
                subnet.others.packets += 1
                return
            row = subnet.rows[key] = Row(key, packet.second)
            self.rows += 1
        row.add(forward, packet.length, packet.second)

    # --- Periods ---

    def _close(self):
        """Every subnet is judged; then the table of connections."""
        for subnet in sorted(self.subnets.values(), key=lambda subnet: (
                subnet.label.version, subnet.label)):
            self._judge(subnet)
            subnet.period = [0, 0, 0]
        if self.rows == self.rules.connections:
            self._halve()
        self.periods += 1
        self.last_end = self._end
        self._end += self.rules.averaging_period

    def _judge(self, subnet):
        rules = self.rules
        total, received, transmitted = subnet.period
        judged = {"total": total, "receive": received, "transmit": transmitted,
                  "either": max(received, transmitted)}[rules.judge]
        subnet.bandwidth = judged / rules.averaging_period
        over = subnet.bandwidth >= subnet.threshold
        if over:
            subnet.over_seconds += rules.averaging_period
        if not subnet.watched:
            if over:
                subnet.start = subnet.clock = self._end
            return
        low = subnet.bandwidth < subnet.threshold * rules.clear_share
        subnet.low_periods = subnet.low_periods + 1 if low else 0
        if low and (subnet.low_periods * rules.averaging_period >=
                    rules.clear_after):
            self.rows -= len(subnet.rows)
            subnet._clear()
        elif over and self._end - subnet.clock >= rules.report_period:
            self._report(subnet)

    def _report(self, subnet):
        seconds = self._end - subnet.clock
        subnet.exceeded += seconds
        subnet.accumulated += seconds
        subnet.clock = self._end
        subnet.episodes += not subnet.reported
        subnet.reported = True
        report = Report(
            subnet, self._end, subnet.start, subnet.bandwidth, subnet.exceeded,
            subnet.accumulated,
            [(row.key, row.from_bytes, row.to_bytes, row.packets, row.first,
              row.last) for row in sorted(subnet.rows.values(), key=Row.order)],
            (subnet.others.connections, subnet.others.bytes,
             subnet.others.packets))
        subnet.reports.append(report)
        self.reports.append(report)

    def _halve(self):
        """The half with the fewest bytes makes room. Of the same connection in
        two subnets, that of the one seen first."""
        rows = [(row.bytes, *_sortable(row.key), number, subnet, row)
                for number, subnet in enumerate(self.subnets.values())
                for row in subnet.rows.values()]
        rows.sort(key=lambda row: row[:-2])
        for *_, subnet, row in rows[:(len(rows) + 1) // 2]:
            subnet.others.connections += 1
            subnet.others.bytes += row.bytes
            subnet.others.packets += row.packets
            del subnet.rows[row.key]
            self.rows -= 1
