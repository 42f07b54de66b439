#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Checks every configuration file of this folder with a given binary.

A *.good.yml or *.good.conf passes --config.check without a word. A *.bad.yml
or *.bad.conf ends with 2 and the one line that its own first line says:
"# error: FILE:LINE:COL: what is wrong; what is allowed". An ipfm.conf has two
endings, *.good.ipfm.conf or *.bad.ipfm.conf, and is read with --meters.file.

usage: run.py BINARY
"""
import pathlib
import subprocess
import sys

FOLDER = pathlib.Path(__file__).resolve().parent
MARK = "# error: "


def expected_error(path):
    """The message the file is to be refused with; None if it is good."""
    if ".good." in path.name:
        return None
    first = path.read_bytes().split(b"\n")[0].decode().rstrip("\r")
    if not first.startswith(MARK):
        sys.exit(f"{path.name}: the first line does not begin with {MARK!r}")
    return first[len(MARK):]


def check(binary, path):
    """What is wrong with the answer; None if nothing is."""
    if path.name.endswith(".ipfm.conf"):
        flag = "--meters.file"
    else:
        flag = "--config.file" if path.suffix == ".yml" else "-c"
    run = subprocess.run(
        [binary, "--config.check", flag, path.name],
        cwd=FOLDER, capture_output=True, timeout=60, check=False)
    error = expected_error(path)
    status = 0 if error is None else 2
    wanted = "" if error is None else error + "\n"
    got = run.stderr.decode(errors="replace")
    if run.returncode == status and got == wanted and not run.stdout:
        return None
    return (f"exit {run.returncode}, wanted {status}\n"
            f"    got:    {got.rstrip()}{run.stdout.decode(errors='replace')}\n"
            f"    wanted: {wanted.rstrip()}")


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    binary = str(pathlib.Path(sys.argv[1]).resolve())
    passed = failed = 0
    for path in sorted(FOLDER.iterdir()):
        if not any(mark in path.name for mark in (".good.", ".bad.")):
            continue
        problem = check(binary, path)
        if problem is None:
            passed += 1
        else:
            failed += 1
            print(f"{path.name}: {problem}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
