#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The manual pages and the shipped ipband.yml say what the programs know: all
options of --help, all keys of the configuration reader, and no others.

usage: man_test.py EXPORTER IPBANDCTL
"""
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/support"))
import results  # noqa: E402

PAGES = ROOT / "deploy/man"
SHIPPED = ROOT / "deploy/debian/ipband.yml"


def run(*words, **more):
    return subprocess.run(words, capture_output=True, text=True, timeout=60,
                          check=False, **more)


def page(name):
    return (PAGES / name).read_text(encoding="utf-8")


def plain(text):
    """Without the marks of the page."""
    return text.replace("\\-", "-").replace("\\&", "")


def flags_of_help(*command):
    """-h and --help from lines like `  -h,--help   print this`."""
    flags = set()
    for line in run(*command, "--help").stdout.splitlines():
        found = re.match(r"  (-[\w.,-]+)", line)
        if found:
            flags.update(found[1].split(","))
    return flags


def flags_of_page(text):
    """From the tags: the line behind each .TP."""
    flags = set()
    for tag in re.findall(r"^\.TP\n(.*)$", plain(text), re.MULTILINE):
        flags.update(re.findall(r"(?<![\w-])--?[A-Za-z][\w.-]*", tag))
    return flags


def part(text, heading):
    """Of a page: what stands below `.SS heading`."""
    found = re.search(rf"^\.SS {re.escape(heading)}$(.*?)(?=^\.S[SH] |\Z)",
                      text, re.MULTILINE | re.DOTALL)
    return found[1] if found else ""


def subcommands(control):
    listed = run(control, "--help").stdout.partition("Subcommands:\n")[2]
    return re.findall(r"^  ([a-z-]+) ", listed, re.MULTILINE)


def check_flags(check, exporter, control):
    check.equal("ipband_exporter(8): its options are those of --help",
                flags_of_page(page("ipband_exporter.8")),
                flags_of_help(exporter))
    text = page("ipbandctl.1")
    commands = subcommands(control)
    check.equal("ipbandctl(1): its commands are those of --help",
                plain("\n".join(re.findall(
                    r"^\.SS (.*)$", text, re.MULTILINE))).split(), commands)
    common = {"-h", "--help"}
    for command in commands:
        check.equal(f"ipbandctl(1): the options of {command}",
                    flags_of_page(part(text, command.replace("-", "\\-"))),
                    flags_of_help(control, command) - common)


class Reader:
    """What keys there are, asked of the program: of a key nobody knows it says
    which ones it would take."""

    def __init__(self, exporter):
        self._exporter = exporter

    def said_of(self, text):
        return run(self._exporter, "--config.check", "--config.file",
                   "/dev/stdin", input=text).stderr

    def _allowed(self, text):
        found = re.search(r'unknown key "zz";.* allowed: (.*)',
                          self.said_of(text))
        return found[1].split(", ") if found else []

    def keys(self, path=(), wrap="{zz: 1}"):
        """Dotted names of all keys."""
        def around(inner):
            for name in reversed(path):
                inner = "{" + name.rstrip("[]") + ": " + (
                    f"[{inner}]" if name.endswith("[]") else inner) + "}"
            return inner
        for name in self._allowed(around(wrap)):
            yield ".".join((*path, name)).replace("[]", "")
            yield from self.keys((*path, name))
            yield from self.keys((*path, name + "[]"))


def keys_of_page(text):
    keys = part(text, "capture") and re.search(
        r"^\.SH KEYS$(.*?)^\.SH ", text, re.MULTILINE | re.DOTALL)[1]
    sections = re.findall(r"^\.SS (.*)$", keys, re.MULTILINE)
    return set(sections) | set(re.findall(r"^\.TP\n\.B (.*)$", plain(keys),
                                          re.MULTILINE))


def check_keys(check, exporter):
    reader = Reader(exporter)
    known = set(reader.keys())
    check.check(f"the reader has told its keys, {len(known)}",
                {"meters.dump.every", "capture.interfaces.filter",
                 "reports.mail.to", "web"} <= known)
    check.equal("ipband.yml(5): its keys are the reader's",
                keys_of_page(page("ipband.yml.5")), known)
    text = SHIPPED.read_text(encoding="utf-8")
    check.equal("the shipped ipband.yml is good as it is",
                reader.said_of(text), "")
    bare = re.sub(r"^#(?! |$)", "", re.sub(
        r"^#(  .*)$", r"\1", text, flags=re.MULTILINE), flags=re.MULTILINE)
    check.equal("the shipped ipband.yml is good without its #",
                reader.said_of(bare), "")
    words = set(re.findall(r"[{, ]*([a-z_0-9]+):", bare))
    missing = {key for key in known if key.split(".")[-1] not in words}
    check.equal("the shipped ipband.yml names every key, but for what its "
                "comments explain", missing, {"capture.interfaces.filter"})


def main(check):
    exporter, control = sys.argv[1:]
    for path in sorted(PAGES.iterdir()):
        lint = run("mandoc", "-T", "lint", "-W", "warning", str(path))
        check.equal(f"mandoc has nothing to say about {path.name}",
                    lint.stdout + lint.stderr, "")
    check_flags(check, exporter, control)
    check_keys(check, exporter)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    results.run(main)
