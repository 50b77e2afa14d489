"""A server that wants digest authentication (RFC 7616), before one that wants none of its own."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable
from hashlib import md5
from secrets import token_hex

from tests.servers.proxy import Message

_PART = re.compile(r'(\w+)=(?:"([^"]*)"|([^\s,]+))')


def digest_gate(username: str, password: str) -> Callable[[Message], Message | None]:
    """A quirk that lets a request pass only with the right digest, and hands it on with basic credentials."""
    nonce = token_hex(16)

    def gate(request: Message) -> Message | None:
        given = request.header("Authorization")
        if not given.startswith("Digest ") or not _right(given, request.method, nonce, username, password):
            challenge = f'Digest realm="practice", nonce="{nonce}", qop="auth", algorithm=MD5'
            return Message(request.method, request.path, {"WWW-Authenticate": challenge}, b"", 401)
        request.drop("Authorization")
        request.headers["Authorization"] = "Basic " + b64encode(f"{username}:{password}".encode()).decode()
        return None

    return gate


def _right(given: str, method: str, nonce: str, username: str, password: str) -> bool:
    parts = {name: quoted or plain for name, quoted, plain in _PART.findall(given)}
    first = _hash(f"{username}:practice:{password}")
    second = _hash(f"{method}:{parts.get('uri', '')}")
    middle = ":".join(parts.get(name, "") for name in ("nonce", "nc", "cnonce", "qop"))
    return parts.get("nonce") == nonce and parts.get("response") == _hash(f"{first}:{middle}:{second}")


def _hash(text: str) -> str:
    return md5(text.encode(), usedforsecurity=False).hexdigest()
