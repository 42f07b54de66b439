#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The configuration read again while the program runs: all or nothing, and
what stays goes on.

usage: reload_test.py BINARY [RELOADS]
"""
import os
import pathlib
import re
import signal
import sys
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "support"))
import capture_file  # noqa: E402
import exposition  # noqa: E402
import results  # noqa: E402
from box import (Box, packets, stopping, wait_for_packets,  # noqa: E402
                 wait_for_sample)
from netlab import is_sanitized, wait_for  # noqa: E402
from reporting import (SUBNET, config, get, gauge, log_lines,  # noqa: E402
                       read, stored, traffic, wait_for_reports,
                       wait_for_scrape)
from traffic_language import frame  # noqa: E402

if len(sys.argv) not in (2, 3):
    sys.exit(__doc__)
BINARY = sys.argv[1]
RELOADS = (int(sys.argv[2]) if len(sys.argv) == 3 else
           100 if is_sanitized(BINARY) else 300)
LIFECYCLE = "--web.enable-lifecycle"
HERE = frame("10.1.1.1:1 > 192.0.2.9:2 udp 986")
THERE = frame("10.2.2.2:1 > 192.0.2.9:2 udp 986")


def ask(box, exporter, method="POST"):
    """Status and body of /-/reload."""
    request = urllib.request.Request(
        exporter.url.rpartition("/")[0] + "/-/reload", method=method)
    return get(box, request)


def file_of(box):
    return next(box.folder.glob("*.yml"))


def reloaded(box, exporter, check, name, text):
    """Reads `text`, which is good."""
    file_of(box).write_text(text)
    check.equal(f"{name}: accepted", ask(box, exporter), (200, "reloaded\n"))
    return exporter.scrape()


def sockets(exporter):
    """Packet sockets by interface number, and listening ones."""
    net = pathlib.Path(f"/proc/{exporter.pid}/net")
    mine = {os.readlink(path) for path in
            pathlib.Path(f"/proc/{exporter.pid}/fd").iterdir()
            if path.is_symlink()}
    packet = {}
    for line in (net / "packet").read_text().splitlines()[1:]:
        words = line.split()
        if f"socket:[{words[8]}]" in mine:
            packet[int(words[4])] = words[8]
    listening = [line.split()[9]
                 for line in (net / "tcp").read_text().splitlines()[1:]
                 if line.split()[3] == "0A"]
    return packet, listening


def index(box, name):
    return int(box.ip("-o", "link", "show", name).split(":")[0])


def in_the_hold(check):
    """The report comes when it would have come, and says the same."""
    with Box("v1") as box:
        folders = {name: box.folder / name for name in ("steady", "reloaded")}
        texts = {name: config(folder, period=2, report=6)
                 for name, folder in folders.items()}
        steady = box.exporter(BINARY, "v1", config=texts["steady"])
        known = set(box.folder.glob("*.yml"))
        other = box.exporter(BINARY, "v1", config=texts["reloaded"])
        file = (set(box.folder.glob("*.yml")) - known).pop()
        with stopping(steady), stopping(other), traffic(box):
            before = wait_for_scrape(
                other, lambda now: gauge(now, "watch_seconds") >= 2, "a hold")
            # Rows get other numbers, tables other sizes, sinks change.
            file.write_text(texts["reloaded"].replace(
                "subnets: [", "subnets: [{networks: [10.0.0.0/24]}, ").replace(
                "reports: {}", f"reports: {{json: {box.folder}/json, top: 7}}"
            ))
            hash_before = exposition.total(before, "config_hash")
            os.kill(other.pid, signal.SIGHUP)
            after = wait_for_scrape(other, lambda now: exposition.total(
                now, "config_hash") != hash_before, "the reload")
            check.equal("hold: still watched", gauge(after, "watched"), 1)
            for name in ("subnet_bytes_total", "subnet_packets_total"):
                check.check(f"hold: {name} did not go back",
                            exposition.total(after, name, subnet=SUBNET) >=
                            exposition.total(before, name, subnet=SUBNET))
            wait_for_reports(steady, 1)
            wait_for_reports(other, 1)
            wanted, mine = (wait_for(
                lambda name=name: list(stored(folders[name] / "reports")
                                       .values()), f"the report of {name}")[0]
                for name in ("steady", "reloaded"))
            check.equal("hold: the report is the same", mine, wanted)
            check.check("hold: the new sink has it", wait_for(
                lambda: (box.folder / "json").exists() and
                (box.folder / "json").read_text(), "the new sink"))


def sections(check):
    """Every section is followed; what did not change is not touched."""
    with Box("v1", "v2", "v3") as box:
        text = """
capture: {{interfaces: [{captures}]}}
accounting: {{averaging_period: 1s, subnets: [{subnets}]{more}}}
thresholds: {{bandwidth: {bandwidth}}}
reports: {{directory: ""}}
web: {{telemetry_path: {path}}}
"""
        values = {"captures": "{name: v1}, {name: v2}",
                  "subnets": "{networks: [10.1.1.0/24], name: one}",
                  "more": "", "bandwidth": "10Mbit/s", "path": "/metrics"}
        exporter = box.exporter(BINARY, LIFECYCLE,
                                config=text.format(**values))
        with stopping(exporter):
            box.send("v1", [HERE] * 10)
            box.send("v2", [HERE] * 10)
            wait_for_packets(exporter, "v1", 10)
            before = wait_for_packets(exporter, "v2", 10)
            opened, listening = sockets(exporter)

            values.update(
                captures="{name: v1}, {name: v3, filter: udp}",
                subnets="{networks: [10.2.2.0/24], name: two}, "
                        "{networks: [10.1.1.0/24], name: renamed}",
                more=", hosts: {max: 5000}, connections: {max: 99}",
                bandwidth="5Mbit/s")
            after = reloaded(box, exporter, check, "sections",
                             text.format(**values))
            wait_for_sample(exporter, "capture_up", 1, interface="v3")
            now_open, still_listening = sockets(exporter)
            one, two, three = (index(box, name) for name in
                               ("v1", "v2", "v3"))
            check.equal("sections: v1 is not touched", now_open.get(one),
                        opened[one])
            check.equal("sections: v2 is closed, v3 open",
                        (two in now_open, three in now_open), (False, True))
            check.equal("sections: the listener is not touched",
                        still_listening, listening)
            for labels in ({"interface": "v1"}, {"interface": "v2"}):
                check.equal(f"sections: bytes of {labels}", exposition.total(
                    after, "subnet_bytes_total", subnet=SUBNET, **labels),
                    exposition.total(before, "subnet_bytes_total",
                                     subnet=SUBNET, **labels))
            check.equal("sections: hosts keep their series",
                        exposition.total(after, "host_transmit_bytes_total",
                                         address="10.1.1.1"), 20000)
            check.equal("sections: the names", {
                dict(labels)["name"] for name, labels in
                ((key[0], key[1]) for key in after) if name == "subnet_info"},
                {"two", "renamed"})
            check.equal("sections: sizes", (
                exposition.total(after, "hosts_limit"),
                exposition.total(after, "connections_limit")), (5000, 99))
            check.equal("sections: threshold", gauge(after, "threshold_bytes_"
                                                     "per_second"),
                        3 * 625000)
            box.send("v1", [THERE] * 10)
            counted = wait_for_packets(exporter, "v1", 20)
            check.equal("sections: the new subnet counts", exposition.total(
                counted, "subnet_bytes_total", subnet="10.2.2.0/24",
                interface="v1"), 10000)

            # v1 gets a filter; it stays open.
            values.update(captures="{name: v1, filter: icmp}", path="/m",
                          bandwidth="none")
            file_of(box).write_text(text.format(**values))
            check.equal("filter: accepted", ask(box, exporter)[0], 200)
            check.equal("filter: the old path is gone",
                        get(box, exporter.url)[0], 404)
            exporter.url = exporter.url.replace("/metrics", "/m")
            box.send("v1", [HERE] * 5)
            box.send("v1", [frame("10.1.1.1 > 10.2.2.2 icmp 84")])
            samples = wait_for_packets(exporter, "v1", 21)
            check.equal("filter: only what passes", packets(samples, "v1"),
                        21)
            check.equal("filter: v1 is not opened again",
                        sockets(exporter)[0].get(one), opened[one])
            check.equal("filter: no threshold any more", [
                key for key in samples if "subnet_threshold" in key[0]], [])
            check.equal("sections: nothing was refused", log_lines(
                exporter, "level=error"), [])


def refused(check):
    """A bad configuration changes nothing, wherever it is bad."""
    with Box("v1") as box:
        text = ("accounting: {averaging_period: 1s}\nthresholds: {bandwidth: "
                "2Mbit/s}\nreports: {directory: ''}\n")
        exporter = box.exporter(BINARY, "v1", LIFECYCLE, config=text)
        with stopping(exporter):
            box.send("v1", [HERE] * 3)
            before = wait_for_packets(exporter, "v1", 3)
            wait_for_sample(exporter, "subnets", 1)
            other = text.replace("2Mbit", "4Mbit")
            for name, bad, words in (
                    ("a key", other + "web: {wrong: 1}\n", 'unknown key "wrong"'),
                    ("a filter", other + "capture: {interfaces: [{name: v1, "
                     "filter: tcp prot 80}]}\n", "tcp prot 80"),
                    ("too much taken off", other.replace(
                        "1s}", "1s, length_adjustment: -20}"), "adjustment")):
                file_of(box).write_text(bad)
                status, body = ask(box, exporter)
                check.equal(f"{name}: status", status, 500)
                check.check(f"{name}: says what is wrong", words in body and
                            body.count("\n") == 1, body)
                after = exporter.scrape()
                check.equal(f"{name}: is told", exposition.total(
                    after, "config_last_reload_successful"), 0)
                for sample in ("config_hash",
                               "config_last_reload_success_timestamp_seconds",
                               "subnet_threshold_bytes_per_second"):
                    check.equal(f"{name}: {sample}",
                                exposition.total(after, sample),
                                exposition.total(before, sample)
                                if sample.startswith("config") else 250000)
            good = reloaded(box, exporter, check, "good again", other)
            check.equal("good again: is told", exposition.total(
                good, "config_last_reload_successful"), 1)
            check.check("good again: when", exposition.total(
                good, "config_last_reload_success_timestamp_seconds") >
                exposition.total(
                    before, "config_last_reload_success_timestamp_seconds"))
            check.equal("good again: threshold", exposition.total(
                good, "subnet_threshold_bytes_per_second"), 500000)
            reloaded(box, exporter, check, "listener",
                     other + 'web: {listen_address: [":1"]}\n')
            check.equal("PUT", ask(box, exporter, "PUT")[0], 200)
            check.equal("GET", ask(box, exporter, "GET")[0], 405)
        without = box.exporter(BINARY, "v1")
        with stopping(without):
            status, body = ask(box, without)
            check.equal("not enabled: status", status, 403)
            check.check("not enabled: how to", "--web.enable-lifecycle" in
                        body, body)
            check.equal("not enabled: GET", ask(box, without, "GET")[0], 405)


def needs_a_restart(check):
    """Keys that are not followed are named, once each."""
    with Box("v1") as box:
        text = f"storage: {{path: {box.folder}/one}}\n"
        exporter = box.exporter(BINARY, "v1", LIFECYCLE, config=text)
        with stopping(exporter):
            reloaded(box, exporter, check, "restart", text.replace(
                "/one", "/two") + "accounting: {averaging_period: 7s}\n")
            said = log_lines(exporter, "takes effect with a restart")
            check.equal("restart: one line", len(said), 1)
            check.check("restart: the key", "storage.path" in said[0], said)
            check.equal("restart: the rest is followed", exposition.total(
                exporter.scrape(), "averaging_period_seconds"), 7)


def old_configuration(check):
    """An ipband.conf on an old command line."""
    with Box("v1") as box:
        file = box.folder / "ipband.conf"
        file.write_text(f"average 1\nbandwidth 10\noutfile {box.folder}/out\n"
                        "subnet 10.1.1.0/24 bandwidth 3\n")
        exporter = box.exporter(BINARY, "-c", str(file), "v1")
        with stopping(exporter):
            box.send("v1", [HERE] * 10)
            before = wait_for_packets(exporter, "v1", 10)
            check.equal("ipband.conf: threshold", gauge(
                before, "threshold_bytes_per_second"), 3 * 1024)
            file.write_text(file.read_text().replace("bandwidth 3",
                                                     "bandwidth 5") +
                            "subnet 10.2.2.0/24 bandwidth 1\n")
            os.kill(exporter.pid, signal.SIGHUP)
            after = wait_for_scrape(exporter, lambda now: gauge(
                now, "threshold_bytes_per_second") == 5 * 1024, "the reload")
            check.equal("ipband.conf: counters go on", exposition.total(
                after, "subnet_bytes_total", subnet=SUBNET),
                exposition.total(before, "subnet_bytes_total", subnet=SUBNET))
            check.equal("ipband.conf: the new subnet", exposition.total(
                after, "subnet_threshold_bytes_per_second",
                subnet="10.2.2.0/24"), 1024)


def of_a_file(check):
    """The last numbers of a file are served, and follow as well."""
    with Box() as box:
        path = box.folder / "one.pcap"
        capture_file.pcap(path, 1, [HERE] * 3)
        text = "thresholds: {bandwidth: 1Mbit/s}\n"
        exporter = box.exporter(BINARY, LIFECYCLE,
                                f"--capture.file={path}", config=text)
        with stopping(exporter):
            wait_for_sample(exporter, "capture_packets_total", 3)
            after = reloaded(box, exporter, check, "file",
                             text.replace("1M", "2M"))
            check.equal("file: threshold", exposition.total(
                after, "subnet_threshold_bytes_per_second"), 250000)


def dumps(check):
    """ipfm: SIGHUP dumps. Over HTTP, only what is about to be forgotten is."""
    with Box("v1") as box:
        files = {name: box.folder / name for name in ("stays", "goes")}
        lines = [f"  - {{name: {name}, rules: [LOG BOTH 10.0.0.0/8], "
                 f'dump: {{every: 1h, file: "{file}", mode: append}}}}\n'
                 for name, file in files.items()]
        exporter = box.exporter(BINARY, LIFECYCLE, "v1",
                                config="meters:\n" + "".join(lines))

        def made():
            return [read(file).count("# end of dump")
                    for file in files.values()]
        with stopping(exporter):
            box.send("v1", [HERE] * 3)
            wait_for_packets(exporter, "v1", 3)
            file_of(box).write_text("nonsense: 1\n")
            check.equal("dumps: a mistake", ask(box, exporter)[0], 500)
            reloaded(box, exporter, check, "dumps", "meters:\n" + lines[0])
            wait_for(lambda: made()[1], "the dump of the meter that goes")
            check.check("dumps: it has all", "10.1.1.1" in read(files["goes"]))
            check.equal("dumps: over HTTP", made(), [0, 1])
            for count, text in enumerate(("nonsense: 1\n", "meters: []\n"), 1):
                file_of(box).write_text(text)
                os.kill(exporter.pid, signal.SIGHUP)
                wait_for(lambda count=count: made()[0] >= count, "the dump")
            wait_for(lambda: not any(
                labels for name, labels in exporter.scrape()
                if name == "meter_dumps_total"), "no meter")
        check.equal("dumps: by SIGHUP", made(), [2, 1])


def resources(exporter):
    """Descriptors, threads and resident KiB, without the ring of the capture:
    how much of that is resident is as it happens."""
    status = pathlib.Path(f"/proc/{exporter.pid}/status").read_text()
    return (len(list(pathlib.Path(f"/proc/{exporter.pid}/fd").iterdir())),
            int(re.search(r"Threads:\s+(\d+)", status)[1]),
            int(re.search(r"RssAnon:\s+(\d+)", status)[1]))


def often(check):
    """Thousands of times, with everything different each time."""
    with Box("v1", "v2") as box:
        texts = [f"""
capture: {{interfaces: [{{name: v1, filter: "{'' if odd else 'ip'}"}}{
            ', {name: v2}' if odd else ''}], snaplen: {192 - odd}}}
accounting:
  averaging_period: {1 + odd}s
  subnets: [{{networks: [10.1.1.0/24], name: n{odd}}}{
            ', {networks: [10.2.2.0/24]}' if odd else ''}]
  hosts: {{max: {1000 + odd}}}
  connections: {{max: {1000 + odd}}}
thresholds: {{bandwidth: 1KiB/s, report_period: {4 + odd}s}}
reports: {{directory: "", text: "{box.folder}/text{odd}"{
            f', json: "{box.folder}/json"' if odd else ''}}}
meters:
  - {{name: m{odd}, rules: [LOG BOTH 10.0.0.0/8],
      dump: {{every: 1h, file: "{box.folder}/dump", mode: append}}}}
web: {{external_url: "http://n{odd}"}}
""" for odd in (0, 1)]
        exporter = box.exporter(BINARY, LIFECYCLE, config=texts[0])
        with stopping(exporter), traffic(box, pause=0.002):
            for number in range(RELOADS):
                # An even number: the same configuration as at the end.
                if number == RELOADS // 3 // 2 * 2:
                    before = resources(exporter)
                file_of(box).write_text(texts[(number + 1) % 2])
                status, body = ask(box, exporter)
                if not check.equal(f"often {number}", (status, body),
                                   (200, "reloaded\n")):
                    return
                if number % 1000 == 999:
                    print(f"{number + 1} reloads: {resources(exporter)}",
                          flush=True)
            after = wait_for(lambda: (lambda now: now if now[:2] <= before[:2]
                                      else None)(resources(exporter)),
                             "descriptors and threads as they were")
            print(f"{RELOADS} reloads: descriptors, threads, KiB "
                  f"{before} then {after}")
            # A sanitizer keeps what was freed, and finds by itself what was not.
            check.check("often: no memory is lost", is_sanitized(BINARY) or
                        after[2] - before[2] < 4096, (before, after))
            # A capture that is opened anew every few milliseconds is closed
            # before the kernel hands over its first block.
            wait_for_scrape(exporter, lambda now: exposition.total(
                now, "subnet_bytes_total", subnet=SUBNET, interface="v1") > 0,
                            "frames in the last capture")


if __name__ == "__main__":
    results.run_each([in_the_hold, sections, refused, needs_a_restart,
                      old_configuration, of_a_file, dumps,
                      often])
