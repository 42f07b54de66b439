# SPDX-License-Identifier: Apache-2.0
"""The 17 rules of Grafana's dashboard-linter, each a function that yields
(panel or "", fault) for a dashboard; RULES has them by the linter's names.

They know just enough PromQL for our own queries: what they cannot read is a
fault. Whether a query is valid says Prometheus' own parser.
"""
import functools
import re
import subprocess
import tempfile

import yaml

import dashboards

# Of Grafana's units, those that we use.
UNITS = {"Bps", "bps", "bytes", "cps", "dateTimeAsIso", "dateTimeFromNow",
         "dtdurations", "none", "percentunit", "pps", "s", "short", "sishort"}
WITH_UNIT = {"bargauge", "stat", "table", "timeseries"}
WITHOUT_TARGETS = {"text"}
DATASOURCE = {"type": "prometheus", "uid": "${datasource}"}
SELECTOR = re.compile(r"\b([a-zA-Z_:][\w:]*)\{([^{}]*)\}")
_RANGE_CALL = re.compile(r"(\w+)\(\s*$")
_WORDS = {"and", "or", "unless", "offset", "bool", "end", "start", "on",
          "ignoring", "by", "without", "group_left", "group_right"}
# Variables as durations and numbers, for the parser.
SAMPLE = {"__rate_interval": "1m", "__range": "1h", "__interval": "15s",
          "__from:date:seconds": "1700000000", "unit": "8"}


def variable(dashboard, name):
    return {one["name"]: one for one in dashboard["templating"]["list"]}.get(
        name, {})


def sample(dashboard):
    names = [one["name"] for one in dashboard["templating"]["list"]]
    return {**dict.fromkeys(names, ".+"), **SAMPLE}


def targets(dashboard):
    for panel in dashboards.panels(dashboard):
        for target in panel["targets"]:
            yield panel, target


def template_datasource(dashboard):
    found = variable(dashboard, "datasource")
    if found.get("type") != "datasource" or found.get("query") != "prometheus":
        yield "", "no variable `datasource` of type datasource"
    if found.get("label") != "Data source":
        yield "", "the label of `datasource` is not `Data source`"


def _template_target(dashboard, name, label):
    found = variable(dashboard, name)
    for key, value in (("type", "query"), ("label", label), ("multi", True),
                       ("includeAll", True), ("allValue", ".+"),
                       ("datasource", DATASOURCE)):
        if found.get(key) != value:
            yield "", f"variable {name}: {key} is not {value}"


def template_job(dashboard):
    return _template_target(dashboard, "job", "Job")


def template_instance(dashboard):
    return _template_target(dashboard, "instance", "Instance")


def template_label_promql(dashboard):
    selectors = {}
    for one in dashboard["templating"]["list"]:
        if one["type"] == "query":
            try:
                metric, _ = dashboards.label_values(one["query"]["query"])
            except ValueError as error:
                yield "", str(error)
                continue
            selectors[one["name"]] = dashboards.fill(metric,
                                                     sample(dashboard))
    for fault in invalid(selectors):
        yield "", f"variables: {fault}"


def template_on_time_change_reload(dashboard):
    for one in dashboard["templating"]["list"]:
        if one["type"] == "query" and one["refresh"] != 2:
            yield "", f"variable {one['name']}: not loaded when time changes"


def panel_datasource(dashboard):
    for panel in dashboards.panels(dashboard):
        if panel["datasource"] != DATASOURCE:
            yield panel["title"], "its data source is not the variable"


def panel_title_description(dashboard):
    for panel in dashboards.panels(dashboard):
        if not panel["title"]:
            yield f"panel {panel['id']}", "has no title"
        if not panel.get("description"):
            yield panel["title"], "has no description"


def panel_units(dashboard):
    for panel in dashboards.panels(dashboard):
        defaults = panel["fieldConfig"]["defaults"]
        units = [one["value"] for rule in panel["fieldConfig"]["overrides"]
                 for one in rule["properties"] if one["id"] == "unit"]
        if panel["type"] in WITH_UNIT and not defaults.get("mappings"):
            units.append(defaults.get("unit"))
        for unit in units:
            if unit not in UNITS:
                yield panel["title"], f"unit {unit}"


def panel_no_targets(dashboard):
    for panel in dashboards.panels(dashboard):
        if not panel["targets"] and panel["type"] not in WITHOUT_TARGETS:
            yield panel["title"], "asks for nothing"


def target_logql(dashboard):
    """There is no LogQL: nothing asks any other kind of data source."""
    for panel, target in targets(dashboard):
        if target.get("datasource", DATASOURCE) != DATASOURCE:
            yield panel["title"], "asks another data source"


def target_promql(dashboard):
    expressions = {}
    for panel, target in targets(dashboard):
        expressions[f"{panel['title']}: {target['refId']}"] = dashboards.fill(
            target["expr"], sample(dashboard))
    for one in dashboard["annotations"]["list"]:
        if "expr" in one:
            expressions[one["name"]] = dashboards.fill(one["expr"],
                                                       sample(dashboard))
    for fault in invalid(expressions):
        yield "", fault


def invalid(expressions):
    """What promtool, which has Prometheus' parser, does not take."""
    said = _promtool(tuple(expressions.values()))
    if said:
        yield f"promtool: {said} in {list(expressions)}"


@functools.lru_cache
def _promtool(expressions):
    rules = [{"record": f"query_{number}", "expr": expr}
             for number, expr in enumerate(expressions)]
    with tempfile.NamedTemporaryFile("w", suffix=".yml") as file:
        yaml.safe_dump({"groups": [{"name": "queries", "rules": rules}]}, file)
        file.flush()
        run = subprocess.run(["promtool", "check", "rules", file.name],
                             capture_output=True, text=True, check=False)
    return run.stderr.strip() if run.returncode else ""


def target_rate_interval(dashboard):
    for panel, target in targets(dashboard):
        for call, inside in re.findall(r"\b(i?rate)\([^()]*\[([^\]]*)\]",
                                       target["expr"]):
            if inside != "$__rate_interval":
                yield panel["title"], f"{call} over {inside}"


def _matcher(dashboard, name):
    wanted = f'{name}=~"${name}"'
    for panel, target in targets(dashboard):
        expr = target["expr"]
        for metric, matchers in SELECTOR.findall(expr):
            if wanted not in matchers.split(", "):
                yield panel["title"], f"{metric} without {wanted}"
        for metric in bare(expr):
            yield panel["title"], f"{metric} without a selector"


def bare(expr):
    """Names of metrics that stand there without braces."""
    expr = re.sub(r'"[^"]*"', '""', SELECTOR.sub("", expr))
    expr = re.sub(r"\b(by|without|on|ignoring|group_left|group_right) "
                  r"\([^)]*\)", "", expr)
    expr = re.sub(r"\[[^\]]*\]|\$\{[^}]*\}|\$\w+|\b\d[\w.]*", "", expr)
    return [name for name, call in re.findall(r"\b([a-zA-Z_:][\w:]*)(\s*\()?",
                                              expr)
            if not call and name not in _WORDS]


def target_job(dashboard):
    return _matcher(dashboard, "job")


def target_instance(dashboard):
    return _matcher(dashboard, "instance")


def target_counter_agg(dashboard):
    for panel, target in targets(dashboard):
        expr = target["expr"]
        for found in SELECTOR.finditer(expr):
            call = _RANGE_CALL.search(expr[:found.start()])
            if found[1].endswith("_total") and not (
                    expr[found.end():].startswith("[") and call and
                    call[1] in ("rate", "irate", "increase")):
                yield panel["title"], f"{found[1]} is not in rate()"


def uneditable(dashboard):
    if dashboard["editable"] is not False:
        yield "", "is editable"


RULES = {
    "template-datasource-rule": template_datasource,
    "template-job-rule": template_job,
    "template-instance-rule": template_instance,
    "template-label-promql-rule": template_label_promql,
    "template-on-time-change-reload-rule": template_on_time_change_reload,
    "panel-datasource-rule": panel_datasource,
    "panel-title-description-rule": panel_title_description,
    "panel-units-rule": panel_units,
    "panel-no-targets-rule": panel_no_targets,
    "target-logql-rule": target_logql,
    "target-logql-auto-rule": target_logql,
    "target-promql-rule": target_promql,
    "target-rate-interval-rule": target_rate_interval,
    "target-job-rule": target_job,
    "target-instance-rule": target_instance,
    "target-counter-agg-rule": target_counter_agg,
    "uneditable-dashboard": uneditable,
}
