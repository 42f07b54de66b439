#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the case files of this folder: one text file is one whole test.

A case is a few lines of what it shows (#), the arguments (`run:`), and parts
that begin with `-- NAME --`:

  traffic, traffic NAME   written as traffic.pcap or NAME, see
                          tests/support/traffic_language.py
  metrics (GLOB...)       the samples whose name fits a GLOB, sorted; exact
  stderr                  each line occurs in it; with ! in front, it does not
  stdout                  the whole of it, where it is no page of metrics
  anything else           a file that is written as it stands

`stdin: FILE` feeds a file, `exit: N` is the status (0 if left out). Every case
runs twice and must say the same; each page of metrics goes through promtool.

usage: run.py [--update] BINARY [CASE...]
  --update   rewrite metrics, stdout and exit by what the program says. Check
             the numbers by hand before you commit them.
"""
import fnmatch
import hashlib
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

FOLDER = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parent / "support"))
from traffic_language import compile_traffic  # noqa: E402

PART = re.compile(r"-- (.+) --")


class Case:
    """One parsed file."""

    def __init__(self, path):
        self.path = path
        self.head, self.parts = [], []
        for line in path.read_text().splitlines():
            match = PART.fullmatch(line)
            if match:
                self.parts.append((match[1], []))
            elif self.parts:
                self.parts[-1][1].append(line)
            else:
                self.head.append(line)

    def setting(self, name, default):
        for line in self.head:
            if line.startswith(name + ": "):
                return line.split(": ", 1)[1].strip()
        return default

    def part(self, name):
        """The lines of a part, without empty ones at the end; or None."""
        for title, lines in self.parts:
            if title.split()[0] == name:
                return "\n".join(lines).rstrip().splitlines()
        return None

    def globs(self):
        for title, _ in self.parts:
            if title.startswith("metrics"):
                return title[len("metrics"):].strip(" ()").split()
        return []

    def write_files(self, folder):
        for title, lines in self.parts:
            name, *rest = title.split()
            text = "\n".join(lines).rstrip() + "\n"
            if name == "traffic":
                target = folder / (rest[0] if rest else "traffic.pcap")
                target.write_bytes(compile_traffic(text))
            elif name not in ("metrics", "stderr", "stdout"):
                (folder / title).write_text(text)


def run(case, binary):
    """What the program says in a folder with the case's files."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        case.write_files(folder)
        stdin = case.setting("stdin", None)
        data = (folder / stdin).read_bytes() if stdin else b""
        return subprocess.run(
            [binary, *shlex.split(case.setting("run", ""))], cwd=folder, input=data,
            capture_output=True, timeout=60, check=False)


def chosen_samples(page, globs):
    """The samples a case is about, sorted."""
    return sorted(
        line for line in page.splitlines() if not line.startswith("#")
        and any(fnmatch.fnmatchcase(re.split("[{ ]", line)[0], glob)
                for glob in globs))


def differences(wanted, got):
    return ([f"missing: {line}" for line in wanted if line not in got] +
            [f"surplus: {line}" for line in got if line not in wanted])


def promtool_says(page):
    check = subprocess.run(["promtool", "check", "metrics"], input=page,
                           capture_output=True, timeout=60, check=False)
    text = (check.stdout + check.stderr).decode().strip()
    return [f"promtool: {text}"] if text or check.returncode else []


def check_stderr(wanted, text):
    problems = []
    for line in wanted:
        if line.startswith("!"):
            if line[1:].strip() in text:
                problems.append(f"stderr has: {line[1:].strip()}")
        elif line and line not in text:
            problems.append(f"stderr has not: {line}")
    return problems


def check(case, binary):
    """All that is wrong with a case."""
    first, second = run(case, binary), run(case, binary)
    page, error = first.stdout.decode(), first.stderr.decode()
    problems = []
    if str(first.returncode) != case.setting("exit", "0"):
        problems.append(f"exit {first.returncode}: {error.strip()}")
    if (hashlib.sha256(first.stdout).digest() !=
            hashlib.sha256(second.stdout).digest()):
        problems.append("says something else when run again")
    if case.globs():
        problems += differences(case.part("metrics"),
                                chosen_samples(page, case.globs()))
        problems += promtool_says(first.stdout)
    if case.part("stdout") is not None:
        problems += differences(case.part("stdout"), page.splitlines())
    problems += check_stderr(case.part("stderr") or [], error)
    if problems and error.strip():
        problems.append("stderr: " + error.strip())
    return problems


def update(case, binary):
    """Rewrites what a case expects."""
    result = run(case, binary)
    page = result.stdout.decode()
    head = [line for line in case.head if not line.startswith("exit: ")]
    while head and not head[-1]:
        head.pop()
    if result.returncode:
        head.append(f"exit: {result.returncode}")
    text = "\n".join(head) + "\n"
    for title, lines in case.parts:
        if title.startswith("metrics"):
            lines = chosen_samples(page, case.globs())
        elif title == "stdout":
            lines = page.splitlines()
        text += f"-- {title} --\n" + "\n".join(lines).rstrip() + "\n"
    case.path.write_text(text)


def main(arguments):
    updating = "--update" in arguments
    arguments = [word for word in arguments if word != "--update"]
    if not arguments:
        sys.exit(__doc__)
    binary = str(pathlib.Path(arguments[0]).resolve())
    names = arguments[1:] or sorted(
        path.name for path in FOLDER.glob("*.case"))
    passed = failed = 0
    for name in names:
        case = Case(FOLDER / (pathlib.Path(name).stem + ".case"))
        if updating:
            update(case, binary)
            continue
        problems = check(case, binary)
        passed += not problems
        failed += bool(problems)
        for problem in problems:
            print(f"{case.path.name}: {problem}")
    if not updating:
        print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
