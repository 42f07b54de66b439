# SPDX-License-Identifier: Apache-2.0
"""What promtool does not ask of our rules: `faults(document, metrics)` of a
rule file as YAML has it, given what the exporter serves.

It knows just enough PromQL for our own rules; what it cannot read is a fault.
`metrics` is {name: (type, set of labels)}.
"""
import pathlib
import re

RUNBOOKS = pathlib.Path(__file__).resolve().parents[2] / "alerts/runbooks"
RUNBOOK_URL = ("https://github.com/ipband/ipband_exporter/blob/main/alerts/"
               "runbooks/")
HEADINGS = ["Meaning", "Impact", "Diagnosis", "Mitigation"]
# `since` keeps episodes apart: its value is the start of the watch, which does
# not change while the alert lasts.
VALUE_IN_LABEL = {("IpbandSubnetReported", "since")}
# Nothing is served where it would lead to.
NO_REPORT_URL = {"IpbandExporterDown"}
# What Prometheus makes itself, and which labels its targets have.
OWN = {"up": ("gauge", set()), "ALERTS": ("gauge", {"alertname"})}
TARGET = {"job", "instance", "site"}
SHORTEST_RANGE = 120  # two scrapes a minute apart
LONGEST_INTERVAL = 300

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_METRIC = re.compile(r"\b(?:ipband_\w+|[a-z_]+:\w+:\w+|up|ALERTS)\b")
_MATCHER = re.compile(r"""(\w+)\s*(=~|!~|!=|=)\s*("[^"]*"|'[^']*'|%q)""")
_SELECTOR = re.compile(r"(%s)\{([^}]*)\}" % _METRIC.pattern)
_RATE = re.compile(r"\b(?:rate|increase|irate)\(\s*(\w+)(?:\{[^}]*\})?"
                   r"\[(\d+)([smhd])\](?: offset \w+)?\s*\)")
_GROUPING = re.compile(r"\b(sum|avg|min|max|count|topk|bottomk|quantile|"
                       r"stddev|group)\b\s*(?:(by|without)\s*\(([^)]*)\))?")
_MATCHING = re.compile(r"\b(on|ignoring)\s*\(([^)]*)\)")
_LABELS = re.compile(r"\b(?:by|without|on|ignoring)\s*\([^)]*\)")
_TEXT = re.compile(r'"(?:[^"\\]|\\.)*"')
_ACTION = re.compile(r"\{\{.*?\}\}", re.DOTALL)


def _names(text):
    return {name.strip() for name in text.split(",") if name.strip()}


def _seconds(text):
    found = re.fullmatch(r"(\d+)([smhd])", str(text))
    return int(found[1]) * _SECONDS[found[2]] if found else None


def _used(expr):
    """The metrics an expression names."""
    bare = re.sub(r"\{[^}]*\}", "", _LABELS.sub("", expr))
    return set(_METRIC.findall(bare))


def _expression(expr, metrics):
    """Faults of any PromQL, of rules and of queries in annotations."""
    used = _used(expr)
    for name in sorted(used - set(metrics)):
        yield f"{name}: the exporter serves no such metric"
    for name, inside in _SELECTOR.findall(expr):
        known = metrics.get(name, ("", set()))[1] | TARGET
        for label, operator, value in _MATCHER.findall(inside):
            if label not in known:
                yield f"{name} has no label {label}"
            if operator in ("=~", "!~") and re.fullmatch(r"[\w -]*",
                                                         value[1:-1]):
                yield f"{label}{operator}{value}: not a regular expression"
    for name, number, unit in _RATE.findall(expr):
        if metrics.get(name, ("counter",))[0] != "counter":
            yield f"rate over {name}, which is no counter"
        if int(number) * _SECONDS[unit] < SHORTEST_RANGE:
            yield f"range of {number}{unit} over {name} is too short"
    rest = _RATE.sub("", expr)
    if re.search(r"\b(rate|increase|irate)\(", rest):
        yield "rate of something that is not a plain counter"
    yield from _aggregations(expr, used, metrics)


def _aggregations(expr, used, metrics):
    """Nothing is summed over sensors or their interfaces, except by site."""
    has_interface = any("interface" in metrics[name][1]
                        for name in used if name in metrics)
    apart = {"instance"} | ({"interface"} if has_interface else set())
    for operation, kind, labels in _GROUPING.findall(expr):
        names = _names(labels)
        if kind == "by" and ("site" in names or apart <= names):
            continue
        if kind == "without" and not names & (apart | {"job"}):
            continue
        yield f"{operation} {kind} ({labels}) mixes sensors or interfaces"
    for kind, labels in _MATCHING.findall(expr):
        if (kind == "on") != ("instance" in _names(labels)):
            yield f"{kind} ({labels}) matches across exporters"


def _alert_expression(rule, recorded):
    expr = rule["expr"]
    for name in _used(expr) & set(recorded):
        expr = expr.replace(name, f"({recorded[name]})")
    own = re.sub(r"\{[^}]*\}", "", rule["expr"])
    if not re.search(r"[<>]|[!=]=", own):
        yield "no comparison: it would always fire"
    if "absent" in expr and "for" not in rule:
        yield "absent without `for`"
    if re.search(r"\b(topk|bottomk)\b", expr):
        yield "topk in an alert: it flaps"


def _queries(text):
    """PromQL in the printf of a template that is handed to query."""
    for action in _ACTION.findall(text):
        if "query" in action:
            for literal in _TEXT.findall(action):
                yield literal[1:-1].replace("%s", "").replace("%[1]s", "")


def _texts(rule):
    name = rule["alert"]
    labels, notes = rule.get("labels", {}), rule.get("annotations", {})
    if labels.get("severity") not in ("critical", "warning", "info"):
        yield "severity is not critical, warning or info"
    for label, text in labels.items():
        if (re.search(r"\$value|\.Value", text) and
                (name, label) not in VALUE_IN_LABEL):
            yield f"label {label} changes with the value"
    summary = notes.get("summary", "")
    if not re.fullmatch(r"[A-Z][^\n]*\.", summary) or ". " in summary:
        yield "summary is not one sentence from capital to period"
    if not notes.get("description", "").rstrip().endswith("."):
        yield "no description"
    if name not in NO_REPORT_URL and "/reports" not in notes.get(
            "report_url", ""):
        yield "no report_url"
    if notes.get("runbook_url") != f"{RUNBOOK_URL}{name}.md":
        yield "runbook_url is not that of its runbook"
    for note, text in notes.items():
        for action in _ACTION.findall(text):
            if re.search(r"(\$value|\.Value)\b", action) and not re.search(
                    "humanize|toTime|printf", action):
                yield f"{note}: a number that is not humanized"


def _alert(rule, metrics, recorded):
    if not re.fullmatch(r"Ipband([A-Z][a-z]+)+", rule["alert"]):
        yield "name is not Ipband and words in capitals"
    yield from _alert_expression(rule, recorded)
    yield from _texts(rule)
    for text in rule.get("annotations", {}).values():
        for query in _queries(text):
            # Which host is largest is asked once, not judged.
            yield from _expression(query.replace("topk(", "(").replace(
                "sort_desc(", "("), metrics)
    yield from _runbook(rule["alert"])


def _runbook(name):
    path = RUNBOOKS / f"{name}.md"
    if not path.exists():
        yield f"no runbook {path.name}"
        return
    text = path.read_text(encoding="utf-8")
    if not text.startswith(f"# {name}\n"):
        yield f"{path.name} does not begin with its name"
    if re.findall(r"^## (.*)$", text, re.MULTILINE) != HEADINGS:
        yield f"{path.name}: its headings are not {', '.join(HEADINGS)}"


def _record(rule):
    if not re.fullmatch(r"[a-z_]+:[a-z0-9_]+:[a-z0-9_]+", rule["record"]):
        yield "name is not level:metric:operation"


def faults(document, metrics):
    """[what is wrong], empty for a good file."""
    rules = [rule for group in document["groups"] for rule in group["rules"]]
    recorded = {rule["record"]: rule["expr"]
                for rule in rules if "record" in rule}
    known = {**metrics, **OWN}
    for name, expr in recorded.items():
        labels = set().union(*(known[used][1] for used in _used(expr)
                               if used in known))
        known[name] = ("gauge", labels)
    found = []
    for group in document["groups"]:
        seconds = _seconds(group.get("interval", "1m"))
        if seconds is None or seconds > LONGEST_INTERVAL:
            found.append(f"{group['name']}: interval is over 5m")
        for key in sorted(set(group) - {"name", "interval", "limit", "rules"}):
            found.append(f"{group['name']}: Prometheus 2.42 has no {key}")
    names, expressions = set(), set()
    for rule in rules:
        name = rule.get("alert") or rule["record"]
        said = list(_expression(rule["expr"], known))
        said += (_alert(rule, known, recorded) if "alert" in rule
                 else _record(rule))
        if name in names:
            said.append("is there twice")
        if " ".join(rule["expr"].split()) in expressions:
            said.append("has the expression of another rule")
        names.add(name)
        expressions.add(" ".join(rule["expr"].split()))
        found += [f"{name}: {what}" for what in said]
    return found
