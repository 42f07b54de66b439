#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A million random sources, IPv4 and IPv6, as fast as a pipe takes them.

Honest hosts are among them: 100 that were there before, each below the share
that lets a newcomer in, and 20 heavy ones that begin in the middle. How many
bytes a series has says since when it has lasted: those of the 100 have all of
them, those of the 20 all since the period after the one they began in. In each
period of the flood 30 others pass by, none of them twice, with more than twice
the bytes of the 100, though less than lets them in at once.

First the table of hosts is the one that is full; then both are: every source
is in a subnet of its own, of 65,536 or more.

usage: flood_test.py BINARY
"""
import pathlib
import random
import re
import struct
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "support"))
import exposition  # noqa: E402
import identities  # noqa: E402
import results  # noqa: E402
from traffic_language import EPOCH, frame  # noqa: E402

if len(sys.argv) != 2:
    sys.exit(__doc__)
BINARY = sys.argv[1]

HOSTS, SUBNETS = 500, 256  # caps
PERIOD = 10  # seconds
QUIET = 2  # periods in which there are only those who were there before
FLOOD = 15  # periods
BEGIN = 4  # period in which the heavy hosts begin
SOURCES = 1_000_000  # in the whole flood
WIRE = 1000  # bytes of a packet on the wire

# Packets in a period. Of the flood's 66,700 the fair share is over 136.
OLD = {f"10.{i}.0.1" if i % 2 else f"fd00:{i:x}::1": 40
       for i in range(1, 101)}
HEAVY = {f"10.{i}.9.9" if i % 2 else f"fd00:{i:x}:9:9::9": 400
         for i in range(101, 121)}
PASSING, PASSING_PACKETS = 30, 100  # in a period
NAMED = """
  subnets: [{networks: [10.0.0.0/8]}, {networks: ["fd00::/8"]}]"""
CONFIG = """
accounting:
  averaging_period: %ds
  local: [10.0.0.0/8, "fd00::/8"]
  max_subnets: %d
  hosts: {max: %d}%s
"""


def record(text, second):
    """A frame in the file, without what is behind its headers."""
    held = frame(text)[:60]
    return struct.pack("<IIII", EPOCH + second, 0, len(held), WIRE) + held


def honest(hosts, second):
    """What hosts send in a second."""
    parts = []
    for address, packets in hosts.items():
        other = "2001:db8::1" if ":" in address else "192.0.2.1"
        one = record(f"{address} > {other} udp {WIRE - 14}", second)
        parts.append(one * (packets // PERIOD))
    return b"".join(parts)


def passing(period):
    return {f"10.{130 + period}.{i}.1" if i % 2 else
            f"fd00:{130 + period:x}:{i:x}::1": PASSING_PACKETS
            for i in range(PASSING)}


def strangers(count, second, dice):
    """Frames of so many sources that nobody has seen, half of them IPv6."""
    parts = []
    for text, first, size in ((f"10.0.0.0 > 192.0.2.1 udp {WIRE - 14}", 27, 3),
                              (f"fd00:: > 2001:db8::1 udp {WIRE - 14}", 23, 15)):
        one = record(text, second)
        # Only the address differs, so the rest is what stands between two.
        before, after = one[:16 + first], one[16 + first + size:]
        addresses = dice.randbytes(size * (count // 2))
        parts += [before, (after + before).join(
            addresses[at:at + size] for at in range(0, len(addresses), size)),
            after]
    return b"".join(parts)


def traffic(sources):
    """The capture, second by second."""
    dice = random.Random(8)
    yield struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)
    for second in range((QUIET + FLOOD) * PERIOD):
        period = second // PERIOD
        if period >= QUIET:
            yield strangers(sources // FLOOD // PERIOD, second, dice)
            yield honest(passing(period), second)
        yield honest(OLD, second)
        if period >= BEGIN:
            yield honest(HEAVY, second)
    # The last period is judged once it is over.
    yield record(f"10.1.0.1 > 192.0.2.1 udp {WIRE - 14}", (QUIET + FLOOD) * PERIOD)


def most_resident(program):
    status = pathlib.Path(f"/proc/{program.pid}/status").read_text()
    return int(re.search(r"VmHWM:\s*(\d+) kB", status)[1]) * 1024


class Run:
    """The program, fed from a pipe; its numbers and most resident bytes."""

    def __init__(self, config, sources=SOURCES):
        with tempfile.NamedTemporaryFile("w", suffix=".yml") as file, \
                tempfile.TemporaryFile() as page:
            file.write(config)
            file.flush()
            program = subprocess.Popen(
                [BINARY, "--config.file=" + file.name, "--once",
                 "--capture.file", "-"], stdin=subprocess.PIPE, stdout=page,
                stderr=subprocess.PIPE)
            for piece in traffic(sources):
                program.stdin.write(piece)
            # All but what a pipe holds was read.
            self.resident = most_resident(program)
            program.stdin.close()
            self.log = program.stderr.read().decode()
            self.status = program.wait()
            page.seek(0)
            self.samples = exposition.parse(page.read().decode())


def series(samples, name):
    return sum(1 for other, _ in samples if other == name)


def check_bounds(check, name, samples):
    for direction in ("receive", "transmit"):
        count = series(samples, f"host_{direction}_bytes_total")
        check.check(f"{name}: at most {HOSTS} {direction} series",
                    0 < count <= HOSTS, count)
    count = series(samples, "subnet_bytes_total")
    check.check(f"{name}: at most {SUBNETS} subnets", 0 < count <= SUBNETS,
                count)
    all_series = len(samples)
    most = 2 * HOSTS + 25 * count + 100
    check.check(f"{name}: {all_series} series, at most {most}",
                all_series <= most)


def check_hosts(check, name, samples, hosts, periods, extra=0):
    """Their series have lasted for the last so many periods."""
    got = exposition.by(samples, "host_transmit_bytes_total", "address")
    lines = []
    for address, packets in hosts.items():
        wanted = packets * WIRE * periods
        if got.get(address, 0) not in (wanted, wanted + extra):
            lines.append(f"{address}: {got.get(address)}, wanted {wanted}")
    check.same(f"{name}: series of {len(hosts)} hosts, for {periods} periods",
               lines)


def check_run(check, name, config, heavy_periods):
    run = Run(config)
    check.equal(f"{name}: exit status", run.status, 0)
    samples = run.samples
    check.equal(f"{name}: frames", exposition.total(
        samples, "capture_packets_total"),
        1 + (sum(OLD.values()) * (QUIET + FLOOD)) +
        sum(HEAVY.values()) * (QUIET + FLOOD - BEGIN) +
        PASSING * PASSING_PACKETS * FLOOD +
        SOURCES // FLOOD // PERIOD // 2 * 2 * FLOOD * PERIOD)
    check_bounds(check, name, samples)
    check.same(f"{name}: sums", identities.broken_sums(samples))
    check_hosts(check, name, samples, OLD, QUIET + FLOOD, extra=WIRE)
    check_hosts(check, name, samples, HEAVY, heavy_periods)
    return run


def main(check):
    # More than there are rows for newcomers.
    few = Run(CONFIG % (PERIOD, SUBNETS, HOSTS, ""), SOURCES // 2).resident
    # A newcomer is admitted at the end of the period it came in ...
    check_run(check, "hosts", CONFIG % (PERIOD, SUBNETS, HOSTS, NAMED),
              QUIET + FLOOD - BEGIN - 1)
    # ... and once its subnet was, which takes one more.
    many = check_run(check, "subnets",
                     CONFIG % (PERIOD, SUBNETS, HOSTS, ""),
                     QUIET + FLOOD - BEGIN - 2).resident
    # Four bytes for each further source would be seen.
    check.check(f"memory: {few} bytes with few, {many} with many",
                many < few + (2 << 20))


if __name__ == "__main__":
    results.run(main)
