#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Lets one fuzzer run for FUZZ_SECONDS (15) from the inputs it is given.

What it finds stays in FUZZ_FOLDER/NAME (build/asan/found): inputs that reach
new code, from which the next run goes on, and crash-*, timeout-* or oom-*,
which fail the test. Such an input belongs into corpus/NAME with the repair.

usage: fuzz.py FUZZER FILE_OR_FOLDER...
"""
import hashlib
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]


def files(paths):
    for path in map(pathlib.Path, paths):
        yield from sorted(path.iterdir()) if path.is_dir() else [path]


def main(fuzzer, *inputs):
    name = pathlib.Path(fuzzer).name.removeprefix("fuzz_")
    folder = pathlib.Path(os.environ.get("FUZZ_FOLDER",
                                         ROOT / "build/asan/found")) / name
    corpus = folder / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for path in files(inputs):
        data = path.read_bytes()
        (corpus / hashlib.sha1(data).hexdigest()).write_bytes(data)
    seconds = os.environ.get("FUZZ_SECONDS", "15")
    dictionary = ROOT / "tests/fuzz" / f"{name}.dict"
    done = subprocess.run(
        [fuzzer, f"-max_total_time={seconds}", "-timeout=20", "-rss_limit_mb=2048",
         "-print_final_stats=1", f"-artifact_prefix={folder}/",
         *([f"-dict={dictionary}"] if dictionary.exists() else []), corpus],
        stderr=subprocess.PIPE, text=True, errors="replace", check=False)
    lines = done.stderr.splitlines()
    if done.returncode:
        print("\n".join(lines[-60:]))
    runs = re.search(r"number_of_executed_units: *(\d+)", done.stderr)
    print(f"{name}: {runs[1] if runs else 'some'} runs in {seconds} s, "
          f"{sum(1 for _ in corpus.iterdir())} inputs")
    return done.returncode


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
