#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Captures that come through a pipe: somebody may ask for numbers, or end the
program, while the writer has nothing to say.

And what is printed goes into pipes that nobody may read.

usage: pipe_test.py BINARY
"""
import array
import fcntl
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import termios
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "support"))
import exposition  # noqa: E402
import netlab  # noqa: E402
import results  # noqa: E402
from traffic_language import compile_traffic  # noqa: E402

BINARY = sys.argv[1] if len(sys.argv) == 2 else sys.exit(__doc__)
# A report is due at 20 s with -a 10 -r 10.
HIGH = compile_traffic(
    "0s..25s every 10ms 10.0.0.5:4000 > 192.0.2.9:80 udp 986\n")
TEN = compile_traffic(
    "0s..1s every 100ms 10.0.0.5:4000 > 192.0.2.9:80 udp 986\n")


def packets(page):
    return exposition.total(exposition.parse(page), "capture_packets_total")


def start(*arguments, **options):
    return subprocess.Popen([BINARY, *arguments], **options)


def address_of(program):
    for line in program.stderr:
        found = re.search(rb"msg=listening address=(\S+)", line)
        if found:
            return found[1].decode()
    raise netlab.Timeout("it does not listen")


def serves_while_the_writer_is_silent(check):
    program = start("--capture.file", "-", "--web.listen-address=127.0.0.1:0",
                    stdin=subprocess.PIPE, stderr=subprocess.PIPE)
    url = address_of(program) + "/metrics"

    def count():
        with urllib.request.urlopen(url, timeout=4) as answer:
            return packets(answer.read().decode())

    program.stdin.write(TEN)
    program.stdin.flush()
    netlab.wait_for(lambda: count() == 10, "ten packets")
    check.check("the numbers are served", True)
    program.send_signal(signal.SIGTERM)
    check.equal("it ends though the pipe is open", program.wait(timeout=4), 0)


def once_ends_on_a_signal(check):
    program = start("--capture.file", "-", "--once", stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    program.stdin.write(TEN)
    program.stdin.flush()
    # What was read is printed; that it is all there is nobody can say.
    netlab.wait_for(lambda: not waiting_to_be_read(program.stdin),
                    "the pipe to be empty")
    program.send_signal(signal.SIGINT)
    page = program.stdout.read().decode()
    check.equal("the exit code says it is not the end", program.wait(4), 1)
    check.equal("packets", packets(page), 10)


def waiting_to_be_read(pipe):
    size = array.array("i", [0])
    fcntl.ioctl(pipe.fileno(), termios.FIONREAD, size)
    return size[0]


def waits_for_the_writer_of_a_fifo(check):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "fifo")
        os.mkfifo(path)
        program = start("--capture.file", path, "--once",
                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        with open(path, "wb") as fifo:  # blocks until it is being read
            fifo.write(TEN)
        page = program.stdout.read().decode()
        check.equal("the exit code is that of a whole file",
                    program.wait(timeout=4), 0)
        check.equal("packets", packets(page), 10)


def a_second_signal_does_not_wait_for_a_sink(check):
    program = start("--capture.file", "-", "--web.listen-address=127.0.0.1:0",
                    "-a", "10", "-r", "10", "-M", "a@example.net",
                    "-T", "/bin/sleep 30", stdin=subprocess.PIPE,
                    stderr=subprocess.PIPE)
    program.stdin.write(HIGH)
    program.stdin.flush()

    def reported():
        return any(b"stayed over" in line for line in program.stderr)

    check.check("a report is due", reported())
    program.send_signal(signal.SIGTERM)
    try:
        program.wait(timeout=1)
        check.check("the first signal waits for the sink", False)
    except subprocess.TimeoutExpired:
        pass
    program.send_signal(signal.SIGTERM)
    check.equal("the second does not", program.wait(timeout=4),
                -signal.SIGTERM)


def ends_though_nobody_reads(check):
    unread, full = os.pipe()
    os.set_blocking(full, False)
    while True:
        try:
            os.write(full, bytes(4096))
        except BlockingIOError:
            break
    os.set_blocking(full, True)
    program = start("--capture.file", "-", "--once", stdin=subprocess.PIPE,
                    stdout=full, stderr=full)
    program.stdin.write(TEN)
    program.stdin.close()

    def prints():
        with open(f"/proc/{program.pid}/wchan", encoding="ascii") as file:
            return "pipe" in file.read()

    netlab.wait_for(lambda: prints() or program.poll() is not None,
                    "it to print")
    program.send_signal(signal.SIGTERM)
    check.equal("a signal ends it", program.wait(timeout=4), -signal.SIGTERM)
    os.close(unread)
    os.close(full)


if __name__ == "__main__":
    results.run_each([serves_while_the_writer_is_silent,
                      once_ends_on_a_signal, waits_for_the_writer_of_a_fifo,
                      a_second_signal_does_not_wait_for_a_sink,
                      ends_though_nobody_reads])
