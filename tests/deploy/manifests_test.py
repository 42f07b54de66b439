#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Kubernetes manifests and compose file: they build, say what they should about
rights and sizes, and bring the files of this project as they are.

usage: manifests_test.py EXPORTER IPBANDCTL
"""
import json
import pathlib
import re
import subprocess
import sys
import tempfile

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/support"))
import exposition  # noqa: E402
import results  # noqa: E402
from box import Box  # noqa: E402

KUBERNETES = ROOT / "deploy/kubernetes"
COMPOSE = ROOT / "deploy/compose"
GRAFANA = ROOT / "grafana"


def run(*words, **more):
    return subprocess.run(words, capture_output=True, text=True, timeout=60,
                          check=False, **more)


def kustomize(folder):
    """{kind: [objects]}"""
    built = run("kubectl", "kustomize", str(folder))
    if built.returncode != 0:
        raise RuntimeError(built.stderr)
    objects = {}
    for one in yaml.safe_load_all(built.stdout):
        objects.setdefault(one["kind"], []).append(one)
    return objects


def largest_page(exporter, config):
    """The most samples that a scrape of one interface can have."""
    with Box("v1") as box:
        status, page, log = box.try_exporter(
            exporter, "--once", "-a", "1", "--config.file", str(config), "v1")
    if status != 0:
        raise RuntimeError(log)
    return exposition.total(exposition.parse(page), "series_limit")


def check_pod(check, template):
    spec = template["spec"]
    container, = spec["containers"]
    check.check("the node's own network, and none of its processes and files",
                spec["hostNetwork"] is True
                and not {"hostPID", "hostIPC"} & set(spec)
                and not any("hostPath" in one for one in spec["volumes"]))
    check.equal("no capability but NET_RAW", container["securityContext"], {
        "allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"], "add": ["NET_RAW"]}})
    pod = spec["securityContext"]
    check.check("a plain user, and the runtime's filter of system calls",
                pod["runAsNonRoot"] is True and pod["runAsUser"] > 0
                and pod["seccompProfile"] == {"type": "RuntimeDefault"})
    check.check("memory has a limit", "memory" in
                container["resources"]["limits"])
    image = container["image"]
    version = re.search(r"project\(ipband_exporter VERSION (\S+)",
                        (ROOT / "CMakeLists.txt").read_text())[1]
    check.check("the image is that of this version",
                image.endswith(":" + version), image)
    return container


def check_kubernetes(check, exporter, control):
    objects = kustomize(KUBERNETES)
    check.equal("kinds", {kind: len(all) for kind, all in objects.items()},
                {"ConfigMap": 1, "DaemonSet": 1, "Namespace": 1,
                 "PodMonitor": 1, "PrometheusRule": 1})
    namespace, = objects["Namespace"]
    check.equal("the namespace admits the host's network", namespace[
        "metadata"]["labels"]["pod-security.kubernetes.io/enforce"],
        "privileged")
    daemons, = objects["DaemonSet"]
    template = daemons["spec"]["template"]
    container = check_pod(check, template)
    configs, = objects["ConfigMap"]
    used = [one["configMap"]["name"] for one in template["spec"]["volumes"]
            if "configMap" in one]
    check.equal("its configuration is that of this folder",
                (used, configs["data"]["ipband.yml"]),
                ([configs["metadata"]["name"]],
                 (KUBERNETES / "ipband.yml").read_text()))
    flags = [arg.replace("$(HOST_IP)", "192.0.2.1").replace(
        "/etc/ipband_exporter", str(KUBERNETES)) for arg in container["args"]]
    checked = run(exporter, "--config.check", *flags)
    check.equal("the exporter takes its arguments",
                (checked.returncode, checked.stderr), (0, ""))
    monitor, = objects["PodMonitor"]
    labels = template["metadata"]["labels"]
    wanted = monitor["spec"]["selector"]["matchLabels"]
    port = monitor["spec"]["podMetricsEndpoints"][0]["port"]
    check.check("the PodMonitor finds its pods and their port",
                wanted.items() <= labels.items()
                and port in [one["name"] for one in container["ports"]])
    most = largest_page(exporter, KUBERNETES / "ipband.yml")
    limit = monitor["spec"]["sampleLimit"]
    check.check("sampleLimit has room for the largest page, not for much more",
                most < limit <= 1.25 * most, f"{most} of {limit}")
    check.equal("the rules are those of alerts/: ipbandctl rules --format "
                "kubernetes >deploy/kubernetes/prometheusrule.yaml",
                (KUBERNETES / "prometheusrule.yaml").read_text(),
                run(control, "rules", "--format", "kubernetes").stdout)


def check_dashboards(check):
    dashboards = sorted(path.relative_to(GRAFANA).as_posix()
                        for path in GRAFANA.glob("dashboards/*.json"))
    listed = yaml.safe_load((GRAFANA / "kustomization.yaml").read_text())
    files = sorted(file for one in listed["configMapGenerator"]
                   for file in one["files"])
    if not check.equal("grafana/kustomization.yaml has every dashboard",
                       files, dashboards):
        return
    maps = kustomize(GRAFANA)["ConfigMap"]
    check.equal("each is what the sidecar looks for",
                {one["metadata"]["labels"]["grafana_dashboard"]
                 for one in maps}, {"1"})
    check.equal("and has a dashboard", sorted(
        json.loads(text)["uid"] for one in maps
        for text in one["data"].values()), sorted(
            json.loads((GRAFANA / file).read_text())["uid"]
            for file in dashboards))


def mounts(service):
    """{path in the container: path here}, without volumes of their own."""
    found = {}
    for mount in service["volumes"]:
        here, inside, *_ = mount.split(":")
        if here.startswith("."):
            found[inside] = (COMPOSE / here).resolve()
    return found


def check_compose(check, exporter):
    file = yaml.safe_load((COMPOSE / "compose.yml").read_text())
    services = file["services"]
    for name, service in services.items():
        missing = [str(path) for path in mounts(service).values()
                   if not path.exists()]
        check.equal(f"compose: what {name} mounts is there", missing, [])
        named = {mount.split(":")[0] for mount in service["volumes"]
                 if not mount.startswith(".")}
        check.check(f"compose: the volumes of {name} are declared",
                    named <= set(file["volumes"]), named)
    ours = services["exporter"]
    check.check("compose: the exporter has no capability but NET_RAW",
                ours["cap_drop"] == ["ALL"] and ours["cap_add"] == ["NET_RAW"]
                and ours["read_only"] is True and "user" not in ours
                and "privileged" not in ours)
    build = ours["build"]
    check.check("compose: its Dockerfile is there", (
        COMPOSE / build["context"] / build["dockerfile"]).exists())
    config = mounts(ours)["/etc/ipband_exporter/ipband.yml"]
    checked = run(exporter, "--config.check", "--config.file", str(config))
    check.equal("compose: its configuration is good",
                (checked.returncode, checked.stderr), (0, ""))
    check_as_mounted(check, services["prometheus"], "promtool", "check",
                     "config", "/etc/prometheus/prometheus.yml")
    check_as_mounted(check, services["alertmanager"], "amtool", "check-config",
                     "/etc/alertmanager/alertmanager.yml")


def check_as_mounted(check, service, *command):
    """A tool's word on a file that stands where the container has it."""
    *words, config = command
    with tempfile.TemporaryDirectory(prefix="ipband-compose-") as name:
        for inside, here in mounts(service).items():
            place = pathlib.Path(name + inside)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.symlink_to(here)
        said = run(*words, name + config)
        check.check(f"compose: {words[0]} takes its configuration",
                    said.returncode == 0, said.stdout + said.stderr)


def main(check):
    exporter, control = sys.argv[1:]
    check_kubernetes(check, exporter, control)
    check_dashboards(check)
    check_compose(check, exporter)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    results.run(main)
