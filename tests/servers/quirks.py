"""What well-known servers do differently, each as a change to what passes a proxy before a real one."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tests.servers.proxy import Message, Quirk, unchanged

_TOKEN = re.compile(rb"<(?:\w+:)?sync-token>[^<]*</(?:\w+:)?sync-token>|<(?:\w+:)?sync-token\s*/>")
_MISSING = re.compile(rb"<(?:\w+:)?status>HTTP/1.1 404[^<]*</(?:\w+:)?status></(?:\w+:)?response>")


@dataclass(frozen=True)
class Server:
    """A quirk by name, on the way in and on the way out."""

    name: str
    before: Quirk = unchanged
    after: Quirk = unchanged


def _without_put_etag(answer: Message) -> None:
    if answer.method == "PUT":
        answer.drop("ETag")


def _weak_put_etag(answer: Message) -> None:
    etag = answer.header("ETag")
    if answer.method == "PUT" and etag:
        answer.drop("ETag")
        answer.headers["ETag"] = f"W/{etag}"


def _rewritten(request: Message) -> None:
    if request.method == "PUT":
        body = re.sub(rb"PRODID:[^\r\n]*", b"PRODID:-//Another//Server//EN", request.body)
        body = re.sub(rb"DTSTAMP:[^\r\n]*", b"DTSTAMP:20300101T000000Z", body)
        request.body = body.replace(b"END:VEVENT", b"X-SERVER-REVISION:7\r\nEND:VEVENT")


def _no_sync(request: Message) -> Message | None:
    if request.method == "REPORT" and b"sync-collection" in request.body:
        return Message(request.method, request.path, {"Content-Type": "text/plain"}, b"unknown report", 403)
    return None


def _no_token(answer: Message) -> None:
    if answer.method == "PROPFIND":
        answer.body = _TOKEN.sub(b"", answer.body)


def _unconditional_create(request: Message) -> None:
    request.drop("If-None-Match")


def _unconditional(request: Message) -> None:
    request.drop("If-None-Match")
    request.drop("If-Match")


def _all_or_nothing(answer: Message) -> None:
    if answer.method == "REPORT" and b"calendar-data" in answer.body and _MISSING.search(answer.body):
        answer.status, answer.body = 404, b""


def _omitting(answer: Message) -> None:
    """One object of a multiget is left out without a word."""
    if answer.method == "REPORT" and b"calendar-data" in answer.body:
        responses = re.findall(rb"<(?:\w+:)?response>.*?</(?:\w+:)?response>", answer.body, re.DOTALL)
        if len(responses) > 1:
            answer.body = answer.body.replace(responses[0], b"")


def _failing_properties(answer: Message) -> None:
    """One object of a multiget comes with a 500 instead of its properties."""
    if answer.method == "REPORT" and b"calendar-data" in answer.body:
        answer.body = answer.body.replace(b"HTTP/1.1 200 OK", b"HTTP/1.1 500 Internal Server Error", 1)


_ALL = (
    Server("no etag on PUT", after=_without_put_etag),
    Server("weak etag on PUT", after=_weak_put_etag),
    Server("rewrites bodies", before=_rewritten, after=_without_put_etag),
    Server("no sync tokens", before=_no_sync, after=_no_token),
    Server("ignores If-None-Match", before=_unconditional_create),
    Server("ignores every condition", before=_unconditional),
    Server("multiget fails as a whole", after=_all_or_nothing),
    Server("multiget leaves objects out", after=_omitting),
    Server("multiget has failed properties", after=_failing_properties),
)

QUIRKS = {one.name: one for one in _ALL}
