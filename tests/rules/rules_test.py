#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Our rules and routes by Debian's promtool and amtool and by our own lint,
against what a running exporter serves; and the lint itself against mistakes.

usage: rules_test.py BINARY
"""
import copy
import pathlib
import re
import subprocess
import sys
import urllib.request

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/support"))
import lint  # noqa: E402
import netlab  # noqa: E402
import results  # noqa: E402
from box import Box, stopping  # noqa: E402
from traffic_language import frame  # noqa: E402

BINARY = sys.argv[1] if len(sys.argv) == 2 else sys.exit(__doc__)
ALERTS = ROOT / "alerts"
RULES = ALERTS / "ipband.rules.yml"
# Whatever can have a metric is on.
CONFIG = """
accounting:
  averaging_period: 1s
  local: [10.1.0.0/16]
  subnets: [{{networks: [10.1.1.0/24], name: lab, threshold: 1bit/s}}]
thresholds: {{report_period: 1s}}
reports: {{text: "{folder}/reports.txt"}}
meters: [{{name: lab, rules: ["LOG BOTH 10.1.1.0/24"]}}]
storage: {{path: "{folder}/state"}}
"""


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True, timeout=120,
                          check=False, cwd=ALERTS)
    return done.returncode, done.stdout + done.stderr


def metrics_of(page):
    """{name: (type, labels)} of a page."""
    types = dict(re.findall(r"^# TYPE (\S+) (\S+)$", page, re.MULTILINE))
    found = {}
    for name, labels in re.findall(r"^(\w+)(?:\{(.*)\})? ", page,
                                   re.MULTILINE):
        names = set(re.findall(r'(\w+)="(?:[^"\\]|\\.)*"', labels))
        known = found.setdefault(name, (types.get(name, ""), set()))
        known[1].update(names)
    return found


def get(box, url):
    with box.inside():
        answer = urllib.request.urlopen(url, timeout=20)
    with answer:
        return answer.status, answer.read().decode("utf-8")


def check_link(check, box, base):
    """Prometheus 2.42 cannot escape the slash of a subnet in a link."""
    for subnet in ("10.1.1.0/24", "2001:db8:82::/56"):
        status, page = get(box, f"{base}/reports?interface=v1&subnet={subnet}")
        check.equal(f"{subnet}: the link of an alert opens", status, 200)
        check.check(f"{subnet}: its page is about it", subnet in page)
    status, page = get(box,
                       f"{base}/reports?interface=a'b%26c%23%2B%25&subnet=")
    check.check("an odd interface is read as it was",
                status == 200 and "a&#39;b&amp;c#+%" in page, page[:600])


def scrape(check):
    """What the exporter serves after a report."""
    with Box("v1") as box:
        (box.folder / "state").mkdir()
        exporter = box.exporter(BINARY, "v1",
                                config=CONFIG.format(folder=box.folder))
        with stopping(exporter), box.traffic(
                "v1", frame("10.1.1.1:1 > 192.0.2.9:80 udp 986"), 0.01):
            def reported():
                page = get(box, exporter.url)[1]
                return page if re.search(
                    r"^ipband_subnet_reports_total\S* [1-9]", page,
                    re.MULTILINE) else None
            page = netlab.wait_for(reported, "a report")
            check_link(check, box, exporter.url.removesuffix("/metrics"))
    return metrics_of(page)


def check_by_debian(check):
    commands = [("promtool", "check", "rules", "--lint=all", "--lint-fatal",
                 file.name) for file in sorted(ALERTS.glob("*.rules.yml"))]
    for command in (*commands, ("amtool", "check-config", "alertmanager.yml")):
        status, said = run(*command)
        check.check(" ".join(command), status == 0, said)
    for file in sorted(ALERTS.glob("*.rules_test.yml")):
        status, said = run("promtool", "test", "rules", file.name)
        check.check(f"promtool test rules {file.name}", status == 0, said)


def check_tests(check, document):
    """Each alert fires in a test, and is silent in one."""
    tests = (ALERTS / "ipband.rules_test.yml").read_text(encoding="utf-8")
    asked = re.findall(r'alertname="(\w+)".*?exp_samples:( \[\])?', tests,
                       re.DOTALL)
    for group in document["groups"]:
        for rule in group["rules"]:
            if "alert" in rule:
                name = rule["alert"]
                check.check(f"a test in which {name} fires",
                            (name, "") in asked)
                check.check(f"a test in which {name} does not",
                            (name, " []") in asked)


ROUTES = [
    ("reports", "alertname=IpbandSubnetReported severity=warning"),
    ("on-call", "alertname=IpbandSubnetReported severity=critical"),
    ("on-call", "alertname=IpbandExporterDown severity=critical"),
    ("on-call", "alertname=IpbandCaptureDown severity=critical"),
    ("operators", "alertname=IpbandReportsUndelivered severity=warning"),
    ("operators", "alertname=IpbandSeriesNearLimit severity=info"),
    ("operators", "alertname=SomethingElse"),
]


def check_routes(check):
    for receiver, labels in ROUTES:
        status, said = run(
            "amtool", "config", "routes", "test",
            "--config.file=alertmanager.yml",
            f"--verify.receivers={receiver}", *labels.split())
        check.check(f"{labels} goes to {receiver}", status == 0, said)
    config = yaml.safe_load((ALERTS / "alertmanager.yml").read_text())
    check.equal("episodes are groups of their own",
                config["route"]["group_by"],
                ["alertname", "instance", "interface", "subnet", "since"])
    for receiver in config["receivers"]:
        for kind in ("email_configs", "webhook_configs"):
            for one in receiver.get(kind, []):
                check.equal(f"{receiver['name']}: {kind} tell the end",
                            one["send_resolved"], True)


# Each is one mistake in a good file: what stands there, what is made of it,
# and what the lint must say.
MISTAKES = [
    ("ipband_capture_up == 0", "ipband_capture_upp == 0", "no such metric"),
    ("expr: ipband_capture_up == 0", "expr: ipband_capture_up",
     "no comparison"),
    ("expr: ipband_capture_up == 0",
     "expr: topk(3, ipband_capture_up) == 0", "topk in an alert"),
    ("expr: ipband_capture_up == 0",
     "expr: sum by (instance) (ipband_capture_up) == 0", "mixes sensors"),
    ("expr: ipband_capture_up == 0",
     "expr: sum(ipband_capture_up) == 0", "mixes sensors"),
    ("expr: ipband_capture_up == 0",
     "expr: sum without (interface) (ipband_capture_up) == 0",
     "mixes sensors"),
    ("expr: ipband_capture_up == 0",
     'expr: ipband_capture_up{interface=~"eth0"} == 0',
     "not a regular expression"),
    ("expr: ipband_capture_up == 0",
     'expr: ipband_capture_up{device="eth0"} == 0', "no label device"),
    ("expr: ipband_capture_up == 0", "expr: up == 0 and on () ipband_series",
     "across exporters"),
    ("expr: ipband_reports_undelivered > 0",
     "expr: rate(ipband_reports_undelivered[5m]) > 0", "no counter"),
    ("rate(ipband_capture_packets_total[1d]) > 1",
     "rate(ipband_capture_packets_total[1m]) > 1", "too short"),
    ("rate(ipband_capture_packets_total[1d]) > 1",
     "rate((ipband_capture_packets_total)[1d:]) > 1", "not a plain counter"),
    ("expr: ipband_reports_undelivered > 0\n        for: 15m",
     "expr: absent(ipband_reports_undelivered) == 1", "absent without"),
    ("expr: ipband_reports_undelivered > 0", "expr: ipband_capture_up == 0",
     "expression of another"),
    ("alert: IpbandReportsUndelivered", "alert: IpbandCaptureDown", "twice"),
    ("alert: IpbandReportsUndelivered", "alert: IpbandReportsLost",
     "no runbook"),
    ("alert: IpbandReportsUndelivered", "alert: Reports_undelivered",
     "words in capitals"),
    ("labels: {severity: info}", "labels: {severity: page}", "severity"),
    ("labels: {severity: info}",
     "labels: {severity: info, share: '{{ $value }}'}", "label share"),
    ("Reports wait to be delivered.", "reports wait", "one sentence"),
    ("{{ $value | humanize }} reports", "{{ $value }} reports",
     "not humanized"),
    ("runbooks/IpbandCaptureDown.md", "runbooks/IpbandDown.md",
     "runbook_url"),
    ("subnet:ipband_subnet_bits:rate5m", "ipband_subnet_bits_rate5m",
     "level:metric:operation"),
    ("interval: 15s", "interval: 6m", "over 5m"),
    ("interval: 15s", "interval: 15s\n    query_offset: 1m", "has no query"),
    ('"ipband_subnet_info%s"', '"ipband_subnet_name%s"', "no such metric"),
    ("          report_url: *instance_url\n          runbook_url: https://"
     "github.com/ipband/ipband_exporter/blob/main/alerts/runbooks/"
     "IpbandConfig", "          runbook_url: https://github.com/ipband/"
     "ipband_exporter/blob/main/alerts/runbooks/IpbandConfig",
     "no report_url"),
]


def check_lint(check, text, metrics):
    for old, new, wanted in MISTAKES:
        if check.check(f"there is {old!r} to spoil", old in text):
            said = lint.faults(yaml.safe_load(text.replace(old, new, 1)),
                               metrics)
            check.check(f"the lint finds {new!r}",
                        any(wanted in one for one in said), str(said))
    metrics = copy.deepcopy(metrics)
    del metrics["ipband_capture_up"]
    check.check("the lint misses a metric that is no longer served",
                any("ipband_capture_up: the exporter serves" in one
                    for one in lint.faults(yaml.safe_load(text), metrics)))


def main(check):
    text = RULES.read_text(encoding="utf-8")
    document = yaml.safe_load(text)
    check_by_debian(check)
    check_tests(check, document)
    check_routes(check)
    metrics = scrape(check)
    for file in sorted(ALERTS.glob("*.rules.yml")):
        check.same(f"lint of {file.name}", lint.faults(
            yaml.safe_load(file.read_text(encoding="utf-8")), metrics))
    check_lint(check, text, metrics)


if __name__ == "__main__":
    results.run(main)
