"""The frozen form of values: exact both ways, strict on the way back."""

from __future__ import annotations

import json
import types
from collections.abc import Callable
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from typing import Any, Union, get_args, get_origin, get_type_hints
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.core.model import (
    Approval,
    CalendarObject,
    ClientFacts,
    Conflict,
    Offer,
    Reply,
    SeenLeave,
)
from syncd.core.model.actions import Action
from syncd.core.model.effects import Sent
from syncd.core.model.errors import StoreError
from syncd.core.time.spans import AllDay, Span
from syncd.ports import CalendarState
from syncd.store import codec, decode_action, encode_action
from syncd.store.codec import Form
from tests.store.values import NOW, conflict, delete, offer, put, send, stored

# A skipped or repeated local time equals no instant of another zone (PEP 495), so values are compared in UTC.
_MOMENTS = st.datetimes(datetime(1971, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
_ZONED = st.datetimes(
    datetime(1971, 1, 1),  # noqa: DTZ001
    datetime(2200, 1, 1),  # noqa: DTZ001
    timezones=st.sampled_from([ZoneInfo("Europe/Berlin"), ZoneInfo("America/St_Johns")]),
)
_DAYS = st.dates(date(1971, 1, 1), date(2200, 1, 1))
_PLAIN: dict[object, st.SearchStrategy[Any]] = {
    str: st.text(max_size=20),
    int: st.integers(-(2**40), 2**40),
    float: st.floats(allow_nan=False, allow_infinity=False),
    bool: st.booleans(),
    bytes: st.binary(max_size=40),
    datetime: _MOMENTS,
    date: _DAYS,
    type(None): st.none(),
    Span: st.builds(
        lambda at, length: Span(at, at + timedelta(minutes=length)), _MOMENTS, st.integers(1, 9999)
    ),
    AllDay: st.builds(lambda day, days: AllDay(day, day + timedelta(days=days)), _DAYS, st.integers(1, 99)),
}


def _values(hint: object) -> st.SearchStrategy[Any]:
    """Any value of a type that stands in the seam."""
    if hint in _PLAIN:
        return _PLAIN[hint]
    origin, parts = get_origin(hint), get_args(hint)
    if origin in {Union, types.UnionType}:
        return st.one_of([_values(part) for part in parts])
    if origin is frozenset:
        return st.frozensets(_values(parts[0]), max_size=3)
    if origin is tuple and parts[-1] is Ellipsis:
        return st.lists(_values(parts[0]), max_size=3).map(tuple)
    if origin is tuple:
        return st.tuples(*(_values(part) for part in parts))
    if isinstance(hint, type) and issubclass(hint, Enum):
        return st.sampled_from(list(hint))
    assert isinstance(hint, type)
    hints = get_type_hints(hint)
    return st.builds(hint, **{each.name: _values(hints[each.name]) for each in fields(hint)})


_FORMS: list[tuple[Form[Any], type]] = [
    (codec.CALENDAR, CalendarState),
    (codec.OBJECT, CalendarObject),
    (codec.CONFLICT, Conflict),
    (codec.OFFER, Offer),
    (codec.APPROVAL, Approval),
    (codec.SEEN, SeenLeave),
    (codec.FACTS, ClientFacts),
    (codec.REPLY, Reply),
    (codec.SENT, Sent),
]


@pytest.mark.parametrize(("form", "kind"), _FORMS, ids=lambda each: getattr(each, "__name__", ""))
@given(data=st.data())
def test_every_value_comes_back(form: Form[Any], kind: type, data: st.DataObject) -> None:
    """Decoding what was encoded gives an equal value, whatever is in it; equal values have equal text."""
    value = data.draw(_values(kind))
    text = form.encode(value)
    back = form.decode(text, "row")
    assert back == value
    assert form.encode(back) == text


@given(_values(CalendarObject))
def test_what_there_are_thousands_of_is_written_as_all_else(stored: CalendarObject) -> None:
    """Whoever writes it, an object has one text."""
    assert codec.OBJECT.encode(stored) == Form(codec.OBJECT.adapter, sparse=True).encode(stored)


@given(_ZONED)
def test_local_times_come_back_as_the_same_instant(moment: datetime) -> None:
    """A time of any zone, skipped and repeated ones included, is stored as its instant in UTC."""
    back = codec.SEEN.decode(codec.SEEN.encode(SeenLeave("fp", moment)), "row").seen_at
    assert back.utcoffset() == timedelta()
    assert back.timestamp() == moment.timestamp()
    assert datetime.fromisoformat(codec.utc(moment)) == back


@given(_values(Action))
def test_every_action_comes_back(action: Action) -> None:
    """A payload gives back the very action that was frozen, of the same type, byte for byte."""
    back = decode_action(encode_action(action))
    assert type(back) is type(action)
    assert back == action


def test_the_form_is_stable() -> None:
    """Payloads that lie in databases stay readable: version, name, UTC instants, base64, dates."""
    version, name, told = json.loads(encode_action(send()))
    assert (version, name) == (1, "SendMail")
    assert told["key"] == {"subject": "offer1", "version": "1", "kind": "request"}
    assert told["mail"]["content"] == "U3ViamVjdDogw6QNCg0KAP8="
    berlin = NOW.astimezone(ZoneInfo("Europe/Berlin"))
    assert '"seen_at":"2026-07-06T09:00:00Z"' in codec.CONFLICT.encode(conflict())
    assert codec.utc(berlin) == "2026-07-06T09:00:00.000000+00:00"


def test_the_mirror_is_compact() -> None:
    """An occurrence that says nothing special takes less than 400 characters of the mirror."""
    assert len(codec.OBJECT.encode(stored(1, occurrences=100))) < 100 * 400


def test_a_lone_surrogate_does_not_stop_a_pass() -> None:
    """Text that no database can hold is stored with a question mark, not refused."""
    assert codec.OBJECT.decode(codec.OBJECT.encode(stored(title="A\udce4")), "row") == stored(title="A?")


Change = Callable[[Any], Any]


def _with(**changes: object) -> Change:
    return lambda row: [row[0], row[1] | changes]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        pytest.param(_with(state="lost"), "state: Input should be", id="unknown enum"),
        pytest.param(_with(colour="red"), "colour: Unexpected", id="unknown field"),
        pytest.param(_with(number="1"), "number: Input should be a valid integer", id="wrong type"),
        pytest.param(_with(due="yesterday"), "due: Input should be a valid datetime", id="no instant"),
        pytest.param(
            _with(span={"start": "2026-07-06T09:00:00", "end": "2026-07-06T10:00:00Z"}), "naive", id="naive"
        ),
        pytest.param(lambda row: [row[0], {}], "uid: Field required", id="missing fields"),
        pytest.param(lambda row: [2, row[1]], "form unknown here", id="other version"),
        pytest.param(lambda row: row[1], "valid array", id="no version"),
    ],
)
def test_a_strange_row_is_refused(change: Change, says: str) -> None:
    """What was not written by this form is an error that names the row, the field and a way out."""
    row = json.loads(codec.OFFER.encode(offer()))
    with pytest.raises(StoreError, match=f"^store row offers/offer1: .*{says}.*(backup|install)"):
        codec.OFFER.decode(json.dumps(change(row)), "offers/offer1")


@pytest.mark.parametrize(
    "payload",
    [
        "",
        "Ada",
        "[]",
        '[1,"Explode",{}]',
        '[1,"DeleteEvent",{"uid":"Ada"}]',
        encode_action(put()).replace("PutEvent", "DeleteEvent"),
        encode_action(delete()).replace("[1,", "[2,"),
    ],
)
def test_a_strange_payload_is_refused(payload: str) -> None:
    """No effect is had from a payload that was not frozen by this form; the line quotes nothing of it."""
    with pytest.raises(StoreError, match="effect payload") as caught:
        decode_action(payload)
    assert "Ada" not in str(caught.value)
