#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Replay against the floor: CPU seconds of the exporter over those of an empty
pcap_loop on the same file, run in turn, median of the ratios.

    replay.py BIN_FOLDER [PACKETS]
"""
import pathlib
import subprocess
import sys
import tempfile

import measure

# Hosts in the file, rows for them, and what the ratio must stay below: twice
# what is aimed at, so that a busy machine does not fail it.
CASES = [
    ("1,000 hosts", 1_000, 1_000, 4.0),
    ("20,000 hosts, all tracked", 20_000, 25_000, 4.0),
    ("20,000 hosts, 1,000 tracked", 20_000, 1_000, 5.0),
    ("1,000,000 hosts, all tracked", 1_000_000, 1_000_000, 8.0),
    ("1,000,000 hosts, 1,000 tracked", 1_000_000, 1_000, 8.0),
]
# Time per packet with a million hosts over that with a thousand.
MANY_HOSTS_BAR = 6.0
# A watch over all of it, 60,000 connections, against the same without.
WATCH_BAR = 4.0
WATCH_CONFIG = """
accounting:
  averaging_period: 1s
  local: [10.0.0.0/8]
  aggregate: {{ipv4: 8}}
thresholds: {{bandwidth: {bandwidth}, report_period: 1d}}
"""
# 10,000 named subnets against one that holds them all.
NAMED_BAR = 2.6
NAMED_CONFIG = """
accounting:
  local: [any]
  subnets: [{subnets}]
  hosts: {{max: 25000}}
"""


def compare(bars, name, ours, base, bar):
    """CPU seconds of ours over those of base: a ratio for each round."""
    measure.cpu_seconds(base)  # the file is now in memory
    ratios = []
    for _ in range(measure.ROUNDS):
        seconds = measure.cpu_seconds(base)
        ratios.append(measure.cpu_seconds(ours) / seconds)
    bars.hold(name, ratios, bar)
    return ratios


def watched(bars, binaries, folder, packets):
    """Every packet is also in a connection table that it fits into."""
    traffic = pathlib.Path(folder, "watch.pcap")
    subprocess.run([binaries / "make_traffic", traffic, packets, "300", "200"],
                   check=True)
    commands = []
    for bandwidth in ("1KiB/s", "none"):
        config = pathlib.Path(folder, f"{bandwidth[:4]}.yml")
        config.write_text(WATCH_CONFIG.format(bandwidth=bandwidth))
        commands.append([binaries / "ipband_exporter", "--config.file", config,
                         "--capture.file", traffic, "--once"])
    compare(bars, "watch on, to the same without", *commands, WATCH_BAR)


def named(bars, binaries, folder, traffic):
    """20,000 hosts, 250 to each of 80 /24 networks: two to each of the named.
    Time per packet: what reading the configuration and printing the series of
    10,000 subnets takes is known from a file of one packet."""
    single = pathlib.Path(folder, "single.pcap")
    subprocess.run([binaries / "make_traffic", single, "1", "1"], check=True)
    pairs = [f"10.0.{network}.{host}/31" for network in range(80)
             for host in range(0, 250, 2)]
    commands = []
    for name, networks in (("all", pairs), ("one", ["10.0.0.0/8"])):
        config = pathlib.Path(folder, f"{name}.yml")
        config.write_text(NAMED_CONFIG.format(subnets=", ".join(
            f"{{networks: [{network}]}}" for network in networks)))
        commands.append([binaries / "ipband_exporter", "--config.file", config,
                         "--once", "--capture.file"])

    def seconds(command):
        return (measure.cpu_seconds([*command, traffic]) -
                measure.cpu_seconds([*command, single]))
    ratios = [seconds(commands[0]) / seconds(commands[1])
              for _ in range(measure.ROUNDS)]
    bars.hold("10,000 named subnets, to one, a packet", ratios, NAMED_BAR)


def main():
    binaries = pathlib.Path(sys.argv[1])
    packets = sys.argv[2] if len(sys.argv) > 2 else "5000000"
    bars = measure.Bars()
    ratios = {}
    with tempfile.TemporaryDirectory() as folder:
        config = pathlib.Path(folder, "bench.yml")
        for name, hosts, rows, bar in CASES:
            traffic = pathlib.Path(folder, f"{hosts}.pcap")
            if not traffic.exists():
                subprocess.run([binaries / "make_traffic", traffic, packets,
                                str(hosts)], check=True)
            config.write_text(measure.config(rows))
            floor = [binaries / "empty_loop", traffic]
            ours = [binaries / "ipband_exporter", "--config.file", config,
                    "--capture.file", traffic, "--once"]
            ratios[name] = compare(bars, name + ", to an empty loop", ours,
                                   floor, bar)
        bars.hold("1,000,000 hosts to 1,000, each to its loop",
                  [many / few for many, few in
                   zip(ratios["1,000,000 hosts, all tracked"],
                       ratios["1,000 hosts"])], MANY_HOSTS_BAR)
        named(bars, binaries, folder, pathlib.Path(folder, "20000.pcap"))
        watched(bars, binaries, folder, packets)
    bars.finish()


if __name__ == "__main__":
    main()
