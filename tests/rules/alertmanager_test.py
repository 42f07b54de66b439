#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Debian's Alertmanager with our example: what is a message of its own, what
is kept back while an exporter is down, and the mail as it is sent.

usage: alertmanager_test.py
"""
import json
import pathlib
import sys
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/support"))
import netlab  # noqa: E402
import results  # noqa: E402
from box import Box  # noqa: E402
from smtp_server import SmtpServer  # noqa: E402
from webhook_receiver import WebhookReceiver  # noqa: E402

ALERTS = ROOT / "alerts"
API = "http://127.0.0.1:9093/api/v2/"
SUBNET = {"interface": "eth0", "subnet": "10.1.1.0/24"}


class Alertmanager:
    def __init__(self, box, mail_port, hook):
        self._box = box
        text = (ALERTS / "alertmanager.yml").read_text(encoding="utf-8")
        for old, new in (
                ("localhost:25", f"127.0.0.1:{mail_port}"),
                ("http://localhost:5001/alerts", hook),
                ("templates/ipband.tmpl", f"{ALERTS}/templates/ipband.tmpl"),
                ("group_wait: 30s", "group_wait: 1s"),
                ("group_interval: 5m", "group_interval: 1s")):
            assert old in text, old
            text = text.replace(old, new)
        self._child = box.start(
            "prometheus-alertmanager",
            f"--config.file={box.file('alertmanager.yml', text)}",
            f"--storage.path={box.folder}/data", "--cluster.listen-address=",
            "--web.listen-address=127.0.0.1:9093")
        netlab.wait_for(self._ready, "Alertmanager")

    def _ready(self):
        try:
            return self.get("status")
        except OSError:
            return None

    def get(self, path):
        with self._box.inside():
            answer = urllib.request.urlopen(API + path, timeout=20)
        with answer:
            return json.load(answer)

    def post(self, alerts):
        request = urllib.request.Request(
            API + "alerts", json.dumps(alerts).encode(),
            {"Content-Type": "application/json"})
        with self._box.inside():
            urllib.request.urlopen(request, timeout=20).close()

    def stop(self):
        netlab.stop(self._child)


def alert(name, instance, ends=None, **labels):
    one = {"labels": {"alertname": name, "job": "ipband",
                      "instance": instance, **labels},
           "annotations": {"summary": f"{name}.", "description": "So it is."}}
    if name == "IpbandSubnetReported":
        one["annotations"].update(network="10.1.1.0/24 <läb>", date="now",
                                  top_hosts="10.1.1.9 1.00")
    return {**one, "endsAt": ends} if ends else one


def key(labels):
    return labels["alertname"], labels["instance"], labels.get("since", "")


REPORTS = [alert("IpbandSubnetReported", "a", since="1", **SUBNET),
           alert("IpbandSubnetReported", "a", since="2", **SUBNET),
           alert("IpbandSubnetReported", "b", since="1", **SUBNET)]


def check_episodes(check, manager, smtp, hook):
    manager.post(REPORTS)

    def told(status):
        """(alertname, instance, since) of each message with that status."""
        bodies = [json.loads(request.body) for request in hook.requests]
        return sorted([key(one["labels"]) for one in body["alerts"]]
                      for body in bodies if body["status"] == status)
    wanted = sorted([key(one["labels"])] for one in REPORTS)
    netlab.wait_for(lambda: len(told("firing")) >= 3, "three messages")
    manager.post([{**REPORTS[0], "endsAt": "2026-01-01T00:00:00Z",
                   "startsAt": "2025-12-31T00:00:00Z"}])
    netlab.wait_for(lambda: told("resolved"), "the end of one")
    check.equal("a message for each episode", told("firing"), wanted)
    check.equal("and one for the end", told("resolved"), [wanted[0]])
    netlab.wait_for(lambda: len(smtp.mails) >= 4, "as many mails")
    subjects = sorted(mail.message["Subject"] for mail in smtp.mails)
    check.equal("subjects", subjects, [
        "Bandwidth report for 10.1.1.0/24 <läb>"] * 3 + [
        "Resolved: Bandwidth report for 10.1.1.0/24 <läb>"])
    bodies = [part.get_content_type()
              for part in smtp.mails[0].message.iter_parts()]
    check.equal("plain and HTML", bodies, ["text/plain", "text/html"])
    check.equal("to", smtp.mails[0].recipients, ["operators@example.net"])


def check_inhibition(check, manager):
    alerts = [alert("IpbandExporterDown", "a", severity="critical"),
              alert("IpbandCaptureLosingPackets", "a", interface="eth0"),
              alert("IpbandCaptureLosingPackets", "b", interface="eth0"),
              alert("IpbandCaptureDown", "c", interface="eth0"),
              alert("IpbandCaptureSilent", "c", interface="eth0"),
              alert("IpbandCaptureSilent", "c", interface="eth1"),
              alert("NodeFull", "a")]
    manager.post(alerts)

    def kept_back():
        return sorted(
            (one["labels"]["alertname"], one["labels"]["instance"],
             one["labels"].get("interface", ""))
            for one in manager.get("alerts") if one["status"]["inhibitedBy"])
    wanted = [("IpbandCaptureLosingPackets", "a", "eth0"),
              ("IpbandCaptureSilent", "c", "eth0")]
    netlab.wait_for(lambda: len(kept_back()) >= 2, "two to be kept back")
    check.equal("kept back, and no report, other or node", kept_back(), wanted)


def main(check):
    with Box() as box, SmtpServer(box) as smtp, WebhookReceiver(box) as hook:
        manager = Alertmanager(box, smtp.port, hook.url)
        try:
            check_episodes(check, manager, smtp, hook)
            check_inhibition(check, manager)
        finally:
            manager.stop()


if __name__ == "__main__":
    results.run(main)
