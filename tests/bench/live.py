#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Live capture at a sender's top speed, on a veth pair in namespaces of its own:
what each program loses, and its CPU time per packet over that of an empty
pcap_dispatch loop. Needs root.

    live.py BIN_FOLDER [PACKETS]

Sender and receiver have a processor each where there are two: how fast the
sender gets is the machine's matter, and printed. CPU time is the receiver's own,
from when it captures until it idles again: copying a frame into its ring is done
by the sender, in the kernel. ipband, ipfm and darkstat have libpcap's ring of
2 MiB, which is what they ask for.
"""
import pathlib
import re
import statistics
import subprocess
import sys
import threading
import time
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "support"))
import ipband_lab
import ipfm_lab
import ipv4_frames
import measure
import netlab

HOSTS, REMOTES = 20_000, 50_000
FRAME, IP_LENGTH = 60, 46
RATIO_BAR = 6.0  # the aim is 3.0
OUTSIDE = ipv4_frames.flow("198.18.0.1:9 > 198.18.0.1:9 udp", 42)


class Empty:
    name = "empty pcap_dispatch loop"

    def __init__(self, binaries, lab):
        self.child = lab.right.start(str(binaries / "empty_loop"), "-i", "v1",
                                     stdout=subprocess.PIPE, text=True)
        self.child.stdout.readline()

    def finish(self):
        """Frames counted."""
        netlab.stop(self.child)
        with self.child.stdout as said:
            return int(said.read().split()[0])


class Ours:
    name = "ipband_exporter"

    def __init__(self, binaries, lab, rows=25_000, period=60):
        self.lab = lab
        self.exporter = netlab.Exporter(
            lab.right, binaries / "ipband_exporter", "v1", folder=lab.folder,
            config=measure.config(rows, period))
        netlab.wait_for(lambda: self.total("capture_up") == 1, "capture")
        self.child = self.exporter

    def total(self, name):
        """Sum of a metric; two million other samples are not looked into."""
        with self.lab.right.inside():
            answer = urllib.request.urlopen(self.exporter.url, timeout=120)
        with answer:
            found = re.findall(rb"^ipband_%b(?:{.*})? (\S+)$" % name.encode(),
                               answer.read(), re.MULTILINE)
        return int(sum(map(float, found)))

    def finish(self):
        return self.total("capture_packets_total")


class Ipband:
    """Prints kilobytes of each subnet when a packet comes after a period."""
    name = "ipband"
    period = 4

    def __init__(self, _, lab):
        self.lab = lab
        self.place = ipband_lab.OldIpband(lab.right, lab.folder / "ipband")
        # A threshold that is not reached: it keeps no detail.
        self.place.begin("-C", "-d", "2", "-a", str(self.period), "-b",
                         "10000000", "-L", "10.0.0.0-10.255.255.255", "v1")
        netlab.wait_for(lambda: self.place.captures, "ipband")
        self.child = self.place.child

    def finish(self):
        time.sleep(self.period + 1)
        self.lab.send("v0", [OUTSIDE])
        measure.wait_until_idle(self.child.pid)
        netlab.stop(self.child)
        kbytes = sum(row[0] for table in self.place.tables
                     for row in table.values())
        return round(kbytes * 1024 / FRAME)


class Ipfm:
    """Writes what it has counted when it is told to end."""
    name = "ipfm"

    def __init__(self, _, lab):
        conf = ('DEVICE v1\nLOG 10.0.0.0/255.0.0.0\nFILENAME "d/all"\n'
                "DUMP EVERY 1 day\nNORESOLVE\n")
        self.place = ipfm_lab.OldIpfm(lab.right, lab.folder / "ipfm",
                                      {"ipfm.conf": conf}, {})
        self.place.begin()
        netlab.wait_for(lambda: self.place.captures, "ipfm")
        self.child = self.place.child

    def finish(self):
        netlab.stop(self.child)
        # Host, in, out, total; the last line may be unfinished.
        rows = (line.split() for line in
                self.place.text("d/all").splitlines() if line[:1] != "#")
        return sum(int(row[3]) for row in rows if len(row) == 4) // IP_LENGTH


class Darkstat:
    name = "darkstat"

    def __init__(self, _, lab):
        self.lab = lab
        self.child = lab.right.start(
            "darkstat", "-i", "v1", "--no-daemon", "--no-dns", "--chroot",
            str(lab.folder), "--user", "root", "-l", "10.0.0.0/255.0.0.0",
            "--hosts-max", "100000", "--hosts-keep", "90000", "-b",
            "127.0.0.1", "-p", "667", stderr=subprocess.DEVNULL)
        netlab.wait_for(self.page, "darkstat")

    def page(self):
        try:
            with self.lab.right.inside():
                answer = urllib.request.urlopen("http://127.0.0.1:667/",
                                                timeout=20)
            with answer:
                return answer.read().decode("utf-8")
        except OSError:
            return None

    def finish(self):
        counted = re.search(r'id="tp">([\d,]+)<', self.page()).group(1)
        return int(counted.replace(",", ""))


class Result:
    def __init__(self, sent, took, counted, seconds):
        self.sent, self.counted = sent, counted
        self.rate = sent / took
        self.lost = max(0, sent - counted)
        self.each = seconds / max(1, counted) * 1e9


def send(binaries, lab, packets, hosts):
    """Frames sent and the seconds it took."""
    said = lab.left.run(str(binaries / "send_traffic"), "v0", str(packets),
                        str(hosts), str(REMOTES))
    sent, took = said.split()
    return int(sent), float(took)


def run(binaries, receiver, packets):
    with netlab.Lab() as lab:
        program = receiver(binaries, lab)
        before = measure.so_far(program.child.pid)
        sent, took = send(binaries, lab, packets, HOSTS)
        seconds = measure.wait_until_idle(program.child.pid) - before
        return Result(sent, took, program.finish(), seconds)


def show(name, results, floors):
    """A row: medians."""
    def middle(numbers):
        return statistics.median(list(numbers))
    print(f"{name:26} {results[0].sent:>9} "
          f"{middle(r.rate for r in results) / 1e3:>9.0f} "
          f"{middle(r.counted for r in results):>10.0f} "
          f"{middle(r.lost / r.sent for r in results):>8.2%} "
          f"{middle(r.each for r in results):>10.0f} "
          f"{middle(r.each / f.each for r, f in zip(results, floors)):>6.2f}",
          flush=True)


def compare(binaries, packets, bars):
    results = {receiver: [] for receiver in (Empty, Ours, Ipband, Ipfm,
                                             Darkstat)}
    for turn in range(measure.ROUNDS):
        for receiver, those in results.items():
            # The others once: nothing is asked of them.
            if turn == 0 or receiver in (Empty, Ours):
                those.append(run(binaries, receiver, packets))
    print(f"{'':26} {'sent':>9} {'1000/s':>9} {'counted':>10} {'lost':>8} "
          f"{'CPU ns/pkt':>10} {'ratio':>6}")
    for receiver, those in results.items():
        show(receiver.name, those, results[Empty])
    bars.hold("CPU time, to an empty pcap_dispatch loop",
              [ours.each / floor.each for ours, floor in
               zip(results[Ours], results[Empty])], RATIO_BAR)
    bars.hold("packets lost", [r.lost for r in results[Ours]], 0)


def scraped(binaries, packets, bars):
    """100,000 hosts, and somebody reads them all once a second."""
    with netlab.Lab() as lab:
        ours = Ours(binaries, lab, rows=100_000)
        send(binaries, lab, 100_000, 100_000)
        done = threading.Event()
        scrapes = 0

        def scrape():
            nonlocal scrapes
            while not done.wait(1):
                lab.right.run("curl", "-sSf", "-o", "/dev/null", "-H",
                              "Accept-Encoding: gzip", ours.exporter.url)
                scrapes += 1
        reader = threading.Thread(target=scrape)
        reader.start()
        sent = 100_000
        while scrapes < 3:
            sent += send(binaries, lab, packets, 100_000)[0]
        done.set()
        reader.join()
        measure.wait_until_idle(ours.child.pid)
        bars.hold(f"lost of {sent}, 100,000 hosts scraped {scrapes} times",
                  [sent - ours.finish()], 0)


def periods(binaries, packets, bars):
    """Averaging periods end while a million hosts are counted."""
    with netlab.Lab() as lab:
        ours = Ours(binaries, lab, rows=1_000_000, period=1)
        sent = sum(send(binaries, lab, packets, 1_000_000)[0]
                   for _ in range(2))
        measure.wait_until_idle(ours.child.pid)
        hosts = ours.total("hosts")
        bars.hold(f"lost of {sent}, {hosts} hosts, a period each second",
                  [sent - ours.finish()], 0)


def main():
    binaries = pathlib.Path(sys.argv[1]).absolute()
    packets = int(sys.argv[2]) if len(sys.argv) > 2 else 3_000_000
    bars = measure.Bars()
    compare(binaries, packets, bars)
    scraped(binaries, packets, bars)
    periods(binaries, packets, bars)
    bars.finish()


if __name__ == "__main__":
    main()
