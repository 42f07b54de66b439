#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Each rule for dashboards finds what it is for: a dashboard of ours is broken
in one place, and that rule says so."""
import copy
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "support"))
import dashboards  # noqa: E402
import dashboards_lint  # noqa: E402
import results  # noqa: E402
from dashboard_rules import RULES  # noqa: E402

GOOD = next(one for one in dashboards.load()
            if one["uid"] == "ipband-overview")
JOB = 'job=~"$job", '


def panel(dashboard, title):
    return next(one for one in dashboards.panels(dashboard)
                if one["title"] == title)


def target(dashboard):
    return panel(dashboard, "Bandwidth")["targets"][0]


def variable(dashboard, name):
    return next(one for one in dashboard["templating"]["list"]
                if one["name"] == name)


def change(place, key, value):
    """Sets `key` of what `place` finds."""
    return lambda dashboard: place(dashboard).update({key: value})


def replace(old, new):
    """In the expression of one target."""
    def do(dashboard):
        one = target(dashboard)
        assert old in one["expr"], old
        one["expr"] = one["expr"].replace(old, new)
    return do


def without(key):
    return lambda dashboard: panel(dashboard, "Bandwidth").pop(key)


BREAK = {
    "template-datasource-rule":
        change(lambda d: variable(d, "datasource"), "label", "Source"),
    "template-job-rule":
        change(lambda d: variable(d, "job"), "allValue", ".*"),
    "template-instance-rule":
        change(lambda d: variable(d, "instance"), "multi", False),
    "template-label-promql-rule":
        change(lambda d: variable(d, "subnet")["query"], "query",
               "label_values(ipband_subnet_info{, subnet)"),
    "template-on-time-change-reload-rule":
        change(lambda d: variable(d, "interface"), "refresh", 1),
    "panel-datasource-rule":
        change(lambda d: panel(d, "Bandwidth"), "datasource", None),
    "panel-title-description-rule": without("description"),
    "panel-units-rule":
        change(lambda d: panel(d, "Bandwidth")["fieldConfig"]["defaults"],
               "unit", "furlongs"),
    "panel-no-targets-rule":
        change(lambda d: panel(d, "Bandwidth"), "targets", []),
    "target-logql-rule": change(target, "datasource", {"type": "loki"}),
    "target-logql-auto-rule": change(target, "datasource", {"type": "loki"}),
    "target-promql-rule": replace("rate(", "rate(("),
    "target-rate-interval-rule": replace("[$__rate_interval]", "[5m]"),
    "target-job-rule": replace(JOB, ""),
    "target-instance-rule": replace('instance=~"$instance"',
                                    'instance="$instance"'),
    "target-counter-agg-rule": replace("rate(", "max_over_time("),
    "uneditable-dashboard": lambda d: d.update(editable=True),
}
OURS = {
    "a metric without braces": replace(" * 8", " * 8 / up"),
    "a sum over sites": replace("rate(", "sum by (subnet) (rate("),
    "a literal address": replace(JOB, JOB + 'subnet="10.1.1.0/24", '),
    "bits that are no bytes": replace(" * 8", " * 1024"),
    "panels one over the other":
        change(lambda d: panel(d, "Bandwidth")["gridPos"], "y", 0),
    "another time": lambda d: d["links"][0].update(keepTime=False),
    "a link to nowhere": change(
        lambda d: panel(d, "Bandwidth")["fieldConfig"]["defaults"], "links",
        [{"url": "/d/ipband-host?${__url_time_range}"}]),
    "a column that a link needs":
        lambda d: panel(d, "Subnets")["transformations"][-1]["options"][
            "excludeByName"].update(subnet=True),
    "a series of no unit":
        lambda d: panel(d, "Bandwidth")["fieldConfig"]["overrides"].clear(),
}


def faults(dashboard):
    for rule in dashboards_lint.OURS:
        yield from rule(dashboard)


def main(check):
    check.equal("17 rules", len(RULES), 17)
    check.equal("each has a mistake here", set(BREAK), set(RULES))
    for name, mistake in BREAK.items():
        broken = copy.deepcopy(GOOD)
        check.equal(f"{name}: nothing before", list(RULES[name](broken)), [])
        mistake(broken)
        check.check(f"{name} finds it", list(RULES[name](broken)))
    check.equal("ours: nothing before", list(faults(GOOD)), [])
    for name, mistake in OURS.items():
        broken = copy.deepcopy(GOOD)
        mistake(broken)
        check.check(f"{name} is found", list(faults(broken)))


if __name__ == "__main__":
    results.run(main)
