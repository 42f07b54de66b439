#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The clock is set by an hour in the middle of a hold: the report comes when it
would have come and says the same, and counters go on. A restart by a clock that
is behind goes on with the hold, and writes over no dump of another day.

libfaketime changes what the program reads. Stamps are the kernel's and stay
right, so back it goes from the right time, and forward to it: then stamps and
clock agree where the program relies on them. (Frames that are stamped after now
count as from now, as they do when the clock was set back.)

And an hour goes by: the series of an interface that is gone go.

usage: clock_test.py BINARY
"""
import http.client
import pathlib
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "support"))
import exposition  # noqa: E402
import identities  # noqa: E402
import netlab  # noqa: E402
import results  # noqa: E402
from box import Box, packets, stopping, wait_for_packets  # noqa: E402
from reporting import (config, gauge, log_lines, stored,  # noqa: E402
                       traffic, wait_for_scrape)

BINARY = sys.argv[1] if len(sys.argv) == 2 else sys.exit(__doc__)
HOUR = 3600
DAY = 24 * HOUR
METER = """
meters:
  - {{name: daily, rules: [LOG], local_time: false,
     dump: {{every: 24h, file: "{folder}/%F"}}}}
"""
LIBRARY = "/usr/$LIB/faketime/libfaketime.so.1"


def set_clock(file, ahead):
    """Seconds between what the program reads and the time."""
    fresh = file.with_suffix(".new")
    fresh.write_text(f"{ahead:+d}\n")
    fresh.replace(file)


def start(box, clock, text, *interfaces,
          which="FAKETIME_CACHE_DURATION=1 FAKETIME_DONT_FAKE_MONOTONIC=1"):
    """`which`: only the clock on the wall is set, within a second."""
    program = pathlib.Path(box.file("program", f"""#!/bin/sh
LD_PRELOAD='{LIBRARY}' FAKETIME_TIMESTAMP_FILE='{clock}' \\
  {which} NO_FAKE_STAT=1 \\
  exec '{BINARY}' "$@"
"""))
    program.chmod(0o755)
    return box.exporter(program, *interfaces, config=text)


def set_in_the_hold(check, name, before, after):
    with Box("v1") as box:
        clock, folder = box.folder / "clock", box.folder / "reports"
        set_clock(clock, before)
        exporter = start(box, clock, config(box.folder, period=2, report=8),
                         "v1")
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


def scrape(exporter):
    """What is answered while an hour goes by has taken too long."""
    try:
        return exporter.scrape()
    except (OSError, http.client.HTTPException):
        return None


def forgotten(check):
    """Of interfaces that come and go for good, an hour's have series."""
    with Box("v1", "keep") as box:
        clock = box.folder / "clock"
        set_clock(clock, 0)
        exporter = start(box, clock, """
capture: {interfaces: [v*, keep]}
accounting: {local: [any], subnets: [{networks: [10.1.1.0/24]}]}
""", which="FAKETIME_NO_CACHE=1")

        def wait_for_open(count, what):
            def there():
                now = scrape(exporter)
                return now and exposition.total(
                    now, "capture_up") == count and now
            return netlab.wait_for(there, what)

        def with_series(samples):
            return set(exposition.by(samples, "subnet_bytes_total",
                                     "interface"))

        with stopping(exporter):
            wait_for_open(2, "both")
            box.remove("v1")
            wait_for_open(1, "one less")
            box.add("v2")
            soon = wait_for_open(2, "the next")
            check.equal("forgotten: not at once", with_series(soon),
                        {"keep", "v1", "v2"})
            box.remove("keep")
            wait_for_open(1, "one less again")
            set_clock(clock, HOUR + 60)
            box.add("v3")
            late = wait_for_open(2, "the last")
            check.equal("forgotten: after an hour, but not what was asked for "
                        "by name", with_series(late), {"keep", "v2", "v3"})
            check.same("forgotten: sums", identities.broken_sums(late))


def behind_a_little(check):
    with Box("v1") as box:
        clock = box.folder / "clock"
        text = config(box.folder, period=3, report=60)
        set_clock(clock, 0)
        exporter = start(box, clock, text, "v1")
        with traffic(box):
            with stopping(exporter):
                held = wait_for_scrape(
                    exporter, lambda now: gauge(now, "watch_seconds") >= 2,
                    "a hold")
            set_clock(clock, -3)
            exporter = start(box, clock, text, "v1")
            with stopping(exporter):
                again = wait_for_packets(exporter, "v1", 1)
        before, after = (gauge(now, "watch_seconds") for now in (held, again))
        check.equal("behind a little: still watched", gauge(again, "watched"), 1)
        check.check("behind a little: for as long as before", after >= before,
                    f"{after} s after {before} s")


def dumps_of_the_week(folder):
    """As others have written them, one each day until today."""
    folder.mkdir()
    for day in range(7):
        name = time.strftime("%F", time.gmtime(time.time() - day * DAY))
        (folder / name).write_text(f"of {name}\n")


def contents(folder):
    return {path.name: path.read_text() for path in folder.iterdir()}


def set_after_start(check, name, box, text, folder):
    """It starts five days ago, and is then told what time it is."""
    written = contents(folder)
    clock = box.folder / "clock"
    set_clock(clock, -5 * DAY)
    exporter = start(box, clock, text, "v1")
    with stopping(exporter), traffic(box):
        wait_for_packets(exporter, "v1", 10)
        set_clock(clock, 0)
        stepped = wait_for_scrape(exporter, lambda now: exposition.total(
            now, "clock_steps_total") > 0, "the step")
        wait_for_packets(exporter, "v1", packets(stepped, "v1") + 10)
        told = exporter.scrape()
    check.equal(f"{name}: no dump is written", exposition.total(
        told, "meter_dumps_total"), 0)
    left = contents(folder)
    check.same(f"{name}: those of other days", [
        day for day in written if left.get(day) != written[day]])


def dumps_of_other_days(check):
    with Box("v1") as box:
        folder, clock = box.folder / "dumps", box.folder / "clock"
        dumps_of_the_week(folder)
        text = config(box.folder / "state") + METER.format(folder=folder)
        set_after_start(check, "nothing saved", box, text, folder)
        set_clock(clock, 0)
        exporter = start(box, clock, text, "v1")
        with stopping(exporter), traffic(box):
            wait_for_packets(exporter, "v1", 10)
        set_after_start(check, "saved", box, text, folder)


if __name__ == "__main__":
    results.run_each([back, forward, behind_a_little, dumps_of_other_days,
                      forgotten])
