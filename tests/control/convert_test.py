#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""`ipbandctl convert` prints what the exporter takes, and does the same with.

Each good ipband.conf and ipfm.conf of tests/config becomes a YAML that passes
--config.check.
Then one capture is replayed with an old file and with what became of it: with an
ipband.conf the same numbers and the same reports, with an ipfm.conf the same
dumps to the last byte.

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
# ipfm's own ones, but for folders, and for names that would have to be asked
# for: Debian's sample, and what ipfm.conf(5) explains.
IPFM_CONFS = {
    "sample": """
#DEVICE eth0
#UTC
LOG 10.10.10.0/255.255.255.0 NOT WITH 10.10.0.0/255.255.0.0
LOG NONE 10.10.10.10 WITH 10.10.10.20
FILENAME "dumps/%Y_%d_%m/%H_%M"
DUMP EVERY 1 hour AFTER 5 minutes
CLEAR EVERY 24 hour
SORT IN
NEWLOG
LOG 192.168.200.0/255.255.255.0
LOG NONE 192.168.200.0/255.255.255.0 WITH 192.168.200.0/255.255.255.0
LOG NONE 192.168.200.0/255.255.255.0 WITH 192.168.201.0/255.255.255.0
LOG NONE 192.168.200.0/255.255.255.0 WITH 192.168.202.0/255.255.255.0
FILENAME "dumps/subnet/%Y_%d_%m_%H"
DUMP EVERY 1 hour
CLEAR EVERY 1 day AFTER 2 hours
SORT TOTAL
""",
    "manual": """
DEVICE eth0
UTC
LOG 10.10.10.0/255.255.255.0 NOT WITH 10.10.10.1
DUMP EVERY 10 minutes AFTER 3 minutes
CLEAR EVERY 1 hour AFTER 10 minutes
FILENAME "dumps/nets.%d-%b.%H-%M"
NEWLOG
LOG WITH 10.10.10.23
DUMP EVERY 1 day AFTER 14 hours
FILENAME "dumps/with.%d-%b"
NEWLOG
LOG
DUMP EVERY 30 minutes
CLEAR NEVER
APPEND
FILENAME "dumps/all"
""",
    "odd": """
DEVICE eth0.100
LOG
CLEAR EVERY 2 days
CLEAR ALWAYS
SORT OUT
FILENAME "dumps/one #1 100%% %q %H:%M"
LOG FROM 10.10.10.0/255.0.255.0
NEWLOG
NEWLOG
LOG TO WITH 10.10.10.0/28
LOG NOT WITH 192.168.200.0/24
DUMP EVERY 1 day 1 hour 90 seconds AFTER 1 minute
CLEAR EVERY 2 days 2 hours 3 minutes AFTER 1 day 1 hour 90 seconds
FILENAME named""",
}
# Through a change of the day.
IPFM_TRAFFIC = """0s..40h every 7m 10.10.10.5:4000 > 192.0.2.9:80 tcp 1000
1s..40h every 11m 10.10.10.23:4000 > 10.10.7.9:80 tcp 1400
2s..20h every 13m 10.10.10.10:53 > 10.10.10.20:53 udp 100
3s..30h every 17m 192.0.2.9:80 > 192.168.200.7:4000 tcp 1400
4s..30h every 19m 192.168.200.7:1 > 192.168.202.9:4000 tcp 500
5s..20h every 23m 10.10.10.1:1 > 10.10.10.5:2 udp 300
6s..20h every 29m [2001:db8::5]:1 > [2001:db8::6]:2 udp 700
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
                          env={**os.environ, "TZ": "Asia/Tokyo"}, check=False, **more)
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


def dumps(exporter, folder, config):
    """What a replay dumps, by name; the files are gone then."""
    run(exporter, *config, "--capture.file", "ipfm.pcap", "--once", cwd=folder)
    there = [path for path in (folder / "dumps").rglob("*") if path.is_file()]
    there += folder.glob("named*")
    found = {path.relative_to(folder): path.read_text() for path in there}
    for path in there:
        path.unlink()
    return found


def check_meters(exporter, control, folder):
    """An ipfm.conf is known by its content, and named when converted."""
    (folder / "ipfm.pcap").write_bytes(compile_traffic(IPFM_TRAFFIC))
    for name, text in IPFM_CONFS.items():
        conf, yaml = folder / f"{name}.conf", folder / f"{name}.yml"
        conf.write_text(text)
        run(control, "check-config", conf.name, cwd=folder)
        run(control, "convert", "--from", "ipband", conf.name, cwd=folder,
            code=2)
        yaml.write_text(run(control, "convert", "--from", "ipfm", conf.name,
                            cwd=folder))
        wanted = dumps(exporter, folder, ["--meters.file", conf.name])
        rows = [line for text in wanted.values() for line in text.splitlines()
                if not line.startswith("#")]
        assert len(wanted) > 2 and len(rows) > 5, wanted
        for config in (["-c", conf.name], ["--config.file", yaml.name]):
            got = dumps(exporter, folder, config)
            assert got == wanted, (name, config, sorted(
                path for path in wanted.keys() | got.keys()
                if wanted.get(path) != got.get(path)))


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
    print(f"{files + len(IPFM_CONFS) + 2} passed, 0 failed")
    return 0 if files else 1


if __name__ == "__main__":
    sys.exit(main())
