#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Reports as pages and as JSON, and who may read them.

usage: reports_web_test.py BINARY
"""
import datetime
import json
import pathlib
import re
import sys
import threading

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "support"))
import netlab  # noqa: E402
import results  # noqa: E402
from box import stopping  # noqa: E402
from reporting import (FRAME, SUBNET, blocks, config, quiet, read,  # noqa: E402
                       stored, wait_for_nothing_left, wait_for_reports)

BINARY = sys.argv[1] if len(sys.argv) == 2 else sys.exit(__doc__)
SECRETS = ("10.1.1.1", "192.0.2.9", "40000")  # of the connection
PATHS = ("/reports", "/reports/{id}", "/reports/{id}?format=text",
         "/reports/{id}?format=json", "/api/v1/reports",
         "/api/v1/reports?id={id}")


class Place:
    """Both ends of a line: the exporter's machine and a stranger's."""

    def __init__(self, lab, details="local"):
        self.lab = lab
        self.storage = lab.folder / "storage"
        self.text = lab.folder / "reports.txt"
        self.exporter = netlab.Exporter(
            lab.right, BINARY, "--web.listen-address=10.77.0.2:0", "v1",
            config=config(self.storage, f'{{text: "{self.text}"}}') +
            f"web: {{details: {details}}}\n", folder=lab.folder)
        self.local, self.remote = self.exporter.addresses

    def stop(self):
        self.exporter.stop()

    def get(self, path, *options, stranger=False):
        """Status, content type and body, as curl has them."""
        end, base = ((self.lab.left, self.remote) if stranger else
                     (self.lab.right, self.local))
        out = end.run("curl", "--silent", "--show-error", "--path-as-is",
                      "--max-time", "10", "--write-out",
                      "\n%{http_code} %{content_type}", *options, base + path)
        body, _, last = out.rpartition("\n")
        status, _, kind = last.partition(" ")
        return int(status), kind, body

    def reports(self, query=""):
        status, kind, body = self.get("/api/v1/reports" + query)
        assert (status, kind) == (200, "application/json"), (status, body)
        answer = json.loads(body)
        assert answer["status"] == "success", answer
        return answer["data"]["reports"]


def make_reports(place, count):
    done = threading.Event()

    def send():
        while not done.wait(0.01):
            place.lab.send("v0", [FRAME])
    thread = threading.Thread(target=send)
    thread.start()
    try:
        wait_for_reports(place.exporter, count)
    finally:
        done.set()
        thread.join()
    quiet(place.exporter)
    wait_for_nothing_left(place.exporter, "text", "directory")


def check_one(check, place):
    """Each report in its four forms."""
    texts = blocks(read(place.text))
    kept = stored(place.storage / "reports")
    check.equal("as many in the file as in the directory", len(texts),
                len(kept))
    status, kind, page = place.get("/reports")
    check.equal("list", (status, kind), (200, "text/html; charset=utf-8"))
    for text, (name, report) in zip(texts, kept.items()):
        check.check(f"{name} is in the list", name in page)
        status, kind, body = place.get(f"/reports/{name}")
        check.equal(f"{name}: page", (status, kind),
                    (200, "text/html; charset=utf-8"))
        check.check(f"{name}: the page has the connection",
                    all(secret in body for secret in SECRETS))
        status, kind, body = place.get(f"/reports/{name}?format=text")
        check.equal(f"{name}: text", (status, kind, body),
                    (200, "text/plain; charset=utf-8", text))
        check.equal(f"{name}: its own file", text, read(
            place.storage / f"reports/{name}.txt"))
        status, kind, body = place.get(f"/reports/{name}?format=json")
        check.equal(f"{name}: JSON", (status, kind, body), (
            200, "application/json",
            read(place.storage / f"reports/{name}.json")))
        check.equal(f"{name}: by the API",
                    place.reports(f"?id={name}"), [report])


def check_list(check, place):
    newest = list(stored(place.storage / "reports").values())[::-1]
    check.equal("API: the newest first", place.reports(), newest)
    at = newest[1]["time"]
    stamp = int(datetime.datetime.fromisoformat(at).timestamp())
    for query, wanted in (
            ("limit=1", newest[:1]), ("limit=1000", newest),
            (f"subnet={SUBNET}", newest), ("subnet=10.1.1.0%2F24", newest),
            ("subnet=10.9.0.0/16", []), ("interface=v1", newest),
            ("interface=v0", []), (f"since={at}", newest[:2]),
            (f"since={stamp}", newest[:2]), (f"until={at}", newest[1:]),
            (f"since={at}&until={stamp}", newest[1:2]),
            (f"since={stamp + 3600}", []),
            (f"interface=v1&subnet={SUBNET}&limit=2", newest[:2])):
        check.equal(f"API: {query}", place.reports("?" + query), wanted)
    for query in ("limit=0", "limit=1001", "limit=x", "limit=-1",
                  "limit=99999999999999999999", "since=yesterday",
                  "until=2026-13-01T00:00:00Z", "subnet=10.1.1", "what=1",
                  f"id={newest[0]['id']}&limit=1", "since=%zz"):
        status, _, body = place.get("/api/v1/reports?" + query)
        answer = json.loads(body)
        check.equal(f"API: {query}",
                    (status, answer["status"], answer["errorType"]),
                    (400, "error", "bad_data"))
        check.check(f"API: {query}: says why", answer["error"])
    status, _, body = place.get("/api/v1/reports?id=nothing")
    check.equal("API: no such report",
                (status, json.loads(body)["errorType"]), (404, "not_found"))
    for query, wanted in ((f"?subnet={SUBNET}", newest), ("?interface=v0", [])):
        status, _, body = place.get("/reports" + query)
        found = [one["id"] for one in newest if one["id"] in body]
        check.equal(f"list: {query}", (status, found),
                    (200, [one["id"] for one in wanted]))


def title(place, path):
    found = re.search("<title>(.*)</title>", place.get(path)[2])
    return found and found[1]


def check_tricks(check, place):
    name = list(stored(place.storage / "reports"))[0]
    for path in ("..%2fstate.json", "%2e%2e%2fstate.json", "../state.json",
                 "%2fetc%2fpasswd", "..%2f..%2fetc%2fpasswd", "%00", "",
                 name + ".txt", name + ".json", name + "/", name + "%2f",
                 name + "%2f..%2fstate.json", name.lower(), name[:-1],
                 name + "x", "a" * 300, name + "x" * 3000):
        check.equal(f"/reports/{path[:60]}",
                    place.get("/reports/" + path)[0], 404)
    # Dots are taken out before anybody looks, and a zero ends the path.
    for path, plain in (("..%2f..", "/"), ("..", "/"), ("../..", "/"),
                        (f"..%2freports%2f{name}", f"/reports/{name}"),
                        (name + "%00.txt", f"/reports/{name}")):
        check.equal(f"/reports/{path}", title(place, "/reports/" + path),
                    title(place, plain))
    for path in (f"/reports/{name}?format=xml", f"/reports/{name}?what=1",
                 "/reports?what=1"):
        check.equal(path, place.get(path)[0], 400)
    for path in ("/reports", f"/reports/{name}", "/api/v1/reports"):
        check.equal(f"POST {path}", place.get(path, "--request", "POST")[0],
                    405)
        status, _, body = place.get(path, "--head", "--output", "/dev/null")
        check.equal(f"HEAD {path}", (status, body), (200, ""))


def check_stranger(check, place):
    """From the other end of the line, or through a proxy."""
    name = list(stored(place.storage / "reports"))[0]
    for path in PATHS:
        path = path.format(id=name)
        for who, answer in (
                ("stranger", place.get(path, stranger=True)),
                ("proxy", place.get(path, "-H", "X-Forwarded-For: 10.9.9.9")),
                ("liar", place.get(path, "-H", "X-Forwarded-For: 127.0.0.1",
                                   stranger=True))):
            status, _, body = answer
            check.equal(f"{who}: {path}", status, 403)
            check.check(f"{who}: {path}: no connection is shown",
                        not any(secret in body for secret in SECRETS), body)
            check.check(f"{who}: {path}: says how to open it",
                        "web.details" in body, body)
    body = place.get("/reports", stranger=True)[2]
    check.check("stranger: sees what the metrics tell",
                SUBNET in body and "lab" in body, body)
    for path in ("/", "/metrics", "/-/healthy"):
        check.equal(f"stranger: {path}",
                    place.get(path, stranger=True)[0], 200)


def local_only(check):
    with netlab.Lab(quiet=False) as lab:
        with stopping(Place(lab)) as place:
            make_reports(place, 3)
            check_one(check, place)
            check_list(check, place)
            check_tricks(check, place)
            check_stranger(check, place)
            before = place.reports()
        after_a_restart(check, lab, before)
        open_or_shut(check, lab, before[0]["id"])


def after_a_restart(check, lab, before):
    folder = lab.folder / "storage/reports"
    # What does not look like a report is left alone and not shown.
    (folder / "notes.txt").write_text("mine\n")
    (folder / "20261121T202915Z-v1-10.1.1.0_24.json").write_text("{broken")
    with stopping(Place(lab)) as place:
        check.equal("restart: the same reports", place.reports(), before)
        name = before[0]["id"]
        check.equal("restart: its text",
                    place.get(f"/reports/{name}?format=text")[2],
                    read(folder / f"{name}.txt"))
        page = place.get("/reports")[2]
        check.check("restart: the list", all(
            one["id"] in page for one in before))


def open_or_shut(check, lab, name):
    for details, local, remote in (("all", 200, 200), ("off", 403, 403),
                                   ("authenticated", 403, 403)):
        with stopping(Place(lab, details)) as place:
            for path in PATHS:
                path = path.format(id=name)
                check.equal(f"{details}: {path}",
                            (place.get(path)[0],
                             place.get(path, stranger=True)[0]),
                            (local, remote))


def nothing_yet(check):
    with netlab.Lab(quiet=False) as lab, stopping(Place(lab)) as place:
        check.equal("nothing: API", place.reports(), [])
        status, _, body = place.get("/reports")
        check.equal("nothing: page", status, 200)
        check.check("nothing: says when there will be one", "2" in body, body)
        check.equal("nothing: no such report", place.get(
            "/reports/20261121T202915Z-v1-10.1.1.0_24")[0], 404)


if __name__ == "__main__":
    results.run_each([local_only, nothing_yet])
