# SPDX-License-Identifier: Apache-2.0
"""The real ipfm and ours, side by side on one interface.

    bench = ipfm_lab.Bench(BINARY, "DEVICE v1\\nLOG\\n...")
    bench.begin(); bench.send(frames); bench.tick() ...
    bench.old.files(), bench.ours.files()

Both have the same ipfm.conf to the byte, whose file names start with `d/`, in
a folder of their own, and find the same /etc/hosts and no DNS server.

ipfm looks at its clock when it has counted a packet, which the kernel hands it
up to a second late, and dumps what ended before the second that it sees then.
So a tick has to be sent after that second, from an address of its own, and
nothing in it before the tick: ipfm counts it in the period that has ended
(FD3), whatever its time. `play` keeps that order.
"""
import difflib
import fnmatch
import os
import pathlib
import re
import signal
import subprocess
import time

import exposition
import ipband_lab
import ipv4_frames
import netlab
from mounts import Mounts

IPFM = "/usr/sbin/ipfm"
TICK = "198.18.0.1"
_TICK = ipv4_frames.flow(f"{TICK}:9 > {TICK}:9 udp", 42)
PERIOD_END = re.compile(r"^# end of dump (.*)$", re.MULTILINE)
# Where in a second things are sent; ipfm gets a second to read them.
_TICK_AT, _SEND_AT, _SEND_BY = 0.05, 0.15, 0.95
LAG = 1.5  # seconds until ipfm has read what was sent
_POLL = ("7", "73", "271")  # poll and ppoll, x86-64 and arm64
# No file of the machine's own changes what the two do.
_HIDE = """
for name in hosts resolv.conf nsswitch.conf; do
  [ ! -e /etc/$name ] || mount --bind etc/$name /etc/$name
done
mount --bind d/default /var/log/ipfm
"""


class Place:
    """A folder to run a program in, with ipfm.conf and other files."""

    def __init__(self, namespace, folder, files, environment):
        self._namespace = namespace
        self._environment = {**os.environ, **environment}
        self.folder = pathlib.Path(folder)
        for name, text in {"etc/hosts": "127.0.0.1 localhost\n",
                           "etc/resolv.conf": "nameserver 127.0.0.1\n",
                           "etc/nsswitch.conf": "hosts: files dns\n",
                           **files}.items():
            self.write(name, text)
        # Where the default FILENAME leads; the machine's own stays clean.
        (self.folder / "d" / "default").mkdir(parents=True)
        self._mounts = Mounts(_HIDE, self.folder)

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode("utf-8"))

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

    def files(self):
        """{name: text} of all dumps, without the folder `d/`."""
        top = self.folder / "d"
        return {path.relative_to(top).as_posix():
                path.read_text(encoding="utf-8")
                for path in sorted(top.rglob("*")) if path.is_file()}

    def modes(self):
        """{name: mode} of all dumps and their folders."""
        top = self.folder / "d"
        return {path.relative_to(top).as_posix():
                oct(path.stat().st_mode & 0o7777)
                for path in sorted(top.rglob("*"))}

    def ends(self, name):
        """The times in the footers of a dump file."""
        return PERIOD_END.findall(self.text("d/" + name))


class OldIpfm(Place):
    """ipfm 0.11.5 in the foreground."""
    child = None

    def begin(self):
        with (self.folder / "stdout").open("wb") as out, \
                (self.folder / "stderr").open("wb") as error:
            self.child = self.start(IPFM, "-n", "-c", "ipfm.conf",
                                    stdout=out, stderr=error)

    @property
    def ended(self):
        return self.child.poll() is not None

    @property
    def captures(self):
        """Waits for packets: its socket is bound and has its filter."""
        if self.ended:
            raise RuntimeError(f"ipfm ended: {self.said}")
        try:
            return self._waits(pathlib.Path(f"/proc/{self.child.pid}"))
        except OSError:
            return False  # something was closed while we looked

    @staticmethod
    def _waits(process):
        inodes = {line.split()[-1] for line in
                  (process / "net/packet").read_text().splitlines()[1:]
                  if line.split()[5] == "1"}  # running
        own = {os.readlink(path) for path in (process / "fd").iterdir()}
        return (any(f"socket:[{inode}]" in own for inode in inodes) and
                (process / "syscall").read_text().split()[0] in _POLL)

    @property
    def said(self):
        return self.text("stdout") + self.text("stderr")

    def send_signal(self, number):
        self.child.send_signal(number)

    def stop(self, number=signal.SIGTERM):
        return netlab.stop(self.child, number)


class Ours(Place):
    exporter = None

    def begin(self, binary, as_ipfm=False, native=""):
        """`as_ipfm`: called as ipfm was, by its name and letters; `native`:
        with this YAML."""
        words = ("--meters.file", "ipfm.conf")
        if native:
            self.write("native.yml", native)
            words = ("--config.file", "native.yml")
        elif as_ipfm:
            link = self.folder / "ipfm"
            link.unlink(missing_ok=True)
            link.symlink_to(binary)
            binary, words = link, ("-n", "-c", "ipfm.conf")
        self.exporter = netlab.Exporter(
            self, binary, *words, "--storage.path", "state",
            folder=self.folder)

    @property
    def captures(self):
        return self.sample("capture_up") == 1

    @property
    def log(self):
        return self.exporter.log

    def sample(self, name, **labels):
        """The sum of a metric."""
        return exposition.total(self.exporter.scrape(), name, **labels)

    def send_signal(self, number):
        os.kill(self.exporter.pid, number)

    def stop(self):
        return self.exporter.stop()

    def run(self, binary, *arguments, patience=20):
        """One that is to end by itself: status, stdout, stderr."""
        child = self.start(str(binary), *arguments, text=True,
                           stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        out, said = child.communicate(timeout=patience)
        return child.returncode, out, said


class Bench:
    """v0 and v1, both programs on v1; {at} in `conf` is the schedule of a
    single dump at the time given to `begin`.

    `frames(second)`: what `play` sends in that second. `native`: ours reads
    this YAML instead, with {after} for the seconds of the dump."""

    def __init__(self, binary, conf, frames=None, files=None, environment=None,
                 as_ipfm=False, native="", old=True, ours=True):
        self.binary, self.as_ipfm = binary, as_ipfm
        self.conf, self.frames, self.native = conf, frames, native
        self.lab = netlab.Lab(mtu=65535)
        where = (files or {}), (environment or {})
        self.old = OldIpfm(self.lab.right, self.lab.folder / "old", *where)
        self._with_old = old
        self.ours = (Ours(self.lab.right, self.lab.folder / "ours", *where)
                     if ours else None)
        self.sent = 0
        self._line = ipband_lab.open_line(self.lab.left, "v0")

    def begin(self, at=None):
        """Starts both and waits until they capture."""
        conf = with_dump_at(self.conf, at or 0)
        for place in filter(None, (self.old, self.ours)):
            place.write("ipfm.conf", conf)
        if self._with_old:
            self.old.begin()
        if self.ours:
            self.ours.begin(self.binary, self.as_ipfm, self.native.replace(
                "{after}", str((at or 0) % 86400)))
        if self._with_old:
            netlab.wait_for(lambda: self.old.captures, "ipfm to capture")
        if self.ours:
            netlab.wait_for(lambda: self.ours.captures, "ours to capture")

    def send(self, frames):
        for frame in frames:
            self._line.send(frame)
            self.sent += 1

    def tick(self):
        self.send([_TICK])

    def reopen(self):
        """The sender's end of a new pair of interfaces."""
        self._line.close()
        self._line = ipband_lab.open_line(self.lab.left, "v0")

    def wait_for_files(self, names, patience=20):
        """Until both have all of these, each to its last line."""
        wanted = set(names)
        for place in filter(None, (self.old, self.ours)):
            # Not all at every turn: there may be hundreds.
            missing = set(wanted)

            def complete(place=place, missing=missing):
                missing -= {name for name in missing if place.ends(name)}
                return not missing
            try:
                netlab.wait_for(complete, "dumps", patience)
            except netlab.Timeout:
                print(f"{place.folder.name}: no dump {sorted(missing)}")

    def stop(self):
        """Both, in order; their exit statuses."""
        return (self.old.stop(),
                self.ours.stop() if self.ours else None)

    def close(self):
        self._line.close()
        for place in filter(None, (self.old, self.ours)):
            place.close()
        self.lab.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def conf(sections, head="DEVICE v1\n"):
    """[(file name, statements)] as one ipfm.conf."""
    return head + "NEWLOG\n".join(
        f'FILENAME "d/{name}"\n{text}' for name, text in sections)


def with_dump_at(text, second):
    """{at} and {at N}, N seconds long: periods of which one ends then."""
    def words(found):
        every = int(found.group(1) or 86400)
        return f"{every} seconds AFTER {second % every} seconds"
    return re.sub(r"\{at ?(\d*)\}", words, text)


def sleep_until(moment):
    time.sleep(max(0.0, moment - time.time()))


def play(benches, first, seconds):
    """A tick and then the frames of each second.

    The last second is only a tick."""
    for second in range(first, first + seconds + 1):
        sleep_until(second + _TICK_AT)
        for bench in benches:
            bench.tick()
        sleep_until(second + _SEND_AT)
        for bench in benches:
            if bench.frames and second < first + seconds:
                bench.send(bench.frames(second))
        if time.time() > second + _SEND_BY:
            raise netlab.Timeout(f"second {second} was sent too late")


def play_once(make, frames, lead):
    """Everything before one dump: the benches that make() makes, and its time.
    `lead`: seconds for the start of all programs. `frames`: of each bench.

    A run that was late shows nothing. It is made again, with more time."""
    for patience in (lead, 2 * lead, 4 * lead):
        benches = make()
        try:
            return benches, _play_in_time(benches, frames, patience)
        except BaseException as error:
            for bench in benches:
                bench.close()
            if not isinstance(error, netlab.Timeout) or patience > 2 * lead:
                raise


def _play_in_time(benches, frames, lead):
    at = int(time.time()) + lead + 1
    for bench in benches:
        bench.begin(at)
    if time.time() > at - 0.5:
        raise netlab.Timeout(f"the start took more than {lead} s")
    for bench, some in zip(benches, frames):
        bench.send(some)
    if time.time() > at - 0.1:
        raise netlab.Timeout("sent too late")
    for second in (at + 1, at + 2):
        sleep_until(second + _TICK_AT)
        for bench in benches:
            bench.tick()
    return at


def without_ticks(text):
    return "".join(line for line in text.splitlines(keepends=True)
                   if not line.startswith(TICK + " "))


def rows(text):
    """{host: (in, out)} of the dumps in a file, ticks left out; total is
    checked."""
    found = {}
    for line in without_ticks(text).splitlines():
        if line and not line.startswith("#"):
            host, *numbers = line.split()
            received, sent, total = map(int, numbers)
            if total != received + sent:
                raise ValueError(line)
            before = found.get(host, (0, 0))
            found[host] = (before[0] + received, before[1] + sent)
    return found


def rows_of(place, pattern):
    """The same of all dumps whose names match."""
    return rows("".join(text for name, text in place.files().items()
                        if fnmatch.fnmatchcase(name, pattern)))


def host_frame(source, destination, length):
    """A UDP packet of so many IP bytes."""
    return ipv4_frames.frame(source, destination, ipv4_frames.UDP,
                             size=length + 14)


def compare_files(check, name, old, ours):
    """{name: text} of both: the same names, and the same bytes but for the
    ticks."""
    check.check(f"{name}: ipfm wrote dumps", bool(old))
    check.same(f"{name}: files", [f"only ipfm: {n}" for n in old.keys() -
                                  ours.keys()] +
               [f"only ours: {n}" for n in ours.keys() - old.keys()])
    for file in sorted(old.keys() & ours.keys()):
        wanted, got = map(without_ticks, (old[file], ours[file]))
        if not check.check(f"{name}: {file}", got == wanted):
            show_difference(wanted, got)


def show_difference(wanted, got):
    lines = list(difflib.unified_diff(wanted.splitlines(), got.splitlines(),
                                      "ipfm", "ours", n=0, lineterm=""))
    print("\n".join("    " + line for line in lines[:12]))
