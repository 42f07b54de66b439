# SPDX-License-Identifier: Apache-2.0
"""The dashboards of grafana/: their queries, with variables filled in as
Grafana does it, and the layout of their files.

    for dashboard in dashboards.load():
        for query in dashboards.queries(dashboard):
            query.filled({"job": [".+"], "unit": "8", "__range": "3600s"})
"""
import dataclasses
import json
import pathlib
import re

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "grafana/dashboards"
LINE = 110  # columns
_VARIABLE = re.compile(
    r"\$\{(?P<long>\w+(?::date)?)(?::(?P<format>\w+))?\}|\$(?P<short>[A-Za-z_]\w*)")


def load():
    return [json.loads(path.read_text(encoding="utf-8")) for path in paths()]


def paths():
    return sorted(FOLDER.glob("*.json"))


def text(value, indent=0):
    """JSON with sorted keys, in which what fits stands in one line."""
    line = json.dumps(value, sort_keys=True, ensure_ascii=False)
    if indent == 0:
        return _broken(value, 0) + "\n"
    if len(line) + indent <= LINE or not isinstance(value, (dict, list)):
        return line
    return _broken(value, indent)


def _broken(value, indent):
    inner = "\n" + " " * (indent + 2)
    if isinstance(value, dict):
        parts = [json.dumps(key) + ": " + text(value[key], indent + 2)
                 for key in sorted(value)]
        return "{" + inner + ("," + inner).join(parts) + "\n" + \
            " " * indent + "}"
    parts = [text(one, indent + 2) for one in value]
    return "[" + inner + ("," + inner).join(parts) + "\n" + " " * indent + "]"


def panels(dashboard):
    """All but rows, also those in collapsed rows."""
    for panel in dashboard["panels"]:
        if panel["type"] == "row":
            yield from panel["panels"]
        else:
            yield panel


def link_labels(panel):
    """What the links of a panel need to know of a series or a row."""
    return set(re.findall(r"\$\{__(?:field\.labels|data\.fields)\.(\w+)\}",
                          json.dumps(panel["fieldConfig"])))


@dataclasses.dataclass(frozen=True)
class Query:
    dashboard: str
    place: str  # title of the panel, or what else asks
    ref: str
    expr: str
    kind: str  # range, instant or label_values
    label: str = ""  # of label_values

    @property
    def name(self):
        return f"{self.dashboard}: {self.place}: {self.ref}"

    @property
    def unit(self):
        """The value of $unit with which it has an answer; None: with any."""
        for ending, value in (("_bits", "8"), ("_bytes", "1")):
            if self.ref.endswith(ending):
                return value
        return None

    def filled(self, values):
        return fill(self.expr, values)


def queries(dashboard):
    """Of panels, variables and annotations."""
    uid = dashboard["uid"]
    for panel in panels(dashboard):
        for target in panel["targets"]:
            kind = "instant" if target["instant"] else "range"
            yield Query(uid, panel["title"], target["refId"], target["expr"],
                        kind)
    for variable in dashboard["templating"]["list"]:
        if variable["type"] == "query":
            metric, label = label_values(variable["query"]["query"])
            yield Query(uid, "variable", variable["name"], metric,
                        "label_values", label)
    for annotation in dashboard["annotations"]["list"]:
        if "expr" in annotation:
            yield Query(uid, "annotation", annotation["name"],
                        annotation["expr"], "range")


def label_values(query):
    """`label_values(a{b="c"}, d)` as selector and label."""
    found = re.fullmatch(r"label_values\((.*), (\w+)\)", query)
    if not found:
        raise ValueError(f"{query}: only label_values(METRIC, LABEL)")
    return found[1], found[2]


def fill(expr, values):
    """A list is a variable of several values, which become alternatives of a
    regular expression; a text stands there as it is. What has no value is an
    error."""
    def one(found):
        name = found["long"] or found["short"]
        if found["format"]:
            name += ":" + found["format"]
        value = values[name]
        if isinstance(value, str):
            return value
        escaped = [_escaped(text) for text in value]
        return escaped[0] if len(escaped) == 1 else f"({'|'.join(escaped)})"
    return _VARIABLE.sub(one, expr)


def _escaped(value):
    """For a regular expression in a PromQL string."""
    return re.sub(r"[$^*{}\[\]'+?.()|]", r"\\\\\g<0>",
                  value.replace("\\", r"\\\\"))
