# SPDX-License-Identifier: Apache-2.0
"""A recording, replayed, gives the reports that were written live.

Several exporters watch one interface, each with other letters; tcpdump records
beside them. Frames come at any time of a second. Each one's report file has to
be the same as that of a replay with the same letters, and so have its counters.

usage: ipband_live_replay.py BINARY
"""
import hashlib
import pathlib
import random
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent /
                       "support"))
import exposition  # noqa: E402
import ipband_lab  # noqa: E402
import ipv4_frames as ipv4  # noqa: E402
import netlab  # noqa: E402
import report_text  # noqa: E402
import results  # noqa: E402
import traffic_language  # noqa: E402
from ipband_scenarios import (  # noqa: E402
    kinds, letters, protocols, size_ladder)

SECONDS = 18
SNAPLEN = 192  # of the recording; more than any header here
LAST = b"the last frame of all"
RUNS = {
    "letters": letters("-b", "1"),
    "hosts": letters("-b", "0.5", "-m", "32", "-t", "3"),
    "one network": letters("-b", "2", "-L", "10.1.1.0-10.1.1.255"),
    "all in one": letters("-b", "1", "-m", "0", "-J", "-14"),
    "a conf": ("-A", "-c", "ipband.conf", "-o", "rep.txt"),
}
CONF = """\
average 2
report 4
subnet 10.1.1.0 bandwidth 4
subnet 10.2.2.0 bandwidth 9
subnet 10.3.3.0 bandwidth 1
"""


def schedule():
    """[(when, frame)]: bursts, pauses and frames beside a second's begin."""
    chance = random.Random(10059)
    choice = kinds() + size_ladder() + protocols() + [
        traffic_language.frame("vlan 7 10.1.1.7:4000 > 10.3.3.2:53 udp 900"),
        traffic_language.frame("[2001:db8::1]:1 > [2001:db8:1::2]:2 tcp 900")]
    plan = []
    for second in range(SECONDS):
        if second in (9, 10, 11):  # watches end here
            continue
        for _ in range(chance.choice((5, 20, 40))):
            plan.append((second + chance.random(), chance.choice(choice)))
    plan.sort(key=lambda entry: entry[0])
    # The first frame is the one that decides when periods begin.
    plan[0] = (0.3, plan[0][1])
    last = ipv4.frame("10.99.0.1", "10.99.0.2", 253, LAST, 100)
    return plan + [(SECONDS + 0.3, last)]


def send(lab, plan):
    """In real time, but for a frame that would come too late: that follows
    at once, and is recorded with the stamp that it then has."""
    first = int(time.time()) + 1
    line = ipband_lab.open_line(lab.left, "v0")
    with line:
        for when, frame in plan:
            time.sleep(max(0.0, first + when - time.time()))
            line.send(frame)


def digest(text):
    return hashlib.sha256(
        report_text.without_date(text).encode("utf-8")).hexdigest()


def replay(binary, place, recording, arguments):
    """The exit status, the reports and the samples of a replay."""
    child = place.start(str(binary), "--capture.file", str(recording),
                        "--once", *arguments, "v1", stdout=subprocess.PIPE,
                        stderr=subprocess.DEVNULL, text=True)
    exposed = child.communicate(timeout=60)[0]
    return child.returncode, place.reports, exposition.parse(exposed)


def place_for(lab, name):
    """A folder of its own with the conf in it."""
    place = ipband_lab.Ours(lab.right, lab.folder / name.replace(" ", "-"))
    (place.folder / "ipband.conf").write_text(CONF, encoding="utf-8")
    return place


def record(check, lab, binary, plan):
    """{name: (reports, samples)} of the live exporters, and the recording."""
    recording = lab.record("v1", lab.folder / "rec.pcap", snaplen=SNAPLEN)
    running = {}
    for name, arguments in RUNS.items():
        place = place_for(lab, "live " + name)
        place.begin(binary, *arguments, "v1")
        running[name] = place
    send(lab, plan)
    recording.wait_until_holds(LAST, "the last frame")
    live = {}
    for name, place in running.items():
        samples = place.exporter.wait_for_frames(len(plan))
        check.equal(f"{name}: ends in order", place.stop(), 0)
        live[name] = place.reports, samples
    path = recording.stop()
    check.equal("tcpdump lost nothing", recording.dropped, 0)
    return live, path


def main(check):
    binary = pathlib.Path(sys.argv[1]).resolve()
    with netlab.Lab() as lab:
        live, recording = record(check, lab, binary, schedule())
        for name, (reports, samples) in live.items():
            status, again, other = replay(
                binary, place_for(lab, "replay " + name), recording,
                RUNS[name])
            check.equal(f"{name}: replay", status, 0)
            blocks = report_text.parse(reports)
            check.check(f"{name}: more than two reports", len(blocks) > 2)
            good = check.equal(f"{name}: reports", digest(again),
                               digest(reports))
            check.equal(f"{name}: their times",
                        [block.date for block in report_text.parse(again)],
                        [block.date for block in blocks])
            check.same(f"{name}: counters", exposition.differences(
                exposition.traffic_counters(other),
                exposition.traffic_counters(samples)))
            if not good:
                print(f"--- live\n{reports}--- replayed\n{again}")
            print(f"{name}: {len(blocks)} reports, {digest(reports)[:16]}")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    results.run(main)
