# SPDX-License-Identifier: Apache-2.0
"""What tests of reports share: a subnet that is soon over its threshold, and
what came of it.

With CONFIG a report is due every two seconds while traffic() runs, and its
subnet is the only one there is.
"""
import json
import re
import urllib.error
import urllib.request

import exposition
import netlab
from traffic_language import frame

SUBNET = "10.1.1.0/24"
FRAME = frame("10.1.1.1:40000 > 192.0.2.9:80 udp 986")  # 1000 bytes
CONFIG = """
accounting:
  averaging_period: {period}s
  subnets: [{{networks: [10.1.1.0/24], name: lab}}]
thresholds: {{bandwidth: 1KiB/s, report_period: {report}s}}
reports: {reports}
storage: {{path: "{storage}", checkpoint: {checkpoint}s}}
"""
_BLOCK = re.compile(r"\nDate:   .*?\n={79}\n.*?\n={79}\n", re.DOTALL)


def config(storage, reports="{}", period=1, report=2, checkpoint=1):
    return CONFIG.format(storage=storage, reports=reports, period=period,
                         report=report, checkpoint=checkpoint)


def traffic(box, name="v1", pause=0.01):
    return box.traffic(name, FRAME, pause)


def blocks(text):
    """The reports of a text file; it must hold nothing else."""
    found = _BLOCK.findall(text)
    assert "".join(found) == text, f"not only whole reports: {text!r}"
    return found


def read(path):
    """A file's text, empty if there is none (yet)."""
    return path.read_text() if path.exists() else ""


def stored(folder):
    """{id: report} of a directory of reports."""
    return {path.stem: json.loads(path.read_text())
            for path in sorted(folder.glob("*.json"))}


def reports(samples):
    """How many reports were due."""
    return exposition.total(samples, "subnet_reports_total", subnet=SUBNET)


def gauge(samples, name):
    return exposition.total(samples, "subnet_" + name, subnet=SUBNET)


def delivery(samples, name, sink):
    """report_deliveries_total and its like of one sink."""
    return exposition.total(samples, name, sink=sink)


def wait_for_scrape(exporter, good, what, patience=20):
    """Until good(samples); these samples."""
    def there():
        samples = exporter.scrape()
        return samples if good(samples) else None
    return netlab.wait_for(there, what, patience)


def wait_for_reports(exporter, count):
    return wait_for_scrape(exporter, lambda now: reports(now) >= count,
                           f"{count} reports", 15 + 5 * count)


def wait_for_nothing_left(exporter, *sinks):
    """Until these sinks have delivered, or given up, all they were given."""
    return wait_for_scrape(exporter, lambda now: all(
        delivery(now, "reports_undelivered", sink) == 0 for sink in sinks),
        f"{sinks} to have nothing left", 40)


def quiet(exporter):
    """Until the subnet is not watched any more; the samples."""
    return wait_for_scrape(exporter, lambda now: gauge(now, "watched") == 0,
                           "the watch to end")


def get(box, url):
    """Status and body."""
    try:
        with box.inside():
            answer = urllib.request.urlopen(url, timeout=10)
    except urllib.error.HTTPError as refused:
        answer = refused
    with answer:
        return answer.status, answer.read().decode()


def log_lines(exporter, *words):
    """Lines of its log that have all these words."""
    return [line for line in exporter.log.splitlines()
            if all(word in line for word in words)]
