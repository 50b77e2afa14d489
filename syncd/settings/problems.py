"""Mistakes as a person reads them: file, key path, what stands there, what would be right. Never a secret."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import NoneType
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from syncd.core.model.errors import ConfigProblem
from syncd.settings.scalars import nearest

Model = TypeVar("Model", bound=BaseModel)
Loc = tuple[int | str, ...]

MISSING = "missing"
UNKNOWN = "unknown key"
_SECRET = frozenset({"password", "token", "client_secrets", "service_account"})
_LONGEST = 60
_MANY = 16
_KINDS = {
    "string_type": "text in quotes",
    "int_type": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "list_type": "a list in [ ]",
    "dict_type": "a table in { }",
    "model_type": "a table in { }",
    "date_type": "a date such as 2026-07-13",
    "finite_number": "a finite number",
}


def read_table(
    model: type[Model], value: object, file: str, at: str, problems: list[ConfigProblem]
) -> Model | None:
    """Validate one table that stands at the key path `at`; add every mistake in it to `problems`."""
    try:
        return model.model_validate(value)
    except ValidationError as error:
        found = error.errors(include_url=False)
        problems.extend(_problem(model, detail, file, at) for detail in found)
        return None


def key_path(at: str, loc: Sequence[int | str]) -> str:
    """`therapists[1]` and ("hours", "mon", 0) -> `therapists[1].hours.mon[0]`."""
    path = at
    for part in loc:
        if part == "[key]":
            continue
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else part
    return printable(path) or "the file"


def shown(value: object, loc: Sequence[int | str] = ()) -> str:
    """A value as it may be repeated: secrets masked, tables named, long text cut."""
    if _SECRET.intersection(str(part) for part in loc):
        return "***"
    match value:
        case bool():
            return str(value).lower()
        case dict():
            return "a table"
        case list():
            return "a list"
        case str():
            text = printable(re.sub(r"//[^/@\s]*@", "//***@", value))
            return f'"{text if len(text) <= _LONGEST else text[:_LONGEST] + "…"}"'
        case _:
            return str(value)[:_LONGEST]


def printable(text: str) -> str:
    """Text on one line, without what could move a terminal's cursor."""
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text)


def unknown_key(file: str, path: str, key: str, known: Sequence[str]) -> ConfigProblem:
    """The problem of a key that nobody reads, with the one that may be meant."""
    expected = nearest(key, list(known)).strip()
    if key == "policy":
        expected = "the keys of [policy] stand directly in the therapist's table"
    elif not expected:
        expected = f"one of {', '.join(sorted(known))}" if len(known) < _MANY else "a key of this table"
    return ConfigProblem(file, printable(path), UNKNOWN, expected)


def without_value(problem: ConfigProblem) -> ConfigProblem:
    """The problem without what stands there, for logs: a roster's values are people's."""
    return replace(problem, value="…")


def _problem(model: type[BaseModel], detail: ErrorDetails, file: str, at: str) -> ConfigProblem:
    loc, found = _where(detail)
    path = key_path(at, loc)
    if detail["type"] == "extra_forbidden":
        owner = model_at(model, loc[:-1])
        return unknown_key(file, path, str(loc[-1]), keys_of(owner) if owner else ())
    meaning = _meaning(model, loc)
    if detail["type"] == "missing":
        return ConfigProblem(file, path, MISSING, f"required: {meaning}" if meaning else "required")
    expected = _expected(detail)
    if meaning and detail["type"] != "expected":
        expected = f"{expected} ({meaning})"
    return ConfigProblem(file, path, shown(found, (at, *loc)), expected)


def _where(detail: ErrorDetails) -> tuple[Loc, object]:
    """The key that is wrong, and its value: of two that do not go together, the one that is to be mended."""
    loc, found, key = detail["loc"], detail["input"], detail.get("ctx", {}).get("key", "")
    return ((*loc, key), found[key]) if key and isinstance(found, Mapping) and key in found else (loc, found)


def _expected(detail: ErrorDetails) -> str:
    said: Mapping[str, Any] = detail.get("ctx", {})
    match detail["type"]:
        case kind if kind in _KINDS:
            return _KINDS[kind]
        case "literal_error" | "enum":
            options = [one.strip("'") for one in re.findall(r"'[^']*'", said["expected"])]
            return f"one of {', '.join(options)}.{nearest(str(detail['input']), options)}"
        case "greater_than_equal":
            return f"at least {said['ge']:g}"
        case "less_than_equal":
            return f"at most {said['le']:g}"
        case "string_too_short":
            return "some text"
        case "string_too_long":
            return f"at most {said['max_length']} characters"
        case "too_short":
            return "at least one"
        case "string_pattern_mismatch":
            return "up to 64 letters, digits, '.', '_' and '-', without blanks"
        case _:
            return detail["msg"]


def keys_of(model: type[BaseModel]) -> tuple[str, ...]:
    """The keys of a table as people write them."""
    return tuple(field.alias or name for name, field in model.model_fields.items())


def _field(model: type[BaseModel], key: str) -> FieldInfo | None:
    fields = model.model_fields
    return next((one for name, one in fields.items() if key in (name, one.alias)), None)


def _meaning(model: type[BaseModel], loc: Loc) -> str:
    """What the field at `loc` is for, in the words of its description."""
    names = [at for at, part in enumerate(loc) if isinstance(part, str)]
    if not names:
        return ""
    owner = model_at(model, loc[: names[-1]])
    field = _field(owner, str(loc[names[-1]])) if owner else None
    return (field.description or "") if field else ""


def model_at(model: type[BaseModel], loc: Loc) -> type[BaseModel] | None:
    """The model of the table that `loc` leads to, or None where there is none."""
    here: type[BaseModel] | None = model
    for part in loc:
        if isinstance(part, str) and here is not None:
            field = _field(here, part)
            here = _model_in(field.annotation) if field else None
    return here


def _model_in(annotation: object) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    inside = (_model_in(part) for part in get_args(annotation) if part is not NoneType)
    return next((found for found in inside if found), None)
