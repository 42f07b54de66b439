# SPDX-License-Identifier: Apache-2.0
"""When ipfm dumps, and what it then forgets."""
import signal
import socket
import time

import ipfm_lab
import netlab
from ipfm_lab import Bench, host_frame, rows_of, sleep_until

PAIR = ("10.0.0.1", "10.0.0.2")


def begun(binary, conf, lead=3, **options):
    """Both run; the time of the single dump {at}, at least `lead` s ahead."""
    bench = Bench(binary, "DEVICE v1\n" + conf, **options)
    at = int(time.time()) + lead + 1
    bench.begin(at)
    return bench, at


def wait_for_rows(place, pattern, wanted, patience=5):
    """Until the dumps whose names match say this of 10.0.0.1; whether."""
    try:
        netlab.wait_for(lambda: rows_of(place, pattern).get(PAIR[0]) == wanted,
                        f"{pattern}: {wanted}", patience)
    except netlab.Timeout:
        return False
    return True


def fd1_needs_traffic(check, binary):
    """No dump, and no answer to USR1, until a packet comes."""
    bench, at = begun(binary, 'LOG\nFILENAME "d/at"\nDUMP EVERY {at}\n'
                              'NEWLOG\nLOG\nFILENAME "d/now"\n', 4)
    with bench:
        bench.send([host_frame(*PAIR, 100)])
        time.sleep(ipfm_lab.LAG)
        for place in (bench.old, bench.ours):
            place.send_signal(signal.SIGUSR1)
        check.check("ours dumps at USR1",
                    wait_for_rows(bench.ours, "now*", (0, 100), 1))
        sleep_until(at + ipfm_lab.LAG)
        check.equal("ours dumps in time", rows_of(bench.ours, "at"),
                    {PAIR[0]: (0, 100), PAIR[1]: (100, 0)})
        check.equal("ipfm has no dump", bench.old.files(), {})
        bench.tick()
        check.check("ipfm dumps with the next packet",
                    wait_for_rows(bench.old, "now", (0, 100)) and
                    wait_for_rows(bench.old, "at", (0, 100)))


def fd2_idle_gap(check, binary):
    """After silence: one dump for each packet, under old names."""
    bench, _ = begun(binary,
                     'LOG\nFILENAME "d/%s"\nDUMP EVERY 2 seconds\n', 0)
    with bench:
        start = int(time.time()) + 2
        start += start % 2  # a period begins
        sleep_until(start - 0.4)
        bench.tick()  # ends what was before; later ones are the traffic
        sleep_until(start + 1.1)
        bench.tick()
        bench.send([host_frame(*PAIR, 100)])
        for second, length in ((9, 200), (10, 400), (11, 800)):
            sleep_until(start + second + 0.2)
            bench.send([host_frame(*PAIR, length)])
        sleep_until(start + 13.2)
        bench.tick()
        names = [str(start + second) for second in range(2, 13, 2)]
        netlab.wait_for(lambda: names[3] in bench.old.files(), "ipfm's dumps")
        sent = [[rows_of(place, name).get(PAIR[0], (0, 0))[1]
                 for name in names] for place in (bench.old, bench.ours)]
        check.equal("ours: each under its period", sent[1],
                    [100, 0, 0, 0, 200, 1200])
        check.equal("ipfm: under the wrong ones", sent[0][:4],
                    [300, 400, 800, 0])


def f14_first_clear(check, binary):
    """CLEAR EVERY does not clear at the first dump after the start."""
    period = 4
    bench = Bench(binary, 'DEVICE v1\nLOG\nFILENAME "d/%s"\n'
                          f"DUMP EVERY {period} seconds\n"
                          f"CLEAR EVERY {period} seconds\n")
    with bench:
        first = int(time.time()) // period * period + 2 * period
        sleep_until(first - period + 0.1)
        bench.begin()
        for second in range(first - 1, first + 2 * period + 2):
            sleep_until(second + 0.1)
            bench.tick()
            if (second - first) % period == period - 1:
                bench.send([host_frame(*PAIR, 100)])
        names = [str(first + number * period) for number in range(3)]
        bench.wait_for_files(names)
        for place, wanted in ((bench.old, [100, 200, 100]),
                              (bench.ours, [100, 100, 100])):
            check.equal(place.folder.name, [
                rows_of(place, name)[PAIR[0]][1] for name in names], wanted)


def fd3_boundary(check, binary):
    """What comes just after a period's end is counted in it."""
    bench, at = begun(binary, 'LOG\nFILENAME "d/%s"\nDUMP EVERY {at}\n')
    with bench:
        sleep_until(at - 0.6)
        bench.send([host_frame(*PAIR, 100)])
        for moment, length in ((0.05, 200), (0.4, 400), (0.7, 800)):
            sleep_until(at + moment)
            bench.send([host_frame(*PAIR, length)])
        sleep_until(at + 1.1)
        bench.tick()
        bench.wait_for_files([str(at)])
        # As many of them as the kernel handed over in that second, and one.
        check.check("ipfm", rows_of(bench.old, str(at))[PAIR[0]][1] in
                    (300, 700, 1500), bench.old.files())
        check.equal("ours", rows_of(bench.ours, str(at))[PAIR[0]], (0, 100))


def fd8_unwritable(check, binary):
    """A dump that cannot be written is lost."""
    bench, at = begun(binary, 'LOG\nFILENAME "d/shut/%s"\nDUMP EVERY {at}\n',
                      files={"d/shut": "no folder"})
    with bench:
        bench.send([host_frame(*PAIR, 100)])
        for second in (1, 2):
            sleep_until(at + second + 0.1)
            bench.tick()
        netlab.wait_for(lambda: "Error opening log file" in bench.old.said,
                        "ipfm to fail")
        for place in (bench.old, bench.ours):
            (place.folder / "d" / "shut").unlink()
        check.check("ours is written later",
                    wait_for_rows(bench.ours, f"shut/{at}", (0, 100), 40))
        check.equal("ipfm's is lost", bench.old.files(), {})
        check.equal("ipfm runs on", bench.old.ended, False)


def fd8_slow_names(check, binary):
    """The file stands there empty while names are asked for."""
    bench, at = begun(binary,
                      'LOG\nRESOLVE\nFILENAME "d/x"\nDUMP EVERY {at}\n')
    with bench:
        with bench.lab.right.inside():
            server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        with server:
            server.bind(("127.0.0.1", 53))  # and never answers
            check_slow_names(check, bench, at)


def check_slow_names(check, bench, at):
    seen = set()

    def whole():
        text = bench.ours.text("d/x")
        seen.add(text)
        return ipfm_lab.PERIOD_END.search(text)
    bench.send([host_frame(*PAIR, 100)])
    sleep_until(at + 1.1)
    bench.tick()
    netlab.wait_for(whole, "our dump")
    netlab.wait_for((bench.old.folder / "d" / "x").exists, "ipfm's file")
    check.equal("ipfm's file is empty", bench.old.text("d/x"), "")
    check.equal("ours is there at once or not at all", seen - {""},
                {bench.ours.text("d/x")})
    check.equal("ours", rows_of(bench.ours, "x")[PAIR[0]], (0, 100))


def fd10_captured(check, binary):
    """What the kernel has not handed over at TERM is lost."""
    bench, _ = begun(binary, 'LOG\nFILENAME "d/x"\n', 0)
    with bench:
        bench.send([host_frame(*PAIR, 100)])
        for place in (bench.old, bench.ours):
            place.send_signal(signal.SIGTERM)
        check.equal("exit statuses", bench.stop(), (0, 0))
        check.equal("ipfm", rows_of(bench.old, "x"), {})
        check.equal("ours", rows_of(bench.ours, "x*").get(PAIR[0]), (0, 100))


def fd16_restart(check, binary):
    """CLEAR NEVER does not outlive the program."""
    bench, _ = begun(binary, 'LOG\nCLEAR NEVER\nFILENAME "d/x"\n', 0)
    with bench:
        for length in (100, 200):
            bench.send([host_frame(*PAIR, length)])
            time.sleep(ipfm_lab.LAG)
            check.equal("exit statuses", bench.stop(), (0, 0))
            if length == 100:
                for place in (bench.old, bench.ours):
                    for name in place.files():
                        (place.folder / "d" / name).unlink()
                bench.begin()
        check.equal("ipfm", rows_of(bench.old, "x")[PAIR[0]], (0, 200))
        check.equal("ours", rows_of(bench.ours, "x*")[PAIR[0]], (0, 300))


def fd17_names(check, binary):
    """A dump at TERM has the name of a time that is yet to come."""
    bench, at = begun(binary, 'LOG\nFILENAME "d/%s"\nDUMP EVERY {at}\n', 9,
                      environment={"TZ": "UTC0"})
    with bench:
        bench.send([host_frame(*PAIR, 100)])
        time.sleep(ipfm_lab.LAG)
        check.equal("exit statuses", bench.stop(), (0, 0))
        now = int(time.time())
        check.check("it is not that late", now < at)
        check.equal("ipfm's name", list(bench.old.files()), [str(at)])
        names = list(bench.ours.files())
        check.check("ours is of now", len(names) == 1 and
                    now - 2 <= int(names[0]) <= now, names)
        check.equal("ours: end", bench.ours.ends(names[0]),
                    [time.strftime("%Y/%m/%d %H:%M:%S",
                                   time.gmtime(int(names[0])))])


def fd17_replaced(check, binary):
    """At TERM in mode replace, the last dump is overwritten by half of one."""
    bench, at = begun(binary, 'LOG\nFILENAME "d/x"\nDUMP EVERY {at}\n')
    with bench:
        bench.send([host_frame(*PAIR, 100)])
        sleep_until(at + 1.1)
        bench.tick()
        bench.wait_for_files(["x"])
        bench.send([host_frame(*PAIR, 7 + 28)])
        time.sleep(ipfm_lab.LAG)
        check.equal("exit statuses", bench.stop(), (0, 0))
        check.equal("ipfm", rows_of(bench.old, "x")[PAIR[0]], (0, 35))
        check.equal("ours", rows_of(bench.ours, "x")[PAIR[0]], (0, 100))
        check.equal("ours, marked", rows_of(bench.ours, "x.*")[PAIR[0]],
                    (0, 35))


SCENARIOS = (fd1_needs_traffic, fd2_idle_gap, f14_first_clear, fd3_boundary,
             fd8_unwritable, fd8_slow_names, fd10_captured, fd16_restart,
             fd17_names, fd17_replaced)
