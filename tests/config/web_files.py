#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Checks web configurations with a given binary and with promtool.

Each case has the text of a web.yml, what is wrong with it ("" if it is good:
nothing is printed then) and what promtool is to say. Where its verdict is not
ours, the case says why:
  go     it means something to Go only, so we refuse it
  newer  exporter-toolkit has it, but promtool of Debian 12 is older
  loose  it cannot work as it stands there, but promtool takes it

usage: web_files.py BINARY
"""
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "support"))
from certificates import Authority  # noqa: E402

BINARY = (str(pathlib.Path(sys.argv[1]).resolve()) if len(sys.argv) == 2
          else sys.exit(__doc__))
HASH = "$2y$10$3qF1Z6mRdmVqFqbOoTFVKuJ8b7WfM5nY3k0mMZ4i7sXcJ0bq1QwOa"
CERT = "cert_file: server.pem, key_file: server.key"
PLACE_TLS = "web.yml:1:20: tls_server_config"
VERSIONS = "TLS10, TLS11, TLS12, TLS13"
KINDS = ("NoClientCert, RequestClientCert, RequireAnyClientCert, "
         "RequireClientCert, VerifyClientCertIfGiven, "
         "RequireAndVerifyClientCert")
HEADERS = ("Content-Security-Policy, Strict-Transport-Security, "
           "X-Content-Type-Options, X-Frame-Options, X-XSS-Protection")
NO_HASH = ('is no bcrypt hash; allowed: what "htpasswd -nBC 10 USER" prints '
           "behind the colon")
OPENSSL = ("is not supported here; allowed: nothing, as the ciphers and curves "
           "of the system's OpenSSL hold")


def tls(fields):
    return "tls_server_config: {" + fields + "}\n"


def at(column, text, line=1):
    return f"web.yml:{line}:{column}: {text}"


def pem(name, folder):
    return "".join("    " + line + "\n" for line in
                   (folder / name).read_text().splitlines())


# Text, our message, why promtool differs.
CASES = [
    # ---- as a whole
    ("", "", ""),
    ("# nothing\n", "", ""),
    ("tls_server_config:\nhttp_server_config:\nbasic_auth_users:\n", "", ""),
    ("[]\n", at(1, "is a list; allowed: a map of keys"), ""),
    ("word\n", at(1, "is a single value; allowed: a map of keys"), ""),
    ("junk: 1\n", at(1, 'unknown key "junk"; allowed: tls_server_config, '
                     "http_server_config, basic_auth_users, rate_limit"), ""),
    ("{}\n---\n{}\n", at(1, "a second document begins; allowed: one document "
                         "in a file", 2), "loose"),
    # ---- certificates
    (tls(CERT), "", ""),
    (tls("cert_file: '', key_file: ''"), "", ""),
    (tls("min_version: TLS13"), "", ""),
    (tls("cert_file: server.pem"), PLACE_TLS +
     ": has no key; allowed: key or key_file", ""),
    (tls("key_file: server.key"), PLACE_TLS +
     ": has no certificate; allowed: cert or cert_file", ""),
    (tls("client_auth_type: NoClientCert"), PLACE_TLS +
     ": has no certificate; allowed: cert or cert_file", ""),
    (tls("cert_file: no.pem, key_file: server.key"),
     at(32, "tls_server_config.cert_file: cannot read no.pem: No such file or "
        "directory; allowed: a PEM file"), ""),
    (tls("cert_file: server.pem, key_file: /no.key"),
     at(54, "tls_server_config.key_file: cannot read /no.key: No such file or "
        "directory; allowed: a PEM file"), ""),
    (tls("cert_file: server.key, key_file: server.key"),
     at(32, "tls_server_config.cert_file: server.key holds no certificate; "
        "allowed: PEM that begins with -----BEGIN CERTIFICATE-----"), ""),
    (tls("cert_file: server.pem, key_file: server.pem"),
     at(54, "tls_server_config.key_file: server.pem holds no private key; "
        "allowed: PEM with a key that has no password"), ""),
    (tls("cert_file: server.pem, key_file: secret.key"),
     at(54, "tls_server_config.key_file: secret.key holds no private key; "
        "allowed: PEM with a key that has no password"), ""),
    (tls("cert_file: server.pem, key_file: other.key"),
     at(54, "tls_server_config.key_file: other.key does not fit the "
        "certificate (key values mismatch); allowed: the key the certificate "
        "was made with"), ""),
    ("tls_server_config:\n  cert: |\n{server.pem}  key: |\n{server.key}", "",
     "newer"),
    ("tls_server_config:\n  cert: |\n{server.pem}  key: no key\n",
     "web.yml:{line}:8: tls_server_config.key: holds no private key; allowed: "
     "PEM with a key that has no password", ""),
    # ---- clients
    *[(tls(f"{CERT}, client_ca_file: ca.pem, client_auth_type: {kind}"), "",
       "") for kind in KINDS.split(", ")[1:]],
    (tls(f"{CERT}, client_auth_type: RequireAndVerifyClientCert"), "", ""),
    (tls(f"{CERT}, client_auth_type: NoClientCert"), "", ""),
    (tls(f"{CERT}, client_ca_file: ca.pem"),
     at(82, "tls_server_config.client_ca_file: client certificates are not "
        "asked for; allowed: with a client_auth_type such as "
        "RequireAndVerifyClientCert"), ""),
    (tls(f"{CERT}, client_auth_type: Always"),
     at(84, 'tls_server_config.client_auth_type: "Always" is not known; '
        f"allowed: {KINDS}"), ""),
    (tls(f"{CERT}, client_ca_file: no.pem, client_auth_type: "
         "RequireAndVerifyClientCert"),
     at(82, "tls_server_config.client_ca_file: cannot read no.pem: No such "
        "file or directory; allowed: a PEM file"), ""),
    (tls(f"{CERT}, client_ca_file: server.key, client_auth_type: "
         "RequireAndVerifyClientCert"),
     at(82, "tls_server_config.client_ca_file: server.key holds no "
        "certificate; allowed: PEM that begins with -----BEGIN "
        "CERTIFICATE-----"), "loose"),
    (tls(f"{CERT}, client_auth_type: RequireAnyClientCert, "
         "client_allowed_sans: [a, b]"), "", "newer"),
    (tls(f"{CERT}, client_allowed_sans: [a]"), PLACE_TLS +
     ": client_allowed_sans without a certificate that every client has to "
     "have; allowed: with client_auth_type RequireAndVerifyClientCert or "
     "RequireAnyClientCert", ""),
    (tls("client_allowed_sans: [a]"), PLACE_TLS +
     ": has no certificate; allowed: cert or cert_file", ""),
    # ---- versions
    *[(tls(f"{CERT}, min_version: {version}"), "", "")
      for version in VERSIONS.split(", ")],
    (tls(f"{CERT}, min_version: TLS12, max_version: TLS12"), "", ""),
    (tls(f"{CERT}, min_version: TLS111"),
     at(79, 'tls_server_config.min_version: "TLS111" is not known; did you '
        f"mean TLS11? allowed: {VERSIONS}"), ""),
    (tls(f"{CERT}, min_version: TLS13, max_version: TLS12"), PLACE_TLS +
     f": min_version is above max_version; allowed: {VERSIONS}, rising",
     "loose"),
    # ---- headers
    ("http_server_config: {headers: {X-Frame-Options: deny, "
     "X-XSS-Protection: '0', X-Content-Type-Options: nosniff, "
     "Strict-Transport-Security: max-age=1, "
     "Content-Security-Policy: \"default-src 'self'\"}}\n", "", ""),
    ("http_server_config: {headers: {Server: x}}\n",
     at(32, 'http_server_config.headers: header "Server" cannot be '
        f"configured; allowed: {HEADERS}"), ""),
    ("http_server_config: {headers: {X-Frame-Options: DENY}}\n",
     at(49, 'http_server_config.headers.X-Frame-Options: "DENY" is not known; '
        "did you mean deny? allowed: deny, sameorigin"), ""),
    ("http_server_config: {headers: {X-Content-Type-Options: sniff}}\n",
     at(56, 'http_server_config.headers.X-Content-Type-Options: "sniff" is not '
        "known; did you mean nosniff? allowed: nosniff"), ""),
    ('http_server_config: {headers: {X-XSS-Protection: "0\\r\\nX: y"}}\n',
     at(50, "http_server_config.headers.X-XSS-Protection: holds a control "
        "character; allowed: one line of text"), "loose"),
    # ---- users
    ("basic_auth_users: {alice: " + HASH + ", bob: '" +
     HASH.replace("2y", "2a") + "', eve: '" + HASH.replace("2y", "2b") +
     "'}\n", "", ""),
    ("basic_auth_users: {alice: secret}\n",
     at(27, f'basic_auth_users: the password of "alice" {NO_HASH}'), ""),
    ("basic_auth_users: {alice: }\n",
     at(20, f'basic_auth_users: the password of "alice" {NO_HASH}'), ""),
    ("basic_auth_users: {\"a\\nb\": $1$abc}\n",
     at(28, f'basic_auth_users: the password of "a\\x0ab" {NO_HASH}'), ""),
    ("basic_auth_users: {alice: " + HASH.replace("$10$", "$99$") + "}\n",
     at(27, f'basic_auth_users: the password of "alice" {NO_HASH}'), ""),
    ("basic_auth_users: [alice]\n",
     at(19, "basic_auth_users: is a list; allowed: a map of keys"), ""),
    # ---- Go's own
    (tls(f"{CERT}, cipher_suites: [TLS_AES_128_GCM_SHA256]"),
     at(81, "tls_server_config.cipher_suites: " + OPENSSL), "go"),
    (tls(f"{CERT}, curve_preferences: [CurveP256]"),
     at(85, "tls_server_config.curve_preferences: " + OPENSSL), "go"),
    (tls(f"{CERT}, prefer_server_cipher_suites: true"),
     at(95, "tls_server_config.prefer_server_cipher_suites: " + OPENSSL),
     "go"),
    ("http_server_config: {http2: false}\n",
     at(29, "http_server_config.http2: is not supported here; allowed: "
        "nothing, as only HTTP/1.1 is served"), "go"),
    ("rate_limit: {interval: 1s, burst: 5}\n",
     at(13, "rate_limit: is not supported here; allowed: nothing, as every "
        "address has its own limit of connections"), ""),
]


def run(folder, *command):
    return subprocess.run(command, cwd=folder, capture_output=True, text=True,
                          timeout=60, check=False)


def problems(folder, text, message, why):
    for name in ("server.pem", "server.key"):
        text = text.replace("{" + name + "}", pem(name, folder))
    (folder / "web.yml").write_text(text)
    message = message.replace("{line}", str(len(text.splitlines())))
    ours = run(folder, BINARY, "--config.check", "--web.config.file=web.yml")
    message = message.replace("web.yml", str(folder / "web.yml"))
    for name in ("no.pem", "server.key ", "server.pem ", "secret.key ",
                 "other.key "):
        message = message.replace(f": {name}", f": {folder}/{name}").replace(
            f"read {name}", f"read {folder}/{name}")
    if (ours.returncode, ours.stdout, ours.stderr.rstrip("\n")) != (
            2 if message else 0, "", message):
        yield (f"exit {ours.returncode}\n    got:    {ours.stderr.rstrip()}\n"
               f"    wanted: {message}")
    theirs = run(folder, "promtool", "check", "web-config", "web.yml")
    good = message == ""
    takes = theirs.returncode == 0
    if takes != (good if why == "" else not good):
        yield (f"promtool {'takes' if takes else 'refuses'} it: "
               f"{theirs.stderr.strip()}")


def main():
    passed = failed = 0
    with tempfile.TemporaryDirectory(prefix="ipband-web-") as name:
        folder = pathlib.Path(name)
        ca = Authority(folder, "ca")
        ca.issue("server", "DNS:localhost")
        ca.issue("other", "DNS:localhost")
        subprocess.run(["openssl", "ec", "-in", "server.key", "-aes128",
                        "-passout", "pass:secret", "-out", "secret.key"],
                       cwd=folder, check=True, capture_output=True, timeout=60)
        for text, message, why in CASES:
            found = list(problems(folder, text, message, why))
            for problem in found:
                print(f"{text.strip()[:120]}: {problem}")
            failed += bool(found)
            passed += not found
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
