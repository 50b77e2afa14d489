"""What well-known servers do differently, each as a change to what passes a proxy before a real one."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tests.servers.proxy import Message, Quirk, unchanged

_TOKEN = re.compile(rb"<(?:\w+:)?sync-token>[^<]*</(?:\w+:)?sync-token>|<(?:\w+:)?sync-token\s*/>")
_MISSING = re.compile(rb"<(?:\w+:)?status>HTTP/1.1 404[^<]*</(?:\w+:)?status></(?:\w+:)?response>")
_RESPONSE = re.compile(rb"<(?:\w+:)?response>.*?</(?:\w+:)?response>", re.DOTALL)
_ETAG = re.compile(rb"(<(?:\w+:)?getetag>)(&quot;|\"|&#34;)")
TIDIED = b'<d:multistatus xmlns:d="DAV:"><d:sync-token>%s</d:sync-token></d:multistatus>'


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
        responses = _RESPONSE.findall(answer.body)
        if len(responses) > 1:
            answer.body = answer.body.replace(responses[0], b"")


def _failing_properties(answer: Message) -> None:
    """One object of a multiget comes with a 500 instead of its properties."""
    if answer.method == "REPORT" and b"calendar-data" in answer.body:
        answer.body = answer.body.replace(b"HTTP/1.1 200 OK", b"HTTP/1.1 500 Internal Server Error", 1)


def _weak_everywhere(answer: Message) -> None:
    """As a compressing proxy makes them."""
    etag = answer.header("ETag")
    if etag:
        answer.drop("ETag")
        answer.headers["ETag"] = f"W/{etag}"
    answer.body = _ETAG.sub(rb"\1W/\2", answer.body)


def _everything_for_any_token(request: Message) -> None:
    """DAViCal and an unknown token: 207 with everything present, and no word of what is gone."""
    if request.method == "REPORT" and b"sync-collection" in request.body:
        request.body = _TOKEN.sub(b'<d:sync-token xmlns:d="DAV:"/>', request.body)


def _no_word_of_what_is_gone(answer: Message) -> None:
    if answer.method == "REPORT" and b"sync-collection" in answer.asked:
        for one in _RESPONSE.findall(answer.body):
            answer.body = answer.body.replace(one, b"" if _MISSING.search(one) else one)


def _tidied_changes(answer: Message) -> None:
    """sabre and an emptied table of changes: nothing, and the token that was asked with."""
    if answer.method == "REPORT" and b"sync-collection" in answer.asked:
        token = _TOKEN.search(answer.asked)
        if token and b"http" in token[0]:
            stated = re.sub(rb"<[^>]*>", b"", token[0])
            answer.status = 207
            answer.body = TIDIED % stated


def _root_fails_on_a_token(request: Message) -> Message | None:
    """DAViCal's root."""
    if request.method == "PROPFIND" and request.path == "/" and b"sync-token" in request.body:
        return Message(request.method, "/", {"Content-Type": "text/plain"}, b"", 500)
    return None


def _page_where_nothing_is(answer: Message) -> None:
    """SOGo: 200 and HTML."""
    if answer.method == "GET" and answer.status == 404:
        answer.status, answer.body = 200, b"<html><body>Nothing here</body></html>"
        answer.drop("Content-Type")
        answer.headers["Content-Type"] = "text/html"


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
    Server("weak etags everywhere", after=_weak_everywhere),
    Server("everything for any token", before=_everything_for_any_token, after=_no_word_of_what_is_gone),
    Server("tidied changes", after=_tidied_changes),
    Server("root fails on a token", before=_root_fails_on_a_token),
    Server("page where nothing is", after=_page_where_nothing_is),
)

QUIRKS = {one.name: one for one in _ALL}
