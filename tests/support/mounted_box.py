# SPDX-License-Identifier: Apache-2.0
"""A Box whose processes also have file systems of their own.

    with MountedBox("v1") as box:
        box.mount("/var/mail")                    # empty, theirs alone
        box.mount(box.folder / "small", "size=64k")
        text = box.inner("/var/mail/root").read_text()

The machine's own files stay as they are, and everything is gone with the last
process. What is not mounted over is the machine's.
"""
import pathlib
import subprocess

import netlab
from box import Box


class MountedBox(Box):
    def __init__(self, *interfaces):
        # `cat` ends when this process closes the pipe.
        self._mounts = subprocess.Popen(
            ["unshare", "--mount", "--propagation", "private", "cat"],
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
            preexec_fn=netlab._die_with_parent)
        comm = pathlib.Path(f"/proc/{self._mounts.pid}/comm")
        netlab.wait_for(lambda: comm.read_text().strip() == "cat",
                        "the mount namespace")
        # The root as well: entering the mounts alone leaves a chroot.
        process = f"/proc/{self._mounts.pid}"
        self._enter = (f"--mount={process}/ns/mnt", f"--root={process}/root",
                       f"--wd={process}/cwd")
        super().__init__(*interfaces)

    def run(self, *command, **options):
        return super().run("nsenter", *self._enter, *command, **options)

    def start(self, *command, **options):
        return super().start("nsenter", *self._enter, *command, **options)

    def mount(self, folder, options="mode=755"):
        """An empty file system in memory; the folder is made if missing."""
        pathlib.Path(folder).mkdir(exist_ok=True)
        self.run("mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder))

    def inner(self, path):
        """A file as the box's processes see it."""
        return pathlib.Path(
            f"/proc/{self._mounts.pid}/root", str(path).lstrip("/"))

    def close(self):
        super().close()
        if not self._mounts.stdin.closed:
            self._mounts.stdin.close()
            self._mounts.wait()
