#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""`ipbandctl check-config` says of a file what the exporter says at its start.

Every file of tests/config goes through both: the same exit code, the same line.

usage: check_config_test.py EXPORTER IPBANDCTL
"""
import pathlib
import subprocess
import sys

FOLDER = pathlib.Path(__file__).resolve().parents[1] / "config"


def run(*words, **more):
    return subprocess.run(words, cwd=FOLDER, capture_output=True, text=True,
                          errors="replace", timeout=60, check=False, **more)


def problem(exporter, control, name):
    """What is wrong with the answer about one file; None if nothing is."""
    wanted = run(exporter, "--config.check", "-c", name)
    got = run(control, "check-config", name)
    error = wanted.stderr.replace("ipband_exporter: error:",
                                  "ipbandctl: error:")
    if got.stdout or got.returncode != wanted.returncode:
        return f"exit {got.returncode}: {got.stdout}{got.stderr}"
    if wanted.returncode and got.stderr != error:
        return f"says {got.stderr!r}, wanted {error!r}"
    return None


def check_several(control):
    """All are looked at, and standard input is a file as well."""
    several = run(control, "check-config", "top-word.bad.conf",
                  "basic.good.conf", "judge.bad.yml")
    assert several.returncode == 2, several
    assert [line.split(":")[0] for line in several.stderr.splitlines()] == [
        "top-word.bad.conf", "judge.bad.yml"], several.stderr
    filters = run(control, "check-config", "-", input="filter foo bar\n")
    assert filters.returncode == 2, filters
    assert filters.stderr.startswith(
        '/dev/stdin:1: filter: "foo bar" is no filter: '), filters.stderr
    warned = run(control, "check-config", "-", input="debugger 1\n")
    assert warned.returncode == 0 and not warned.stdout, warned
    assert '"debugger" is read as debug' in warned.stderr, warned.stderr
    # Also where a warning is about no line of it.
    lost = run(control, "check-config", "-", "defaults.good.yml", input=(
        "DEVICE v0\nLOG\nFILENAME \"/dev/null/x\"\n"))
    assert lost.returncode == 0 and lost.stderr == (
        '-: meter "ipfm1": /dev/null/x cannot be written at present: '
        "Not a directory\n"), lost.stderr
    absent = run(control, "check-config", "not-there.yml")
    assert absent.returncode == 2 and absent.stderr == (
        "ipbandctl: error: cannot read not-there.yml: "
        "No such file or directory\n"), absent


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    exporter, control = (str(pathlib.Path(p).resolve()) for p in sys.argv[1:])
    check_several(control)
    passed = failed = 0
    for path in sorted(FOLDER.iterdir()):
        if not any(mark in path.name for mark in (".good.", ".bad.")):
            continue
        wrong = problem(exporter, control, path.name)
        passed += wrong is None
        if wrong is not None:
            failed += 1
            print(f"{path.name}: {wrong}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
