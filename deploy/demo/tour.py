#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The tour of deploy/stack --demo: what is told here happens as it is told.

usage: tour.py PROJECT     in a network and process namespace of its own
"""
import contextlib
import email
import email.policy
import json
import pathlib
import queue
import socket
import socketserver
import struct
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request

START = time.monotonic()
PATIENCE = 120  # seconds, for each thing to happen
EXPORTER = "http://127.0.0.1:10059"
PROMETHEUS = "http://127.0.0.1:9090"
CONFIG = """\
accounting: {averaging_period: 5s}
thresholds: {bandwidth: 400kbit/s, report_period: 15s}
"""
SCRAPING = """\
global: {scrape_interval: 2s, scrape_timeout: 2s}
rule_files: [%s/alerts/ipband.rules.yml]
scrape_configs: [{job_name: ipband, static_configs: [{targets: ["localhost:10059"]}]}]
alerting: {alertmanagers: [{static_configs: [{targets: ["localhost:9093"]}]}]}
"""


def tell(text):
    passed = int(time.monotonic() - START)
    print(f"{passed // 60}:{passed % 60:02}  {text}", flush=True)


def show(text):
    for line in text.rstrip().splitlines():
        print(("      | " + line).rstrip(), flush=True)


def wait_for(what, condition):
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with contextlib.suppress(urllib.error.URLError, ConnectionError):
            answer = condition()
            if answer:
                return answer
        time.sleep(0.2)
    raise TimeoutError(f"waited {PATIENCE} s for {what}")


def get(url):
    with urllib.request.urlopen(url, timeout=5) as answer:
        return answer.read().decode()


def sample(name):
    """The sum of the samples with this name."""
    return sum(float(line.rsplit(" ", 1)[1])
               for line in get(EXPORTER + "/metrics").splitlines()
               if line.startswith(name))


class MailServer(socketserver.StreamRequestHandler):
    """Takes every mail, as a mail server on this machine would."""
    mails = queue.Queue()

    def handle(self):
        self.wfile.write(b"220 demo\r\n")
        for line in self.rfile:
            word = line[:4].upper()
            if word == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                lines = iter(self.rfile.readline, b".\r\n")
                self.mails.put(b"".join(
                    one[1:] if one.startswith(b".") else one for one in lines))
            self.wfile.write(b"221 bye\r\n" if word == b"QUIT"
                             else b"250 fine\r\n")


def serve_mail():
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 25), MailServer)
    threading.Thread(target=server.serve_forever, daemon=True).start()


def checksum(data):
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    total = (total & 0xffff) + (total >> 16)
    return ~(total + (total >> 16)) & 0xffff


def frame(source, destination, size):
    """UDP from port 4001 to port 443, `size` bytes of IP."""
    def header(check):
        return struct.pack("!BBHHHBBH4s4s", 0x45, 0, size, 0, 0, 64, 17, check,
                           socket.inet_aton(source),
                           socket.inet_aton(destination))
    udp = struct.pack("!HHHH", 4001, 443, size - 20, 0)
    ethernet = b"\2\0\0\0\0\2" + b"\2\0\0\0\0\1" + b"\x08\0"
    return (ethernet + header(checksum(header(0))) + udp).ljust(14 + size, b"\0")


def send_traffic():
    """10.1.1.9 uses 1.1 Mbit/s, three others a little."""
    line = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    line.bind(("demo1", 0))
    large = frame("10.1.1.9", "192.0.2.80", 1400)
    small = [frame(f"10.1.1.{host}", "192.0.2.7", 300) for host in (20, 21, 22)]
    for count in range(10 ** 9):
        line.send(large)
        if count % 10 == 0:
            line.send(small[count // 10 % 3])
        time.sleep(0.01)


class Programs:
    """Those that run, each with a log in the folder."""

    def __init__(self, folder):
        self._folder = folder
        self._running = []

    def start(self, *command):
        name = pathlib.Path(command[0]).name
        with open(self._folder / f"{name}.log", "wb") as log:
            self._running.append(subprocess.Popen(command, stdout=log,
                                                  stderr=log))

    def stop(self):
        for one in self._running:
            one.terminate()
        for one in self._running:
            one.wait()

    def show_logs(self):
        for log in sorted(self._folder.glob("*.log")):
            print(f"--- {log.name}", log.read_text()[-2000:], file=sys.stderr)


def start_all(programs, project, folder):
    for command in ("ip link set lo up",
                    "ip link add demo0 type veth peer name demo1",
                    "ip link set demo0 up", "ip link set demo1 up"):
        subprocess.run(command.split(), check=True)
    (folder / "ipband.yml").write_text(CONFIG)
    (folder / "prometheus.yml").write_text(SCRAPING % project)
    serve_mail()
    programs.start(project + "/build/release/bin/ipband_exporter",
                   f"--config.file={folder}/ipband.yml",
                   f"--storage.path={folder}/storage", "demo0")
    programs.start("prometheus", f"--config.file={folder}/prometheus.yml",
                   f"--storage.tsdb.path={folder}/prometheus",
                   "--web.listen-address=127.0.0.1:9090")
    programs.start("prometheus-alertmanager",
                   f"--config.file={project}/alerts/alertmanager.yml",
                   f"--storage.path={folder}/alertmanager",
                   "--web.listen-address=127.0.0.1:9093",
                   "--cluster.listen-address=")
    for name, port in (("the exporter", 10059), ("Prometheus", 9090),
                       ("Alertmanager", 9093)):
        wait_for(name, lambda port=port: get(
            f"http://127.0.0.1:{port}/-/ready") is not None)


def firing():
    alerts = json.loads(get(PROMETHEUS + "/api/v1/alerts"))["data"]["alerts"]
    return [one for one in alerts if one["state"] == "firing"
            and one["labels"]["alertname"] == "IpbandSubnetReported"]


def tour(programs, project, folder):
    start_all(programs, project, folder)
    tell("ipband_exporter, Prometheus and Alertmanager run, in a network of "
         "their own.")
    threading.Thread(target=send_traffic, daemon=True).start()
    tell("10.1.1.9 sends 1.1 Mbit/s. The threshold is 400 kbit/s, for 15 s.")
    wait_for("the watch", lambda: sample("ipband_subnet_watched{") == 1)
    bandwidth = sample("ipband_subnet_bandwidth_bytes_per_second{") / 125e3
    tell(f"10.1.1.0/24 is over it, with {bandwidth:.2f} Mbit/s, and watched.")
    report = wait_for("the report", lambda: sorted(
        (folder / "storage/reports").glob("*.txt")))[0]
    tell(f"The report, {report.name}:")
    show(report.read_text())
    alert = wait_for("the alert", firing)[0]
    tell("Prometheus fires {alertname} for {subnet} on {interface}."
         .format(**alert["labels"]))
    try:
        raw = MailServer.mails.get(timeout=PATIENCE)
    except queue.Empty:
        raise TimeoutError(f"waited {PATIENCE} s for the mail") from None
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    tell(f"Alertmanager has mailed to {mail['To']}:")
    show(f"Subject: {mail['Subject']}\n\n"
         + mail.get_body(("plain",)).get_content())


def main():
    with tempfile.TemporaryDirectory(prefix="ipband-demo-") as name:
        folder = pathlib.Path(name)
        programs = Programs(folder)
        try:
            tour(programs, sys.argv[1], folder)
        except KeyboardInterrupt:
            return 130
        except Exception as error:  # whatever it is, the logs say more
            programs.show_logs()
            print(f"deploy/stack: {error}", file=sys.stderr)
            return 1
        finally:
            programs.stop()
    tell("All of it is stopped and removed.")
    return 0


if __name__ == "__main__":
    sys.exit(main() if len(sys.argv) == 2 else __doc__)
