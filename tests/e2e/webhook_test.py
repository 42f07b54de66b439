#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Reports are posted to a web server, which may fail for a while or for good.

usage: webhook_test.py BINARY
"""
import json
import pathlib
import socket
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "support"))
import results  # noqa: E402
from box import Box, stopping  # noqa: E402
from reporting import (config, delivery, get, log_lines, quiet,  # noqa: E402
                       reports, stored, traffic, wait_for_nothing_left,
                       wait_for_reports, wait_for_scrape)
from webhook_receiver import WebhookReceiver  # noqa: E402

BINARY = sys.argv[1] if len(sys.argv) == 2 else sys.exit(__doc__)
FAILURES = "report_delivery_failures_total"


def start(box, receiver, more=""):
    return box.exporter(BINARY, "v1", config=config(
        box.folder / "storage",
        f'{{webhook: {{url: "{receiver.url}"{more}}}}}'))


def some_reports(box, exporter, count):
    with traffic(box):
        wait_for_reports(exporter, count)
    quiet(exporter)
    return wait_for_nothing_left(exporter, "webhook", "directory")


def arrives_once_it_works(check):
    with Box("v1") as box, \
            WebhookReceiver(box, answers=[503, 503]) as receiver, \
            stopping(start(box, receiver)) as exporter:
        samples = some_reports(box, exporter, 2)
        count = reports(samples)
        check.equal("503: failures", delivery(samples, FAILURES, "webhook"), 2)
        check.equal("503: deliveries", delivery(
            samples, "report_deliveries_total", "webhook"), count)
        arrived = [json.loads(one.body) for one in receiver.answered(200)]
        kept = stored(box.folder / "storage/reports")
        check.equal("503: each report once, in order",
                    [one["id"] for one in arrived], list(kept))
        check.equal("503: as in the directory", arrived, list(kept.values()))
        base = exporter.url.removesuffix("/metrics")
        status, page = get(box, base + "/api/v1/reports")
        shown = json.loads(page)["data"]["reports"]
        check.equal("503: as in the API, where the newest comes first",
                    (status, shown), (200, arrived[::-1]))
        first, second, third = receiver.requests[:3]
        check.check("503: the same report was tried again",
                    first.body == second.body == third.body)
        check.check("503: with growing pauses",
                    0.9 < second.at - first.at < third.at - second.at < 5,
                    [one.at for one in receiver.requests])
        for one in receiver.requests:
            check.equal("503: path", one.path, "/hook")
            check.equal("503: type", one.headers["content-type"],
                        "application/json")
        said = log_lines(exporter, "sink=webhook", "HTTP status 503")
        check.equal("503: one line", len(said), 1)


def given_up(check):
    with Box("v1") as box, WebhookReceiver(box, always=404) as receiver, \
            stopping(start(box, receiver)) as exporter:
        samples = some_reports(box, exporter, 2)
        count = reports(samples)
        check.equal("404: each tried once", len(receiver.requests), count)
        check.equal("404: counted", delivery(samples, FAILURES, "webhook"),
                    count)
        check.equal("404: none delivered", delivery(
            samples, "report_deliveries_total", "webhook"), 0)
        check.equal("404: the directory has them",
                    len(stored(box.folder / "storage/reports")), count)
        said = log_lines(exporter, "sink=webhook", "HTTP status 404")
        check.equal("404: one line", len(said), 1)
        begin = time.monotonic()
        check.equal("404: exit", exporter.stop(), 0)
        check.check("404: ends at once", time.monotonic() - begin < 2)


def nobody_there(check):
    """A server that is away, and ends while it is away."""
    with Box("v1") as box:
        with WebhookReceiver(box) as receiver:
            pass
        with stopping(start(box, receiver)) as exporter:
            with traffic(box):
                wait_for_scrape(exporter, lambda now: delivery(
                    now, "reports_undelivered", "webhook") >= 1,
                    "a report to wait")
            begin = time.monotonic()
            check.equal("away: exit", exporter.stop(), 0)
            took = time.monotonic() - begin
            check.check("away: ends in time", took < 12, f"{took:.1f} s")
            check.equal("away: what is lost is said", len(log_lines(
                exporter, "documents were given up", "sink=webhook")), 1)


def never_answers(check):
    """A server that takes connections and says nothing."""
    with Box("v1") as box:
        with box.inside():
            silent = socket.create_server(("127.0.0.1", 0))
        port = silent.getsockname()[1]
        with silent, stopping(box.exporter(BINARY, "v1", config=config(
                box.folder / "storage",
                f'{{webhook: {{url: "http://127.0.0.1:{port}/", '
                'timeout: 2s}}'))) as exporter:
            with traffic(box):
                wait_for_scrape(exporter, lambda now: delivery(
                    now, FAILURES, "webhook") >= 1, "the time to be over")
            quiet(exporter)
            samples = wait_for_nothing_left(exporter, "directory")
            check.equal("silent: the directory has them all", len(stored(
                box.folder / "storage/reports")), reports(samples))
            said = log_lines(exporter, "sink=webhook")
            check.check("silent: said once, and why", len(said) == 1 and
                        "timed out" in said[0], said)
            begin = time.monotonic()
            check.equal("silent: exit", exporter.stop(), 0)
            took = time.monotonic() - begin
            check.check("silent: ends in time", took < 12, f"{took:.1f} s")


if __name__ == "__main__":
    results.run_each([arrives_once_it_works, given_up, nobody_there,
                      never_answers])
