#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Limits the long tail: files, functions and lines that nobody reads to the
end. Exceptions are named here, each with its reason.
"""
import json
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
FILE_LINES = {"collectors": 400, "exporter": 400, "tests": 600}
FUNCTION_LINES = 60
README_LINES = 40
# The mail that an alert becomes, and two files to copy, stand there in full; all
# ways to install are on one page; so is the JSON API.
LONG_READMES = {"alerts": 80, "deploy": 110, "exporter": 130}

EXCEPTIONS = {}


def sources():
    for top in FILE_LINES:
        for path in sorted((ROOT / top).rglob("*")):
            if path.suffix in (".h", ".cc"):
                yield top, path, path.relative_to(ROOT).as_posix()


def long_functions(paths):
    out = subprocess.run(
        ["ctags", "--output-format=json", "--fields=+ne", "--kinds-C++=f",
         "--languages=C++", "--langmap=C++:+.h", "-f", "-", *map(str, paths)],
        check=True, capture_output=True, text=True).stdout
    for line in out.splitlines():
        tag = json.loads(line)
        length = tag.get("end", tag["line"]) - tag["line"] + 1
        if length > FUNCTION_LINES:
            name = pathlib.Path(tag["path"]).relative_to(ROOT).as_posix()
            yield (f"{name}:{tag['line']}: {tag['name']} has {length} lines, "
                   f"more than {FUNCTION_LINES}")


def faults():
    paths = []
    for top, path, name in sources():
        paths.append(path)
        lines = path.read_text().splitlines()
        if len(lines) > FILE_LINES[top]:
            yield f"{name}: {len(lines)} lines, more than {FILE_LINES[top]}"
        if "SPDX-License-Identifier: Apache-2.0" not in (lines or [""])[0]:
            yield f"{name}:1: the licence line is missing"
    yield from long_functions(paths)
    for top in ("alerts", "collectors", "deploy", "exporter", "grafana",
                "tests"):
        readme = ROOT / top / "README.md"
        if not readme.exists():
            yield f"{top}/README.md is missing"
            continue
        limit = LONG_READMES.get(top, README_LINES)
        if len(readme.read_text().splitlines()) > limit:
            yield f"{top}/README.md has more than {limit} lines"


def main():
    found = [fault for fault in faults()
             if fault.split(":")[0] not in EXCEPTIONS]
    print("\n".join(found))
    print(f"{0 if found else 1} passed, {len(found)} failed")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
