#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A mail server for tests. Prints its port, then each mail as a JSON line;
ends when its standard input does.

  --certificate FILE --key FILE   offers STARTTLS
  --smtps                         speaks TLS from the start
  --login USER:PASSWORD           takes mail only after this login
  --refuse ADDRESS=CODE           answers so to this recipient
  --hang                          has a mail, says so and never answers
"""
import argparse
import asyncio
import json
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult


class Printer:
    def __init__(self, refusals, hangs):
        self.refusals = refusals
        self.hangs = hangs

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in self.refusals:
            return f"{self.refusals[address]} not here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        print(json.dumps({
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "text": envelope.original_content.decode(),
            "tls": session.ssl is not None,
            "login": session.authenticated,
        }), flush=True)
        if self.hangs:
            await asyncio.Event().wait()
        return "250 OK"


async def serve(options):
    context = None
    if options.certificate:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(options.certificate, options.key)

    def check(server, session, envelope, mechanism, data):
        given = f"{data.login.decode()}:{data.password.decode()}"
        return AuthResult(success=given == options.login)

    def make():
        return SMTP(Printer(dict(r.split("=") for r in options.refuse),
                            options.hang),
                    hostname="test", authenticator=check,
                    auth_required=options.login is not None,
                    auth_exclude_mechanism=["LOGIN"],
                    auth_require_tls=not options.smtps,
                    tls_context=None if options.smtps else context)

    loop = asyncio.get_running_loop()
    server = await loop.create_server(make, "127.0.0.1", 0,
                                      ssl=context if options.smtps else None)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--certificate")
    parser.add_argument("--key")
    parser.add_argument("--smtps", action="store_true")
    parser.add_argument("--login")
    parser.add_argument("--refuse", action="append", default=[])
    parser.add_argument("--hang", action="store_true")
    asyncio.run(serve(parser.parse_args()))


if __name__ == "__main__":
    main()
