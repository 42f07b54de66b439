# SPDX-License-Identifier: Apache-2.0
"""iperf3 at full speed over a veth: nothing lost, the kernel's own bytes.

With segmentation offload the frames that a capture sees are up to 64 KB long,
without it there are dozens of times as many. Either way the exporter's bytes
must be within 0.1 % of the interface's counters in both directions together,
and the kernel must not have dropped a frame for want of buffer space. veth
counts whole frames with their Ethernet header, as pcap does.

usage: offload.py BINARY [SECONDS]
"""
import json
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent /
                       "support"))
import exposition  # noqa: E402
import netlab  # noqa: E402
import results  # noqa: E402

SERVER, SERVER6 = "10.77.0.2", "fd00:77::2"
TOLERANCE = 0.001


def kernel_counters(namespace, interface):
    """Packets and bytes, received and transmitted together."""
    text = namespace.run("ip", "-json", "-stats", "link", "show", interface)
    stats = json.loads(text)[0]["stats64"]
    return tuple(stats["rx"][what] + stats["tx"][what]
                 for what in ("packets", "bytes"))


def settled(exporter, lab, before):
    """(kernel's packets and bytes since `before`, a scrape of the same).

    Connections still end after iperf3 has, so the kernel is asked before and
    after; the exporter may be a ring block behind."""
    def same():
        packets, size = kernel_counters(lab.right, "v1")
        samples = exporter.scrape()
        if (packets, size) != kernel_counters(lab.right, "v1"):
            return None
        kernel = packets - before[0], size - before[1]
        seen = exposition.total(samples, "capture_packets_total") + \
            exposition.total(samples, "capture_kernel_dropped_packets_total")
        return (kernel, samples) if seen >= kernel[0] else None
    return netlab.wait_for(same, "the exporter to have read all")


def run(check, binary, name, seconds, offload, server):
    with netlab.Lab(offload=offload, quiet=False) as lab:
        listener = lab.right.start("iperf3", "--server", "--one-off",
                                   stdout=subprocess.DEVNULL)
        netlab.wait_for(lambda: ":5201 " in lab.right.run("ss", "-Hltn"),
                        "iperf3's server")
        exporter = netlab.Exporter(lab.right, binary, "v1", folder=lab.folder)
        before = kernel_counters(lab.right, "v1")
        report = json.loads(lab.left.run(
            "iperf3", "--client", server, "--time", str(seconds), "--json"))
        listener.wait()
        try:
            (packets, size), samples = settled(exporter, lab, before)
        except netlab.Timeout as error:
            check.check(name, False, str(error))
            return
    seen = exposition.total(samples, "capture_packets_total")
    counted = exposition.total(samples, "capture_bytes_total")
    dropped = exposition.total(samples, "capture_kernel_dropped_packets_total")
    large = exposition.total(samples, "capture_oversize_frames_total")
    speed = report["end"]["sum_received"]["bits_per_second"] / 1e9
    print(f"{name:20}{speed:>8.2f}{packets:>10}{seen:>10}{size:>14}"
          f"{counted:>14}{dropped:>9}{large:>10}")
    check.equal(f"{name}: dropped", dropped, 0)
    check.check(f"{name}: bytes", abs(counted - size) <= TOLERANCE * size,
                f"{counted}, the kernel has {size}")
    check.check(f"{name}: payload is in it", counted >=
                report["end"]["sum_received"]["bytes"] > 0)
    hosts = exposition.host_bytes(samples)
    check.check(f"{name}: the server's bytes",
                sum(hosts.get(server, (0, 0))) >= 0.999 * counted, str(hosts))
    check.check(f"{name}: large frames", (large > 0) == offload, str(large))


def main(check):
    binary = pathlib.Path(sys.argv[1]).resolve()
    seconds = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    print(f"{'':20}{'Gbit/s':>8}{'frames':>10}{'counted':>10}{'bytes':>14}"
          f"{'counted':>14}{'dropped':>9}{'oversize':>10}")
    run(check, binary, "offload on", seconds, True, SERVER)
    run(check, binary, "offload on, IPv6", seconds, True, SERVER6)
    run(check, binary, "offload off", seconds, False, SERVER)


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    results.run(main)
