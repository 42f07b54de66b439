#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the first inputs of each fuzzer, corpus/NAME/seed-*. What was found
since lies beside them and stays.

usage: make_corpus.py
"""
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "differential"), str(HERE.parent / "support")]
import capture_file as cf  # noqa: E402
import crafted_captures  # noqa: E402

# As LinkType counts them.
LINK_TYPES = {cf.ETHERNET: 0, cf.LINUX_SLL: 1, cf.LINUX_SLL2: 2, cf.RAW: 3,
              cf.IPV4: 4, cf.IPV6: 5, cf.NULL: 6, cf.LOOP: 6, cf.PPP: 7,
              cf.PPP_HDLC: 7, cf.C_HDLC: 7, cf.PPP_ETHER: 8, cf.PPI: 9}
LONGEST = 160

RULES = [
    "LOG", "LOG BOTH 10.1.0.0/16 NOT WITH 10.0.0.0/8", "log none 10.0.0.1",
    "LOG FROM 10.1.0.0/255.255.0.0 WITH 192.0.2.0/24", "LOG TO 010.1.2.3",
    "LOG TO 2001:db8::/32 NOT WITH", "LOG 10.0.0.1/255.0.0.255 # odd",
    'LOG "10.0.0.1"', "LOG BOTH WITH ::/0"]
QUERIES = [
    "interface=eth0&subnet=10.1.1.0%2F24&limit=10",
    "since=1795292955&until=2026-11-21T20:29:15.5%2B01:00", "a=1&&b=2&",
    "subnet=2001:db8::/32", "name=%C3%A9+%25&x", "=1", "%zz=1", "%00=1",
    "since=-9223372036854775808&until=9223372036854775807",
    "2016-12-31T23:59:60Z", "-5.25"]
STATES = [
    '{"version":1,"saved_at":1763756431,"averaging_period":60,'
    '"accumulated_since":1763000000,"captures":[\n'
    '{"interface":"eth0","captured_until":1763756430,'
    '"period_start":1763756422,"missed_seconds":3,"subnets":[\n'
    '{"subnet":"10.1.1.0/24","watch_active":true,"watch_reported":true,'
    '"watch_started":1763756000,"watch_report_clock":1763756300,'
    '"watch_last_not_clear":1763756420,"watch_detail_since":1763756002,'
    '"watch_dropped_packets":17,"watch_exceeded_seconds":420,'
    '"watch_accumulated_seconds":86461,"period_total":7000001,'
    '"period_receive":3000000,"period_transmit":4000001,'
    '"last_report":1763756301,"last_report_start":1763756001,'
    '"bandwidth":7168},\n{"subnet":"2001:db8:82::/56","period_total":1}\n'
    ']},\n{"interface":"br \\"\\u00e9\\"\\n","period_start":7,"subnets":[]}'
    "\n]}\n", '{"version":1}', '{"version":2}', "{", "[[[[", ""]
METERS = [
    '{"version":1,"saved_at":1763756431,"meters":[\n'
    '{"meter":"campus","since":1763683200,"tables":[\n'
    '{"interface":"eth0","next_dump":1763769600,"not_shown_hosts":17,'
    '"not_shown_more_hosts":true,"not_shown_in":18,"not_shown_out":19,"rows":[\n'
    '["10.0.0.1",123,456],\n["2001:db8::1",8,18446744073709551615]\n]},\n'
    '{"interface":"v1","rows":[]}\n]},\n{"meter":"other","tables":[]}\n]}\n',
    '{"version":1,"meters":[]}', '{"version":1,"meters":[{"meter":""}]}', ""]
IPBAND = ["subnet 10.1.1.0/24 bandwidth 56kbit/s\nmaskbits 24\n"
          "mailto root@example.net\nmtastring /usr/sbin/sendmail -t\n"
          "localrange 10.1-10.2.3:192.168.0.0/16\n"]
IPFM = ['DEVICE eth0\nLOG BOTH 10.1.0.0/255.255.0.0 NOT WITH 10.0.0.0/8\n'
        'FILENAME "/var/log/ipfm/%d-%b"\nTIME 1 hour AFTER 5 minutes\n'
        'SORT TOTAL\nCLEAR 1 day\nNEWLOG\nLOG FROM 10.2.0.1\nNORESOLVE\n']
YAML = ["thresholds: {bandwidth: 10Mbit/s, judge: either, clear: {bandwidth: "
        "80%, after: 2m}, exclude: [10.0.0.0/8]}\nmeters:\n- &a {name: a, "
        'rules: ["LOG BOTH"], dump: {every: 1h}}\n- {name: b, rules: [LOG], '
        "clear: {every: 1d, after: 5m}}\n"]


def frames():
    """Each kind of packet behind one link header or another."""
    wrapped = list(crafted_captures.wrapped().values())
    for number, (link_type, some) in enumerate(wrapped):
        kind = LINK_TYPES[link_type] | (0, 0x40, 0x80, 0xC0)[number % 4]
        # Not all with all: the fuzzer finds the others.
        for frame in some[number % 3::3]:
            yield bytes([kind]) + frame[:LONGEST]


def write(name, inputs):
    folder = HERE / "corpus" / name
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("seed-*"):
        old.unlink()
    for number, data in enumerate(dict.fromkeys(inputs)):
        (folder / f"seed-{number:03}").write_bytes(
            data if isinstance(data, bytes) else data.encode())


def main():
    write("decode", frames())
    write("log_rule", RULES)
    write("http_query", QUERIES)
    write("state", STATES)
    write("meters_state", METERS)
    write("ipband_conf", IPBAND)
    write("ipfm_conf", IPFM)
    write("yaml", YAML)


if __name__ == "__main__":
    main()
