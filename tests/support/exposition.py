# SPDX-License-Identifier: Apache-2.0
"""The exporter's numbers: its text format as a dictionary, and sums over it.

Samples are {(name, frozenset of (label, value)): number}; names come without
the prefix ipband_. A sample that stands there twice is an error.
"""
import re
import subprocess
import tempfile

PREFIX = "ipband_"
_SAMPLE = re.compile(r"([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)")
_LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"(?:,|$)')
_ESCAPES = {r"\\": "\\", r"\n": "\n", r"\"": '"'}


def _labels(text):
    labels = {}
    end = 0
    for found in _LABEL.finditer(text):
        assert found.start() == end, text
        end = found.end()
        labels[found.group(1)] = re.sub(
            r'\\[\\n"]', lambda escape: _ESCAPES[escape.group()],
            found.group(2))
    assert end == len(text), text
    return frozenset(labels.items())


def parse(text):
    samples = {}
    for line in text.splitlines():
        if not line or line.startswith("#"):
            continue
        found = _SAMPLE.fullmatch(line)
        assert found, line
        name = found.group(1).removeprefix(PREFIX)
        key = (name, _labels(found.group(2) or ""))
        assert key not in samples, f"twice: {line}"
        value = float(found.group(3))
        samples[key] = int(value) if value.is_integer() else value
    return samples


def total(samples, name, **labels):
    """Sum over all samples of this name that have these labels."""
    return sum(value for (other, pairs), value in samples.items()
               if other == name and labels.items() <= dict(pairs).items())


def by(samples, name, label):
    """{value of `label`: sum over all samples of this name}"""
    sums = {}
    for (other, pairs), value in samples.items():
        if other == name:
            key = dict(pairs)[label]
            sums[key] = sums.get(key, 0) + value
    return sums


def host_bytes(samples):
    """{address: (received, transmitted)} of hosts that had any."""
    received = by(samples, "host_receive_bytes_total", "address")
    transmitted = by(samples, "host_transmit_bytes_total", "address")
    return {address: (received[address], transmitted[address])
            for address in received
            if received[address] or transmitted[address]}


def ignored(samples, what="packets"):
    """{reason: frames}, without the reasons that did not occur."""
    counts = by(samples, f"capture_ignored_{what}_total", "reason")
    return {reason: count for reason, count in counts.items() if count}


def traffic_counters(samples):
    """What must not depend on how the same frames came in: every counter of
    subnets, hosts and captures, without the interface label."""
    counters = {}
    for (name, labels), value in samples.items():
        family = name.split("_")[0]
        if family in ("subnet", "subnets", "host", "hosts", "capture") \
                and name.endswith("_total"):
            rest = frozenset(pair for pair in labels if pair[0] != "interface")
            counters[name, rest] = value
    return counters


def differences(one, other):
    """Lines about every sample that is not the same in both."""
    lines = []
    for key in sorted(one.keys() | other.keys(), key=str):
        if one.get(key) != other.get(key):
            name, labels = key
            text = ",".join(f"{k}={v}" for k, v in sorted(labels))
            lines.append(f"{name}{{{text}}}: {one.get(key)} and "
                         f"{other.get(key)}")
    return lines


class Once:
    """One run over capture files: samples, exit status, what it logged."""

    def __init__(self, binary, *files, config="", arguments=()):
        with tempfile.NamedTemporaryFile("w", suffix=".yml") as file:
            file.write(config)
            file.flush()
            run = subprocess.run(
                [str(binary), "--config.file=" + file.name, "--once",
                 *arguments, "--capture.file", *map(str, files)],
                capture_output=True, timeout=120, check=False)
        self.status = run.returncode
        self.log = run.stderr.decode("utf-8", "replace")
        self.samples = parse(run.stdout.decode("utf-8"))
