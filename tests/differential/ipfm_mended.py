# SPDX-License-Identifier: Apache-2.0
"""What ipfm 0.11.5 gets wrong and ours does not: both are shown, side by side.

Every scenario is named after the defect (README.md has the list) and runs in a
process and a lab of its own, all at the same time. Not here: FD11 (the daemon's
pid file) and FD20 (a man page).

usage: ipfm_mended.py BINARY [DEFECT...]
"""
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent /
                       "support"))
import ipfm_config_defects  # noqa: E402
import ipfm_count_defects  # noqa: E402
import ipfm_running_defects  # noqa: E402
import ipfm_time_defects  # noqa: E402
import results  # noqa: E402

SCENARIOS = (ipfm_time_defects.SCENARIOS + ipfm_count_defects.SCENARIOS +
             ipfm_config_defects.SCENARIOS + ipfm_running_defects.SCENARIOS)
AT_ONCE = 12  # labs on two processor cores
PATIENCE = 60  # seconds


def start(binary, name):
    return name, subprocess.Popen(
        [sys.executable, __file__, "--one", binary, name], text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def heard(child):
    """What it has said when it has ended."""
    try:
        return child.communicate(timeout=PATIENCE)[0]
    except subprocess.TimeoutExpired:
        child.kill()
        return child.communicate()[0] + "has not ended"


def main(check):
    binary = str(pathlib.Path(sys.argv[1]).resolve())
    chosen = [s.__name__ for s in SCENARIOS
              if not sys.argv[2:] or s.__name__ in sys.argv[2:]]
    for at in range(0, len(chosen), AT_ONCE):
        running = [start(binary, name) for name in chosen[at:at + AT_ONCE]]
        ended = [(name, child, heard(child)) for name, child in running]
        for name, child, said in ended:
            if child.returncode != 0:
                # The old program can be late where so many run at once: what is
                # to be shown shows by itself, too, or it is not there.
                print(f"{name} again, alone; at first it said:\n{said}")
                name, child = start(binary, name)
                said = heard(child)
            if not check.check(name, child.returncode == 0):
                print(said)


def one(binary, name):
    """In a process of its own: its namespaces and its clock."""
    for scenario in SCENARIOS:
        if scenario.__name__ == name:
            results.run(lambda check: scenario(check, pathlib.Path(binary)))


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    if sys.argv[1] == "--one":
        one(*sys.argv[2:])
    results.run(main)
