"""Frozen values as JSON text and back: strict both ways, each text names the version of its form.

A row is `[1, {field: value, …}]`, an action `[1, "SendMail", {field: value, …}]`. Instants are UTC and end in
Z, dates are dates, bytes are base64, sets are sorted. A new field that has a default needs no new version.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from datetime import UTC, date, datetime
from functools import cache
from typing import Any, Generic, Literal, TypeVar, assert_never

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError

from syncd.core.model import (
    Approval,
    CalendarObject,
    ClientFacts,
    Conflict,
    Ground,
    KnownLeave,
    Offer,
    Reply,
    SeenLeave,
    Trace,
)
from syncd.core.model.actions import Action, CancelOriginal, DeleteEvent, PutEvent, RestoreOriginal, SendMail
from syncd.core.model.effects import Sent
from syncd.core.model.errors import StoreError
from syncd.core.model.leave import Cost
from syncd.core.time.spans import aware
from syncd.ports import CalendarState, Halted

T = TypeVar("T")

VERSION: Literal[1] = 1
_STRICT = ConfigDict(
    extra="forbid", strict=True, val_json_bytes="base64", allow_inf_nan=False, defer_build=True
)


@dataclass(frozen=True, slots=True)
class Form(Generic[T]):
    """How one kind of value stands in a row; `sparse` leaves out what equals its default.

    `often`: there are thousands of them; their adapter writes the same text, and no naive datetime is in them.
    """

    adapter: TypeAdapter[tuple[Literal[1], T]]
    sparse: bool = False
    often: bool = False

    def encode(self, value: T) -> str:
        """JSON text. Raises ValueError for a naive datetime."""
        if self.often:
            try:
                written = self.adapter.dump_json(
                    (VERSION, value), exclude_defaults=self.sparse, warnings="error"
                )
                return written.decode("utf-8")
            except (PydanticSerializationError, ValueError):
                pass  # a text that is none in UTF-8
        return _text([VERSION, value], sparse=self.sparse)

    def decode(self, text: str, row: str) -> T:
        """The value. Raises StoreError naming `row` and the field that is wrong, never what it holds."""
        try:
            return self.adapter.validate_json(text)[1]
        except ValidationError as error:
            raise StoreError(_unreadable(row, error)) from None


CALENDAR = Form(TypeAdapter(tuple[Literal[1], CalendarState], config=_STRICT))
GROUND = Form(TypeAdapter(tuple[Literal[1], Ground], config=_STRICT))
OBJECT = Form(TypeAdapter(tuple[Literal[1], CalendarObject], config=_STRICT), sparse=True, often=True)
CONFLICT = Form(TypeAdapter(tuple[Literal[1], Conflict], config=_STRICT))
OFFER = Form(TypeAdapter(tuple[Literal[1], Offer], config=_STRICT))
APPROVAL = Form(TypeAdapter(tuple[Literal[1], Approval], config=_STRICT))
TRACE = Form(TypeAdapter(tuple[Literal[1], Trace], config=_STRICT))
LEAVE = Form(TypeAdapter(tuple[Literal[1], KnownLeave], config=_STRICT), sparse=True)
SEEN = Form(TypeAdapter(tuple[Literal[1], SeenLeave], config=_STRICT))
FACTS = Form(TypeAdapter(tuple[Literal[1], ClientFacts], config=_STRICT))
REPLY = Form(TypeAdapter(tuple[Literal[1], Reply], config=_STRICT))
SENT = Form(TypeAdapter(tuple[Literal[1], Sent], config=_STRICT))
HALTED = Form(TypeAdapter(tuple[Literal[1], Halted], config=_STRICT))
COST = Form(TypeAdapter(tuple[Literal[1], Cost], config=_STRICT))
DETAIL = Form(TypeAdapter(tuple[Literal[1], dict[str, str]], config=_STRICT))

_ACTIONS: dict[str, TypeAdapter[Any]] = {
    "PutEvent": TypeAdapter(tuple[Literal[1], str, PutEvent], config=_STRICT),
    "DeleteEvent": TypeAdapter(tuple[Literal[1], str, DeleteEvent], config=_STRICT),
    "CancelOriginal": TypeAdapter(tuple[Literal[1], str, CancelOriginal], config=_STRICT),
    "RestoreOriginal": TypeAdapter(tuple[Literal[1], str, RestoreOriginal], config=_STRICT),
    "SendMail": TypeAdapter(tuple[Literal[1], str, SendMail], config=_STRICT),
}


def action_name(action: Action) -> str:
    """The name by which an action stands in payloads and audit rows; renaming a class does not change it."""
    match action:
        case PutEvent():
            return "PutEvent"
        case DeleteEvent():
            return "DeleteEvent"
        case CancelOriginal():
            return "CancelOriginal"
        case RestoreOriginal():
            return "RestoreOriginal"
        case SendMail():
            return "SendMail"
        case _:
            assert_never(action)


def encode_action(action: Action) -> str:
    """An action as the JSON text of an effect's payload. Raises ValueError for a naive datetime."""
    return _text([VERSION, action_name(action), action], sparse=False)


def decode_action(payload: str) -> Action:
    """The action that `encode_action` froze. Raises StoreError for any text it did not write."""
    name = _name_in(payload)
    if name not in _ACTIONS:
        raise StoreError(
            "effect payload: not an action that this syncd knows; install the version that wrote it"
        )
    try:
        action: Action = _ACTIONS[name].validate_json(payload)[2]
    except ValidationError as error:
        raise StoreError(_unreadable(f"effect payload {name}", error)) from None
    return action


def _name_in(payload: str) -> str:
    try:
        match json.loads(payload):
            case [_, str(name), _]:
                return name
    except ValueError:
        pass
    return ""


def _text(value: object, *, sparse: bool) -> str:
    text = json.dumps(
        value,
        default=_sparse if sparse else _whole,
        ensure_ascii=False,
        allow_nan=False,
        separators=(",", ":"),
    )
    # A lone surrogate, from a header in no known encoding, is no text to any database.
    return text.encode("utf-8", "replace").decode("utf-8")


def _whole(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: getattr(value, each.name) for each in _fields(type(value))}
    return _scalar(value)


def _sparse(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        held = ((each, getattr(value, each.name)) for each in _fields(type(value)))
        return {each.name: content for each, content in held if not _is_default(each, content)}
    return _scalar(value)


def _scalar(value: object) -> object:
    match value:
        case datetime():
            return moment_text(value)
        case date():
            return value.isoformat()
        case bytes():
            return urlsafe_b64encode(value).decode("ascii")
        case frozenset():
            return sorted(value)
        case _:
            raise TypeError(f"{type(value).__name__} has no form in the store")


@cache
def _fields(kind: type) -> tuple[Field[Any], ...]:
    return fields(kind)


def _is_default(each: Field[Any], content: object) -> bool:
    return each.default is not MISSING and content == each.default


def _unreadable(row: str, error: ValidationError) -> str:
    first = error.errors(include_input=False, include_url=False, include_context=False)[0]
    path = ".".join(str(part) for part in first["loc"][1:])
    if first["loc"] == (0,):
        return f"store row {row}: written in a form unknown here; install the version that wrote it"
    where = f"{path}: " if path else ""
    return f"store row {row}: {where}{first['msg']}; restore a backup, or install the version that wrote it"


def utc(moment: datetime) -> str:
    """An instant in UTC as fixed-width text, so that text order is time order."""
    return aware(moment).astimezone(UTC).isoformat(timespec="microseconds")


def moment_text(moment: datetime) -> str:
    """An instant, which is in UTC, as it stands in values."""
    return aware(moment).replace(tzinfo=None).isoformat() + "Z"
