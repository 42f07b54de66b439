#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The Debian packages: built from what is built, without errors of lintian,
with the files, the fields and the units they should have.

usage: package_test.py BUILD_FOLDER
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/support"))
import results  # noqa: E402

SHARE = "usr/share/ipband_exporter/"
# systemd-analyze: 0 is the least exposed, 10 the most.
MOST_EXPOSED = 2.0


def run(*words, **more):
    return subprocess.run(words, capture_output=True, text=True, timeout=300,
                          check=False, **more)


def build(check, binaries, folder):
    """The two packages, by name."""
    made = run("cpack", "--config", str(binaries / "CPackConfig.cmake"),
               "-B", str(folder), "-D",
               f"CPACK_OUTPUT_FILE_PREFIX={folder}", cwd=binaries)
    check.check("cpack", made.returncode == 0, made.stdout + made.stderr)
    return {path.name.split("_")[0]: path
            for path in pathlib.Path(folder).glob("*.deb")}


def fields(package):
    text = run("dpkg-deb", "--field", str(package)).stdout
    return dict(re.findall(r"^([\w-]+): (.*)$", text, re.MULTILINE))


def files(package):
    """{path: (mode, link's target)} of what is no folder; all belong to root."""
    found = {}
    for line in run("dpkg-deb", "--contents", str(package)).stdout.splitlines():
        mode, owner, _, _, _, name = line.split(maxsplit=5)
        assert owner == "root/root", line
        path, _, target = name.partition(" -> ")
        if not mode.startswith("d"):
            found[path.removeprefix("./")] = (mode, target)
    return found


def check_lintian(check, packages):
    said = run("lintian", "--allow-root", "--no-cfg", "--fail-on", "error,warning",
               # No upload to Debian: there is no bug that asks for it.
               "--suppress-tags", "initial-upload-closes-no-bugs",
               *map(str, packages.values()))
    check.check("lintian has no error and no warning", said.returncode == 0,
                said.stdout + said.stderr)


def check_main(check, package):
    has = files(package)
    wanted = {
        "usr/bin/ipband_exporter", "usr/bin/ipbandctl",
        "lib/systemd/system/ipband_exporter.service",
        "lib/systemd/system/ipband_exporter@.service",
        "etc/ipband_exporter/ipband.yml", "etc/default/ipband-exporter",
        "etc/logrotate.d/ipband-exporter",
        "usr/share/man/man8/ipband_exporter.8.gz",
        "usr/share/man/man1/ipbandctl.1.gz",
        "usr/share/man/man5/ipband.yml.5.gz",
        "usr/share/doc/ipband-exporter/copyright",
        "usr/share/doc/ipband-exporter/changelog.gz",
        "usr/share/doc/ipband-exporter/changelog.Debian.gz"}
    for kind in ("alerts/*.yml", "alerts/templates/*", "alerts/runbooks/*",
                 "grafana/dashboards/*.json", "grafana/provisioning/**/*.yml"):
        wanted |= {SHARE + path.relative_to(ROOT).as_posix()
                   for path in ROOT.glob(kind) if "_test" not in path.name}
    check.equal("ipband-exporter: its files", set(has), wanted)
    check.equal("the programs are for everybody, without a capability",
                {has[name][0] for name in has if name.startswith("usr/bin/")},
                {"-rwxr-xr-x"})
    said = fields(package)
    check.check("shared libraries are dependencies, CivetWeb is inside",
                {"libpcap0.8", "libyaml-cpp0.7", "libssl3", "libc6"}
                <= set(re.findall(r"[\w.+-]+(?= \(|,|$)", said["Depends"]))
                and "civetweb" not in said["Depends"], said["Depends"])
    check.equal("what is configuration", run(
        "dpkg-deb", "--info", str(package), "conffiles").stdout.split(),
        sorted("/" + name for name in has if name.startswith("etc/")))
    version = re.search(r"project\(ipband_exporter VERSION (\S+)",
                        (ROOT / "CMakeLists.txt").read_text())[1]
    check.equal("the version is the project's", said["Version"],
                version + "-1")
    check.equal("and that of debian/changelog", re.search(
        r"\((.*?)\)", (ROOT / "deploy/debian/changelog").read_text())[1],
        said["Version"])


def check_compat(check, package):
    has = files(package)
    links = {name: target for name, (_, target) in has.items() if target}
    check.equal("ipband-exporter-compat: its names of the program", links, {
        "usr/sbin/ipband": "../bin/ipband_exporter",
        "usr/sbin/ipfm": "../bin/ipband_exporter",
        "usr/share/man/man8/ipband.8.gz": "ipband_exporter.8.gz",
        "usr/share/man/man8/ipfm.8.gz": "ipband_exporter.8.gz"})
    said = fields(package)
    check.equal("it stands in the place of the old ones",
                {said.get(key) for key in ("Conflicts", "Replaces",
                                           "Provides")}, {"ipband, ipfm"})
    check.equal("and needs this very version", said["Depends"],
                f"ipband-exporter (= {said['Version']})")


def unpack(packages, folder):
    for package in packages.values():
        subprocess.run(["dpkg-deb", "--extract", str(package), folder],
                       check=True)
    return pathlib.Path(folder)


def check_programs(check, root):
    binary = root / "usr/bin/ipband_exporter"
    check.check("the program is stripped",
                ".debug_info" not in run("readelf", "--sections", "--wide",
                                         str(binary)).stdout)
    for name in ("usr/sbin/ipband", "usr/sbin/ipfm"):
        said = run(str(root / name), "--version")
        check.check(f"/{name} runs", said.returncode == 0, said.stderr)
    said = run(str(root / "usr/bin/ipbandctl"), "check-config",
               str(root / "etc/ipband_exporter/ipband.yml"))
    check.equal("the shipped configuration is good",
                (said.returncode, said.stdout + said.stderr), (0, ""))


def check_units(check, root):
    """With the programs of the package in place of the system's."""
    folder = root / "units"
    folder.mkdir()
    units = sorted((root / "lib/systemd/system").iterdir())
    check.equal("units", len(units), 5)
    for unit in units:
        text = unit.read_text()
        (folder / unit.name).write_text(re.sub(
            r"^ExecStart=/", f"ExecStart={root}/", text, flags=re.MULTILINE))
        said = run("systemd-analyze", "verify", "--man=no",
                   str(folder / unit.name))
        check.equal(f"systemd-analyze verify {unit.name}",
                    (said.returncode, said.stdout + said.stderr), (0, ""))
        if not unit.name.startswith("ipband_exporter"):
            continue
        said = run("systemd-analyze", "security", "--offline=true", str(unit))
        found = re.search(r"exposure level for .*: ([\d.]+)", said.stdout)
        check.check(f"{unit.name} is hardly exposed",
                    found and float(found[1]) <= MOST_EXPOSED,
                    said.stdout[-300:] + said.stderr)
    # One instance may do what the only one may; folders are named before.
    plain, instance = (
        (root / "lib/systemd/system" / name).read_text().partition(
            "ConfigurationDirectory=")[2]
        for name in ("ipband_exporter.service", "ipband_exporter@.service"))
    check.check("both units are hardened alike", plain and instance == plain)


def generate(root, folder, default):
    """What the generator makes of this /etc/default/ipband, which is there for
    its eyes only: {path: (link's target, content)}."""
    etc, units = folder / "etc", folder / "units"
    etc.mkdir(parents=True)
    units.mkdir()
    if default is not None:
        (etc / "ipband").write_text(default)
    generator = root / "lib/systemd/system-generators/ipband-config-files"
    made = run("unshare", "--mount", "sh", "-ec",
               'mount --bind "$1" /etc/default; cd /; exec "$2" "$3" "$3" "$3"',
               "sh", str(etc), str(generator), str(units))
    assert (made.returncode, made.stdout, made.stderr) == (0, "", ""), made
    return {path.relative_to(units).as_posix():
            os.readlink(path) if path.is_symlink() else path.read_text()
            for path in units.rglob("*") if not path.is_dir()}


def check_config_files(check, root):
    """One instance for each file that Debian's ipband would have had one for."""
    flags = '# Flags to be passed\nFLAGS="-A"\n'
    also = root / "several"
    also.mkdir()
    for name in ("lan.conf", "wan-1.conf"):
        (also / name).write_text("subnet 10.1.1.0/24\n")
    template = "/lib/systemd/system/ipband@.service"
    ours = '/etc/ipband.conf'
    for number, (what, default, extra, watched) in enumerate((
            ("no such file", None, [], True),
            ("flags only", flags, [], True),
            ("as Debian has it", flags + f'CONFIG_FILES="{ours}"\n', [], True),
            ("two", flags + f'CONFIG_FILES="{ours} /etc/a-b/x y.conf"\n',
             ["/etc/a-b/x", "/y.conf"], True),
            ("others, by a pattern", f'CONFIG_FILES="{also}/*.conf"\n',
             [f"{also}/lan.conf", f"{also}/wan-1.conf"], False))):
        made = generate(root, root / f"generated{number}", default)
        wants = {path: text for path, text in made.items()
                 if path.startswith("ipband.service.wants/")}
        names = [pathlib.Path(path).name for path in wants]
        files_of = [run("systemd-escape", "--unescape", "--path", re.sub(
            r"^ipband@(.*)\.service$", r"\1", name)).stdout.strip()
            for name in names]
        check.equal(f"CONFIG_FILES, {what}: instances", sorted(files_of), extra)
        check.check(f"CONFIG_FILES, {what}: of the template",
                    set(wants.values()) <= {template}, wants)
        drops = [text for path, text in made.items() if path not in wants]
        check.equal(f"CONFIG_FILES, {what}: {ours} is watched",
                    not any(f"ConditionPathExists=!{ours}" in text
                            for text in drops), watched)
    # The instance's own words, with its file in place of %f.
    unit = (root / "lib/systemd/system/ipband@.service").read_text()
    words = re.search("^ExecStart=(.*)$", unit, re.MULTILINE)[1].split()
    check.equal("an instance reads its file", words[words.index("-c") + 1],
                "%f")


def main(check):
    binaries = pathlib.Path(sys.argv[1])
    with tempfile.TemporaryDirectory(prefix="ipband-package-") as folder:
        packages = build(check, binaries, folder)
        check.equal("packages", sorted(packages),
                    ["ipband-exporter", "ipband-exporter-compat"])
        check_main(check, packages["ipband-exporter"])
        check_compat(check, packages["ipband-exporter-compat"])
        root = unpack(packages, folder + "/root")
        check_programs(check, root)
        check_units(check, root)
        check_config_files(check, root)
        check_lintian(check, packages)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    results.run(main)
