#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Interfaces that are missing, down, deleted, made again, found by a glob or
by the default route; their drops, their addresses.

usage: interfaces_test.py BINARY
"""
import contextlib
import os
import pathlib
import signal
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "support"))
import exposition  # noqa: E402
import results  # noqa: E402
from box import (Box, packets, stopping, wait_for_packets,  # noqa: E402
                 wait_for_sample)
from netlab import wait_for  # noqa: E402
from reporting import get  # noqa: E402
from traffic_language import frame  # noqa: E402

BINARY = sys.argv[1] if len(sys.argv) == 2 else sys.exit(__doc__)
LOCAL = frame("10.0.0.5:4000 > 192.0.2.9:80 udp 986")    # 1000 bytes
PUBLIC = frame("203.0.113.1:1 > 198.51.100.1:2 udp 100")


def status(samples, name, interface):
    """A sample of a capture; None if it is not there."""
    values = [value for (other, labels), value in samples.items()
              if other == name and ("interface", interface) in labels]
    return values[0] if values else None


def missing_then_there(check):
    """Keeps running, says so once, and takes it up when it comes."""
    with Box("v1") as box, stopping(box.exporter(BINARY, "v7")) as exporter:
        samples = exporter.scrape()
        check.equal("missing: capture_up",
                    status(samples, "capture_up", "v7"), 0)
        check.equal("missing: no other capture",
                    status(samples, "capture_up", "v1"), None)
        check.check("missing: the page says so", "There is no interface v7;" in
                    get(box, exporter.addresses[0] + "/")[1])
        box.add("v7", up=False)
        # It is now there and down: another reason, said as well.
        wait_for(lambda: "not up; waiting for it" in exporter.log,
                 "the line about the interface that is down", 10)
        box.up("v7")
        wait_for_sample(exporter, "capture_up", 1, interface="v7")
        box.send("v7", [LOCAL] * 10)
        samples = wait_for_packets(exporter, "v7", 10)
        check.check("missing: nor does the page any more", "no interface" not in
                    get(box, exporter.addresses[0] + "/")[1])
        check.equal("missing: counted after it came", packets(samples, "v7"),
                    10)
        errors = [line for line in exporter.log.splitlines()
                  if "level=error" in line]
        check.equal("missing: one line for each reason", len(errors), 2)
        check.check("missing: the line names it and those that exist",
                    "interface=v7" in errors[0] and "v1" in errors[0],
                    errors[0])


def down_at_start(check):
    with Box() as box:
        box.add("v1", up=False)
        with stopping(box.exporter(BINARY, "v1")) as exporter:
            check.equal("down at start: capture_up",
                        status(exporter.scrape(), "capture_up", "v1"), 0)
            box.up("v1")
            wait_for_sample(exporter, "capture_up", 1, interface="v1")
            box.send("v1", [LOCAL] * 10)
            wait_for_packets(exporter, "v1", 10)
            check.equal("down at start: ends in order", exporter.stop(), 0)


def down_and_up(check):
    """Counters stay while it is down and go on when it is up."""
    with Box("v1") as box, stopping(box.exporter(BINARY, "v1")) as exporter:
        box.send("v1", [LOCAL] * 10)
        wait_for_packets(exporter, "v1", 10)
        box.down("v1")
        samples = wait_for_sample(exporter, "capture_up", 0, interface="v1")
        check.equal("down: counters stay", packets(samples, "v1"), 10)
        wait_for(lambda: "not up; waiting for it" in exporter.log,
                 "the line about the interface that is down", 10)
        box.up("v1")
        wait_for_sample(exporter, "capture_up", 1, interface="v1")
        box.send("v1", [LOCAL] * 5)
        samples = wait_for_packets(exporter, "v1", 15)
        check.equal("down and up: counters go on", packets(samples, "v1"), 15)


@contextlib.contextmanager
def unseen(exporter):
    """The program sees only what has become of it all."""
    os.kill(exporter.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(exporter.pid, signal.SIGCONT)


def made_again_at_once(check):
    """So fast that there always is an interface of that name."""
    with Box("v1") as box, stopping(box.exporter(BINARY, "v1")) as exporter:
        box.send("v1", [LOCAL] * 10)
        wait_for_packets(exporter, "v1", 10)
        with unseen(exporter):
            box.remove("v1")
            box.add("v1")
        wait_for(lambda: exporter.log.count("msg=capturing") == 2,
                 "the interface to be opened again", 10)
        box.send("v1", [LOCAL] * 5)
        samples = wait_for_packets(exporter, "v1", 15)
        check.equal("made again at once: counters go on",
                    packets(samples, "v1"), 15)


def rename(box, old, new):
    """While it is up, where the kernel (6.2 and later) lets us."""
    try:
        box.run("ip", "link", "set", old, "name", new,
                stderr=subprocess.DEVNULL)
    except subprocess.CalledProcessError:
        box.down(old)
        box.ip("link", "set", old, "name", new)
        box.ip("link", "set", new, "up")


def renamed(check):
    """A name that is gone is down, though its socket still hears frames;
    another interface may take it."""
    with Box("v1", "v2", "v3") as box, \
            stopping(box.exporter(BINARY, "v1")) as exporter:
        rename(box, "v1", "w1")
        wait_for_sample(exporter, "capture_up", 0, interface="v1")
        wait_for(lambda: "no such interface" in exporter.log,
                 "the line about the name that is gone", 10)
        rename(box, "v2", "v1")
        wait_for_sample(exporter, "capture_up", 1, interface="v1")
        box.send("v2", [LOCAL] * 5)
        samples = wait_for_packets(exporter, "v1", 5)
        check.equal("renamed: the new bearer of the name counts",
                    packets(samples, "v1"), 5)
        with unseen(exporter):
            rename(box, "v1", "w2")
            rename(box, "v3", "v1")
        wait_for(lambda: exporter.log.count("msg=capturing") == 3,
                 "the interface to be opened again", 10)
        box.send("v3", [LOCAL] * 5)
        samples = wait_for_packets(exporter, "v1", 10)
        check.equal("renamed: and the next at once",
                    packets(samples, "v1"), 10)


def overflow(box, exporter, interface, count):
    """Has the kernel drop some of `count` frames: nobody reads meanwhile."""
    with unseen(exporter):
        box.send(interface, [LOCAL] * count)


def read_and_dropped(samples, interface):
    return (packets(samples, interface) + status(
        samples, "capture_kernel_dropped_packets_total", interface))


def deleted_and_made_again(check):
    """Under the same name, while running, with drops before and after."""
    config = "capture: {buffer: 1MiB}\n"
    with Box("v1") as box, \
            stopping(box.exporter(BINARY, "v1", config=config)) as exporter:
        overflow(box, exporter, "v1", 30000)
        wait_for(lambda: read_and_dropped(exporter.scrape(), "v1") >= 30000,
                 "30000 frames read or dropped")
        before = exporter.scrape()
        dropped = status(before, "capture_kernel_dropped_packets_total", "v1")
        check.check("flood: the kernel dropped", dropped > 0)
        check.equal("flood: read and dropped is what was sent",
                    read_and_dropped(before, "v1"), 30000)
        box.remove("v1")
        gone = wait_for_sample(exporter, "capture_up", 0, interface="v1")
        check.equal("deleted: counters stay", read_and_dropped(gone, "v1"),
                    30000)
        box.add("v1")
        wait_for_sample(exporter, "capture_up", 1, interface="v1")
        box.send("v1", [LOCAL] * 7)
        after = wait_for_packets(exporter, "v1", packets(before, "v1") + 7)
        check.equal("made again: drops survive", status(
            after, "capture_kernel_dropped_packets_total", "v1"), dropped)
        back = [key for key, value in before.items()
                if key[0].endswith("_total") and after.get(key, -1) < value]
        check.equal("made again: no counter went back", back, [])
        overflow(box, exporter, "v1", 30000)
        wait_for(lambda: read_and_dropped(exporter.scrape(), "v1") >= 60007,
                 "60007 frames read or dropped")
        check.equal("made again: drops of both openings are added",
                    read_and_dropped(exporter.scrape(), "v1"), 60007)


def interface_drops(check):
    """Drops of the interface itself are read from the system's files, here
    ones of ours; they fall to 0 when an interface is made again."""
    with Box("v1") as box:
        missed = box.folder / "class/v1/statistics/rx_missed_errors"
        missed.parent.mkdir(parents=True)
        missed.write_text("40\n")
        wrapper = box.folder / "exporter"
        wrapper.write_text(
            "#!/bin/sh\nexec unshare --mount sh -c '"
            f'mount --bind "{box.folder}/class" /sys/class/net; '
            f'exec "{BINARY}" "$@"\' sh "$@"\n')
        wrapper.chmod(0o755)
        with stopping(box.exporter(wrapper, "v1")) as exporter:
            name = "capture_interface_dropped_packets_total"
            wait_for_sample(exporter, name, 0, interface="v1")
            missed.write_text("47\n")
            wait_for_sample(exporter, name, 7, interface="v1")
            missed.write_text("0\n")
            box.remove("v1")
            wait_for_sample(exporter, "capture_up", 0, interface="v1")
            samples = wait_for_sample(exporter, name, 7, interface="v1")
            box.add("v1")
            wait_for_sample(exporter, "capture_up", 1, interface="v1")
            missed.write_text("5\n")
            samples = wait_for_sample(exporter, name, 12, interface="v1")
            check.equal("interface drops: those of both openings",
                        status(samples, name, "v1"), 12)


def globs(check):
    """v* without v9*; what comes later is taken, what goes is left out."""
    config = 'capture: {interfaces: [{name: "v*"}, {name: "!v9*"}]}\n'
    with Box("v1", "v2", "v91", "w1") as box, \
            stopping(box.exporter(BINARY, config=config)) as exporter:
        for name in ("v1", "v2", "v91", "w1"):
            box.send(name, [LOCAL] * 3)
        wait_for_packets(exporter, "v1", 3)
        samples = wait_for_packets(exporter, "v2", 3)
        check.equal("glob: what it takes",
                    sorted(exposition.by(samples, "capture_packets_total",
                                         "interface")), ["v1", "v2"])
        box.add("v3")
        wait_for_sample(exporter, "capture_up", 1, interface="v3")
        box.send("v3", [LOCAL] * 3)
        wait_for_packets(exporter, "v3", 3)
        box.remove("v2")
        samples = wait_for_sample(exporter, "capture_up", None, interface="v2")
        check.equal("glob: counters of one that left", packets(samples, "v2"),
                    3)
        box.down("v1")
        wait_for_sample(exporter, "capture_up", 0, interface="v1")
        check.check("glob: one that went down is missed", True)


def any_interface(check):
    """Each by its name, lo among them; libpcap's own `any` is not opened."""
    with Box("v1") as box, \
            stopping(box.exporter(BINARY, "any")) as exporter:
        box.send("v1", [LOCAL] * 3)
        samples = wait_for_packets(exporter, "v1", 3)
        check.equal("any: what it takes",
                    sorted(exposition.by(samples, "capture_up", "interface")),
                    ["lo", "pv1", "v1"])


def default_route(check):
    """No INTERFACE: that of the default route, followed when it changes."""
    with Box("v1", "v2") as box:
        box.ip("route", "add", "unreachable", "default", "metric", "9")
        code, out, error = box.try_exporter(BINARY)
        check.equal("no route: exit 1, nothing printed", (code, out), (1, ""))
        check.check("no route: the last line names those that exist",
                    "v1" in error.splitlines()[-1], error)
        for number, name in enumerate(("v1", "v2"), 1):
            box.ip("address", "add", f"10.{number}.0.1/24", "dev", name)
        box.ip("route", "add", "default", "via", "10.1.0.2")
        with stopping(box.exporter(BINARY)) as exporter:
            box.send("v1", [LOCAL] * 3)
            samples = wait_for_packets(exporter, "v1", 3)
            check.equal("route: only its interface",
                        status(samples, "capture_up", "v2"), None)
            box.ip("route", "replace", "default", "via", "10.2.0.2")
            wait_for_sample(exporter, "capture_up", 1, interface="v2")
            box.send("v1", [LOCAL] * 3)
            box.send("v2", [LOCAL] * 5)
            samples = wait_for_packets(exporter, "v2", 5)
            check.check("route: the new one counts",
                        packets(samples, "v2") >= 5)
            check.equal("route: the old one is left",
                        status(samples, "capture_up", "v1"), None)
            counted = exposition.total(samples, "subnet_bytes_total",
                                       interface="v1", subnet="10.0.0.0/24")
            check.equal("route: what the old one counted", counted, 3000)
            before = packets(samples, "v2")
            box.ip("route", "delete", "default")
            time.sleep(2.5)  # it looks once a second
            box.send("v2", [LOCAL] * 5)
            samples = wait_for_packets(exporter, "v2", before + 5)
            check.equal("route: gone, its interface stays",
                        status(samples, "capture_up", "v2"), 1)


def alternative_name(check):
    """One that libpcap opens, though the interface is listed by another."""
    with Box("v1") as box:
        box.ip("link", "property", "add", "dev", "v1", "altname", "wan0")
        with stopping(box.exporter(BINARY, "wan0")) as exporter:
            time.sleep(2.5)  # it looks once a second
            box.send("v1", [LOCAL] * 5)
            samples = wait_for_packets(exporter, "wan0", 5)
            check.equal("alternative name: up",
                        status(samples, "capture_up", "wan0"), 1)
            check.equal("alternative name: opened once",
                        exporter.log.count("msg=capturing"), 1)


def compatibility(check):
    """ipband's users expect a failure, not a daemon that waits."""
    with Box("v1") as box:
        for arguments in (("-C", "-m", "24", "v7"), ("-C", "-m", "24", "v8")):
            code, out, error = box.try_exporter(BINARY, *arguments)
            check.equal("compatibility: exit 1", (code, out), (1, ""))
            check.check("compatibility: the last line names it",
                        arguments[-1] in error.splitlines()[-1], error)


def nothing_there(check):
    """A glob that matches nothing, and several names of which none exists."""
    with Box() as box:
        code, out, error = box.try_exporter(BINARY, "zz*")
        check.equal("nothing: exit 1", (code, out), (1, ""))
        check.check("nothing: one clear line",
                    "error" in error.splitlines()[-1], error)


def new_address(check):
    """With `auto` the interface's own public network is local, and one that
    is added while it runs within a minute."""
    with Box("v1") as box, stopping(box.exporter(BINARY, "v1")) as exporter:
        box.send("v1", [PUBLIC] * 3)
        samples = wait_for_packets(exporter, "v1", 3)
        check.equal("address: not local before",
                    exposition.ignored(samples), {"not_local": 3})
        box.ip("address", "add", "203.0.113.200/25", "dev", "v1")
        # Not 203.0.113.1, which is in the other half: its /24 is, though.
        sent = 3

        def counted():
            nonlocal sent
            box.send("v1", [PUBLIC])
            sent += 1
            samples = wait_for_packets(exporter, "v1", sent)
            return exposition.total(samples, "subnet_transmit_bytes_total",
                                    subnet="203.0.113.0/24")
        wait_for(counted, "the network of the address to be local", 60)
        check.check("address: local within a minute", True)


def most_is_not_local(check):
    with Box("v1") as box, stopping(box.exporter(BINARY, "v*")) as exporter:
        box.send("v1", [PUBLIC] * 999)
        wait_for_packets(exporter, "v1", 999)
        box.send("v1", [PUBLIC])
        warning = "most of the traffic is between networks that are not local"
        wait_for(lambda: warning in exporter.log, "the warning", 10)
        box.send("v1", [PUBLIC] * 2000)
        wait_for_packets(exporter, "v1", 3000)
        # It looks once a second, and takes up a new interface in the same
        # step: when the second one is up, it has looked again.
        for name in ("v2", "v3"):
            box.add(name)
            wait_for_sample(exporter, "capture_up", 1, interface=name)
        check.equal("not local: told once", exporter.log.count(warning), 1)


if __name__ == "__main__":
    results.run_each([
        missing_then_there, down_at_start, down_and_up,
        made_again_at_once, renamed, deleted_and_made_again, interface_drops,
        globs, any_interface, default_route, alternative_name, compatibility,
        nothing_there, new_address, most_is_not_local])
