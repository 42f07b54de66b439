# SPDX-License-Identifier: Apache-2.0
"""The same frames and the same words: ipband 0.8.1's reports are ours.

Both run on one interface at the same time. Every network has to have the same
reports in the same order: time (to the second), lines above the table,
threshold, minutes, and the rows. What is allowed to differ is said by the
scenario and has to differ; README.md has the list.

usage: ipband_reports.py BINARY [SCENARIO...]
"""
import ipaddress
import pathlib
import sys
from collections import Counter

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent /
                       "support"))
import ipband_lab  # noqa: E402
import report_text  # noqa: E402
import results  # noqa: E402
from ipband_scenarios import SCENARIOS  # noqa: E402

AT_ONCE = 15  # labs on two processor cores


def above(block):
    """What stands above the table and has to be the same in both."""
    return (block.top, block.network, block.name, block.threshold,
            block.exceeded, block.accumulated and block.accumulated.minutes)


def check_row_order(check, name, block):
    """Falling, ties by key (ipband: in the order of its hash table)."""
    kbytes = [float(row.kbytes) for row in block.rows]
    check.equal(f"{name}: rows fall", kbytes, sorted(kbytes, reverse=True))


def check_block_order(check, name, blocks):
    """By time, then by number (ipband: in the order of its hash table)."""
    order = [(block.date, ipaddress.ip_network(block.network))
             for block in blocks]
    check.equal(f"{name}: order", order, sorted(order))


def check_accumulated(check, name, block, first):
    """The percentage is of the time since the program's start."""
    given = block.accumulated
    if given is None:
        return
    seconds = round(float(given.minutes) * 60)
    whole = block.date - given.since
    # The minutes are rounded, and ipband's seconds are as they pass.
    allowed = 100 * 0.3 / whole + 0.01
    check.check(f"{name}: {given.percent} % are {seconds} s of {whole} s",
                abs(float(given.percent) - 100 * seconds / whole) <= allowed)
    if first is not None:
        check.equal(f"{name}: since the first frame", given.since, first)


def compare(check, name, wanted, got, shift=0):
    """Two programs' blocks of one network."""
    check.equal(f"{name}: number of reports", len(got), len(wanted))
    for number, (old, new) in enumerate(zip(wanted, got), 1):
        which = f"{name}, report {number}"
        check.equal(f"{which}: head", above(new), above(old))
        check.check(f"{which}: time",
                    abs(new.date - old.date) <= 1,
                    f"{new.date - old.date} s later than ipband's")
        missing = Counter(old.rows) - Counter(new.rows)
        more = Counter(new.rows) - Counter(old.rows)
        check.same(f"{which}: rows",
                   [f"only ipband: {row}" for row in missing] +
                   [f"only ours:   {row}" for row in more])
        check_row_order(check, which, new)


def check_lockstep(check, trial):
    """ipband's periods were those that were meant: else nothing below holds.

    The tables of all its periods tell; the first is the one before the first
    frame."""
    tables = trial.old.tables
    scenario = trial.scenario
    wanted = trial.seconds // ipband_lab.AVERAGE + 1
    check.equal(f"{scenario.name}: ipband's periods", len(tables), wanted)


def check_trial(check, trial):
    scenario = trial.scenario
    name = scenario.name
    check_lockstep(check, trial)
    check.equal(f"{name}: exit statuses", trial.status, (0, 0))
    old = ipband_lab.blocks(trial.old.reports)
    ours = ipband_lab.blocks(trial.ours.reports)
    check.check(f"{name}: ipband wrote reports", bool(old))
    wanted = old
    for difference in scenario.explained:
        mended = difference.mend(wanted)
        check.check(f"{name}: {difference.id} still differs",
                    mended != wanted)
        wanted = mended
    wanted, got = map(report_text.by_network, (wanted, ours))
    check.equal(f"{name}: networks", sorted(got), sorted(wanted))
    for network in sorted(wanted.keys() & got.keys()):
        compare(check, f"{name}: {network}", wanted[network], got[network])
    check_block_order(check, name, ours)
    for block in old:
        check_accumulated(check, f"{name}: ipband", block, None)
    for block in ours:
        check_accumulated(check, f"{name}: ours", block,
                          trial.first if scenario.ticks else None)


def main(check):
    binary = pathlib.Path(sys.argv[1]).resolve()
    named = sys.argv[2:]
    chosen = [s for s in SCENARIOS if not named or s.name in named]
    for at in range(0, len(chosen), AT_ONCE):
        ipband_lab.judge(binary, chosen[at:at + AT_ONCE], check, check_trial)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    results.run(main)
