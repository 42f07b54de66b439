# SPDX-License-Identifier: Apache-2.0
"""Reads ipband's text reports, to the letter.

    for block in report_text.parse(text): block.network, block.rows ...

Whatever ipband would not have written is a LayoutError with its line: rules
and heading have to be right byte for byte, so a parsed block can be compared
field by field.
"""
import re
import time
from typing import NamedTuple, Optional

_EDGE = "=" * 79
_HEADING = ("FROM            < PORT>     TO              < PORT>  PROT"
            "      KBYTES  SERVICE")
_UNDERLINE = "-" * 79
_ROW = re.compile(r"(\S+) +< *(\d+)> <-> (\S+) +< *(\d+)> +(\S+) +"
                  r"(\d+\.\d\d)  (.{0,11})")
_LINES = {
    "top": re.compile(r"Showing top (\d+) connections"),
    "network": re.compile(r"Network: ([^ ]+)(?: <(.+)>)?"),
    "threshold": re.compile(r"Bandwidth threshold: (-?\d+\.\d\d) kBps, "
                            r"exceeded for: (\d+\.\d\d) min"),
    "accumulated": re.compile(r"Threshold exceeded time since (.{24}): "
                              r"(\d+\.\d\d) min \((\d+\.\d\d)%\)"),
}


class LayoutError(Exception):
    """A line that ipband would not have written there."""


class Row(NamedTuple):
    """One connection; `low` is the end in the first column."""
    low: str
    low_port: int
    high: str
    high_port: int
    protocol: str
    kbytes: str
    service: str


class Accumulated(NamedTuple):
    since: float  # seconds since 1970
    minutes: str
    percent: str


class Block(NamedTuple):
    date: float  # seconds since 1970
    top: Optional[int]
    network: str
    name: Optional[str]
    threshold: str
    exceeded: str
    accumulated: Optional[Accumulated]
    rows: tuple


class _Reader:
    def __init__(self, text):
        self._lines = text.split("\n")
        if self._lines.pop():
            raise LayoutError("the last line does not end")
        self._at = 0

    def more(self):
        return self._at < len(self._lines)

    def peek(self):
        return self._lines[self._at] if self.more() else "(end of file)"

    def take(self, pattern, must=True):
        """The match of the next line, which is then behind us."""
        match = re.fullmatch(pattern, self.peek())
        if match:
            self._at += 1
        elif must:
            raise LayoutError(f"line {self._at + 1}: {self.peek()!r}")
        return match

    def literal(self, line):
        self.take(re.escape(line))


def _moment(ctime):
    """Seconds since 1970 of a time as ctime(3) writes it."""
    moment = time.mktime(time.strptime(ctime, "%a %b %d %H:%M:%S %Y"))
    if time.ctime(moment) != ctime:
        raise LayoutError(f"{ctime!r} is not what ctime writes")
    return moment


def _row(match):
    low, low_port, high, high_port, protocol, kbytes, service = match.groups()
    if match[0] != (f"{low:<15} <{low_port:>5}> <-> {high:<15} "
                    f"<{high_port:>5}> {protocol:>4} {kbytes:>12}  {service}"):
        raise LayoutError(f"columns of {match[0]!r}")
    return Row(low, int(low_port), high, int(high_port), protocol, kbytes,
               service)


def _block(reader):
    reader.literal("")
    date = _moment(reader.take(r"Date:   (.{24})")[1])
    top = reader.take(_LINES["top"], must=False)
    network = reader.take(_LINES["network"])
    threshold = reader.take(_LINES["threshold"])
    accumulated = reader.take(_LINES["accumulated"], must=False)
    for line in (_EDGE, _HEADING, _UNDERLINE):
        reader.literal(line)
    rows = []
    while reader.peek() != _EDGE:
        rows.append(_row(reader.take(_ROW)))
    reader.literal(_EDGE)
    return Block(
        date, int(top[1]) if top else None, network[1], network[2],
        threshold[1], threshold[2],
        Accumulated(_moment(accumulated[1]), *accumulated.groups()[1:])
        if accumulated else None, tuple(rows))


def parse(text):
    """The blocks of a report file, in its order."""
    reader = _Reader(text)
    blocks = []
    while reader.more():
        blocks.append(_block(reader))
    return blocks


def by_network(blocks):
    """{network: its blocks}; which network comes first means nothing."""
    networks = {}
    for block in blocks:
        networks.setdefault(block.network, []).append(block)
    return networks


def without_date(text):
    """The text, with every Date line cut short."""
    return re.sub(r"^Date:   .{24}$", "Date:", text, flags=re.MULTILINE)
