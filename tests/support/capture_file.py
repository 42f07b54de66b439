# SPDX-License-Identifier: Apache-2.0
"""Writes pcap and pcapng files byte by byte, good ones and odd ones."""
import pathlib
import struct

# Link types as they stand in files (LINKTYPE_ of pcap-linktype(7)).
NULL, ETHERNET, PPP, PPP_HDLC, PPP_ETHER = 0, 1, 9, 50, 51
RAW, C_HDLC, LOOP, LINUX_SLL, PPI = 101, 104, 108, 113, 192
IPV4, IPV6, LINUX_SLL2, IEEE802_11 = 228, 229, 276, 105
START = 1_700_000_000  # seconds, of the first frame


def pcap(path, link_type, frames, order="<", nanoseconds=False, snaplen=262144,
         cut=0):
    """`frames`: bytes, a tenth of a second apart. `order`: < or >, as in
    struct. What is longer than `snaplen` is cut as a capture would. `cut`:
    bytes taken off the end of the file."""
    magic = 0xa1b23c4d if nanoseconds else 0xa1b2c3d4
    parts = [struct.pack(order + "IHHiIII", magic, 2, 4, 0, 0, snaplen,
                         link_type)]
    unit = 100_000_000 if nanoseconds else 100_000
    for number, frame in enumerate(frames):
        held = frame[:snaplen]
        parts.append(struct.pack(order + "IIII", START + number // 10,
                                 number % 10 * unit, len(held), len(frame)))
        parts.append(held)
    data = b"".join(parts)
    path = pathlib.Path(path)
    path.write_bytes(data[:len(data) - cut])
    return path


def _block(order, number, body):
    body += bytes(-len(body) % 4)
    length = struct.pack(order + "I", len(body) + 12)
    return struct.pack(order + "I", number) + length + body + length


def section(order="<"):
    """A section header of unknown length, with a comment."""
    comment = b"made by hand"
    body = struct.pack(order + "IHHq", 0x1a2b3c4d, 1, 0, -1)
    body += struct.pack(order + "HH", 1, len(comment)) + comment
    body += struct.pack(order + "HH", 0, 0)
    return _block(order, 0x0a0d0d0a, body)


def interface(link_type, order="<", snaplen=262144, resolution=None):
    """`resolution`: decimal places of a second; the default is 6."""
    body = struct.pack(order + "HHI", link_type, 0, snaplen)
    if resolution is not None:
        body += struct.pack(order + "HHB3x", 9, 1, resolution)
        body += struct.pack(order + "HH", 0, 0)
    return _block(order, 1, body)


def enhanced(number, frame, order="<", on=0, resolution=6, wire=None):
    """A frame of interface `on`; `wire`: its length there if longer."""
    stamp = START * 10**resolution + number * 10**resolution // 10
    body = struct.pack(order + "IIIII", on, stamp >> 32, stamp & 0xffffffff,
                       len(frame), wire or len(frame)) + frame
    return _block(order, 6, body)


def simple(frame, order="<"):
    """A frame without a time."""
    return _block(order, 3, struct.pack(order + "I", len(frame)) + frame)


def statistics(order="<"):
    """A block that holds no frame."""
    return _block(order, 5, struct.pack(order + "III", 0, 0, 0))


def pcapng(path, blocks, cut=0):
    data = b"".join(blocks)
    path = pathlib.Path(path)
    path.write_bytes(data[:len(data) - cut])
    return path


def read_pcap(path):
    """[(length on the wire, bytes)] of a pcap file written on this machine."""
    data = pathlib.Path(path).read_bytes()
    frames = []
    at = 24
    while at < len(data):
        held, wire = struct.unpack_from("=II", data, at + 8)
        frames.append((wire, data[at + 16:at + 16 + held]))
        at += 16 + held
    return frames
