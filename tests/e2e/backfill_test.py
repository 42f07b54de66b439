#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""ipbandctl backfill: blocks of a real Prometheus have what was in the frames,
at every scrape; the file is OpenMetrics to the letter; memory does not grow
with the capture.

usage: backfill_test.py EXPORTER IPBANDCTL [--full]

--full: a night of 3 GB in place of one of 30 MB, for some minutes; by hand.
"""
import json
import pathlib
import random
import struct
import subprocess
import sys
import tempfile
import threading
import time
import types
import urllib.parse

from prometheus_client.openmetrics import parser

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "support"))
import dashboards  # noqa: E402
import ipv4_frames  # noqa: E402
import results  # noqa: E402
from alerting import Prometheus  # noqa: E402
from box import Box  # noqa: E402
from dashboard_lab import Grafana  # noqa: E402

FULL = sys.argv[3:] == ["--full"]
if len(sys.argv) < 3 or sys.argv[3:] not in ([], ["--full"]):
    sys.exit(__doc__)
EXPORTER, CONTROL = sys.argv[1:3]
BEGIN = 1_700_000_007  # not at a scrape
NIGHT = 8 * 3600 if FULL else 9000
FRAMES_PER_SECOND = 149 if FULL else 5
INTERVAL, PERIOD = 15, 60
CONFIG = """
accounting: {averaging_period: 60s, local: [10.0.0.0/8]}
thresholds: {bandwidth: %s, report_period: 5m}
"""
# One subnet is far over this for the second hour.
THRESHOLD = ("15KiB/s", 15 * 1024) if FULL else ("2KiB/s", 2048)
SUBNETS, HOSTS = 16, 20
# Blocks hold two hours; the test looks at them as Grafana would.
PACE = types.SimpleNamespace(scrape=INTERVAL, day=86400, five_minutes=300)


def templates():
    """[frame], of every host in both directions and three sizes."""
    made = []
    for subnet in range(SUBNETS):
        for host in range(1, HOSTS + 1):
            own, peer = f"10.0.{subnet}.{host}", f"192.0.2.{host}"
            for size in (150, 640, 1400):
                for ends in ((own, peer), (peer, own)):
                    made.append(ipv4_frames.frame(
                        *ends, ipv4_frames.UDP, ipv4_frames.ports(4000, 53),
                        size))
    return made


def write_capture(path, seconds):
    """Frames at random moments of each second, with quiet hours for some."""
    chance = random.Random(seconds)
    made = templates()
    busy = made[:len(made) // SUBNETS]
    with open(path, "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
        for second in range(BEGIN, BEGIN + seconds):
            # Ten minutes without a frame, longer than a period and a scrape.
            if 1000 <= second - BEGIN < 1600:
                continue
            count = FRAMES_PER_SECOND
            frames = chance.choices(made, k=count)
            if 3600 <= second - BEGIN < 7200:
                frames += chance.choices(busy, k=count)
            stamps = sorted(chance.randrange(1_000_000) for _ in frames)
            file.write(b"".join(
                struct.pack("<IIII", second, stamp, len(frame), len(frame)) +
                frame for stamp, frame in zip(stamps, frames)))


class Recount:
    """What has come by each scrape, straight from the bytes of the file."""

    def __init__(self, path):
        hosts, self.total = {}, 0
        self.at = {}  # time: ({(address, direction): bytes}, bytes of all)
        self.periods = {}  # end: {subnet: bytes}
        due = BEGIN - BEGIN % INTERVAL
        with open(path, "rb") as file:
            file.read(24)
            while header := file.read(16):
                second, _, held, wire = struct.unpack("<IIII", header)
                frame = file.read(held)
                while second >= due:
                    self.at[due] = (dict(hosts), self.total)
                    due += INTERVAL
                source, target = frame[26:30], frame[30:34]
                out = source[0] == 10
                key = (source if out else target, out)
                hosts[key] = hosts.get(key, 0) + wire
                self.total += wire
                end = second - (second - BEGIN) % PERIOD + PERIOD
                rows = self.periods.setdefault(end, {})
                rows[key[0][2]] = rows.get(key[0][2], 0) + wire
        self.at[due] = (dict(hosts), self.total)
        self.last_second = second

    def host(self, address, out, at):
        return self.at[at][0].get((address, out), 0)

    def subnet(self, number, out, at):
        return sum(count for (address, direction), count
                   in self.at[at][0].items()
                   if address[2] == number and direction == out)

    def bandwidth(self, number, at):
        """Of the last period that has ended, as it is known then."""
        ended = (at - BEGIN) // PERIOD * PERIOD + BEGIN
        if at == max(self.at):  # the open one is not judged
            ended = (self.last_second - BEGIN) // PERIOD * PERIOD + BEGIN
        return self.periods.get(ended, {}).get(number, 0) / PERIOD


def backfill(*words, **more):
    return subprocess.run([CONTROL, "backfill", *map(str, words)],
                          capture_output=True, text=True, timeout=3000,
                          check=False, **more)


def measured(*words):
    """Seconds, and the most memory in KiB, of a run that ends well."""
    start = time.monotonic()
    child = subprocess.Popen([CONTROL, "backfill", *map(str, words)])
    most = [0]

    def look():
        while child.returncode is None:
            try:
                text = pathlib.Path(f"/proc/{child.pid}/status").read_text()
            except OSError:
                return
            for line in text.splitlines():
                if line.startswith("VmHWM:"):
                    most[0] = int(line.split()[1])
            time.sleep(0.005)
    watch = threading.Thread(target=look)
    watch.start()
    code = child.wait(3000)
    watch.join()
    assert code == 0, code
    return time.monotonic() - start, most[0]


class Night:
    """A Prometheus with nothing but the blocks, and how Grafana asks it."""

    pace = PACE

    def __init__(self, prometheus):
        self._prometheus = prometheus

    def ask(self, path, **parameters):
        query = urllib.parse.urlencode(parameters, doseq=True)
        return json.loads(self._prometheus.get(f"/api/v1/{path}?{query}"))[
            "data"]

    def instant(self, query, at):
        return [(one["metric"], float(one["value"][1])) for one in
                self.ask("query", query=query, time=at)["result"]]

    def raw(self, selector, end, seconds):
        """{labels that are asked for: {time: value}}"""
        return [(one["metric"], {int(at): float(value)
                                 for at, value in one["values"]})
                for one in self.ask("query", query=f"{selector}[{seconds}s]",
                                    time=end)["result"]]


def check_series(check, night, recount):
    end = max(recount.at)
    times = set(recount.at)
    span = end - min(times) + 1
    for name, out in (("receive", False), ("transmit", True)):
        wrong, seen = [], set()
        for labels, samples in night.raw(
                f"ipband_host_{name}_bytes_total", end, span):
            address = bytes(map(int, labels["address"].split(".")))
            seen.add(address)
            wanted = {at: recount.host(address, out, at) for at in times}
            wrong += [f"{labels['address']} at {at}: {samples.get(at)}, wanted "
                      f"{wanted[at]}" for at in sorted(times)
                      if samples.get(at, 0) != wanted[at]]
        check.equal(f"hosts, {name}: all are there", len(seen), SUBNETS * HOSTS)
        check.same(f"hosts, {name}: every sample", wrong)
        wrong = []
        for labels, samples in night.raw(
                f"ipband_subnet_{name}_bytes_total", end, span):
            number = int(labels["subnet"].split(".")[2])
            wrong += [f"{labels['subnet']} at {at}: {value}"
                      for at, value in samples.items()
                      if value != recount.subnet(number, out, at)]
        check.same(f"subnets, {name}: every sample", wrong)
    wrong, rows = [], 0
    for labels, samples in night.raw(
            "ipband_subnet_bandwidth_bytes_per_second", end, span):
        rows += 1
        number = int(labels["subnet"].split(".")[2])
        wrong += [f"{labels['subnet']} at {at}: {value}"
                  for at, value in samples.items()
                  if abs(value - recount.bandwidth(number, at)) > 1e-6]
    check.equal("bandwidth: all subnets", rows, SUBNETS)
    check.same("bandwidth: every sample", wrong)
    [(labels, up)] = night.raw("up", end, span)
    check.equal("up: at every scrape, with job and instance",
                (set(up), set(up.values()), labels["job"], labels["instance"]),
                (times, {1.0}, "night", "router"))


def check_queries(check, night, recount):
    hour = 3600
    for at in sorted(recount.at)[::97]:
        if at - hour not in recount.at:
            continue
        got = night.instant(
            "sum(ipband_subnet_receive_bytes_total + "
            "ipband_subnet_transmit_bytes_total) - "
            f"sum(ipband_subnet_receive_bytes_total offset {hour}s + "
            f"ipband_subnet_transmit_bytes_total offset {hour}s)", at)
        check.equal(f"bytes of the hour before {at}", got[0][1],
                    recount.at[at][1] - recount.at[at - hour][1])
    end = max(recount.at)
    over = night.instant("ipband_subnet_over_threshold_seconds_total > 0", end)
    ended = recount.last_second - (recount.last_second - BEGIN) % PERIOD
    wanted = sum(PERIOD for at, rows in recount.periods.items() if at <= ended
                 and rows.get(0, 0) / PERIOD >= THRESHOLD[1])
    check.check("one subnet was over", wanted > 0)
    check.equal("seconds over the threshold",
                [(labels["subnet"], value) for labels, value in over],
                [("10.0.0.0/24", wanted)])


def check_dashboards(check, night):
    """Every panel has data, but for what no capture has: rules that nobody
    evaluated, and the night before."""
    begin, end = 600 + BEGIN, 7000 + BEGIN
    variables = {"job": "night", "instance": "router", "interface": "night",
                 "subnet": "10.0.0.0/24", "address": ".+", "meter": ".+",
                 "unit": "8"}
    grafana = Grafana(night, begin, end, variables)
    empty, asked = [], 0
    for name in ("overview.json", "subnet.json"):
        dashboard = json.loads((ROOT.parent / "grafana/dashboards" / name)
                               .read_text())
        for query in dashboards.queries(dashboard):
            if query.unit not in (None, "8"):
                continue
            asked += 1
            if not grafana.ask(query):
                empty.append(query.name)
    check.check("queries of dashboards", asked > 20, asked)
    check.equal("dashboards show the night", empty, [
        "ipband-overview: Alerts firing: alert",
        "ipband-subnet: Bandwidth and threshold: yesterday_bits"])


def check_blocks(check, capture, text):
    recount = Recount(capture)
    with Box() as box:
        store = box.folder / "prometheus"
        made = subprocess.run(
            ["promtool", "tsdb", "create-blocks-from", "openmetrics", text,
             store], capture_output=True, text=True, timeout=3000, check=False)
        check.equal("promtool makes blocks", made.returncode, 0)
        prometheus = Prometheus(box, [], 15, 1, [], arguments=[
            "--storage.tsdb.retention.time=100y"])
        night = Night(prometheus)
        check_series(check, night, recount)
        check_queries(check, night, recount)
        check_dashboards(check, night)
        prometheus.stop()


def check_memory(check, folder, capture, config):
    """A tenth of the capture, and all of it."""
    tenth = folder / "tenth.pcap"
    write_capture(tenth, NIGHT // 10)
    text = folder / "night.om"
    words = ["--config.file", config, "--interface", "night", "--job", "night",
             "--instance", "router", "--output"]
    few_seconds, few = measured(*words, text, tenth)
    few_bytes = text.stat().st_size
    seconds, many = measured(*words, text, capture)
    print(f"{tenth.stat().st_size / 1e6:.0f} MB to {few_bytes / 1e6:.0f} MB: "
          f"{few_seconds:.1f} s, {few} KiB at most\n"
          f"{capture.stat().st_size / 1e6:.0f} MB to "
          f"{text.stat().st_size / 1e6:.0f} MB: {seconds:.1f} s, {many} KiB")
    check.check("ten times the capture is not ten times the memory",
                many - few < 32 * 1024 < text.stat().st_size / 1024,
                f"{few} KiB and {many} KiB")
    tenth.unlink()
    return text


def small_capture(folder):
    capture = folder / "small.pcap"
    write_capture(capture, 300)
    return capture


def check_text(check, folder, config):
    capture = small_capture(folder)
    first = backfill("--config.file", config, "--interface", "eth0", capture)
    check.equal("it ends well", (first.returncode, first.stderr), (0, ""))
    families = list(parser.text_string_to_metric_families(first.stdout))
    check.check("a parser that allows nothing takes it", len(families) > 30)
    times = {int(float(sample.timestamp)) for family in families
             for sample in family.samples}
    begin = BEGIN - BEGIN % INTERVAL
    check.equal("scrapes, from before the first frame to behind the last",
                sorted(times),
                list(range(begin, BEGIN + 300 + INTERVAL, INTERVAL)))
    data = capture.read_bytes()
    middle = 24
    while middle < len(data) // 2:
        middle += 16 + struct.unpack_from("<I", data, middle + 8)[0]
    pieces = folder / "z.pcap", folder / "a.pcap"
    pieces[0].write_bytes(data[:middle])
    pieces[1].write_bytes(data[:24] + data[middle:])
    check.check("pieces in any order: the same bytes", backfill(
        "--config.file", config, "--interface", "eth0", pieces[1],
        pieces[0]).stdout == first.stdout)
    with capture.open("rb") as stream:
        check.check("standard input: the same bytes", backfill(
            "--config.file", config, "--interface", "eth0", "-",
            stdin=stream).stdout == first.stdout)
    other = backfill("--interval", "60s", "--instance", 'a"b\\c', capture)
    check.check("labels are escaped", 'instance="a\\"b\\\\c"' in other.stdout)
    far = folder / "far.pcap"
    frame = templates()[0]
    far.write_bytes(data + struct.pack("<IIII", 4_200_000_000, 0, len(frame),
                                       len(frame)) + frame)
    check.check("a stamp from another age leaves a gap", len(backfill(
        far).stdout) < 2 * len(backfill(capture).stdout))


def check_mistakes(check, folder):
    capture = small_capture(folder)
    cut = folder / "cut.pcap"
    cut.write_bytes(capture.read_bytes()[:-3])
    done = backfill(cut)
    check.equal("a file that is cut: what there is, one warning, 1",
                (done.returncode, done.stdout.endswith("\n# EOF\n"),
                 len(done.stderr.splitlines())), (1, True, 1))
    empty = folder / "empty.pcap"
    empty.write_bytes(capture.read_bytes()[:24])
    full = folder / "full"
    full.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "none", full],
                   check=True)
    try:
        for name, words, code in (
                ("no frame", [empty], 1),
                ("no such file", [folder / "none"], 1),
                ("a folder that is not there",
                 [capture, "--output", folder / "none/out"], 1),
                ("a full disk", [capture, "--output", full / "out"], 1),
                ("an interval of nothing", [capture, "--interval", "0s"], 2),
                ("an interval without unit", [capture, "--interval", "15"], 2),
                ("no file", [], 2)):
            done = backfill(*words)
            check.equal(f"{name}: code, lines", (
                done.returncode, len(done.stderr.splitlines()), done.stdout),
                (code, 1, ""))
        check.equal("nothing is left on the full disk",
                    sum(file.stat().st_size for file in full.iterdir()), 0)
    finally:
        subprocess.run(["umount", full], check=True)
    with open("/dev/full", "wb") as nowhere:
        done = subprocess.run([CONTROL, "backfill", capture], stdout=nowhere,
                              stderr=subprocess.PIPE, check=False)
    check.equal("standard output that is full",
                (done.returncode, len(done.stderr.splitlines())), (1, 1))


def main(check):
    place = "/var/tmp" if FULL else None
    with tempfile.TemporaryDirectory(dir=place) as name:
        folder = pathlib.Path(name)
        config = folder / "config.yml"
        config.write_text(CONFIG % THRESHOLD[0])
        check_text(check, folder, config)
        check_mistakes(check, folder)
        capture = folder / "night.pcap"
        write_capture(capture, NIGHT)
        text = check_memory(check, folder, capture, config)
        check_blocks(check, capture, text)


if __name__ == "__main__":
    results.run(main)
