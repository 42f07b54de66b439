#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What the compiler and the linker put between a mistake and its misuse: the
program's place in memory is random, what is resolved at its start is read-only
from then on, no stack is executable, and a stack that was overrun, or a copy
that is longer than its target, ends the program.

usage: hardening.py PROGRAM...
"""
import subprocess
import sys


def readelf(program, *options):
    return subprocess.run(["readelf", "--wide", *options, program], check=True,
                          capture_output=True, text=True).stdout


def faults(program):
    header = readelf(program, "--file-header")
    segments = readelf(program, "--program-headers").splitlines()
    dynamic = readelf(program, "--dynamic")
    symbols = readelf(program, "--dyn-syms")
    if "DYN (" not in header:
        yield "is not position-independent (-pie)"
    if not any("GNU_RELRO" in line for line in segments):
        yield "has nothing that becomes read-only (-z relro)"
    if "BIND_NOW" not in dynamic and " NOW" not in dynamic:
        yield "resolves symbols late (-z now)"
    stack = [line for line in segments if "GNU_STACK" in line]
    if not stack or "RWE" in stack[0]:
        yield "has an executable stack (-z noexecstack)"
    if any(line.split()[0] == "LOAD" and "RWE" in line for line in segments
           if line.strip()):
        yield "has memory to write and to execute"
    if "__stack_chk_fail" not in symbols:
        yield "does not look after its stack (-fstack-protector-strong)"
    # Which calls are checked depends on the compiler; some always are.
    if "_chk@" not in symbols.replace("__stack_chk_fail@", ""):
        yield "does not check copies (-D_FORTIFY_SOURCE=2)"
    if "RPATH" in dynamic or "RUNPATH" in dynamic:
        yield "looks for libraries in folders of its own"


def main(programs):
    lines = [f"{program}: {fault}" for program in programs
             for fault in faults(program)]
    print("\n".join(lines))
    print(f"{len(programs)} programs, {len(lines)} faults")
    return 1 if lines or not programs else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
