#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the case files of this folder: one text file is one whole test.

A case is a few lines of what it shows (#), the arguments (`run:`), and parts
that begin with `-- NAME --`:

  traffic, traffic NAME   written as traffic.pcap or NAME, see
                          tests/support/traffic_language.py
  metrics (GLOB...)       the samples whose name fits a GLOB, sorted; exact
  stderr                  each line occurs in it; with ! in front, it does not
  stdout                  the whole of it; with metrics, what is before them
  file NAME               the whole of a file that the program has written
  anything else           a file that is written as it stands

`stdin: FILE` feeds a file, `exit: N` is the status (0 if left out), `absent:
FILE` must not be there afterwards. The time zone is UTC. Every case runs twice
and must say the same; each page of metrics goes through promtool.

usage: run.py [--update] BINARY [CASE...]
  --update   rewrite metrics, stdout, files and exit by what the program says.
             Check the numbers by hand before you commit them.
"""
import difflib
import fnmatch
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile
from typing import NamedTuple

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
            if name in (title, title.split()[0]):
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
            elif name not in ("metrics", "stderr", "stdout", "file"):
                (folder / title).write_text(text)


class Said(NamedTuple):
    """What one run of the program left behind."""
    status: int
    stdout: bytes  # up to the page of metrics, if the case is about it
    page: bytes
    stderr: str
    files: dict    # {name: text, or None if there is no such file}


def run(case, binary):
    """What the program says in a folder with the case's files."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        case.write_files(folder)
        stdin = case.setting("stdin", None)
        data = (folder / stdin).read_bytes() if stdin else b""
        done = subprocess.run(
            [binary, *shlex.split(case.setting("run", ""))], cwd=folder,
            input=data, env={**os.environ, "TZ": "UTC"}, capture_output=True,
            timeout=60, check=False)
        names = [title.split()[1] for title, _ in case.parts
                 if title.startswith("file ")]
        names += case.setting("absent", "").split()
        files = {name: (folder / name).read_text()
                 if (folder / name).exists() else None for name in names}
    before, mark, page = done.stdout.partition(b"# HELP ")
    if not case.globs():
        before, mark, page = done.stdout, b"", b""
    return Said(done.returncode, before, mark + page, done.stderr.decode(),
                files)


def chosen_samples(page, globs):
    """The samples a case is about, sorted."""
    return sorted(
        line for line in page.splitlines() if not line.startswith("#")
        and any(fnmatch.fnmatchcase(re.split("[{ ]", line)[0], glob)
                for glob in globs))


def differences(wanted, got):
    return ([f"missing: {line}" for line in wanted if line not in got] +
            [f"surplus: {line}" for line in got if line not in wanted])


def text_differences(name, wanted, got):
    """Line by line, as diff shows it."""
    if got is None:
        return [f"{name}: no such file"]
    return list(difflib.unified_diff(wanted, got.rstrip().splitlines(),
                                     name + " wanted", name + " got",
                                     lineterm=""))


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
    page, error = first.page.decode(), first.stderr
    problems = []
    if str(first.status) != case.setting("exit", "0"):
        problems.append(f"exit {first.status}: {error.strip()}")
    if ((first.stdout, first.page, first.files) !=
            (second.stdout, second.page, second.files)):
        problems.append("says something else when run again")
    if case.globs():
        problems += differences(case.part("metrics"),
                                chosen_samples(page, case.globs()))
        problems += promtool_says(first.page)
    if case.part("stdout") is not None:
        problems += text_differences("stdout", case.part("stdout"),
                                     first.stdout.decode())
    for name, text in first.files.items():
        wanted = case.part("file " + name)
        if wanted is None:
            problems += [f"there is {name}"] if text is not None else []
        else:
            problems += text_differences(name, wanted, text)
    problems += check_stderr(case.part("stderr") or [], error)
    if problems and error.strip():
        problems.append("stderr: " + error.strip())
    return problems


def update(case, binary):
    """Rewrites what a case expects."""
    result = run(case, binary)
    page = result.page.decode()
    head = [line for line in case.head if not line.startswith("exit: ")]
    while head and not head[-1]:
        head.pop()
    if result.status:
        head.append(f"exit: {result.status}")
    text = "\n".join(head) + "\n"
    for title, lines in case.parts:
        if title.startswith("metrics"):
            lines = chosen_samples(page, case.globs())
        elif title == "stdout":
            lines = result.stdout.decode().splitlines()
        elif title.startswith("file "):
            lines = (result.files[title.split()[1]] or "").splitlines()
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
