#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What a service manager is told: when the program serves, reloads and stops,
and, for the watchdog, that the thread which counts is alive. Here the manager
is a socket.

usage: service_test.py BINARY IPBANDCTL
"""
import contextlib
import ctypes
import os
import pathlib
import signal
import socket
import subprocess
import sys
import time
from unittest import mock

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "support"))
import netlab  # noqa: E402
import results  # noqa: E402
from box import Box, stopping  # noqa: E402

BINARY, CONTROL = sys.argv[1:] if len(sys.argv) == 3 else sys.exit(__doc__)
WATCHDOG = 0.6  # seconds
_LIBC = ctypes.CDLL(None, use_errno=True)
_LIBC.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p,
                         ctypes.c_void_p]
_PTRACE_SEIZE, _PTRACE_INTERRUPT, _PTRACE_DETACH = 0x4206, 0x4207, 17
_WALL = 0x40000000  # __WALL: threads, too


class Manager:
    """Listens at NOTIFY_SOCKET; `told` are all lines so far."""

    def __init__(self, box, address):
        # An abstract name belongs to a network.
        with box.inside():
            self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(address)
        self.told = []

    def _take(self):
        self._socket.settimeout(0.05)
        with contextlib.suppress(socket.timeout):
            while True:
                self.told += self._socket.recv(4096).decode().split("\n")

    def wait_for(self, line, count=1):
        def there():
            self._take()
            return self.told.count(line) >= count
        netlab.wait_for(there, f"{line}, {count} times")

    def pings_within(self, seconds):
        self._take()
        before = self.told.count("WATCHDOG=1")
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self._take()
        return self.told.count("WATCHDOG=1") - before

    def close(self):
        self._socket.close()


@contextlib.contextmanager
def hung(thread):
    """One thread of a process stands still."""
    def call(request):
        if _LIBC.ptrace(request, thread, None, None) != 0:
            raise OSError(ctypes.get_errno(), f"ptrace {request}")
    call(_PTRACE_SEIZE)
    call(_PTRACE_INTERRUPT)
    os.waitpid(thread, _WALL)
    try:
        yield
    finally:
        call(_PTRACE_DETACH)


def accounting_thread(pid):
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        if (task / "comm").read_text() == "accounting\n":
            return int(task.name)
    raise LookupError("no thread is called accounting")


def start(box, address, *words, **variables):
    """Under the manager, whose variables are for this one process."""
    with mock.patch.dict(os.environ, NOTIFY_SOCKET=address, **variables):
        return box.exporter(BINARY, *words, "v1")


def health(box, exporter):
    base = exporter.url.removesuffix("/metrics")
    return subprocess.run(
        ["nsenter", "--net=" + box.path, CONTROL, "health", "--url", base],
        capture_output=True, text=True, timeout=60, check=False)


def check_life(check, box, address):
    manager = Manager(box, address)
    with contextlib.closing(manager), stopping(start(
            box, address,
            WATCHDOG_USEC=str(round(WATCHDOG * 1e6)))) as exporter:
        manager.wait_for("READY=1")
        environment = pathlib.Path(f"/proc/{exporter.pid}/environ")
        check.check("the manager is at a socket of the environment",
                    b"NOTIFY_SOCKET" in environment.read_bytes())
        well = health(box, exporter)
        check.equal("ipbandctl health: well", (well.returncode, well.stdout,
                                               well.stderr), (0, "", ""))
        manager.wait_for("WATCHDOG=1", 5)
        with hung(accounting_thread(exporter.pid)):
            # One may have been under way.
            manager.pings_within(0.2)
            check.equal("a thread that hangs feeds no watchdog",
                        manager.pings_within(5 * WATCHDOG), 0)
            check.equal("though the web server is well",
                        health(box, exporter).returncode, 0)
        manager.wait_for("WATCHDOG=1", manager.told.count("WATCHDOG=1") + 2)
        os.kill(exporter.pid, signal.SIGHUP)
        manager.wait_for("READY=1", 2)
        told = [line for line in manager.told if line != "WATCHDOG=1"]
        check.equal("in order", [line.split("=")[0] for line in told],
                    ["READY", "RELOADING", "MONOTONIC_USEC", "READY"])
        reloaded = int(told[2].split("=")[1]) / 1e6
        check.check("by the steady clock, in microseconds",
                    0 <= time.clock_gettime(time.CLOCK_MONOTONIC) - reloaded
                    < 60, told)
        check.equal("it ends in order", exporter.stop(), 0)
        manager.wait_for("STOPPING=1")
        gone = health(box, exporter)
        check.check("ipbandctl health: gone",
                    gone.returncode == 1 and "is not well" in gone.stderr
                    and gone.stderr.count("\n") == 1, gone)


def check_no_watchdog(check, box, address):
    """Somebody else's, or none, is not fed; an abstract socket is one."""
    manager = Manager(box, "\0" + address[1:])
    with contextlib.closing(manager), stopping(start(
            box, address, WATCHDOG_USEC="100000",
            WATCHDOG_PID="1")) as exporter:
        manager.wait_for("READY=1")
        check.equal("a watchdog of another process", manager.pings_within(1), 0)
        exporter.stop()
    with stopping(start(box, "/nobody/is/there")) as exporter:
        check.check("a manager that is not there is no fault",
                    exporter.scrape())
        check.equal("and no reason to fail", exporter.stop(), 0)


def check_background(check, box, address):
    """An old configuration that forks: the manager started this process, and
    would take its end for that of the service."""
    old = box.folder / "ipband.conf"
    old.write_text("fork yes\n")
    for words in (["-c", str(old)], ["-F"]):
        manager = Manager(box, address)
        with contextlib.closing(manager), stopping(
                start(box, address, *words)) as exporter:
            manager.wait_for("READY=1")
            check.equal(f"{words}: it says why it stays",
                        exporter.log.count("not going to the background"), 1)
            check.check(f"{words}: it is the process that was started",
                        accounting_thread(exporter.pid))
            os.kill(exporter.pid, signal.SIGHUP)
            manager.wait_for("READY=1", 2)
            check.equal(f"{words}: it ends in order", exporter.stop(), 0)
            manager.wait_for("STOPPING=1")
        pathlib.Path(address).unlink()


def main(check):
    with Box("v1") as box:
        check_life(check, box, str(box.folder / "notify"))
        check_background(check, box, str(box.folder / "notify-fork"))
        check_no_watchdog(check, box, f"@{box.folder}/notify")


if __name__ == "__main__":
    results.run(main)
