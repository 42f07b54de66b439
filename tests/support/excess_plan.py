# SPDX-License-Identifier: Apache-2.0
"""Traffic of many subnets around one threshold, known in advance: what is sent
in each averaging period, and which episodes and reports follow from it.

    plan = Plan(seed=1, subnets=40, periods=70, period=6, report=30)
    plan.frames            # (second, subnet's number, octets), by the second
    plan.episodes          # what an exporter makes of it

A reference of its own for the threshold logic: short, in whole periods.
"""
import dataclasses
import random

FRAME = 1000      # bytes
THRESHOLD = 2000  # bytes a second
FIRST, LAST = 0.1, 0.8  # where in a period frames are sent
LENGTHS = (5, 6, 6, 7, 8, 10, 11, 12, 14)  # periods of a hold
LEVELS = ("exact", "over", "high", "burst")
KINDS = ("hold", "hold", "hold", "broken", "below", "close", "close")


@dataclasses.dataclass
class Episode:
    """Numbers of periods, each standing for its end."""
    subnet: int
    start: int
    reports: list
    cleared: int


class Plan:
    def __init__(self, seed, subnets, periods, period, report, kinds=KINDS):
        self._random = random.Random(seed)
        self.period = period
        self.periods = periods
        self._report = report
        self._kinds = kinds
        self._quota = THRESHOLD * period  # bytes
        self.frames = []
        self.episodes = []  # only those with a report
        for subnet in range(subnets):
            self._add(subnet)
        self.frames.sort()

    @property
    def reports(self):
        """The periods at whose end there is a report."""
        return sorted({number for one in self.episodes
                       for number in one.reports})

    def busy(self, number):
        """The subnets that send in a period."""
        begin, end = number * self.period, (number + 1) * self.period
        return {subnet for second, subnet, _ in self.frames
                if begin <= second < end}

    def _add(self, subnet):
        octets = [0] * self.periods
        levels = self._levels()
        for number, level in enumerate(levels):
            begins = level and (number == 0 or not levels[number - 1])
            ends = level and not levels[number + 1]
            for place, size in self._period(level, begins, ends):
                octets[number] += size
                self.frames.append(
                    ((number + place) * self.period, subnet, size))
        self.episodes += [one for one in self._judge(subnet, octets)
                          if one.reports]

    def _levels(self):
        """What each period is; the last ones are quiet."""
        levels = [""] * self._random.choice((0, 0, 1, 2))
        while True:
            shape = self._shape()
            if len(levels) + len(shape) >= self.periods:
                return levels + [""] * (self.periods - len(levels))
            levels += shape + [""] * self._random.choice((1, 1, 2, 3, 5))

    def _shape(self):
        kind = self._random.choice(self._kinds)
        if kind == "hold":
            return self._hold(self._random.choice(LENGTHS))
        if kind == "broken":
            return self._hold(self._random.randint(2, 5)) + ["below"] + (
                self._hold(self._random.randint(6, 8)))
        if kind == "below":
            return ["below"] * 6
        return self._hold(self._random.randint(6, 8)) + [""] + (
            self._hold(self._random.randint(6, 8)))

    def _hold(self, length):
        level = self._random.choice(LEVELS)
        return [level] * length

    def _period(self, level, begins, ends):
        """(place, octets) of its frames. One that begins or ends a hold may be
        cut anywhere."""
        if not level:
            return []
        count = self._quota // FRAME
        sizes = [FRAME] * (3 * count if level == "high" else count)
        if level == "over":
            sizes.append(60)
        if level == "below":
            sizes[-1] -= 1
        width = 0.05 if level == "burst" else LAST - FIRST
        first = self._random.uniform(FIRST, LAST - width)
        places = [first + width * i / len(sizes) for i in range(len(sizes))]
        cut = self._random.random() < 0.3
        low = self._random.uniform(FIRST, LAST) if begins and cut else 0
        high = self._random.uniform(FIRST, LAST) if ends and cut else 1
        return [(place, size) for place, size in zip(places, sizes)
                if low <= place < high]

    def _judge(self, subnet, octets):
        open_one, clock = None, 0
        for number, sum_ in enumerate(octets):
            if sum_ < self._quota:
                if open_one:
                    open_one.cleared = number
                    yield open_one
                open_one = None
            elif not open_one:
                open_one, clock = Episode(subnet, number, [], 0), number
            elif (number - clock) * self.period >= self._report:
                open_one.reports.append(number)
                clock = number
