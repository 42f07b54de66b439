# SPDX-License-Identifier: Apache-2.0
"""Two exporters whose traffic makes every panel of the dashboards say
something, and a Prometheus that scrapes them.

    with DashboardLab(BINARY, LIVELY) as lab:
        lab.wait_until_told()
        lab.ask("query", query="up")

The same private networks are on both, as they are on every site: in the north
`branch 82` goes over its threshold and stays there, as one host uploads, and
`branch 90` is over it for a while. A webhook takes no reports, a table of hosts
is too small, and some frames belong to nobody.
"""
import contextlib
import dataclasses
import json
import math
import threading
import time
import urllib.error
import urllib.parse

import alerting
import netlab
from box import Box
from traffic_language import frame

NORTH, SOUTH = "gw-north:10059", "gw-south:10059"
NEWCOMER = "10.10.82.99"  # in the south, where there is room for hosts
_SERVER = "198.51.100.7"
_NORTH = """
accounting:
  averaging_period: {period}s
  subnets:
    - {{networks: [10.10.82.0/24], name: branch 82, threshold: 1000kbit/s}}
    - {{networks: [10.10.90.0/24], name: branch 90, threshold: 800kbit/s}}
    - {{networks: [10.20.0.0/16], name: campus, threshold: 2Mbit/s}}
    - {{networks: ["2001:db8:82::/56"], name: guests, threshold: 1Mbit/s}}
    - {{networks: [192.168.7.0/24], name: printers}}
  hosts: {{max: 40}}
thresholds: {{report_period: {report}s}}
reports: {{text: "{folder}/north.txt", webhook: {{url: "http://127.0.0.1:9/"}}}}
meters:
  - name: campus
    rules: ["LOG BOTH 10.20.0.0/16 NOT WITH 10.0.0.0/8"]
    dump: {{every: {report}s, file: "{folder}/campus"}}
    metrics: {{max: 20}}
  - name: uploads
    rules: ["LOG FROM 10.10.82.0/24"]
    dump: {{every: {report}s, file: "{folder}/uploads"}}
web: {{external_url: "https://north.example.net/ipband"}}
storage: {{path: "{folder}/north", checkpoint: 1s}}
"""
_SOUTH = """
accounting: {{averaging_period: {period}s, max_subnets: 4}}
thresholds: {{bandwidth: 2Mbit/s, report_period: {report}s}}
reports: {{json: "{folder}/south.json"}}
storage: {{path: "{folder}/south", checkpoint: 1s}}
"""


@dataclasses.dataclass(frozen=True)
class Pace:
    """Seconds of an averaging period, of a report period, of all that happens
    and of the scrape interval; by what the times of alerts are divided; what
    stands for the day and the five minutes that queries name."""
    period: int
    report: int
    course: int
    scrape: int
    scale: int
    day: int
    five_minutes: int


LIVELY = Pace(period=1, report=3, course=12, scrape=1, scale=60, day=5,
              five_minutes=4)


def _between(begin, end, inside, outside):
    """A share of the course in which something is the case."""
    return lambda u: inside if begin <= u < end else outside


def _wave(low, high, turns, start=0.0):
    return lambda u: low + (high - low) * (
        0.5 - 0.5 * math.cos(2 * math.pi * (turns * u + start)))


def _flows():
    """(interface, source, destination, bytes of a packet, kbit/s by the share
    of the course that is over)"""
    def both(line, host, size, rate, back=0.15):
        yield line, _SERVER, host, size, rate
        yield line, host, _SERVER, size // 3, lambda u: back * rate(u)
    for number in range(1, 7):
        yield from both("lan", f"10.10.82.{number}", 1200,
                        _wave(20, 90, 2, number / 7))
    yield "lan", "10.10.82.17", _SERVER, 1400, _between(0.4, 9, 1300, 10)
    for number in range(1, 5):
        yield from both("lan", f"10.10.90.{number}", 1200,
                        _wave(40, 120, 3, number / 5))
    yield "lan", _SERVER, "10.10.90.33", 1400, lambda u: (
        900 if 0.12 <= u < 0.3 or u >= 0.94 else 30)
    for number in range(1, 13):
        yield from both("dmz", f"10.20.{number}.{number + 20}", 1400,
                        _wave(40, 150, 1, number / 13))
    for number in range(1, 5):
        yield from both("dmz", f"2001:db8:82::{number}", 1300,
                        _wave(20, 110, 2, number / 4))
    yield from both("lan", "192.168.7.9", 600, _wave(0, 90, 6))
    # Two more than 40 hosts in all find no room.
    for number in range(100, 116):
        yield from both("dmz", f"10.20.200.{number}", 800, lambda u: 2)
    # The south: the same network as a branch in the north, and more subnets
    # than it has room for.
    for number in range(1, 4):
        yield from both("south", f"10.10.82.{number}", 1300,
                        _wave(30, 110, 2, number / 3))
    for number in range(1, 7):
        yield from both("south", f"10.30.{number}.5", 900,
                        _wave(10, 60, 2, number / 6))


# Nobody's: no IP, neither end local.
_IGNORED = [("arp 10.10.82.1 > 10.10.82.2", "lan"),
            ("192.0.2.1:1 > 198.51.100.9:2 udp 200", "lan")]


class _Sender(threading.Thread):
    """Every flow gets the bytes that are due since the last turn."""

    def __init__(self, box, pace):
        super().__init__(daemon=True)
        self._flows = [
            [box.line(line), self._frame(source, destination, size), size,
             rate, 0.0]
            for line, source, destination, size, rate in _flows()]
        self._ignored = [(box.line(line), frame(text))
                         for text, line in _IGNORED]
        self._pace = pace
        self.done = threading.Event()
        self.begin = time.monotonic()

    @staticmethod
    def _frame(source, destination, size):
        def end(address):
            return f"[{address}]" if ":" in address else address
        if ":" in destination and ":" not in source:
            source = "2001:db8:ffff::7"
        if ":" in source and ":" not in destination:
            destination = "2001:db8:ffff::7"
        return frame(f"{end(source)}:4000 > {end(destination)}:443 tcp {size}")

    def run(self):
        last = self.begin
        while not self.done.wait(0.05):
            now = time.monotonic()
            share = min(1.0, (now - self.begin) / self._pace.course)
            # A machine that stood still sends no burst afterwards.
            passed = min(now - last, 1.0)
            last = now
            for flow in self._flows:
                line, octets, size, rate, due = flow
                due += rate(share) * 125 * passed
                for _ in range(int(due // size)):
                    line.send(octets)
                flow[4] = due % size
            for line, octets in self._ignored:
                line.send(octets)

    @property
    def over(self):
        return time.monotonic() - self.begin >= self._pace.course


class DashboardLab:
    def __init__(self, binary, pace):
        self.pace = pace
        self._binary = binary
        self._stack = contextlib.ExitStack()

    def __enter__(self):
        with contextlib.ExitStack() as stack:
            self._start(stack)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_):
        self._stack.close()

    def _start(self, stack):
        self.box = stack.enter_context(Box("lan", "dmz", "south"))
        facts = {"period": self.pace.period, "report": self.pace.report,
                 "folder": self.box.folder}
        self.north = self.box.exporter(self._binary, "lan", "dmz",
                                       config=_NORTH.format(**facts))
        stack.callback(self.north.stop)
        self.south = self.box.exporter(self._binary, "south",
                                       config=_SOUTH.format(**facts))
        stack.callback(self.south.stop)
        rules = alerting.scaled_rules(
            alerting.ALERTS / "ipband.rules.yml", self.pace.scale)
        self.prometheus = alerting.Prometheus(
            self.box,
            [{"targets": [urllib.parse.urlsplit(exporter.url).netloc],
              "labels": {"instance": name}}
             for exporter, name in ((self.north, NORTH), (self.south, SOUTH))],
            self.pace.scrape, self.pace.scale, [rules])
        stack.callback(self.prometheus.stop)
        netlab.wait_for(
            lambda: len(self.instant("ipband_build_info")) == 2,
            "both to be scraped", 60)
        self.sender = _Sender(self.box, self.pace)
        self.sender.start()
        stack.callback(self._quiet)

    def _quiet(self):
        self.sender.done.set()
        self.sender.join()

    def ask(self, path, **parameters):
        """`data` of an answer of Prometheus' API."""
        query = urllib.parse.urlencode(parameters, doseq=True)
        try:
            answer = self.prometheus.get(f"/api/v1/{path}?{query}")
        except urllib.error.HTTPError as error:
            said = json.load(error)
            raise ValueError(f"{said['error']}: {parameters}") from None
        return json.loads(answer)["data"]

    def instant(self, query, at=None):
        """[(labels, value)]"""
        when = {} if at is None else {"time": at}
        return [(one["metric"], float(one["value"][1]))
                for one in self.ask("query", query=query, **when)["result"]]

    def newcomer(self, count=50, size=1000):
        """A host that nobody has seen sends that many bytes, all between two
        scrapes or over several; returns them as counted, once scraped."""
        octets = frame(f"{NEWCOMER}:1 > {_SERVER}:2 udp {size}")
        self.box.send("south", [octets] * count)
        wanted = count * len(octets)
        netlab.wait_for(lambda: [value for _, value in self.instant(
            "ipband_host_transmit_bytes_total{address=\"%s\"}" % NEWCOMER)] ==
            [wanted], "the newcomer to be scraped", 60)
        return wanted

    def wait_until_told(self):
        """Until all has happened, and Prometheus has it all at one moment,
        which is returned."""
        netlab.wait_for(lambda: self.sender.over, "the end of the course",
                        60 + self.pace.course)
        seen = {}

        def all_told():
            seen["at"] = time.time()
            seen["missing"] = [what for what in self._told()
                               if not self.instant(what, seen["at"])]
            return not seen["missing"]
        try:
            netlab.wait_for(all_told, "all to be told", 60 + self.pace.report)
        except netlab.Timeout as error:
            raise netlab.Timeout(f"{error}: {seen['missing']}") from None
        return seen["at"]

    def _told(self):
        # Where a scrape has just failed there are no rates.
        yield (f"count(count_over_time(ipband_build_info["
               f"{4 * self.pace.scrape}s]) >= 3) == 2")
        yield 'ipband_subnet_reported{subnet="10.10.82.0/24"} == 1'
        yield 'ipband_subnet_last_report_timestamp_seconds > 0'
        yield "ipband_report_delivery_failures_total > 0"
        yield "ipband_reports_undelivered > 0"
        yield "ipband_meter_last_dump_timestamp_seconds > 0"
        yield 'ipband_capture_ignored_packets_total{reason="no_room"} > 0'
        yield ('ALERTS{alertname="IpbandSubnetReported",'
               'alertstate="firing"}')

    @property
    def known_since(self):
        """The time of the first scrape of both."""
        first = [samples[0][0] for _, samples in
                 self.prometheus.raw("ipband_build_info", 3600)]
        return max(first)


class Grafana:
    """Asks as it does, with one choice of variables, from `begin` to `end`."""

    def __init__(self, lab, begin, end, variables):
        self._lab = lab
        self.begin, self.end = begin, end
        self.step = lab.pace.scrape
        self.values = {
            **variables, "__interval": f"{self.step}s",
            "__range": f"{round(end - begin)}s",
            # max($__interval + scrape interval, 4 * scrape interval)
            "__rate_interval": f"{4 * lab.pace.scrape}s",
            "__from:date:seconds": str(int(begin))}

    def text(self, query):
        """The query as it is sent, but for times too long to wait for."""
        pace = self._lab.pace
        text = query.filled(self.values)
        for long, short in (("offset 1d", f"offset {pace.day}s"),
                            ("[5m]", f"[{pace.five_minutes}s]"),
                            (":5m]", f":{pace.five_minutes}s]")):
            text = text.replace(long, short)
        return text

    def ask(self, query):
        """[(labels, [(when, value)])], or the values of a label."""
        text = self.text(query)
        if query.kind == "label_values":
            return self._lab.ask(f"label/{query.label}/values",
                                 start=self.begin, end=self.end,
                                 **{"match[]": text})
        if query.kind == "instant":
            data = self._lab.ask("query", query=text, time=self.end)
            return [(one["metric"], [_number(one["value"])])
                    for one in data["result"]]
        data = self._lab.ask("query_range", query=text, start=self.begin,
                             end=self.end, step=self.step)
        return [(one["metric"], [_number(point) for point in one["values"]])
                for one in data["result"]]


def _number(point):
    return point[0], float(point[1])
