"""Each parser that a stranger reaches: kept examples, damaged in every way, raise nothing but what is declared."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from connectors.caldav.ics import try_object
from connectors.caldav.multistatus import read_multistatus
from connectors.google.objects import Page, Shelf
from connectors.mail.replies import Ours, read_replies
from syncd.core.model import CalendarObject, Reply
from syncd.core.model.errors import ConfigError, Malformed
from syncd.core.reading import Roster
from syncd.core.time.spans import Span
from syncd.mirror import projected
from syncd.settings import load_settings
from tests.connectors.google.samples import DECORATED, WINDOW, Json, weekly
from tests.core.people import BERLIN
from tests.settings.practices import ENV, MAIL, ROSTER, TODAY
from tests.settings.practices import settings as toml

CASES = Path(__file__).parents[1] / "outside" / "cases"
REPLIES = Path(__file__).parents[1] / "golden" / "mail" / "replies"
HERE = Path(__file__).parent / "corpus"  # answers of servers, as they came
OURS = Ours(domains=frozenset({"example.org"}), authserv_id="mx.example.org")
SEEN = Span(datetime(2026, 6, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC))
TWISTS = (  # what has broken readers somewhere
    *("\0", "\r", "\ufeff", "\ud7ff", "\u202e", "\u2028", "%", "%s", "{}", "{{ x }}", "../", "%2e%2e/", "%2F", "/"),
    *("\\n", ";", ":", ",", "=", '"', "'", "-", "0", "-1", "1e999", "99999999999999999999"),
    *("00000000", "19000229T250000Z"),
    *("T", "P", "-P9999999Y", "PT0S", "BEGIN:VEVENT\r\n", "END:VEVENT\r\n", "RRULE:FREQ=DAILY;COUNT=1\r\n", "TZID="),
    *("VALUE=DATE", "<", ">", "&#0;", "]]>", "<!DOCTYPE x>", "=?utf-8?q?=00?=", "[[", "]]", "true", "nan", "'''"),
)  # fmt: skip


def twisted(text: str, data: st.DataObject) -> str:
    """With a few pieces cut out, doubled, moved or put in, at the borders of words and lines or anywhere."""
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, min(len(text), start + 60)))
        piece = data.draw(
            st.one_of(
                st.sampled_from(TWISTS), st.just(text[start:end] * 2), st.just(text[:60]), st.text(max_size=8)
            )
        )
        text = f"{text[:start]}{piece}{text[end:]}"
    return text


def _texts(folder: Path, pattern: str) -> dict[str, str]:
    found = sorted(folder.glob(pattern))
    assert found
    return {one.name: one.read_text(encoding="utf-8", errors="surrogateescape") for one in found}


EVENTS = _texts(CASES, "*.ics")
MAILS = _texts(REPLIES, "*.eml") | _texts(CASES, "*.eml")
ANSWERS = _texts(HERE, "*.xml")


@given(st.data())
def test_an_object_of_a_caldav_calendar(data: st.DataObject) -> None:
    """It is an object, a problem with a reason, or nothing."""
    text = twisted(EVENTS[data.draw(st.sampled_from(sorted(EVENTS)))], data)
    found = try_object(text, calendar="home/Practice", href="h", etag="e", window=SEEN, zone=BERLIN)
    if isinstance(found, CalendarObject):
        projected(found, SEEN, (), Roster.of(()))
    assert found is None or isinstance(found, CalendarObject) or found.reason


@given(st.data())
def test_a_mail(data: st.DataObject) -> None:
    """It is read for answers, or for none."""
    text = twisted(MAILS[data.draw(st.sampled_from(sorted(MAILS)))], data)
    raw = text.replace("\n", "\r\n").encode("utf-8", "surrogateescape")
    assert all(isinstance(one, Reply) for one in read_replies(raw, OURS, "x", SEEN.start))


@given(st.data())
def test_an_answer_of_a_caldav_server(data: st.DataObject) -> None:
    """It says something of resources inside the server, or is Malformed."""
    text = twisted(ANSWERS[data.draw(st.sampled_from(sorted(ANSWERS)))], data)
    try:
        tree = etree.fromstring(text.encode("utf-8", "replace"), etree.XMLParser(resolve_entities=False))
    except (etree.LxmlError, ValueError):
        return  # the door refuses it (tests/connectors/caldav/test_door.py)
    try:
        found = read_multistatus(tree, "https://dav.example.org/dana/practice/")
    except Malformed:
        return
    assert not any(".." in one.path.split("/") for one in found.resources)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.sampled_from(TWISTS)
    | st.text(max_size=20)
    | st.sampled_from(["2026-07-06", "2026-07-06T10:00:00+02:00", "cancelled", "RRULE:FREQ=DAILY", "Europe/Berlin"]),
    lambda inside: st.lists(inside, max_size=3)
    | st.dictionaries(
        st.sampled_from(["date", "dateTime", "timeZone", "email", "self", "private", "uri", "responseStatus"]), inside
    ),
    max_leaves=6,
)  # fmt: skip


@given(st.data())
def test_an_event_of_google(data: st.DataObject) -> None:
    """Whatever its fields are: an object, or a problem; the next event is read."""
    sound: Json = {"id": "one", "etag": '"1"', "summary": "AB", **weekly("2026-07-06T09:00"), **DECORATED}
    fields = [
        *sound,
        "originalStartTime",
        "attendees",
        "organizer",
        "extendedProperties",
        "status",
        "eventType",
    ]
    broken = {
        **sound,
        **data.draw(st.dictionaries(st.sampled_from([*fields, "transparency"]), JSON, max_size=4)),
    }
    broken["id"] = "one"
    shelf = Shelf("work/Practice", WINDOW, BERLIN, ("dana@example.org",))
    page = Page.of([broken, {**sound, "id": "two"}])
    for item in page.singles.values():
        shelf.single(item)
    for key, master in page.masters.items():
        shelf.series(master, tuple(page.exceptions.get(key, {}).values()))
    assert "two" in {one.uid for one in shelf.objects}


FILES: Mapping[str, str] = {"syncd.toml": toml(more=MAIL), "clients.csv": ROSTER}


@settings(max_examples=60)
@pytest.mark.parametrize("file", FILES)
@given(data=st.data())
def test_a_file_of_settings(file: str, data: st.DataObject) -> None:
    """It loads, or every mistake is named; no secret is repeated."""
    with TemporaryDirectory() as folder:
        for name, sound in FILES.items():
            text = twisted(sound, data) if name == file else sound
            Path(folder, name).write_bytes(text.encode("utf-8", "surrogatepass"))
        try:
            load_settings(Path(folder, "syncd.toml"), ENV, TODAY)
        except ConfigError as error:
            told = error.problems
        else:
            return
    assert told
    assert ENV["DAV_PASSWORD"] not in str(told)


@pytest.mark.parametrize(
    "href",
    [
        "/dana/practice/../../lee/x.ics",
        "/dana/practice/%2e%2e/%2E%2E/lee/x.ics",
        "%2e%2e/x.ics",
        "/dana/./%2e/x",
    ],
)
def test_no_name_of_a_resource_climbs_out_of_its_calendar(href: str) -> None:
    """It means a place outside and says so, or it is none: nothing is asked for under a name with dots for steps."""
    text = ANSWERS["multiget.xml"].replace("../practice/one.ics", href)
    try:
        found = read_multistatus(etree.fromstring(text.encode()), "https://dav.example.org/dana/practice/")
    except Malformed:
        return
    assert not any({".", ".."} & set(one.path.split("/")) for one in found.resources)
