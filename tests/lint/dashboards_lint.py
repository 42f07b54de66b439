#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Holds grafana/: the rules of Grafana's dashboard-linter (dashboard_rules.py)
with the exceptions of grafana/dashboards/.lint, our own, and that provisioning
names what is there.

usage: dashboards_lint.py [--write]   --write lays out the files anew
"""
import json
import pathlib
import re
import sys

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "support"))
import dashboards  # noqa: E402
from dashboard_rules import RULES, SELECTOR, targets  # noqa: E402

EXCEPTIONS = yaml.safe_load((dashboards.FOLDER / ".lint").read_text())
PROVISIONING = ROOT / "grafana" / "provisioning"
FIXED = {"schemaVersion": 39, "graphTooltip": 1, "timezone": "browser",
         "tags": ["ipband"], "refresh": "30s"}
# Nobody's network, and what prefixes look like.
ADDRESS = re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}\b|\b[0-9a-f]{1,4}:[0-9a-f:]*::")
AGGREGATION = re.compile(r"\b(sum|avg|min|max|count|quantile|stddev|group)\b"
                         r"(?! *\(\$)\s*(?:(by|without)\s*\(([^)]*)\))?\s*\(")
# One value for each exporter; the rest are for each of its interfaces.
OF_EXPORTER = {"ipband_reports_undelivered"}


def linter(dashboard):
    for name, rule in RULES.items():
        excepted = {one["panel"] for one in EXCEPTIONS["exclusions"].get(
            name, {}).get("entries", [])
            if one["dashboard"] == dashboard["title"]}
        found = list(rule(dashboard))
        for panel, fault in found:
            if panel not in excepted:
                yield f"{name}: {panel}: {fault}"
        for panel in excepted - {panel for panel, _ in found}:
            yield f"{name}: {panel} needs no exception"


def frame(dashboard):
    for key, value in FIXED.items():
        if dashboard.get(key) != value:
            yield f"{key} is not {value}"
    if "id" in dashboard:
        yield "has an id, which is a database's"
    link = dashboard["links"][0]
    if not (link["keepTime"] and link["includeVars"] and
            link["tags"] == ["ipband"]):
        yield "no link to the others that keeps time and variables"
    if not dashboard["description"]:
        yield "no description"


def places(dashboard):
    """Panels neither overlap nor share an id or a title."""
    taken, ids, titles = {}, set(), set()
    for panel in dashboard["panels"]:
        if panel["title"] in titles:
            yield f"{panel['title']}: is there twice"
        titles.add(panel["title"])
        if panel["id"] in ids:
            yield f"{panel['title']}: id {panel['id']} is there twice"
        ids.add(panel["id"])
        at = panel["gridPos"]
        if at["x"] + at["w"] > 24:
            yield f"{panel['title']}: wider than the page"
        for x in range(at["x"], at["x"] + at["w"]):
            for y in range(at["y"], at["y"] + at["h"]):
                other = taken.setdefault((x, y), panel["title"])
                if other != panel["title"]:
                    yield f"{panel['title']}: over {other}"
                    return


def links(dashboard):
    """They lead to dashboards and variables that are there, at their time."""
    known = {one["uid"]: {"var-" + variable["name"]
                          for variable in one["templating"]["list"]}
             for one in dashboards.load()}
    own = {variable["name"] for variable in dashboard["templating"]["list"]}
    for url in re.findall(r'"url": "(/d/[^"]*)"', json.dumps(dashboard)):
        found = re.match(r"/d/([\w-]+)\?(.*)", url)
        if not found or found[1] not in known:
            yield f"{url}: no such dashboard"
            continue
        if "${__url_time_range}" not in url:
            yield f"{url}: does not keep the time"
        for name in re.findall(r"\$\{(\w+):queryparam\}", url):
            if name not in own or "var-" + name not in known[found[1]]:
                yield f"{url}: no variable {name}"
        for name in re.findall(r"[?&](var-\w+)=", url):
            if name not in known[found[1]]:
                yield f"{url}: no variable {name}"


def link_fields(dashboard):
    """A column that a link is made of is not taken away."""
    for panel in dashboards.panels(dashboard):
        for one in panel.get("transformations", []):
            gone = set(one["options"].get("excludeByName", {}))
            for name in gone & dashboards.link_labels(panel):
                yield f"{panel['title']}: a link needs the column {name}"


def expressions(dashboard):
    text = json.dumps(dashboard)
    for address in ADDRESS.findall(text):
        yield f"a literal address: {address}"
    by_ref = {}
    for panel, target in targets(dashboard):
        by_ref[panel["title"], target["refId"]] = target["expr"]
        yield from _aggregations(panel["title"], target["expr"])
    for (title, ref), expr in by_ref.items():
        # One answers in bits, the other in bytes.
        if ref.endswith("_bits"):
            twin = by_ref.get((title, ref.removesuffix("bits") + "bytes"))
            if twin != expr.replace(" * 8", "").replace("== 8", "== 1"):
                yield f"{title}: {ref} has no twin in bytes"
    yield from _units(dashboard)


def _aggregations(title, expr):
    """Nothing is summed over exporters or their interfaces."""
    for operation, kind, labels in AGGREGATION.findall(expr):
        names = {name.strip() for name in labels.split(",")}
        metrics = {metric for metric, _ in SELECTOR.findall(expr)}
        wanted = {"job", "instance"} if metrics <= OF_EXPORTER else {
            "job", "instance", "interface"}
        if (kind == "by" and wanted <= names) or (
                kind == "without" and not names & wanted):
            continue
        yield f"{title}: {operation} {kind} ({labels}) mixes exporters"


def _units(dashboard):
    for panel, target in targets(dashboard):
        for ending, unit in (("_bits", "bps"), ("_bytes", "Bps")):
            if target["refId"].endswith(ending) and not any(
                    rule["matcher"] == {"id": "byFrameRefID",
                                        "options": target["refId"]} and
                    {"id": "unit", "value": unit} in rule["properties"]
                    for rule in panel["fieldConfig"]["overrides"]):
                yield f"{panel['title']}: {target['refId']} is not in {unit}"


def provisioning():
    """Two files; the data sources' ids are those that they name."""
    providers = yaml.safe_load(
        (PROVISIONING / "dashboards" / "ipband.yml").read_text())["providers"]
    if [one["type"] for one in providers] != ["file"]:
        yield "provisioning: not one provider of files"
    sources = yaml.safe_load((PROVISIONING / "datasources" / "ipband.yml")
                             .read_text())["datasources"]
    by_type = {one["type"]: one for one in sources}
    if set(by_type) != {"prometheus", "alertmanager"}:
        yield "provisioning: not a Prometheus and an Alertmanager"
    elif (by_type["prometheus"]["jsonData"]["alertmanagerUid"] !=
          by_type["alertmanager"]["uid"]):
        yield "provisioning: alertmanagerUid is not the Alertmanager's uid"


OURS = (linter, frame, places, links, link_fields, expressions)


def faults():
    titles = set()
    for path in dashboards.paths():
        text = path.read_text(encoding="utf-8")
        dashboard = json.loads(text)
        if text != dashboards.text(dashboard):
            yield (f"{path.name}: its layout is another: run "
                   "tests/lint/dashboards_lint.py --write")
        if dashboard["uid"] != f"ipband-{path.stem}":
            yield f"{path.name}: uid is not ipband-{path.stem}"
        if dashboard["title"] in titles:
            yield f"{path.name}: its title is there twice"
        titles.add(dashboard["title"])
        for rule in OURS:
            for fault in rule(dashboard):
                yield f"{path.name}: {fault}"
    for name, exception in EXCEPTIONS["exclusions"].items():
        if name not in RULES or not exception["reason"]:
            yield f".lint: {name}: no such rule, or no reason"
    yield from provisioning()


def write():
    for path in dashboards.paths():
        document = json.loads(path.read_text(encoding="utf-8"))
        path.write_text(dashboards.text(document), encoding="utf-8")


def main():
    if sys.argv[1:] == ["--write"]:
        write()
    found = list(faults())
    print("\n".join(found))
    checked = len(dashboards.paths()) * len(RULES)
    print(f"{checked if not found else 0} passed, {len(found)} failed")
    return 1 if found or not checked else 0


if __name__ == "__main__":
    sys.exit(main())
