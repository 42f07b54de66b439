#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What the program may do, by how it is started: as root with --user and
without, as a plain user with an ambient or a file capability, and without any.

usage: privileges_test.py BINARY
"""
import os
import pathlib
import pwd
import re
import shutil
import signal
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "support"))
import results  # noqa: E402
from box import (Box, stopping, wait_for_packets,  # noqa: E402
                 wait_for_sample)
from netlab import wait_for  # noqa: E402
from reporting import (FRAME, config, log_lines, stored,  # noqa: E402
                       traffic, wait_for_reports)

BINARY = sys.argv[1] if len(sys.argv) == 2 else sys.exit(__doc__)
USER = "nobody"
UID = pwd.getpwnam(USER).pw_uid
NET_RAW = 1 << 13
AS_USER = ["setpriv", f"--reuid={UID}", "--regid=65534", "--clear-groups"]


class OpenBox(Box):
    """A box whose folder the user may enter, with a copy of the program that
    the user may start."""

    def __init__(self, *interfaces):
        super().__init__(*interfaces)
        self.folder.chmod(0o755)
        self.program = self.folder / "ipband_exporter"
        shutil.copy(BINARY, self.program)

    def script(self, *command):
        """Starts the program in another way."""
        path = self.folder / "start"
        path.write_text("#!/bin/sh\nexec " + " ".join(map(str, command)) +
                        f" {self.program} \"$@\"\n")
        path.chmod(0o755)
        return path

    def users_folder(self, name):
        folder = self.folder / name
        folder.mkdir()
        os.chown(folder, UID, -1)
        return folder


def threads(exporter):
    """Of each thread: user, effective, permitted, bounding and ambient
    capabilities, no new privileges."""
    found = []
    for task in pathlib.Path(f"/proc/{exporter.pid}/task").iterdir():
        status = (task / "status").read_text()
        found.append((int(re.search(r"Uid:\s+(\d+)", status)[1]),
                      *(int(re.search(rf"Cap{name}:\s+(\w+)", status)[1], 16)
                        for name in ("Eff", "Prm", "Amb")),
                      int(re.search(r"NoNewPrivs:\s+(\d)", status)[1])))
    return found


def bounding(exporter):
    status = pathlib.Path(f"/proc/{exporter.pid}/status").read_text()
    return int(re.search(r"CapBnd:\s+(\w+)", status)[1], 16)


def check_threads(check, name, exporter, user, capabilities, no_new):
    wanted = (user, capabilities, capabilities, 0, no_new)
    check.equal(f"{name}: every thread", set(threads(exporter)), {wanted})


def comes_back(check, name, box, exporter):
    """An interface that is made again is captured again."""
    box.remove("v1")
    wait_for_sample(exporter, "capture_up", 0, interface="v1")
    box.add("v1")
    wait_for_sample(exporter, "capture_up", 1, interface="v1")
    before = wait_for_packets(exporter, "v1", 0)
    box.send("v1", [FRAME] * 3)
    total = sum(value for (key, _), value in before.items()
                if key == "capture_packets_total")
    check.check(f"{name}: captures again", wait_for_packets(
        exporter, "v1", total + 3))


def named_user(check):
    """Root becomes somebody else, who makes and writes all files."""
    with OpenBox("v1") as box:
        storage = box.users_folder("state")
        exporter = box.exporter(
            BINARY, "v1", f"--user={USER}", config=config(
                storage, f"{{text: {box.folder}/not-theirs}}"))
        with stopping(exporter):
            check_threads(check, "--user", exporter, UID, NET_RAW, 1)
            check.equal("--user: nothing can be had again",
                        bounding(exporter), NET_RAW)
            check.equal("--user: says what cannot be written", len(log_lines(
                exporter, "level=warn", "not-theirs")), 1)
            with traffic(box):
                wait_for_reports(exporter, 1)
            wait_for(lambda: stored(storage / "reports"), "the report")
            owners = {path.stat().st_uid for path in storage.rglob("*")}
            check.equal("--user: owns what is kept", owners, {UID})
            capture = box.folder / "of-root.pcap"
            capture.touch(0o600)
            code, out, error = box.try_exporter(
                BINARY, f"--user={USER}", "--once", "--capture.file", capture)
            check.equal("--user: needs to read the capture file", (
                code, out, error.count("of-root.pcap: Permission denied\n")),
                (1, "", 1))
            comes_back(check, "--user", box, exporter)
            # The configuration is root's own.
            os.kill(exporter.pid, signal.SIGHUP)
            wait_for_sample(exporter, "config_last_reload_successful", 0)
            check.check("--user: cannot read it again, and says so", log_lines(
                exporter, "not read again", "Permission denied"))
            next(box.folder.glob("*.yml")).chmod(0o644)
            os.kill(exporter.pid, signal.SIGHUP)
            wait_for_sample(exporter, "config_last_reload_successful", 1)


def root(check):
    """Nothing changes about the user."""
    with OpenBox("v1") as box:
        with stopping(box.exporter(BINARY, "v1")) as exporter:
            of_each = set(threads(exporter))
            check.equal("root: all threads alike", len(of_each), 1)
            user, effective, permitted, ambient, no_new = of_each.pop()
            check.equal("root: stays root, gains nothing",
                        (user, ambient, no_new), (0, 0, 1))
            wanted = NET_RAW | 1 << 1 | 1 << 3 | 1 << 5 | 1 << 10
            check.equal("root: capabilities", (effective, permitted),
                        (wanted, wanted))
            check.equal("root: one warning", len(log_lines(
                exporter, "level=warn", "--user NAME")), 1)
            comes_back(check, "root", box, exporter)
        # ipband's defaults: reports are mailed through a program, which may be
        # another user's.
        mailing = box.exporter(BINARY, "v1", "-M", "root@localhost", "-C")
        with stopping(mailing):
            check.equal("mail command: may gain", {
                thread[-1] for thread in threads(mailing)}, {0})


def plain_user(check):
    """systemd gives an ambient capability, setcap one that the file has."""
    with OpenBox("v1") as box:
        ambient = box.script(*AS_USER, "--inh-caps=+net_raw",
                             "--ambient-caps=+net_raw")
        with stopping(box.exporter(ambient, "v1")) as exporter:
            check_threads(check, "ambient", exporter, UID, NET_RAW, 1)
            check.equal("ambient: no warning about root", log_lines(
                exporter, "running as root"), [])
            comes_back(check, "ambient", box, exporter)
        subprocess.run(["setcap", "cap_net_raw+p", box.program], check=True)
        of_file = box.script(*AS_USER)
        with stopping(box.exporter(of_file, "v1")) as exporter:
            check_threads(check, "file", exporter, UID, NET_RAW, 1)
            comes_back(check, "file", box, exporter)


def missing(check):
    """One line with the command that helps."""
    with OpenBox("v1") as box:
        code, out, error = box.try_exporter(
            box.script(*AS_USER, "--bounding-set=-all", "--inh-caps=-all"),
            "--web.listen-address=127.0.0.1:0", "v1")
        said = [line for line in error.splitlines() if "error" in line and
                "setcap" in line and "level=" not in line]
        check.equal("missing: exit 1 and one line", (code, out, len(said)),
                    (1, "", 1))
        check.check("missing: the command, to be copied",
                    f"setcap cap_net_raw+p {box.program}" in error, error)
        for name, command, words in (
                ("nobody like that", [BINARY], "no such user"),
                ("not root", [box.script(*AS_USER)], "only root")):
            user = "nobody-like-that" if name != "not root" else "daemon"
            code, out, error = box.try_exporter(
                *command, f"--user={user}", "v1")
            check.equal(f"{name}: exit", (code, out), (2, ""))
            check.check(f"{name}: says so", words in error, error)


def port_in_use(check):
    """A clear line, and exit 1."""
    with OpenBox("v1") as box:
        with stopping(box.exporter(BINARY, "v1")) as exporter:
            address = re.match(r"http://([^/]+)/", exporter.url)[1]
            code, out, error = box.try_exporter(
                BINARY, f"--web.listen-address={address}", "v1")
            said = [line for line in error.splitlines() if address in line
                    and "level=" not in line]
            check.equal("port: exit 1 and one line", (code, out, len(said)),
                        (1, "", 1))


if __name__ == "__main__":
    results.run_each([named_user, root, plain_user, missing, port_in_use])
