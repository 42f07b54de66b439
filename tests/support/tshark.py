# SPDX-License-Identifier: Apache-2.0
"""What tshark says is in a capture file: the oracle for hosts' bytes.

A frame belongs to the addresses of its *own* IP header: the first one, with
nothing but link headers before it. What stands behind a tunnel, in a pseudo
wire or in the copy that an ICMP error carries, is somebody else's.
"""
import ipaddress
import subprocess
import tempfile
from typing import NamedTuple, Optional

# Layers of frame.protocols that may stand before a frame's own IP header.
LINK_LAYERS = {"eth", "ethertype", "vlan", "ieee8021ad", "mpls", "pppoes",
               "ppp", "llc", "sll", "raw", "null", "chdlc", "ppi",
               "pcap_pktdata"}
_FIELDS = ("frame.len", "frame.cap_len", "frame.protocols", "ip.src", "ip.dst",
           "ipv6.src", "ipv6.dst", "_ws.malformed", "_ws.expert.message")
# As a sniffer sees them: packets are not put together from their fragments,
# lengths that offloads left at 0 are believed to be the frame's.
_PREFERENCES = ("ip.defragment:FALSE", "ipv6.defragment:FALSE",
                "ip.tso_support:TRUE")

_LARGEST_LENGTH = 2**31 - 1


class Frame(NamedTuple):
    number: int
    length: int              # on the wire
    captured: int
    layers: tuple
    source: Optional[str]    # both None: no IP header of its own, whole
    destination: Optional[str]
    complaint: str           # what tshark finds wrong, or ""

    @property
    def is_ip(self):
        return self.source is not None


class Dissection(NamedTuple):
    frames: list
    status: int              # of tshark: 0, or it could not read to the end
    error: str
    amended: list            # where other programs were asked, in words


def _own_ip(layers):
    """"ip" or "ipv6" if the frame has an IP header of its own, else None."""
    ethernets = 0
    for layer in layers:
        if layer in ("ip", "ipv6"):
            return layer
        ethernets += layer == "eth"
        if layer not in LINK_LAYERS or ethernets > 1:
            return None
    return None


def canonical(address):
    return str(ipaddress.ip_address(address))


def read_fields(path, fields, preferences):
    """Runs tshark: a line for each frame, the first of each field in it."""
    command = ["tshark", "-n", "-r", str(path), "-T", "fields",
               "-E", "occurrence=f", "-E", "separator=/t"]
    for preference in preferences:
        command += ["-o", preference]
    for field in fields:
        command += ["-e", field]
    return subprocess.run(command, capture_output=True, encoding="utf-8",
                          errors="replace", timeout=300, check=False)


def dissect(path):
    run = read_fields(path, _FIELDS, _PREFERENCES)
    frames = []
    for line in run.stdout.splitlines():
        values = line.split("\t")
        layers = tuple(values[2].split(":"))
        source, destination = {
            "ip": values[3:5], "ipv6": values[5:7], None: ["", ""],
        }[_own_ip(layers)]
        whole = source != "" and destination != ""
        frames.append(Frame(
            len(frames) + 1, int(values[0]), int(values[1]), layers,
            canonical(source) if whole else None,
            canonical(destination) if whole else None,
            "malformed" if values[7] else values[8]))
    error = "\n".join(
        line for line in run.stderr.splitlines()
        if not line.startswith("Running as user"))
    amended = _amend_lengths(path, frames) + _amend_addresses(path, frames)
    return Dissection(frames, run.returncode, error, amended)


def _amend_lengths(path, frames):
    """frame.len is a C int; capinfos has the length that stands in the file."""
    amended = []
    for index, frame in enumerate(frames):
        if frame.length != _LARGEST_LENGTH:
            continue
        with tempfile.NamedTemporaryFile(suffix=".pcapng") as file:
            subprocess.run(["editcap", "-r", str(path), file.name,
                            str(frame.number)], capture_output=True,
                           check=True)
            words = subprocess.run(
                ["capinfos", "-TrMd", file.name], capture_output=True,
                text=True, check=True).stdout.split()
        frames[index] = frame._replace(length=int(words[-1]))
        amended.append(f"frame {frame.number}: capinfos has its length, "
                       f"{words[-1]}; tshark's ends at {_LARGEST_LENGTH}")
    return amended


def _amend_addresses(path, frames):
    """tshark gives no addresses where the IP length is below that of the
    header, or where IP options were cut off; scapy does, of a whole header."""
    def may_have(frame):
        cut = frame.captured < frame.length and not frame.complaint
        return cut or frame.complaint.startswith("Bogus IP length")

    wanted = {frame.number for frame in frames
              if _own_ip(frame.layers) == "ip" and not frame.is_ip and
              may_have(frame)}
    if not wanted:
        return []
    from scapy.layers.inet import IP
    from scapy.utils import PcapReader
    found = []
    with PcapReader(str(path)) as reader:
        for number, packet in enumerate(reader, 1):
            if number not in wanted or not packet.haslayer(IP):
                continue
            # Of nothing scapy makes a header with addresses of its own.
            if len(packet[IP].original) >= 20:
                frames[number - 1] = frames[number - 1]._replace(
                    source=packet[IP].src, destination=packet[IP].dst)
                found.append(number)
    return [f"frames {found}: scapy has their addresses, tshark has not"] \
        if found else []


def host_bytes(frames, length=lambda frame: frame.length):
    """{address: (received, transmitted)} of all frames that are IP."""
    hosts = {}
    for frame in frames:
        if not frame.is_ip:
            continue
        for address, end in ((frame.destination, 0), (frame.source, 1)):
            sums = hosts.setdefault(address, [0, 0])
            sums[end] += length(frame)
    return {address: tuple(sums) for address, sums in hosts.items()
            if any(sums)}
