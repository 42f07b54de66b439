#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""`ipbandctl convert` prints what the exporter takes, and does the same with.

Each good ipband.conf and ipfm.conf of tests/config becomes a YAML that passes
--config.check.
Then one capture is replayed with an ipband.conf and with what became of it: the
same numbers, and the same reports.

usage: convert_test.py EXPORTER IPBANDCTL
"""
import os
import pathlib
import subprocess
import sys
import tempfile

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TESTS / "support"))
from traffic_language import compile_traffic  # noqa: E402

# 10.0.0.0/16 is over its own threshold, 10.2.0.0/16 over that of all, and
# 10.1.0.0/16 has none; the name server's packet is filtered out.
CONF = """interface eth0
filter not port 53
average 30
report 60
bandwidth 1.3
top 1
maskbits 16
accumulate yes
lenadj -14
localrange 10
subnet 10.0.0.0 bandwidth 2.5
subnet 10.1.0.0 bandwidth none
subnet 10.2.0.0 bandwidth 0
"""
IPFM_CONF = """DEVICE eth0
LOG BOTH 10.0.0.0/8 NOT WITH 10.0.0.0/255.0.0.0
DUMP EVERY 5 minutes
FILENAME "ipfm #1 %H-%M"
NEWLOG
LOG FROM 10.0.0.1
SORT TOTAL
CLEAR EVERY 2 days
"""
TRAFFIC = """0s..200s every 100ms 10.0.0.5:4000 > 192.0.2.9:80 tcp 1000
0s..200s every 1s 10.1.0.5:4000 > 192.0.2.9:80 tcp 1400
0s..200s every 1s 192.0.2.9:80 > 10.2.0.5:4000 tcp 1400
5s 10.0.0.7:4000 > 192.0.2.9:53 udp 900
200s 10.0.0.8:4000 > 192.0.2.9:80 tcp 100
"""
# What tells of the program and not of the traffic.
OTHERS = ("ipband_build_info", "ipband_config_", "ipband_scrape_", "process_",
          "ipband_web_info", "#")


def run(*words, cwd, code=0, **more):
    done = subprocess.run(words, cwd=cwd, capture_output=True, timeout=60,
                          env={**os.environ, "TZ": "UTC"}, check=False, **more)
    assert done.returncode == code, (words, done)
    return done.stdout.decode()


def check_files(exporter, control, folder):
    """Returns how many files were converted."""
    names = sorted((TESTS / "config").glob("*.good*.conf"))
    for number, path in enumerate(names):
        tool = "ipfm" if path.name.endswith(".ipfm.conf") else "ipband"
        yaml = folder / f"{number}.yml"
        yaml.write_text(run(control, "convert", "--from", tool, str(path),
                            cwd=folder))
        run(exporter, "--config.check", "--config.file", str(yaml), cwd=folder)
    return len(names)


def check_meters(exporter, control, folder):
    """An ipfm.conf is known by its content, and named when converted."""
    (folder / "ipfm.conf").write_text(IPFM_CONF)
    run(control, "check-config", "ipfm.conf", cwd=folder)
    yaml = run(control, "convert", "--from", "ipfm", "ipfm.conf", cwd=folder)
    assert yaml.count("- name: ipfm") == 2, yaml
    (folder / "ipfm.yml").write_text(yaml)
    run(exporter, "--config.check", "--config.file", "ipfm.yml", cwd=folder)
    run(control, "convert", "--from", "ipband", "ipfm.conf", cwd=folder, code=2)


def replay(exporter, folder, config):
    """The numbers, and the reports of a run of its own: -o is ipband's."""
    words = [*config, "--capture.file", "traffic.pcap", "--once"]
    page = run(exporter, *words, cwd=folder)
    reports = folder / "reports.txt"
    reports.unlink(missing_ok=True)
    run(exporter, *words, "-o", reports.name, cwd=folder)
    return ([line for line in page.splitlines()
             if not line.startswith(OTHERS)], reports.read_text())


def check_replay(exporter, control, folder):
    (folder / "ipband.conf").write_text(CONF)
    (folder / "traffic.pcap").write_bytes(compile_traffic(TRAFFIC))
    (folder / "ipband.yml").write_text(
        run(control, "convert", "--from", "ipband", "-", cwd=folder,
            input=CONF.encode()))
    numbers, reports = replay(exporter, folder, ["-c", "ipband.conf"])
    converted = replay(exporter, folder, ["--config.file", "ipband.yml"])
    assert converted[0] == numbers, set(numbers) ^ set(converted[0])
    assert converted[1] == reports, (reports, converted[1])
    assert len(numbers) > 50, numbers
    assert reports.count("Network: 10.0.0.0") == 2, reports


def check_refusals(control, folder):
    (folder / "bad.conf").write_text("top all\n")
    for words in (["--from", "ipband", "bad.conf"], ["--from", "x", "bad.conf"],
                  ["bad.conf"], ["--from", "ipband"], []):
        assert run(control, "convert", *words, cwd=folder, code=2) == ""


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    exporter, control = (str(pathlib.Path(p).resolve()) for p in sys.argv[1:])
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        files = check_files(exporter, control, folder)
        check_replay(exporter, control, folder)
        check_meters(exporter, control, folder)
        check_refusals(control, folder)
    print(f"{files + 3} passed, 0 failed")
    return 0 if files else 1


if __name__ == "__main__":
    sys.exit(main())
