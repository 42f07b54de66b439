#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the micro-benchmarks and judges what has a bar: CPU time of one over
that of another, within the run.

    micro_ratios.py MICRO_BENCH [SECONDS]
"""
import json
import subprocess
import sys

# What, to what, and what the ratio must stay below. Nothing is read here, which
# in a whole program is most of the work: there these ratios are lower.
BARS = [
    ("Account/1000000/1000000", "Account/1000/1000", 6.0),
    ("AccountNamed/10000/250", "AccountNamed/1/250", 2.6),
    ("AccountWatched/1", "AccountWatched/0", 6.0),
    ("WriteHosts", "WriteHostsByPrometheusCpp", 0.1),
]
UNITS = {"ns": 1, "us": 1e3, "ms": 1e6, "s": 1e9}


def main():
    seconds = sys.argv[2] if len(sys.argv) > 2 else "0.5"
    done = subprocess.run(
        [sys.argv[1], f"--benchmark_min_time={seconds}",
         "--benchmark_format=json"], check=True, capture_output=True, text=True)
    times = {}
    for run in json.loads(done.stdout)["benchmarks"]:
        times[run["name"]] = run["cpu_time"] * UNITS[run["time_unit"]]
        items = run.get("items_per_second")
        print(f"{run['name']:42} {times[run['name']]:14.1f} ns" +
              (f" {1e9 / items:9.1f} ns an item" if items else ""))
    failed = 0
    for one, other, bar in BARS:
        ratio = times[one] / times[other]
        failed += ratio > bar
        print(f"{one} to {other}: {ratio:.3f}")
    print(f"{len(BARS) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
