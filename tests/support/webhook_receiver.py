# SPDX-License-Identifier: Apache-2.0
"""A web server that keeps what is posted to it.

    with WebhookReceiver(box, answers=[503, 503]) as receiver:
        ... receiver.url ... receiver.requests[0].body

Answers with the statuses given, one after the other, and then with 200.
"""
import dataclasses
import http.server
import threading
import time


@dataclasses.dataclass
class Request:
    at: float  # by the steady clock
    path: str
    headers: dict
    body: bytes
    status: int  # what it was answered


class WebhookReceiver:
    def __init__(self, namespace, answers=(), always=200):
        self.requests = []
        self._answers = list(answers)
        self._always = always
        self._lock = threading.Lock()
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status = receiver._note(self, body)
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass
        with namespace.inside():
            self._server = http.server.ThreadingHTTPServer(
                ("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/hook"
        self._thread = threading.Thread(target=self._server.serve_forever,
                                        args=(0.05,))
        self._thread.start()

    def _note(self, handler, body):
        with self._lock:
            status = self._answers.pop(0) if self._answers else self._always
            headers = {key.lower(): value
                       for key, value in handler.headers.items()}
            self.requests.append(Request(
                time.monotonic(), handler.path, headers, body, status))
        return status

    def answered(self, status):
        """The requests that got this status."""
        return [one for one in self.requests if one.status == status]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
