#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The clock is set by an hour in the middle of a hold: the report comes when it
would have come and says the same, and counters go on.

libfaketime changes what the program reads. Stamps are the kernel's and stay
right, so back it goes from the right time, and forward to it: then stamps and
clock agree where the program relies on them. (Frames that are stamped after now
count as from now, as they do when the clock was set back.)

usage: clock_test.py BINARY
"""
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "support"))
import exposition  # noqa: E402
import identities  # noqa: E402
import results  # noqa: E402
from box import Box, stopping  # noqa: E402
from reporting import (config, gauge, log_lines, stored,  # noqa: E402
                       traffic, wait_for_scrape)

BINARY = sys.argv[1] if len(sys.argv) == 2 else sys.exit(__doc__)
HOUR = 3600
LIBRARY = "/usr/$LIB/faketime/libfaketime.so.1"


def set_clock(file, ahead):
    """Seconds between what the program reads and the time."""
    fresh = file.with_suffix(".new")
    fresh.write_text(f"{ahead:+d}\n")
    fresh.replace(file)


def start(box, clock, text):
    program = pathlib.Path(box.file("program", f"""#!/bin/sh
LD_PRELOAD='{LIBRARY}' FAKETIME_TIMESTAMP_FILE='{clock}' \\
  FAKETIME_CACHE_DURATION=1 FAKETIME_DONT_FAKE_MONOTONIC=1 NO_FAKE_STAT=1 \\
  exec '{BINARY}' "$@"
"""))
    program.chmod(0o755)
    return box.exporter(program, "v1", config=text)


def set_in_the_hold(check, name, before, after):
    with Box("v1") as box:
        clock, folder = box.folder / "clock", box.folder / "reports"
        set_clock(clock, before)
        exporter = start(box, clock, config(box.folder, period=2, report=8))
        with stopping(exporter), traffic(box):
            held = wait_for_scrape(
                exporter, lambda now: gauge(now, "watch_seconds") >= 2, "a hold")
            check.equal(f"{name}: no step so far", exposition.total(
                held, "clock_steps_total"), 0)
            set_clock(clock, after)
            stepped = wait_for_scrape(exporter, lambda now: exposition.total(
                now, "clock_steps_total") > 0, "the step")
            check.equal(f"{name}: still watched", gauge(stepped, "watched"), 1)
            check.same(f"{name}: sums", identities.broken_sums(stepped))
            check.same(f"{name}: no counter goes back",
                       identities.broken_steps(held, stepped))
            reported = wait_for_scrape(
                exporter, lambda now: exposition.total(
                    now, "subnet_reports_total") > 0 and stored(folder),
                "the report", 60)
        told = log_lines(exporter, "the clock was set")
        check.equal(f"{name}: one step", exposition.total(
            reported, "clock_steps_total"), 1)
        check.equal(f"{name}: is told once", len(told), 1)
        check.check(f"{name}: by how much",
                    any(f"{after - before + off} seconds" in told[0]
                        for off in (-1, 0, 1)), told)
        report = next(iter(stored(folder).values()))
        # As many as without a step; a machine that is busy adds a period.
        check.check(f"{name}: for how long it was exceeded",
                    8 <= report["exceeded_seconds"] <= 16, report)
        check.check(f"{name}: from when to when is the same time", report[
            "start"][:13] == report["time"][:13] or
            report["start"][14:16] == "59", report)


def back(check):
    set_in_the_hold(check, "back", 0, -HOUR)


def forward(check):
    set_in_the_hold(check, "forward", -HOUR, 0)


if __name__ == "__main__":
    results.run_each([back, forward])
