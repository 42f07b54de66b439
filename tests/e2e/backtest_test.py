#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""ipbandctl backtest, and the summary at the end of --once: the reports are
those of the exporter, the numbers those of the frames, the bytes the same
whenever and however often the same frames are read.

usage: backtest_test.py EXPORTER IPBANDCTL
"""
import os
import pathlib
import re
import struct
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "support"))
import exposition  # noqa: E402
import results  # noqa: E402
from traffic_language import EPOCH, compile_traffic  # noqa: E402

EXPORTER, CONTROL = sys.argv[1:] if len(sys.argv) == 3 else sys.exit(__doc__)
PERIOD = 10
# Frames of 1 KiB. No two rows of the summary are equal in all it is sorted by.
TRAFFIC = """
0s..120s every 100ms   10.0.1.5:4000 > 192.0.2.9:80 tcp 1010
30s..100s every 50ms   192.0.2.9:80 > 10.0.1.6:81 udp 1010
0s..300s every 501ms   10.0.2.5:4000 > 192.0.2.9:80 tcp 1010
150s..290s every 70ms  10.0.3.7:4000 > 192.0.2.9:80 tcp 1010
"""
CONFIG = """
accounting: {averaging_period: 10s, local: [10.0.0.0/8]}
thresholds: {bandwidth: %s, report_period: 20s}
"""
THRESHOLDS = {"5KiB/s": 5 * 1024, "12KiB/s": 12 * 1024}
UNITS = {"": 1, "k": 1e3, "M": 1e6}


def run(*words, **more):
    return subprocess.run([str(word) for word in words], capture_output=True,
                          text=True, timeout=120, check=False, **more)


def backtest(config, *words, thresholds=THRESHOLDS, **more):
    flags = [word for text in thresholds for word in ("--threshold", text)]
    return run(CONTROL, "backtest", "--config.file", config, *flags, *words,
               **more)


def records(data):
    """[(second, bytes on the wire, the record as it stands)] of a pcap."""
    at, found = 24, []
    while at < len(data):
        second, _, held, wire = struct.unpack_from("<IIII", data, at)
        found.append((second, wire, data[at:at + 16 + held]))
        at += 16 + held
    return found


def subnet_of(record):
    """Of the one end that is local."""
    addresses = record[16 + 26:16 + 34]
    local = addresses[:4] if addresses[0] == 10 else addresses[4:]
    return ".".join(map(str, local[:3])) + ".0/24"


def measured(frames):
    """{subnet: [bytes per second in each period that ended]}"""
    first = frames[0][0]
    periods = (frames[-1][0] - first) // PERIOD
    rates = {}
    for second, wire, record in frames:
        number = (second - first) // PERIOD
        row = rates.setdefault(subnet_of(record), [0.0] * periods)
        if number < periods:
            row[number] += wire / PERIOD
    return rates


def rate_in(text):
    """`1.25 Mbit/s` in bytes per second."""
    number, unit = re.fullmatch(r"([\d.]+) (k|M|)bit/s", text).groups()
    return float(number) * UNITS[unit] / 8


def seconds_in(text):
    return sum(int(number) * {"s": 1, "min": 60, "h": 3600}[unit]
               for number, unit in re.findall(r"(\d+) (s|min|h)", text))


def summary_in(text):
    """{subnet: {head: cell}}"""
    rows, head = {}, None
    for line in text.splitlines():
        cells = re.split(r"  +", line)
        if line.startswith("SUBNET "):
            head = cells
        elif head and re.match(r"10\.", line):
            rows[cells[0]] = dict(zip(head, cells))
    return rows


def reports_in(text):
    """[(from, to, subnet, top hosts)]"""
    return re.findall(r"^(\d+-\d+-\d+ \S+)Z  (\S+ \S+)Z  (\S+) +"
                      r"[\d.]+ .?bit/s  (.*)$", text, re.MULTILINE)


def check_summary(check, name, text, frames, threshold, reports):
    rows = summary_in(text)
    rates = measured(frames)
    check.equal(f"{name}: the subnets", set(rows), set(rates))
    for subnet, row in rows.items():
        wanted = rates[subnet]
        for cell, number in (("PEAK", max(wanted)),
                             ("MEAN", sum(wanted) / len(wanted)),
                             ("THRESHOLD", threshold)):
            check.check(f"{name}: {cell} of {subnet}",
                        abs(rate_in(row[cell]) - number) <= number * 0.006,
                        f"{row[cell]}, wanted {number * 8} bit/s")
        check.equal(f"{name}: over, of {subnet}", seconds_in(row["OVER"]),
                    PERIOD * sum(rate >= threshold for rate in wanted))
        check.equal(f"{name}: reports of {subnet}", int(row["REPORTS"]),
                    sum(report[2] == subnet for report in reports))


def exporter_reports(folder, capture, threshold):
    """[(to, subnet)] of the text reports, and the run."""
    config = folder / "one.yml"
    config.write_text(CONFIG % threshold)
    out = folder / "reports.txt"
    out.unlink(missing_ok=True)
    done = run(EXPORTER, "--config.file", config, "-o", out, "--once",
               "--capture.file", capture, env=dict(os.environ, TZ="UTC"))
    text = out.read_text() if out.exists() else ""
    found = re.findall(r"^Date:   (.*)\nNetwork: (\S+)", text, re.MULTILINE)
    return [(time.strftime("%Y-%m-%d %H:%M:%S", time.strptime(at)),
             network + "/24") for at, network in found], done


def host_bytes(frames, host, begin, end):
    return sum(wire for second, wire, record in frames if begin <= second < end
               and bytes(map(int, host.split("."))) in record[42:50])


def check_reports(check, folder, capture, frames):
    done = backtest(folder / "config.yml", capture)
    check.equal("it ends well", (done.returncode, done.stderr), (0, ""))
    parts = done.stdout.split("Threshold ")[1:]
    check.equal("a part for each threshold",
                [part.split()[0] for part in parts], list(THRESHOLDS))
    for part, (text, threshold) in zip(parts, THRESHOLDS.items()):
        reports = reports_in(part)
        wanted, exporter = exporter_reports(folder, capture, text)
        check.check(f"{text}: there are reports", reports)
        check.equal(f"{text}: the exporter's reports",
                    [report[1:3] for report in reports], wanted)
        check_summary(check, text, part, frames, threshold, reports)
        check.equal(f"{text}: the exporter's summary is the same",
                    summary_in(exporter.stderr), summary_in(part))
        check.check(f"{text}: standard output has the metrics alone",
                    exposition.parse(exporter.stdout))
    since, at, _, hosts = reports_in(parts[0])[1]
    begin, end = (int(time.mktime(time.strptime(t, "%Y-%m-%d %H:%M:%S")))
                  for t in (since, at))
    check.equal("top hosts, by falling bytes", hosts, ", ".join(
        f"{host} {host_bytes(frames, host, begin, end) // 1024} KiB"
        for host in ("10.0.1.5", "10.0.1.6")))
    again = backtest(folder / "config.yml", capture)
    check.equal("twice the same bytes", again.stdout, done.stdout)


def check_rotated(check, folder, capture, frames):
    """One capture in pieces, whose names are not in the order of time."""
    single = backtest(folder / "config.yml", "--interface", "eth0", capture)
    data = capture.read_bytes()
    third = len(frames) // 3
    pieces = []
    for name, part in (("c.pcap", frames[:third]),
                       ("a.pcap", frames[third:2 * third]), ("d.pcap", []),
                       ("b.pcap", frames[2 * third:])):
        pieces.append(folder / name)
        pieces[-1].write_bytes(data[:24] + b"".join(r[2] for r in part))
    for order in (pieces, pieces[::-1]):
        check.equal("pieces in any order are one capture", backtest(
            folder / "config.yml", "--interface", "eth0", *order).stdout,
            single.stdout)
    # As tcpdump does it by size, names without an end that says pcap; and by
    # time, here as pcapng.
    for name, command in (
            ("size", ["tcpdump", "-Z", "root", "-r", capture, "-C", "1", "-w",
                      folder / "size"]),
            ("time", ["editcap", "-i", "60", capture, folder / "time.pcapng"])):
        subprocess.run(command, check=True, capture_output=True)
        rotated = sorted(folder.glob(f"{name}*"), reverse=True)
        check.check(f"by {name}: there are several files", len(rotated) > 2)
        check.equal(f"by {name}: the files are one capture", backtest(
            folder / "config.yml", "--interface", "eth0", *rotated).stdout,
            single.stdout)


def check_where_the_summary_is(check, folder, capture):
    config = folder / "config.yml"
    for words in (["--log.format=json"], ["--log.level=warn"]):
        done = run(EXPORTER, "--config.file", config, "--once", *words,
                   "--capture.file", capture)
        check.equal(f"no summary with {words[0]}", summary_in(done.stderr), {})


def check_mistakes(check, folder, capture):
    config = folder / "config.yml"
    cut = folder / "cut.pcap"
    cut.write_bytes(capture.read_bytes()[:-7])
    done = backtest(config, cut)
    check.equal("a file that is cut: what there is, a warning for each pass, 1",
                (done.returncode, len(reports_in(done.stdout)) > 0,
                 len(done.stderr.splitlines())), (1, True, 2))
    text = folder / "text.pcap"
    text.write_text("This is no capture at all, it is only text.\n")
    for name, words, code in (
            ("a file that is not there", [folder / "none"], 1),
            ("one of several that is not there", [capture, folder / "none"], 1),
            ("no capture beside one", [capture, text], 1),
            ("a folder beside a file", [capture, folder], 1),
            ("no file", [], 2),
            ("a threshold that is none", [capture, "--threshold=fast"], 2)):
        done = backtest(config, *words, thresholds=["5KiB/s"])
        check.equal(f"{name}: code and lines",
                    (done.returncode, len(done.stderr.splitlines())), (code, 1))
        check.equal(f"{name}: nothing before it", done.stdout, "")
    with capture.open() as stream:
        cat = subprocess.Popen(["cat"], stdin=stream, stdout=subprocess.PIPE)
        one = backtest(config, "-", thresholds=["5KiB/s"], stdin=cat.stdout)
        check.equal("standard input", reports_in(one.stdout), reports_in(
            backtest(config, capture, thresholds=["5KiB/s"]).stdout))
        cat.wait()
    cat = subprocess.Popen(["cat", capture], stdout=subprocess.PIPE)
    two = backtest(config, "-", stdin=cat.stdout)
    cat.stdout.close()
    cat.wait()
    check.equal("standard input cannot be read twice",
                (two.returncode, two.stdout, len(two.stderr.splitlines())),
                (2, "", 1))


def main(check):
    os.environ["TZ"] = "UTC"
    time.tzset()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        capture = folder / "night.pcap"
        capture.write_bytes(compile_traffic(TRAFFIC))
        (folder / "config.yml").write_text(CONFIG % "1MiB/s")
        frames = records(capture.read_bytes())
        check.equal("the first frame", frames[0][0], EPOCH)
        check_reports(check, folder, capture, frames)
        check_rotated(check, folder, capture, frames)
        check_where_the_summary_is(check, folder, capture)
        check_mistakes(check, folder, capture)


if __name__ == "__main__":
    results.run(main)
