#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""`ipbandctl top`: one table, the screen on a terminal, and who may see what.
And `ipbandctl reports`.

usage: top_test.py EXPORTER IPBANDCTL
"""
import contextlib
import fcntl
import json
import os
import pathlib
import pty
import re
import select
import signal
import socket
import struct
import subprocess
import sys
import termios
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "support"))
import netlab  # noqa: E402
import results  # noqa: E402
from box import Box, stopping  # noqa: E402
from reporting import SUBNET, config, traffic  # noqa: E402

BINARY, CONTROL = sys.argv[1:] if len(sys.argv) == 3 else sys.exit(__doc__)
SENDER = "10.1.1.1"  # of what reporting.traffic sends
TAKEN, GIVEN_BACK = "\033[?1049h\033[?25l", "\033[?25h\033[?1049l"
METERS = """
meters:
  - name: campus
    rules: ["LOG BOTH 10.1.0.0/16"]
    dump: {{every: 1h, file: "{folder}/campus"}}
  - name: other
    rules: ["LOG BOTH 10.9.0.0/16"]
    dump: {{every: 1d, file: "{folder}/other"}}
"""


class Place:
    """An exporter and what is asked of it."""

    def __init__(self, box, more=""):
        self.box = box
        self.exporter = box.exporter(
            BINARY, "v1", config=config(box.folder / "storage") + more)
        self.url = self.exporter.addresses[0]

    def stop(self):
        self.exporter.stop()

    def top(self, *arguments, **options):
        return self.ask("top", *arguments, **options)

    def ask(self, command, *arguments, url=None, **environment):
        """Status, standard output, standard error."""
        with self.box.inside():
            run = subprocess.run(
                [CONTROL, command, "--url", url or self.url, *arguments],
                capture_output=True, text=True, timeout=30, check=False,
                env={**os.environ, **environment})
        return run.returncode, run.stdout, run.stderr

    def row(self, *arguments, of):
        """The cells of the line that has this cell."""
        status, out, error = self.top("--once", *arguments)
        assert (status, error) == (0, ""), (status, out, error)
        rows = [re.split(r" {2,}", line.strip()) for line in out.splitlines()]
        return next((row for row in rows if of in row), None)

    def api(self, path):
        with self.box.inside():
            return json.loads(subprocess.run(
                ["curl", "--silent", "--max-time", "10", self.url + path],
                capture_output=True, check=True).stdout)["data"]


class Screen:
    """`ipbandctl top` on a terminal of its own."""

    def __init__(self, place, *arguments, size=(24, 120), **environment):
        self.keys, self._terminal = pty.openpty()
        self.before = termios.tcgetattr(self._terminal)
        self.resize(*size)
        self.said = ""
        url = [] if "--url" in arguments else ["--url", place.url]
        self.child = place.box.start(
            CONTROL, "top", *url, *arguments, stdin=self._terminal,
            stdout=self._terminal, stderr=self._terminal,
            start_new_session=True,
            env={**os.environ, "TERM": "xterm", "NO_COLOR": "",
                 **environment})

    def resize(self, lines, columns):
        fcntl.ioctl(self._terminal, termios.TIOCSWINSZ,
                    struct.pack("HHHH", lines, columns, 0, 0))

    def read(self):
        """All that was written so far."""
        while select.select([self.keys], [], [], 0)[0]:
            self.said += os.read(self.keys, 65536).decode()
        return self.said

    def drawn(self):
        """The last page that is drawn to its end, empty if there is none: each
        begins and ends with the cursor at home."""
        pages = [page for page in self.read().split("\033[H")[1:-1] if page]
        return pages[-1] if pages else ""

    def page(self):
        """Its lines."""
        text = self.drawn().replace("\033[K", "").replace("\033[J", "")
        return text.split("\r\n") if text else []

    def wait_for(self, pattern):
        return netlab.wait_for(
            lambda: re.search(pattern, "\n".join(self.page())),
            f"{pattern!r} on the screen")

    def press(self, key):
        os.write(self.keys, key)

    def end(self):
        """The exit status, once the program has ended by itself."""
        netlab.wait_for(lambda: (self.read(), self.child.poll())[1]
                        is not None, "the end of top")
        self.read()
        return self.child.returncode

    def state(self):
        """The terminal's modes."""
        return termios.tcgetattr(self._terminal)

    def stop(self):
        netlab.stop(self.child, signal.SIGKILL)
        os.close(self.keys)
        os.close(self._terminal)


def once(check):
    with Box("v1") as box, stopping(Place(box)) as place, traffic(box):
        row = netlab.wait_for(
            lambda: (row := place.row(of=SUBNET)) and row[4] != "-"
            # Nothing yet, if asked just as a period begins.
            and row[3] != "0 bit/s" and int(row[6].rstrip("%")) > 100 and row,
            "a period, and a rate over the threshold")
        check.equal("once: interface, subnet, name", row[:3],
                    ["v1", SUBNET, "lab"])
        check.check("once: rates", all(
            re.fullmatch(r"[\d.]+ kbit/s", cell) for cell in row[3:5]), row)
        check.equal("once: threshold", row[5], "8.19 kbit/s")
        netlab.wait_for(lambda: re.match(
            r"REPORTED \d", place.row(of=SUBNET)[7]), "a report")
        out = place.top("--once")[1]
        check.check("once: nothing but text", "\033" not in out, out)
        check.check("once: no colours when asked for with a terminal's name",
                    "\033" not in place.top("--once", TERM="xterm")[1])
        status, out, error = place.top("--once", "--interface", "v2")
        check.equal("once: another interface", (status, out, error),
                    (0, "no subnet has been seen\n", ""))
        row = netlab.wait_for(
            lambda: (row := place.row("--subnet", SUBNET, of=SENDER))
            and row[3] != "0 bit/s" and row, "a rate of the host")
        check.equal("hosts: interface, receives nothing", row[1:3],
                    ["v1", "0 bit/s"])
        rate = float(row[3].split()[0])
        check.check("hosts: sends about 800 kbit/s at most",
                    row[3].endswith(" kbit/s") and 80 < rate < 1000, row)


def reports(check):
    with Box("v1") as box, stopping(Place(box)) as place:
        check.equal("reports: none yet", place.ask("reports"),
                    (0, "no report of late\n", ""))
        with traffic(box):
            newest = netlab.wait_for(
                lambda: place.api("/api/v1/reports")["reports"], "a report")[0]
        status, out, error = place.ask("reports")
        lines = [re.split(r" {2,}", line) for line in out.splitlines()]
        check.equal("reports: the list", (status, error, lines[0]), (
            0, "", ["REPORT", "NAME", "BANDWIDTH", "THRESHOLD", "EXCEEDED"]))
        row = next((row for row in lines if row[0] == newest["id"]), None)
        check.check("reports: its line", row and row[1] == "lab" and
                    row[3] == "8.19 kbit/s", out)
        status, text, error = place.ask("reports", newest["id"])
        kept = box.folder / "storage" / "reports" / (newest["id"] + ".txt")
        check.equal("reports: the text of one", (status, text, error),
                    (0, kept.read_text(encoding="utf-8"), ""))
        check.equal("reports: of another network", place.ask(
            "reports", "--subnet", "10.9.0.0/16", "--interface", "v1"),
            (0, "no report of late\n", ""))
        status, out, error = place.ask("reports", "nothing")
        check.check("reports: there is none", (status, out) == (1, "") and
                    error.count("\n") == 1, error)


def rates_agree(check):
    """What the screen tells against the counters."""
    with Box("v1") as box, stopping(Place(box)) as place, traffic(box):
        netlab.wait_for(lambda: place.api("/api/v1/top")["hosts"], "a host")
        first = place.api("/api/v1/top")
        row = place.row("--subnet", SUBNET, of=SENDER)
        last = place.api("/api/v1/top")
        sent = [answer["hosts"][0]["transmit_bytes"]
                for answer in (first, last)]
        mean = (sent[1] - sent[0]) * 8 / (last["time"] - first["time"]) / 1000
        shown = float(row[3].split()[0])
        check.check(f"rates: {shown} is near {mean:.0f} kbit/s",
                    0.5 * mean < shown < 2 * mean, row)


def screen(check):
    with Box("v1") as box, stopping(Place(box)) as place:
        with contextlib.closing(Closing(Screen(place))) as at, traffic(box):
            top = at.it
            top.wait_for(SUBNET + r" +lab +\d\S* kbit/s")
            top.wait_for(r"REPORTED \d")
            check.check("screen: takes the second page, hides the cursor",
                        top.read().startswith(TAKEN), top.read()[:40])
            page = top.page()
            check.check("screen: its head", page[0].lstrip("\033[1m").startswith(
                f"ipbandctl top  {place.url}  20"), page[0])
            check.check("screen: what is captured",
                        re.match(r"v1: [\d,]+ packets, 0 lost", page[1]), page)
            check.check("screen: colours", "\033[31;1mREPORTED" in top.read())
            first = page[0]
            netlab.wait_for(lambda: top.page()[0] != first, "the next second")
            top.press(b"x")
            top.resize(10, 40)
            os.killpg(top.child.pid, signal.SIGWINCH)
            netlab.wait_for(lambda: fits(top.page(), 10, 40)
                            and "REPORTED" not in "".join(top.page()),
                            "a page of the new size")
            check.check("screen: still runs", top.child.poll() is None)
            check.equal("screen: a line up to the margin",
                        plain(top.page()[0])[39:], "~")
            check.check("screen: a line is cleared before it is drawn",
                        not re.search("[^\n]\033\\[[KJ]", top.drawn()),
                        top.drawn())
            top.press(b"q")
            check_end(check, "q", top)


class Closing:
    def __init__(self, it):
        self.it = it

    def close(self):
        self.it.stop()


def plain(line):
    return re.sub(r"\033\[[\d;]*m", "", line)


def fits(page, lines, columns):
    return page and len(page) <= lines and all(
        len(plain(line)) <= columns for line in page)


def check_end(check, how, top):
    check.equal(f"{how}: exit status", top.end(), 0)
    check.check(f"{how}: the terminal is given back",
                top.read().endswith(GIVEN_BACK), top.read()[-60:])
    check.equal(f"{how}: its modes", top.state(), top.before)


def signals(check):
    with Box("v1") as box, stopping(Place(box)) as place:
        for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"):
            with contextlib.closing(Closing(Screen(place))) as at:
                at.it.wait_for("ipbandctl top")
                check.check(f"{name}: no echo while it runs",
                            not at.it.state()[3] & termios.ECHO)
                os.killpg(at.it.child.pid, getattr(signal, name))
                check_end(check, name, at.it)
        with contextlib.closing(Closing(Screen(place, NO_COLOR="1"))) as at:
            top = at.it
            top.wait_for("ipbandctl top")
            os.killpg(top.child.pid, signal.SIGTSTP)
            netlab.wait_for(lambda: top.read().endswith(GIVEN_BACK),
                            "the terminal back")
            netlab.wait_for(lambda: state_of(top.child.pid) == "T", "a stop")
            check.equal("stopped: its modes", top.state(), top.before)
            os.killpg(top.child.pid, signal.SIGCONT)
            netlab.wait_for(lambda: top.read().count(TAKEN) == 2
                            and not top.read().endswith(TAKEN), "it again")
            check.check("NO_COLOR: no colours",
                        not re.search(r"\033\[[\d;]*m", top.read()))
            top.press(b"q")
            check_end(check, "after a stop", top)


def state_of(pid):
    text = pathlib.Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    return text.rpartition(")")[2].split()[0]


def without_an_exporter(check):
    with Box("v1") as box, stopping(Place(box)) as place:
        status, out, error = place.top(
            "--once", url="http://me:secret@127.0.0.1:1")
        check.equal("nobody there: status", (status, out), (1, ""))
        check.check("nobody there: one line that says so",
                    error.startswith("ipbandctl: error: http://127.0.0.1:1: ")
                    and error.count("\n") == 1 and "secret" not in error,
                    error)
        check.check("nobody there: why, and what to do", error.endswith(
            ": Connection refused; start ipband_exporter there, or name its "
            "address with --url\n"), error)
        with contextlib.closing(Closing(Screen(
                place, "--url", "http://127.0.0.1:1"))) as at:
            at.it.wait_for("127.0.0.1:1 .*\n.*error: Connection refused; start")
            check.equal("nobody there: and no tables", at.it.page()[2:],
                        [""] * len(at.it.page()[2:]))
        status, out, error = place.top()
        check.equal("no terminal", (status, out, error), (
            1, "", "ipbandctl: error: standard output is no terminal; "
            "--once prints one table\n"))
        with contextlib.closing(Closing(Screen(place, TERM="dumb"))) as at:
            check.equal("dumb terminal: status", at.it.end(), 1)
            check.equal("dumb terminal: what it said", at.it.read(),
                        "ipbandctl: error: a dumb terminal is no screen; "
                        "--once prints one table\r\n")
        for arguments, part in (
                (("--subnet", "office"), "400: subnet is not a network"),
                (("--meter", "none"), "404: no such meter"),
                (("--address", "me"), "400: address is none")):
            status, out, error = place.top("--once", *arguments)
            check.equal(f"{arguments}: status", (status, out), (1, ""))
            check.check(f"{arguments}: what it said",
                        part in error and error.count("\n") == 1, error)
        for arguments in (("--subnet", SUBNET, "--meter", "a"), ("-n", "0"),
                          ("--interface", "v1", "--address", "::1")):
            check.equal(f"{arguments}: usage",
                        place.top("--once", *arguments)[0], 2)
        goes_and_comes(check, place)


def goes_and_comes(check, place):
    """The screen goes on while the exporter is away."""
    port = place.url.rpartition(":")[2]
    with contextlib.closing(Closing(Screen(place))) as at:
        at.it.wait_for(f"{SUBNET} +lab")
        place.exporter.stop()
        at.it.wait_for("error: Connection refused; start ipband_exporter")
        check.check("away: the last numbers stay",
                    any(SUBNET in line for line in at.it.page()))
        with stopping(place.box.exporter(
                BINARY, f"--web.listen-address=127.0.0.1:{port}", "v1")):
            netlab.wait_for(lambda: "error" not in at.it.page()[1],
                            "it to be back")
        at.it.press(b"q")
        check_end(check, "away", at.it)


def refused(check):
    with Box("v1") as box, stopping(
            Place(box, "web: {details: off}\n")) as place, traffic(box):
        netlab.wait_for(lambda: place.row(of=SUBNET), "the subnet")
        for arguments in (("--subnet", SUBNET), ("--meter", "campus"),
                          ("--address", SENDER)):
            status, out, error = place.top("--once", *arguments)
            check.equal(f"{arguments}: status", (status, out), (1, ""))
            check.check(f"{arguments}: says how it is opened",
                        "403" in error and "web.details: off" in error
                        and error.count("\n") == 1, error)


@contextlib.contextmanager
def liar(box, answer):
    """A server that sends these bytes to whoever asks; its address. None:
    nothing is sent."""
    with box.inside():
        server = socket.create_server(("127.0.0.1", 0))
    held = []

    def serve():
        with contextlib.suppress(OSError):
            while True:
                line = server.accept()[0]
                held.append(line)
                if answer is None:
                    continue
                with contextlib.suppress(OSError):
                    line.recv(65536)
                    line.sendall(b"HTTP/1.0 200 OK\r\n\r\n")
                    for piece in answer():
                        line.sendall(piece)
                line.close()
    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        for line in held:
            line.close()
        thread.join(timeout=20)


def hostile(check):
    evil = "\033]0;gotcha\007\033[2J\r\n"
    subnets = {"data": {"captures": [{"interface": evil}], "meters": [],
                        "subnets": [{"interface": evil, "subnet": evil,
                                     "name": evil * 100, "hosts": -1,
                                     "recent_bytes_per_second": 1e308,
                                     "threshold_bytes_per_second": 1e-300,
                                     "watched": True, "watch_seconds": 2**64-1
                                     }, 7, None, [], "x"]}}
    million = b"[" * 1_000_000

    def endless():
        for _ in range(100):
            yield million
    with Box("v1") as box, stopping(Place(box)) as place:
        with liar(box, lambda: [json.dumps(subnets).encode()]) as url:
            status, out, error = place.top("--once", url=url)
            check.equal("escapes: status", (status, error), (0, ""))
            check.check("escapes: are gone", "gotcha" in out
                        and not re.search(r"[\x00-\x09\x0b-\x1f\x7f]", out),
                        out[:300])
        for name, answer, part in (
                ("deep", lambda: [million], "nested"),
                ("empty", lambda: [], "not JSON"),
                ("other", lambda: [b'{"data": 1}'], "has no"),
                ("long", endless, "64 MiB"),
                ("silent", None, "")):
            with liar(box, answer) as url:
                begin = time.monotonic()
                status, out, error = place.top("--once", url=url)
                check.equal(f"{name}: status", (status, out), (1, ""))
                check.check(f"{name}: one line",
                            part in error and error.count("\n") == 1, error)
                check.check(f"{name}: soon", time.monotonic() - begin < 20)
        # A key is heard while nobody answers.
        with liar(box, None) as url, contextlib.closing(Closing(
                Screen(place, "--url", url))) as at:
            at.it.wait_for("ipbandctl top")
            begin = time.monotonic()
            at.it.press(b"q")
            check_end(check, "q while it waits", at.it)
            check.check("q while it waits: soon",
                        time.monotonic() - begin < 4)


def meters(check):
    with Box("v1") as box, stopping(
            Place(box, METERS.format(folder=box.folder))) as place:
        with traffic(box):
            netlab.wait_for(lambda: place.row(
                "--meter", "campus", of=SENDER), "the host in the table")
        names = ["campus", "other"]
        found = place.api("/api/v1/meters")["meters"]
        check.equal("meters: all", [one["meter"] for one in found], names)
        check.check("meters: next dumps",
                    [one["next_dump"] % 3600 for one in found] == [0, 0])

        def rows(query):
            return place.api("/api/v1/meters?" + query)["meters"][0]["rows"]
        # The last frames may still be on their way.
        sent = netlab.wait_for(
            lambda: (found := rows("meter=campus")) == rows(
                f"address={SENDER}") and found, "the same in both")
        check.equal("meters: bytes of IP", (
            len(sent), sent[0]["out_bytes"] % 986, sent[0]["in_bytes"]),
            (1, 0, 0))
        for arguments in ((), ("--meter", "campus"), ("--address", SENDER)):
            out = place.top("--once", *arguments)[1]
            check.check(f"meters: next dump: {arguments}",
                        re.search(r"campus .*:00:00Z\n", out), out)
        out = place.top("--once", "--address", SENDER)[1]
        check.check("meters: nothing in the other",
                    re.search(rf"{SENDER} +other +0 B +0 B +0 B ", out), out)
        with contextlib.closing(Closing(Screen(
                place, "--address", SENDER))) as at:
            at.it.wait_for(rf"{SENDER} +campus +0 B +\d")
            at.it.press(b"q")
            check_end(check, "meters", at.it)


if __name__ == "__main__":
    results.run_each([once, reports, rates_agree, screen, signals,
                      without_an_exporter, refused, hostile, meters])
