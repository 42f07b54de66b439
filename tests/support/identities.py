# SPDX-License-Identifier: Apache-2.0
"""What adds up in every scrape, and what may happen between two."""
import collections

import exposition

METER_SERIES = ("meter_receive_bytes_total", "meter_transmit_bytes_total")

def grouped(samples):
    """{family: {labels without address: sum}} of subnets, hosts, captures."""
    sums = collections.defaultdict(collections.Counter)
    for (name, labels), value in samples.items():
        if name.startswith(("subnet_", "host_", "capture_")):
            place = frozenset(pair for pair in labels
                              if pair[0] in ("interface", "subnet"))
            sums[name][place] += value
    return sums


def broken_sums(samples):
    """What does not add up within one scrape."""
    sums = grouped(samples)
    lines = []

    def same(what, place, one, other):
        if one != other:
            lines.append(f"{what} {sorted(place)}: {one} and {other}")
    for unit in ("packets", "bytes"):
        for place, seen in sums[f"capture_{unit}_total"].items():
            same(f"frames, {unit}", place, seen,
                 sums[f"capture_counted_{unit}_total"][place] +
                 sums[f"capture_ignored_{unit}_total"][place])
    for place, total in sums["subnet_bytes_total"].items():
        same("subnet", place, total,
             sums["subnet_receive_bytes_total"][place] +
             sums["subnet_transmit_bytes_total"][place] -
             sums["subnet_internal_bytes_total"][place])
        for way in ("receive", "transmit"):
            same(way, place, sums[f"subnet_{way}_bytes_total"][place],
                 sums[f"host_{way}_bytes_total"][place] +
                 sums[f"subnet_untracked_{way}_bytes_total"][place] +
                 sums[f"subnet_retired_{way}_bytes_total"][place])
    hosts = samples[("hosts", frozenset())]
    same("hosts and subnet_hosts", (), hosts,
         exposition.total(samples, "subnet_hosts"))
    same("hosts and their series", (), hosts, sum(
        name == "host_receive_bytes_total" for name, _ in samples))
    same("hosts and comings and goings", (), hosts,
         exposition.total(samples, "host_admissions_total") -
         exposition.total(samples, "host_evictions_total"))
    same("subnets and their series", (),
         samples[("subnets", frozenset())],
         sum(name == "subnet_info" for name, _ in samples))
    for table in ("hosts", "subnets", "series"):
        count = samples[(table, frozenset())]
        if count > samples[(f"{table}_limit", frozenset())]:
            lines.append(f"{count} {table} are more than the limit")
    for (name, labels), value in samples.items():
        if value < 0:
            lines.append(f"{name} {sorted(labels)} is {value}")
    return lines


def series_of(name):
    for kind in ("host", "subnet"):
        if name.startswith(kind + "_") and "_evictions_" not in name \
                and "_admissions_" not in name:
            return kind
    return None


def broken_steps(before, after):
    """What must not happen between two scrapes. A series may end, and begin
    again at 0, as often as the program says that one was evicted."""
    lines, ended = [], {"host": set(), "subnet": set()}
    meters = 0  # bytes of their series that have ended
    for key, value in before.items():
        name, labels = key
        if not name.endswith("_total") or after.get(key, -1) >= value:
            continue
        kind = series_of(name)
        if name in METER_SERIES:
            meters += value
        elif kind is None:
            lines.append(f"{name} {sorted(labels)}: {value} and then "
                         f"{after.get(key)}")
        else:
            ended[kind].add(labels)
    for kind, gone in ended.items():
        evicted = (exposition.total(after, f"{kind}_evictions_total") -
                   exposition.total(before, f"{kind}_evictions_total"))
        if len(gone) > evicted:
            lines.append(f"{len(gone)} {kind} series ended, {evicted} were "
                         "evicted")
    retired = sum(exposition.total(samples, f"meter_retired_{way}_bytes_total")
                  * sign for samples, sign in ((after, 1), (before, -1))
                  for way in ("receive", "transmit"))
    if meters > retired:
        lines.append(f"series of meters with {meters} bytes ended, {retired} "
                     "were retired")
    return lines


def differences_of_sums(before, after):
    """The sums by difference, for subnets that went on."""
    if exposition.total(before, "subnet_evictions_total") != \
            exposition.total(after, "subnet_evictions_total"):
        return []
    old, new = grouped(before), grouped(after)

    def grown(name, place):
        return new[name][place] - old[name][place]
    lines = []
    for place in old["subnet_bytes_total"]:
        for way in ("receive", "transmit"):
            whole = grown(f"subnet_{way}_bytes_total", place)
            parts = [grown(name, place) for name in (
                f"host_{way}_bytes_total",
                f"subnet_untracked_{way}_bytes_total",
                f"subnet_retired_{way}_bytes_total")]
            if whole != sum(parts) or whole < 0:
                lines.append(f"{way} {sorted(place)}: {whole} and {parts}")
    return lines
