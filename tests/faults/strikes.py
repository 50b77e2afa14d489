"""Ways in which a server fails, as what a proxy does with a message."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import count

from tests.servers.proxy import Message, Quirk

WRITES = frozenset({"PUT", "DELETE"})
READS = frozenset({"PROPFIND", "REPORT", "GET"})
_RESPONSE = re.compile(rb"<(?:\w+:)?response\b.*?</(?:\w+:)?response>", re.DOTALL)
_TOKEN = re.compile(rb"sync-token>[^<]")


def answering(methods: frozenset[str], status: int, times: int = 10_000, **headers: str) -> Quirk:
    """So many of these requests are answered in the server's place."""
    number = count()

    def answer(message: Message) -> Message | None:
        if message.method not in methods or next(number) >= times:
            return None
        said = {
            "Content-Type": "text/plain",
            **{name.replace("_", "-"): text for name, text in headers.items()},
        }
        return Message(message.method, message.path, said, b"not now", status)

    return answer


def cutting(methods: frozenset[str], times: int = 10_000) -> Callable[[Message], bool]:
    """The line breaks after the server did its part, so many times."""
    number = count()
    return lambda message: message.method in methods and next(number) < times


def emptied(answer: Message) -> None:
    """A list of what is there names nothing."""
    if answer.method in {"REPORT", "PROPFIND"} and answer.status == 207:
        answer.body = _RESPONSE.sub(b"", answer.body)


def truncated(answer: Message) -> None:
    """The second half of a list never comes, and the server says that this was all."""
    if answer.method in {"REPORT", "PROPFIND"} and answer.status == 207:
        answer.body = answer.body[: len(answer.body) // 2]


class Stale:
    """What was read once is what is read from then on: a mirror that lags behind."""

    def __init__(self) -> None:
        """Nothing is known yet; `learn` while the server is right."""
        self._known: dict[tuple[str, str, bytes], Message] = {}

    def learn(self, answer: Message) -> None:
        """Keep an answer."""
        if answer.method in READS:
            self._known[answer.method, answer.path, answer.asked] = answer

    def repeat(self, request: Message) -> Message | None:
        """The answer of then, if this was asked."""
        return self._known.get((request.method, request.path, request.body))


def doubled(answer: Message) -> None:
    """Each object of a list comes twice."""
    if answer.method == "REPORT" and answer.status == 207:
        answer.body = _RESPONSE.sub(lambda found: found[0] * 2, answer.body)


def leaving_out(uid: str) -> Quirk:
    """Lists name everything but one object; asked for by name, it is there."""

    def leave_out(answer: Message) -> None:
        if (
            answer.method in {"REPORT", "PROPFIND"}
            and answer.status == 207
            and uid.encode() not in answer.asked
        ):
            answer.body = _RESPONSE.sub(
                lambda found: b"" if uid.encode() in found[0] else found[0], answer.body
            )

    return leave_out


def forgetting(request: Message) -> Message | None:
    """Every cursor is forgotten, so that everything is listed each time (RFC 6578, 3.2: DAV:valid-sync-token)."""
    if request.method == "REPORT" and _TOKEN.search(request.body):
        error = b'<d:error xmlns:d="DAV:"><d:valid-sync-token/></d:error>'
        return Message(request.method, request.path, {"Content-Type": "application/xml"}, error, 403)
    return None
