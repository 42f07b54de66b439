#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""An hour of 50 subnets that go over and under: is every report right?

hour_of_traffic.py writes the hour, recount.py counts it again from what
tshark says is in it. The exporter reads the file in seconds, under three
configurations, once with --once and once as a server. The report text is
compared byte for byte, every field of every report as JSON, and all samples
about subnets and their watches.

usage: hour_of_reports.py BINARY
"""
import collections
import contextlib
import datetime
import difflib
import ipaddress
import itertools
import json
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

import hour_of_traffic

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent /
                       "support"))
import exposition  # noqa: E402
import netlab  # noqa: E402
import recount  # noqa: E402
import results  # noqa: E402

FILE = "hour.pcap"  # and so the interface label
COMPARED = ("subnet_reports_total", "subnet_reported", "subnet_watched",
            "subnet_watch_seconds", "subnet_over_threshold_seconds_total",
            "subnet_bandwidth_bytes_per_second",
            "subnet_threshold_bytes_per_second",
            "subnet_last_report_timestamp_seconds",
            "subnet_last_report_start_timestamp_seconds", "subnet_bytes_total",
            "subnet_packets_total", "subnet_receive_bytes_total",
            "subnet_transmit_bytes_total", "subnet_internal_bytes_total",
            "subnet_excluded_bytes_total", "subnet_info", "connections",
            "capture_counted_packets_total", "capture_late_packets_total",
            "last_period_timestamp_seconds")


def networks(*texts):
    return tuple(map(ipaddress.ip_network, texts))


class Setting:
    """A configuration, twice: for the program and for the recount."""

    def __init__(self, name, config, rules, top=0, accumulate=False,
                 time_zone="UTC", least=(0, 0, 0)):
        self.name = name
        self.config = config
        self.rules = rules
        self.top = top
        self.accumulate = accumulate
        self.time_zone = time_zone
        self.least = least  # reports, episodes and rows there must be


LOCAL = networks("10.0.0.0/8", "fd00::/8")
PLAIN = Setting("plain", """
accounting: {averaging_period: 10s, local: [10.0.0.0/8, "fd00::/8"]}
thresholds: {bandwidth: 4KiB/s, report_period: 50s}
reports: {top: 0}
""", recount.Rules(local=LOCAL, threshold=4096, report_period=50),
                least=(700, 400, 9000))

# A table too small for what is watched, and a watch that outlasts a dip.
CROWDED = Setting("crowded", """
accounting:
  averaging_period: 10s
  local: [10.0.0.0/8, "fd00::/8"]
  connections: {max: 120}
thresholds:
  bandwidth: 2KiB/s
  judge: receive
  report_period: 45s
  clear: {bandwidth: 80%, after: 20s}
  exclude: [192.0.2.0/25, 10.2.7.0/24]
reports: {top: 0}
""", recount.Rules(
    local=LOCAL, threshold=2048, judge="receive", report_period=45,
    clear_share=0.8, clear_after=20, connections=120,
    exclude=networks("192.0.2.0/25", "10.2.7.0/24")), least=(600, 200, 4500))

# Only these are tallied; each has its own threshold, some several networks.
NAMED = Setting("named", """
accounting:
  averaging_period: 15s
  subnets:
    - {networks: [10.2.0.0/16], name: second floor, threshold: 12KiB/s}
    - {networks: [10.1.6.0/24, "fd00:0:0:9::/64"], name: both kinds,
       threshold: 24kbit/s}
    - {networks: [10.3.8.0/24], name: one, threshold: 1.25KiB/s}
    - {networks: [10.4.3.0/24], name: two, threshold: 2KiB/s}
    - {networks: ["fd00:0:0:a::/64"], name: six, threshold: 2}
    - {networks: ["fd00:0:0:c::/62"], name: four of six, threshold: 9KiB/s}
    - {networks: [10.6.0.0/17, 10.5.0.0/16], name: wide, threshold: 25kB/s}
    - {networks: [10.1.30.0/24], name: never, threshold: 1Gbit/s}
thresholds: {bandwidth: none, judge: either, report_period: 60s}
reports: {top: 5, accumulate: true}
""", recount.Rules(
    averaging_period=15, judge="either", report_period=60, named=tuple(
        recount.Named(networks(*texts), name, threshold)
        for texts, name, threshold in (
            (["10.2.0.0/16"], "second floor", 12 * 1024),
            (["10.1.6.0/24", "fd00:0:0:9::/64"], "both kinds", 3000),
            (["10.3.8.0/24"], "one", 1280),
            (["10.4.3.0/24"], "two", 2048),
            (["fd00:0:0:a::/64"], "six", 2048),
            (["fd00:0:0:c::/62"], "four of six", 9 * 1024),
            (["10.6.0.0/17", "10.5.0.0/16"], "wide", 25_000),
            (["10.1.30.0/24"], "never", 125_000_000)))),
    top=5, accumulate=True, time_zone="Asia/Tokyo", least=(180, 80, 900))


# --- What the reports have to look like ---

PROTOCOLS = {}
for _line in pathlib.Path("/etc/protocols").read_text().splitlines():
    _words = _line.partition("#")[0].split()
    if len(_words) >= 2:
        PROTOCOLS.setdefault(int(_words[1]), _words[0])
_services = {}


def protocol_name(number):
    return PROTOCOLS.get(number, str(number))


def service_name(key):
    """That of the lower address' port, else that of the other's."""
    *_, low_port, high_port, protocol = key
    if protocol not in (6, 17):
        return ""
    for port in (low_port, high_port):
        if (port, protocol) not in _services:
            try:
                _services[port, protocol] = socket.getservbyport(
                    port, protocol_name(protocol))
            except OSError:
                _services[port, protocol] = ""
        if _services[port, protocol]:
            return _services[port, protocol]
    return ""


def local_time(second):
    return time.strftime("%a %b %e %H:%M:%S %Y", time.localtime(second))


def utc(second):
    return datetime.datetime.fromtimestamp(
        second, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def compact(second):
    return utc(second).replace("-", "").replace(":", "")


def percent(report, account):
    return 100 * report.accumulated / (report.at - account.origin)


def shown_rows(report, setting):
    return report.rows[:setting.top or None]


def text_row(low, low_port, high, high_port, protocol, count, service):
    return (f"{low!s:<15} <{low_port:>5}> <-> {high!s:<15} <{high_port:>5}> "
            f"{protocol:>4} {count / 1024:>12.2f}  {service}")


def text_of(report, account, setting):
    subnet = report.subnet
    network = str(subnet.label.network_address) \
        if subnet.label.version == 4 and subnet.label.prefixlen == 24 \
        else str(subnet.label)
    lines = ["", f"Date:   {local_time(report.at)}"]
    if setting.top:
        lines.append(f"Showing top {setting.top} connections")
    lines.append(f"Network: {network}" +
                 (f" <{subnet.name}>" if subnet.name else ""))
    lines.append(f"Bandwidth threshold: {subnet.threshold / 1024:.2f} kBps, "
                 f"exceeded for: {report.exceeded / 60:.2f} min")
    if setting.accumulate:
        lines.append(f"Threshold exceeded time since "
                     f"{local_time(account.origin)}: "
                     f"{report.accumulated / 60:.2f} min "
                     f"({percent(report, account):.2f}%)")
    lines += ["=" * 79, "FROM            < PORT>     TO              < PORT>  "
              "PROT      KBYTES  SERVICE", "-" * 79]
    for key, sent, received, *_ in shown_rows(report, setting):
        low, high, low_port, high_port, protocol = key
        lines.append(text_row(low, low_port, high, high_port,
                              protocol_name(protocol), sent + received,
                              service_name(key)[:11]))
    if report.others[1]:
        lines.append(text_row("*", "*", "*", "*", "*", report.others[1], ""))
    return "\n".join(lines + ["=" * 79, ""])


def json_of(report, account, setting):
    subnet = report.subnet
    shown = shown_rows(report, setting)
    left_out = report.rows[len(shown):]
    prefix = str(subnet.label).replace("/", "_").replace(":", "-")

    def connection(row):
        key, sent, received, count, first, last = row
        low, high, low_port, high_port, protocol = key
        return {
            "protocol": protocol_name(protocol), "protocol_number": protocol,
            "service": service_name(key),
            "from": {"address": str(low), "port": low_port, "bytes": sent},
            "to": {"address": str(high), "port": high_port,
                   "bytes": received},
            "packets": count, "first_seen": utc(first), "last_seen": utc(last)}

    return {
        "id": f"{compact(report.at)}-{FILE}-{prefix}", "interface": FILE,
        "subnet": str(subnet.label), "name": subnet.name,
        "time": utc(report.at), "start": utc(report.start),
        "since": utc(report.start), "until": utc(report.at),
        "detail_since": utc(report.start),
        "threshold_bytes_per_second": subnet.threshold,
        "bandwidth_bytes_per_second": report.bandwidth,
        "exceeded_seconds": report.exceeded,
        "accumulated_seconds": report.accumulated,
        "accumulated_percent": percent(report, account),
        "accumulated_since": utc(account.origin), "dropped_packets": 0,
        "omitted_connections": len(left_out),
        "omitted_bytes": sum(row[1] + row[2] for row in left_out),
        "others": dict(zip(("connections", "bytes", "packets"),
                           report.others)),
        "connections": [connection(row) for row in shown]}


def samples_of(account):
    wanted = {}

    def add(name, value, /, **labels):
        wanted[name, frozenset(labels.items())] = value

    for label, subnet in account.subnets.items():
        last = subnet.reports[-1] if subnet.reports else None
        for name, value in (
                ("reports_total", len(subnet.reports)),
                ("reported", int(subnet.reported)),
                ("watched", int(subnet.watched)),
                ("watch_seconds", account.last_end - subnet.start
                 if subnet.watched else 0),
                ("over_threshold_seconds_total", subnet.over_seconds),
                ("bandwidth_bytes_per_second", subnet.bandwidth),
                ("threshold_bytes_per_second", subnet.threshold),
                ("last_report_timestamp_seconds", last.at if last else 0),
                ("last_report_start_timestamp_seconds",
                 last.start if last else 0),
                ("bytes_total", subnet.bytes),
                ("packets_total", subnet.packets),
                ("receive_bytes_total", subnet.receive),
                ("transmit_bytes_total", subnet.transmit),
                ("internal_bytes_total", subnet.internal),
                ("excluded_bytes_total", subnet.excluded)):
            add("subnet_" + name, value, interface=FILE, subnet=label)
        add("subnet_info", 1, interface=FILE, subnet=label,
            name=subnet.name or label)
    add("capture_counted_packets_total", account.counted, interface=FILE)
    add("capture_late_packets_total", account.late, interface=FILE)
    add("last_period_timestamp_seconds", account.last_end)
    add("connections", account.rows)
    return wanted


# --- Running the program ---

@contextlib.contextmanager
def zone(name):
    os.environ["TZ"] = name
    time.tzset()
    try:
        yield
    finally:
        del os.environ["TZ"]
        time.tzset()


def read_once(binary, setting, folder):
    """The samples and the report text of a run that ends by itself."""
    config = folder / "once.yml"
    config.write_text(setting.config)
    text = folder / "once.txt"
    run = subprocess.run(
        [binary, f"--config.file={config}", "--once", "-o", text,
         "--capture.file", folder / FILE],
        capture_output=True, timeout=60, check=True)
    return exposition.parse(run.stdout.decode()), text.read_text()


class FullDisk:
    """A run beside the others whose reports cannot be written. It tries for
    ten seconds."""

    def __init__(self, binary, folder):
        config = folder / "full.yml"
        config.write_text(PLAIN.config)
        self._page = folder / "full.prom"
        with self._page.open("w") as page:
            self._child = subprocess.Popen(
                [binary, f"--config.file={config}", "--once", "-o",
                 "/dev/full", "--capture.file", folder / FILE], stdout=page,
                stderr=subprocess.DEVNULL)

    def compare(self, check, account):
        """Nothing that was not written is forgotten."""
        check.equal("full disk: exit status", self._child.wait(timeout=60), 1)
        samples = exposition.parse(self._page.read_text())
        check.equal("full disk: undelivered",
                    exposition.total(samples, "reports_undelivered"),
                    len(account.reports))
        check.same("full disk: samples", sample_differences(samples, account))


class Server:
    """The program, serving what it read from the file."""

    def __init__(self, namespace, binary, setting, folder):
        self._namespace = namespace
        self._text = folder / "served.txt"
        self._exporter = netlab.Exporter(
            namespace, binary, "-o", str(self._text), "--capture.file",
            str(folder / FILE), config=setting.config, folder=folder)

    def reports(self, **parameters):
        query = "&".join(f"{key}={value}" for key, value in parameters.items())
        url = self._exporter.url.replace("/metrics", "/api/v1/reports?")
        with self._namespace.inside():
            answer = urllib.request.urlopen(url + query, timeout=20)
        with answer:
            document = json.load(answer)
        assert document["status"] == "success", document
        return document["data"]["reports"]

    def wait_for(self, frames, reports):
        """All frames are read and all reports are out, or it took too long:
        then the comparison says what is missing."""
        with contextlib.suppress(netlab.Timeout):
            self._exporter.wait_for_frames(frames)
            netlab.wait_for(lambda: len(self.reports(limit=1000)) >= reports,
                            "the reports")
            netlab.wait_for(
                lambda: self.text.count("\nDate: ") >= reports, "their text")

    @property
    def text(self):
        return self._text.read_text() if self._text.exists() else ""

    @property
    def log(self):
        return self._exporter.log

    def scrape(self):
        return self._exporter.scrape()

    def stop(self):
        return self._exporter.stop()


# --- Comparing ---

def text_differences(got, wanted):
    """A few lines around the first place that differs."""
    lines = difflib.unified_diff(wanted.splitlines(), got.splitlines(),
                                 "wanted", "got", lineterm="", n=4)
    return [] if got == wanted else list(itertools.islice(lines, 20))


def json_differences(got, wanted):
    lines = []
    if len(got) != len(wanted):
        lines.append(f"{len(got)} reports, wanted {len(wanted)}")
    for one, other in zip(got, wanted):
        lines += [f"{other['id']} {key}: got {one.get(key)}, "
                  f"wanted {other.get(key)}"
                  for key in sorted(one.keys() | other.keys())
                  if one.get(key) != other.get(key)]
    return lines


def sample_differences(samples, account):
    chosen = {key: value for key, value in samples.items()
              if key[0] in COMPARED}
    return exposition.differences(chosen, samples_of(account))


def check_queries(check, name, server, newest_first):
    """What is asked for by subnet, by time and by number."""
    busiest, _ = collections.Counter(
        report["subnet"] for report in newest_first).most_common(1)[0]
    middle = newest_first[len(newest_first) // 2]["time"]
    for parameters, wanted in (
            ({"subnet": busiest, "limit": 1000},
             [r for r in newest_first if r["subnet"] == busiest]),
            ({"since": middle, "until": middle},
             [r for r in newest_first if r["time"] == middle]),
            ({"until": middle, "interface": FILE, "limit": 7},
             [r for r in newest_first if r["time"] <= middle][:7]),
            ({"interface": "other"}, [])):
        check.same(f"{name}: asked for {parameters}",
                   json_differences(server.reports(**parameters), wanted))


def compare(check, namespace, binary, folder, setting, frames):
    account = recount.Account(setting.rules, frames)
    with zone(setting.time_zone):
        text = "".join(text_of(report, account, setting)
                       for report in account.reports)
        samples, once_text = read_once(binary, setting, folder)
        server = Server(namespace, binary, setting, folder)
        try:
            server.wait_for(len(frames), len(account.reports))
            newest_first = [json_of(report, account, setting)
                            for report in reversed(account.reports)]
            name = setting.name
            check.same(f"{name}: text, --once",
                       text_differences(once_text, text))
            check.same(f"{name}: text, served",
                       text_differences(server.text, text))
            check.same(f"{name}: samples, --once",
                       sample_differences(samples, account))
            check.same(f"{name}: samples, served",
                       sample_differences(server.scrape(), account))
            check.same(f"{name}: JSON", json_differences(
                server.reports(limit=1000), newest_first))
            check_queries(check, name, server, newest_first)
        finally:
            check.equal(f"{setting.name}: exit status", server.stop(), 0)
            (folder / "served.txt").unlink(missing_ok=True)
            (folder / "once.txt").unlink(missing_ok=True)
    check_amount(check, setting, account)
    return account


def check_amount(check, setting, account):
    """The hour held enough to make the comparison worth something."""
    amount = (len(account.reports),
              sum(subnet.episodes for subnet in account.subnets.values()),
              sum(len(shown_rows(report, setting))
                  for report in account.reports))
    print("{}: {} reports of {} episodes with {} rows were compared".format(
        setting.name, *amount))
    check.check(f"{setting.name}: enough to compare",
                all(map(int.__ge__, amount, setting.least)) and
                amount[0] <= 1000, f"{amount}, wanted {setting.least}")


def check_kinds(check, plain, crowded, named):
    """Each thing that could go wrong did occur."""
    keys = {row[0] for report in plain.reports for row in report.rows}
    subnets = plain.subnets.values()

    def has(name, found):
        check.check(f"occurs: {name}", any(found))
    has("a report at exactly the threshold",
        (r.bandwidth == r.subnet.threshold for r in plain.reports))
    has("a second report of an episode",
        (r.exceeded > 50 for r in plain.reports))
    has("over for long without a report",
        (s.over_seconds > 600 and not s.reports for s in subnets))
    has("an open episode at the end", (s.reported for s in subnets))
    has("IPv6 in a report",
        (r.subnet.label.version == 6 for r in plain.reports))
    has("equal addresses", (low == high for low, high, *_ in keys))
    has("both ends local",
        (low in LOCAL[0] and high in LOCAL[0] for low, high, *_ in keys))
    for protocol in (1, 6, 17, 47, 50, 58, 132):
        has(f"protocol {protocol}", (key[4] == protocol for key in keys))
    has("a fragment without ports", (key[2:] == (0, 0, 17) for key in keys))
    has("late frames", [plain.late])
    has("a row of others",
        (r.others[0] and r.others[1] for r in crowded.reports))
    has("reported time with low periods in it",
        (s.accumulated > s.over_seconds for s in crowded.subnets.values()))
    has("rows left out", (len(r.rows) > NAMED.top for r in named.reports))


def main(check):
    binary = pathlib.Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory(prefix="ipband-hour-") as name:
        folder = pathlib.Path(name)
        count = hour_of_traffic.write(folder / FILE)
        frames = recount.packets(folder / FILE)
        check.equal("frames that tshark sees", len(frames), count)
        full_disk = FullDisk(binary, folder)
        with contextlib.closing(netlab.Namespace()) as namespace:
            accounts = [compare(check, namespace, binary, folder, setting,
                                frames)
                        for setting in (PLAIN, CROWDED, NAMED)]
        full_disk.compare(check, accounts[0])
    check_kinds(check, *accounts)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    results.run(main)
