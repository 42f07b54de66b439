#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Resident memory without the capture's ring: at rest with the configuration's
defaults, scraped and its pages looked at; and for each of a million hosts that
have a row, before anybody asks and after scrapes. Needs root.

    memory.py BIN_FOLDER [HOSTS]
"""
import pathlib
import re
import sys
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "support"))
import live
import measure
import netlab

AT_REST_BAR = 25  # MiB
HOST_BAR = 160  # bytes
PAGES = ("/", "/metrics", "/reports", "/api/v1/top", "/api/v1/subnets")


def resident(pid):
    """Bytes, without what is mapped of sockets: the rings."""
    total = 0
    counts = True
    for line in pathlib.Path(f"/proc/{pid}/smaps").read_text().splitlines():
        if re.match(r"[0-9a-f]+-[0-9a-f]+ ", line):
            counts = "socket:[" not in line
        elif counts and line.startswith("Rss:"):
            total += int(line.split()[1]) * 1024
    return total


def at_rest(binaries, bars):
    with netlab.Lab() as lab:
        exporter = netlab.Exporter(
            lab.right, binaries / "ipband_exporter", "v1", folder=lab.folder,
            config="accounting: {local: [10.0.0.0/8]}")
        site = exporter.url.removesuffix("/metrics")
        for page in PAGES * 3:
            with lab.right.inside():
                urllib.request.urlopen(site + page, timeout=60).read()
        bars.hold("MiB at rest", [resident(exporter.pid) / 2**20], AT_REST_BAR)


def with_hosts(binaries, hosts, bars):
    """All of the program, by the host."""
    with netlab.Lab() as lab:
        ours = live.Ours(binaries, lab, rows=hosts)
        live.send(binaries, lab, 2 * hosts, hosts)
        measure.wait_until_idle(ours.child.pid)
        each = resident(ours.child.pid) / hosts
        rows = ours.total("hosts")
        if rows != hosts:
            sys.exit(f"{rows} hosts have a row, not {hosts}")
        bars.hold(f"bytes a host, of {hosts}", [each], HOST_BAR)
        bars.hold("bytes a host after a scrape",
                  [resident(ours.child.pid) / hosts], HOST_BAR)


def main():
    binaries = pathlib.Path(sys.argv[1]).absolute()
    hosts = int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000
    bars = measure.Bars()
    at_rest(binaries, bars)
    with_hosts(binaries, hosts, bars)
    bars.finish()


if __name__ == "__main__":
    main()
