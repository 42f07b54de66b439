#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Half an hour, or as many minutes as asked, of mixed traffic on two
interfaces: hosts and subnets that come and go, subnets that go over their
threshold, reports, dumps of meters, and a scrape each second. No frame is lost,
the sums hold, no counter goes back, and memory, descriptors and threads are in
the last third of the time what they were in the second. Reports are so many that
as many as are kept for the web server were written in the first.

usage: soak.py BINARY [MINUTES]
"""
import pathlib
import random
import re
import sys
import threading
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "support"))
import exposition  # noqa: E402
import identities  # noqa: E402
import netlab  # noqa: E402
import results  # noqa: E402
from box import Box, stopping  # noqa: E402
from traffic_language import frame  # noqa: E402

if len(sys.argv) not in (2, 3):
    sys.exit(__doc__)
BINARY = sys.argv[1]
MINUTES = float(sys.argv[2]) if len(sys.argv) == 3 else 30
INTERFACES = ("v1", "v2")
LOUD = 8  # subnets on each
TURN = 0.05  # seconds between two bursts
SPARE = 512 << 10  # bytes that memory may differ by
PAGES = ("/", "/reports", "/api/v1/reports", "/api/v1/subnets", "/api/v1/top",
         "/api/v1/meters")
CONFIG = """
accounting:
  averaging_period: 1s
  local: [10.0.0.0/8, "fd00::/8"]
  max_subnets: 32
  hosts: {{max: 200, idle_timeout: 30s}}
  connections: {{max: 1024}}
thresholds: {{bandwidth: 200kbit/s, report_period: 1s}}
reports: {{keep: {{size: 1MiB}}}}
meters:
- name: campus
  rules: ["LOG BOTH 10.0.0.0/8"]
  dump: {{every: 10s, file: "{folder}/campus.%S"}}
  max_hosts: 2000
storage: {{path: "{folder}/state", checkpoint: 1s}}
"""


class Sender(threading.Thread):
    """Every few seconds other subnets have the word, and some of them are
    loud."""

    def __init__(self, box, name):
        super().__init__(daemon=True)
        self.sent = 0
        self._line = box.line(name)
        self._dice = random.Random(name)
        self._done = threading.Event()

    def _frames(self, turn):
        dice = self._dice
        texts = [f"10.{(turn + i % LOUD) % 50}.1.{dice.randrange(1, 20)}:"
                 f"{dice.randrange(65536)} > 192.0.2.1:80 tcp 1400"
                 for i in range(60)]
        for _ in range(40):
            subnet, host = dice.randrange(80), dice.randrange(1, 250)
            texts.append(dice.choice((
                f"192.0.2.{host}:443 > 10.{subnet}.1.{host}:{host} tcp 600",
                f"fd00:{subnet:x}::{host:x} > 2001:db8::1 udp 300",
                f"10.{subnet}.1.{host} > 10.{host}.1.{subnet} icmp 84",
                f"vlan 7 10.{subnet}.2.{host}:53 > 192.0.2.2:9 udp 120",
                "arp 10.0.0.5 > 10.0.0.1")))
        return [frame(text) for text in texts]

    def run(self):
        turn = 0
        while not self._done.is_set():
            frames = self._frames(turn)
            for _ in range(round(10 / TURN)):
                if self._done.wait(TURN):
                    break
                for data in self._dice.choices(frames, k=20):
                    self._line.send(data)
                    self.sent += 1
            turn += 1

    def stop(self):
        self._done.set()
        self.join()


class Usage:
    """What the process holds, second by second."""

    def __init__(self, pid):
        self._process = pathlib.Path(f"/proc/{pid}")
        self.rows = []

    def look(self):
        status = (self._process / "status").read_text()

        def field(name):
            return int(re.search(name + r":\s*(\d+)", status)[1])
        self.rows.append({
            "resident bytes": field("VmRSS") * 1024,
            "descriptors": sum(1 for _ in (self._process / "fd").iterdir()),
            "threads": field("Threads")})
        return self.rows[-1]

    def check(self, check):
        third = len(self.rows) // 3
        for name in self.rows[0]:
            middle = max(row[name] for row in self.rows[third:2 * third])
            last = max(row[name] for row in self.rows[2 * third:])
            spare = SPARE if "bytes" in name else 0
            check.check(f"{name}: {middle} and then {last}",
                        last <= middle + spare)


def ask(box, url):
    with box.inside():
        answer = urllib.request.urlopen(url, timeout=20)
    with answer:
        return answer.read()


def soak(check, box, daemon):
    usage, wrong, before = Usage(daemon.pid), [], daemon.scrape()
    begin = time.monotonic()
    second = 0
    while second < MINUTES * 60 and not wrong:
        second += 1
        # A clock, not a pause: a scrape begins each second.
        time.sleep(max(0, begin + second - time.monotonic()))
        after = daemon.scrape()
        if second % 5 == 0:
            ask(box, daemon.url.removesuffix("/metrics") +
                PAGES[second // 5 % len(PAGES)])
        wrong += identities.broken_sums(after)
        wrong += identities.broken_steps(before, after)
        before = after
        row = usage.look()
        if second % 60 == 0:
            print(f"{second // 60} min: {row}, frames "
                  f"{exposition.total(after, 'capture_packets_total')}, "
                  f"reports {exposition.total(after, 'subnet_reports_total')}, "
                  f"dumps {exposition.total(after, 'meter_dumps_total')}",
                  flush=True)
    check.same(f"sums in {second} scrapes", wrong)
    usage.check(check)


def check_end(check, daemon, senders):
    def all_seen():
        samples = daemon.scrape()
        seen = exposition.total(samples, "capture_packets_total")
        lost = exposition.total(samples, "capture_kernel_dropped_packets_total")
        return seen + lost == sum(s.sent for s in senders) and samples
    samples = netlab.wait_for(all_seen, "every frame, read or dropped")
    for name in ("capture_kernel_dropped_packets_total",
                 "capture_interface_dropped_packets_total",
                 "report_delivery_failures_total", "meter_dump_failures_total",
                 "report_queue_dropped_total"):
        check.equal(name, exposition.total(samples, name), 0)
    for name in ("host_evictions_total", "subnet_evictions_total",
                 "subnet_reports_total", "meter_dumps_total"):
        check.check(f"there were some {name}",
                    exposition.total(samples, name) > 0)


def main(check):
    with Box(*INTERFACES) as box, stopping(box.exporter(
            BINARY, *INTERFACES,
            config=CONFIG.format(folder=box.folder))) as daemon:
        senders = [Sender(box, name) for name in INTERFACES]
        for sender in senders:
            sender.start()
        try:
            soak(check, box, daemon)
        finally:
            for sender in senders:
                sender.stop()
        check_end(check, daemon, senders)
        check.equal("exit status", daemon.stop(), 0)


if __name__ == "__main__":
    results.run(main)
