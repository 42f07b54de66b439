#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""`ipbandctl rules` prints what promtool and a PrometheusRule take.

The shipped rules come out byte by byte. The rules that Prometheus decides by
fire as alerts/ipband-promql.rules_test.yml says, and for other configurations
by what the configuration judges. For Kubernetes the groups are the same.

usage: promql.py IPBANDCTL
"""
import pathlib
import subprocess
import sys
import tempfile

import yaml

ALERTS = pathlib.Path(__file__).resolve().parents[2] / "alerts"
LABELS = 'job="ipband", instance="a:10059", interface="eth0", subnet="10.1.1.0/24"'

# The exporter's configuration; bytes per 30 s of the counters; whether a
# threshold of 100 bytes/s (3000) is reached; when the hold ends, in minutes.
JUDGED = [
    ("averaging_period: 90s", "report_period: 1h",
     {"bytes": 3300}, True, 62),
    ("averaging_period: 90s", "report_period: 1h",
     {"bytes": 2700, "receive_bytes": 9000}, False, 62),
    ("", "judge: receive",
     {"bytes": 3300, "receive_bytes": 2700, "transmit_bytes": 600}, False, 6),
    ("", "judge: receive", {"receive_bytes": 3300}, True, 6),
    ("", "judge: transmit", {"transmit_bytes": 3300}, True, 6),
    ("", "judge: either",
     {"receive_bytes": 3300, "transmit_bytes": 300}, True, 6),
    ("", "judge: either",
     {"receive_bytes": 300, "transmit_bytes": 3300}, True, 6),
    ("", "judge: either",
     {"receive_bytes": 2700, "transmit_bytes": 2700}, False, 6),
    ("", "exclude: [10.9.0.0/16]",
     {"bytes": 3300, "excluded_bytes": 600}, False, 6),
    ("", "exclude: [10.9.0.0/16]",
     {"bytes": 3900, "excluded_bytes": 600}, True, 6),
    ("", "judge: either, exclude: [10.9.0.0/16], "
     "clear: {bandwidth: 80%, after: 90s}",
     {"receive_bytes": 300, "transmit_bytes": 3300, "excluded_bytes": 3300},
     True, 6),
]


def run(*words, **more):
    return subprocess.run(words, capture_output=True, timeout=60, check=False,
                          **more)


def output(*words, **more):
    done = run(*words, **more)
    assert done.returncode == 0 and not done.stderr, done
    return done.stdout


def promtool(*words):
    done = run("promtool", *words)
    assert done.returncode == 0, (done.stdout + done.stderr).decode()


def check_shipped(control):
    shipped = output(control, "rules")
    assert shipped == (ALERTS / "ipband.rules.yml").read_bytes()


def check_defaults(control):
    """The committed file, and a configuration of nothing means the same."""
    plain = output(control, "rules", "--promql")
    assert plain == (ALERTS / "ipband-promql.rules.yml").read_bytes(), (
        "alerts/ipband-promql.rules.yml is not what ipbandctl prints")
    of_file = output(control, "rules", "--promql", "--config.file", "-",
                     input=b"")
    assert yaml.safe_load(of_file) == yaml.safe_load(plain)
    promtool("check", "rules", str(ALERTS / "ipband-promql.rules.yml"))
    promtool("test", "rules", str(ALERTS / "ipband-promql.rules_test.yml"))


def check_kubernetes(control, *words, **more):
    plain = yaml.safe_load(output(control, "rules", *words, **more))
    text = output(control, "rules", *words, "--format", "kubernetes", **more)
    name = "ipband-promql" if "--promql" in words else "ipband"
    assert yaml.safe_load(text) == {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PrometheusRule",
        "metadata": {"name": name,
                     "labels": {"app.kubernetes.io/name": "ipband-exporter",
                                "prometheus": "k8s", "role": "alert-rules"}},
        "spec": plain,
    }, text.decode()
    assert list(plain) == ["groups"] and plain["groups"], plain
    assert text.startswith(b"# SPDX-License-Identifier: "), text


def check_judged(control, folder, accounting, thresholds, counters, fires,
                 minutes):
    """Half-minute scrapes of steady traffic: silent before, then as said."""
    config = f"accounting: {{{accounting}}}\nthresholds: {{{thresholds}}}\n"
    rules = ["rules", "--promql", "--config.file", "-"]
    (folder / "rules.yml").write_bytes(
        output(control, *rules, input=config.encode()))
    promtool("check", "rules", str(folder / "rules.yml"))
    check_kubernetes(control, *rules[1:], input=config.encode())
    series = {f"ipband_subnet_{name}_total": f"1000000+{step}x150"
              for name, step in counters.items()}
    series["ipband_subnet_threshold_bytes_per_second"] = "100x150"
    firing = "count(ALERTS{alertname='IpbandSubnetOverThreshold'," \
             "alertstate='firing'})"
    test = {
        "rule_files": ["rules.yml"], "evaluation_interval": "15s",
        "tests": [{
            "interval": "30s",
            "input_series": [{"series": f"{name}{{{LABELS}}}", "values": value}
                             for name, value in series.items()],
            "promql_expr_test": [
                {"expr": firing, "eval_time": f"{minutes - 2}m"},
                {"expr": firing, "eval_time": f"{minutes}m",
                 "exp_samples": [{"labels": "{}", "value": 1}] * fires},
            ]}]}
    (folder / "test.yml").write_text(yaml.safe_dump(test))
    promtool("test", "rules", str(folder / "test.yml"))


def check_refusals(control):
    for words, wanted in (
            (["--format", "json"], b"allowed: prometheus, kubernetes"),
            (["--config.file", "-"], b"goes with --promql"),
            (["--promql", "--config.file", "/nowhere.yml"], b"cannot read"),
            (["--promql", "--config.file", ""], b"cannot read"),
            (["more"], b"try --help")):
        done = run(control, "rules", *words, input=b"")
        assert done.returncode == 2 and not done.stdout, done
        assert done.stderr.count(b"\n") == 1 and wanted in done.stderr, done
    with open("/dev/full", "wb") as full:
        done = subprocess.run([control, "rules"], stdout=full, check=False,
                              stderr=subprocess.PIPE, timeout=60)
    assert done.returncode == 1, done
    assert b"cannot write to standard output: No space" in done.stderr, done


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    control = str(pathlib.Path(sys.argv[1]).resolve())
    check_shipped(control)
    check_defaults(control)
    check_kubernetes(control)
    check_kubernetes(control, "--promql")
    check_refusals(control)
    with tempfile.TemporaryDirectory() as folder:
        for judged in JUDGED:
            check_judged(control, pathlib.Path(folder), *judged)
    print(f"{5 + len(JUDGED)} passed, 0 failed")


if __name__ == "__main__":
    main()
