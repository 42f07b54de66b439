# SPDX-License-Identifier: Apache-2.0
"""Debian's Prometheus and Alertmanager with the rules of alerts/, every time
in them divided by one number, and a proxy that loses scrapes.

    door = ScrapeProxy(box); door.url = exporter.url
    alertmanager = Alertmanager(box, scale=10, webhook=url, smtp=port)
    prometheus = Prometheus(box, door.target, scrape=6, scale=10, rules=...)

All of it runs in the box's namespace, on 127.0.0.1.
"""
import http.server
import json
import pathlib
import re
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

import yaml

import netlab

ALERTS = pathlib.Path(__file__).resolve().parents[2] / "alerts"
MAIL_KEY = "X-Ipband-Key"
_SECONDS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400}
_DURATION = r"((?:\d+(?:ms|[smhd]))+)"


def shorter(duration, scale):
    """`5m` divided by 10 is `30000ms`."""
    parts = re.findall(r"(\d+)(ms|[smhd])", str(duration))
    seconds = sum(int(number) * _SECONDS[unit] for number, unit in parts)
    return f"{round(seconds * 1000 / scale)}ms"


def _shorter_expression(text, scale):
    """Ranges, offsets and ages of time stamps."""
    text = re.sub(r"(?<=[\[:])" + _DURATION + r"(?=[:\]])",
                  lambda m: shorter(m[1], scale), text)
    text = re.sub(r"(?<=offset )" + _DURATION,
                  lambda m: shorter(m[1], scale), text)
    return re.sub(r"(time\(\) - [^<>]+[<>]=? *)(\d+)\b",
                  lambda m: f"{m[1]}{int(m[2]) / scale:g}", text)


def scaled_rules(path, scale):
    """A file of rules whose times are all that much shorter."""
    rules = yaml.safe_load(path.read_text(encoding="utf-8"))
    for group in rules["groups"]:
        if "interval" in group:
            group["interval"] = shorter(group["interval"], scale)
        for rule in group["rules"]:
            rule["expr"] = _shorter_expression(rule["expr"], scale)
            for key in ("for", "keep_firing_for"):
                if key in rule:
                    rule[key] = shorter(rule[key], scale)
    return rules


def names(rules):
    """Of the alerts in a file of rules."""
    return [rule["alert"] for group in rules["groups"]
            for rule in group["rules"] if "alert" in rule]


class ScrapeProxy:
    """Between Prometheus and an exporter that comes back at another port: it
    keeps the target's address, and loses scrapes when it is told to."""

    def __init__(self, box):
        self.url = None
        self.lost = []  # when
        self._losing = 0
        proxy = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                page = proxy._fetch()
                if page is None:
                    return  # closed without a word
                self.send_response(200)
                self.send_header("Content-Type", "text/plain; version=0.0.4")
                self.send_header("Content-Length", str(len(page)))
                self.end_headers()
                self.wfile.write(page)

            def log_message(self, *_):
                pass
        self._box = box
        self._lock = threading.Lock()
        with box.inside():
            self._server = http.server.ThreadingHTTPServer(
                ("127.0.0.1", 0), Handler)
        self.target = f"127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever,
                                        args=(0.05,))
        self._thread.start()

    def lose_next(self):
        with self._lock:
            self._losing += 1

    def _fetch(self):
        with self._lock:
            lose, self._losing = self._losing > 0, max(0, self._losing - 1)
        if not lose:
            try:
                with self._box.inside():
                    answer = urllib.request.urlopen(self.url, timeout=5)
                with answer:
                    return answer.read()
            except OSError:
                pass  # it is being started again
        self.lost.append(time.time())
        return None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Server:
    """One of the two, and its log."""

    def __init__(self, box, name, url, *arguments):
        self._box = box
        self._url = url
        self.log = box.folder / f"{name}.log"
        with open(self.log, "wb") as log:
            self._child = box.start(name, *arguments, stdout=log, stderr=log)
        netlab.wait_for(self._ready, name + " to be ready", 60)

    def _ready(self):
        time.sleep(0.1)
        if self._child.poll() is not None:
            raise RuntimeError(self.log.read_text())
        try:
            return self.get("/-/ready") is not None
        except OSError:
            return False

    def get(self, path):
        with self._box.inside():
            answer = urllib.request.urlopen(self._url + path, timeout=20)
        with answer:
            return answer.read()

    def stop(self):
        netlab.stop(self._child)


class Prometheus(_Server):
    def __init__(self, box, targets, scrape, scale, rules, silent=(),
                 arguments=()):
        """`targets`: one, or static_configs; `rules`: contents of files;
        `silent`: alerts that are evaluated and sent to nobody."""
        if isinstance(targets, str):
            targets = [{"targets": [targets]}]
        files = [box.file(f"rules{number}.yml", yaml.safe_dump(one))
                 for number, one in enumerate(rules)]
        config = {
            "global": {"scrape_interval": f"{scrape}s",
                       "scrape_timeout": f"{min(scrape, 2)}s",
                       "evaluation_interval": shorter("15s", scale)},
            "rule_files": files,
            "scrape_configs": [{"job_name": "ipband",
                                "static_configs": targets}],
            "alerting": {
                "alert_relabel_configs": [
                    {"source_labels": ["alertname"], "regex": name,
                     "action": "drop"} for name in silent],
                "alertmanagers": [{"static_configs": [
                    {"targets": ["127.0.0.1:9093"]}]}]}}
        super().__init__(
            box, "prometheus", "http://127.0.0.1:9090",
            "--config.file=" + box.file("prometheus.yml",
                                        yaml.safe_dump(config)),
            f"--storage.tsdb.path={box.folder}/prometheus",
            "--web.listen-address=127.0.0.1:9090",
            "--query.lookback-delta=" + shorter("5m", scale),
            "--rules.alert.resend-delay=" + shorter("1m", scale), *arguments)

    def _result(self, query):
        encoded = urllib.parse.urlencode({"query": query})
        return json.loads(self.get("/api/v1/query?" + encoded))[
            "data"]["result"]

    def query(self, expression):
        """[(labels, value)] now."""
        return [(one["metric"], float(one["value"][1]))
                for one in self._result(expression)]

    def raw(self, selector, seconds):
        """[(labels, [(when, value)])] of the last `seconds`."""
        return [(one["metric"], [(when, float(value))
                                 for when, value in one["values"]])
                for one in self._result(f"{selector}[{round(seconds)}s]")]

    def wait_for_scrape(self):
        netlab.wait_for(lambda: any(
            value == 1 for _, samples in self.raw("up", 300)
            for _, value in samples), "the first scrape", 60)


class Alertmanager(_Server):
    """With the configuration of alerts/, told to send to these servers."""

    def __init__(self, box, scale, webhook, smtp):
        config = yaml.safe_load((ALERTS / "alertmanager.yml").read_text())
        config["global"] = {"smtp_smarthost": f"127.0.0.1:{smtp}",
                            "smtp_from": "alerts@example.net",
                            "smtp_require_tls": False}
        config["templates"] = [str(ALERTS / "templates" / "*.tmpl")]
        self._shorten(config["route"], scale)
        for receiver in config["receivers"]:
            for one in receiver.get("webhook_configs", []):
                one["url"] = webhook
            for one in receiver.get("email_configs", []):
                one["to"] = "ops@example.net"
                one.setdefault("headers", {})[MAIL_KEY] = (
                    "{{ .Status }}{{ range .Alerts }} {{ .Labels.alertname }}"
                    "|{{ .Labels.instance }}|{{ .Labels.interface }}"
                    "|{{ .Labels.subnet }}|{{ .Labels.since }}{{ end }}")
        super().__init__(
            box, "prometheus-alertmanager", "http://127.0.0.1:9093",
            "--config.file=" + box.file("alertmanager.yml",
                                        yaml.safe_dump(config)),
            f"--storage.path={box.folder}/alertmanager",
            "--web.listen-address=127.0.0.1:9093",
            "--cluster.listen-address=")

    def _shorten(self, route, scale, top=True):
        """Alertmanager's default times, where the file says nothing."""
        defaults = {"group_wait": "30s", "group_interval": "5m"}
        for key, value in (defaults if top else {}).items():
            route.setdefault(key, value)
        for key in ("group_wait", "group_interval"):
            if key in route:
                route[key] = shorter(route[key], scale)
        for child in route.get("routes", []):
            self._shorten(child, scale, top=False)
