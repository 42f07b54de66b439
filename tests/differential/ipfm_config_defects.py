# SPDX-License-Identifier: Apache-2.0
"""Configurations that ipfm takes and should not, or refuses for no reason."""
import re

import netlab
from ipfm_lab import Bench, host_frame, rows_of, sleep_until
from ipfm_time_defects import begun

ARITHMETIC = -8  # SIGFPE


def check_ours(check, bench, name, text, pattern):
    """Ours refuses it in one line, or, without a pattern, takes it."""
    place = bench.ours
    place.write("ipfm.conf", text)
    status, _, said = place.run(bench.binary, "--meters.file", "ipfm.conf",
                                "--config.check")
    lines = [line for line in said.splitlines()
             if not line.startswith("time=")]
    if pattern is None:
        check.equal(f"{name!r}: ours takes it", (status, lines), (0, []))
    else:
        check.equal(f"{name!r}: ours refuses it", status, 2)
        check.check(f"{name!r}: ours says why in one line", len(lines) == 1 and
                    re.match(r"ipfm\.conf:\d+:\d+: ", lines[0]) and
                    re.search(pattern, lines[0]), said)


def check_old(check, bench, name, text, status, said=""):
    """How ipfm ends with it; None: it runs."""
    bench.old.write("ipfm.conf", text)
    bench.old.begin()
    try:
        netlab.wait_for(lambda: bench.old.ended or bench.old.captures,
                        "ipfm to start")
    except RuntimeError:
        pass  # it has ended while we looked
    got = bench.old.child.poll()
    check.equal(f"{name!r}: ipfm", got, status)
    check.check(f"{name!r}: ipfm says", said in bench.old.said, bench.old.said)
    bench.old.stop()


def fd6_zero(check, binary):
    """A period of 0 seconds is a division by zero."""
    with Bench(binary, "") as bench:
        for line in ("DUMP EVERY 0 seconds", "DUMP EVERY 0 days 0 hours",
                     "CLEAR EVERY 0 seconds",
                     "DUMP EVERY 5 seconds\nCLEAR EVERY 0 seconds"):
            text = f"DEVICE v1\nLOG\n{line}\n"
            check_old(check, bench, line, text, ARITHMETIC)
            check_ours(check, bench, line, text,
                       f":{len(text.splitlines())}:.*0")


def fd7_octets(check, binary):
    """Numbers that are none: an address of its own making, a mask by
    chance."""
    with Bench(binary, "") as bench:
        for line in ("LOG 300.0.0.1", "LOG 10.0.0.1/300.255.255.255",
                     "LOG 999.999.999.999/1", "LOG WITH 10.0.0.256"):
            text = f"DEVICE v1\n{line}\n"
            check_old(check, bench, line, text, None)
            check_ours(check, bench, line, text, ":2:")
        for line in ("LOG 10.0.0.0/0", "LOG WITH 10.0.0.0/00"):
            text = f"DEVICE v1\n{line}\n"
            check_old(check, bench, line, text, 1, "Invalid CIDR netmask")
            check_ours(check, bench, line, text, None)


def fd7_octal(check, binary):
    """010 is eight."""
    bench, at = begun(
        binary, 'LOG 010.000.000.001\nFILENAME "d/x"\nDUMP EVERY {at}\n')
    with bench:
        bench.send([host_frame("8.0.0.1", "10.0.0.1", 100)])
        sleep_until(at + 1.1)
        bench.tick()
        bench.wait_for_files(["x"])
        check.equal("ipfm", rows_of(bench.old, "x"), {"8.0.0.1": (0, 100)})
        check.equal("ours", rows_of(bench.ours, "x"), {"10.0.0.1": (100, 0)})


def fd12_notation(check, binary):
    """What ipfm rejects although it is clear, and where it says it is."""
    with Bench(binary, "") as bench:
        for text in ("DEVICE v1\r\nLOG\r\n", "DEVICE v1\nLOG",
                     "DEVICE v1\nLOG\n# the end", "DEVICE eth0.100\nLOG\n",
                     "DEVICE br-lan\nLOG\n", "DEVICE wg_0\nLOG\n",
                     "DEVICE eth0:1\nLOG\n", "DEVICE v1@x\nLOG\n",
                     "DEVICE v1\nLOG\nDUMP EVERY 5 SECONDS\n",
                     "DEVICE v1\nLOG\nDUMP EVERY 1 Minute 5 Seconds\n",
                     "DEVICE v1\nLOCAL\nLOG\n"):
            check_old(check, bench, text, text, 1,
                      "Error parsing configuration file")
            check_ours(check, bench, text, text, None)
        wrong = "DEVICE v1\n\nLOG 10.0.0.0/33\nLOG\n"
        check_old(check, bench, wrong, wrong, 1, "parse error line 2")
        check_ours(check, bench, wrong, wrong, ":3:")
        shipped = "DEVICE v1\nDISABLED\nLOG\n"
        check_old(check, bench, shipped, shipped, 1, "parse error line 2")
        check_ours(check, bench, shipped, shipped, ":2:.*DISABLED")


def fd12_interface(check, binary):
    """All of that at once, live."""
    with Bench(binary, "", old=False) as bench:
        end = bench.lab.right
        end.run("ip", "link", "set", "v1", "down")
        end.run("ip", "link", "set", "v1", "name", "v-1.2_x")
        end.run("ip", "link", "set", "v-1.2_x", "up")
        netlab.wait_for(lambda: "LOWER_UP" in end.run("ip", "link", "show"),
                        "the interface to be up")
        bench.conf = ('DEVICE v-1.2_x\r\nLocal\r\nLOG\r\n'
                      'FILENAME "d/x"\r\nAPPEND\r\nDUMP EVERY 2 Seconds')
        bench.begin()
        bench.send([host_frame("10.0.0.1", "10.0.0.2", 100)])
        netlab.wait_for(lambda: rows_of(bench.ours, "x"), "our dump")
        check.equal("ours", rows_of(bench.ours, "x"),
                    {"10.0.0.1": (0, 100), "10.0.0.2": (100, 0)})
        check.check("its name", "-- listening on v-1.2_x\n" in
                    bench.ours.text("d/x"))


SCENARIOS = (fd6_zero, fd7_octets, fd7_octal, fd12_notation, fd12_interface)
