#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""curl against the running exporter, and how it starts and ends.

usage: http_test.py BINARY
"""
import contextlib
import gzip
import json
import os
import pathlib
import re
import signal
import socket
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "support"))
import exposition  # noqa: E402
import netlab  # noqa: E402
import results  # noqa: E402
from box import Box, stopping, wait_for_packets  # noqa: E402
from traffic_language import compile_traffic, frame  # noqa: E402

BINARY = sys.argv[1] if len(sys.argv) == 2 else sys.exit(__doc__)
FRAME = frame("10.0.0.5:4000 > 192.0.2.9:80 udp 986")    # 1000 bytes
PAGE = "text/plain; version=0.0.4; charset=utf-8"


class Answer:
    """What curl got for one request."""

    def __init__(self, box, url, *options):
        out = box.run("curl", "--silent", "--show-error", "--max-time", "10",
                      "--include", *options, url, text=False)
        head, _, self.body = out.partition(b"\r\n\r\n")
        first, *rest = head.decode("latin-1").split("\r\n")
        self.status = int(first.split()[1])
        self.headers = {}
        for line in rest:
            name, _, value = line.partition(":")
            self.headers[name.lower()] = value.strip()


def landing_page(check):
    with Box("v1") as box, box.traffic("v1", FRAME, 0.002):
        begin = time.monotonic()
        with stopping(box.exporter(BINARY, "v1")) as exporter:
            base = exporter.url.removesuffix("/metrics")
            rate = re.compile(r'class="load"><b>([1-9][^<]*)<')

            def rate_shown():
                answer = Answer(box, base + "/")
                return rate.search(answer.body.decode()) and answer
            answer = netlab.wait_for(rate_shown, "a rate on the page", 10)
            took = time.monotonic() - begin
            check.check("page: a rate within the first seconds", took < 4,
                        f"{took:.1f} s")
            check.equal("page: status", answer.status, 200)
            check.equal("page: type", answer.headers["content-type"],
                        "text/html; charset=utf-8")
            for text in ("<!DOCTYPE html>", "10.0.0.0/24", "v1",
                         'href="./metrics"'):
                check.check(f"page: has {text}", text in answer.body.decode())


def endpoints(check):
    with Box("v1") as box, stopping(box.exporter(BINARY, "v1")) as exporter:
        base = exporter.url.removesuffix("/metrics")
        metrics = Answer(box, exporter.url)
        check.equal("metrics: status", metrics.status, 200)
        check.equal("metrics: type", metrics.headers["content-type"], PAGE)
        check.check("metrics: not packed unasked",
                    "content-encoding" not in metrics.headers)
        for path in ("/-/healthy", "/-/ready"):
            check.equal(path, Answer(box, base + path).status, 200)
        for path in ("/", "/metrics", "/-/healthy"):
            head = Answer(box, base + path, "--head")
            check.equal(f"HEAD {path}", (head.status, head.body), (200, b""))
        check.equal("HEAD /nothing", Answer(box, base + "/nothing",
                                            "--head").status, 404)
        for path in ("/nothing", "/metrics/", "/metricsx", "/-/"):
            check.equal(f"GET {path}", Answer(box, base + path).status, 404)

        for method in ("POST", "PUT", "DELETE", "OPTIONS"):
            answer = Answer(box, exporter.url, "--request", method)
            check.equal(f"{method} /metrics",
                        (answer.status, answer.headers.get("allow")),
                        (405, "GET, HEAD"))


def reports(check):
    """Who may read what, and the forms of answers; all without a report."""
    with Box("v1") as box:
        sock = f"{box.folder}/e.sock"
        flags = ["--web.listen-address=127.0.0.1:0",
                 "--web.listen-address=unix:" + sock]
        with stopping(box.exporter(BINARY, *flags, "v1")) as exporter:
            base = exporter.url.removesuffix("/metrics")
            page = Answer(box, base + "/reports?interface=v1"
                          "&subnet=10.0.0.0%2F24")
            check.equal("reports: the machine itself",
                        (page.status, page.headers["content-type"]),
                        (200, "text/html; charset=utf-8"))
            check.check("reports: the filter is shown",
                        b"<b>10.0.0.0/24</b> on <b>v1</b>" in page.body)
            check.check("reports: no scripts", "default-src 'none'" in
                        page.headers.get("content-security-policy", ""))
            answer = Answer(box, base + "/api/v1/reports?limit=5&since=0")
            check.equal("reports: json", json.loads(answer.body),
                        {"status": "success", "data": {"reports": []}})
            check.equal("reports: json type", answer.headers["content-type"],
                        "application/json")
            answer = Answer(box, base + "/api/v1/reports?limit=0")
            check.equal("reports: bad json query",
                        (answer.status, json.loads(answer.body)["errorType"]),
                        (400, "bad_data"))
            for path, status in (("/reports/x", 404), ("/reports/", 404),
                                 ("/reports/a/b", 404), ("/reports?a=%", 400),
                                 ("/reports/%2e%2e%2f%2e%2e%2fetc", 404),
                                 ("/api/v1/reports?id=x", 404)):
                check.equal(f"reports: {path}",
                            Answer(box, base + path).status, status)
            head = Answer(box, base + "/reports", "--head")
            check.equal("HEAD /reports", (head.status, head.body), (200, b""))
            check.equal("POST /reports/x", Answer(
                box, base + "/reports/x", "--request", "POST").status, 405)
            check.equal("reports: unix socket", Answer(
                box, "http://x/reports", "--unix-socket", sock).status, 200)
            for header in ("X-Forwarded-For: 127.0.0.1", "Forwarded: for=x",
                           "X-Real-IP: ::1"):
                for path in ("/reports", "/reports/x", "/api/v1/reports"):
                    answer = Answer(box, base + path, "-H", header)
                    check.equal(f"reports: {path} with {header}",
                                answer.status, 403)
                    check.check(f"reports: {path} with {header}: the remedy",
                                b"web.details" in answer.body)


def compression(check):
    with Box("v1") as box, stopping(box.exporter(BINARY, "v1")) as exporter:
        box.send("v1", [frame(f"10.0.{i // 250}.{i % 250} > 192.0.2.9 icmp 84")
                        for i in range(1000)])
        wait_for_packets(exporter, "v1", 1000)
        plain = Answer(box, exporter.url)
        packed = Answer(box, exporter.url, "-H", "Accept-Encoding: gzip")
        check.equal("gzip: encoding", packed.headers.get("content-encoding"),
                    "gzip")
        check.equal("gzip: type", packed.headers["content-type"], PAGE)
        check.check("gzip: is smaller",
                    len(packed.body) < len(plain.body) / 5,
                    f"{len(packed.body)} of {len(plain.body)}")
        pages = []
        for text in (plain.body, gzip.decompress(packed.body)):
            samples = exposition.parse(text.decode())
            pages.append({key: value for key, value in samples.items()
                          if key[0].startswith(("host_", "subnet_"))})
        check.same("gzip: the same samples", exposition.differences(*pages))
        check.check("gzip: 2000 host samples", len(pages[0]) > 2000)
        for wish in ("identity", "gzip;q=0", "br"):
            answer = Answer(box, exporter.url, "-H", f"Accept-Encoding: {wish}")
            check.check(f"Accept-Encoding {wish}: not packed",
                        "content-encoding" not in answer.headers)


def listen_addresses(check):
    with Box("v1") as box:
        box.run("sysctl", "-qw", "net.ipv6.conf.lo.disable_ipv6=0")
        path = f"{box.folder}/e.sock"
        flag = "--web.listen-address="
        with stopping(box.exporter(BINARY, flag + "[::1]:0",
                                   flag + "127.0.0.2:0", flag + "unix:" + path,
                                   "v1")) as exporter:
            urls = exporter.addresses
            check.equal("addresses: four in the log", len(urls), 4)
            for url in urls[:3]:
                check.check(f"addresses: a port in {url}",
                            re.fullmatch(r"http://(\[::1\]|127\.0\.0\.[12])"
                                         r":[1-9]\d*", url))
                check.equal(f"addresses: GET {url}",
                            Answer(box, url + "/metrics").status, 200)
            answer = Answer(box, "http://x/metrics", "--unix-socket", path)
            check.equal("addresses: unix socket", answer.status, 200)
        check.check("addresses: the socket is gone at the end",
                    not os.path.exists(path))


def does_not_start(check):
    """Exit 1 and one line on a port in use, 2 on bad flags."""
    with Box("v1") as box, stopping(box.exporter(BINARY, "v1")) as exporter:
        address = exporter.addresses[0].removeprefix("http://")
        code, out, error = box.try_exporter(
            BINARY, "--web.listen-address=" + address, "v1")
        said = [line for line in error.splitlines() if "error" in line]
        check.equal("port in use: exit 1", (code, out, len(said)), (1, "", 1))
        check.check("port in use: the line names address and reason",
                    address in said[0] and "address already in use" in said[0],
                    said)
        for bad in (["--web.listen-address=nonsense"], ["--no-such-flag"],
                    ["--log.level=loud"], ["--config.file=/nowhere.yml"],
                    ["-m", "33"], ["-f", "udp prt 53"],
                    ["--web.telemetry-path=metrics"],
                    ["--web.telemetry-path=/reports/1"]):
            code, out, error = box.try_exporter(BINARY, *bad, "v1")
            lines = error.splitlines()
            check.equal(f"{bad}: exit 2 and one line",
                        (code, out, len(lines)), (2, "", 1))


def signals(check):
    """Ends in order and soon; with --once what came until then is printed."""
    for number in (signal.SIGTERM, signal.SIGINT):
        with Box("v1") as box, stopping(box.exporter(BINARY, "v1")) as daemon:
            begin = time.monotonic()
            status = netlab.stop(daemon._child, number)
            took = time.monotonic() - begin
            check.equal(f"{number.name}: exit 0", status, 0)
            check.check(f"{number.name}: soon", took < 2, f"{took:.1f} s")
        with Box("v1") as box:
            status, samples = once(box, number)
            check.equal(f"{number.name} with --once: exit 0", status, 0)
            check.equal(f"{number.name} with --once: all is counted",
                        exposition.total(samples, "subnet_bytes_total"),
                        1000 * 1000)


def once(box, number):
    """A live run with --once, ended by a signal right after 1000 frames."""
    log, page = box.folder / "log", box.folder / "page"
    with open(log, "wb") as error, open(page, "wb") as out:
        child = box.start(BINARY, "--once", "v1", stdout=out, stderr=error)
    netlab.wait_for(lambda: "msg=capturing" in log.read_text(), "the capture")
    box.send("v1", [FRAME] * 1000)
    status = netlab.stop(child, number)
    return status, exposition.parse(page.read_text())


def once_by_itself(check):
    """--once on an interface ends after one averaging period."""
    with Box("v1") as box, box.traffic("v1", FRAME, 0.01):
        config = box.file("c.yml", "accounting: {averaging_period: 2s}\n")
        begin = time.monotonic()
        code, out, _ = box.try_exporter(
            BINARY, "--once", "--config.file", config, "v1")
        took = time.monotonic() - begin
        check.equal("once: exit 0", code, 0)
        check.check("once: after a period", 1.9 < took < 4, f"{took:.1f} s")
        check.check("once: counted", exposition.total(
            exposition.parse(out), "capture_packets_total") > 50)


def processes_in(box):
    """Ids of the processes of our program that live in the namespace."""
    found = []
    own = os.readlink(box.path)
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if (os.readlink(folder / "ns/net") == own and
                    os.path.samefile(folder / "exe", BINARY)):
                found.append(int(folder.name))
    return found


def background(check):
    with Box("v1") as box:
        path = f"{box.folder}/e.sock"
        arguments = ("-F", "--web.listen-address=unix:" + path)
        try:
            code, out, _ = box.try_exporter(BINARY, *arguments, "v1")
            check.equal("-F: exit 0", (code, out), (0, ""))
            # It is ready as soon as the first process has ended.
            answer = Answer(box, "http://x/metrics", "--unix-socket", path)
            check.equal("-F: answers at once", answer.status, 200)
            box.send("v1", [FRAME] * 10)

            def counted():
                page = Answer(box, "http://x/metrics", "--unix-socket", path)
                return exposition.total(exposition.parse(page.body.decode()),
                                        "capture_packets_total") == 10
            netlab.wait_for(counted, "the daemon to count")
            code, out, error = box.try_exporter(BINARY, *arguments, "v1")
            check.equal("-F, socket in use: exit 1", (code, out), (1, ""))
            check.check("-F, socket in use: says so",
                        "address already in use" in error, error)
            check.equal("-F: one daemon", len(processes_in(box)), 1)
            for pid in processes_in(box):
                os.kill(pid, signal.SIGTERM)
            netlab.wait_for(lambda: not processes_in(box), "its end", 5)
            check.check("-F: the socket is gone", not os.path.exists(path))
        finally:
            for pid in processes_in(box):
                os.kill(pid, signal.SIGKILL)


def parallel_scrapes(check):
    """50 at once from two addresses while frames come in: every page is whole
    and true, and no frame is lost."""
    with Box("v1") as box, stopping(box.exporter(BINARY, "v1")) as exporter:
        scrapes = []
        with box.traffic("v1", FRAME, 0.0005):
            for number in range(50):
                page = box.folder / f"page{number}"
                scrapes.append((page, box.start(
                    "curl", "--silent", "--fail", "--interface",
                    f"127.0.0.{1 + number % 2}", "--output", str(page),
                    exporter.url)))
            codes = [child.wait(timeout=30) for _, child in scrapes]
        check.equal("parallel: all answered", codes, [0] * 50)
        wrong = []
        for page, _ in scrapes:
            samples = exposition.parse(page.read_text())
            frames = exposition.total(samples, "capture_packets_total")
            if exposition.total(samples, "subnet_bytes_total") != frames * 1000:
                wrong.append(page.name)
        check.equal("parallel: every page is one instant", wrong, [])
        samples = exporter.scrape()
        check.equal("parallel: no frame lost", exposition.total(
            samples, "capture_kernel_dropped_packets_total"), 0)


def without_its_own(check):
    names = []
    with Box("v1") as box:
        for more in ((), ("--web.disable-exporter-metrics",)):
            with stopping(box.exporter(BINARY, "v1", *more)) as exporter:
                names.append({name for name, _ in exporter.scrape()})
    left_out = names[0] - names[1]
    check.check("disable-exporter-metrics: process_* is left out",
                len(left_out) > 4 and
                all(name.startswith("process_") for name in left_out), left_out)
    check.equal("disable-exporter-metrics: and nothing more",
                {name for name in names[0] if name.startswith("process_")},
                left_out)


def files(check):
    """Without --once the last numbers of a file are served until the end."""
    with Box() as box:
        text = "0s..60s every 10ms 10.0.0.5:1 > 192.0.2.9:2 udp 986\n"
        for name, cut, status in (("whole.pcap", "", 0),
                                  ("cut.pcap", "cut 10\n", 1)):
            path = box.folder / name
            path.write_bytes(compile_traffic(text + cut))
            exporter = box.exporter(BINARY, "--capture.file", str(path))
            with stopping(exporter):
                samples = wait_for_packets(exporter, name, 6000 - status)
                check.equal(f"{name}: bytes", exposition.total(
                    samples, "subnet_bytes_total"), (6000 - status) * 1000)
                page = Answer(box, exporter.url.removesuffix("metrics"))
                check.check(f"{name}: the page lists the subnet",
                            b"10.0.0.0/24" in page.body)
                check.equal(f"{name}: exit", exporter.stop(), status)


def rude_client(check):
    """A client that sends half a request keeps nobody waiting."""
    with Box("v1") as box, stopping(box.exporter(BINARY, "v1")) as exporter:
        host, port = exporter.addresses[0].removeprefix("http://").split(":")
        with box.inside():
            clients = [socket.create_connection((host, int(port)))
                       for _ in range(20)]
        for client in clients:
            client.sendall(b"GET /metrics HTTP/1.1\r\nHost: x\r\nX-Slow: ")
        begin = time.monotonic()
        check.equal("rude: others are answered",
                    Answer(box, exporter.url).status, 200)
        check.check("rude: at once", time.monotonic() - begin < 2)
        for client in clients:
            client.close()


if __name__ == "__main__":
    results.run_each([
        landing_page, endpoints, reports, compression, listen_addresses,
        does_not_start, signals, once_by_itself, background, parallel_scrapes,
        without_its_own, files, rude_client])
