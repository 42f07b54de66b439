# SPDX-License-Identifier: Apache-2.0
"""Compiles a few readable lines of traffic to a pcap file (Ethernet, µs).

    0s..420s every 100ms  10.0.0.5:4000 > 192.0.2.9:80 tcp 1500
    3s   [2001:db8::5]:4000 > [2001:db8:9::1]:80 udp 1200
    3s   vlan 7 vlan 8 10.0.0.5 > 10.0.1.5 icmp 84
    4s   arp 10.0.0.5 > 10.0.0.1
    12s  stamped 5s  10.0.0.5:1 > 192.0.2.9:2 udp 100
    13s  raw 0000...ff

A number after the protocol is the length of the IP packet; the frame is its
14 bytes of Ethernet and the tags longer. `padded N` makes the frame at least N
bytes long; `captured N` stores only its first N bytes. Times count from EPOCH;
the end of a range is not in it. Frames are written in the order of their
times; `stamped` gives one a stamp that differs from its place. `cut N` on a
line of its own takes the last N bytes off the file. # begins a comment.
"""
import ipaddress
import re
import struct

EPOCH = 1_700_000_000

_UNITS = {"us": 1, "ms": 1_000, "s": 1_000_000, "m": 60_000_000,
          "h": 3_600_000_000}
_PROTOCOLS = {"icmp": 1, "tcp": 6, "udp": 17, "icmp6": 58}
_TAGS = {"vlan": 0x8100, "svlan": 0x88A8}
_MACS = bytes.fromhex("020000000002020000000001")


class TrafficError(Exception):
    """A line that means nothing."""


def microseconds(text):
    """`1.5s` as 1500000."""
    match = re.fullmatch(r"(-?\d+(?:\.\d+)?)(us|ms|s|m|h)", text)
    if not match:
        raise TrafficError(f"{text!r} is no time; write 5s or 100ms")
    return round(float(match[1]) * _UNITS[match[2]])


def _end(text):
    """`10.0.0.5:4000` as address and port."""
    match = re.fullmatch(r"\[(.+)\]:(\d+)|([\d.]+):(\d+)|(.+)", text)
    address = match[1] or match[3] or match[5]
    return ipaddress.ip_address(address), int(match[2] or match[4] or 0)


def _checksum(header):
    total = sum(struct.unpack(f">{len(header) // 2}H", header))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return total ^ 0xFFFF


def _ip(source, destination, protocol, length):
    """EtherType and packet."""
    (source, source_port), (destination, destination_port) = source, destination
    header = 20 if source.version == 4 else 40
    if length < header:
        raise TrafficError(f"an IPv{source.version} packet of {length} bytes")
    ports = struct.pack(">HH", source_port, destination_port)
    if protocol in (1, 58):
        ports = struct.pack(">BBH", 8 if protocol == 1 else 128, 0, 0)
    payload = ports[:length - header].ljust(length - header, b"\0")
    ends = source.packed + destination.packed
    if source.version == 6:
        start = struct.pack(">IHBB", 6 << 28, length - header, protocol, 64)
        return 0x86DD, start + ends + payload
    start = struct.pack(">BBHHHBBH", 0x45, 0, length, 0, 0, 64, protocol, 0)
    checksum = _checksum(start + ends)
    return 0x0800, start[:10] + struct.pack(">H", checksum) + ends + payload


def _take(words, name):
    """The number behind a word that may stand at the end."""
    if name not in words:
        return None
    at = words.index(name)
    value = int(words[at + 1])
    del words[at:at + 2]
    return value


def _frame(words):
    """The bytes of one frame and how many of them are stored."""
    captured = _take(words, "captured")
    padded = _take(words, "padded")
    tags = []
    while words[0] in _TAGS:
        tags.append((_TAGS[words[0]], int(words[1])))
        words = words[2:]
    if words[0] == "raw":
        data = bytes.fromhex("".join(words[1:]))
        return data, len(data) if captured is None else captured
    if words[0] == "arp":
        _, source, _, destination = words
        ether_type = 0x0806
        packet = (bytes.fromhex("0001080006040001") + _MACS[6:] +
                  _end(source)[0].packed + bytes(6) +
                  _end(destination)[0].packed)
    else:
        source, _, destination, protocol, length = words
        ether_type, packet = _ip(_end(source), _end(destination),
                                 _PROTOCOLS[protocol], int(length))
    data = _MACS
    for tag_type, number in tags:
        data += struct.pack(">HH", tag_type, number)
    data += struct.pack(">H", ether_type) + packet
    data = data.ljust(padded or 0, b"\0")
    return data, len(data) if captured is None else captured


def frame(text):
    """The bytes of one frame: `vlan 7 10.0.0.5:1 > 10.0.0.6:2 udp 100`."""
    return _frame(text.split())[0]


def _records(line):
    """(place in the file, stamp, frame, captured) of each frame of a line."""
    words = line.split()
    when, words = words[0], words[1:]
    if ".." in when:
        begin, end = map(microseconds, when.split(".."))
        if words[0] != "every":
            raise TrafficError("a range of times needs `every`")
        step, words = microseconds(words[1]), words[2:]
    else:
        begin = microseconds(when)
        end, step = begin + 1, 1
    late = 0
    if words[0] == "stamped":
        late = begin - microseconds(words[1])
        words = words[2:]
    data, captured = _frame(words)
    for place in range(begin, end, step):
        yield place, place - late, data, captured


def compile_traffic(text):
    """The bytes of the pcap file that the lines describe."""
    records, cut = [], 0
    for number, line in enumerate(text.splitlines(), 1):
        line = line.split("#")[0].strip()
        if not line:
            continue
        try:
            if line.startswith("cut "):
                cut = int(line.split()[1])
                continue
            records.extend(_records(line))
        except (TrafficError, ValueError, KeyError, IndexError) as error:
            raise TrafficError(f"traffic line {number}: {line}: {error}") \
                from error
    records.sort(key=lambda record: record[0])
    parts = [struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)]
    for _, stamp, data, captured in records:
        seconds, fraction = divmod(stamp, 1_000_000)
        stored = data[:captured]
        parts.append(struct.pack("<IIII", EPOCH + seconds, fraction,
                                 len(stored), len(data)) + stored)
    file = b"".join(parts)
    return file[:len(file) - cut]
