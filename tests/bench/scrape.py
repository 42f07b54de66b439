#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""CPU time of the server for a scrape of 100,000 hosts over HTTP, plain and with
gzip: the exporter's over that of prometheus-cpp's Exposer, which serves as many
series with the same labels, and of node_exporter, whose textfile collector serves
what the exporter has said. Needs root.

    scrape.py BIN_FOLDER [HOSTS]
"""
import pathlib
import statistics
import subprocess
import sys
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "support"))
import live
import measure
import netlab

BAR = 0.30  # the aim is 0.15
NODE_EXPORTER_PORT = 9100  # of the lab's own network


def scrape(lab, pid, url, compressed):
    """CPU seconds of the server, and bytes that came."""
    wanted = ["-H", "Accept-Encoding: gzip"] if compressed else []
    before = measure.so_far(pid)
    size = lab.right.run("curl", "-sSf", "-o", "/dev/null", "-w",
                         "%{size_download}", *wanted, url)
    return measure.wait_until_idle(pid) - before, int(size)


def node_exporter(lab, text):
    """Its process and address; it serves nothing else."""
    folder = lab.folder / "textfile"
    folder.mkdir()
    (folder / "ipband.prom").write_bytes(text)
    child = lab.right.start(
        "prometheus-node-exporter", "--collector.disable-defaults",
        "--collector.textfile", f"--collector.textfile.directory={folder}",
        "--web.disable-exporter-metrics",
        f"--web.listen-address=127.0.0.1:{NODE_EXPORTER_PORT}",
        stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{NODE_EXPORTER_PORT}/metrics"

    def answers():
        try:
            return scrape(lab, child.pid, url, False)
        except subprocess.CalledProcessError:
            return None
    netlab.wait_for(answers, "node_exporter")
    return child.pid, url


def main():
    binaries = pathlib.Path(sys.argv[1]).absolute()
    hosts = int(sys.argv[2]) if len(sys.argv) > 2 else 100_000
    bars = measure.Bars()
    with netlab.Lab() as lab:
        ours = live.Ours(binaries, lab, rows=hosts)
        live.send(binaries, lab, 2 * hosts, hosts)
        measure.wait_until_idle(ours.child.pid)
        theirs = lab.right.start(str(binaries / "prometheus_exposer"),
                                 str(hosts), stdin=subprocess.PIPE,
                                 stdout=subprocess.PIPE, text=True)
        port = int(theirs.stdout.readline())
        with lab.right.inside():
            text = urllib.request.urlopen(ours.exporter.url).read()
        servers = {
            "ipband_exporter": (ours.child.pid, ours.exporter.url),
            "Exposer": (theirs.pid, f"http://127.0.0.1:{port}/metrics"),
            "node_exporter": node_exporter(lab, text)}
        for compressed in (False, True):
            rounds = [[scrape(lab, *server, compressed)
                       for server in servers.values()]
                      for _ in range(measure.ROUNDS)]
            form = "gzip" if compressed else "plain"
            for name, runs in zip(servers, zip(*rounds)):
                print(f"{name:16} {form:6} "
                      f"{statistics.median(r[0] for r in runs) * 1e3:8.1f} ms"
                      f" {runs[0][1]:>9} bytes")
            for place, name in enumerate(servers):
                if place > 0:
                    bars.hold(f"CPU time of a scrape, {form}, to {name}",
                              [own[0] / others[place - 1][0]
                               for own, *others in rounds], BAR)
    bars.finish()


if __name__ == "__main__":
    main()
