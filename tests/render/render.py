#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Draws the dashboards of grafana/ into PNGs: live traffic, a Prometheus, and
Grafana's own panels from npm in a headless Chromium. For whoever changes a
dashboard; no test needs it.

usage: render.py BINARY FOLDER       ten minutes of traffic, then pictures
       render.py --again FOLDER      pictures of what was recorded there

Needs root and more packages than the tests: npm, chromium and, for small files,
pngquant. What is in no package of npm is drawn by stand-ins; see panels.jsx.
"""
import json
import math
import pathlib
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
import dashboards  # noqa: E402
from dashboard_lab import DashboardLab, Grafana, Pace  # noqa: E402

PICTURE = Pace(period=5, report=60, course=600, scrape=5, scale=12, day=300,
               five_minutes=20)
SUBNET = "10.10.82.0/24"
WIDTH = 1600
ROW = 38  # pixels of a row of the grid, with its gap
HEAD = 96


def record(binary, folder):
    """Answers to all queries, as recorded.json."""
    with DashboardLab(binary, PICTURE) as lab:
        end = lab.wait_until_told()
        begin = math.ceil(lab.known_since)
        shown = {dashboard["uid"]: answers(lab, dashboard, begin, end)
                 for dashboard in dashboards.load()}
    (folder / "recorded.json").write_text(json.dumps(
        {"begin": begin, "end": end, "dashboards": shown}))


def answers(lab, dashboard, begin, end):
    """{panel and query: [(labels, points)]} with All and bits."""
    values = dict.fromkeys(("job", "instance", "interface", "subnet",
                            "address", "meter"), ".+")
    values["unit"], values["unit:text"] = "8", "bits/s"
    if dashboard["uid"] == "ipband-subnet":
        values["subnet"] = SUBNET
        values["instance"] = "gw-north:10059"
        values["interface"] = "lan"
    grafana = Grafana(lab, begin, end, values)
    return {f"{query.place}: {query.ref}": grafana.ask(query)
            for query in dashboards.queries(dashboard)
            if query.kind != "label_values"}


def install():
    if not (HERE / "node_modules").exists():
        subprocess.run(["npm", "install", "--no-package-lock", "--no-audit",
                        "--no-fund"], cwd=HERE, check=True)


def bundle(folder):
    subprocess.run(
        ["node_modules/.bin/esbuild", "panels.jsx", "--bundle",
         "--format=iife", f"--outfile={folder}/panels.js",
         "--define:global=window", "--jsx=automatic",
         "--alias:react-custom-scrollbars-2=./scrollbars.js",
         '--define:process.env.NODE_ENV="production"', "--loader:.svg=text",
         "--loader:.png=dataurl", "--loader:.woff2=empty",
         "--loader:.woff=empty", "--loader:.ttf=empty", "--minify",
         "--log-level=error"], cwd=HERE, check=True)


def draw(folder):
    recorded = json.loads((folder / "recorded.json").read_text())
    install()
    bundle(folder)
    for dashboard in dashboards.load():
        name = dashboard["uid"].removeprefix("ipband-")
        shown = {**recorded, "dashboard": dashboard,
                 "answers": recorded["dashboards"][dashboard["uid"]]}
        del shown["dashboards"]
        page = folder / f"{name}.html"
        page.write_text(
            "<!doctype html><meta charset=utf-8>"
            "<link rel=stylesheet href=panels.css><div id=page></div>"
            f"<script>window.shown={json.dumps(shown)}</script>"
            "<script src=panels.js></script>")
        rows = max(panel["gridPos"]["y"] + panel["gridPos"]["h"]
                   for panel in dashboard["panels"])
        photograph(page, folder / f"{name}.png", HEAD + ROW * rows)


def photograph(page, picture, height):
    with tempfile.TemporaryDirectory() as profile:
        subprocess.run(
            ["chromium", "--headless", "--no-sandbox", "--disable-gpu",
             "--disable-quic", "--no-first-run", "--hide-scrollbars",
             "--disable-background-networking", "--disable-component-update",
             "--disable-sync", f"--user-data-dir={profile}",
             "--virtual-time-budget=20000", f"--window-size={WIDTH},{height}",
             f"--screenshot={picture}", page.as_uri()], check=True,
            stderr=subprocess.DEVNULL, timeout=300)
    if shutil.which("pngquant"):  # a third of the size
        subprocess.run(["pngquant", "--force", "--output", picture, picture],
                       check=True)
    print(f"{picture}: {picture.stat().st_size // 1024} kB")


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    folder = pathlib.Path(sys.argv[2]).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    if sys.argv[1] != "--again":
        record(sys.argv[1], folder)
    draw(folder)


if __name__ == "__main__":
    main()
