#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Meters as their users run them: signals, restarts, a file that cannot be
written, the metrics, and the program under the name of ipfm.

usage: meters_test.py BINARY
"""
import contextlib
import os
import pathlib
import re
import shutil
import signal
import struct
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "support"))
import netlab  # noqa: E402
import results  # noqa: E402
from box import (Box, stopping, wait_for_packets,  # noqa: E402
                 wait_for_sample)
from exposition import total  # noqa: E402
from netlab import wait_for  # noqa: E402
from reporting import log_lines, read  # noqa: E402
from traffic_language import frame  # noqa: E402

BINARY = sys.argv[1] if len(sys.argv) == 2 else sys.exit(__doc__)
HOST, PEER = "10.1.0.5", "192.0.2.9"
OUT = frame(f"{HOST}:4000 > {PEER}:80 udp 100")
IN = frame(f"{PEER}:80 > {HOST}:4000 udp 1000")
ROW = re.compile(r"(?m)^([0-9a-f.:]+) +(\d+) +(\d+) +(\d+)$")
CONFIG = """
accounting: {{local: [any]}}
meters:
- name: campus
  rules: [{rules}]
  dump: {{every: {every}, file: "{file}", mode: {mode}}}
  clear: {clear}
  local_time: false
{more}
storage: {{path: "{storage}", checkpoint: 1s}}
reports: {{directory: ""}}
"""


def config(box, rules="LOG BOTH 10.1.0.0/16", every="24h", file="table",
           mode="replace", clear="always", more="", storage="state"):
    return CONFIG.format(rules=rules, every=every, file=box.folder / file,
                         mode=mode, clear=clear, more=more,
                         storage=box.folder / storage)


def tables(text):
    """The dumps in a text: (time of the end, {host: (in, out)})."""
    found = []
    for block in re.split(r"(?m)^# IPFMv0\.11\.5 ", text)[1:]:
        stamp = re.match(r"(\S+ \S+) \(UTC\)", block)[1]
        found.append((stamp, {row[1]: (int(row[2]), int(row[3]))
                              for row in ROW.finditer(block)}))
        assert block.rstrip().endswith(f"# end of dump {stamp}"), block
    return found


def seconds(stamp):
    return int(subprocess.run(["date", "-u", "-d", stamp.replace("/", "-"),
                               "+%s"], capture_output=True, text=True,
                              check=True).stdout)


def dumps_in(folder, pattern="table*"):
    """Every dump of these files, by name."""
    return {path.name: tables(path.read_text())
            for path in sorted(folder.glob(pattern))
            if ".new-" not in path.name}


def wait_for_dumps(folder, count, pattern="table*"):
    def there():
        found = dumps_in(folder, pattern)
        return found if sum(map(len, found.values())) >= count else None
    return wait_for(there, f"{count} dumps")


def send(box, exporter, out, into):
    """So many packets of each direction, until they are counted."""
    before = total(exporter.scrape(), "capture_packets_total")
    box.send("v1", [OUT] * out + [IN] * into)
    wait_for_packets(exporter, "v1", before + out + into)


def signals(check):
    """USR1 dumps at once and clears nothing; TERM dumps; both with the true
    time and without any traffic after it."""
    with Box("v1") as box:
        exporter = box.exporter(BINARY, "v1",
                                config=config(box, mode="append"))
        with stopping(exporter):
            send(box, exporter, 3, 2)
            before = time.time()
            os.kill(exporter.pid, signal.SIGUSR1)
            first = wait_for_dumps(box.folder, 1)["table"]
            check.equal("USR1: the table", first[0][1],
                        {HOST: (2000, 300)})
            check.check("USR1: the true time",
                        int(before) <= seconds(first[0][0]) <= time.time())
            send(box, exporter, 1, 0)
            exporter.stop()
            both = wait_for_dumps(box.folder, 2)["table"]
            check.equal("TERM: nothing was cleared", both[1][1],
                        {HOST: (2000, 400)})
            check.equal("TERM: and that is all", len(both), 2)


def not_overwritten(check):
    """An unscheduled dump leaves a scheduled one of its name alone."""
    with Box("v1") as box:
        scheduled = box.folder / "table"
        scheduled.write_text("what was there\n")
        exporter = box.exporter(BINARY, "v1", config=config(box))
        with stopping(exporter):
            send(box, exporter, 1, 1)
            os.kill(exporter.pid, signal.SIGUSR1)
            name = wait_for(lambda: [path.name for path in box.folder.glob(
                "table.*") if re.fullmatch(r"table\.\d{6}", path.name)],
                "a dump beside it")[0]
            check.equal("beside it: the table",
                        wait_for(lambda: dumps_in(box.folder, name)[name],
                                 "the dump")[0][1], {HOST: (1000, 100)})
            check.equal("it is as it was", scheduled.read_text(),
                        "what was there\n")


def reload(check):
    """HUP dumps, reads again, and keeps tables; also when the new
    configuration is bad."""
    with Box("v1") as box:
        text = config(box, mode="append", clear="never")
        exporter = box.exporter(BINARY, "v1", config=text)
        file = next(box.folder.glob("*.yml"))
        with stopping(exporter):
            send(box, exporter, 1, 1)
            file.write_text(text.replace("meters:", "metres:"))
            os.kill(exporter.pid, signal.SIGHUP)
            bad = wait_for_sample(
                exporter, "config_last_reload_successful", 0)
            check.check("bad: the numbers go on",
                        total(bad, "capture_packets_total") == 2)
            check.check("bad: the log says what is wrong", any(
                "metres" in line for line in log_lines(exporter,
                                                       "level=error")))
            check.equal("bad: dumped", wait_for_dumps(
                box.folder, 1)["table"][0][1], {HOST: (1000, 100)})
            more = f"""
- name: partners
  rules: [LOG BOTH {PEER}]
  dump: {{file: "{box.folder}/partners", mode: append}}
  local_time: false
"""
            file.write_text(config(
                box, rules="LOG TO 10.1.0.0/16", mode="append", clear="never",
                more=more))
            hash_before = total(bad, "config_hash")
            os.kill(exporter.pid, signal.SIGHUP)
            wait_for_sample(exporter, "config_last_reload_successful", 1)
            good = wait_for(lambda: (lambda now: now if total(
                now, "meter_hosts_limit", meter="partners") else None)(
                    exporter.scrape()), "the new meter")
            check.check("good: another hash",
                        total(good, "config_hash") != hash_before)
            send(box, exporter, 1, 1)
            exporter.stop()
            dumped = dumps_in(box.folder)["table"]
            check.equal("good: dumped before it", dumped[1][1],
                        {HOST: (1000, 100)})
            check.equal("good: table kept, new rules", dumped[-1][1],
                        {HOST: (2000, 100)})
            check.equal("good: the new meter", dumps_in(
                box.folder, "partners")["partners"][-1][1],
                {PEER: (100, 1000)})


def restart(check):
    """Killed or ended, a table goes on; a dump that was missed is made up."""
    with Box("v1") as box:
        text = config(box, mode="append", clear="never")
        exporter = box.exporter(BINARY, "v1", config=text)
        with stopping(exporter):
            send(box, exporter, 2, 0)
            wait_for(lambda: f'"{HOST}",0,200' in read(
                box.folder / "state" / "meters.json"), "a checkpoint")
            netlab.stop(exporter._child, signal.SIGKILL)
            exporter = box.exporter(BINARY, "v1", config=text)
            send(box, exporter, 1, 1)
            exporter.stop()
            exporter = box.exporter(BINARY, "v1", config=text)
            send(box, exporter, 0, 1)
            exporter.stop()
            dumped = wait_for_dumps(box.folder, 2)["table"]
            check.equal("after kill -9", dumped[0][1], {HOST: (1000, 300)})
            check.equal("after TERM", dumped[1][1], {HOST: (2000, 300)})


def missed(check):
    """Dumps of a time in which it did not run: the first has the data."""
    with Box("v1") as box:
        text = config(box, every="2s", mode="append")
        exporter = box.exporter(BINARY, "v1", config=text)
        with stopping(exporter):
            # So that what is sent is saved before the next dump.
            wait_for(lambda: time.time() % 2 < 0.2, "an even second")
            count = len(dumps_in(box.folder).get("table", []))
            send(box, exporter, 3, 0)
            wait_for(lambda: f'"{HOST}",0,300' in read(
                box.folder / "state" / "meters.json"), "a checkpoint")
            netlab.stop(exporter._child, signal.SIGKILL)
            killed = time.time()
            wait_for(lambda: time.time() > killed + 5, "two dumps to be missed")
            exporter = box.exporter(BINARY, "v1", config=text)
            dumped = wait_for_dumps(box.folder, count + 4)["table"]
            exporter.stop()
        times = [seconds(stamp) for stamp, _ in dumped]
        check.equal("each once and in order", times,
                    list(range(times[0], times[-1] + 1, 2)))
        with_data = [table for _, table in dumped if table]
        check.equal("what was counted is in one of them", with_data,
                    [{HOST: (0, 300)}])
        full = next(stamp for stamp, table in dumped if table)
        check.check("in that of its time",
                    killed - 2 <= seconds(full) <= killed + 2)


def in_the_way(check):
    """What cannot be written is kept and written later."""
    with Box("v1") as box:
        obstacle = box.folder / "dumps"
        obstacle.write_text("a file, no folder")
        exporter = box.exporter(
            BINARY, "v1", config=config(box, file="dumps/%H%M%S", every="1s"))
        with stopping(exporter):
            send(box, exporter, 1, 1)
            wait_for(lambda: total(exporter.scrape(),
                                   "meter_dump_failures_total") > 0,
                     "a failure")
            obstacle.unlink()
            found = wait_for(lambda: [
                table for dumps in dumps_in(obstacle, "*").values()
                for _, table in dumps if table], "the dump")
            check.equal("it has the data", found, [{HOST: (1000, 100)}])
            wait_for(lambda: total(exporter.scrape(), "meter_dumps_total") > 1,
                     "the counter")


def killed_before_it_was_written(check):
    """A dump is done when it is written: until then it is saved as due."""
    with Box("v1") as box:
        obstacle = box.folder / "dumps"
        text = config(box, file="dumps/%H%M%S", every="8s")
        exporter = box.exporter(BINARY, "v1", config=text)
        with stopping(exporter):
            # So that what is sent is saved before the next dump.
            wait_for(lambda: 1 < time.time() % 8 < 3, "time before the next")
            send(box, exporter, 3, 0)
            state = box.folder / "state" / "meters.json"
            wait_for(lambda: f'"{HOST}",0,300' in read(state), "a checkpoint")
            shutil.rmtree(obstacle, ignore_errors=True)
            obstacle.write_text("a file, no folder")
            wait_for(lambda: total(exporter.scrape(),
                                   "meter_dump_failures_total") > 0,
                     "a failure")
            saved = state.stat().st_mtime_ns
            wait_for(lambda: time.time_ns() > saved + 3 * 10**9,
                     "two more checkpoints that are put off")
            netlab.stop(exporter._child, signal.SIGKILL)
            obstacle.unlink()
            exporter = box.exporter(BINARY, "v1", config=text)
            found = wait_for(lambda: [
                table for dumps in dumps_in(obstacle, "*").values()
                for _, table in dumps if table], "the dump")
            check.equal("it has the data", found, [{HOST: (0, 300)}])
            exporter.stop()


def file_without_frames(check):
    """There is no time to dump at."""
    with Box() as box:
        capture = box.folder / "none.pcap"
        capture.write_bytes(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0,
                                        65535, 1))
        status, _, errors = box.try_exporter(
            BINARY, "--once", "--capture.file", str(capture), "--config.file",
            box.file("config.yml", config(box, file="table-%Y")))
        check.equal("it is read", (status, "level=error" in errors),
                    (0, False))
        check.equal("no dump", dumps_in(box.folder), {})


def metrics(check):
    """Counters are never cleared, and add up under their cap."""
    with Box("v1") as box:
        text = config(box, rules="LOG", every="1s",
                      more="  metrics: {max: 3}")
        exporter = box.exporter(BINARY, "v1", config=text)
        with stopping(exporter):
            hosts = [f"10.1.0.{number}" for number in range(1, 9)]
            frames = [frame(f"{one}:1 > {other}:2 udp {100 + index}")
                      for index, one in enumerate(hosts)
                      for other in hosts if other != one]
            box.send("v1", frames)
            wait_for_packets(exporter, "v1", len(frames))
            wait_for(lambda: total(exporter.scrape(), "meter_dumps_total") >= 2,
                     "two dumps")
            box.send("v1", frames)
            now = wait_for_packets(exporter, "v1", 2 * len(frames))
            octets = 2 * sum(100 + index for index in range(8)) * 7
            for way in ("receive", "transmit"):
                check.equal(f"{way} adds up", sum(
                    total(now, f"meter_{kind}{way}_bytes_total")
                    for kind in ("", "untracked_", "retired_")), octets)
            check.equal("series", total(now, "meter_hosts"), 3)
            check.equal("their limit", total(now, "meter_hosts_limit"), 3)
            check.check("the last dump", time.time() - 5 < total(
                now, "meter_last_dump_timestamp_seconds") <= time.time())
            check.check("the period", time.time() - 5 < total(
                now, "meter_period_start_timestamp_seconds") <= time.time())


def as_ipfm(check):
    """Called ipfm: its options, in the background, one at a time."""
    with Box("v1") as box:
        program = box.folder / "ipfm"
        program.symlink_to(os.path.abspath(BINARY))
        conf = box.file("ipfm.conf", f"""
DEVICE v1
UTC
LOG BOTH 10.1.0.0/255.255.0.0
DUMP EVERY 1 day
FILENAME "{box.folder}/table"
""")
        pid_file = box.folder / "ipfm.pid"
        words = ("-c", conf, "-p", str(pid_file), "--web.listen-address",
                 "127.0.0.1:0", "--storage.path", str(box.folder / "state"))
        status, _, errors = box.try_exporter(
            "sh", "-c", 'umask 027; exec "$0" "$@"', str(program), *words)
        check.equal("it goes to the background", (status, "level=error" in
                                                  errors), (0, False))
        number = int(pid_file.read_text())
        try:
            check.equal("the pid file", pid_file.read_text(), f"{number}\n")
            check.equal("is of a program that runs", os.readlink(
                f"/proc/{number}/exe"), os.path.realpath(BINARY))
            status, _, errors = box.try_exporter(program, *words)
            check.check("a second one does not start", status != 0 and
                        str(number) in errors, errors)
            box.send("v1", [OUT, IN])
            wait_for(lambda: (os.kill(number, signal.SIGUSR1),
                              [t for d in dumps_in(box.folder).values()
                               for _, t in d if t])[1], "a dump", 20)
        finally:
            os.kill(number, signal.SIGTERM)
            wait_for(lambda: not os.path.exists(f"/proc/{number}"), "its end")
        check.check("the pid file is gone", not pid_file.exists())
        last = max(dumps_in(box.folder).values(), key=lambda d: d[-1][0])
        check.equal("it dumped at its end", last[-1][1], {HOST: (1000, 100)})
        check.equal("its umask holds", {
            path.stat().st_mode & 0o777 for path in box.folder.glob("table*")},
            {0o640})


def restart_as_ipfm(check):
    """Debian's script stops it, waits a second and starts it: what the first
    one has still to write is in nobody's way."""
    with Box("v1") as box:
        program = box.folder / "ipfm"
        program.symlink_to(os.path.abspath(BINARY))
        obstacle = box.folder / "dumps"
        obstacle.write_text("a file, no folder")
        conf = box.file("ipfm.conf", f"""
DEVICE v1
UTC
LOG
FILENAME "{obstacle}/table"
""")
        pid_file = box.folder / "ipfm.pid"
        words = ("-c", conf, "-p", str(pid_file),
                 "--storage.path", str(box.folder / "state"))
        numbers = []
        try:
            for _ in range(2):
                status, _, errors = box.try_exporter(program, *words)
                check.equal("it starts", (status, errors.count("listening")),
                            (0, 1))
                numbers.append(int(pid_file.read_text()))
                os.kill(numbers[-1], signal.SIGTERM)
                wait_for(lambda: not pid_file.exists(), "the pid file to go", 5)
                check.check("it still has to write",
                            os.path.exists(f"/proc/{numbers[-1]}"))
            obstacle.unlink()
            wait_for(lambda: not any(os.path.exists(f"/proc/{number}")
                                     for number in numbers), "both to end", 20)
        finally:
            for number in numbers:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(number, signal.SIGKILL)
        check.equal("both have written", len(dumps_in(obstacle, "*")), 2)


results.run_each([signals, not_overwritten, reload, restart, missed,
                  in_the_way, killed_before_it_was_written,
                  file_without_frames, metrics, as_ipfm, restart_as_ipfm])
