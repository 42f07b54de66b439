# SPDX-License-Identifier: Apache-2.0
"""Makes captures with real tools and by hand, and compares them with tshark.

Real ones: ping, curl, iperf3 and dig between two namespaces, recorded by
tcpdump on a veth, on lo, on a tun device, on `any` (SLL2 and SLL) and with a
short snap length. Then everything of crafted_captures.py. The comparison is
captures_vs_tshark.py's.

usage: captures_made.py BINARY
"""
import contextlib
import fcntl
import os
import pathlib
import struct
import subprocess
import sys
import tempfile

import captures_vs_tshark
import crafted_captures

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent /
                       "support"))
import exposition  # noqa: E402
import netlab  # noqa: E402
import results  # noqa: E402

HERE, THERE = "10.77.0.1", "10.77.0.2"
HERE6, THERE6 = "fd00:77::1", "fd00:77::2"

# Answers every DNS question with "no such name", until it is killed.
RESPONDER = """
import socket
line = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
line.bind(("::", 53))
print("ready", flush=True)
while True:
    question, sender = line.recvfrom(4096)
    line.sendto(question[:2] + b"\\x85\\x83" + question[4:], sender)
"""


# Of an Ethernet type for experiments: the last frame of a recording.
MARK = b"\xff" * 6 + b"\x02" + b"\0" * 5 + b"\x88\xb5" + b"it ends here".ljust(46)


@contextlib.contextmanager
def recorded(lab, interface, path, *arguments, marked=True, **options):
    """`marked`: what v1 has received is in the file, whatever else is late."""
    recording = lab.record(interface, path, *arguments, **options)
    yield
    if marked:
        lab.send("v0", [MARK])
        recording.wait_until_holds(b"it ends here", f"the end of {path.name}")
    recording.stop()


def wait_for_port(namespace, port):
    netlab.wait_for(lambda: f":{port} " in namespace.run("ss", "-Hltn"),
                    f"port {port}")


def ping(namespace, *addresses, size=56):
    for address in addresses:
        namespace.run("ping", "-c", "3", "-i", "0.01", "-s", str(size), "-n",
                      address)


def record_tools(lab, folder):
    """One file for each tool, recorded at the receiving end."""
    right = lab.right
    (lab.folder / "page").write_bytes(bytes(300_000))
    server = right.start(sys.executable, "-m", "http.server", "--bind", "::",
                         "--directory", str(lab.folder), "8000",
                         stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    responder = right.start(sys.executable, "-c", RESPONDER,
                            stdout=subprocess.PIPE)
    responder.stdout.readline()
    iperf = right.start("iperf3", "--server", stdout=subprocess.DEVNULL)
    wait_for_port(right, 8000)
    wait_for_port(right, 5201)
    with recorded(lab, "v1", folder / "ping.pcap"):
        ping(lab.left, THERE, THERE6)
        ping(lab.left, THERE, THERE6, size=4000)  # in fragments
    with recorded(lab, "v1", folder / "curl.pcap"):
        for host in (THERE, f"[{THERE6}]"):
            lab.left.run("curl", "-sS", "-o", "/dev/null",
                         f"http://{host}:8000/page")
    with recorded(lab, "v1", folder / "dig.pcap"):
        for host in (THERE, THERE6):
            lab.left.run("dig", "+tries=1", "+time=5", "@" + host,
                         "example.net", "AAAA")
    with recorded(lab, "v1", folder / "dig-unreachable.pcap"):
        lab.left.run("dig", "+tries=1", "+time=1", "-p", "54", "@" + THERE,
                     "example.net", check=False)
    with recorded(lab, "v1", folder / "iperf3.pcap"):
        lab.left.run("iperf3", "-c", THERE, "-n", "4M")
        lab.left.run("iperf3", "-6", "-c", THERE6, "-n", "1M", "-R")
        lab.left.run("iperf3", "-c", THERE, "-u", "-b", "50M", "-n", "500K")
    for child in (server, responder, iperf):
        netlab.stop(child)


def record_interfaces(lab, folder):
    """The same kind of traffic through other eyes of tcpdump."""
    # `any` belongs to no end; tcpdump runs where v1 is.
    with recorded(lab, "v1", folder / "any-sll2.pcap", "-i", "any"):
        ping(lab.left, THERE, THERE6)
        ping(lab.right, "127.0.0.1", "::1")
    with recorded(lab, "v1", folder / "any-sll.pcap", "-i", "any", "-y",
                  "LINUX_SLL"):
        ping(lab.left, THERE, THERE6)
        ping(lab.right, "127.0.0.1", "::1")
    with recorded(lab, "v1", folder / "lo.pcap", "-i", "lo",
                  marked=False):
        ping(lab.right, "127.0.0.1", "::1", THERE)
    with recorded(lab, "v1", folder / "snaplen.pcap", snaplen=48):
        ping(lab.left, THERE, THERE6, size=1000)


def record_tun(lab, folder):
    """A tun device has no link header at all (DLT_RAW)."""
    tun_set_interface, tun_no_info = 0x400454ca, 0x1001
    with lab.left.inside():
        descriptor = os.open("/dev/net/tun", os.O_RDWR)
    try:
        with lab.left.inside():
            fcntl.ioctl(descriptor, tun_set_interface,
                        struct.pack("16sH22x", b"tun0", tun_no_info))
        left = lab.left
        left.set("ipv6/conf/tun0/disable_ipv6", 0)
        left.run("ip", "address", "add", "10.78.0.1/24", "dev", "tun0")
        left.run("ip", "address", "add", "fd00:78::1/64", "dev", "tun0",
                 "nodad")
        left.run("ip", "link", "set", "tun0", "up")
        with recorded(lab, "v0", folder / "tun-raw.pcap", "-i", "tun0",
                      marked=False):
            for address in ("10.78.0.2", "fd00:78::2"):
                left.run("ping", "-c", "3", "-i", "0.01", "-W", "0.1", "-n",
                         address, check=False)
    finally:
        os.close(descriptor)


def check_real(check, states):
    """The recordings are what they are meant to be, not empty or one-sided."""
    wanted = {
        "ping.pcap": {HERE, THERE, HERE6, THERE6},
        "curl.pcap": {HERE, THERE, HERE6, THERE6},
        "dig.pcap": {HERE, THERE, HERE6, THERE6},
        "dig-unreachable.pcap": {HERE, THERE},
        "iperf3.pcap": {HERE, THERE, HERE6, THERE6},
        "any-sll2.pcap": {HERE, THERE, HERE6, THERE6, "127.0.0.1", "::1"},
        "any-sll.pcap": {HERE, THERE, HERE6, THERE6, "127.0.0.1", "::1"},
        "lo.pcap": {"127.0.0.1", "::1", THERE},
        "tun-raw.pcap": {"10.78.0.1", "10.78.0.2", "fd00:78::1", "fd00:78::2"},
        "snaplen.pcap": {HERE, THERE},
    }
    for name, hosts in wanted.items():
        seen = exposition.host_bytes(states[name].once.samples)
        check.same(f"hosts of {name}", sorted(hosts - seen.keys()))
    cut = exposition.ignored(states["snaplen.pcap"].once.samples)
    check.check("48 bytes hold no IPv6 header", cut.get("truncated", 0) >= 6,
                str(cut))


def main(check):
    binary = pathlib.Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory(prefix="ipband-captures-") as name:
        folder = pathlib.Path(name)
        expected = crafted_captures.write_all(folder)
        with netlab.Lab(quiet=False) as lab:
            record_tools(lab, folder)
            record_interfaces(lab, folder)
            record_tun(lab, folder)
        states = captures_vs_tshark.compare_folders(check, binary, [folder])
    for file, comparison in states.items():
        check.equal(f"{file} is", comparison.state,
                    expected.get(file, "whole"))
    check_real(check, states)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    results.run(main)
