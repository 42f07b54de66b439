#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Reports reach a mailbox through Debian's exim and through mail servers that
want TLS, a login, both or neither; within an episode they are few.

usage: mail_test.py BINARY
"""
import contextlib
import os
import pathlib
import re
import signal
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "support"))
import exim  # noqa: E402
import results  # noqa: E402
from box import Box, stopping  # noqa: E402
from mounted_box import MountedBox  # noqa: E402
from netlab import stop, wait_for  # noqa: E402
from reporting import (blocks, config, delivery, log_lines, quiet,  # noqa: E402
                       read, stored, traffic, wait_for_nothing_left,
                       wait_for_reports, wait_for_scrape)
from smtp_server import SmtpServer, make_certificate  # noqa: E402

BINARY = sys.argv[1] if len(sys.argv) == 2 else sys.exit(__doc__)
IPBAND = """
interface v1
average 1
report 1
bandwidth 1
subnet 10.1.1.0 bandwidth 1
outfile {folder}/ipband.txt
mailto root@localhost
mailfoot {folder}/footer
"""
FOOTER = "footer line 1\nline 2 100% $HOME without an end"
PASSWORD, WRITTEN = "pass-7Kq", "pa%73s-7Kq"


def mailbox(text):
    """[(headers, body)] of exim's mailbox."""
    mails = []
    for mail in re.split(r"(?m)^From \S+ .*\n", text)[1:]:
        head, _, body = mail.partition("\n\n")
        headers = dict(re.findall(r"(?m)^([\w-]+): (.*)$", head))
        mails.append((headers, body.removesuffix("\n")))
    return mails


def through_exim(check):
    """As ipband was used: its configuration, sendmail, a mailbox."""
    with MountedBox("v1") as box:
        inbox = exim.install(box)
        box.file("footer", FOOTER)
        conf = box.file("ipband.conf", IPBAND.format(folder=box.folder))
        exporter = box.exporter(BINARY, "-c", conf,
                                f"--storage.path={box.folder}/storage")
        with stopping(exporter):
            with traffic(box):
                wait_for_reports(exporter, 2)
            quiet(exporter)
            written = wait_for_nothing_left(exporter, "mail", "text")
            sent = delivery(written, "report_deliveries_total", "mail")
            check.check("exim: every report is mailed", sent >= 2, sent)
            # Exim delivers after sendmail has ended.
            mails = wait_for(lambda: (len(mailbox(read(inbox))) >= sent and
                                      mailbox(read(inbox))),
                             "the mails in the mailbox")
            check.equal("exim: no attempt failed", delivery(
                written, "report_delivery_failures_total", "mail"), 0)
        reports = blocks(read(box.folder / "ipband.txt"))
        check.equal("exim: as many mails as reports", len(mails), len(reports))
        for (headers, body), report in zip(mails, reports):
            check.equal("exim: To", headers["To"], "root@localhost")
            check.check("exim: From", headers["From"].startswith(
                "IP bandwidth watchdog <ipband"), headers["From"])
            check.equal("exim: Subject", headers["Subject"],
                        "Bandwidth report for 10.1.1.0")
            check.equal("exim: the report, and the footer at its end", body,
                        report + FOOTER + "\n")


def mail_config(box, smtp, more="", name="storage"):
    return config(box.folder / name, f"""
  text: "{box.folder}/{name}.txt"
  mail: {{to: [ops@example.net], smtp: "{smtp}"{more}}}""")


def check_mail(check, name, mail, file):
    """One mail of a server against the first report of a text file."""
    message = mail.message
    check.equal(f"{name}: recipient", mail.recipients, ["ops@example.net"])
    check.equal(f"{name}: To", message["To"], "ops@example.net")
    check.equal(f"{name}: Subject", message["Subject"],
                "Bandwidth report for 10.1.1.0 <lab>")
    check.check(f"{name}: has a date and an id",
                message["Date"] and message["Message-ID"], message.items())
    body = message.get_content().replace("\r\n", "\n")
    check.equal(f"{name}: the text", body,
                blocks(read(file))[0])
    check.check(f"{name}: lines end as in mail",
                re.search(rb"(?<!\r)\n", mail.octets) is None)


def wait_for_mail(exporter):
    wait_for_scrape(exporter, lambda now: delivery(
        now, "report_deliveries_total", "mail") >= 1, "a mail")


def until_refused(box, exporter):
    with traffic(box):
        return wait_for_scrape(exporter, lambda now: delivery(
            now, "report_delivery_failures_total", "mail") >= 2,
            "two failures")


def tls_and_login(check):
    with Box("v1") as box:
        certificate = make_certificate(box.folder)
        os.environ["SSL_CERT_FILE"] = str(certificate[0])
        with SmtpServer(box, certificate, ("user", PASSWORD)) as server:
            url = f"smtp://user:{WRITTEN}@localhost:{server.port}"
            exporter = box.exporter(BINARY, "v1", config=mail_config(box, url))
            with stopping(exporter):
                with traffic(box):
                    wait_for_mail(exporter)
                quiet(exporter)
                wait_for_nothing_left(exporter, "mail", "text")
            check.equal("login: one mail an episode", len(server.mails), 1)
            mail = server.mails[0]
            check.check("login: over TLS and logged in",
                        mail.tls and mail.login, mail)
            check.equal("login: with that password",
                        set(server.logins), {("user", PASSWORD)})
            check_mail(check, "login", mail, box.folder / "storage.txt")
            check.check("login: no password in the log",
                        PASSWORD not in exporter.log and
                        WRITTEN not in exporter.log)


def wrong_password(check):
    with Box("v1") as box:
        certificate = make_certificate(box.folder)
        os.environ["SSL_CERT_FILE"] = str(certificate[0])
        with SmtpServer(box, certificate, ("user", "another")) as server:
            url = f"smtp://user:{WRITTEN}@localhost:{server.port}"
            exporter = box.exporter(BINARY, "v1", "--log.level=debug",
                                    config=mail_config(box, url))
            with stopping(exporter):
                refused = until_refused(box, exporter)
                check.equal("wrong password: nothing is delivered", delivery(
                    refused, "report_deliveries_total", "mail"), 0)
                check.check("wrong password: not forgotten", delivery(
                    refused, "reports_undelivered", "mail") >= 1)
                told = log_lines(exporter, "component=deliver", "sink=mail")
                check.equal("wrong password: one line", len(told), 1)
                # In order, it would try for ten seconds more.
                stop(exporter._child, signal.SIGKILL)
            check.equal("wrong password: no mail", server.mails, [])
            check.check("wrong password: no password in the log",
                        server.logins and PASSWORD not in exporter.log and
                        WRITTEN not in exporter.log)


def no_password_for_strangers(check):
    """A server whose certificate nobody vouches for gets no password; nor
    does one without TLS."""
    with Box("v1") as box, contextlib.ExitStack() as stack:
        os.environ.pop("SSL_CERT_FILE", None)
        cases = []
        for name, ours in (("unknown", make_certificate(box.folder)),
                           ("no TLS", None)):
            server = stack.enter_context(
                SmtpServer(box, ours, ("user", PASSWORD)))
            url = f"smtp://user:{WRITTEN}@localhost:{server.port}"
            cases.append((name, server, box.exporter(
                BINARY, "v1", config=mail_config(box, url, name=name))))
            stack.enter_context(stopping(cases[-1][2]))
        for name, server, exporter in cases:
            until_refused(box, exporter)
            # In order, it would try for ten seconds more.
            stop(exporter._child, signal.SIGKILL)
            check.check(f"{name}: it was asked", server.clients >= 1)
            check.equal(f"{name}: it saw no password and no mail",
                        (server.logins, server.mails), ([], []))
            check.check(f"{name}: no password in the log",
                        PASSWORD not in exporter.log)


def without_login(check):
    """Neither TLS nor login; and TLS that is offered is taken."""
    with Box("v1") as box, contextlib.ExitStack() as stack:
        os.environ.pop("SSL_CERT_FILE", None)
        cases = []
        for name, ours, url in (
                ("plain", None, "localhost:{}"),
                ("offered", make_certificate(box.folder),
                 "smtp://localhost:{}")):
            server = stack.enter_context(SmtpServer(box, ours))
            cases.append((name, server, box.exporter(
                BINARY, "v1", config=mail_config(
                    box, url.format(server.port), name=name))))
            stack.enter_context(stopping(cases[-1][2]))
        with traffic(box):
            for _, _, exporter in cases:
                wait_for_mail(exporter)
        for name, server, exporter in cases:
            quiet(exporter)
            wait_for_nothing_left(exporter, "mail", "text")
            check.equal(f"{name}: one mail", len(server.mails), 1)
            check.equal(f"{name}: TLS", server.mails[0].tls, name == "offered")
            check_mail(check, name, server.mails[0],
                       box.folder / f"{name}.txt")


def due(reports, repeat):
    """The ids of the reports to be mailed: the first of an episode, and each
    that comes `repeat` or more after the one mailed before."""
    last, ids = {}, []
    for name, report in reports.items():
        at = time.mktime(time.strptime(report["time"], "%Y-%m-%dT%H:%M:%SZ"))
        if at - last.get(report["start"], 0) >= repeat:
            last[report["start"]] = at
            ids.append(name)
    return ids


def repeat(check):
    with Box("v1") as box, SmtpServer(box) as server:
        exporter = box.exporter(BINARY, "v1", config=mail_config(
            box, f"localhost:{server.port}", ", repeat: 3s"))
        with stopping(exporter):
            with traffic(box):
                wait_for_reports(exporter, 4)
            quiet(exporter)
            with traffic(box):
                wait_for_reports(exporter, 5)
            quiet(exporter)
            wait_for_nothing_left(exporter, "mail", "text", "directory")
        reports = stored(box.folder / "storage/reports")
        wanted = due(reports, 3)
        check.check("repeat: two episodes, some of it left out",
                    len({one["start"] for one in reports.values()}) == 2 and
                    len(wanted) < len(reports), f"{wanted} of {list(reports)}")
        wanted = [read(box.folder / f"storage/reports/{name}.txt")
                  for name in wanted]
        check.equal("repeat: these were mailed", [
            mail.message.get_content().replace("\r\n", "\n")
            for mail in server.mails], wanted)


if __name__ == "__main__":
    results.run_each([through_exim, tls_and_login, wrong_password,
                      no_password_for_strangers, without_login, repeat])
