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

from box import Box
from mounts import Mounts


class MountedBox(Box):
    def __init__(self, *interfaces):
        self._mounts = Mounts()
        super().__init__(*interfaces)

    def run(self, *command, **options):
        return super().run(*self._mounts.enter, *command, **options)

    def start(self, *command, **options):
        return super().start(*self._mounts.enter, *command, **options)

    def mount(self, folder, options="mode=755"):
        """An empty file system in memory; the folder is made if missing."""
        pathlib.Path(folder).mkdir(exist_ok=True)
        self.run("mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder))

    def inner(self, path):
        """A file as the box's processes see it."""
        return self._mounts.inner(path)

    def close(self):
        super().close()
        self._mounts.close()
