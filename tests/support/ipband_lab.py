# SPDX-License-Identifier: Apache-2.0
"""The real ipband and ours, side by side on one interface, in lockstep.

    trials = ipband_lab.run(BINARY, SCENARIOS)  # all of them at the same time
    trials[0].old.reports, trials[0].ours.reports ...

ipband looks at its clock only when packets reach it, which the kernel hands
it once a second, in blocks. So it is started late in a second, the frames of
a second are sent early in it, and all of them reach it in that same second.
The first frame of a second is a tick from outside all networks of the test:
ipband counts the frame that ends a period in that period. The first period of
both then begins at the second of the first tick, `Clock.first`.
"""
import concurrent.futures
import os
import pathlib
import re
import socket
import subprocess
import sys
import time
import traceback
from typing import Callable, NamedTuple

import exposition
import ipv4_frames
import netlab
import report_text
import results
from mounts import Mounts

AVERAGE, REPORT = 2, 4  # seconds
PERIODS = ("-a", str(AVERAGE), "-r", str(REPORT))
TICK_NETWORKS = ("198.18.", "198.0.", "192.0.0.0")
_TICK = ipv4_frames.flow("198.18.0.1:9 > 198.18.0.1:9 udp", 42)
_IPBAND = "/usr/sbin/ipband"
_PATIENCE = 20  # seconds
# Where in a second things are done: ipband's blocks end where it was started,
# and have to do so after the last frame of a second.
_TICK_AT, _SEND_AT, _START_AT, _START_BY = 0.06, 0.14, 0.50, 0.92
# No file of the machine's own changes what the two do.
_HIDE = """
[ ! -e /etc/ipband.conf ] || mount --bind etc/ipband.conf /etc/ipband.conf
mount --bind etc/networks /etc/networks
"""
_TABLE_END = "*" * 48 + "\n"


class Scenario(NamedTuple):
    """`frames(second)`: what is sent in that second. `actions`: {second:
    function(trial)}, called at its end. {folder} in `arguments` and `files`
    is the folder in which the program runs."""
    name: str
    arguments: tuple
    frames: Callable
    files: dict = {}
    networks: str = ""
    environment: dict = {}
    actions: dict = {}
    ticks: bool = True
    explained: tuple = ()      # how the reports differ
    verdict: Callable = None   # looks at the trial, instead of a comparison
    old_periods: int = None    # that ipband is to end; None: all of them
    ours: bool = True          # ours runs as well


class Place:
    """A folder of a namespace's file system to run programs in."""

    def __init__(self, namespace, folder, scenario=None):
        self._namespace = namespace
        scenario = scenario or Scenario("", (), None)
        self._environment = {**os.environ, **scenario.environment}
        self.folder = pathlib.Path(folder)
        files = {"etc/ipband.conf": "", "etc/networks": scenario.networks,
                 **scenario.files}
        for name, text in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text.replace("{folder}", str(folder)),
                            encoding="utf-8")
            if text.startswith("#!"):
                path.chmod(0o755)
        self._mounts = Mounts(_HIDE, self.folder)

    def words(self, words):
        return [word.replace("{folder}", str(self.folder)) for word in words]

    def inside(self):
        return self._namespace.inside()

    def start(self, *command, **options):
        return self._namespace.start(*self._mounts.enter, *command,
                                     env=self._environment, **options)

    def close(self):
        self._mounts.close()

    def text(self, name):
        path = self.folder / name
        return path.read_text(encoding="utf-8") if path.exists() else ""

    @property
    def reports(self):
        return self.text("rep.txt")


class OldIpband(Place):
    """ipband 0.8.1, which prints a table after every period (-d 2)."""

    def __init__(self, *where):
        super().__init__(*where)
        self.child = None

    def begin(self, *arguments):
        with (self.folder / "stdout").open("wb") as out, \
                (self.folder / "stderr").open("wb") as error:
            self.child = self.start("stdbuf", "-oL", _IPBAND, *arguments,
                                    stdout=out, stderr=error)

    @property
    def captures(self):
        return "DataLinkType" in self.text("stdout")

    @property
    def ended(self):
        return self.child.poll() is not None

    @property
    def tables(self):
        """[{network: (kB, rate)}] of the periods that have ended."""
        found = []
        for table in self.text("stdout").split(_TABLE_END)[:-1]:
            rows = re.findall(r"^[* ](\S+) +([\d.]+) kB +([\d.]+)/", table,
                              re.MULTILINE)
            found.append({name: (float(kbytes), float(rate))
                          for name, kbytes, rate in rows})
        return found

    def stop(self):
        return netlab.stop(self.child)


class Ours(Place):
    def __init__(self, *where):
        super().__init__(*where)
        self.exporter = None

    def begin(self, binary, *arguments):
        self.exporter = netlab.Exporter(
            self, binary, "--storage.path", str(self.folder / "state"),
            *arguments, folder=self.folder)

    @property
    def log(self):
        return self.exporter.log

    def stop(self):
        return self.exporter.stop() if self.exporter else None

    def refusal(self, binary, *arguments):
        """Its exit status and what it says; it is not to start."""
        child = self.start(str(binary), *arguments, text=True,
                           stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        said = child.communicate(timeout=_PATIENCE)[1]
        return child.returncode, said


def open_line(namespace, interface):
    """A socket that sends frames; cheaper than one for every frame."""
    with namespace.inside():
        line = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    line.bind((interface, 0))
    return line


class Trial:
    """One scenario in a lab of its own."""

    def __init__(self, binary, scenario):
        self.scenario = scenario
        self.binary = binary
        self.lab = netlab.Lab()
        self.old, self.ours = (
            kind(self.lab.right, self.lab.folder / name, scenario)
            for kind, name in ((OldIpband, "old"), (Ours, "ours")))
        self.first = self.seconds = self.status = None
        self.notes = {}  # what the actions found
        self.sent = 0
        self._line = open_line(self.lab.left, "v0")

    def start_ours(self):
        place = self.ours
        place.begin(self.binary, *place.words(self.scenario.arguments), "v1")

    def start_old(self):
        self.old.begin(*self.old.words(self.scenario.arguments), "-d", "2",
                       "v1")

    def send(self, frames):
        for frame in frames:
            self._line.send(frame)
            self.sent += 1

    def reopen(self):
        """The sender's end of a new pair of interfaces."""
        self._line.close()
        self._line = open_line(self.lab.left, "v0")

    def tick(self, second):
        if self.scenario.ticks:
            self.send([_TICK])

    def data(self, second):
        self.send(self.scenario.frames(second))

    def act(self, second):
        if second not in self.scenario.actions:
            return
        try:
            self.scenario.actions[second](self)
        except Exception as error:  # the others are played all the same
            self.notes["error"] = f"second {second}: {error!r}"

    def close(self):
        self._line.close()
        for place in (self.old, self.ours):
            place.close()
        self.lab.close()


def _sleep_until(moment):
    time.sleep(max(0.0, moment - time.time()))


def _start_in_phase(trials):
    """Starts every ipband so that its blocks end late in a second: a few in each,
    or a busy machine is too slow for any, and fewer where it was."""
    at_once = 6
    waiting = list(trials)
    for _ in range(8 + 2 * len(trials)):
        now = time.time()
        start = int(now) + _START_AT + (1 if now % 1 > _START_AT else 0)
        _sleep_until(start)
        starting, waiting = waiting[:at_once], waiting[at_once:]
        for trial in starting:
            trial.start_old()
        while (any(not t.old.captures and not t.old.ended for t in starting)
               and time.time() < int(start) + _START_BY):
            time.sleep(0.002)
        late = [t for t in starting if not t.old.captures and not t.old.ended]
        for trial in late:
            trial.old.stop()
        waiting += late
        if late:
            at_once = max(1, at_once // 2)
        if not waiting:
            return
    raise netlab.Timeout("ipband takes too long to start")


def _play(trials, seconds):
    """Sends the frames of every second, and a last tick."""
    first = int(time.time()) + AVERAGE + 1
    for trial in trials:
        trial.first, trial.seconds = first, seconds
    for second in range(seconds + 1):
        _sleep_until(first + second + _TICK_AT)
        for trial in trials:
            trial.tick(second)
        if second < seconds:
            _sleep_until(first + second + _SEND_AT)
            for trial in trials:
                trial.data(second)
        if time.time() > first + second + _START_AT:
            raise netlab.Timeout(f"second {second} was sent too late")
        for trial in trials:
            trial.act(second)


def _finish(trial):
    """Both have read the last frame."""
    name, wanted = trial.scenario.name, trial.scenario.old_periods
    if wanted is None:
        # The first tick ended a period of ipband's in which nothing was.
        wanted = trial.seconds // AVERAGE + 1
    netlab.wait_for(lambda: trial.old.ended or len(trial.old.tables) >= wanted,
                    f"{name}: ipband's period {wanted}")
    if trial.ours.exporter and trial.scenario.ticks:
        end = trial.first + trial.seconds
        netlab.wait_for(
            lambda: trial.ours.exporter.ended or exposition.total(
                trial.ours.exporter.scrape(),
                "last_period_timestamp_seconds") >= end,
            f"{name}: our last period")


def _stop(trials):
    """All at once: each takes a moment to end."""
    with concurrent.futures.ThreadPoolExecutor(2 * len(trials)) as pool:
        running = [(trial, pool.submit(trial.old.stop),
                    pool.submit(trial.ours.stop)) for trial in trials]
        for trial, old, ours in running:
            trial.status = (old.result(), ours.result())


def run(binary, scenarios, seconds=18):
    """Plays all scenarios at once; the caller closes the trials."""
    trials = []
    try:
        for scenario in scenarios:
            trials.append(Trial(binary, scenario))
            if scenario.ours:
                trials[-1].start_ours()
        _start_in_phase(trials)
        _play(trials, seconds)
        for trial in trials:
            _finish(trial)
        _stop(trials)
    except BaseException:
        for trial in trials:
            trial.close()
        raise
    return trials


def _judge(binary, scenarios, check, verdict):
    """Those that were not as wanted."""
    bad = []
    for trial in run(binary, scenarios):
        before = check.failed
        try:
            verdict(check, trial)
        except Exception:  # the others are looked at all the same
            traceback.print_exc(file=sys.stdout)
            check.check(trial.scenario.name, False, "exception")
        if check.failed > before:
            bad.append(trial.scenario)
            print(f"--- {trial.scenario.name}: ipband\n"
                  f"{trial.old.reports}{trial.old.text('stderr')}"
                  f"--- ours\n{trial.ours.reports}")
            if trial.scenario.ours:
                print(f"--- our log\n{trial.ours.log}")
        trial.close()
    return bad


def judge(binary, scenarios, check, verdict):
    """Plays all scenarios at once; verdict(check, trial) looks at each.

    ipband judges when it wakes up, which is late on a busy machine: what is not
    as wanted is played again by itself, and has to be then."""
    first = results.Results("not at first")
    try:
        again = _judge(binary, scenarios, first, verdict)
    except netlab.Timeout as late:
        print(f"once more: {late}")
        again, first = scenarios, results.Results()
    check.passed += first.passed
    if again:
        _judge(binary, again, check, verdict)


def blocks(text):
    """The reports, without the ticks."""
    kept = []
    for block in report_text.parse(text):
        rows = tuple(row for row in block.rows
                     if not row.low.startswith("198.18.0."))
        if rows or not block.network.startswith(TICK_NETWORKS):
            kept.append(block._replace(rows=rows))
    return kept
