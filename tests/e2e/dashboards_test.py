#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Every query of every panel, variable and annotation of grafana/dashboards/
is put to a real Prometheus, which scrapes two exporters with live traffic, and
has an answer. Variables are filled in as Grafana does: once with All and bits,
once with every value by name and bytes.

usage: dashboards_test.py BINARY

dashboards_may_be_empty.yml names those that may have none, and why.
"""
import math
import pathlib
import sys
import time

import yaml

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "support"))
import dashboards  # noqa: E402
import results  # noqa: E402
from dashboard_lab import (LIVELY, NEWCOMER, NORTH,  # noqa: E402
                           DashboardLab, Grafana)

BINARY = sys.argv[1] if len(sys.argv) == 2 else sys.exit(__doc__)
MAY_BE_EMPTY = yaml.safe_load(
    pathlib.Path(__file__).with_name("dashboards_may_be_empty.yml").read_text())


def has_data(query, answer):
    if query.kind == "label_values":
        return bool(answer)
    return any(not math.isnan(value) for _, points in answer
               for _, value in points)


def chosen(lab, begin, end):
    """Both choices of variables."""
    every = {name: ".+" for name in ("job", "instance", "interface", "subnet",
                                     "address", "meter")}
    every["unit"] = "8"
    named = dict(every, unit="1")
    grafana = Grafana(lab, begin, end, named)
    for query in sorted((query for dashboard in dashboards.load()
                         for query in dashboards.queries(dashboard)
                         if query.kind == "label_values"),
                        key=lambda query: list(named).index(query.ref)):
        named[query.ref] = grafana.values[query.ref] = grafana.ask(query)
    return every, named


def check_queries(check, lab, begin, end):
    asked = answered = 0
    every, named = chosen(lab, begin, end)
    single = "10.10.82.0/24"
    for choice in (every, named):
        for dashboard in dashboards.load():
            several = {variable["name"]: variable["multi"] for variable in
                       dashboard["templating"]["list"]}.get("subnet", True)
            grafana = Grafana(lab, begin, end, choice if several else
                              {**choice, "subnet": single})
            for query in dashboards.queries(dashboard):
                answer = grafana.ask(query)
                found = has_data(query, answer)
                asked += 1
                answered += found
                if query.unit not in (None, choice["unit"]):
                    check.check(f"{query.name}: empty with the other unit",
                                answer == [], str(answer)[:200])
                    asked -= 1
                elif query.name not in MAY_BE_EMPTY:
                    check.check(f"{query.name}: has data", found,
                                grafana.text(query))
            check_labels(check, dashboard, grafana)
    panels = sum(len(list(dashboards.panels(one)))
                 for one in dashboards.load())
    queries = [query for one in dashboards.load()
               for query in dashboards.queries(one)]
    print(f"{len(dashboards.load())} dashboards, {panels} panels, "
          f"{len(queries)} queries; with two choices of variables {asked} were "
          f"asked, {answered} returned data, {len(MAY_BE_EMPTY)} may be empty")
    for name in MAY_BE_EMPTY:
        check.check(f"{name} is a query",
                    name in {query.name for query in queries})
    return every


def check_labels(check, dashboard, grafana):
    """Rows of a table are put together by their labels, of which the name of
    the metric would be one. What a link says of a series or row is known."""
    for panel in dashboards.panels(dashboard):
        answers = [[set(labels) for labels, _ in grafana.ask(query)]
                   for query in dashboards.queries(dashboard)
                   if query.place == panel["title"]]
        what = f"{dashboard['uid']}: {panel['title']}"
        if panel["type"] == "table":
            named = [one for one in answers if {"__name__"} <= set().union(*one)]
            check.check(f"{what}: its rows fit", len(named) <= 1, str(named))
            known = set().union(*(labels for one in answers for labels in one))
        else:
            known = set.intersection(
                *(labels for one in answers for labels in one))
        check.check(f"{what}: its links lead somewhere",
                    dashboards.link_labels(panel) <= known, str(known))


def check_answers(check, lab, begin, end, every, newcomer):
    """Some of them in their numbers."""
    grafana = Grafana(lab, begin, end, every)
    by_name = {query.name: query for one in dashboards.load()
               for query in dashboards.queries(one)}

    def ask(name):
        """[(labels, value)]"""
        return [(labels, points[-1][1])
                for labels, points in grafana.ask(by_name[name])]
    hosts = "ipband-hosts: Hosts: in, out and total of the range: "
    sent = [value for labels, value in ask(hosts + "out")
            if labels["address"] == NEWCOMER]
    check.equal("a new host counts from zero", sent, [newcomer])
    worst = ask("ipband-overview: Worst subnet: share")
    check.equal("the worst subnet", [
        (labels["instance"], labels["name"]) for labels, _ in worst],
        [(NORTH, "branch 82")])
    check.check("is over its threshold", worst[0][1] > 1, str(worst))
    who = ask("ipband-overview: Who: its top host: host_bits")
    check.equal("its top host", [labels["address"] for labels, _ in who],
                ["10.10.82.17"])
    (labels, since), = ask("ipband-overview: Over its threshold since: since")
    start = lab.instant(
        "ipband_subnet_last_report_start_timestamp_seconds{subnet="
        f"\"{labels['subnet']}\",instance=\"{labels['instance']}\","
        f"interface=\"{labels['interface']}\"}}", end)[0][1]
    check.equal("since when, as the report has it", since / 1000, start)
    (_, due), = ask("ipband-overview: Next report in: due")
    check.check("the next report is due within a report period",
                0 <= due <= lab.pace.report, str(due))
    state = ask("ipband-overview: Subnets: state")
    keys = {(labels["instance"], labels["interface"], labels["subnet"])
            for labels, _ in state}
    check.equal("every subnet of every site is a row", len(keys), len(state))
    sites = {key[0] for key in keys if key[2] == "10.10.82.0/24"}
    check.equal("the same network on both sites", len(sites), 2)


def main(check):
    started = time.monotonic()
    with DashboardLab(BINARY, LIVELY) as lab:
        lab.wait_until_told()
        newcomer = lab.newcomer()
        end = lab.wait_until_told()
        # Both were known at its start, so what is new since is new.
        begin = math.ceil(lab.known_since) + 1
        every = check_queries(check, lab, begin, end)
        check_answers(check, lab, begin, end, every, newcomer)
    print(f"{time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    results.run(main)
