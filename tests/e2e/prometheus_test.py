#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A real Prometheus scrapes the exporter for a minute over IPv4 and IPv6,
across a veth on which a steady sender sends; its rates are what was sent.

usage: prometheus_test.py BINARY
"""
import bisect
import json
import pathlib
import re
import socket
import subprocess
import sys
import threading
import time
import urllib.parse
import urllib.request

from prometheus_client.parser import text_string_to_metric_families

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "support"))
import netlab  # noqa: E402
import results  # noqa: E402
from box import stopping  # noqa: E402
from traffic_language import frame  # noqa: E402

BINARY = sys.argv[1] if len(sys.argv) == 2 else sys.exit(__doc__)
SCRAPES = 60      # one a second, of each target
WINDOW = 30       # seconds of a rate
PERIOD = 0.004    # between two frames
HOSTS = 10
SIZE = 1000       # bytes of a frame
CONFIG = """
accounting:
  averaging_period: 10s
  subnets: [{networks: [10.200.0.0/24], name: lab}]
"""
PROMETHEUS = """
global: {scrape_interval: 1s, scrape_timeout: 1s}
scrape_configs:
  - job_name: ipband
    static_configs: [{targets: [TARGETS]}]
"""
API = "http://127.0.0.1:9090/api/v1/"


class Sender:
    """Sends a frame every PERIOD by the clock, to one host after another, and
    remembers when."""

    def __init__(self, lab):
        with lab.left.inside():
            self._line = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
        self._line.bind(("v0", 0))
        self._frames = [frame(f"10.99.0.1:1 > 10.200.0.{i}:2 udp {SIZE - 14}")
                        for i in range(1, HOSTS + 1)]
        self.stamps = []
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._send)
        self._thread.start()

    def _send(self):
        start = time.time()
        while not self._done.is_set():
            due = start + len(self.stamps) * PERIOD
            if self._done.wait(max(0, due - time.time())):
                break
            self._line.send(self._frames[len(self.stamps) % HOSTS])
            self.stamps.append(time.time())

    def rate(self, end):
        """Bytes a second in the window that ends then."""
        stamps = list(self.stamps)
        count = (bisect.bisect(stamps, end) -
                 bisect.bisect(stamps, end - WINDOW))
        return count * SIZE / WINDOW

    def stop(self):
        self._done.set()
        self._thread.join()
        self._line.close()


class Prometheus:
    """Debian's, in the sender's namespace."""

    def __init__(self, lab, targets):
        self._lab = lab
        file = lab.folder / "prometheus.yml"
        names = ", ".join(f'"{target}"' for target in targets)
        file.write_text(PROMETHEUS.replace("TARGETS", names))
        self.log = lab.folder / "prometheus.log"
        with open(self.log, "wb") as log:
            self._child = lab.left.start(
                "prometheus", f"--config.file={file}",
                f"--storage.tsdb.path={lab.folder}/data",
                "--web.listen-address=127.0.0.1:9090", "--log.level=debug",
                stdout=log, stderr=log)

    def get(self, path, **parameters):
        url = API + path + "?" + urllib.parse.urlencode(parameters)
        with self._lab.left.inside():
            answer = urllib.request.urlopen(url, timeout=10)
        with answer:
            return json.load(answer)["data"]

    def query(self, text, **parameters):
        """{labels: value} of an instant query; nothing while it starts."""
        try:
            data = self.get("query", query=text, **parameters)
        except OSError:
            return {}
        return {tuple(sorted(one["metric"].items())): float(one["value"][1])
                for one in data["result"]}

    def wait_for_scrapes(self, count):
        def enough():
            time.sleep(0.2)
            done = self.query('count_over_time(up{job="ipband"}[5m])')
            return len(done) == 2 and min(done.values()) >= count
        netlab.wait_for(enough, f"{count} scrapes", count + 30)

    def stop(self):
        netlab.stop(self._child)


def check_scrapes(check, prometheus):
    up = prometheus.query('min_over_time(up{job="ipband"}[5m])')
    check.equal("every scrape of both targets", sorted(up.values()), [1, 1])
    targets = prometheus.get("targets", state="active")["activeTargets"]
    check.equal("targets up",
                [(one["health"], one["lastError"]) for one in targets],
                [("up", "")] * 2)
    hosts = sorted(one["labels"]["instance"].rsplit(":", 1)[0]
                   for one in targets)
    check.equal("over IPv4 and IPv6", hosts, ["10.77.0.2", "[fd00:77::2]"])
    slow = prometheus.query(
        'max_over_time(scrape_duration_seconds{job="ipband"}[5m])')
    check.check("no scrape took half a second", max(slow.values()) < 0.5,
                str(slow))
    own = prometheus.query(
        'max_over_time(ipband_scrape_duration_seconds[5m])')
    check.check("by its own word neither", max(own.values()) < 0.5, str(own))
    complaints = [line for line in prometheus.log.read_text().splitlines()
                  if re.search("scrape failed|append failed|rror on ingesting|"
                               "uplicate|out-of-order", line)]
    check.equal("Prometheus complains of nothing", complaints, [])


def check_rates(check, prometheus, sender):
    now = time.time()
    wanted = sender.rate(now)
    nominal = SIZE / PERIOD
    check.check("the sender was steady", abs(wanted / nominal - 1) < 0.01,
                f"{wanted:.0f} of {nominal:.0f} bytes/s")

    def rates(text):
        return prometheus.query(text, time=now)

    def near(what, got, sent, share=0.01):
        check.check(f"{what} within {share:.0%}",
                    abs(got / sent - 1) < share, f"{got:.0f} of {sent:.0f}")
        print(f"{what}: {got:.0f} bytes/s of {sent:.0f}")
    found = rates("sum by(instance)("
                  f"rate(ipband_subnet_receive_bytes_total[{WINDOW}s]))")
    check.equal("a rate from each target", len(found), 2)
    for labels, value in found.items():
        near(f"sum(rate()) on {dict(labels)['instance']}", value, wanted)
    found = rates("sum by(address)("
                  f"rate(ipband_host_receive_bytes_total[{WINDOW}s])) / 2")
    check.equal("a rate of each host", len(found), HOSTS)
    for labels, value in found.items():
        # One frame more or less in the window.
        near(dict(labels)["address"], value, wanted / HOSTS, 0.015)
    for value in rates("ipband_subnet_bandwidth_bytes_per_second").values():
        near("the last period's bandwidth", value, nominal)
    sent = rates("rate(ipband_subnet_transmit_bytes_total[30s]) + "
                 "rate(ipband_subnet_untracked_receive_bytes_total[30s])")
    check.equal("nothing else is in it", sorted(sent.values()), [0, 0])


def check_page(check, lab, url):
    """The page as curl has it, by promtool and by the Python client."""
    out = lab.left.run("curl", "--silent", "--include", "--globoff", url)
    head, _, page = out.partition("\n\n")
    check.check(f"{url}: content type",
                "Content-Type: text/plain; version=0.0.4; charset=utf-8"
                in head.replace("\r", "").splitlines(), head)
    said = subprocess.run(["promtool", "check", "metrics"], input=page,
                          capture_output=True, text=True, timeout=60,
                          check=False)
    check.equal(f"{url}: promtool", (said.returncode, said.stdout,
                                     said.stderr), (0, "", ""))
    families = list(text_string_to_metric_families(page))
    check.equal(f"{url}: no family without type or help", [
        family.name for family in families
        if not family.documentation or family.type == "unknown"], [])
    read = sum(len(family.samples) for family in families)
    series = [sample.value for family in families
              for sample in family.samples if sample.name == "ipband_series"]
    lines = sum(bool(line) and line[0] != "#" for line in page.splitlines())
    check.equal(f"{url}: the Python client reads every sample", read, lines)
    check.check(f"{url}: ipband_series", abs(series[0] - lines) <= 1,
                f"{series} and {lines}")


def check_recording(check, path):
    """What Prometheus asked for and got, from the wire."""
    octets = path.read_bytes()
    asked = len(re.findall(rb"Accept-Encoding: gzip\r\n", octets))
    packed = len(re.findall(rb"Content-Encoding: gzip\r\n", octets))
    answers = len(re.findall(rb"HTTP/1\.1 200 OK\r\n", octets))
    check.check("wire: every answer to Prometheus is packed",
                asked >= 2 * SCRAPES and packed == answers,
                f"{asked} requests, {packed} of {answers} answers packed")


def main(check):
    with netlab.Lab(quiet=False) as lab:
        listen = "--web.listen-address="
        exporter = netlab.Exporter(
            lab.right, BINARY, listen + "10.77.0.2:0",
            listen + "[fd00:77::2]:0", "v1", config=CONFIG, folder=lab.folder)
        with stopping(exporter):
            urls = exporter.addresses[1:]
            recording = lab.record("v0", lab.folder / "wire.pcap", "tcp")
            sender = Sender(lab)
            prometheus = Prometheus(lab, [url.removeprefix("http://")
                                          for url in urls])
            try:
                prometheus.wait_for_scrapes(SCRAPES)
                check_rates(check, prometheus, sender)
                check_scrapes(check, prometheus)
            finally:
                sender.stop()
                prometheus.stop()
            check_recording(check, recording.stop())
            for url in urls:
                check_page(check, lab, url + "/metrics")
            check.equal("no frame lost", [
                value for (name, _), value in exporter.scrape().items()
                if name == "capture_kernel_dropped_packets_total"], [0])


if __name__ == "__main__":
    results.run(main)
