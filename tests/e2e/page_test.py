#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The pages in a real browser, which shows what /api/v1/subnets says.

usage: page_test.py BINARY [FOLDER]      FOLDER: pictures are left there
"""
import json
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "support"))
import netlab  # noqa: E402
import results  # noqa: E402
from box import Box, stopping  # noqa: E402
from browser import Browser  # noqa: E402
from traffic_language import frame  # noqa: E402

BINARY = sys.argv[1] if len(sys.argv) in (2, 3) else sys.exit(__doc__)
PICTURES = pathlib.Path(sys.argv[2]) if len(sys.argv) == 3 else None
EVIL = '<img src=x onerror="document.title=1">\'&amp;</td><script>alert(1)'
CONFIG = """
accounting:
  averaging_period: 2s
  subnets:
    - {networks: [10.1.1.0/24], name: office, threshold: 8kbit/s}
    - {networks: [10.1.2.0/24], name: EVIL}
    - {networks: [10.1.3.0/24], name: cameras, threshold: none}
    - {networks: ["2001:db8:1::/64"]}
thresholds: {bandwidth: 1Gbit/s, report_period: 1h}
storage: {path: "STORAGE"}
web: {details: DETAILS}
"""
OFFICE = frame("10.1.1.7:4000 > 192.0.2.9:80 udp 986")     # 1000 bytes
FOREIGN = frame("192.0.2.9:80 > 198.51.100.1:5000 udp 986")
LONG = frame("2001:db8:1::aaaa:bbbb:cccc:dddd > 2001:db8:9::9 icmp 84")
GUEST = frame("192.0.2.9:80 > 10.1.2.8:5000 udp 486")      # 500 bytes
# What a reader sees of each row.
ROWS = """
[...document.querySelectorAll("table.subnets tbody tr")].map(row => ({
  key: row.querySelector("th").innerText,
  cells: [...row.querySelectorAll("td")].map(cell => cell.innerText),
  label: row.querySelector("svg")?.getAttribute("aria-label") ?? "",
  width: row.querySelector(".bar").getBoundingClientRect().width,
  beyond: row.getBoundingClientRect().right > innerWidth + 1}))
"""


def start(box, details="all"):
    text = (CONFIG.replace("EVIL", json.dumps(EVIL))
            .replace("STORAGE", str(box.folder / "storage"))
            .replace("DETAILS", details))
    return stopping(box.exporter(BINARY, "v1", config=text))


def base_of(exporter):
    return exporter.url.removesuffix("/metrics")


def get(box, exporter, path, *options):
    """Status and body."""
    out = box.run("curl", "--silent", "--path-as-is", "--max-time", "10",
                  "--write-out", "\n%{http_code}", *options,
                  base_of(exporter) + path)
    body, _, status = out.rpartition("\n")
    return int(status), body


def api(box, exporter, path="subnets"):
    status, body = get(box, exporter, "/api/v1/" + path)
    assert status == 200, body
    return json.loads(body)["data"][path.partition("?")[0].replace(
        "top", "hosts")]


def bits(bytes_per_second):
    """As the page writes it."""
    value = bytes_per_second * 8
    for unit in ("bit/s", "kbit/s", "Mbit/s", "Gbit/s"):
        if value < 999.5:
            break
        value /= 1000
    decimals = (0 if unit == "bit/s" or value >= 99.95 else
                1 if value >= 9.995 else 2)
    return f"{value:.{decimals}f} {unit}"


def words(text):
    return " ".join(text.split())


def wanted(subnet):
    """The row of a subnet, as far as it stays the same within a period."""
    name = subnet["name"]
    key = subnet["subnet"] if name == subnet["subnet"] else (
        f"{name} {subnet['subnet']}")
    load = bits(subnet["bandwidth_bytes_per_second"])
    limit = subnet["threshold_bytes_per_second"]
    state = ("over" if subnet["watched"] else
             "no threshold" if limit is None else "below threshold")
    return (words(key + " " + subnet["interface"]), load,
            limit and "of " + bits(limit), state)


def shown(row):
    load, _, state = row["cells"][:3]
    found = re.match(r"(\S+ \S+)(?: (of \S+ \S+),)?", words(load))
    return (words(row["key"]), found[1], found[2],
            re.match(r"over|no threshold|below threshold|", state)[0])


def nearness(subnet):
    limit = subnet["threshold_bytes_per_second"]
    bandwidth = subnet["bandwidth_bytes_per_second"]
    return (-1 if limit is None else bandwidth / limit, bandwidth)


def judged(box, exporter):
    """All subnets have a closed period, and the office is over."""
    subnets = api(box, exporter)
    return any(one["watched"] for one in subnets) and all(
        one["bandwidth_bytes_per_second"] is not None for one in subnets)


def same_as_the_api(check, box, exporter, browser, how):
    """One look at the page between two equal answers of the API."""
    def between():
        before = api(box, exporter)
        browser.open(base_of(exporter) + "/")
        rows = browser.evaluate(ROWS)
        after = api(box, exporter)
        same = [wanted(one) for one in before] == [
            wanted(one) for one in after]
        return (before, rows) if same else None
    subnets, rows = netlab.wait_for(between, "two equal answers", 60)
    subnets.sort(key=nearness, reverse=True)
    check.equal(f"{how}: the table is what the API says",
                [shown(row) for row in rows],
                [wanted(one) for one in subnets])
    check.check(f"{how}: the office is first and over",
                rows[0]["key"].startswith("office") and
                rows[0]["cells"][2].startswith("over"), rows[0])
    check.check(f"{how}: lines tell their peak in words", all(
        "peak" in row["label"] or "period" in row["label"] for row in rows))
    check.check(f"{how}: bars can be seen", all(
        row["width"] > 100 for row in rows), rows)
    check.check(f"{how}: nothing is beyond the screen",
                not any(row["beyond"] for row in rows), rows)
    return rows


def no_markup(check, browser, how):
    """The hostile name is text, whole, and has made nothing."""
    check.equal(f"{how}: elements of the name", browser.evaluate(
        'document.querySelectorAll("img, td script, th script").length'), 0)
    check.check(f"{how}: the name as it is", browser.evaluate(
        f"document.body.innerText.includes({json.dumps(EVIL)})"))
    check.check(f"{how}: the title", "ipband_exporter" in browser.evaluate(
        "document.title"))


def refreshing(check, browser):
    """The table is swapped below the reader, who stays where he is."""
    browser.look(width=390, height=300)
    browser.evaluate("scrollTo(0, 400); window.old = document.querySelector("
                     "'main'); window.oldTable = old.innerHTML; 1")
    at = browser.evaluate("scrollY")
    check.check("refresh: scrolled", at > 100, at)
    netlab.wait_for(lambda: browser.evaluate(
        "document.querySelector('main') !== window.old"), "a refresh", 60)
    check.equal("refresh: not the page itself", browser.evaluate(
        "window.oldTable.length > 0"), True)
    check.equal("refresh: the scroll stays", browser.evaluate("scrollY"), at)
    check.check("refresh: nothing stale is told", browser.evaluate(
        "document.getElementById('stale').hidden"))
    browser.evaluate("document.getElementById('pause').click()")
    check.equal("pause: said to those who do not see it", browser.evaluate(
        "document.getElementById('pause').getAttribute('aria-pressed')"),
        "true")


def stale(check, browser):
    """The exporter has gone: the page says so and keeps what it has."""
    browser.evaluate("document.getElementById('pause').click()")
    netlab.wait_for(lambda: browser.evaluate(
        "document.getElementById('stale').innerText.includes('No answer')"),
        "the page to say that there is no answer", 60)
    check.check("gone: the table is still there", browser.evaluate(
        "document.querySelectorAll('table.subnets tr').length") > 4)


def policy(check, browser, exporter):
    """What a script that got in could not do."""
    browser.open(base_of(exporter) + "/")
    check.equal("nobody complains", browser.complaints(), [])
    check.equal("policy: an injected script does not run", browser.evaluate(
        "(() => { const one = document.createElement('script');"
        " one.textContent = 'window.evil = 1'; document.body.append(one);"
        " return typeof window.evil; })()"), "undefined")


def reachable(check, browser):
    """Headers of the table are told as such, and all links have a text."""
    check.equal("headers have a scope", browser.evaluate(
        "document.querySelectorAll('th:not([scope])').length"), 0)
    check.equal("links have a text", browser.evaluate(
        "[...document.links].filter(one => !one.innerText.trim()).length"), 0)
    check.equal("one heading of the page", browser.evaluate(
        "document.querySelectorAll('h1').length"), 1)
    check.equal("its language", browser.evaluate(
        "document.documentElement.lang"), "en")


def picture(browser, name):
    if PICTURES:
        PICTURES.mkdir(parents=True, exist_ok=True)
        browser.picture(PICTURES / f"{name}.png")


def landing(check):
    with (Box("v1") as box, box.traffic("v1", OFFICE, 0.005),
          Browser(box) as browser):
        with start(box) as exporter:
            box.send("v1", [LONG])
            netlab.wait_for(lambda: judged(box, exporter), "a watch", 60)
            for how, width, dark in (("wide", 1200, False),
                                     ("phone", 390, False),
                                     ("dark", 1200, True)):
                browser.look(width=width, dark=dark)
                same_as_the_api(check, box, exporter, browser, how)
                no_markup(check, browser, how)
                picture(browser, how)
            check.check("the longest address is whole", browser.evaluate(
                "document.querySelector('table.subnets').innerText"
                ".includes('2001:db8:1:0:aaaa:bbbb:cccc:dddd')"))
            reachable(check, browser)
            browser.scripts(on=False)
            same_as_the_api(check, box, exporter, browser, "no scripts")
            no_markup(check, browser, "no scripts")
            check.equal("no scripts: no button that does nothing",
                        browser.evaluate("getComputedStyle(document."
                                         "getElementById('pause')).display"),
                        "none")
            check.equal("no scripts: refreshed by the browser",
                        browser.evaluate("document.querySelector("
                                         "'noscript meta')?.content"), "5")
            browser.scripts(on=True)
            one_subnet(check, box, exporter, browser)
            policy(check, browser, exporter)
            refreshing(check, browser)
        stale(check, browser)


def first_minute(check):
    """Before a period has ended, without a threshold, beside traffic that is
    not local: what there is, and what to do."""
    config = 'storage: {{path: "{}"}}'
    with (Box("v1") as box, stopping(box.exporter(
            BINARY, "v1", config=config.format(box.folder / "storage"))) as
            exporter):
        check.check("no packet: said", "No packet has arrived yet" in
                    get(box, exporter, "/")[1])
        box.send("v1", [FOREIGN] * 1100)

        def shown_rate():
            box.send("v1", [OFFICE] * 10)
            page = get(box, exporter, "/")[1]
            return re.search(r"<b>[1-9][^<]*bit/s</b> <small>last 10 s<",
                             page) and page
        page = netlab.wait_for(shown_rate, "a rate of ten seconds", 30)
        # Asked within its first second, all of its 60 are left.
        left = re.search(r"The first averaging period ends in "
                         r"(1 min|([1-9]|[1-5]\d) s)\.", page)
        check.check("first minute: a countdown", left, page)
        check.check("no threshold: the peak and how to set one", re.search(
            r"The peak so far is [1-9][^<]* \(10\.1\.1\.0/24\)\. Set one", page),
            page)
        check.check("most is not local: which setting",
                    "accounting.local" in page, page)


def one_subnet(check, box, exporter, browser):
    """By its link from the landing page; once the traffic has ended, the
    hosts are what the API says."""
    browser.look(width=1200)
    browser.open(base_of(exporter) + "/")
    seen = len(browser.events)
    browser.evaluate("document.querySelector('table.subnets a').click()")
    browser.wait_for_event("Page.loadEventFired", seen)
    check.check("subnet: its path", browser.evaluate("location.pathname") ==
                "/subnets/10.1.1.0/24")
    check.equal("subnet: heading", words(browser.evaluate(
        "document.querySelector('h1').innerText")), "office 10.1.1.0/24")
    cells = browser.evaluate(
        "[...document.querySelectorAll('table.connections tbody td')]"
        ".map(cell => cell.innerText)")
    check.equal("subnet: its connection", cells[:5],
                ["10.1.1.7", "4000", "192.0.2.9", "80", "udp"])
    picture(browser, "subnet")
    browser.look(width=390)
    check.check("subnet: fits a phone", browser.evaluate(
        "document.documentElement.scrollWidth <= innerWidth"))
    picture(browser, "subnet-phone")
    check.equal("subnet: back", browser.evaluate(
        "new URL(document.querySelector('.crumbs a').href).pathname"), "/")


def its_hosts(check, box, exporter):
    """When nothing comes any more."""
    for path in ("/subnets/10.1.2.0/24", "/subnets/10.1.2.0%2F24",
                 "/subnets/10.1.2.9/24"):
        status, body = get(box, exporter, path)
        check.equal(f"{path}: status", status, 200)
        found = re.findall(r'<th scope="row" class="key">([0-9.]+)<', body)
        check.equal(f"{path}: hosts", found, [
            one["address"]
            for one in api(box, exporter, "top?subnet=10.1.2.0/24")])
        check.check(f"{path}: the hostile name is text", "<img" not in body
                    and "&lt;img" in body)
    for path in ("/subnets/10.9.9.0/24", "/subnets/x/24", "/subnets/10.1.2.0",
                 "/subnets/10.1.2.0/24/", "/subnets/10.1.2.0/99",
                 "/subnets/..%2f/24", "/subnets/%3Cscript%3E/1"):
        status, body = get(box, exporter, path)
        check.equal(path, (status, "<script" in body), (404, False))


def hosts(check):
    """The top host, for those who may see it."""
    for details, seen in (("local", True), ("off", False)):
        with Box("v1") as box, start(box, details) as exporter:
            with box.traffic("v1", GUEST, 0.01):
                netlab.wait_for(lambda: all(
                    one["bandwidth_bytes_per_second"] is not None
                    for one in api(box, exporter)), "a period", 60)
            for path in ("/", "/subnets/10.1.2.0/24"):
                status, page = get(box, exporter, path)
                check.equal(f"details: {details}: {path}: a host is shown",
                            (status, "10.1.2.8" in page), (200, seen))
                status, page = get(box, exporter, path, "-H",
                                   "X-Forwarded-For: 127.0.0.1")
                check.check(f"details: {details}: {path}: not by a proxy",
                            status == 200 and "10.1.2.8" not in page and
                            "10.1.2.0" in page)
            if seen:
                its_hosts(check, box, exporter)


if __name__ == "__main__":
    results.run_each([landing, hosts, first_minute])
