# SPDX-License-Identifier: Apache-2.0
"""A mail server that keeps what it is sent: Debian's aiosmtpd in a thread.

    with SmtpServer(box, certificate=(cert, key), login=("user", "pass")) as s:
        ... s.port ... s.mails[0].message["Subject"]

With a login nobody may send without it, and with a certificate nothing but
STARTTLS goes before TLS. Everything is noted, also what was refused.
"""
import asyncio
import dataclasses
import email
import email.policy
import logging
import socket
import ssl
import subprocess
import threading
import warnings

from aiosmtpd.smtp import SMTP, AuthResult

# It complains of servers that take passwords without TLS, and of clients that
# break off; ours are there to see just that.
warnings.filterwarnings("ignore", module="aiosmtpd")
logging.getLogger("mail.log").setLevel(logging.CRITICAL)


@dataclasses.dataclass
class Mail:
    sender: str
    recipients: list
    octets: bytes
    tls: bool
    login: bool

    @property
    def message(self):
        return email.message_from_bytes(self.octets,
                                        policy=email.policy.default)


class SmtpServer:
    def __init__(self, namespace, certificate=None, login=None):
        self.mails = []
        self.logins = []  # (user, password), as they came
        self.clients = 0
        self._login = login
        self._tls = None
        if certificate is not None:
            self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._tls.load_cert_chain(*map(str, certificate))
        with namespace.inside():
            self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _session(self):
        self.clients += 1
        return SMTP(self, hostname="mail.example.net",
                    tls_context=self._tls,
                    require_starttls=self._tls is not None,
                    auth_required=self._login is not None,
                    auth_require_tls=False,
                    authenticator=self._authenticate, loop=self._loop)

    def _authenticate(self, server, session, envelope, mechanism, data):
        self.logins.append((data.login.decode(), data.password.decode()))
        return AuthResult(success=self.logins[-1] == self._login,
                          handled=False)

    async def handle_DATA(self, server, session, envelope):
        self.mails.append(Mail(
            envelope.mail_from, list(envelope.rcpt_tos), envelope.content,
            session.ssl is not None, bool(session.authenticated)))
        return "250 OK"

    def _run(self):
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(self._loop.create_server(
            self._session, sock=self._socket))
        self._loop.run_forever()
        server.close()
        clients = asyncio.all_tasks(self._loop)
        for client in clients:
            client.cancel()
        self._loop.run_until_complete(
            asyncio.gather(*clients, return_exceptions=True))
        self._loop.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()


def make_certificate(folder, name="localhost"):
    """A certificate that vouches for itself, and its key."""
    certificate, key = folder / f"{name}.crt", folder / f"{name}.key"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
         "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}",
         "-keyout", str(key), "-out", str(certificate)],
        check=True, capture_output=True, timeout=60)
    return certificate, key
