# SPDX-License-Identifier: Apache-2.0
"""Defects of ipband that its reports show.

Each has the frames that bring it out and a verdict that says what ipband made
of them and what ours does.
"""
import collections
import re

import ipband_lab
import ipv4_frames as ipv4
import report_text
import traffic_language
from ipband_lab import Scenario
from ipband_scenarios import PAIR, always, letters, size_ladder


def both(trial):
    """The reports of ipband and ours, by network."""
    return [collections.defaultdict(list, report_text.by_network(
        ipband_lab.blocks(place.reports))) for place in (trial.old, trial.ours)]


def kbytes(block, **wanted):
    """Of the one row with these fields; None if there is none."""
    found = [row for row in block.rows
             if wanted.items() <= row._asdict().items()]
    return found[0].kbytes if len(found) == 1 else None


def check_all_four(check, name, trial):
    _, ours = both(trial)
    check.equal(f"{name}: ours wrote its reports",
                [block.exceeded for block in ours["10.1.1.0"]],
                ["0.07", "0.13", "0.20", "0.27"])


# BD1: at most 5 kB arrive in any two seconds.
def sparse(second):
    return {0: [PAIR], 3: [PAIR] * 5, 4: [PAIR] * 4, 11: [PAIR] * 5,
            12: [PAIR] * 4, 17: [PAIR]}.get(second, [])


def false_alarm(check, name, trial):
    old, ours = both(trial)
    check.equal(f"{name}: ipband calls 9 kB in 8 s 4.50 kBps",
                trial.old.tables[2].get("10.1.1.0"), (9.00, 4.50))
    check.equal(f"{name}: ipband reports what never was over 4 kBps",
                sorted(old), ["10.1.1.0", "10.2.2.0"])
    check.equal(f"{name}: ours does not", sorted(ours), [])


# BD2: 1, 3, 5, 2 and 8 GB every two seconds.
def gigabytes(second):
    if second % 2:
        return []
    return [frame for number, count in enumerate((1, 3, 5, 2, 8), 1)
            for frame in [ipv4.flow(f"10.1.1.1:4000{number} > "
                                    f"10.2.2.{number}:80 tcp")] * count]


def biggest(check, name, trial):
    old, ours = both(trial)
    shown = [[row.high for block in networks["10.0.0.0"][:1]
              for row in block.rows] for networks in (old, ours)]
    check.check(f"{name}: ipband hides the biggest",
                "10.2.2.5" not in shown[0], str(shown[0]))
    check.equal(f"{name}: ours shows the two biggest", shown[1],
                ["10.2.2.5", "10.2.2.3"])
    check.equal(f"{name}: their kB",
                [kbytes(block, high="10.2.2.5")
                 for block in ours["10.0.0.0"][:1]], ["15625016.00"])


# BD3: A talks to B all the time, and stops; B is over its threshold only when
# it talks to D as well.
def three_talk(second):
    pair = [PAIR] * 2 if second < 12 else []
    more = [ipv4.flow("10.2.2.2:80 > 10.4.4.4:999 tcp")] * 4
    return pair + (more if second >= 6 else [])


def own_detail(check, name, trial):
    old, ours = both(trial)
    rows = [[kbytes(block, low="10.1.1.1") for block in
             networks["10.2.2.0"][:2]] for networks in (old, ours)]
    check.equal(f"{name}: ipband's has what came before, then loses it",
                rows[0], ["20.00", None])
    check.equal(f"{name}: ours has what B's watch saw", rows[1],
                ["8.00", "8.00"])


# BD7
def option_before_file(check, name, trial):
    old, ours = both(trial)
    check.check(f"{name}: ipband forgets -A",
                all(b.accumulated is None for b in old["10.1.1.0"]))
    check.equal(f"{name}: ours heeds it",
                [b.accumulated and b.accumulated.minutes
                 for b in ours["10.1.1.0"]],
                ["0.07", "0.13", "0.20", "0.27"])


def only_ours(*networks):
    """ipband reports nothing, ours has these networks."""
    def verdict(check, name, trial):
        old, ours = both(trial)
        check.equal(f"{name}: ipband reports nothing", sorted(old), [])
        check.equal(f"{name}: ours does", sorted(ours), sorted(networks))
    return verdict


# BD12: every second a datagram to 10.2.2.2, and five runts behind it.
def runts(second):
    return [ipv4.flow("10.1.1.1:4000 > 10.2.2.2:53 udp", 512)] + [
        ipv4.MACS + bytes.fromhex("0800") + bytes.fromhex(
            "450003f2" "00000000")] * 5


def stale_memory(check, name, trial):
    counted = [table.get("10.2.2.0", (0, 0))[0] for table in trial.old.tables]
    check.check(f"{name}: ipband counts the runts",
                max(counted) > 1.00, str(counted))
    _, ours = both(trial)
    check.equal(f"{name}: ours counts the datagrams alone",
                [kbytes(block, high="10.2.2.2") for block in
                 ours["10.2.2.0"][:2]], ["2.00", "4.00"])


# BD13
def encapsulated(second):
    return [traffic_language.frame(text) for text in (
        "vlan 7 10.1.1.1:4000 > 10.2.2.2:53 udp 1006",
        "svlan 7 vlan 8 10.1.1.1:4000 > 10.2.2.2:53 udp 1002",
        "[2001:db8:1::1]:4000 > [2001:db8:2::2]:53 udp 1010")] * 2


def tags_and_ipv6(check, name, trial):
    only_ours("10.1.1.0", "10.2.2.0", "2001:db8:1::/64",
              "2001:db8:2::/64")(check, name, trial)
    _, ours = both(trial)
    for network in ("10.1.1.0", "2001:db8:1::/64"):
        wanted = "16.00" if network == "10.1.1.0" else "8.00"
        got = [row.kbytes for block in ours[network][:1]
               for row in block.rows]
        check.equal(f"{name}: {network}", got, [wanted])


# BD21
def long_line(check, name, trial):
    old, ours = both(trial)
    check.equal(f"{name}: ipband reads the end of a comment", sorted(old),
                ["10.0.0.0"])
    check.equal(f"{name}: ours does not", sorted(ours),
                ["10.1.1.0", "10.2.2.0"])


def half_a_keyword(check, name, trial):
    old, ours = both(trial)
    check.equal(f"{name}: both show one row",
                [[len(block.rows) for block in networks["10.1.1.0"]]
                 for networks in (old, ours)], [[1] * 4] * 2)
    check.check(f"{name}: ours warns", re.search(
        "level=warn.*topology", trial.ours.log), trial.ours.log)


SCENARIOS = (
    Scenario("BD1 an idle link", letters("-b", "4"), sparse, ticks=False,
             old_periods=4, verdict=false_alarm),
    Scenario("BD2 more than 2 GiB", letters(
        "-b", "1", "-m", "8", "-t", "2", "-J", "1000000000"), gigabytes,
        verdict=biggest),
    Scenario("BD3 one table for all", ("-c", "c.conf", *letters()), three_talk,
             files={"c.conf": "subnet 10.1.1.0 bandwidth 1\n"
                    "subnet 10.2.2.0 bandwidth 3\n"}, verdict=own_detail),
    Scenario("BD7 -A before -c", ("-A", "-c", "c.conf", *letters()),
             always(PAIR, PAIR), files={
                 "c.conf": "subnet 10.1.1.0 bandwidth 1\n"},
             verdict=option_before_file),
    Scenario("BD9 a range across 128.0.0.0", letters(
        "-b", "1", "-L", "127.0.0.0-129.0.0.0"), always(
            *[ipv4.flow("128.0.0.5:1 > 10.1.1.1:2 udp")] * 2),
        verdict=only_ours("128.0.0.0")),
    Scenario("BD9 everything", letters("-b", "1", "-L", "0.0.0.0/0"),
             always(PAIR, PAIR), verdict=only_ours("10.1.1.0", "10.2.2.0")),
    Scenario("BD9 a host", letters("-b", "1", "-L", "10.1.1.5"),
             always(PAIR, PAIR), verdict=only_ours("10.1.1.0")),
    Scenario("BD9 half a network", letters("-b", "1", "-L", "10.2.2.128/25"),
             always(PAIR, PAIR), verdict=only_ours("10.2.2.0")),
    Scenario("BD12 runts", letters("-b", "0.4"), runts, verdict=stale_memory),
    Scenario("BD13 tags and IPv6", letters("-b", "1"), encapsulated,
             verdict=tags_and_ipv6),
    Scenario("BD21 a long comment", ("-c", "c.conf", *letters("-b", "1")),
             always(PAIR, PAIR), files={
                 "c.conf": "#" + "x" * 510 + "maskbits 8\n"},
             verdict=long_line),
    Scenario("BD21 half a keyword", ("-c", "c.conf", *letters("-b", "1")),
             always(*size_ladder()), files={"c.conf": "topology 1\n"},
             verdict=half_a_keyword),
)
