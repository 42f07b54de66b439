#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The mails of alerts/templates, as Debian's amtool makes them.

usage: mail_test.py
"""
import json
import pathlib
import subprocess
import sys
import tempfile

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/support"))
import results  # noqa: E402

ALERTS = ROOT / "alerts"
REPORT = {
    "labels": {"alertname": "IpbandSubnetReported", "interface": "eth0",
               "instance": "sensor.example.net:10059"},
    "annotations": {
        "date": "Sat Nov 21 20:29:15 2026 UTC",
        "network": "10.1.1.0/24 <lab>",
        "threshold": "2.00 kBps",
        "exceeded_for": "5.00 min",
        "exceeded_since": "Sat Nov 21 20:24:15 2026 UTC",
        "top_hosts":
            "10.1.1.9                                     1216.00\n"
            "10.1.1.12                                     301.37",
        "description":
            "10.1.1.0/24 on eth0 of sensor.example.net:10059 has exceeded its "
            "threshold of 2kiB/s since 2026-11-21 20:24:15 UTC; in the last "
            "averaging period it used 4.053kiB/s.",
        "report_url": "https://example.net/ipband/reports?interface=eth0"
                      "&subnet=10.1.1.0/24",
        "runbook_url": "https://github.com/ipband/ipband_exporter/blob/"
                       "main/alerts/runbooks/IpbandSubnetReported.md",
    },
}
DOWN = {
    "labels": {"alertname": "IpbandExporterDown", "instance": "s:10059"},
    "annotations": {"summary": "An ipband_exporter cannot be scraped.",
                    "description": "It is gone.",
                    "runbook_url": "https://example.net/down.md"},
}


def render(part, *alerts, status="firing"):
    data = {"receiver": "reports", "status": status,
            "alerts": [{"status": status, **alert} for alert in alerts],
            "groupLabels": {}, "commonLabels": {}, "commonAnnotations": {},
            "externalURL": "http://localhost:9093"}
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(data, file)
        file.flush()
        kind = "html" if part == "html" else "text"
        return subprocess.run(
            ["amtool", "template", "render", f"--template.type={kind}",
             f"--template.glob={ALERTS}/templates/*.tmpl",
             "--template.text={{ template \"ipband." + part + "\" . }}",
             f"--template.data={file.name}"],
            check=True, capture_output=True, text=True, timeout=60).stdout


def changed(**notes):
    return {**REPORT, "annotations": {**REPORT["annotations"], **notes}}


def check_text(check):
    readme = (ALERTS / "README.md").read_text(encoding="utf-8")
    mail = ("Subject: " + render("subject", REPORT) + "\n" +
            render("text", REPORT))
    check.check("the README shows this mail", f"```\n{mail}```" in readme,
                mail)
    lines = render("text", REPORT, status="resolved").splitlines()
    check.check("the end is said", "The excess has ended." in lines)
    check.check("and nothing of now",
                "has exceeded" not in "\n".join(lines), str(lines))
    check.equal("in the subject, too",
                render("subject", REPORT, status="resolved"),
                "Resolved: Bandwidth report for 10.1.1.0/24 <lab>")
    check.equal("a group's subject", render("subject", REPORT, DOWN, DOWN),
                "Bandwidth report for 10.1.1.0/24 <lab> and 2 more")
    check.equal("all of a group are told",
                render("text", REPORT, REPORT).count("Network: "), 2)
    check.check("no hosts", "Prometheus has no hosts of this subnet." in
                render("text", changed(top_hosts="")))
    check.equal("another alert", render("text", DOWN),
                "An ipband_exporter cannot be scraped.\n\nIt is gone.\n\n"
                "Runbook: https://example.net/down.md\n")
    check.equal("its subject", render("subject", DOWN, status="resolved"),
                "Resolved: An ipband_exporter cannot be scraped. (s:10059)")


def check_hostile(check):
    odd = changed(network="10.1.1.0/24 <a\r\nBcc: b@example.net>",
                  top_hosts="<script>alert(1)</script>",
                  report_url="javascript:alert(1)")
    check.equal("a subject is one line", render("subject", odd),
                "Bandwidth report for 10.1.1.0/24 <a Bcc: b@example.net>")
    page = render("html", odd)
    check.check("HTML is escaped", "<script" not in page and
                "&lt;script&gt;" in page and "&lt;a Bcc" in page, page)
    check.check("a link is a link of the web",
                'href="javascript' not in page, page)
    check.check("the table stands in the page", "<pre>\nDate: " in page, page)


def check_prometheus(check):
    """The prometheus.yml of the README, beside the rules."""
    readme = (ALERTS / "README.md").read_text(encoding="utf-8")
    text = readme.split("```yaml\n")[1].split("```")[0]
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "prometheus.yml"
        path.write_text(text)
        (path.parent / "ipband.rules.yml").write_bytes(
            (ALERTS / "ipband.rules.yml").read_bytes())
        done = subprocess.run(["promtool", "check", "config", str(path)],
                              capture_output=True, text=True, timeout=60,
                              check=False)
    check.equal("promtool check config", done.returncode, 0)
    check.check("with our rules in it", "rules found" in done.stdout,
                done.stdout + done.stderr)
    relabel = yaml.safe_load(text)["alerting"]["alert_relabel_configs"][0]
    check.equal("its severity is one that is routed", relabel["replacement"],
                "critical")


def main(check):
    check_text(check)
    check_hostile(check)
    check_prometheus(check)


if __name__ == "__main__":
    results.run(main)
