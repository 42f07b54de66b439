#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Five sensors, each on a network of its own, under one Prometheus.

All see the same private subnet, as sites do. Two are taps of one line and have
one label `site`, two of another, one is alone. The fleet's rule adds up what
was sent at each site and nothing else; times in the rules are 20 times
shorter.

usage: fleet_test.py BINARY
"""
import contextlib
import pathlib
import sys
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "support"))
import alerting  # noqa: E402
import netlab  # noqa: E402
import results  # noqa: E402
import traffic_language  # noqa: E402
from box import Box  # noqa: E402

BINARY = sys.argv[1] if len(sys.argv) == 2 else sys.exit(__doc__)
SCALE = 20
WINDOW = 300 / SCALE  # seconds, of the rule's rate5m
SUBNET = "10.1.1.0/24"
# No sum of some of these is within a tenth of another sum.
SENSORS = [("north", 200), ("north", 400), ("south", 800), ("south", 1600),
           ("east", 3200)]  # bytes of IP, twenty times a second


class Sensor:
    """An exporter, reached over a line to Prometheus' network."""

    def __init__(self, stack, center, number, site, size):
        self.site = site
        self.sent = []  # (when, bytes so far)
        self.box = stack.enter_context(Box("v1"))
        self.box.ip("link", "set", "dev", "v1", "mtu", "4000")
        self.box.ip("link", "set", "dev", "pv1", "mtu", "4000")
        self._size = size
        self._join(center, number)
        self.exporter = self.box.exporter(
            BINARY, f"--web.listen-address={self.address}", "v1",
            config="accounting: {local: [10.1.0.0/16]}\n")
        stack.callback(self.exporter.stop)

    def _join(self, center, number):
        network = f"192.168.{number}"
        self.address = f"{network}.2:10059"
        self.box.ip("link", "add", "m0", "type", "veth", "peer", "name",
                    f"m{number}", "netns", str(center.pid))
        for end, name, host in ((self.box, "m0", 2),
                                (center, f"m{number}", 1)):
            end.ip("address", "add", f"{network}.{host}/24", "dev", name)
            end.ip("link", "set", name, "up")

    def send(self, done):
        frame = traffic_language.frame(
            f"10.1.1.9 > 192.0.2.1 icmp {self._size}")
        total = 0
        while not done.wait(0.05):
            self.box.send("v1", [frame])
            total += len(frame)
            self.sent.append((time.time(), total))

    def bytes_at(self, when):
        return max((total for at, total in list(self.sent) if at <= when),
                   default=0)


def latest(prometheus, selector):
    """{site: (when, value)}: the last sample of each."""
    found = {}
    for labels, samples in prometheus.raw(selector, 60):
        if labels["subnet"] == SUBNET:
            assert labels["site"] not in found, labels
            found[labels["site"]] = samples[-1]
    return found


def rates_fit(prometheus, sensors, sites):
    """The rule's value and what was sent in its window, while it is full."""
    rule = latest(prometheus, "site_subnet:ipband_subnet_bits:rate5m")
    if set(rule) != sites:
        return None
    for site, (when, bits) in rule.items():
        sent = sum(one.bytes_at(when) - one.bytes_at(when - WINDOW)
                   for one in sensors if one.site == site) * 8 / WINDOW
        first = max(one.sent[0][0] for one in sensors)
        if when - WINDOW < first + 2 or abs(bits - sent) > 0.1 * sent:
            return None
    return rule


def check_fleet(check, sensors, prometheus):
    sites = {site for site, _ in SENSORS}
    done = threading.Event()
    threads = [threading.Thread(target=one.send, args=(done,))
               for one in sensors]
    for thread in threads:
        thread.start()
    try:
        rule = netlab.wait_for(
            lambda: rates_fit(prometheus, sensors, sites),
            "site_subnet:ipband_subnet_bits:rate5m to be what was sent", 90)
        check.check("the rule has each site once, with the sum of its sensors",
                    len(rule) == len(sites))
    finally:
        done.set()
        for thread in threads:
            thread.join()
    sent = {site: sum(one.sent[-1][1] for one in sensors if one.site == site)
            for site in sites}

    def all_counted():
        answer = prometheus.query(
            "sum by (site) (ipband_subnet_bytes_total{subnet='%s'})" % SUBNET)
        counted = {labels["site"]: value for labels, value in answer}
        return counted if counted == sent else None
    check.equal("and the counters have all of it, to the byte",
                netlab.wait_for(all_counted, f"{sent} in Prometheus", 30), sent)


def main(check):
    with contextlib.ExitStack() as stack:
        center = stack.enter_context(Box())
        sensors = [Sensor(stack, center, number, site, size)
                   for number, (site, size) in enumerate(SENSORS, 1)]
        targets = [{"targets": [one.address], "labels": {"site": one.site}}
                   for one in sensors]
        prometheus = alerting.Prometheus(
            center, targets, scrape=1, scale=SCALE, rules=[
                alerting.scaled_rules(alerting.ALERTS / "ipband.rules.yml",
                                      SCALE)])
        stack.callback(prometheus.stop)
        check_fleet(check, sensors, prometheus)


if __name__ == "__main__":
    results.run(main)
