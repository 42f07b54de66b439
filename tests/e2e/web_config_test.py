#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""--web.config.file: the real node_exporter with the same file gives the same
answers, promtool gives the same verdicts, and a real Prometheus gets in.

usage: web_config_test.py BINARY
"""
import json
import pathlib
import re
import socket
import subprocess
import sys
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "support"))
import netlab  # noqa: E402
import results  # noqa: E402
from box import Box, stopping  # noqa: E402
from certificates import Authority, bcrypt  # noqa: E402

BINARY = sys.argv[1] if len(sys.argv) == 2 else sys.exit(__doc__)
TLS = "  cert_file: server.pem\n  key_file: server.key\n"
SERVER = "tls_server_config:\n" + TLS
USERS = (f"basic_auth_users:\n  alice: {bcrypt('open sesame')}\n"
         f"  bob: {bcrypt('b')}\n")
ALICE = ("--user", "alice:open sesame")
ALL_HEADERS = """http_server_config:
  headers:
    Content-Security-Policy: default-src 'self'
    X-Frame-Options: sameorigin
    X-Content-Type-Options: nosniff
    X-XSS-Protection: "0"
    Strict-Transport-Security: max-age=31536000; includeSubDomains
"""


def folder_with_certificates(box):
    ca = Authority(box.folder, "ca")
    sans = "DNS:localhost,IP:127.0.0.1"
    ca.issue("server", sans)
    ca.issue("later", sans)
    ca.issue("good", "DNS:prometheus.example.net,email:ops@example.net,"
                     "IP:192.0.2.7,IP:2001:db8::7,URI:spiffe://example/prom")
    ca.issue("other", "DNS:other.example.net")
    Authority(box.folder, "strange").issue("stranger",
                                           "DNS:prometheus.example.net")


def curl(box, url, *options, show="%{http_code}"):
    """What curl has to say; 000 where no answer came."""
    run = subprocess.run(
        ["nsenter", "--net=" + box.path, "curl", "--silent", "--max-time", "10",
         "--cacert", "ca.pem", "--output", "/dev/null", "--write-out", show,
         *options, url], cwd=box.folder, capture_output=True, text=True,
        timeout=60, check=False)
    return run.stdout


def certificate(name):
    return ("--cert", f"{name}.pem", "--key", f"{name}.key")


class NodeExporter:
    """Debian's, with nothing to collect."""

    def __init__(self, box, config):
        self._child = box.start(
            "prometheus-node-exporter", "--collector.disable-defaults",
            "--web.listen-address=127.0.0.1:9100",
            f"--web.config.file={config}", stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)

        def ready():
            with box.inside():
                line = socket.socket()
            with line:
                return line.connect_ex(("127.0.0.1", 9100)) == 0
        netlab.wait_for(ready, "node_exporter")

    def stop(self):
        netlab.stop(self._child)


class Pair:
    """node_exporter and ours with the same web configuration."""

    def __init__(self, box, text, *flags):
        self.box = box
        self.file = box.folder / "web.yml"
        self.write(text)
        self.node = NodeExporter(box, self.file)
        self.ours = box.exporter(BINARY, f"--web.config.file={self.file}",
                                 *flags, "v1")
        self.url = self.ours.addresses[0]

    def write(self, text):
        other = self.file.with_suffix(".new")
        other.write_text(text, encoding="utf-8")
        other.rename(self.file)

    def codes(self, path, *options):
        """Of ours and of node_exporter."""
        scheme = self.url.split(":")[0]
        return (curl(self.box, self.url + path, *options),
                curl(self.box, f"{scheme}://127.0.0.1:9100" + path, *options))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.node.stop()
        self.ours.stop()


def compare(check, what, pair, requests):
    """requests: name, options, status."""
    for name, options, status in requests:
        for path in ("/", "/metrics"):
            check.equal(f"{what}: {name}: {path}",
                        pair.codes(path, *options), (status, status))


WHO = [
    ("nobody", (), "401"),
    ("alice", ALICE, "200"),
    ("alice again", ALICE, "200"),
    ("bob", ("--user", "bob:b"), "200"),
    ("bob with alice's", ("--user", "bob:open sesame"), "401"),
    ("wrong password", ("--user", "alice:wrong"), "401"),
    ("no password", ("--user", "alice:"), "401"),
    ("unknown user", ("--user", "carol:b"), "401"),
    ("no user", ("--user", ":b"), "401"),
    ("a case that differs", ("--user", "Alice:open sesame"), "401"),
    ("bearer", ("-H", "Authorization: Bearer b"), "401"),
    ("no base64", ("-H", "Authorization: Basic ?"), "401"),
    ("HEAD, nobody", ("--head",), "401"),
    ("HEAD, alice", ("--head", *ALICE), "200"),
]
# Go speaks no HTTP/2 over TLS as old as that, and ours none at all.
OLD = ("--http1.1", "--ciphers", "DEFAULT:@SECLEVEL=0")


def versions(*good):
    """Of the four versions of TLS, which ones are taken."""
    return [(f"TLS {version}",
             ("--tlsv1.0", "--tls-max", version, *OLD, *ALICE)
             if version < "1.2" else (f"--tlsv{version}", "--tls-max", version,
                                      *ALICE),
             "200" if version in good else "000")
            for version in ("1.0", "1.1", "1.2", "1.3")]


def users_and_versions(check):
    with Box("v1") as box:
        folder_with_certificates(box)
        with Pair(box, USERS + ALL_HEADERS) as pair:
            check.check("users: HTTP", pair.url.startswith("http://"))
            compare(check, "users", pair, WHO)
            for path in ("/-/healthy", "/-/ready", "/reports", "/api/v1/top",
                         "/nothing", "/reports/x", "/%2e/metrics"):
                check.equal(f"users: {path}: nobody",
                            curl(box, pair.url + path), "401")
            compare_answers(check, pair)
        for least, good in (("", ("1.2", "1.3")), ("TLS13", ("1.3",)),
                            ("TLS10", ("1.0", "1.1", "1.2", "1.3"))):
            line = f"  min_version: {least}\n" if least else ""
            with Pair(box, SERVER + line + USERS) as pair:
                compare(check, f"min_version {least}", pair, versions(*good))
                if not least:
                    compare(check, "users over TLS", pair, WHO[:6])
        with Pair(box, SERVER + "  max_version: TLS12\n" + USERS) as pair:
            compare(check, "max_version", pair, versions("1.2"))


def compare_answers(check, pair):
    """Head and body of what is refused, and the configured headers."""
    for who in ((), ALICE):
        heads = []
        for url in (pair.url, "http://127.0.0.1:9100"):
            out = pair.box.run("curl", "--silent", "--include", *who,
                               url + "/metrics")
            head, _, body = out.partition("\n\n")
            lines = dict(line.lower().split(": ", 1)
                         for line in head.replace("\r", "").splitlines()[1:])
            wanted = {name: lines.get(name) for name in (
                "content-security-policy", "x-frame-options",
                "x-content-type-options", "x-xss-protection",
                "strict-transport-security", "www-authenticate")}
            heads.append((wanted, body if not who else ""))
        check.equal(f"answers: {who[1:]}: head and body", heads[0], heads[1])
        check.equal(f"answers: {who[1:]}: all is there",
                    [name for name, value in heads[0][0].items() if not value],
                    ["www-authenticate"] if who else [])


def client_certificates(check):
    kinds = {"RequestClientCert": ("200", "200", "200"),
             "RequireAnyClientCert": ("000", "200", "200"),
             "RequireClientCert": ("000", "200", "200"),
             "VerifyClientCertIfGiven": ("200", "200", "000"),
             "RequireAndVerifyClientCert": ("000", "200", "000"),
             "NoClientCert": ("200", "200", "200")}
    with Box("v1") as box:
        folder_with_certificates(box)
        with Pair(box, SERVER) as pair:
            for kind, (none, good, strange) in kinds.items():
                # Read again for every connection: nobody is restarted.
                ca = "" if kind == "NoClientCert" else (
                    "  client_ca_file: ca.pem\n")
                pair.write(SERVER + ca + f"  client_auth_type: {kind}\n")
                for version in ("1.2", "1.3"):
                    only = (f"--tlsv{version}", "--tls-max", version)
                    compare(check, f"{kind}, {version}", pair, [
                        ("none", only, none),
                        ("good", (*only, *certificate("good")), good),
                        ("stranger", (*only, *certificate("stranger")),
                         strange)])
            allowed_names(check, pair)


def allowed_names(check, pair):
    """node_exporter is too old to know client_allowed_sans."""
    verify = (SERVER + "  client_ca_file: ca.pem\n"
              "  client_auth_type: RequireAndVerifyClientCert\n"
              "  client_allowed_sans: ")
    for san, good in (("prometheus.example.net", "200"),
                      ("ops@example.net", "200"), ("192.0.2.7", "200"),
                      ("2001:db8::7", "200"), ("spiffe://example/prom", "200"),
                      ("example.net", "000"), ("good", "000"),
                      ("Prometheus.example.net", "000"), ("*", "000"),
                      ("192.0.2.70", "000")):
        pair.write(verify + f'[x.example, "{san}"]\n')
        check.equal(f"sans: {san}", curl(pair.box, pair.url + "/metrics",
                                         *certificate("good")), good)
    pair.write(verify + "[prometheus.example.net]\n")
    for who, code in (("other", "000"), ("stranger", "000"), ("good", "200")):
        check.equal(f"sans: {who}", curl(pair.box, pair.url + "/metrics",
                                         *certificate(who)), code)
    check.equal("sans: nobody", curl(pair.box, pair.url + "/metrics"), "000")


def served_name(box, url):
    """The subject of the certificate that is served."""
    out = subprocess.run(
        ["nsenter", "--net=" + box.path, "openssl", "s_client", "-connect",
         url.split("//")[1]], input="", capture_output=True, text=True,
        timeout=60, check=False).stdout
    return re.search(r"subject=.*CN = (\w+)", out)[1]


def changes(check):
    """The file and certificates change while both run."""
    with Box("v1") as box:
        folder_with_certificates(box)
        with Pair(box, SERVER + USERS) as pair:
            both_codes = lambda *options: pair.codes("/metrics", *options)
            check.equal("changes: at first", both_codes(*ALICE), ("200", "200"))
            check.equal("changes: certificate", served_name(box, pair.url),
                        "server")
            for kind in ("pem", "key"):
                data = (box.folder / f"later.{kind}").read_bytes()
                (box.folder / f"server.{kind}").write_bytes(data)
            check.equal("changes: new certificate",
                        served_name(box, pair.url), "later")
            pair.write(SERVER + f"basic_auth_users: {{eve: {bcrypt('e')}}}\n")
            check.equal("changes: user gone", both_codes(*ALICE),
                        ("401", "401"))
            check.equal("changes: user new", both_codes("--user", "eve:e"),
                        ("200", "200"))
            pair.write(SERVER)
            check.equal("changes: no users", both_codes(), ("200", "200"))
            troubles = [SERVER + "oops: 1\n", "{", USERS]
            for bad in troubles:
                pair.write(bad)
                for _ in range(3):
                    check.equal(f"changes: {bad.splitlines()[-1]}",
                                both_codes(*ALICE), ("000", "000"))
            pair.write(SERVER + USERS)
            good = (box.folder / "server.key").read_bytes()
            (box.folder / "server.key").write_bytes(b"")
            check.equal("changes: no key", both_codes(*ALICE), ("000", "000"))
            (box.folder / "server.key").write_bytes(good)
            check.equal("changes: good again", both_codes(*ALICE),
                        ("200", "200"))
            log = pair.ours.log
            check.equal("changes: a line for each trouble",
                        log.count("no TLS connection is taken"), 4)
            check.equal("changes: good again, in the log",
                        log.count("configuration is good again"), 1)
            check.check("changes: no secrets in the log",
                        "PRIVATE" not in log and "$2b$" not in log)
        with Pair(box, USERS) as pair:
            pair.write("oops: 1\n")
            for path in ("/metrics", "/"):
                check.equal(f"changes: bad file, HTTP: {path}",
                            pair.codes(path, *ALICE), ("500", "500"))
            pair.file.unlink()
            check.equal("changes: no file", pair.codes("/metrics", *ALICE),
                        ("500", "500"))
            pair.write(USERS)
            check.equal("changes: file again", pair.codes("/metrics", *ALICE),
                        ("200", "200"))
            # node_exporter goes on over HTTP; who asks for TLS gets no HTTP.
            pair.write(SERVER + USERS)
            check.equal("changes: HTTPS without a restart",
                        pair.codes("/metrics", *ALICE), ("500", "200"))
            check.check("changes: the log says restart",
                        "with a restart" in pair.ours.log, pair.ours.log)


DETAILS = ("/reports", "/reports/x", "/api/v1/reports", "/api/v1/top",
           "/api/v1/meters?meter=x", "/%72eports", "/x/../reports", "//reports")


def details(check):
    """web.details: authenticated lets in who has passed, and nobody else."""
    config = "web: {details: authenticated}\n"
    with Box("v1") as box:
        folder_with_certificates(box)
        main = box.file("main.yml", config)
        flags = ("--config.file=" + main,)
        inside = {"200", "404"}

        def look(what, url, options, wanted):
            for path in DETAILS:
                code = curl(box, url + path, "--path-as-is", *options)
                check.check(f"details: {what}: {path}", code in wanted, code)
        plain = box.exporter(BINARY, *flags, "v1")
        with stopping(plain):
            look("no web configuration", plain.addresses[0], (),
                 {"403", "404"})
            look("a password nobody asked for", plain.addresses[0], ALICE,
                 {"403", "404"})
            check.equal("details: /reports", curl(
                box, plain.addresses[0] + "/reports", *ALICE), "403")
        with Pair(box, USERS, *flags) as pair:
            look("users: nobody", pair.url, (), {"401"})
            look("users: alice", pair.url, ALICE, inside)
            check.equal("details: alice", curl(
                box, pair.url + "/reports", *ALICE), "200")
            pair.write("")
            look("users are gone", pair.url, ALICE, {"403", "404"})
        ca = SERVER + "  client_ca_file: ca.pem\n  client_auth_type: "
        with Pair(box, ca + "VerifyClientCertIfGiven\n", *flags) as pair:
            look("certificate: none", pair.url, (), {"403", "404"})
            look("certificate: good", pair.url, certificate("good"), inside)
            for version in ("1.2", "1.3"):
                check.equal(f"details: certificate over {version}", curl(
                    box, pair.url + "/reports", "--tls-max", version,
                    *certificate("good")), "200")
            pair.write(ca + "RequireAnyClientCert\n")
            look("certificate: not verified", pair.url, certificate("stranger"),
                 {"403", "404"})
            check.equal("details: not verified", curl(
                box, pair.url + "/reports", *certificate("good")), "403")


def prometheus(check):
    """Debian's Prometheus scrapes over TLS, with a user and a certificate."""
    with Box("v1") as box:
        folder_with_certificates(box)
        file = box.file("web.yml", SERVER + "  client_ca_file: ca.pem\n"
                        "  client_auth_type: RequireAndVerifyClientCert\n"
                        "  client_allowed_sans: [ops@example.net]\n" + USERS)
        exporter = box.exporter(BINARY, f"--web.config.file={file}", "v1")
        with stopping(exporter):
            up = scraped_jobs(box, exporter.addresses[0].split("//")[1])
        check.equal("prometheus: who gets in", up,
                    {"open good": "1", "open other": "0",
                     "wrong good": "0", "wrong other": "0"})


def scraped_jobs(box, target):
    """`up` of a job for each password and certificate, after some scrapes."""
    jobs = [(password, name) for password in ("open sesame", "wrong")
            for name in ("good", "other")]
    config = "global: {scrape_interval: 500ms}\nscrape_configs:\n"
    for password, name in jobs:
        config += f"""- job_name: {password.split()[0]} {name}
  scheme: https
  basic_auth: {{username: alice, password: {password}}}
  tls_config: {{ca_file: ca.pem, cert_file: {name}.pem, key_file: {name}.key}}
  static_configs: [targets: ["{target}"]]
"""
    file = box.file("prometheus.yml", config)
    child = box.start(
        "prometheus", f"--config.file={file}",
        f"--storage.tsdb.path={box.folder}/data",
        "--web.listen-address=127.0.0.1:9090",
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def ask(query):
        out = box.run("curl", "--silent", "http://127.0.0.1:9090/api/v1/"
                      "query?query=" + urllib.parse.quote(query), check=False)
        try:
            return json.loads(out)["data"]["result"]
        except (ValueError, KeyError):  # it is still starting
            return []
    netlab.wait_for(
        lambda: len(ask("count_over_time(up[1m]) > 2")) == len(jobs),
        "three scrapes of each job", 60)
    up = {one["metric"]["job"]: one["value"][1] for one in ask("up")}
    netlab.stop(child)
    return up


if __name__ == "__main__":
    results.run_each([users_and_versions, client_certificates, changes,
                      details, prometheus])
