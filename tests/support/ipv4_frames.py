# SPDX-License-Identifier: Apache-2.0
"""IPv4 frames of exactly the length that is asked for.

1024 bytes by default: what ipband calls a kilobyte is then a whole number.
"""
import socket
import struct

MACS = bytes.fromhex("020000000002020000000001")
ICMP, TCP, UDP = 1, 6, 17


def packet(source, destination, protocol, payload=b"", size=1010, options=b"",
           fragment=0):
    """An IP packet of `size` bytes; `payload` is filled up with zeros.

    `options`: whole words; `fragment`: the header's flags and offset."""
    words = 5 + len(options) // 4
    start = struct.pack(">BBHHHBBH", 0x40 | words, 0, size, 7, fragment, 64,
                        protocol, 0)
    header = (start + socket.inet_aton(source) +
              socket.inet_aton(destination) + options)
    total = sum(struct.unpack(f">{len(header) // 2}H", header))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    header = header[:10] + struct.pack(">H", total ^ 0xFFFF) + header[12:]
    return header + payload.ljust(size - len(header), b"\0")


def frame(source, destination, protocol, payload=b"", size=1024, **rest):
    """The packet on Ethernet; `size` is the frame's."""
    return (MACS + b"\x08\x00" +
            packet(source, destination, protocol, payload, size - 14, **rest))


def ports(low, high):
    return struct.pack(">HH", low, high)


def flow(text, size=1024, **rest):
    """`10.1.1.1:4000 > 10.2.2.2:53 udp`, one frame of it."""
    source, _, destination, protocol = text.split()
    source, source_port = source.split(":")
    destination, destination_port = destination.split(":")
    return frame(source, destination, {"tcp": TCP, "udp": UDP}[protocol],
                 ports(int(source_port), int(destination_port)), size, **rest)
