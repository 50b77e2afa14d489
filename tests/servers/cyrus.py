"""Cyrus from Debian: CalDAV with scheduling, mail in by LMTP and sieve; skipped where it is not installed."""

from __future__ import annotations

import contextlib
import getpass
import imaplib
import os
import shutil
import smtplib
import socket
import tempfile
import threading
from base64 import b64encode
from collections.abc import Iterator, Mapping
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.servers.dav import DavServer
from tests.servers.process import free_port, running
from tests.servers.scheduling import DOMAIN, USERS, SchedulingServer
from tests.servers.smtp import SmtpServer

_BIN = Path("/usr/lib/cyrus/bin")  # Debian's place; none of it stands on PATH
_ADMIN = "cyrus"

_IMAPD = """configdirectory: {folder}/conf
partition-default: {folder}/spool
defaultpartition: default
sievedir: {folder}/sieve
proc_path: {folder}/proc
mboxname_lockpath: {folder}/lock
cyrus_user: {me}
servername: localhost
admins: {admin}
allowplaintext: yes
sasl_pwcheck_method: saslauthd
sasl_saslauthd_path: {folder}/saslauthd
sasl_mech_list: PLAIN
httpmodules: caldav
calendar_user_address_set: {domain}
caldav_historical_age: -1
sieve_extensions: vnd.cyrus.imip
smtp_backend: host
smtp_host: 127.0.0.1:{smtp}/noauth
"""

_MASTER = """START {{
  recover cmd="{bin}/ctl_cyrusdb -C {conf} -r"
}}
SERVICES {{
  imap cmd="{bin}/imapd -C {conf}" listen="127.0.0.1:{imap}" prefork=0
  lmtp cmd="{bin}/lmtpd -C {conf} -a" listen="127.0.0.1:{lmtp}" prefork=0
  sieve cmd="{bin}/timsieved -C {conf}" listen="127.0.0.1:{sieve}" prefork=0
  http cmd="{bin}/httpd -C {conf}" listen="127.0.0.1:{http}" prefork=1
}}
"""

_SIEVE = """require ["vnd.cyrus.imip"];
processimip;
keep;
"""


@contextlib.contextmanager
def cyrus(post: SmtpServer, users: Mapping[str, str] = USERS) -> Iterator[SchedulingServer]:
    """A Cyrus that delivers between its users, mails everybody else through `post`, and reads answers by mail."""
    missing = [
        name for name in ("master", "httpd", "imapd", "lmtpd", "timsieved") if not (_BIN / name).exists()
    ]
    if missing:
        pytest.skip("Cyrus is not installed (Debian: cyrus-imapd cyrus-caldav; `make test-servers` as root)")
    with tempfile.TemporaryDirectory(prefix="syncd-cyrus-") as place, _saslauthd(Path(place), users):
        folder = Path(place)
        ports = {name: free_port() for name in ("http", "imap", "lmtp", "sieve")}
        conf, services = _configured(folder, post.port, ports)
        command = [
            "setsid",
            str(_BIN / "master"),
            "-C",
            str(conf),
            "-M",
            str(services),
            "-p",
            str(folder / "pid"),
            "-D",
        ]
        with running(command, ports["http"], folder / "master.log"):
            _provide(users, ports)
            homes = {
                user: DavServer(
                    f"http://127.0.0.1:{ports['http']}", f"/dav/calendars/user/{user}/", user, word
                )
                for user, word in users.items()
            }
            for user, server in homes.items():  # without calendars a user counts as somebody outside
                assert server.send("PROPFIND", server.home, Depth="0").status_code == 207, user
            yield SchedulingServer(
                "cyrus", homes, post, lambda user, mail: _deliver(ports["lmtp"], user, mail)
            )


def _configured(folder: Path, smtp: int, ports: Mapping[str, int]) -> tuple[Path, Path]:
    """Both configuration files, and the directories that Cyrus wants to find."""
    for name in ("conf/db", "conf/log", "conf/msg", "conf/socket", "spool", "sieve", "proc", "lock"):
        (folder / name).mkdir(parents=True)
    conf, services = folder / "imapd.conf", folder / "cyrus.conf"
    owner = "cyrus" if os.geteuid() == 0 else getpass.getuser()  # its daemons refuse to run as root
    conf.write_text(_IMAPD.format(folder=folder, me=owner, admin=_ADMIN, domain=DOMAIN, smtp=smtp))
    services.write_text(_MASTER.format(bin=_BIN, conf=conf, **ports))
    for path in (folder, *folder.rglob("*")):
        shutil.chown(path, owner)
    return conf, services


@contextlib.contextmanager
def _saslauthd(folder: Path, users: Mapping[str, str]) -> Iterator[None]:
    """Who may log in: the users by their passwords, the administrator by any (saslauthd's own protocol)."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(folder / "saslauthd"))
        listener.listen()

        def serve() -> None:
            with contextlib.suppress(OSError):
                while True:
                    client, _ = listener.accept()
                    with client, client.makefile("rb") as said:
                        name, word, *_ = [said.read(int.from_bytes(said.read(2))).decode() for _ in range(4)]
                        verdict = b"OK" if name == _ADMIN or users.get(name) == word else b"NO"
                        client.sendall(len(verdict).to_bytes(2) + verdict)

        threading.Thread(target=serve, daemon=True).start()
        yield
        listener.shutdown(socket.SHUT_RDWR)


def _provide(users: Mapping[str, str], ports: Mapping[str, int]) -> None:
    """A mailbox for each user, and the script that hands calendar mail to the calendar."""
    with imaplib.IMAP4("127.0.0.1", ports["imap"]) as admin:
        admin.login(_ADMIN, "any")
        for user in users:
            assert admin.create(f"user/{user}")[0] == "OK"
    for user, word in users.items():
        _script(ports["sieve"], user, word)


def _script(port: int, user: str, word: str) -> None:
    """ManageSieve (RFC 5804): store the script and make it the active one."""
    login = b64encode(f"\0{user}\0{word}".encode()).decode()
    with socket.create_connection(("127.0.0.1", port), timeout=120) as line, line.makefile("rb") as heard:

        def ask(command: str) -> None:
            line.sendall(f"{command}\r\n".encode())
            settled()

        def settled() -> None:
            lines = iter(heard.readline, b"")
            answer = next((one for one in lines if one.startswith((b"OK", b"NO", b"BYE"))), b"closed")
            assert answer.startswith(b"OK"), answer

        settled()
        ask(f'AUTHENTICATE "PLAIN" "{login}"')
        ask(f'PUTSCRIPT "calendar" {{{len(_SIEVE)}+}}\r\n{_SIEVE}')
        ask('SETACTIVE "calendar"')
        ask("LOGOUT")


def _deliver(port: int, user: str, mail: EmailMessage) -> None:
    with smtplib.LMTP("127.0.0.1", port, timeout=300) as lmtp:
        lmtp.sendmail(str(mail["From"]), [f"{user}@localhost"], mail.as_bytes())
