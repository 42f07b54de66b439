# SPDX-License-Identifier: Apache-2.0
"""What ipband takes without a word, or dies of, and ours refuses to start with.

ipband runs beside frames that show what it made of the mistake; ours is
started once they are over.
"""
import re

import ipband_lab
import ipv4_frames as ipv4
import report_text
from ipband_lab import Scenario
from ipband_scenarios import PAIR, always, letters

SEGMENTATION_FAULT, ABORTED = -11, -6
FRAMES = always(PAIR, PAIR)


def refused(trial):
    """Our exit status and words."""
    words = trial.ours.words(trial.scenario.arguments)
    return trial.ours.refusal(trial.binary, "--web.listen-address=127.0.0.1:0",
                              *words, "v1")


def check_refused(check, name, trial, pattern):
    status, said = refused(trial)
    # The log names the file that is read; the error comes without a stamp.
    lines = [line for line in said.splitlines()
             if not line.startswith("time=")]
    check.equal(f"{name}: ours refuses", status, 2)
    check.check(f"{name}: ours says why in one line",
                re.search(pattern, said) and len(lines) == 1, said)


def deaf(pattern, periods_hold=()):
    """ipband runs on, and counts nothing but what is in these networks."""
    def verdict(check, name, trial):
        check.equal(f"{name}: ipband runs", trial.status[0], 0)
        seen = {network for table in trial.old.tables
                for network, (kbytes, _) in table.items()}
        check.equal(f"{name}: ipband counts", sorted(seen),
                    sorted(periods_hold))
        check_refused(check, name, trial, pattern)
    return verdict


def runs(pattern, *networks):
    """ipband runs on, and reports these networks."""
    def verdict(check, name, trial):
        check.equal(f"{name}: ipband runs", trial.status[0], 0)
        got = report_text.by_network(ipband_lab.blocks(trial.old.reports))
        check.equal(f"{name}: ipband reports", sorted(got), sorted(networks))
        check_refused(check, name, trial, pattern)
    return verdict


def dies(status, pattern):
    def verdict(check, name, trial):
        check.equal(f"{name}: ipband dies", trial.status[0], status)
        check_refused(check, name, trial, pattern)
    return verdict


def by_file(name, conf, verdict, frames=FRAMES, **rest):
    return Scenario(name, ("-c", "c.conf", *letters("-b", "1")), frames,
                    files={"c.conf": conf}, ours=False, verdict=verdict,
                    **rest)


def by_letters(name, verdict, *words, **rest):
    return Scenario(name, letters("-b", "1", *words), FRAMES, ours=False,
                    verdict=verdict, **rest)


SCENARIOS = (
    by_letters("BD6 a bad filter", dies(SEGMENTATION_FAULT, "bogus"),
               "-f", "bogus filter"),
    Scenario("BD6 a quoted MTA and -C", ("-c", "c.conf", "-C", *letters()),
             FRAMES, files={"c.conf": 'mtastring "/bin/cat"\n'}, ours=False,
             verdict=dies(ABORTED, "-C says")),
    by_letters("BD8 a bad range", deaf("abc"), "-L", "abc"),
    by_file("BD8 nothing but bad subnets", "subnet 10.1.1.0 7\n",
            deaf(r"c\.conf:1: ")),
    Scenario("BD8 no such file", ("-c", "nothing.conf", *letters("-b", "1")),
             FRAMES, ours=False,
             verdict=runs(r"nothing\.conf", "10.1.1.0", "10.2.2.0")),
    by_file("BD10 an octet of 300",
            "maskbits 24\nsubnet 10.0.300.0 bandwidth 1\n",
            runs(r"c\.conf:2: ", "10.1.44.0"), always(
                *[ipv4.flow("10.1.44.1:1 > 10.9.9.9:2 udp")] * 2)),
    by_file("BD10 a negative threshold", "subnet 10.1.1.0 bandwidth -3\n",
            runs(r"c\.conf:1: ", "10.1.1.0")),
    by_letters("BD10 an octet of 300 in a range", deaf("300"), "-L",
               "10.300.1.0"),
    by_letters("BD10 a mask of letters", runs("abc", "0.0.0.0"), "-m", "abc"),
)
