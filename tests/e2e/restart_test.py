#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What outlives the program: it is killed or ended and started again, beside
one that runs all the time and sees the same frames.

usage: restart_test.py BINARY
"""
import contextlib
import itertools
import json
import pathlib
import re
import signal
import sys
import time
from typing import NamedTuple

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "support"))
import exposition  # noqa: E402
import netlab  # noqa: E402
import results  # noqa: E402
from box import Box, stopping  # noqa: E402
from netlab import wait_for  # noqa: E402
from reporting import (SUBNET, blocks, config, gauge, get,  # noqa: E402
                       log_lines, read, stored, traffic, wait_for_reports,
                       wait_for_scrape)

BINARY = sys.argv[1] if len(sys.argv) == 2 else sys.exit(__doc__)
PERIOD = 3  # long enough that a start takes less than half of one
REPORT_GAUGES = ("last_report_timestamp_seconds",
                 "last_report_start_timestamp_seconds")


class Daemon:
    """An exporter that can be started again on the same storage."""

    def __init__(self, box, name, **periods):
        self._box = box
        self.storage = box.folder / name
        self.state = self.storage / "state.json"
        self.text = box.folder / f"{name}.txt"
        self._config = config(self.storage, f'{{text: "{self.text}"}}',
                              **periods)
        self.start()

    def start(self):
        self.exporter = self._box.exporter(BINARY, "v1", config=self._config)

    def end(self, number):
        """Its exit status."""
        return netlab.stop(self.exporter._child, number)

    def again(self, number):
        self.end(number)
        self.start()

    def scrape(self):
        return self.exporter.scrape()

    def reports(self):
        return stored(self.storage / "reports")

    def stop(self):
        self.end(signal.SIGTERM)


def warnings(daemon):
    """Of what it read, that is: it warns of being root, too."""
    return [line for line in log_lines(daemon.exporter, "level=warn")
            if "running as root" not in line]


def watched(daemon):
    """Until it has watched the subnet for a second, and has written on the disk
    that it does; the samples."""
    samples = wait_for_scrape(daemon.exporter, lambda now: gauge(
        now, "watched") == 1, "a watch")
    wait_for(lambda: '"watch_active":true' in read(daemon.state),
             "the watch to be written down", 2)
    wait_for(lambda: time.time() > last_period(samples) + 1, "a second")
    return samples


def last_period(samples):
    return exposition.total(samples, "last_period_timestamp_seconds")


def check_report(check, name, daemon, steady, known):
    """The newest report of a daemon beside that of the steady one. `known`:
    whether it has seen the connections from the start."""
    wanted = wait_for(steady.reports, "a report")
    newest = max(wanted)
    mine = wait_for(lambda: daemon.reports().get(newest) or (
        time.time() > 10 + seconds(wanted[newest]["time"]) and {"id": None}),
        "the same report")
    for key in ("id", "time", "start", "exceeded_seconds"):
        check.equal(f"{name}: {key}", mine.get(key), wanted[newest][key])
    if mine["id"] is None:
        return
    since = re.search("(?m)^Connections known since: ",
                      wait_for(lambda: blocks(read(daemon.text)),
                               "the text")[-1])
    check.equal(f"{name}: says since when it knows the connections",
                since is not None, not known)
    check.equal(f"{name}: and the JSON says so too",
                mine["detail_since"] > mine["start"], not known)


def seconds(text):
    """Of a time in a report's JSON."""
    return int(time.mktime(time.strptime(text, "%Y-%m-%dT%H:%M:%SZ")) -
               time.timezone)


def check_gauges(check, name, before, after):
    for gauge_name in ("reported", "watched") + REPORT_GAUGES:
        check.equal(f"{name}: {gauge_name}", gauge(after, gauge_name),
                    gauge(before, gauge_name))


def goes_on(check):
    """Killed or ended in the middle of a hold, and then a second after the
    report: reports come when they would have come."""
    with Box("v1") as box:
        steady, killed, ended = daemons = [
            Daemon(box, name, period=PERIOD, report=2 * PERIOD, checkpoint=60)
            for name in ("steady", "killed", "ended")]
        numbers = {killed: signal.SIGKILL, ended: signal.SIGTERM}
        with stopping(steady), stopping(killed), stopping(ended), traffic(box):
            for daemon in (killed, ended):
                before = watched(daemon)
                daemon.again(numbers[daemon])
                name = f"{daemon.storage.name} in the hold"
                after = daemon.scrape()
                check_gauges(check, name, before, after)
                check.equal(f"{name}: no warning", warnings(daemon), [])
            first = wait_for_reports(steady.exporter, 1)
            for daemon in (killed, ended):
                name = f"{daemon.storage.name} in the hold"
                check_report(check, name, daemon, steady, known=False)
                wait_for_scrape(daemon.exporter, lambda now: gauge(
                    now, "reported") == 1, "the gauge")
            check_report(check, "steady", steady, steady, known=True)
            due = gauge(first, "last_report_timestamp_seconds")
            wait_for(lambda: time.time() > due + 1, "a second")
            for daemon in (killed, ended):
                before = daemon.scrape()
                daemon.again(numbers[daemon])
                check_gauges(check, f"{daemon.storage.name} after the report",
                             before, daemon.scrape())
                check.equal(f"{daemon.storage.name}: it was about a report",
                            gauge(before, "reported"), 1)
            wait_for_reports(steady.exporter, 2)
            for daemon in (killed, ended):
                check_report(check, f"{daemon.storage.name} after the report",
                             daemon, steady, known=False)
            ends = {last_period(daemon.scrape()) % PERIOD
                    for daemon in daemons}
            check.equal("all are on the same grid", len(ends), 1)
        check.equal("no report is missing or twice",
                    [list(daemon.reports()) for daemon in daemons],
                    [list(steady.reports())] * 3)


def too_late(check):
    """Down for more than two averaging periods."""
    with Box("v1") as box:
        daemon = Daemon(box, "late")
        with traffic(box):
            wait_for_reports(daemon.exporter, 1)
            before = daemon.scrape()
            # One that is not in the archive would be made again.
            wait_for(lambda: blocks(read(daemon.text)) and daemon.reports(),
                     "the report")
            wait_for(lambda: '"last_report"' in read(daemon.state),
                     "the report to be written down", 2)
            daemon.end(signal.SIGKILL)
        down = time.time()
        wait_for(lambda: time.time() > down + 4, "more than two periods")
        daemon.start()
        with stopping(daemon):
            after = daemon.scrape()
            check.equal("late: nothing is watched", (
                gauge(after, "watched"), gauge(after, "reported"),
                gauge(after, "watch_seconds")), (0, 0, 0))
            for name in REPORT_GAUGES:
                check.equal(f"late: {name}", gauge(after, name),
                            gauge(before, name))
            with traffic(box):
                again = wait_for_reports(daemon.exporter, 1)
            check.check("late: a new watch", gauge(
                again, "last_report_start_timestamp_seconds") > down, again)
            check.equal("late: its report knows all connections", [
                block for block in blocks(read(daemon.text))
                if "known since" in block], [])


def damaged(check):
    """By a cut, by rubbish, and empty."""
    with Box("v1") as box, contextlib.ExitStack() as stack:
        daemons = [stack.enter_context(stopping(Daemon(box, name)))
                   for name in ("cut", "rubbish", "empty")]
        with traffic(box):
            for daemon in daemons:
                wait_for_reports(daemon.exporter, 1)
        for daemon in daemons:
            daemon.end(signal.SIGKILL)
            text = read(daemon.state)
            json.loads(text)
            daemon.state.write_text({"cut": text[:len(text) // 2],
                                     "rubbish": "\0\x7f{[\n",
                                     "empty": ""}[daemon.storage.name])
            daemon.start()
            check_fresh_start(check, daemon)
        with traffic(box):
            for daemon in daemons:
                wait_for_reports(daemon.exporter, 1)
        for daemon in daemons:
            check.equal("damaged: exit", daemon.end(signal.SIGTERM), 0)
            json.loads(read(daemon.state))


def check_fresh_start(check, daemon):
    name = daemon.storage.name
    said = warnings(daemon)
    check.equal(f"{name}: one warning", len(said), 1)
    check.check(f"{name}: names the file", str(daemon.state) in "".join(said),
                said)
    check.equal(f"{name}: starts afresh", gauge(
        daemon.scrape(), "last_report_timestamp_seconds"), 0)


def taken(check):
    """Two on one storage path; and the path is free after a kill."""
    with Box("v1") as box:
        daemon = Daemon(box, "taken")
        with stopping(daemon):
            code, out, error = box.try_exporter(
                BINARY, "--web.listen-address=127.0.0.1:0",
                f"--storage.path={daemon.storage}", "v1")
            said = [line for line in error.splitlines()
                    if "error" in line]
            check.equal("taken: exit 1 and one line",
                        (code, out, len(said)), (1, "", 1))
            check.check("taken: the line says what and where",
                        str(daemon.storage) in error and
                        "in use by another ipband_exporter" in error, error)
            check.check("taken: the first goes on", daemon.scrape())
            daemon.again(signal.SIGKILL)
            check.check("taken: free after a kill", daemon.scrape())


def killed_all_the_time(check):
    """Whenever it is killed, the state it leaves can be used."""
    with Box("v1") as box, traffic(box, pause=0.002):
        daemon = Daemon(box, "often", period=PERIOD, report=2 * PERIOD)
        with stopping(daemon):
            begin = last_period(watched(daemon))
            for number in range(10):
                # From the moment it listens to well over a checkpoint later.
                end = time.time() + number * 0.15
                wait_for(lambda end=end: time.time() > end, "the moment")
                daemon.again(signal.SIGKILL)
                check.equal(f"often {number}: no warning",
                            warnings(daemon), [])
            wait_for_reports(daemon.exporter, 1)
            starts = {gauge(daemon.scrape(),
                            "last_report_start_timestamp_seconds")}
            starts |= {seconds(report["start"])
                       for report in daemon.reports().values()}
            check.equal("often: one episode, from the beginning", starts,
                        {begin})


class Counts(NamedTuple):
    """In frames: of the averaging period, and in the table of a meter."""
    period: float
    meter: float


LENGTH, IP_LENGTH = 1000, 986  # of the frames of traffic()
COUNTING = """
accounting:
  averaging_period: {period}s
  subnets: [{{networks: [10.1.1.0/24]}}]
thresholds: {{report_period: {period}s}}
meters:
- name: lab
  rules: [LOG FROM 10.1.1.0/24]
  dump: {{every: 24h, file: "{folder}/dump"}}
  clear: never
reports: {{directory: ""}}
storage: {{path: "{folder}/counts", checkpoint: 1s}}
"""


def counted(box, exporter):
    """By a program that has not been restarted in this period."""
    octets = exposition.total(exporter.scrape(), "subnet_bytes_total",
                              subnet=SUBNET)
    return Counts(octets / LENGTH, meter_of(box, exporter))


def meter_of(box, exporter):
    status, text = get(box, exporter.addresses[0] + "/api/v1/meters?meter=lab")
    assert status == 200, text
    return json.loads(text)["data"]["meters"][0]["out_bytes"] / IP_LENGTH


class Saved:
    """What the checkpoints of a folder hold, and when they were made."""

    def __init__(self, folder):
        self._files = folder / "state.json", folder / "meters.json"
        self.times = set(), set()

    def counts(self):
        """None if there is no checkpoint yet."""
        texts = [read(path) for path in self._files]
        if not all(texts):
            return None
        traffic_state, meters = map(json.loads, texts)
        for times, state in zip(self.times, (traffic_state, meters)):
            times.add(state["saved_at"])
        return Counts(
            sum(subnet.get("period_transmit", 0)
                for capture in traffic_state["captures"]
                for subnet in capture["subnets"]) / LENGTH,
            sum(row[2] for meter in meters["meters"]
                for table in meter["tables"]
                for row in table["rows"]) / IP_LENGTH)

    def reach(self, wanted):
        """Whether nothing of these counts would be lost."""
        now = self.counts()
        return now is not None and all(map(float.__ge__, now, wanted))


def ahead(now, saved):
    """These counts, if some of each would be lost."""
    kept = saved.counts() or Counts(0.0, 0.0)
    return all(map(float.__gt__, now, kept)) and now


def loses_one_checkpoint(check):
    """Killed under steady traffic: what was counted before the last checkpoint
    is there again, and nothing that never came."""
    # One that does not end meanwhile.
    period = max(3600, 3700, key=lambda length: length - time.time() % length)
    with Box("v1") as box:
        text = COUNTING.format(period=period, folder=box.folder)
        exporter = box.exporter(BINARY, "v1", config=text)
        saved = Saved(box.folder / "counts")
        with stopping(exporter), traffic(box, pause=0.002):
            for _ in range(4):
                before = wait_for(lambda: ahead(counted(box, exporter), saved),
                                  "more frames")
                wait_for(lambda: saved.reach(before), "the next checkpoint")
            netlab.stop(exporter._child, signal.SIGKILL)
            sent = json.loads(box.ip("-s", "-j", "link", "show", "pv1"))[0]
        left = saved.counts()
        for name, times in zip(Counts._fields, saved.times):
            gaps = [b - a for a, b in itertools.pairwise(sorted(times))]
            check.check(f"{name}: a checkpoint each second",
                        gaps and min(gaps) <= 2, gaps)
        check.check("nothing is lost that was counted before it",
                    saved.reach(before), (left, before))
        check.check("nothing is there that never came", max(left) <= sent[
            "stats64"]["tx"]["packets"], (left, sent))
        check.check("whole frames", all(map(float.is_integer, left)), left)

        exporter = box.exporter(BINARY, "v1", config=text)
        with stopping(exporter):
            check.equal("the meter goes on with it", meter_of(box, exporter),
                        left.meter)
            last = [max(times) for times in saved.times]
            wait_for(lambda: saved.counts() and all(
                max(times) > one for times, one in zip(saved.times, last)),
                "another checkpoint")
            check.equal("and so does the period", saved.counts(), left)


if __name__ == "__main__":
    results.run_each([goes_on, too_late, damaged, taken, killed_all_the_time,
                      loses_one_checkpoint])
