#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A full disk and targets that cannot be written: the program lives, counts,
says so once, and every report arrives whole and once when it can.

usage: disk_test.py BINARY
"""
import contextlib
import json
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "support"))
import results  # noqa: E402
from box import stopping  # noqa: E402
from mounted_box import MountedBox  # noqa: E402
from reporting import (blocks, config, delivery, log_lines, quiet,  # noqa: E402
                       read, reports, stored, traffic, wait_for_nothing_left,
                       wait_for_reports, wait_for_scrape)

BINARY = sys.argv[1] if len(sys.argv) == 2 else sys.exit(__doc__)
FAILURES = "report_delivery_failures_total"
PAGE = 4096
# So that the beginning of a report fits on the disk and the rest does not.
BEFORE = "older lines\n" * ((PAGE - 100) // 12)


def fill(folder):
    """Writes until nothing more goes in."""
    with contextlib.suppress(OSError), open(folder / "filler", "wb",
                                            buffering=0) as filler:
        while True:
            filler.write(bytes(PAGE))


def fails_and_recovers(check, name, exporter, box, sink, mend):
    """Reports are due and cannot be written, mend(), then they are there."""
    with traffic(box):
        wait_for_reports(exporter, 1)
        failing = wait_for_scrape(exporter, lambda now: delivery(
            now, FAILURES, sink) >= 3, "three failures")
    check.check(f"{name}: something waits", delivery(
        failing, "reports_undelivered", sink) >= 1)
    check.equal(f"{name}: nothing is delivered", delivery(
        failing, "report_deliveries_total", sink), 0)
    quiet(exporter)
    mend()
    samples = wait_for_nothing_left(exporter, sink)
    count = reports(samples)
    check.equal(f"{name}: all is delivered", delivery(
        samples, "report_deliveries_total", sink), count)
    check.equal(f"{name}: nothing is dropped", delivery(
        samples, "report_queue_dropped_total", sink), 0)
    told = log_lines(exporter, "level=warn", f"sink={sink}")
    check.equal(f"{name}: one line in the first minute", len(told), 1)
    check.equal(f"{name}: and one when it is over", len(log_lines(
        exporter, "delivery works again", f"sink={sink}")), 1)
    return count


def full_disk(check):
    """The text file and the directory on one disk, the other file elsewhere."""
    with MountedBox("v1") as box:
        small = box.folder / "small"
        box.mount(small, "size=64k")
        seen = box.inner(small)
        text, folder = seen / "reports.txt", seen / "reports"
        text.write_text(BEFORE)
        folder.mkdir()
        fill(seen)
        with stopping(box.exporter(BINARY, "v1", config=config(
                box.folder / "storage", f"""
  text: "{small}/reports.txt"
  directory: "{small}/reports"
  json: "{box.folder}/reports.json\""""))) as exporter:

            def mend():
                check.equal("full: no part of a report is in the file",
                            text.read_text(), BEFORE)
                check.equal("full: nor in the directory",
                            list(folder.iterdir()), [])
                (seen / "filler").unlink()
            count = fails_and_recovers(check, "full", exporter, box, "text",
                                       mend)
            wait_for_nothing_left(exporter, "directory", "json")
            check.check("full: there were several", count >= 2, count)
            check.check("full: what was there is there",
                        text.read_text().startswith(BEFORE))
            written = blocks(text.read_text().removeprefix(BEFORE))
            check.equal("full: each report once, whole", len(written), count)
            whole_directory(check, "full", folder, written)
            check.equal("full: as in the other file", [
                json.loads(line) for line in
                read(box.folder / "reports.json").splitlines()],
                list(stored(folder).values()))


def whole_directory(check, name, folder, written):
    """Each report as .txt and .json, and these texts."""
    check.equal(f"{name}: texts", [read(path) for path in sorted(
        folder.glob("*.txt"))], written)
    check.equal(f"{name}: JSON", list(stored(folder)),
                sorted(path.stem for path in folder.glob("*.txt")))
    check.equal(f"{name}: nothing else", len(list(folder.iterdir())),
                2 * len(written))


def read_only(check):
    """Both sinks at once, on a file system that becomes read-only."""
    with MountedBox("v1") as box:
        small = box.folder / "small"
        box.mount(small, "size=1m")
        seen = box.inner(small)
        with stopping(box.exporter(BINARY, "v1", config=config(
                box.folder / "storage",
                f'{{directory: "{small}/reports", '
                f'text: "{small}/reports.txt"}}'))) as exporter:
            box.run("mount", "-o", "remount,ro", str(small))
            count = fails_and_recovers(
                check, "read-only", exporter, box, "text", lambda: box.run(
                    "mount", "-o", "remount,rw", str(small)))
            wait_for_nothing_left(exporter, "directory")
            check.equal("read-only: each report once",
                        len(blocks(read(seen / "reports.txt"))), count)
            whole_directory(check, "read-only", seen / "reports",
                            blocks(read(seen / "reports.txt")))


def cannot_be_made(check):
    """A directory where the text file should be, and one for the reports in
    which nothing can be made."""
    with MountedBox("v1") as box:
        target = box.folder / "reports.txt"
        target.mkdir()
        small = box.folder / "small"
        box.mount(small, "size=1m")
        folder = f"{small}/reports"
        box.inner(folder).mkdir()
        box.run("chattr", "+i", folder)
        with stopping(box.exporter(BINARY, "v1", config=config(
                box.folder / "storage",
                f'{{directory: "{folder}", text: "{target}"}}'))) as exporter:
            fails_and_recovers(check, "in the way", exporter, box, "text",
                               target.rmdir)
            check.equal("immutable: nothing is there",
                        list(box.inner(folder).iterdir()), [])
            box.run("chattr", "-i", folder)
            samples = wait_for_nothing_left(exporter, "directory")
            check.equal("immutable: all is delivered", delivery(
                samples, "report_deliveries_total", "directory"),
                reports(samples))
            check.equal("immutable: one line", len(log_lines(
                exporter, "level=warn", "sink=directory")), 1)
            whole_directory(check, "immutable", box.inner(folder),
                            blocks(read(target)))


if __name__ == "__main__":
    results.run_each([full_disk, read_only, cannot_be_made])
