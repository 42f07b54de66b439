# SPDX-License-Identifier: Apache-2.0
"""A mount namespace: what is mounted in it, only processes in it see.

    mounts = Mounts("mount --bind etc/hosts /etc/hosts", folder)
    subprocess.run([*mounts.enter, "cat", "/etc/hosts"])

The machine's own files stay as they are. What runs in it begins in `folder`.
"""
import pathlib
import subprocess

import netlab


class Mounts:
    """`script`: what a shell in `folder` does first."""

    def __init__(self, script="", folder="/"):
        # `cat` ends when this process closes the pipe.
        self._holder = subprocess.Popen(
            [*netlab.DIES_WITH_US, "unshare", "--mount", "sh", "-e", "-c",
             script + "\nexec cat"],
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, cwd=folder)
        self._process = pathlib.Path(f"/proc/{self._holder.pid}")
        netlab.wait_for(
            lambda: (self._process / "comm").read_text() == "cat\n",
            "the mounts")
        # The root as well: entering the mounts alone leaves a chroot.
        self.enter = ("nsenter", f"--mount={self._process}/ns/mnt",
                      f"--root={self._process}/root",
                      f"--wd={self._process}/cwd")

    def inner(self, path):
        """A file as it is seen from inside."""
        return self._process / "root" / str(path).lstrip("/")

    def close(self):
        if not self._holder.stdin.closed:
            self._holder.stdin.close()
            self._holder.wait()
