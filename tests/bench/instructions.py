#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Instructions for each packet of a file, counted by Valgrind: a figure that does
not depend on how busy or fast the machine is. Of the exporter, without its start
and end, and without those of an empty pcap_loop.

    instructions.py BIN_FOLDER
"""
import pathlib
import re
import subprocess
import sys
import tempfile

import measure

FEW, MANY = 100_000, 300_000  # packets
WATCH = "thresholds: {bandwidth: 1KiB/s, report_period: 1d}\n"
# Hosts and remote hosts in the file, rows for hosts, what else the configuration
# says, and the bar: a quarter above what it was when it was written.
CASES = [
    ("20,000 hosts, all tracked", (20_000, 50_000), 25_000, "", 570),
    ("20,000 hosts, 1,000 tracked", (20_000, 50_000), 1_000, "", 880),
    ("watch on, 60,000 connections", (300, 200), 1_000, WATCH, 910),
]


def instructions(*command):
    done = subprocess.run(
        ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null",
         *map(str, command)], check=True, stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE, text=True)
    return int(re.search(r"Collected : (\d+)", done.stderr)[1])


def main():
    binaries = pathlib.Path(sys.argv[1])
    bars = measure.Bars()
    with tempfile.TemporaryDirectory() as folder:
        def each(command, ends):
            """By the difference of two files."""
            counts = []
            for packets in (FEW, MANY):
                file = pathlib.Path(folder, "bench.pcap")
                subprocess.run([binaries / "make_traffic", file, str(packets),
                                *map(str, ends)], check=True)
                counts.append(instructions(*command, file))
            return (counts[1] - counts[0]) / (MANY - FEW)

        config = pathlib.Path(folder, "bench.yml")
        for name, ends, rows, more, bar in CASES:
            config.write_text(measure.config(rows, period=1) + more)
            floor = each([binaries / "empty_loop"], ends)
            ours = each([binaries / "ipband_exporter", "--config.file", config,
                         "--once", "--capture.file"], ends)
            bars.hold(f"instructions a packet, {name}", [ours - floor], bar)
    bars.finish()


if __name__ == "__main__":
    main()
