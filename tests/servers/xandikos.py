"""Xandikos: CalDAV on a git repository; as a plain calendar server, or with users and scheduling."""

from __future__ import annotations

import base64
import contextlib
import subprocess
import sys
from collections.abc import Iterator, Mapping
from email.message import EmailMessage
from pathlib import Path

from tests import forked
from tests.servers.dav import DavServer
from tests.servers.process import free_port
from tests.servers.proxy import Message, proxied
from tests.servers.scheduling import DOMAIN, USERS, SchedulingServer
from tests.servers.smtp import SmtpServer

_ADDRESSES = """<?xml version="1.0" encoding="utf-8"?>
<D:propertyupdate xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:set><D:prop>
<C:calendar-user-address-set><D:href>mailto:{address}</D:href></C:calendar-user-address-set>
</D:prop></D:set></D:propertyupdate>"""


@contextlib.contextmanager
def xandikos(folder: Path) -> Iterator[DavServer]:
    """A Xandikos that keeps its data in `folder`, with one user and no password."""
    port = free_port()
    arguments = [
        *_arguments("serve", folder, port),
        *("--current-user-principal", "/dana/", "--defaults"),
    ]
    with forked.serving("xandikos", arguments, port, folder / "xandikos.log"):
        yield DavServer(f"http://127.0.0.1:{port}", "/dana/calendars/", "dana", "unused")


@contextlib.contextmanager
def scheduling_xandikos(
    folder: Path, post: SmtpServer, users: Mapping[str, str] = USERS
) -> Iterator[SchedulingServer]:
    """A Xandikos that delivers between its users and mails everybody else through `post`.

    Passwords are checked by a proxy before it, which tells it the user (X-Remote-User), as its documentation advises.
    """
    port = free_port()
    arguments = [
        *_arguments("multi-user", folder, port),
        *("--defaults", "--trust-x-remote-user-from", "127.0.0.1"),
        *("--imip-send", "smtp", "--smtp-from", f"calendar@{DOMAIN}"),
        *("--smtp-host", "127.0.0.1", "--smtp-port", str(post.port)),
    ]
    with (
        forked.serving("xandikos", arguments, port, folder / "xandikos.log"),
        proxied(f"http://127.0.0.1:{port}", before=lambda message: _authenticate(message, users)) as proxy,
    ):
        homes = {
            user: DavServer(proxy.url, f"/{user}/calendars/", user, word) for user, word in users.items()
        }
        for user, server in homes.items():
            body = _ADDRESSES.format(address=f"{user}@{DOMAIN}")
            answer = server.send("PROPPATCH", f"/{user}/", body, Content_Type="application/xml")
            assert answer.status_code == 207, answer.text
            assert "200 OK" in answer.text, answer.text
        yield SchedulingServer(
            "xandikos", homes, post, lambda user, mail: _import(folder / "data", user, mail)
        )


def _arguments(kind: str, folder: Path, port: int) -> list[str]:
    return [
        kind,
        *("--directory", str(folder / "data"), "--state-dir", str(folder / "state")),
        *("--listen-address", "127.0.0.1", "--port", str(port), "--no-detect-systemd"),
    ]


def _authenticate(message: Message, users: Mapping[str, str]) -> Message | None:
    """Put the user in the place of the password; 401 where the two do not fit."""
    message.drop("X-Remote-User")
    kind, _, secret = message.header("Authorization").partition(" ")
    message.drop("Authorization")
    user, _, word = base64.b64decode(secret).decode().partition(":") if kind == "Basic" else ("", "", "")
    if not user or users.get(user) != word:
        headers = {"WWW-Authenticate": 'Basic realm="calendars"'}
        return Message(message.method, message.path, headers, b"", 401)
    message.headers["X-Remote-User"] = user
    return None


def _import(data: Path, user: str, mail: EmailMessage) -> None:
    """Into the user's scheduling inbox, by the server's own command."""
    command = [sys.executable, "-m", "xandikos", "import-imip", "-d", str(data), "--principal", f"/{user}/"]
    subprocess.run(command, input=mail.as_bytes(), check=True, capture_output=True, timeout=300)
