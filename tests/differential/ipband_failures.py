# SPDX-License-Identifier: Apache-2.0
"""What becomes of ipband when something around it fails, and of ours.

A directory, an MTA, an interface; what an MTA and a browser get; a signal.
"""
import html
import re
import signal

import exposition
import ipband_lab
import netlab
import report_text
from ipband_defects import both, check_all_four
from ipband_lab import Scenario
from ipband_scenarios import PAIR, always, letters

MTA = """\
import os, sys, time
seen = sorted((number, os.readlink("/proc/self/fd/" + number))
              for number in os.listdir("/proc/self/fd")
              if os.path.exists("/proc/self/fd/" + number))
name = "mail-%d" % time.time_ns()
with open(os.path.join(os.path.dirname(__file__), name), "w") as file:
    file.write("".join("%s -> %s\\n" % entry for entry in seen))
    file.write("--\\n" + "\\n".join(sys.argv[1:]) + "\\n--\\n")
    file.write(sys.stdin.read())
"""
SLOW_MTA = "#!/bin/sh\ncat >/dev/null\nexec sleep 8\n"


# BD4
def note_failures(trial):
    samples = trial.ours.exporter.scrape()
    trial.notes["failures"] = exposition.total(
        samples, "report_delivery_failures_total")
    (trial.ours.folder / "missing").mkdir()
    (trial.old.folder / "missing").mkdir()


def no_directory(check, name, trial):
    check.equal(f"{name}: ipband ends, ours does not", trial.status, (1, 0))
    check.check(f"{name}: ipband's last words", "Cannot open output file" in
                trial.old.text("stderr"))
    check.check(f"{name}: ours counted failures", trial.notes["failures"] > 0)
    blocks = ipband_lab.blocks(trial.ours.text("missing/rep.txt"))
    check.equal(f"{name}: ours wrote all reports when it could",
                [block.exceeded for block in blocks
                 if block.network == "10.1.1.0"],
                ["0.07", "0.13", "0.20", "0.27"])


def note_mail_failures(trial):
    trial.notes["failures"] = exposition.total(
        trial.ours.exporter.scrape(), "report_delivery_failures_total",
        sink="mail")


def no_mta(old_status):
    """`old_status` None: it depends on which of two is quicker (B40)."""
    def verdict(check, name, trial):
        if old_status is not None:
            check.equal(f"{name}: ipband ends", trial.status[0], old_status)
        check.equal(f"{name}: ours does not", trial.status[1], 0)
        check.check(f"{name}: ours counted failures",
                    trial.notes.get("failures", 1) > 0)
        check_all_four(check, name, trial)
    return verdict


# BD5
def signal_ipband(trial):
    trial.notes["periods"] = len(trial.old.tables)
    trial.old.child.terminate()


def is_ipband_alive(trial):
    trial.notes["alive"] = not trial.old.ended
    trial.notes["later"] = len(trial.old.tables)


def slow_mta(check, name, trial):
    check.equal(f"{name}: ipband hangs and heeds no signal",
                (trial.notes["alive"], trial.notes["later"]),
                (True, trial.notes["periods"]))
    check_all_four(check, name, trial)
    check.equal(f"{name}: ours ends in order", trial.status[1], 0)


# BD14
def recreate(trial):
    trial.lab.left.run("ip", "link", "delete", "v0")
    trial.lab.left.run("ip", "link", "add", "v0", "type", "veth", "peer",
                       "name", "v1", "netns", str(trial.lab.right.pid))
    for end, name in ((trial.lab.left, "v0"), (trial.lab.right, "v1")):
        end.run("ip", "link", "set", name, "up")
    for end, name in ((trial.lab.left, "v0"), (trial.lab.right, "v1")):
        netlab.wait_for(lambda end=end, name=name: "LOWER_UP" in end.run(
            "ip", "link", "show", name), name + " to be up")
    trial.reopen()


def recreated(check, name, trial):
    old, ours = both(trial)
    late = trial.first + 11
    for which, networks, wanted in (("ipband is deaf", old, False),
                                    ("ours hears again", ours, True)):
        found = [b for b in networks["10.1.1.0"] if b.date >= late and b.rows]
        check.equal(f"{name}: {which}", bool(found), wanted)
    check.check(f"{name}: ipband lives and says nothing",
                trial.status[0] == 0 and len(trial.old.tables) == 4,
                f"{trial.status} {len(trial.old.tables)}")


# BD18
def mails(place):
    """[(descriptors, arguments, message)] in the order they came."""
    return [path.read_text(encoding="utf-8").split("--\n", 2)
            for path in sorted(place.folder.glob("mail-*"))]


def by_subject(place):
    return {(re.search("^Subject: .*$", text, re.MULTILINE)[0],
             re.search("exceeded for: .*$", text, re.MULTILINE)[0]):
            report_text.without_date(text) for _, _, text in mails(place)}


def mail(check, name, trial):
    old, ours = mails(trial.old), mails(trial.ours)
    check.check(f"{name}: ipband's child gets its packet socket",
                bool(old) and all("socket:" in entry[0] for entry in old))
    inherited = {tuple(re.findall(r"^(\d+) ->", entry[0], re.MULTILINE))
               for entry in ours}
    check.equal(f"{name}: ours gets 0, 1 and 2", inherited, {("0", "1", "2")})
    check.equal(f"{name}: arguments", {entry[1] for entry in ours},
                {entry[1] for entry in old})
    old, ours = by_subject(trial.old), by_subject(trial.ours)
    check.equal(f"{name}: subjects", sorted(ours), sorted(old))
    for subject in sorted(ours.keys() & old.keys()):
        check.equal(f"{name}: {subject}", ours[subject], old[subject])


# BD19
TITLE = "<b>Tom & Jerry</b>"


def page_rows(page):
    return sorted(re.findall(r"(\d+\.\d+\.\d+\.\d+).*?(\d+\.\d\d) kBps", page,
                             re.DOTALL))


def page(check, name, trial):
    old, ours = (place.text("page.html") for place in (trial.old, trial.ours))
    check.check(f"{name}: ipband's title is markup", f"{TITLE}</title>" in
                old.replace(" </title>", "</title>"), old[:600])
    check.check(f"{name}: ours is text",
                html.escape(TITLE, quote=False) in ours and TITLE not in ours,
                ours[:600])
    wanted = [row for row in page_rows(old)
              if not row[0].startswith("198.18")]
    got = [row for row in page_rows(ours) if not row[0].startswith("198.18")]
    check.equal(f"{name}: rows of the last period", got, wanted)
    check.equal(f"{name}: there are some", wanted,
                [("10.1.1.0", "2.00"), ("10.2.2.0", "2.00")])


SCENARIOS = (
    Scenario("BD4 no directory", (*letters("-b", "1"), "-o",
                                  "missing/rep.txt"), always(PAIR, PAIR),
             actions={15: note_failures}, verdict=no_directory),
    Scenario("BD4 no MTA", letters("-b", "1", "-M", "root", "-T",
                                   "/nowhere/mta -t"), always(PAIR, PAIR),
             actions={15: note_mail_failures}, verdict=no_mta(None)),
    Scenario("BD4 a blank MTA", letters("-b", "1", "-M", "root", "-T", "  "),
             always(PAIR, PAIR), verdict=no_mta(1)),
    Scenario("BD6 an empty MTA in quotes",
             ("-c", "c.conf", *letters("-b", "1")),
             always(PAIR, PAIR), files={
                 "c.conf": 'mtastring ""\nmailto root\n'},
             verdict=no_mta(-signal.SIGABRT)),
    Scenario("BD5 a slow MTA", letters(
        "-b", "1", "-L", "10.1.1.0-10.1.1.255", "-M", "root", "-T",
        "{folder}/mta"), always(PAIR, PAIR), files={"mta": SLOW_MTA},
        actions={9: signal_ipband, 12: is_ipband_alive}, old_periods=4,
        verdict=slow_mta),
    Scenario("BD14 a new interface", letters("-b", "1"), always(PAIR, PAIR),
             actions={6: recreate}, old_periods=4, verdict=recreated),
    Scenario("BD18 what the MTA inherits", letters(
        "-b", "1", "-t", "3", "-M", "root@localhost,ops@example.net", "-l",
        "foot.txt", "-T", "/usr/bin/python3 {folder}/mta.py -t -oi  'a b'"),
        always(PAIR, PAIR), networks="lab 10.1.1.0\n", files={
            "mta.py": MTA, "foot.txt": "line 1\nline 2 %d no newline"},
        verdict=mail),
    Scenario("BD19 the page's title", ("-c", "c.conf", *letters("-b", "1")),
             always(PAIR, PAIR), files={
                 "c.conf": f"htmltitle {TITLE}\nhtmlfile page.html\n"},
             verdict=page),
)
