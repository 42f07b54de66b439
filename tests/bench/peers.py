#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Replay of one capture file by programs that count traffic per host or flow:
CPU time per packet over that of an empty pcap_loop.

    peers.py BIN_FOLDER [PACKETS]

Ours and the floor five times in turn, the others once, and on a tenth of the
packets where they are slow; start and end are in it. They do not all do the
same: the table says what each does. Most flows of the file are a packet long,
which is hard on those that keep flows.
"""
import pathlib
import statistics
import subprocess
import sys
import tempfile
from typing import NamedTuple

import measure

HOSTS, REMOTES = 20_000, 50_000
RATIO_BAR = 4.0  # the aim is 2.0
OURS = "ipband_exporter --once"
# At the end of the file it would end before it has printed anything: it waits
# instead, and is told to end.
PMACCT_SECONDS = 30
PMACCT = """
daemonize: false
pcap_savefile: {file}
pcap_savefile_wait: true
plugins: print
aggregate: src_host
print_refresh_time: 3600
print_output_file: {folder}/pmacct.txt
plugin_buffer_size: 1024000
plugin_pipe_size: 102400000
print_cache_entries: 65537
"""


class Program(NamedTuple):
    name: str
    what: str
    command: list
    rounds: int
    packets: int
    good: tuple = (0,)


def programs(binaries, folder, packets):
    """The floor is the first of them."""
    def file(count):
        path = folder / f"{count}.pcap"
        if not path.exists():
            subprocess.run([binaries / "make_traffic", path, str(count),
                            str(HOSTS), str(REMOTES)], check=True)
        return path
    config = folder / "bench.yml"
    config.write_text(measure.config(rows=25_000))
    whole, few = file(packets), packets // 10
    pmacct = folder / "pmacct.conf"
    pmacct.write_text(PMACCT.format(file=whole, folder=folder))
    return [
        Program("empty pcap_loop", "nothing",
                [binaries / "empty_loop", whole], measure.ROUNDS, packets),
        Program(OURS, "subnets and hosts, printed",
                [binaries / "ipband_exporter", "--config.file", config,
                 "--capture.file", whole, "--once"], measure.ROUNDS, packets),
        Program("tcpdump -w /dev/null", "copies",
                ["tcpdump", "-r", whole, "-w", "/dev/null"], 1, packets),
        Program("darkstat -r", "hosts and their ports",
                ["darkstat", "-r", file(few), "--no-daemon", "--chroot",
                 folder, "--user", "root", "--no-dns", "-l",
                 "10.0.0.0/255.0.0.0", "--hosts-max", "100000",
                 "--hosts-keep", "90000"], 1, few),
        Program("pmacctd -I", "sources only, printed",
                ["timeout", "-s", "INT", str(PMACCT_SECONDS), "pmacctd", "-f",
                 pmacct], 1, packets, (124,)),
        Program("softflowd -r", "flows, the default of 8192",
                ["softflowd", "-r", file(few), "-d", "-p",
                 folder / "flow.pid", "-c", "none"], 1, few),
    ]


def check_pmacct(folder, packets):
    lines = (folder / "pmacct.txt").read_text("ascii").splitlines()[1:]
    counted = sum(int(line.split()[1]) for line in lines)
    if counted != packets:
        print(f"pmacctd has counted {counted} of {packets} packets")


def main():
    binaries = pathlib.Path(sys.argv[1]).absolute()
    packets = int(sys.argv[2]) if len(sys.argv) > 2 else 5_000_000
    bars = measure.Bars()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        folder.chmod(0o755)
        every = programs(binaries, folder, packets)
        measure.cpu_seconds(every[0].command)  # the file is now in memory
        each = {program.name: [] for program in every}
        for turn in range(measure.ROUNDS):
            for program in every:
                if turn < program.rounds:
                    seconds = measure.cpu_seconds(program.command,
                                                  program.good, cwd=folder)
                    each[program.name].append(seconds / program.packets)
        check_pmacct(folder, packets)
        floors = each[every[0].name]
        print(f"{'':24} {'does':28} {'packets':>8} {'rounds':>6} "
              f"{'CPU ns/pkt':>10} {'ratio':>6}")
        for program in every:
            times = each[program.name]
            ratio = statistics.median(
                time / floor for time, floor in zip(times, floors))
            print(f"{program.name:24} {program.what:28} "
                  f"{program.packets:>8} {program.rounds:>6} "
                  f"{statistics.median(times) * 1e9:>10.0f} {ratio:>6.2f}")
        bars.hold(f"{OURS}, to an empty pcap_loop",
                  [one / floor for one, floor in zip(each[OURS], floors)],
                  RATIO_BAR)
    bars.finish()


if __name__ == "__main__":
    main()
