#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Replay against the floor: CPU seconds of the exporter over those of an empty
pcap_loop on the same file, run in turn, median of the ratios.

    replay.py BIN_FOLDER [PACKETS]
"""
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

ROUNDS = 5
# Hosts in the file, rows for them, and what the ratio must stay below: twice
# what is aimed at, so that a busy machine does not fail it.
CASES = [
    ("20,000 hosts, all tracked", 20_000, 25_000, 4.0),
    ("20,000 hosts, 1,000 tracked", 20_000, 1_000, 5.0),
    ("1,000,000 hosts, all tracked", 1_000_000, 1_000_000, 8.0),
    ("1,000,000 hosts, 1,000 tracked", 1_000_000, 1_000, 8.0),
]
CONFIG = """
accounting:
  local: [10.0.0.0/8]
  max_subnets: 8192
  hosts: {{max: {rows}}}
"""


def cpu_seconds(command):
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit(f"{command[0]} failed")
    return usage.ru_utime + usage.ru_stime


def main():
    binaries = pathlib.Path(sys.argv[1])
    packets = sys.argv[2] if len(sys.argv) > 2 else "5000000"
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        config = pathlib.Path(folder, "bench.yml")
        for name, hosts, rows, bar in CASES:
            traffic = pathlib.Path(folder, f"{hosts}.pcap")
            if not traffic.exists():
                subprocess.run([binaries / "make_traffic", traffic, packets,
                                str(hosts)], check=True)
            config.write_text(CONFIG.format(rows=rows))
            floor = [binaries / "empty_loop", traffic]
            ours = [binaries / "ipband_exporter", "--config.file", config,
                    "--capture.file", traffic, "--once"]
            cpu_seconds(floor)  # the file is now in memory
            ratios = []
            for _ in range(ROUNDS):
                base = cpu_seconds(floor)
                ratios.append(cpu_seconds(ours) / base)
            ratio = statistics.median(ratios)
            failed += ratio > bar
            print(f"{name:32} {ratio:5.2f} times an empty loop "
                  f"({min(ratios):.2f} to {max(ratios):.2f})", flush=True)
    print(f"{len(CASES) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
