# SPDX-License-Identifier: Apache-2.0
"""What ipfm does not survive: reloads and interfaces that go."""
import signal
import time

import ipfm_lab
import netlab
from ipfm_lab import host_frame, rows_of, sleep_until
from ipfm_time_defects import PAIR, begun, wait_for_rows


def fd9_bad_reload(check, binary):
    """HUP with a bad file ends the program; the table is gone."""
    bench, at = begun(binary, 'LOG\nFILENAME "d/x"\nDUMP EVERY {at}\n', 6)
    with bench:
        bench.send([host_frame(*PAIR, 100)])
        time.sleep(ipfm_lab.LAG)
        for place in (bench.old, bench.ours):
            place.write("ipfm.conf", "DEVICE v1\nLOG all\n")
            place.send_signal(signal.SIGHUP)
        bench.tick()
        netlab.wait_for(lambda: bench.old.ended, "ipfm to end")
        check.equal("ipfm's exit status", bench.old.stop(), 1)
        netlab.wait_for(lambda: bench.ours.sample(
            "config_last_reload_successful") == 0, "our reload")
        check.check("ours says where",
                    "ipfm.conf:2:" in bench.ours.log)
        bench.send([host_frame(*PAIR, 200)])
        sleep_until(at)
        check.check("ours goes on",
                    wait_for_rows(bench.ours, "x", (0, 300)))
        check.equal("our exit status", bench.ours.stop(), 0)


def fd16_reload(check, binary):
    """HUP dumps and clears, also with CLEAR NEVER, and loses what the kernel
    holds."""
    bench, at = begun(binary, 'LOG\nCLEAR NEVER\nFILENAME "d/%s"\n'
                              "DUMP EVERY {at}\n", 7)
    with bench:
        bench.send([host_frame(*PAIR, 100)])
        time.sleep(ipfm_lab.LAG)
        for place in (bench.old, bench.ours):
            place.send_signal(signal.SIGHUP)
        bench.tick()
        netlab.wait_for(lambda: str(at) in bench.old.files(), "ipfm's dump")
        netlab.wait_for(lambda: bench.ours.files(), "our dump")
        check.check("ours dumps at HUP",
                    wait_for_rows(bench.ours, "*", (0, 100)))
        time.sleep(ipfm_lab.LAG)  # ipfm opens its capture anew
        bench.send([host_frame(*PAIR, 200)])
        check.check("it is in time", time.time() < at - 0.2)
        sleep_until(at + 1.1)
        bench.tick()
        check.check("ours goes on with its table",
                    wait_for_rows(bench.ours, str(at), (0, 300)))
        check.check("ipfm has cleared it",
                    wait_for_rows(bench.old, str(at), (0, 200)))


def fd13_interface(check, binary):
    """An interface that was removed and made again is never heard again."""
    bench, at = begun(binary, 'LOG\nFILENAME "d/x"\nDUMP EVERY {at}\n', 9)
    with bench:
        bench.send([host_frame(*PAIR, 100)])
        time.sleep(ipfm_lab.LAG)
        left, right = bench.lab.left, bench.lab.right
        left.run("ip", "link", "delete", "v0")
        netlab.wait_for(lambda: bench.ours.sample("capture_up") == 0,
                        "ours to notice")
        left.run("ip", "link", "add", "v0", "type", "veth", "peer", "name",
                 "v1", "netns", str(right.pid))
        for end, name in ((left, "v0"), (right, "v1")):
            end.run("ip", "link", "set", name, "up")
        netlab.wait_for(lambda: bench.ours.sample("capture_up") == 1,
                        "ours to capture again")
        bench.reopen()
        check.check("it is in time", time.time() < at)
        bench.send([host_frame(*PAIR, 200)])
        for second in (1, 2):
            sleep_until(at + second + 0.1)
            bench.tick()
        check.check("ours", wait_for_rows(bench.ours, "x", (0, 300)))
        check.equal("ipfm heard no tick", bench.old.files(), {})
        check.equal("ipfm runs on", bench.old.ended, False)
        check.equal("ipfm ends", bench.old.stop(), 0)
        # On a busy machine it had not read the first one, either.
        heard = rows_of(bench.old, "x").get(PAIR[0], (0, 0))
        check.check("ipfm was deaf to the second", heard in ((0, 0), (0, 100)),
                    str(heard))


SCENARIOS = (fd9_bad_reload, fd16_reload, fd13_interface)
