#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A web server for tests. Prints its port, then each request (of its body
no more than a pipe holds) as a JSON line; ends when its standard input does. Its arguments are what it answers, one
request after the other: a status, "hang" (no answer) or "flood" (200 and a
body without end); the last one holds for all that follow.
"""
import http.server
import json
import os
import sys
import threading
import time

ANSWERS = sys.argv[1:]


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        length = int(self.headers.get("Content-Length", "0"))
        body = self.rfile.read(length).decode()
        print(json.dumps({"path": self.path, "body": body[:1000],
                          "length": length, "headers": dict(self.headers)}),
              flush=True)
        answer = ANSWERS.pop(0) if len(ANSWERS) > 1 else ANSWERS[0]
        if answer == "hang":
            time.sleep(600)
        elif answer == "flood":
            self.flood()
        else:
            self.send_response(int(answer))
            self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", "5")
            self.end_headers()
            self.wfile.write(b"hello")

    def flood(self):
        self.send_response(200)
        self.end_headers()
        try:
            while True:
                self.wfile.write(b"x" * 4096)
        except OSError:
            pass

    def log_message(self, *_):
        pass


def end_with_standard_input():
    sys.stdin.read()
    os._exit(0)


def main():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=end_with_standard_input, daemon=True).start()
    print(server.server_address[1], flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
