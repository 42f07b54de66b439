# SPDX-License-Identifier: Apache-2.0
"""A network namespace with veth pairs of which both ends are in it.

    with Box("v1", "v2") as box:       # v1 and v2, their other ends pv1 and pv2
        exporter = box.exporter(BINARY, "v1")
        box.send("v1", [traffic_language.frame("10.0.0.5 > 10.0.0.6 icmp 84")])

What is sent to an interface arrives on it from its other end. There are no
addresses and no IPv6, so the kernel itself says nothing on the lines.
"""
import contextlib
import pathlib
import socket
import subprocess
import tempfile
import threading

import exposition
import netlab


class Box(netlab.Namespace):
    def __init__(self, *interfaces):
        self._folder = tempfile.TemporaryDirectory(prefix="ipband-box-")
        self.folder = pathlib.Path(self._folder.name)
        self._lines = {}
        super().__init__()
        netlab.Lab._silence(self)
        for name in interfaces:
            self.add(name)

    def add(self, name, up=True):
        self.ip("link", "add", name, "type", "veth", "peer", "name", "p" + name)
        self.ip("link", "set", "p" + name, "up")
        if up:
            self.up(name)

    def up(self, name):
        self.ip("link", "set", name, "up")
        for end in (name, "p" + name):
            netlab.wait_for(lambda end=end: "LOWER_UP" in self.ip(
                "link", "show", end), end + " to be up")

    def down(self, name):
        self.ip("link", "set", name, "down")

    def remove(self, name):
        line = self._lines.pop(name, None)
        if line is not None:
            line.close()
        self.ip("link", "delete", name)

    def ip(self, *words):
        return self.run("ip", *words)

    def line(self, name):
        """A socket on which frames for `name` are sent."""
        if name not in self._lines:
            with self.inside():
                line = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
            line.bind(("p" + name, 0))
            self._lines[name] = line
        return self._lines[name]

    def send(self, name, frames):
        line = self.line(name)
        for frame in frames:
            line.send(frame)

    @contextlib.contextmanager
    def traffic(self, name, frame, pause):
        """One frame after the other while the block runs."""
        done = threading.Event()
        line = self.line(name)

        def send():
            while not done.wait(pause):
                line.send(frame)
        thread = threading.Thread(target=send)
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join()

    def exporter(self, binary, *arguments, config=None):
        return netlab.Exporter(self, binary, *arguments, config=config,
                               folder=self.folder)

    def file(self, name, text):
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return str(path)

    def try_exporter(self, binary, *arguments, patience=20):
        """Runs one that is to end by itself: status, stdout, stderr."""
        run = subprocess.run(
            self.command(str(binary), *arguments), capture_output=True,
            text=True, timeout=patience, check=False)
        return run.returncode, run.stdout, run.stderr

    def close(self):
        for line in self._lines.values():
            line.close()
        self._lines = {}
        super().close()
        self._folder.cleanup()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


@contextlib.contextmanager
def stopping(exporter):
    """Ends the exporter, also on failure."""
    try:
        yield exporter
    finally:
        exporter.stop()


def packets(samples, interface):
    return exposition.total(samples, "capture_packets_total",
                            interface=interface)


def wait_for_packets(exporter, interface, count):
    """Until it has read `count` frames of an interface; the scrape."""
    last = {}

    def enough():
        last["samples"] = exporter.scrape()
        return packets(last["samples"], interface) >= count
    try:
        netlab.wait_for(enough, f"{count} frames on {interface}")
    except netlab.Timeout as error:
        got = packets(last["samples"], interface)
        raise netlab.Timeout(f"{error}; there are {got}") from None
    return last["samples"]


def wait_for_sample(exporter, name, value, **labels):
    """Until a sample (or its sum) has this value; the scrape. None: until
    there is no such sample."""
    last = {}

    def there():
        samples = last["samples"] = exporter.scrape()
        found = [number for (other, pairs), number in samples.items()
                 if other == name and labels.items() <= dict(pairs).items()]
        return not found if value is None else (
            bool(found) and sum(found) == value)
    netlab.wait_for(there, f"{name}{labels} to be {value}", 30)
    return last["samples"]
