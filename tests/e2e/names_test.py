#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A name server that never answers: reports are late by two seconds and no
more, however many fall due at once, and the end of the program is not.

usage: names_test.py BINARY
"""
import pathlib
import re
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "support"))
import netlab  # noqa: E402
import results  # noqa: E402
from box import Box  # noqa: E402
from traffic_language import frame  # noqa: E402

BINARY = sys.argv[1] if len(sys.argv) == 2 else sys.exit(__doc__)
SUBNETS = 8
CONFIG = """
accounting:
  averaging_period: 1s
  local: [any]
  subnets: [{subnets}]
thresholds: {{bandwidth: 1B/s, report_period: 2s}}
reports: {{directory: "", text: {folder}/reports, resolve: true}}
storage: {{path: {folder}/storage}}
web: {{listen_address: ["127.0.0.1:0"]}}
"""
FRAMES = [frame(f"10.1.{n}.5:1 > 192.0.2.{n}:2 udp 986")
          for n in range(SUBNETS)]


def start(box):
    config = box.file("config.yml", CONFIG.format(
        folder=box.folder, subnets=", ".join(
            f"{{networks: [10.1.{n}.0/24]}}" for n in range(SUBNETS))))
    (box.folder / "storage").mkdir()
    # There is a way to it, and nobody at its end.
    box.ip("address", "add", "192.0.2.1/24", "dev", "pv1")
    servers = box.file("resolv.conf", "nameserver 192.0.2.53\n")
    log = open(box.folder / "log", "w+", encoding="utf-8")
    return box.start(
        "unshare", "--mount", "sh", "-c",
        f"mount --bind {servers} /etc/resolv.conf && exec {BINARY} "
        f"--config.file {config} v1", stderr=log), log.name


def reports_are_late_by_two_seconds(check):
    with Box("v1") as box:
        program, log = start(box)
        reports = box.folder / "reports"

        def count(path, pattern):
            box.send("v1", FRAMES)
            text = pathlib.Path(path)
            return text.exists() and len(re.findall(
                pattern, text.read_text(encoding="utf-8")))

        netlab.wait_for(lambda: count(log, "stayed over") >= SUBNETS,
                        "reports to fall due")
        begin = time.monotonic()
        netlab.wait_for(lambda: count(reports, "Network:") >= SUBNETS,
                        "the reports")
        late = time.monotonic() - begin
        check.check(f"late by {late:.1f} s", late < 5)
        begin = time.monotonic()
        check.equal("status", netlab.stop(program), 0)
        took = time.monotonic() - begin
        check.check(f"the end takes {took:.1f} s", took < 8)


if __name__ == "__main__":
    results.run_each([reports_are_late_by_two_seconds])
