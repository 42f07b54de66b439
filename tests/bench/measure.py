# SPDX-License-Identifier: Apache-2.0
"""CPU seconds (user and system) of programs, and medians of their ratios.

What is compared runs in turn within one run, so that a busy machine is busy
for all of it. Every bar is twice what is aimed at, for the same reason.
"""
import ctypes
import os
import statistics
import subprocess
import sys
import time

ROUNDS = 5
# For the hosts of make_traffic and send_traffic.
_CONFIG = """
accounting:
  averaging_period: {period}s
  local: [10.0.0.0/8]
  max_subnets: 8192
  hosts: {{max: {rows}}}
"""
_PR_SET_CHILD_SUBREAPER = 36


def _adopt_orphans():
    """Processes that outlive what started them become this one's children."""
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1)


def cpu_seconds(command, good=(0,), **options):
    """Of a program that ends, and of all processes that it started. This one
    has no other children meanwhile."""
    _adopt_orphans()
    child = subprocess.Popen(
        list(map(str, command)), stdin=subprocess.DEVNULL,
        **{"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL,
           **options})
    total = 0.0
    while True:
        try:
            pid, status, usage = os.wait4(-1, 0)
        except ChildProcessError:
            break
        total += usage.ru_utime + usage.ru_stime
        if pid == child.pid:
            child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in good:
        sys.exit(f"{command[0]} ended with {child.returncode}")
    return total


def config(rows, period=60):
    """Of the exporter: rows for so many hosts, seconds of a period."""
    return _CONFIG.format(rows=rows, period=period)


def so_far(pid):
    """CPU seconds of a process that runs, also of threads that have ended."""
    # What clock_getcpuclockid(3) answers.
    return time.clock_gettime((~pid << 3) | 2)


def wait_until_idle(pid, patience=60):
    """Until it has not worked for three quarters of a second; `so_far`."""
    limit = time.monotonic() + patience
    before, now = -1.0, so_far(pid)
    while now - before > 0.01 and time.monotonic() < limit:
        time.sleep(0.75)
        before, now = now, so_far(pid)
    return now


class Bars:
    """Counts what was better than its bar."""

    def __init__(self):
        self.passed = self.failed = 0

    def hold(self, name, ratios, bar):
        """The median of the ratios is not over the bar; prints it."""
        ratio = statistics.median(ratios)
        good = ratio <= bar
        self.passed += good
        self.failed += not good
        print(f"{name:56} {ratio:6.2f} ({min(ratios):.2f} to "
              f"{max(ratios):.2f}), bar {bar:g}" + ("" if good else "  FAILED"),
              flush=True)

    def finish(self):
        print(f"{self.passed} passed, {self.failed} failed")
        sys.exit(1 if self.failed or not self.passed else 0)
