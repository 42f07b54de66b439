# SPDX-License-Identifier: Apache-2.0
"""The same dumps at the same times: ipfm 0.11.5's files are ours.

Names, modes and every byte, in three time zones: order, ties, host names,
strftime, folders that are made, appended and replaced files; then half a
minute of schedules with all ways to clear; and those from a recording of it.

usage: ipfm_dumps.py BINARY
"""
import calendar
import pathlib
import random
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent /
                       "support"))
import ipfm_lab  # noqa: E402
import results  # noqa: E402

SEED = 1
LEAD = 20  # seconds in which all programs start
ONCE = "DUMP EVERY {at}\n"

# --- one dump: order, names, folders ---------------------------------------

# ipfm prints names of at most 34 characters.
HOSTS = f"""127.0.0.1 localhost
10.0.0.1 alpha.example.net alpha
10.0.0.2 {"n" * 34}
10.0.0.3 {"n" * 35}
10.0.0.4 a-very-long-host-name-indeed-more-than-34.example.net
99.0.0.9 zed
9.255.255.1 First
9.255.255.1 second
fd00::1 six
1.2.3.4 under_score-1
"""
NAMES = ("%Y/%m/%d/%H.%M.%S", "%s-%Q-%%", "%c", "%A %B %j %U %p", "%Z %z",
         "a b#c", "a/b/c/d/e/file", "/".join(["x" * 199] * 3), "..dots..")
SORTS = ("", "SORT IN\n", "SORT OUT\n", "SORT TOTAL\n",
         "SORT IN\nSORT OUT\n", "sort Total\n")


def one_dump(head):
    sections = [(f"sort{number}{bool(names)}", "LOG\n" + ONCE + sort + names)
                for number, sort in enumerate(SORTS)
                for names in ("", "RESOLVE\n")]
    sections += [(name, "LOG 10.0.0.0/8\n" + ONCE) for name in NAMES]
    sections += [
        ("empty", "LOG 1.1.1.1\n" + ONCE),
        ("empty appended", "LOG 1.1.1.1\nAPPEND\n" + ONCE),
        ("no rules", ONCE),
        ("tomorrow", "LOG\n"),
        ("there/appended", "LOG 10.0.0.0/8\nAPPEND\n" + ONCE),
        ("there/replaced", "LOG 10.0.0.0/8\nAPPEND\nREPLACE\n" + ONCE),
        ("resolved not", "LOG\nRESOLVE\nNORESOLVE\n" + ONCE),
    ]
    sections += [(f"every {every}", f"LOG 1.1.1.1\nDUMP EVERY {{at {every}}}\n")
                 for every in PERIODS]
    # The default name is in /var/log/ipfm; one name is a bare word.
    return (ipfm_lab.conf(sections, head) +
            "NEWLOG\nLOG 10.0.0.0/8\n" + ONCE +
            "NEWLOG\nLOG 10.0.0.0/8\nFILENAME word\n" + ONCE)


def many_hosts(chooser):
    """Few lengths, so many hosts are equal; first come, last octet first."""
    hosts = ["10.0.0.1", "192.168.5.1", "9.255.255.1", "10.0.0.2", "10.0.0.3",
             "10.0.0.4", "10.1.0.4", "1.2.3.4", "99.0.0.9"]
    hosts += [".".join(str(chooser.randrange(256)) for _ in range(4))
              for _ in range(300)]
    return [ipfm_lab.host_frame(chooser.choice(hosts), chooser.choice(hosts),
                                chooser.choice([100, 200, 300]))
            for _ in range(500)]


PERIODS = (90, 3600, 3661, 86399, 93784, 129600, 8640000)
THERE = {"etc/hosts": HOSTS, "d/there/appended": "what was there\n",
         "d/there/replaced": "what was there\n" * 1000}
ZONES = {"UTC": ("DEVICE v1\nUTC\n", "America/St_Johns"),
         "Tokyo": ("DEVICE v1\n", "Asia/Tokyo"),
         "St John's": ("localtime\ndevice v1\n", "America/St_Johns")}


def check_one_dump(check, name, bench, at):
    written = len(SORTS) * 2 + len(NAMES) + len(PERIODS) + 6
    ipfm_lab.netlab.wait_for(
        lambda: len(complete(bench.old)) == written, "ipfm's dumps")
    bench.wait_for_files(bench.old.files())
    old, ours = bench.old.files(), bench.ours.files()
    check.equal(f"{name}: number of dumps", len(old), written)
    # ipfm reads the hours of UTC as those of the zone for %s.
    check.equal(f"{name}: ipfm's file with the second", f"{at}-%Q-%" in old,
                name != "UTC")
    check.check(f"{name}: names of 34 characters",
                "n" * 34 + " " in old["sort0True"])
    ipfm_lab.compare_files(check, name, old, ours)
    check.equal(f"{name}: modes", bench.ours.modes(), bench.old.modes())
    words = [place.text("word") for place in (bench.old, bench.ours)]
    check.equal(f"{name}: a word as name", words[1], words[0])
    check.check(f"{name}: the word's dump", ipfm_lab.rows(words[0]))


def complete(place):
    return [name for name, text in place.files().items()
            if ipfm_lab.PERIOD_END.search(text)]


# --- many dumps: schedules and clearing ------------------------------------

SECONDS = 40
# The first dump after the start ipfm does not clear, even where CLEAR EVERY
# says so (ipfm_mended.py); there is nothing in it.
SILENT = 10
# (statements, its times: every, after)
SCHEDULES = (
    ("DUMP EVERY 5 seconds\n", 5, 0),
    ("DUMP EVERY 5 seconds AFTER 2 seconds\n", 5, 2),
    ("DUMP EVERY 5 seconds AFTER 12 seconds\nCLEAR ALWAYS\n", 5, 2),
    ("DUMP EVERY 5 seconds\nCLEAR NEVER\n", 5, 0),
    ("DUMP EVERY 5 seconds\nCLEAR EVERY 10 seconds\n", 5, 0),
    ("DUMP EVERY 5 seconds\nCLEAR EVERY 10 seconds AFTER 5 seconds\n", 5, 0),
    ("DUMP EVERY 5 seconds AFTER 2 seconds\n"
     "CLEAR EVERY 15 seconds AFTER 5 seconds\n", 5, 2),
    ("DUMP EVERY 5 seconds\nCLEAR EVERY 15 seconds AFTER 20 seconds\n", 5, 0),
    ("DUMP EVERY 5 seconds\nCLEAR EVERY 10 seconds\nCLEAR NEVER\n", 5, 0),
    ("DUMP EVERY 7 seconds\n", 7, 0),
    ("DUMP EVERY 7 seconds\nCLEAR EVERY 14 seconds\nSORT TOTAL\n", 7, 0),
    ("DUMP EVERY 2 seconds 3 seconds\nSORT OUT\n", 5, 0),
    ("DUMP EVERY 10 seconds\nCLEAR EVERY 20 seconds\n", 10, 0),
)
WAYS = ("%Y%m%d-%H%M%S", "appended", "replaced")


def schedules_conf():
    sections = []
    for number, (text, _, _) in enumerate(SCHEDULES):
        for way in WAYS:
            append = "APPEND\n" if way == "appended" else ""
            # No folder for all of them: ipfm's writers make it at the same
            # time, and one that comes second gives up.
            sections.append((f"{number:02}-{way}",
                             "LOG 10.0.0.0/8\n" + text + append))
    sections.append(("nothing", "LOG 1.1.1.1\nDUMP EVERY 5 seconds\nAPPEND\n"))
    return ipfm_lab.conf(sections)


def frames_from(first):
    """What is sent in a second: nothing in one that follows the end of a
    period (FD3)."""
    def frames(second):
        if second < first or any(second % every == after
                                 for _, every, after in SCHEDULES):
            return []
        return [ipfm_lab.host_frame(f"10.0.0.{second % 3 + 1}",
                                    f"10.0.1.{second % 4 + 1}",
                                    46 + second % 1000 + number)
                for number in range(3)]
    return frames


def of_time(text, first, end):
    """The dumps of a file with a time in [first, end)."""
    kept = []
    blocks = text.split("# IPFM")
    for block in blocks[1:]:
        found = ipfm_lab.PERIOD_END.search(block)
        if found:
            stamp = calendar.timegm(
                time.strptime(found.group(1), "%Y/%m/%d %H:%M:%S"))
            if first <= stamp < end:
                kept.append("# IPFM" + block)
    return "".join(kept)


def of_times(files, first, end):
    kept = {name: of_time(text, first, end) for name, text in files.items()}
    return {name: text for name, text in kept.items() if text}


def check_replay(check, binary, bench, first, end):
    """Ours once more, from what was recorded."""
    place = ipfm_lab.Ours(bench.lab.right, bench.lab.folder / "replay",
                          {"ipfm.conf": bench.conf}, {"TZ": "UTC0"})
    status, _, said = place.run(
        binary, "--meters.file", "ipfm.conf", "--capture.file",
        str(bench.recording.stop()), "--once", "v1")
    check.equal("a recording: exit status", status, 0)
    check.equal("a recording: all is recorded", bench.recording.dropped, 0)
    # Its first frame is of the first second.
    old = of_times(bench.old.files(), first + 1, end)
    ours = of_times(place.files(), first + 1, end)
    # What is still open at the end of the file is dumped as well, into the
    # files with one name.
    for files in (old, ours):
        for name in [n for n in files if n.endswith("-replaced")]:
            del files[name]
    before = check.failed
    ipfm_lab.compare_files(check, "a recording", old, ours)
    if check.failed > before:
        print(f"--- our log\n{said}")


def wait_for_end(bench, name, stamp):
    """Both have written the dump of that time."""
    shown = time.strftime("%Y/%m/%d %H:%M:%S", time.gmtime(stamp))
    for place in (bench.old, bench.ours):
        ipfm_lab.netlab.wait_for(
            lambda: shown in place.ends(name),
            f"{place.folder.name}: dump {name} of {shown}")


def play_schedules(bench):
    bench.recording = bench.lab.record("v1", bench.lab.folder / "all.pcap")
    bench.begin()
    first = int(time.time()) + 1
    bench.frames = frames_from(first + SILENT)
    end = first + SECONDS
    while any((end + later) % every == after for later in (0, 1)
              for _, every, after in SCHEDULES):
        end += 1  # what is read there is not about to be replaced
    ipfm_lab.play([bench], first, end - first)
    for number, (_, every, after) in enumerate(SCHEDULES):
        # The last that ipfm sees ended is before the last tick.
        last = end - 1 - (end - 1 - after) % every
        for way in WAYS[1:]:
            wait_for_end(bench, f"{number:02}-{way}", last)
    ipfm_lab.netlab.wait_for(lambda: all(
        text.count("# IPFM") == text.count("# end") > 0
        for text in bench.old.files().values()), "ipfm's writers to end")
    return first, end


def check_schedules(check, bench, first, end):
    old, ours = (of_times(place.files(), first, end)
                 for place in (bench.old, bench.ours))
    dumps = sum(text.count("# end") for text in old.values())
    check.check(f"schedules: {dumps} dumps", dumps > 100)
    ipfm_lab.compare_files(check, "schedules", old, ours)
    check.equal("schedules: exit statuses", bench.stop(), (0, 0))


def main(check):
    binary = pathlib.Path(sys.argv[1]).resolve()
    frames = many_hosts(random.Random(SEED))
    trials, at = ipfm_lab.play_once(
        lambda: [ipfm_lab.Bench(binary, one_dump(head), files=THERE,
                                environment={"TZ": zone}, as_ipfm=name == "UTC")
                 for name, (head, zone) in ZONES.items()],
        [frames] * len(ZONES), LEAD)
    benches = dict(zip(ZONES, trials))
    try:
        for name, bench in benches.items():
            before = check.failed
            check_one_dump(check, name, bench, at)
            check.equal(f"{name}: exit statuses", bench.stop(), (0, 0))
            if check.failed > before:
                print(f"--- {name}: our log\n{bench.ours.log[-3000:]}")
        bench = benches["schedules"] = ipfm_lab.Bench(
            binary, schedules_conf(), environment={"TZ": "UTC0"})
        first, end = play_schedules(bench)
        check_schedules(check, bench, first, end)
        check_replay(check, binary, bench, first, end)
    finally:
        for bench in benches.values():
            bench.close()


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    results.run(main)
