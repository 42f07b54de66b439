#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Holds the layering: who may include whom, and who may know which library.

Debian puts all headers into one folder, so a wrong include compiles. A folder
may include itself and what stands behind it here; a library may be included
only where its row says.
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]

FOLDERS = {
    "collectors/net": [],
    "collectors": ["collectors/net"],  # option structs
    "collectors/decode": ["collectors/net"],
    "collectors/capture": ["collectors/net", "collectors/decode"],
    "collectors/host": ["collectors/net"],
    "collectors/meter": ["collectors/net", "collectors",
                         "collectors/decode/packet.h", "collectors/host"],
    "collectors/threshold": ["collectors/net", "collectors"],
    "collectors/connection": ["collectors/net",
                              "collectors/decode/packet.h"],
    "collectors/subnet": ["collectors/net", "collectors",
                          "collectors/threshold"],
    "collectors/account": ["collectors/net", "collectors", "collectors/decode",
                           "collectors/meter",
                           "collectors/capture", "collectors/host",
                           "collectors/connection", "collectors/subnet",
                           "collectors/threshold"],
    "collectors/metrics": ["collectors/net", "collectors",
                           "collectors/account",
                           "collectors/meter/meter_snapshot.h"],
    "exporter/text": ["collectors/net"],
    "exporter/config": ["collectors/net", "collectors", "collectors/capture",
                        "exporter/error.h", "exporter/text"],
    # Pages get plain values; net is for telling addresses and text apart.
    "exporter/web": ["collectors/net", "exporter/config/config.h",
                     "exporter/config/listen_address.h",
                     "exporter/config/load_web_config.h",
                     "exporter/config/text_file.h",
                     "exporter/config/web_config.h", "exporter/error.h",
                     "exporter/log.h", "exporter/log_options.h",
                     "exporter/text"],
    # Gets finished documents: knows nothing of subnets, and of reports only
    # what their files are called.
    "exporter/deliver": ["exporter/config/config.h", "exporter/descriptor.h",
                         "exporter/error.h",
                         "exporter/log.h", "exporter/log_options.h",
                         "exporter/report/report_id.h", "exporter/text"],
    # Files of meters: knows their dumps, not the tables.
    "exporter/dump": ["collectors/net", "collectors",
                      "collectors/meter/dump.h", "exporter/config/config.h",
                      "exporter/report/host_names.h",
                      "exporter/text"],
    "exporter/report": ["collectors/net", "collectors/connection",
                        "collectors/account/report.h", "exporter/error.h",
                        "exporter/text"],
    "exporter/state": ["collectors/net", "collectors/threshold",
                       "collectors/account/traffic_state.h",
                       "collectors/meter/meter_state.h",
                       "exporter/descriptor.h", "exporter/error.h",
                       "exporter/log.h",
                       "exporter/log_options.h"],
    "exporter": ["collectors", "collectors/account", "collectors/capture",
                 "collectors/meter", "collectors/metrics", "collectors/net",
                 "collectors/decode/link_layer.h", "exporter/config",
                 "exporter/deliver", "exporter/dump", "exporter/report",
                 "exporter/state", "exporter/text", "exporter/web"],
    # Looks at what the exporter would do and does; of what it runs itself, only
    # the way from capture files to numbers.
    "exporter/control": ["collectors/net", "collectors/account/intake.h",
                         "collectors/account/replay.h",
                         "collectors/capture/file.h",
                         "collectors/metrics/text_writer.h",
                         "exporter", "exporter/config",
                         "exporter/deliver/curl_transfer.h",
                         "exporter/text", "exporter/web/html.h",
                         "exporter/web/query.h", "exporter/web/web_access.h"],
}

# Header pattern: files that may include it.
LIBRARIES = {
    r"pcap/": r"collectors/capture/|collectors/account/intake\.h",
    r"prometheus/": r"collectors/metrics/|exporter/exposition\.|"
                    r"exporter/delivery_metrics\.|"
                    r"exporter/web/process_metrics\.",
    r"yaml-cpp/|yaml\.h": r"exporter/config/.*\.cc",
    r"civetweb": r"exporter/web/http_server\.cc",
    r"openssl/": r"exporter/web/(tls|basic_auth|content_policy)\.cc",
    r"crypt\.h": r"exporter/web/basic_auth\.cc",
    r"CLI/": r"exporter/command_line\.cc|exporter/control/main\.cc",
    r"sys/capability\.h": r"exporter/privileges\.cc",
    r"zlib\.h": r"exporter/web/gzip_writer\.",
    r"nlohmann/": r"exporter/(dump/dump|report/report)_json\.cc|exporter/web/.*\.cc|"
                  r"exporter/state/(.*\.cc|json_values\.h)|"
                  r"exporter/api_json\.cc|exporter/control/.*\.cc",
    r"curl/": r"exporter/deliver/(.*\.cc|curl_transfer\.h)",
    r"iostream": r"(?!)",
    r"regex": r"(?!)",
}

# The only code that reads a clock: (file pattern, why).
CLOCKS = {
    r"exporter/clock\.cc": "the clock",
    r"exporter/log\.cc": "stamps of log lines",
    r"exporter/endpoints\.cc": "how long a scrape takes",
    r"exporter/app\.cc": "the progress bar and the end of --once",
    r"exporter/control/capture_files\.cc": "the progress bar",
    r"exporter/control/top\.cc": "the time on the screen",
    r"exporter/control/top_asking\.cc": "how long an answer takes",
    r"exporter/state/state_writer\.cc":
        "failures are logged at most once a minute",
    r"exporter/deliver/delivery\.cc":
        "pauses between attempts, which nothing but time ends",
    r"exporter/deliver/(child_process|mta_sink)\.cc":
        "the time limit of a mail command",
    r"exporter/web/(http_server|response_writer)\.cc":
        "a client's time limits and the Date header",
}


def folder_of(path):
    return str(pathlib.PurePosixPath(path).parent)


def check(path, text):
    folder = folder_of(path)
    allowed = FOLDERS.get(folder)
    if allowed is None:
        yield f"{path}:1: {folder} has no row in tests/lint/includes.py"
        return
    for number, line in enumerate(text.splitlines(), 1):
        include = re.match(r'#include [<"]([^">]+)', line)
        if include:
            yield from check_include(path, number, include[1], allowed)
        if re.search(r"_clock::now|clock_gettime|\btime\(nullptr", line):
            if not any(re.fullmatch(p, path) for p in CLOCKS):
                yield (f"{path}:{number}: reads a clock; take the time from "
                       "the caller, or give a reason in tests/lint/includes.py")


def check_include(path, number, header, allowed):
    if header.startswith(("collectors/", "exporter/")):
        target = folder_of(header)
        if (target != folder_of(path) and target not in allowed
                and header not in allowed):
            yield (f"{path}:{number}: {folder_of(path)} must not include "
                   f"{header}")
    for pattern, users in LIBRARIES.items():
        if re.match(pattern, header) and not re.match(users, path):
            yield f"{path}:{number}: <{header}> does not belong here"


def main():
    files = sorted(p for top in ("collectors", "exporter")
                   for p in (ROOT / top).rglob("*") if p.suffix in (".h", ".cc"))
    faults = [fault for p in files
              for fault in check(p.relative_to(ROOT).as_posix(),
                                 p.read_text())]
    print("\n".join(faults))
    print(f"{len(files) - len(faults)} passed, {len(faults)} failed")
    return 1 if faults or not files else 0


if __name__ == "__main__":
    sys.exit(main())
