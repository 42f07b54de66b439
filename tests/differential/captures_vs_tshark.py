# SPDX-License-Identifier: Apache-2.0
"""Compares the exporter with tshark over every capture file of some folders.

For each file: number of frames, their bytes, the identities of the counters,
and for every host the bytes received and transmitted, all exact. Frames that
the exporter ignores must be those without a whole IP header of their own. Of
frames that tshark finds fault with, or that are cut short, what the exporter
made of them is listed. Files that only one of the two can read are listed too;
a file that tshark cannot open, or not read to its end, must end with exit
status 1.

Where tshark is known not to tell all, another program is asked, and it is
listed: capinfos for lengths above 2^31 - 1, scapy for the addresses behind an
implausible IP length or before options that were cut off.

usage: captures_vs_tshark.py [--binary BINARY] FOLDER...
"""
import argparse
import concurrent.futures
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "support"))
import exposition  # noqa: E402
import results  # noqa: E402
import tshark  # noqa: E402

SUFFIXES = (".pcap", ".pcapng", ".cap", ".dump")
MOST_TRIED = 40  # frames of one file, one by one
# Tables that every frame may have two rows of: large ones take longer to make
# than most files to read.
CONFIG = """\
accounting:
  local: [any]
  max_subnets: {subnets}
  hosts: {{max: {hosts}, idle_timeout: 87600h}}
"""
ONE_FRAME_CONFIG = "accounting: {local: [any]}\n"


def identities(samples):
    """What is wrong with the sums that hold in every scrape."""
    wrong = []

    def same(name, one, other):
        if one != other:
            wrong.append(f"{name}: {one} and {other}")

    for what in ("packets", "bytes"):
        same(f"capture_{what}",
             exposition.total(samples, f"capture_{what}_total"),
             exposition.total(samples, f"capture_counted_{what}_total") +
             sum(exposition.ignored(samples, what).values()))
    by_subnet = {
        part: exposition.by(samples, f"subnet_{part}bytes_total", "subnet")
        for part in ("", "receive_", "transmit_", "internal_",
                     "untracked_receive_", "retired_receive_",
                     "untracked_transmit_", "retired_transmit_")}
    for subnet, value in by_subnet[""].items():
        same(f"subnet_bytes of {subnet}", value,
             by_subnet["receive_"][subnet] + by_subnet["transmit_"][subnet] -
             by_subnet["internal_"][subnet])
    for way in ("receive_", "transmit_"):
        hosts = exposition.by(samples, f"host_{way}bytes_total", "subnet")
        for subnet, value in by_subnet[way].items():
            same(f"subnet_{way}bytes of {subnet}", value,
                 hosts.get(subnet, 0) +
                 by_subnet["untracked_" + way][subnet] +
                 by_subnet["retired_" + way][subnet])
    same("hosts", exposition.total(samples, "subnet_hosts"),
         exposition.total(samples, "hosts"))
    return wrong


def in_words(numbers):
    """The first few of the frame numbers, and how many they are."""
    text = ", ".join(map(str, numbers[:8]))
    more = f" ... ({len(numbers)})" if len(numbers) > 8 else ""
    return f"frame {text}{more}"


def host_differences(ours, theirs):
    return [f"{address}: received, transmitted {ours.get(address)}, "
            f"tshark {theirs.get(address)}"
            for address in sorted(ours.keys() | theirs.keys())
            if ours.get(address) != theirs.get(address)]


class Comparison:
    """One file: its state in a word or two, what differs, what to list."""

    def __init__(self, binary, path):
        self.binary = binary
        self.path = path
        self.differences = []
        self.listed = []
        self.theirs = tshark.dissect(path)
        rows = max(1000, 2 * len(self.theirs.frames))
        self.config = CONFIG.format(
            subnets=min(rows, 50000), hosts=min(rows, 200000))
        self.once = exposition.Once(binary, path, config=self.config)
        self.listed += self.theirs.amended
        self.state = self._compare()

    def _compare(self):
        refused = "cannot read" in self.once.log
        if not self.theirs.frames and self.theirs.status != 0:
            self.listed.append("tshark: " + self.theirs.error)
            self._expect("exit status, as tshark cannot open the file",
                         self.once.status, 1)
            return "neither reads it" if refused else "tshark does not read it"
        if refused:
            self.listed.append("ours: " + self._last_log_line())
            self._expect("exit status", self.once.status, 1)
            return "only tshark reads it"
        cut = self.theirs.status != 0
        stopped = "cannot be read beyond" in self.once.log
        if stopped and not cut:
            # libpcap stops where tshark goes on: compare what it gave us.
            self.listed.append("ours: " + self._last_log_line())
            self._expect("exit status", self.once.status, 1)
            return self._compare_frames("read in part by us")
        self._expect("exit status", self.once.status, 1 if cut else 0)
        return self._compare_frames("damaged at its end" if cut else "whole")

    def _compare_frames(self, state):
        samples = self.once.samples
        frames = self.theirs.frames
        count = exposition.total(samples, "capture_packets_total")
        if state.startswith("read in part"):
            frames = frames[:count]
        self._expect("frames", count, len(frames))
        self._expect("bytes",
                     exposition.total(samples, "capture_bytes_total"),
                     sum(frame.length for frame in frames))
        self.differences += identities(samples)
        self._expect("frames that are IP",
                     exposition.total(samples, "capture_counted_packets_total"),
                     sum(frame.is_ip for frame in frames))
        self.differences += host_differences(
            exposition.host_bytes(self._without_retirement(samples)),
            tshark.host_bytes(frames))
        self._list_odd_frames(frames)
        return state

    def _without_retirement(self, samples):
        """In a file of many years hosts end before it does: the same frames
        again, a microsecond apart."""
        if not exposition.total(samples, "host_evictions_total"):
            return samples
        self.listed.append("spans more years than a host may be idle: hosts "
                           "are compared with stamps 1 us apart")
        with tempfile.NamedTemporaryFile(suffix=".pcap") as file:
            subprocess.run(
                ["editcap", "-F", "pcap", "-S", "-0.000001", str(self.path),
                 file.name],
                capture_output=True, check=True)
            return exposition.Once(self.binary, file.name,
                                   config=self.config).samples

    def _expect(self, name, ours, theirs):
        if ours != theirs:
            self.differences.append(f"{name}: {ours}, wanted {theirs}")

    def _last_log_line(self):
        lines = [line for line in self.once.log.splitlines()
                 if "level=warn" in line or "level=error" in line]
        return lines[-1].partition(" ")[2] if lines else "(nothing logged)"

    def _list_odd_frames(self, frames):
        odd = [frame for frame in frames
               if frame.complaint == "malformed" or
               (not frame.is_ip and (frame.captured < frame.length or
                                     {"ip", "ipv6"} & set(frame.layers)))]
        alike = {}
        for frame in odd[:MOST_TRIED]:
            complaint = frame.complaint or "no complaint"
            if frame.captured < frame.length:
                complaint += ", cut short"
            key = (":".join(frame.layers), complaint,
                   self._outcome_of(frame.number))
            alike.setdefault(key, []).append(frame.number)
        for (layers, complaint, outcome), numbers in alike.items():
            self.listed.append(f"{layers}, tshark: {complaint}; ours: "
                               f"{outcome}; {in_words(numbers)}")
        if len(odd) > MOST_TRIED:
            self.listed.append(f"{len(odd) - MOST_TRIED} more of such frames "
                               "were not tried one by one")

    def _outcome_of(self, number):
        """What the exporter makes of one frame alone."""
        with tempfile.NamedTemporaryFile(suffix=".pcap") as file:
            cut_out = subprocess.run(
                ["editcap", "-F", "pcap", "-r", str(self.path), file.name,
                 str(number)], capture_output=True, check=False)
            if cut_out.returncode != 0:
                return "(cannot be taken out of the file)"
            samples = exposition.Once(self.binary, file.name,
                                      config=ONE_FRAME_CONFIG).samples
        if exposition.total(samples, "capture_counted_packets_total"):
            return "counted"
        return ", ".join(exposition.ignored(samples)) or "cannot be read"


def capture_files(folders):
    for folder in folders:
        for path in sorted(pathlib.Path(folder).rglob("*")):
            if path.suffix in SUFFIXES and path.is_file():
                yield path


def report(check, comparison, name=None):
    """Notes and prints one file's comparison."""
    count = len(comparison.theirs.frames)
    hosts = len(tshark.host_bytes(comparison.theirs.frames))
    ignored = exposition.ignored(comparison.once.samples)
    text = ", ".join(f"{n} {reason}" for reason, n in ignored.items())
    print(f"{name or comparison.path.name}: {comparison.state}, {count} "
          f"frames, {hosts} hosts" + (f", ignored: {text}" if text else ""))
    for line in comparison.listed:
        print("    " + line)
    return check.same(str(comparison.path.name), comparison.differences)


def compare_folders(check, binary, folders):
    """{name: comparison}. Several at a time: most of it is waiting for other
    programs to start."""
    states = {}
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for comparison in pool.map(lambda path: Comparison(binary, path),
                                   capture_files(folders)):
            report(check, comparison)
            states[comparison.path.name] = comparison
    return states


def main(check):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", default=os.environ.get(
        "IPBAND_EXPORTER", ROOT.parent / "build/release/bin/ipband_exporter"))
    parser.add_argument("folders", nargs="+", metavar="FOLDER")
    arguments = parser.parse_args()
    binary = shutil.which(arguments.binary) or arguments.binary
    compare_folders(check, binary, arguments.folders)


if __name__ == "__main__":
    results.run(main)
