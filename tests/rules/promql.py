#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""`ipbandctl rules` prints what promtool and a PrometheusRule take.

The shipped rules come out byte by byte. The rules that Prometheus decides by
fire as alerts/ipband-promql.rules_test.yml says, and for other configurations
after their periods. For Kubernetes the groups are the same.

usage: promql.py IPBANDCTL
"""
import pathlib
import subprocess
import sys
import tempfile

import yaml

ALERTS = pathlib.Path(__file__).resolve().parents[2] / "alerts"
LABELS = 'job="ipband", instance="a:10059", interface="eth0", subnet="10.1.1.0/24"'

# The exporter's configuration; the bandwidth, a value each half minute, where the
# threshold is 100; when the alert must not fire, and when it must.
CONFIGURED = [
    ("averaging_period: 90s", "report_period: 1h", "200x150",
     ["60m30s"], ["60m45s"]),
    ("averaging_period: 90s", "report_period: 1h", "99x150",
     ["60m45s", "75m"], []),
    ("averaging_period: 30s", "report_period: 2m", "0x1 200x9 0x20",
     ["3m", "6m"], ["3m15s", "5m45s"]),
    ("", "judge: either, exclude: [10.9.0.0/16], "
     "clear: {bandwidth: 80%, after: 90s}", "200x13 0x20",
     ["5m15s", "8m45s"], ["5m30s", "8m15s"]),
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


def check_configured(control, folder, accounting, thresholds, bandwidth,
                     silent, firing):
    config = f"accounting: {{{accounting}}}\nthresholds: {{{thresholds}}}\n"
    rules = ["rules", "--promql", "--config.file", "-"]
    (folder / "rules.yml").write_bytes(
        output(control, *rules, input=config.encode()))
    promtool("check", "rules", str(folder / "rules.yml"))
    check_kubernetes(control, *rules[1:], input=config.encode())
    series = {"ipband_subnet_bandwidth_bytes_per_second": bandwidth,
              "ipband_subnet_threshold_bytes_per_second": "100x150"}
    count = "count(ALERTS{alertname='IpbandSubnetOverThreshold'," \
            "alertstate='firing'})"
    test = {
        "rule_files": ["rules.yml"], "evaluation_interval": "15s",
        "tests": [{
            "interval": "30s",
            "input_series": [{"series": f"{name}{{{LABELS}}}", "values": value}
                             for name, value in series.items()],
            "promql_expr_test": [
                {"expr": count, "eval_time": time,
                 "exp_samples": [{"labels": "{}", "value": 1}] * fires}
                for times, fires in ((silent, 0), (firing, 1))
                for time in times]}]}
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
        for configured in CONFIGURED:
            check_configured(control, pathlib.Path(folder), *configured)
    print(f"{5 + len(CONFIGURED)} passed, 0 failed")


if __name__ == "__main__":
    main()
