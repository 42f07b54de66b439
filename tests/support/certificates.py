# SPDX-License-Identifier: Apache-2.0
"""Certificates for tests, made with openssl into a folder.

    ca = Authority(folder, "ca")
    ca.issue("server", "DNS:localhost,IP:127.0.0.1")   # server.pem, server.key
"""
import crypt
import pathlib
import subprocess


def _openssl(*words):
    subprocess.run(["openssl", *map(str, words)], check=True, timeout=60,
                   capture_output=True)


def bcrypt(password):
    """A hash as htpasswd makes it, at the lowest cost."""
    salt = crypt.mksalt(crypt.METHOD_BLOWFISH, rounds=16)
    return crypt.crypt(password, salt)


class Authority:
    """One that signs: NAME.pem and NAME.key."""

    def __init__(self, folder, name):
        self.folder = pathlib.Path(folder)
        self.name = name
        self.file = self.folder / f"{name}.pem"
        _openssl("req", "-x509", "-newkey", "ec", "-pkeyopt",
                 "ec_paramgen_curve:P-256", "-nodes", "-days", 30,
                 "-subj", f"/CN={name}", "-keyout", self._path(name, "key"),
                 "-out", self.file)

    def _path(self, name, kind):
        return self.folder / f"{name}.{kind}"

    def issue(self, name, sans, days=30):
        """NAME.pem and NAME.key; good for servers and clients."""
        request = self._path(name, "csr")
        _openssl("req", "-new", "-newkey", "ec", "-pkeyopt",
                 "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={name}",
                 "-addext", f"subjectAltName={sans}",
                 "-keyout", self._path(name, "key"), "-out", request)
        _openssl("x509", "-req", "-in", request, "-CA", self.file, "-CAkey",
                 self._path(self.name, "key"), "-CAcreateserial", "-days",
                 days, "-copy_extensions", "copy", "-out",
                 self._path(name, "pem"))
