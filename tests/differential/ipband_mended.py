# SPDX-License-Identifier: Apache-2.0
"""What ipband 0.8.1 gets wrong and ours does not: both are shown, side by side.

Every scenario is named after the defect (README.md has the list). Not here:
BD11 (ipband_reports.py), BD15 (-F), BD16 (needs another clock), BD17 (a mark
in a table that ours does not print), BD20 (no limit), BD22 and BD23 (a man
page).

usage: ipband_mended.py BINARY [DEFECT...]
"""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent /
                       "support"))
import ipband_defects  # noqa: E402
import ipband_failures  # noqa: E402
import ipband_lab  # noqa: E402
import ipband_refusals  # noqa: E402
import results  # noqa: E402

SCENARIOS = (ipband_defects.SCENARIOS + ipband_failures.SCENARIOS +
             ipband_refusals.SCENARIOS)
AT_ONCE = 18  # labs on two processor cores


def verdict(check, trial):
    scenario = trial.scenario
    check.equal(f"{scenario.name}: actions", trial.notes.get("error"), None)
    scenario.verdict(check, scenario.name, trial)


def main(check):
    binary = pathlib.Path(sys.argv[1]).resolve()
    chosen = [s for s in SCENARIOS
              if not sys.argv[2:] or s.name.split()[0] in sys.argv[2:]]
    for at in range(0, len(chosen), AT_ONCE):
        ipband_lab.judge(binary, chosen[at:at + AT_ONCE], check, verdict)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    results.run(main)
