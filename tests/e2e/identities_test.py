#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Random traffic on three interfaces, small tables, short periods: at every
scrape the sums hold, and no counter goes back.

usage: identities_test.py BINARY [SEED]
"""
import collections
import pathlib
import random
import sys
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "support"))
import exposition  # noqa: E402
import identities  # noqa: E402
import netlab  # noqa: E402
import results  # noqa: E402
from box import Box, stopping, wait_for_sample  # noqa: E402
from traffic_language import frame  # noqa: E402

if len(sys.argv) not in (2, 3):
    sys.exit(__doc__)
BINARY = sys.argv[1]
SEED = int(sys.argv[2]) if len(sys.argv) == 3 else random.randrange(2**32)
INTERFACES = ("v1", "v2", "v3")
SCRAPES, SECONDS = 100, 6  # at least, for each table size
EVICTIONS = collections.Counter()
CONFIG = """
accounting:
  averaging_period: 1s
  local: [10.0.0.0/8, "fd00::/8"]
  max_subnets: 16
  hosts: {{max: {hosts}, idle_timeout: 2s}}
thresholds: {{bandwidth: 200kbit/s, report_period: 1s, exclude: [10.0.3.0/24]}}
"""


def make_frames(dice):
    """1500 frames between 60 subnets, of which few are busy, by subnet; some
    are nobody's."""
    def address():
        subnet = int(min(19, dice.paretovariate(1.1) - 1))
        host = int(min(250, dice.paretovariate(0.6)))
        return dice.choice((f"10.0.{subnet}.{host}", f"10.1.{subnet}.{host}",
                            f"192.0.2.{host}"))

    def address6():
        subnet = int(min(19, dice.paretovariate(1.1) - 1))
        host = int(min(60000, dice.paretovariate(0.5)))
        return dice.choice((f"fd00:0:0:{subnet:x}::{host:x}",
                            f"2001:db8::{host:x}"))
    texts = []
    for _ in range(1500):
        end = dice.choice((address, address, address6))
        texts.append(f"{end()} > {end()} udp {dice.randrange(60, 1200)}")
    return [frame(dice.choice(("", "", "vlan 7 ")) + text)
            for text in sorted(texts)]


# Nothing that can be counted: no IP, cut short, and of IP version 5.
ODD_FRAMES = [frame("arp 10.0.0.1 > 10.0.0.2"),
              frame("10.0.0.1 > 10.0.0.2 udp 60")[:30],
              frame("10.0.0.1 > 10.0.0.2 udp 60")[:14] + b"\x55" + bytes(40)]


class Senders:
    """A thread for each interface, sending what it draws. The part of the
    frames it draws from moves on, so that subnets and hosts come, go and come
    back; for two seconds each a new subnet is loud and outranks others."""

    def __init__(self, box, seed):
        self.sent = collections.Counter()
        self.bytes = collections.Counter()
        self._done = threading.Event()
        self._threads = [
            threading.Thread(target=self._send, args=(
                box.line(name), name, random.Random(f"{seed}{name}")))
            for name in INTERFACES]
        for thread in self._threads:
            thread.start()

    def _send(self, line, name, dice):
        frames = make_frames(dice)
        while not self._done.wait(0.02):
            start = int(time.monotonic() * 150) % len(frames)
            number = int(time.monotonic() / 2) % 250
            loud = frame(f"10.2.{number}.1:1 > 192.0.2.1:2 udp 1000")
            part = ((frames + frames)[start:start + 400] + [loud] * 500 +
                    ODD_FRAMES)
            for data in dice.choices(part, k=dice.randrange(1, 80)):
                line.send(data)
                self.sent[name] += 1
                self.bytes[name] += len(data)

    def stop(self):
        self._done.set()
        for thread in self._threads:
            thread.join()


def run_with(check, hosts):
    with Box(*INTERFACES) as box, stopping(box.exporter(
            BINARY, *INTERFACES, config=CONFIG.format(hosts=hosts))) as daemon:
        senders = Senders(box, f"{SEED}{hosts}")
        wrong, scrapes, before = [], 0, daemon.scrape()
        end = time.monotonic() + SECONDS
        try:
            while (scrapes < SCRAPES or time.monotonic() < end) and not wrong:
                after = daemon.scrape()
                scrapes += 1
                wrong += identities.broken_sums(after)
                wrong += identities.broken_steps(before, after)
                wrong += identities.differences_of_sums(before, after)
                before = after
        finally:
            senders.stop()
        check.same(f"hosts {hosts}: {scrapes} scrapes", wrong)
        check_end(check, hosts, daemon, senders)


def check_end(check, hosts, daemon, senders):
    def all_seen():
        samples = daemon.scrape()
        return all(
            exposition.total(samples, "capture_packets_total", interface=name)
            + exposition.total(samples, "capture_kernel_dropped_packets_total",
                               interface=name) == senders.sent[name]
            for name in INTERFACES) and samples
    samples = netlab.wait_for(all_seen, "every frame, read or dropped")
    check.check(f"hosts {hosts}: frames were sent",
                min(senders.sent[name] for name in INTERFACES) > 1000)
    for name in INTERFACES:
        if exposition.total(samples, "capture_kernel_dropped_packets_total",
                            interface=name) == 0:
            check.equal(f"hosts {hosts}: bytes on {name}", exposition.total(
                samples, "capture_bytes_total", interface=name),
                senders.bytes[name])
    for name in ("host", "subnet"):
        for reason in ("idle", "outranked"):
            EVICTIONS[name, reason] += exposition.total(
                samples, f"{name}_evictions_total", reason=reason)
    reasons = {dict(labels)["reason"] for (name, labels), value
               in samples.items() if name == "capture_ignored_packets_total"
               and value > 0}
    check.equal(f"hosts {hosts}: every reason to ignore", reasons,
                {"not_ip", "truncated", "malformed", "not_local", "no_room"})


def pressure(check):
    """The test is about tables under pressure: there was some."""
    for (name, reason), count in EVICTIONS.items():
        check.check(f"{name}s were evicted as {reason}", count > 0)


def caps(number):
    def scenario(check):
        run_with(check, number)
    scenario.__name__ = f"hosts {number}"
    return scenario


def silence(check):
    """With nothing to read the clock ends periods, and with them idle rows."""
    with Box("v1") as box, stopping(box.exporter(
            BINARY, "v1", config=CONFIG.format(hosts=10))) as daemon:
        box.send("v1", [frame("10.0.0.5:1 > 192.0.2.9:2 udp 986")] * 50)
        name = "subnet_bandwidth_bytes_per_second"
        wait_for_sample(daemon, "subnet_watched", 1)
        samples = wait_for_sample(daemon, name, 0)
        check.equal("silence: watched no more", exposition.total(
            samples, "subnet_watched"), 0)
        samples = wait_for_sample(daemon, "subnets", 0)
        check.equal("silence: idle host and subnet are gone", [
            exposition.total(samples, f"{kind}_evictions_total", reason="idle")
            for kind in ("host", "subnet")], [1, 1])
        for text in ("watching it", "below its threshold"):
            check.equal(f"silence: log: {text}", daemon.log.count(text), 1)


if __name__ == "__main__":
    print(f"seed {SEED}")
    results.run_each([caps(1), caps(10), caps(500), pressure, silence])
