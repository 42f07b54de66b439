# SPDX-License-Identifier: Apache-2.0
"""Debian's exim, with a configuration and folders of its own.

    with MountedBox("v1") as box:
        mailbox = exim.install(box)

What processes in the box then give to /usr/sbin/sendmail is delivered into
mailboxes that only they can see.
"""
_CONFIGURATION = """
primary_hostname = mail.example.net
qualify_domain = example.net
keep_environment =
begin routers
everybody:
  driver = accept
  domains = localhost : example.net
  check_local_user
  transport = mailbox
begin transports
mailbox:
  driver = appendfile
  file = /var/mail/$local_part_data
  home_directory = /
  current_directory = /
  user = mail
  group = mail
begin retry
*  *  F,1h,1m
"""


def install(box):
    """The mailbox of root, as this process sees it."""
    for folder in ("/etc/exim4", "/var/spool/exim4", "/var/log/exim4"):
        box.mount(folder)
    box.mount("/var/mail", "mode=1777")
    box.run("chown", "Debian-exim:Debian-exim", "/var/spool/exim4",
            "/var/log/exim4")
    box.inner("/etc/exim4/exim4.conf").write_text(_CONFIGURATION)
    return box.inner("/var/mail/root")


def log(box):
    path = box.inner("/var/log/exim4/mainlog")
    return path.read_text() if path.exists() else ""
