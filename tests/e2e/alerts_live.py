#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Alerts agree with the reports: Debian's Prometheus and Alertmanager with the
files of alerts/, beside an exporter on a veth that dozens of subnets send
through, in episodes known in advance. Scrapes get lost, and the exporter is
killed just after a report and started again. Every episode that led to a
report has one firing and one resolved notification, and nothing else has any.

usage: alerts_live.py BINARY [--full [SEED]]

All times are divided: by twenty, for a run of a hundred seconds, or with
--full by ten, in three runs side by side of eight minutes, with scrape
intervals of a third, one and three averaging periods.
"""
import concurrent.futures
import contextlib
import dataclasses
import datetime
import json
import multiprocessing
import pathlib
import random
import re
import signal
import statistics
import sys
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "support"))
import alerting  # noqa: E402
import excess_plan  # noqa: E402
import netlab  # noqa: E402
import results  # noqa: E402
from box import Box  # noqa: E402
from reporting import stored  # noqa: E402
from smtp_server import SmtpServer  # noqa: E402
from traffic_language import frame  # noqa: E402
from webhook_receiver import WebhookReceiver  # noqa: E402

# The rule's window, keep_firing_for, Alertmanager's group_interval.
RESOLVED_AFTER = 420 + 240 + 300
REPORTED = "IpbandSubnetReported"
CLOSE = ("hold", "close", "close", "broken")  # many episodes in a short time
CONFIG = """
accounting:
  averaging_period: {period}s
  subnets: [{subnets}]
thresholds: {{bandwidth: {threshold}B/s, report_period: {report}s}}
storage: {{path: "{storage}", checkpoint: 1s}}
"""


@dataclasses.dataclass
class Course:
    """One run."""
    name: str
    seed: int
    scale: int
    scrape: int
    subnets: int
    periods: int
    kills: int
    lost: int  # scrapes in a hold, and as many at a report
    kinds: tuple

    @property
    def period(self):
        return 60 // self.scale

    @property
    def report(self):
        return 300 // self.scale


@dataclasses.dataclass
class Outcome:
    course: Course
    planned: int = 0
    unlike_plan: list = dataclasses.field(default_factory=list)
    episodes: int = 0
    reports: int = 0
    firing: int = 0
    resolved: int = 0
    mails: int = 0
    missed: list = dataclasses.field(default_factory=list)
    doubled: list = dataclasses.field(default_factory=list)
    alien: list = dataclasses.field(default_factory=list)
    unmailed: list = dataclasses.field(default_factory=list)
    waited: list = dataclasses.field(default_factory=list)  # for the firing
    cleared: list = dataclasses.field(default_factory=list)  # for the resolved
    grid: int = 0  # when it began
    late: float = 0  # the latest frame
    restarts: list = dataclasses.field(default_factory=list)
    lost: list = dataclasses.field(default_factory=list)  # scrapes
    rules: dict = dataclasses.field(default_factory=dict)  # alert: row


def subnet_of(number):
    return f"10.20.{number}.0/24"


class Sender(threading.Thread):
    """Plays a plan, and then a trickle; `grid` is when its first period
    begins."""

    def __init__(self, box, plan):
        super().__init__()
        self._line = box.line("v1")
        self._plan = plan
        self._frames = {}
        self.late = 0.0
        self.stopped = threading.Event()
        self.grid = int(time.time()) + 1

    def _frame(self, subnet, octets, turn):
        key = subnet, octets, turn
        if key not in self._frames:
            self._frames[key] = frame(
                f"10.20.{subnet}.{turn + 1}:4000 > 192.0.2.9:80 udp "
                f"{octets - 14}")
        return self._frames[key]

    def run(self):
        # The grid begins in the second of the first frame.
        first = (0.05, 0, 60)
        for place, (second, subnet, octets) in enumerate(
                [first] + self._plan.frames):
            due = self.grid + second
            if self.stopped.wait(max(0, due - time.time())):
                return
            self._line.send(self._frame(subnet, octets, place % 3))
            self.late = max(self.late, time.time() - due)
        while not self.stopped.wait(0.5):  # an interface is never silent
            self._line.send(self._frame(0, 60, 0))


class Site:
    """An exporter that can be killed, and all that watches it."""

    def __init__(self, binary, course, stack):
        self.course = course
        self.box = stack.enter_context(Box("v1"))
        self.storage = self.box.folder / "storage"
        self._binary = binary
        self._config = CONFIG.format(
            period=course.period, report=course.report,
            threshold=excess_plan.THRESHOLD, storage=self.storage,
            subnets=", ".join(f"{{networks: [{subnet_of(number)}]}}"
                              for number in range(course.subnets)))
        self.exporters = []
        self.door = stack.enter_context(alerting.ScrapeProxy(self.box))
        self.start()
        self.hook = stack.enter_context(WebhookReceiver(self.box))
        self.mail = stack.enter_context(SmtpServer(self.box))
        alertmanager = alerting.Alertmanager(
            self.box, course.scale, self.hook.url, self.mail.port)
        stack.callback(alertmanager.stop)
        files = [path for path in sorted(alerting.ALERTS.glob("*.rules.yml"))]
        rules = {path.name: alerting.scaled_rules(path, course.scale)
                 for path in files}
        self.decided = alerting.names(rules.get("ipband-promql.rules.yml",
                                                {"groups": []}))
        self.prometheus = alerting.Prometheus(
            self.box, self.door.target, course.scrape, course.scale,
            list(rules.values()), silent=self.decided)
        stack.callback(self.prometheus.stop)
        self.prometheus.wait_for_scrape()

    def start(self):
        exporter = self.box.exporter(self._binary, "v1", config=self._config)
        self.door.url = exporter.url
        self.exporters.append(exporter)

    def kill(self):
        """Ends it without warning and starts it again; how long that took."""
        begin = time.time()
        netlab.stop(self.exporters[-1]._child, signal.SIGKILL)
        self.start()
        return time.time() - begin

    def kill_at_report(self):
        """As soon as the first report of a period is in its file."""
        before = self._files()
        with contextlib.suppress(netlab.Timeout):  # it was a quiet period
            netlab.wait_for(lambda: self._files() != before, "a report", 1)
        return self.kill()

    def _files(self):
        return sorted((self.storage / "reports").glob("*.json"))

    def log(self):
        return "".join(one.log for one in self.exporters)


def disturbances(site, plan, grid):
    """[(when, what to do)]: spread over the plan, each at a report."""
    course = site.course
    chance = random.Random(course.seed)
    count = course.kills + 2 * course.lost
    ends = [plan.reports[(i + 1) * len(plan.reports) // (count + 1)]
            for i in range(count)]
    doings = [(site.kill, site.kill_at_report)[i % 2]
              for i in range(course.kills)]
    doings += [site.door.lose_next] * 2 * course.lost
    chance.shuffle(doings)
    hold, next_loss = True, 0
    todo = []
    for end, doing in zip(ends, doings):
        when = grid + (end + 1) * course.period
        # One at a report comes when the period ends.
        if doing == site.kill:
            when += chance.uniform(0.3, 1)  # it judges at 0.3
        elif doing == site.door.lose_next:
            # In the hold: some have yet a period or two to go.
            when -= 1.5 * course.period if hold else 0
            hold = not hold
            # Two in a row are more than is promised.
            while when < next_loss:
                when += course.period
            next_loss = when + 3 * course.scrape
        todo.append((when, doing))
    return sorted(todo, key=lambda one: one[0])


def play(site, plan, outcome):
    """The whole plan, and what comes after the last report."""
    sender = Sender(site.box, plan)
    sender.start()
    try:
        todo = disturbances(site, plan, sender.grid)
        for when, doing in todo:
            time.sleep(max(0, when - time.time()))
            took = doing()
            if took:
                outcome.restarts.append((time.time() - took, took))
        course = site.course
        end = (sender.grid + course.periods * course.period + course.scrape +
               RESOLVED_AFTER / course.scale + 5)
        time.sleep(max(0, end - time.time()))
    finally:
        sender.stopped.set()
        sender.join()
    outcome.late = sender.late
    return sender.grid


def seconds(text, layout):
    return datetime.datetime.strptime(text, layout).replace(
        tzinfo=datetime.timezone.utc).timestamp()


def episodes_of(site):
    """{(instance, interface, subnet, since): times of its reports}"""
    found = {}
    for one in stored(site.storage / "reports").values():
        start, at = (int(seconds(one[key], "%Y-%m-%dT%H:%M:%SZ"))
                     for key in ("start", "time"))
        key = site.door.target, one["interface"], one["subnet"], start
        found.setdefault(key, []).append(at)
    return {key: sorted(times) for key, times in found.items()}


def key_of(labels):
    try:
        since = int(seconds(labels.get("since", ""), "%Y%m%dT%H%M%SZ"))
    except ValueError:
        since = labels.get("since", "")
    return (labels.get("instance"), labels.get("interface"),
            labels.get("subnet"), since)


def notifications(site):
    """{(alert, key): {status: [when]}} as they came to the web server."""
    found = {}
    offset = time.time() - time.monotonic()
    for request in list(site.hook.requests):
        for alert in json.loads(request.body)["alerts"]:
            key = alert["labels"]["alertname"], key_of(alert["labels"])
            times = found.setdefault(key, {"firing": [], "resolved": []})
            times[alert["status"]].append(request.at + offset)
    return found


def mails(site):
    """{(alert, key): number of mails that say it fires}"""
    found = {}
    for mail in list(site.mail.mails):
        status, *alerts = mail.message[alerting.MAIL_KEY].split()
        for alert in alerts if status == "firing" else ():
            name, *values = alert.split("|")
            key = name, key_of(dict(zip(
                ("instance", "interface", "subnet", "since"), values)))
            found[key] = found.get(key, 0) + 1
    return found


def ends_of(site):
    """{(subnet, time): ...} when watches ended, as the log has it."""
    found = {}
    for when, subnet in re.findall(
            r'time=(\S+) .*below its threshold.* subnet=(\S+)', site.log()):
        found.setdefault(subnet, []).append(
            seconds(when[:19], "%Y-%m-%dT%H:%M:%S"))
    return found


def join(site, outcome):
    """Reports beside notifications."""
    episodes, notes, letters = (episodes_of(site), notifications(site),
                                mails(site))
    ends = ends_of(site)
    outcome.episodes = len(episodes)
    outcome.reports = sum(map(len, episodes.values()))
    outcome.mails = sum(letters.values())
    for key, times in sorted(episodes.items()):
        note = notes.pop((REPORTED, key), {"firing": [], "resolved": []})
        count = {what: len(times) for what, times in note.items()}
        outcome.firing += count["firing"]
        outcome.resolved += count["resolved"]
        line = f"{key[2]} since {key[3]}: {count}, reports {times}"
        if min(count.values()) == 0:
            outcome.missed.append(line)
        if max(count.values()) > 1:
            outcome.doubled.append(line + f" {note}")
        if letters.pop((REPORTED, key), 0) != 1:
            outcome.unmailed.append(line)
        if note["firing"]:
            outcome.waited.append(note["firing"][0] - times[0])
        end = [at for at in ends.get(key[2], []) if at >= times[-1]]
        if note["resolved"] and end:
            outcome.cleared.append(note["resolved"][0] - end[0])
    outcome.alien = [
        f"{key}: {notes.get(key)}, {letters.get(key, 0)} mails"
        for key in sorted(notes.keys() | letters.keys(), key=str)]
    return episodes, ends


def beside_plan(outcome, episodes, plan, grid):
    """Which episodes are not those that were sent."""
    period = outcome.course.period
    sent = {(subnet_of(one.subnet), grid + (one.start + 1) * period):
            [grid + (number + 1) * period for number in one.reports]
            for one in plan.episodes}
    got = {(key[2], key[3]): times for key, times in episodes.items()}
    outcome.planned = len(sent)
    # What the exporter did not see while it was started is not its fault.
    blind = {(subnet_of(subnet), when)
             for when, _ in outcome.restarts
             for subnet in plan.busy(int(when - grid) // period)}
    for key in sorted(sent.keys() | got.keys()):
        span = sent.get(key, []) + got.get(key, [])
        touched = any(subnet == key[0] and
                      key[1] - 2 * period <= when <= max(span) + period
                      for subnet, when in blind)
        if sent.get(key) != got.get(key) and not touched:
            outcome.unlike_plan.append(
                f"{key}: sent {sent.get(key)}, got {got.get(key)}")


def runs(samples, gap):
    """[(begin, end)] of samples no further apart than `gap`."""
    found = []
    for when, _ in samples:
        if found and when - found[-1][1] <= gap:
            found[-1][1] = when
        else:
            found.append([when, when])
    return found


def decided_by_prometheus(site, outcome, episodes, ends):
    """The episodes of the other rules: how far they are from the reports."""
    course = site.course
    slack = course.period + course.scrape + 30 / course.scale
    for alert in site.decided:
        fired = {}
        for labels, samples in site.prometheus.raw(
                f'ALERTS{{alertname="{alert}",alertstate="firing"}}', 3600):
            fired.setdefault(labels["subnet"], []).extend(
                runs(samples, 3 * 15 / course.scale))
        count = sum(map(len, fired.values()))
        missed = 0
        for key, times in sorted(episodes.items(), key=lambda one: one[1]):
            end = min((at for at in ends.get(key[2], []) if at >= times[-1]),
                      default=times[-1])
            match = [one for one in sorted(fired.get(key[2], []))
                     if one[0] <= end + slack and one[1] >= times[0] - slack]
            if match:
                fired[key[2]].remove(match[0])
            else:
                missed += 1
        outcome.rules[alert] = (count, missed, sum(map(len, fired.values())))


def run(binary, course):
    plan = excess_plan.Plan(course.seed, course.subnets, course.periods,
                            course.period, course.report, course.kinds)
    outcome = Outcome(course)
    with contextlib.ExitStack() as stack:
        site = Site(binary, course, stack)
        try:
            grid = outcome.grid = play(site, plan, outcome)
            episodes, ends = join(site, outcome)
            beside_plan(outcome, episodes, plan, grid)
            decided_by_prometheus(site, outcome, episodes, ends)
            outcome.lost = [
                round(when - grid, 1)
                for _, samples in site.prometheus.raw("up", 3600)
                for when, value in samples if value == 0]
        finally:
            for exporter in site.exporters:
                exporter.stop()
    return outcome


def table(rows):
    widths = [max(len(str(cell)) for cell in column) for column in zip(*rows)]
    for row in rows:
        print("  ".join(str(cell).rjust(width)
                        for cell, width in zip(row, widths)).rstrip())
    print(flush=True)


def spread(times):
    return (f"{statistics.median(times):.1f}/{max(times):.1f}"
            if times else "-")


def show(outcomes):
    table([("scrape", "planned", "episodes", "reports", "firing", "resolved",
            "mails", "missed", "doubled", "alien", "unmailed")] +
          [(one.course.name, one.planned, one.episodes, one.reports,
            one.firing, one.resolved, one.mails, len(one.missed),
            len(one.doubled), len(one.alien), len(one.unmailed))
           for one in outcomes])
    table([("scrape", "kill -9", "down", "lost scrapes", "unlike plan",
            "latest frame", "report to firing", "end to resolved")] +
          [(one.course.name, len(one.restarts),
            spread([took for _, took in one.restarts]), len(one.lost),
            len(one.unlike_plan), f"{one.late:.2f}", spread(one.waited),
            spread(one.cleared)) for one in outcomes])
    rows = [(one.course.name, alert, one.episodes, *row)
            for one in outcomes for alert, row in one.rules.items()]
    if rows:
        table([("scrape", "decided by Prometheus", "episodes", "fired",
                "missed", "added")] + rows)


def judge(check, outcome, least):
    name = f"scrape {outcome.course.name}"
    failed = check.failed
    check.check(f"{name}: enough episodes", outcome.episodes >= least,
                str(outcome.episodes))
    for what in ("missed", "doubled", "alien", "unmailed"):
        check.same(f"{name}: {what}", getattr(outcome, what))
    check.equal(f"{name}: one firing for each", outcome.firing,
                outcome.episodes)
    check.equal(f"{name}: one resolved for each", outcome.resolved,
                outcome.episodes)
    check.equal(f"{name}: killed", len(outcome.restarts),
                outcome.course.kills)
    check.check(f"{name}: scrapes were lost",
                len(outcome.lost) >= 2 * outcome.course.lost,
                str(outcome.lost))
    # A frame later than this may be in another period than planned.
    if outcome.late < (1 - excess_plan.LAST) * outcome.course.period:
        check.same(f"{name}: reports are those of the plan",
                   outcome.unlike_plan)
    if check.failed > failed:
        print(f"{name}: began at {outcome.grid}, scrapes lost after "
              f"{outcome.lost}, restarts {outcome.restarts}", flush=True)


def main(check):
    binary, *rest = sys.argv[1:] or sys.exit(__doc__)
    if not rest:
        courses = [Course("equal", 5, 20, 3, 40, 16, 1, 1, CLOSE)]
    elif rest[0] == "--full":
        seed = int(rest[1]) if len(rest) > 1 else 1
        courses = [Course(name, seed + i, 10, scrape, 42, 66, 3, 2,
                          excess_plan.KINDS)
                   for i, (name, scrape) in enumerate(
                       (("third", 2), ("equal", 6), ("three times", 18)))]
    else:
        sys.exit(__doc__)
    with concurrent.futures.ProcessPoolExecutor(
            len(courses), multiprocessing.get_context("fork")) as pool:
        outcomes = list(pool.map(run, [binary] * len(courses), courses))
    show(outcomes)
    for outcome in outcomes:
        judge(check, outcome, 20 if not rest else 150)


if __name__ == "__main__":
    results.run(main)
