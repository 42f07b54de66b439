# SPDX-License-Identifier: Apache-2.0
"""Network namespaces joined by a veth pair, for tests that need real traffic.

    with Lab() as lab:                  # v0 in lab.left, v1 in lab.right
        exporter = Exporter(lab.right, BINARY, "v1", config=TEXT)
        lab.send("v0", frames)
        wait_for(lambda: exporter.scrape()...)

Everything a test starts dies with it, even when it is killed: a namespace has
no name, it lasts as long as the processes in it, and these are told by the
kernel when their parent has gone. Needs root.
"""
import atexit
import contextlib
import ctypes
import os
import pathlib
import re
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request

import exposition

_LIBC = ctypes.CDLL(None, use_errno=True)
_CLONE_NEWNET = 0x40000000
_PATIENCE = 20  # seconds
_SANITIZER = re.compile(r"^[^\n]*(?:Sanitizer: |runtime error: ).*",
                        re.MULTILINE | re.DOTALL)


class Timeout(Exception):
    """What was waited for did not happen."""


def wait_for(condition, what, patience=_PATIENCE):
    """Asks `condition` until it answers something true; returns that."""
    end = time.monotonic() + patience
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() > end:
            raise Timeout(f"waited {patience} s for {what}")
        time.sleep(0.01)


def is_sanitized(binary):
    """Whether it was built with a sanitizer."""
    code = pathlib.Path(binary).read_bytes()
    return b"__asan_init" in code or b"__tsan_init" in code


# Dies with us. As a command of its own, not as a function for the child: with
# that Python copies itself for each child, which is most of what a test takes.
DIES_WITH_US = ("setpriv", "--pdeathsig", "KILL")


def _set_namespace(descriptor):
    if _LIBC.setns(descriptor, _CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "setns (are you root?)")


class Namespace:
    """A network namespace with lo up and nothing else."""

    def __init__(self):
        # `cat` ends when this process closes the pipe.
        self._holder = subprocess.Popen(
            [*DIES_WITH_US, "unshare", "--net", "cat"],
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
        self.path = f"/proc/{self._holder.pid}/ns/net"
        own = os.readlink("/proc/self/ns/net")
        wait_for(lambda: os.readlink(self.path) != own
                 and self._comm() == "cat", "the namespace")
        self._children = []
        self._own = os.open("/proc/self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
        self._descriptor = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC)
        self.run("ip", "link", "set", "lo", "up")

    def _comm(self):
        path = pathlib.Path(f"/proc/{self._holder.pid}/comm")
        return path.read_text(encoding="ascii").strip()

    @property
    def pid(self):
        return self._holder.pid

    @contextlib.contextmanager
    def inside(self):
        """This thread's sockets are made in the namespace."""
        _set_namespace(self._descriptor)
        try:
            yield
        finally:
            _set_namespace(self._own)

    def command(self, *words):
        """What runs a command in the namespace."""
        return [*DIES_WITH_US, "nsenter", "--net=" + self.path, *words]

    def run(self, *command, **options):
        """Runs a command to its end; its standard output."""
        options = {"check": True, "text": True, "timeout": 60,
                   "stdout": subprocess.PIPE, **options}
        return subprocess.run(self.command(*command), **options).stdout

    def set(self, key, value):
        """One of the namespace's own settings below /proc/sys/net."""
        with self.inside():
            pathlib.Path("/proc/sys/net", key).write_text(
                str(value), encoding="ascii")

    def start(self, *command, **options):
        child = subprocess.Popen(self.command(*command), **options)
        self._children.append(child)
        return child

    def close(self):
        for child in self._children:
            stop(child, signal.SIGKILL)
        self._children = []
        if self._descriptor >= 0:
            self._holder.stdin.close()
            self._holder.wait()
            os.close(self._descriptor)
            os.close(self._own)
            self._descriptor = -1


def stop(child, number=signal.SIGTERM):
    """Signals a child if it still runs and waits for it; its exit status."""
    if child.poll() is None:
        child.send_signal(number)
    return child.wait(timeout=_PATIENCE)


class Lab:
    """Two namespaces, v0 in `left` and v1 in `right`.

    `quiet`: no addresses, so the kernel itself says nothing on the line.
    Otherwise v0 is 10.77.0.1 and fd00:77::1, v1 the same with 2.
    """

    def __init__(self, mtu=1500, offload=True, quiet=True):
        self._interfaces = {}
        self.folder = None
        atexit.register(self.close)
        self._folder = tempfile.TemporaryDirectory(prefix="ipband-lab-")
        self.folder = pathlib.Path(self._folder.name)
        self.left = Namespace()
        self.right = Namespace()
        # Both are made up before they are joined: the kernel's own IPv6
        # chatter is off before there is a line to chatter on.
        for end in (self.left, self.right):
            self._silence(end)
        self.left.run("ip", "link", "add", "v0", "type", "veth", "peer",
                      "name", "v1", "netns", str(self.right.pid))
        for number, (end, name) in enumerate(
                ((self.left, "v0"), (self.right, "v1")), 1):
            end.run("ip", "link", "set", name, "mtu", str(mtu))
            self._interfaces[name] = end
            self.set_offload(name, offload)
            if not quiet:
                self._address(end, name, number)
        for name, end in self._interfaces.items():
            end.run("ip", "link", "set", name, "up")
        for name, end in self._interfaces.items():
            wait_for(lambda end=end, name=name:
                     "LOWER_UP" in end.run("ip", "link", "show", name),
                     name + " to be up")

    @staticmethod
    def _silence(end):
        for key, value in (("autoconf", 0), ("accept_ra", 0),
                           ("router_solicitations", 0), ("accept_dad", 0),
                           ("dad_transmits", 0), ("addr_gen_mode", 1),
                           ("disable_ipv6", 1)):
            end.set(f"ipv6/conf/default/{key}", value)

    @staticmethod
    def _address(end, name, number):
        end.set(f"ipv6/conf/{name}/disable_ipv6", 0)
        end.run("ip", "address", "add", f"10.77.0.{number}/24", "dev", name)
        end.run("ip", "address", "add", f"fd00:77::{number}/64", "dev", name,
                "nodad")

    def set_offload(self, interface, on):
        word = "on" if on else "off"
        self._interfaces[interface].run(
            "ethtool", "-K", interface, "tso", word, "gso", word, "gro", word,
            stderr=subprocess.DEVNULL)

    def send(self, interface, frames):
        """Sends exactly these bytes, in this order."""
        with self._interfaces[interface].inside():
            line = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
        with line:
            line.bind((interface, 0))
            for frame in frames:
                line.send(frame)

    def replay(self, interface, path):
        """Sends a capture file with tcpreplay, as fast as it can."""
        self._interfaces[interface].run(
            "tcpreplay", "--quiet", "--topspeed", "-i", interface, str(path),
            stderr=subprocess.STDOUT)

    def record(self, interface, path, *arguments, snaplen=262144):
        """tcpdump, ready to record to `path`.

        Every slot of its ring takes `snaplen` bytes: whole frames leave room
        for a few hundred, which a burst overruns."""
        return Recording(self._interfaces[interface], interface, path, snaplen,
                         *arguments)

    def close(self):
        for end in (getattr(self, "left", None), getattr(self, "right", None)):
            if end is not None:
                end.close()
        if self.folder is not None:
            self._folder.cleanup()
            self.folder = None
        atexit.unregister(self.close)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Recording:
    """tcpdump in a namespace, writing a file.

    Without -Z it would give up root and might not write where it should.
    """

    def __init__(self, namespace, interface, path, snaplen, *arguments):
        self.path = pathlib.Path(path)
        self._child = namespace.start(
            "tcpdump", "-n", "-i", interface, "-s", str(snaplen),
            "-B", "65536", "--immediate-mode", "-U", "-Z", "root",
            "-w", str(path), *arguments, stderr=subprocess.PIPE, text=True)
        self.said = ""
        for line in self._child.stderr:
            self.said += line
            if "listening on" in line:
                return
        raise RuntimeError("tcpdump: " + self.said)

    def wait_until_holds(self, octets, what):
        """`octets` have been written; the file grows frame by frame."""
        wait_for(lambda: octets in self.path.read_bytes(), what)

    def stop(self):
        """Ends it; the file's path."""
        self._child.send_signal(signal.SIGINT)
        self.said += self._child.communicate(timeout=_PATIENCE)[1]
        return self.path

    @property
    def dropped(self):
        return int(re.search(r"(\d+) packets? dropped by kernel",
                             self.said).group(1))


class Exporter:
    """The exporter, capturing live in a namespace."""

    def __init__(self, namespace, binary, *arguments, config=None, folder):
        self._namespace = namespace
        command = [str(binary), "--web.listen-address=127.0.0.1:0"]
        if config is not None:
            file = tempfile.NamedTemporaryFile(
                "w", dir=folder, suffix=".yml", delete=False)
            with file:
                file.write(config)
            command.append("--config.file=" + file.name)
        # The log is a file: nobody has to read it while it is written.
        with tempfile.NamedTemporaryFile(
                dir=folder, suffix=".log", delete=False) as log:
            self._log = pathlib.Path(log.name)
            # What this machine's own exporter keeps is not ours to touch.
            own = "STATE_DIRECTORY=" + tempfile.mkdtemp(dir=folder)
            self._child = namespace.start("env", own, *command, *arguments,
                                          stdout=log, stderr=log)
        # A line for each address, one after the other: all of them are waited for.
        self._expected = sum(str(word).startswith("--web.listen-address=")
                             for word in command + list(arguments))
        self.addresses = wait_for(self._listening, "the exporter to listen")
        self.url = self.addresses[0] + "/metrics"

    @property
    def log(self):
        return self._log.read_text(encoding="utf-8")

    @property
    def pid(self):
        return self._child.pid

    @property
    def ended(self):
        return self._child.poll() is not None

    def _listening(self):
        found = re.findall(r"msg=listening address=(\S+)\n", self.log)
        if len(found) >= self._expected:
            return found
        if self.ended:
            raise RuntimeError("the exporter ended: " + self.log)
        return None

    def scrape(self):
        with self._namespace.inside():
            # The connection is made while we are inside.
            answer = urllib.request.urlopen(self.url, timeout=_PATIENCE)
        with answer:
            return exposition.parse(answer.read().decode("utf-8"))

    def wait_for_frames(self, count):
        """Has read `count` frames from its one interface; the scrape."""
        seen = None

        def enough():
            nonlocal seen
            seen = self.scrape()
            return exposition.total(seen, "capture_packets_total") >= count
        try:
            wait_for(enough, f"{count} frames")
        except Timeout as error:
            got = exposition.total(seen, "capture_packets_total")
            raise Timeout(f"{error}; there are {got}") from None
        return seen

    def stop(self):
        """Ends it in order; its exit status. What a sanitizer has found is an
        error: most go on, and a test need not look at the status."""
        status = stop(self._child)
        found = _SANITIZER.search(self.log)
        if found:
            raise RuntimeError("the exporter has a fault: " + found[0])
        return status
