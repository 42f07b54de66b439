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
import traceback

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


def main(check):
    binary = pathlib.Path(sys.argv[1]).resolve()
    chosen = [s for s in SCENARIOS
              if not sys.argv[2:] or s.name.split()[0] in sys.argv[2:]]
    for at in range(0, len(chosen), AT_ONCE):
        trials = ipband_lab.run(binary, chosen[at:at + AT_ONCE])
        for trial in trials:
            before = check.failed
            check.equal(f"{trial.scenario.name}: actions",
                        trial.notes.get("error"), None)
            try:
                trial.scenario.verdict(check, trial.scenario.name, trial)
            except Exception:  # the others are looked at all the same
                traceback.print_exc(file=sys.stdout)
                check.check(trial.scenario.name, False, "exception")
            if check.failed > before:
                print(f"--- {trial.scenario.name}: ipband\n"
                      f"{trial.old.reports}{trial.old.text('stderr')}"
                      f"--- ours\n{trial.ours.reports}")
                if trial.scenario.ours:
                    print(f"--- our log\n{trial.ours.log}")
            trial.close()


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    results.run(main)
