#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A configuration read again that takes more memory than there is: nothing has
changed, whatever of it is too large.

usage: memory_test.py BINARY
"""
import json
import pathlib
import re
import resource
import sys
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "support"))
import exposition  # noqa: E402
import results  # noqa: E402
from box import Box, stopping, wait_for_packets  # noqa: E402
from reporting import get  # noqa: E402
from traffic_language import frame  # noqa: E402

BINARY = sys.argv[1] if len(sys.argv) == 2 else sys.exit(__doc__)
FRAMES = [frame(f"10.1.{i % 4}.{i}:1 > 192.0.2.9:2 udp 986")
          for i in range(1, 101)]
ROOM = 64 << 20  # bytes: enough for any other reload
CONFIG = """
accounting:
  max_subnets: {subnets}
  hosts: {{max: {hosts}}}
  connections: {{max: {connections}}}
thresholds: {{bandwidth: {threshold}}}
meters:
  - name: first
    rules: ["LOG BOTH 10.0.0.0/8"]
    max_hosts: {rows}
    metrics: {{max: {series}}}
    dump: {{every: 1h, file: "{folder}/first"}}
"""
METER = """
  - name: {name}
    rules: ["LOG BOTH 10.1.0.0/16"]
    max_hosts: {rows}
    dump: {{every: 1h, file: "{folder}/{name}"}}
"""
MODEST = {"subnets": 100, "hosts": 90, "connections": 1024, "rows": 80,
          "series": 70, "threshold": "1MiB/s"}
# Each is the last that is made in its table, and all others change before it.
OTHER = {"subnets": 50, "hosts": 40, "connections": 2048, "rows": 30,
         "series": 20, "threshold": "2MiB/s"}
HUGE = {"subnets": 1_000_000, "hosts": 10_000_000, "connections": 1_000_000,
        "rows": 10_000_000, "series": 1_000_000}


class Place:
    """An exporter that has counted, and has not much memory left."""

    def __init__(self, box):
        self.box = box
        self.exporter = box.exporter(
            BINARY, "--web.enable-lifecycle", "v1",
            config=self.text(MODEST, "second"))
        self.file = next(box.folder.glob("*.yml"))
        box.send("v1", FRAMES)
        wait_for_packets(self.exporter, "v1", len(FRAMES))
        status = pathlib.Path(f"/proc/{self.exporter.pid}/status").read_text()
        used = int(re.search(r"VmSize:\s*(\d+) kB", status)[1]) << 10
        self.limit(used + ROOM)

    def limit(self, size):
        resource.prlimit(self.exporter.pid, resource.RLIMIT_AS,
                         (size, resource.RLIM_INFINITY))

    def text(self, sizes, *others, rows=70):
        folder = self.box.folder
        return CONFIG.format(folder=folder, **sizes) + "".join(
            METER.format(name=name, rows=rows, folder=folder)
            for name in others)

    def get(self, path, method="GET"):
        return get(self.box, urllib.request.Request(
            self.exporter.addresses[0] + path, method=method))

    def reload(self, text):
        self.file.write_text(text)
        return self.get("/-/reload", "POST")

    def counted(self):
        """All of traffic, and what it is judged by; the tables of meters."""
        samples = exposition.parse(self.get("/metrics")[1])
        names = re.compile(r"(subnet|host|meter|capture)_")
        counted = {key: value for key, value in samples.items()
                   if names.match(key[0])}
        return {**counted, **self.meters()}

    def meters(self):
        data = json.loads(self.get("/api/v1/meters")[1])["data"]
        return {meter["meter"]: meter for meter in data["meters"]}


def too_large(check):
    with Box("v1") as box:
        place = Place(box)
        with stopping(place.exporter):
            before = place.counted()
            check.equal("meters to lose", list(place.meters()),
                        ["first", "second"])
            wishes = {what: place.text({**OTHER, what: size}, "third")
                      for what, size in HUGE.items()}
            wishes["another meter"] = place.text(OTHER, "third",
                                                 rows=HUGE["rows"])
            for what, text in wishes.items():
                status, said = place.reload(text)
                check.check(f"{what}: refused", status == 500 and
                            "not enough memory" in said, (status, said))
                now = place.counted()
                check.equal(f"{what}: has changed", [
                    (key, before.get(key), now.get(key))
                    for key in before.keys() | now.keys()
                    if before.get(key) != now.get(key)], [])
            check.equal("no dump was made", list(box.folder.glob("*ir*d")), [])
            box.send("v1", FRAMES)
            wait_for_packets(place.exporter, "v1", 2 * len(FRAMES))
            for name, meter in place.meters().items():
                check.equal(f"{name}: goes on", meter["out_bytes"],
                            2 * before[name]["out_bytes"])


if __name__ == "__main__":
    results.run_each([too_large])
