# SPDX-License-Identifier: Apache-2.0
"""The rule sets of ipfm_rules.py, and who talks to whom there."""
import itertools
import pathlib
import random
from typing import NamedTuple

import ipv4_frames

SEED = 1


class Group(NamedTuple):
    """Rule sets for the same flows: one ipfm.conf, one dump each.

    `known`: what ipfm counts by some of them; `names`: of hosts there.
    `whole`: a configuration that is taken as it stands instead, of so many
    `sections`."""
    name: str
    lengths: dict  # {(source, destination): IP bytes}
    rule_sets: list = []
    names: dict = {}
    known: dict = {}
    whole: str = ""
    sections: int = 0

    def frames(self):
        back = {name: host for host, name in self.names.items()}
        return [ipv4_frames.frame(back.get(source, source),
                                  back.get(destination, destination),
                                  ipv4_frames.UDP, size=length + 14)
                for (source, destination), length in self.lengths.items()]


def parts(flows, total):
    """The lengths that add up to `total`, from lengths each of which is more
    than all smaller ones together."""
    found = []
    for length in sorted(flows, reverse=True):
        if length <= total:
            found.append(length)
            total -= length
    if total:
        raise ValueError(f"{total} bytes are of no flow")
    return found


# --- all forms of LOG ------------------------------------------------------

MATRIX_HOSTS = {"10.0.0.1": "H1", "10.0.0.2": "H2", "20.0.0.1": "X",
                "30.0.0.1": "Y"}
# One line each, rules divided by `;`.
MATRIX = """
(none)
LOG
LOG NONE
LOG BOTH
LOG FROM
LOG TO
LOG H1
LOG BOTH H1
LOG FROM H1
LOG TO H1
LOG NONE H1
LOG ; LOG NONE H1
LOG NONE H1 ; LOG
LOG WITH X
LOG NOT WITH X
LOG WITH
LOG NOT WITH
LOG H1 WITH X
LOG H1 NOT WITH X
LOG 10.0.0.0/255.255.255.0
LOG 10.0.0.0/24 NOT WITH 10.0.0.0/24
LOG 10.0.0.0/24 WITH 10.0.0.0/24
LOG 10.0.0.0/255.255.255.0 NOT WITH H1
LOG 10.0.0.0/24 ; LOG NONE H1 WITH X
LOG NONE H1 WITH X ; LOG 10.0.0.0/24
LOG 10.0.0.0/24 ; LOG NONE 10.0.0.0/24 WITH 10.0.0.0/24
LOG FROM H1 ; LOG TO H1
LOG TO H1 ; LOG FROM H1
LOG FROM H1 WITH X
LOG TO H1 WITH X
LOG FROM H1 ; LOG NONE WITH X
LOG H1 ; LOG NONE WITH X
LOG ; LOG FROM H1
LOG ; LOG TO H1
LOG ; LOG NONE NOT WITH X
LOG NONE ; LOG FROM
LOG NONE ; LOG FROM H1 ; LOG TO H2
LOG FROM H1 ; LOG FROM H2
LOG H1 ; LOG H2
LOG H1 NOT WITH X ; LOG H1 NOT WITH Y
LOG NONE WITH
LOG ; LOG NONE NOT WITH
LOG FROM WITH X
LOG TO NOT WITH X
LOG BOTH NOT WITH 10.0.0.0/8
LOG FROM WITH ; LOG TO 10.0.0.0/24 WITH
LOG 10.0.0.99/255.255.255.0
LOG 10.0.0.99/24
LOG WITH 20.9.9.9/255.0.0.0
LOG 10.5.0.1/255.0.255.255
LOG 10.0.0.0/0.0.0.0
LOG 0.0.0.0/255.255.255.255
LOG 0.0.0.0
LOG 0.0.0.0/1
LOG 10.0.0.1/31
LOG 10.0.0.1/32
LOG 10.0.0.1/255.255.255.255
LOG 255.255.255.255
LOG 10.0.0.1/0.0.0.255
LOG 10.0.0.0/7
LOG 10.0.0.1/024
LOG 10.0.0.1 / 24
log from 10.0.0.1 not With 20.0.0.1
Log\t10.0.0.0/\t8   WITH\t20.0.0.1  # a comment
"""


def matrix():
    by_name = {name: host for host, name in MATRIX_HOSTS.items()}
    sets = []
    for line in MATRIX.strip().splitlines():
        for name, host in by_name.items():
            line = line.replace(f" {name}", f" {host}")
        rules = [rule.strip() for rule in line.split(";")]
        sets.append(tuple(r for r in rules if r != "(none)"))
    pairs = itertools.permutations(by_name, 2)
    # 28, 57, 115...: a sum tells which of them are in it.
    lengths = {pair: 29 * 2**number - 1 for number, pair in enumerate(pairs)}
    return Group("forms", lengths, sets, MATRIX_HOSTS,
                 {tuple(rule.strip() for rule in rules): wanted
                  for rules, wanted in known(by_name)})


def known(by_name):
    """What ipfm 0.11.5 is known to count."""
    def flows(host, others, columns="in out"):
        others = sorted(set(others) - {host})
        return (" ".join(f"{o}>{host}" for o in others)
                if "in" in columns else "",
                " ".join(f"{host}>{o}" for o in others)
                if "out" in columns else "")
    every = sorted(by_name)
    all_but_first = {host: flows(host, every) for host in ("H2", "X", "Y")}
    h1, x, y = by_name["H1"], by_name["X"], by_name["Y"]
    return [
        (("LOG", f"LOG FROM {h1}"),
         {"H1": flows("H1", every, "out"), **all_but_first}),
        ((f"LOG FROM {h1}", f"LOG TO {h1}"),
         {"H1": flows("H1", every, "in")}),
        ((f"LOG NONE {h1}", "LOG"),
         {host: flows(host, every) for host in every}),
        (("LOG", f"LOG NONE {h1}"), all_but_first),
        ((f"LOG WITH {x}",),
         {host: flows(host, ["X"]) for host in ("H1", "H2", "Y")}),
        ((f"LOG NOT WITH {x}",),
         {host: flows(host, set(every) - ({"X"} if host != "X" else set()))
          for host in every}),
        ((f"LOG {h1} NOT WITH {x}", f"LOG {h1} NOT WITH {y}"),
         {"H1": flows("H1", every)}),
        (("LOG NOT WITH",), {}),
    ]


# --- as people write them --------------------------------------------------

SITES = (
    "10.10.10.1 10.10.10.10 10.10.10.20 10.10.10.23 10.10.5.5 10.11.0.7 "
    "10.200.3.4 192.168.200.5 192.168.200.6 192.168.201.7 192.168.202.8 "
    "8.8.8.8 203.0.113.9 255.255.255.255 224.0.0.251 0.0.0.0").split()
REAL = {
    "a campus": "LOG BOTH 10.10.0.0/16 NOT WITH 10.0.0.0/8",
    "man page 1": "LOG 10.10.10.0/255.255.255.0 NOT WITH 10.10.10.1",
    "man page 2": "LOG WITH 10.10.10.23",
    "man page 3": "LOG",
    "sample 1": "LOG 10.10.10.0/255.255.255.0 NOT WITH 10.10.0.0/255.255.0.0;"
                "LOG NONE 10.10.10.10 WITH 10.10.10.20",
    "sample 2": "LOG 192.168.200.0/255.255.255.0;"
                "LOG NONE 192.168.200.0/255.255.255.0 WITH "
                "192.168.200.0/255.255.255.0;"
                "LOG NONE 192.168.200.0/255.255.255.0 WITH "
                "192.168.201.0/255.255.255.0;"
                "LOG NONE 192.168.200.0/255.255.255.0 WITH "
                "192.168.202.0/255.255.255.0",
    "private hosts, the internet only":
        "LOG 10.0.0.0/8; LOG 192.168.0.0/16; LOG 172.16.0.0/12;"
        "LOG NONE WITH 10.0.0.0/8; LOG NONE WITH 192.168.0.0/16;"
        "LOG NONE WITH 172.16.0.0/12",
    "who loads down": "LOG TO 10.10.0.0/16 NOT WITH 10.0.0.0/8",
    "who sends out": "LOG FROM 192.168.0.0/16 NOT WITH 192.168.0.0/16",
    "all but the servers": "LOG 10.10.10.0/24; LOG NONE 10.10.10.1;"
                           "LOG NONE 10.10.10.10",
    "one customer": "LOG 192.168.200.5",
    "customers of a resolver": "LOG WITH 8.8.8.8",
    "no broadcast": "LOG NOT WITH 255.255.255.255;"
                    "LOG NONE 255.255.255.255; LOG NONE 224.0.0.0/4;"
                    "LOG NONE WITH 224.0.0.0/4",
    "a guest net apart": "LOG 10.0.0.0/8;"
                         "LOG NONE 10.200.0.0/16; LOG TO 10.200.3.4",
    "odd hosts of a net": "LOG 10.10.10.1/255.255.255.1",
    "the same host everywhere": "LOG 0.0.0.7/0.0.0.255",
    "many": ";".join(f"LOG {host}" for host in SITES),
}


def shuffled_lengths(chooser, hosts, longest, itself=True):
    pairs = list(itertools.product(hosts, repeat=2))
    if not itself:
        pairs = [(one, other) for one, other in pairs if one != other]
    return dict(zip(pairs, chooser.sample(range(28, longest), len(pairs))))


def real():
    return Group("real", shuffled_lengths(random.Random(SEED), SITES, 1500),
                 [tuple(r.strip() for r in text.split(";"))
                  for text in REAL.values()])


def shipped():
    """/etc/ipfm.conf of Debian's package, which says to remove a line."""
    text = pathlib.Path("/etc/ipfm.conf").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line != "DISABLED"]
    return Group("shipped", shuffled_lengths(random.Random(SEED), SITES, 1500),
                 whole="DEVICE v1\n" + "\n".join(lines) + "\n", sections=2)


# --- random ones -----------------------------------------------------------

# They share bits with each other, in front, behind and between.
RANDOM_HOSTS = (
    "10.0.0.1 10.0.0.2 10.0.1.1 10.1.0.1 11.0.0.1 138.0.0.1 192.168.1.1 "
    "192.168.1.129 172.16.5.4 255.255.255.255 0.0.0.0 224.0.0.251").split()


def random_pattern(chooser):
    host = chooser.choice(RANDOM_HOSTS)
    kind = chooser.randrange(6)
    if kind < 2:
        return host
    blank = chooser.choice(["", "", "", " ", "\t"])
    if kind < 4:
        return f"{host}{blank}/{blank}{chooser.randint(1, 32)}"
    if kind == 4:
        bits = chooser.randint(0, 32)
        mask = (2**32 - 1) & ~((1 << bits) - 1)
    else:
        mask = chooser.getrandbits(32) & chooser.getrandbits(32)
    octets = ".".join(str(mask >> shift & 255) for shift in (24, 16, 8, 0))
    return f"{host}{blank}/{blank}{octets}"


def random_rule(chooser):
    words = ["LOG", chooser.choice(["", "", "NONE", "FROM", "TO", "BOTH"])]
    if chooser.random() < 0.75:
        words.append(random_pattern(chooser))
    condition = chooser.choice(["", "WITH", "NOT WITH"])
    words.append(condition)
    if condition and chooser.random() < 0.9:
        words.append(random_pattern(chooser))
    return " ".join(word for word in words if word)


def random_group(number, sets=50):
    chooser = random.Random(SEED + number)
    lengths = shuffled_lengths(chooser, RANDOM_HOSTS, 60000)
    for pair in chooser.sample(list(lengths), len(lengths) // 4):
        del lengths[pair]
    return Group(f"random{number}", lengths,
                 [tuple(random_rule(chooser)
                        for _ in range(chooser.randint(1, 7)))
                  for _ in range(sets)])


def groups():
    return [matrix(), real(), shipped()] + [random_group(number)
                                            for number in range(1, 5)]
