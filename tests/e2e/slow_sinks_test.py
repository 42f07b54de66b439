#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Mail commands that hang and that fail, under 200,000 frames a second: no
frame is lost, no other sink misses a report, and the program ends in time.

usage: slow_sinks_test.py BINARY
"""
import contextlib
import os
import pathlib
import re
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "support"))
import exposition  # noqa: E402
import results  # noqa: E402
from box import Box, stopping, wait_for_packets  # noqa: E402
from netlab import wait_for  # noqa: E402
from reporting import (blocks, config, delivery, log_lines, quiet,  # noqa: E402
                       read, reports, stored, wait_for_nothing_left)
from traffic_language import compile_traffic  # noqa: E402
from webhook_receiver import WebhookReceiver  # noqa: E402

BINARY = sys.argv[1] if len(sys.argv) == 2 else sys.exit(__doc__)
RATE = 200_000
GOOD_RATE = 150_000
SECONDS = 7
LINES = 1000  # frames of 60 bytes, of as many connections
TRAFFIC = "".join(
    f"{i}us 10.1.1.{i % 50}:{4000 + i} > 192.0.2.9:80 udp 46\n"
    for i in range(LINES))
# Its own child is to be killed too; the number is how it is found.
HANGS = """#!/bin/sh
trap '' TERM
sleep 60.0{mark} &
wait
"""
FAILS = "#!/bin/sh\ncat >/dev/null\nexit 1\n"


def script(box, text):
    path = box.folder / "mta"
    path.write_text(text)
    path.chmod(0o755)
    return str(path)


def flood(box):
    """Frames sent, and how many a second."""
    file = box.folder / "traffic.pcap"
    file.write_bytes(compile_traffic(TRAFFIC))
    said = box.run("tcpreplay", "--preload-pcap", f"--pps={RATE}",
                   f"--loop={SECONDS * RATE // LINES}", "-i", "pv1", str(file),
                   stderr=subprocess.DEVNULL)
    sent = int(re.search(r"Successful packets:\s+(\d+)", said)[1])
    return sent, float(re.search(r", ([\d.]+) pps", said)[1])


def processes(word):
    """Command lines that have it."""
    found = []
    for path in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            line = path.read_bytes().replace(b"\0", b" ").decode()
            if word in line and str(os.getpid()) != path.parent.name:
                found.append(line)
    return found


def start(box, receiver, command):
    return box.exporter(BINARY, "v1", config=config(
        box.folder / "storage", f"""
  text: "{box.folder}/reports.txt"
  top: 0
  mail: {{to: [root@localhost], command: "{command}", repeat: 0s}}
  webhook: {{url: "{receiver.url}"}}"""))


def check_capture(check, name, exporter, sent, rate):
    print(f"{name}: {sent} frames, {rate:.0f} a second")
    if rate < GOOD_RATE:
        print(f"{name}: this machine does not reach {GOOD_RATE} a second")
    samples = wait_for_packets(exporter, "v1", sent)
    for counter, wanted in (("capture_packets_total", sent),
                            ("capture_counted_packets_total", sent),
                            ("capture_bytes_total", sent * 60),
                            ("subnet_packets_total", sent),
                            ("capture_kernel_dropped_packets_total", 0),
                            ("capture_interface_dropped_packets_total", 0)):
        check.equal(f"{name}: {counter}",
                    exposition.total(samples, counter), wanted)


def check_sinks(check, name, box, exporter, receiver):
    """Every report went everywhere but into the mail."""
    samples = wait_for_nothing_left(exporter, "text", "directory", "webhook")
    count = reports(samples)
    kept = stored(box.folder / "storage/reports")
    check.check(f"{name}: reports", count >= 2, count)
    check.equal(f"{name}: in the text file",
                len(blocks(read(box.folder / "reports.txt"))), count)
    check.equal(f"{name}: in the directory", len(kept), count)
    check.equal(f"{name}: posted", len(receiver.requests), count)
    for report in kept.values():
        check.equal(f"{name}: connections of {report['id']}",
                    len(report["connections"]), LINES)
    check.equal(f"{name}: none mailed", delivery(
        samples, "report_deliveries_total", "mail"), 0)
    check.check(f"{name}: mails wait", delivery(
        samples, "reports_undelivered", "mail") >= 1)


def check_end(check, name, exporter):
    begin = time.monotonic()
    check.equal(f"{name}: exit", exporter.stop(), 0)
    took = time.monotonic() - begin
    check.check(f"{name}: ends within 12 s", took < 12, f"{took:.1f} s")
    check.equal(f"{name}: what is lost is said", len(log_lines(
        exporter, "documents were given up", "sink=mail")), 1)


def hangs(check):
    mark = str(os.getpid())
    with Box("v1") as box, WebhookReceiver(box) as receiver, stopping(start(
            box, receiver, script(box, HANGS.format(mark=mark)))) as exporter:
        sent, rate = flood(box)
        check_capture(check, "hangs", exporter, sent, rate)
        quiet(exporter)
        check_sinks(check, "hangs", box, exporter, receiver)
        wait_for(lambda: processes(f"sleep 60.0{mark}"), "the mail command")
        check_end(check, "hangs", exporter)
        # The kernel needs a moment to bury them.
        wait_for(lambda: not processes(f"sleep 60.0{mark}"),
                 "the child of the mail command to end", 2)
        wait_for(lambda: not processes(f"{box.folder}/mta"),
                 "the mail command to end", 2)


def fails(check):
    with Box("v1") as box, WebhookReceiver(box) as receiver, stopping(start(
            box, receiver, script(box, FAILS))) as exporter:
        sent, rate = flood(box)
        check_capture(check, "fails", exporter, sent, rate)
        samples = quiet(exporter)
        failures = delivery(samples, "report_delivery_failures_total", "mail")
        check.check("fails: tried again, with pauses", 2 <= failures <= 6,
                    failures)
        check_sinks(check, "fails", box, exporter, receiver)
        said = log_lines(exporter, "level=warn", "sink=mail")
        check.check("fails: one line a minute, with the status",
                    len(said) == 1 and re.search(r"\b1\b", said[0]), said)
        check_end(check, "fails", exporter)
        check.equal("fails: nothing of it is left",
                    processes(f"{box.folder}/mta"), [])


if __name__ == "__main__":
    results.run_each([hangs, fails])
