# SPDX-License-Identifier: Apache-2.0
"""A headless Chromium in a network namespace, driven over its debugging pipe.

    with Browser(box, "--lang=en") as browser:
        browser.open("http://127.0.0.1:10059/")
        browser.evaluate("document.title")

A message is JSON and ends with a zero, on descriptors 3 and 4 of the browser:
https://chromedevtools.github.io/devtools-protocol/
"""
import base64
import fcntl
import json
import os
import pathlib
import select
import shutil
import subprocess
import tempfile
import time

import netlab

_PATIENCE = 60  # seconds; a busy machine is slow to start a browser
_PROGRAM = "chromium-headless-shell"
_OPTIONS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic",
            "--no-first-run", "--hide-scrollbars",
            "--disable-background-networking", "--disable-component-update",
            "--disable-sync", "--disable-dev-shm-usage",
            "--remote-debugging-pipe")


def _pipe():
    """Both ends out of the way of descriptors 3 and 4."""
    low = os.pipe()
    ends = [fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in low]
    for end in low:
        os.close(end)
    return ends


class Browser:
    def __init__(self, namespace):
        self._profile = tempfile.mkdtemp(prefix="ipband-browser-")
        theirs_in, self._to = _pipe()
        self._from, theirs_out = _pipe()
        command = [_PROGRAM, *_OPTIONS, "--user-data-dir=" + self._profile]
        # The shell puts the pipe's ends where the browser looks for them.
        self._child = namespace.start(
            "bash", "-c", f'exec "$@" 3<&{theirs_in} 4>&{theirs_out}', "-",
            *command, pass_fds=(theirs_in, theirs_out),
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(theirs_in)
        os.close(theirs_out)
        self._number = 0
        self._rest = b""
        self._session = None
        self.events = []  # (method, parameters), as they came
        target = self.call("Target.createTarget", url="about:blank")
        self._session = self.call("Target.attachToTarget", flatten=True,
                                  targetId=target["targetId"])["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(domain + ".enable")

    def call(self, method, **parameters):
        """The result of a command; events meanwhile go to `events`."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._to, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._receive(method)
            if answer.get("id") == self._number:
                break
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']}")
        return answer["result"]

    def wait_for_event(self, method, since):
        """Until an event of this name has come behind the first `since`."""
        while not any(name == method for name, _ in self.events[since:]):
            self._receive(method)

    def _receive(self, what):
        end = time.monotonic() + _PATIENCE
        while b"\0" not in self._rest:
            left = end - time.monotonic()
            if left <= 0 or not select.select([self._from], [], [], left)[0]:
                raise netlab.Timeout(f"waited {_PATIENCE} s for {what}")
            piece = os.read(self._from, 1 << 20)
            if not piece:
                raise RuntimeError("the browser has ended")
            self._rest += piece
        text, _, self._rest = self._rest.partition(b"\0")
        message = json.loads(text)
        if "method" in message:
            self.events.append((message["method"], message["params"]))
        return message

    def open(self, url):
        seen = len(self.events)
        answer = self.call("Page.navigate", url=url)
        assert "errorText" not in answer, answer
        self.wait_for_event("Page.loadEventFired", seen)

    def evaluate(self, expression):
        """The value of an expression, which may be a promise. Works with
        the page's own scripts off."""
        answer = self.call("Runtime.evaluate", expression=expression,
                           returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def scripts(self, on):
        """From the next page on."""
        self.call("Emulation.setScriptExecutionDisabled", value=not on)

    def look(self, width=1200, height=800, dark=False):
        self.call("Emulation.setDeviceMetricsOverride", width=width,
                  height=height, deviceScaleFactor=1, mobile=width < 600)
        self.call("Emulation.setEmulatedMedia", features=[{
            "name": "prefers-color-scheme",
            "value": "dark" if dark else "light"}])

    def picture(self, path):
        answer = self.call("Page.captureScreenshot", format="png")
        pathlib.Path(path).write_bytes(base64.b64decode(answer["data"]))

    def complaints(self):
        """What the console and the policy have said."""
        return [parameters for method, parameters in self.events
                if method in ("Log.entryAdded", "Runtime.exceptionThrown",
                              "Runtime.consoleAPICalled")]

    def close(self):
        os.close(self._to)
        os.close(self._from)
        netlab.stop(self._child)
        shutil.rmtree(self._profile, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
