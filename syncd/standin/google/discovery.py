"""Every request held against the discovery document that ships in google-api-python-client."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import googleapiclient

from syncd.standin.google.answers import Json, broken

# What fields may not be said, in their prose; "except when importing" is no exception here: nothing is imported.
_READ_ONLY = re.compile(r"\bread-only\b", re.IGNORECASE)
_LASTING = re.compile(r"\bimmutable\b|cannot be modified", re.IGNORECASE)
_BY_LIBRARY = {"alt"}  # the client library adds alt=json to each request


@dataclass(frozen=True, slots=True)
class Method:
    """One method of the API with what the path says, e.g. `calendar.events.list`."""

    id: str
    spec: Json
    path: Mapping[str, str]

    @property
    def name(self) -> str:
        """Without the API's own name: `events.list`."""
        return self.id.removeprefix("calendar.")

    @property
    def writes(self) -> bool:
        """True for a method that changes events."""
        return self.name in {
            "events.insert",
            "events.patch",
            "events.update",
            "events.delete",
            "events.import",
        }


@cache
def document() -> Json:
    """The document of the installed library."""
    folder = Path(str(googleapiclient.__file__)).parent
    held: Json = json.loads((folder / "discovery_cache/documents/calendar.v3.json").read_text())
    return held


def method_of(verb: str, path: str) -> Method:
    """The method that a verb and a path (below the service's own) mean; refuse any other."""
    for resource in document()["resources"].values():
        for spec in resource["methods"].values():
            found = _pattern(spec["path"]).fullmatch(path)
            if found and spec["httpMethod"] == verb:
                return Method(
                    spec["id"], spec, {key: unquote(value) for key, value in found.groupdict().items()}
                )
    raise broken(f"no method {verb} {path}")


def check(method: Method, query: Mapping[str, list[str]], body: Json | None) -> Json:
    """The query's parameters by name, in their types; refuse what the document does not know."""
    known = document()["parameters"] | method.spec.get("parameters", {})
    values: Json = dict(method.path)
    for name, given in query.items():
        spec = known.get(name)
        if spec is None or spec.get("location") != "query":
            raise broken(f"{method.id} has no parameter {name}")
        if len(given) > 1 and not spec.get("repeated"):
            raise broken(f"{method.id} takes {name} once")
        typed = [_typed(name, spec, value) for value in given]
        if name not in _BY_LIBRARY:
            values[name] = typed if spec.get("repeated") else typed[0]
    wanted = method.spec.get("request")
    if (body is None) != (wanted is None):
        raise broken(f"{method.id}: a body where none belongs, or none where one does")
    if body is not None and wanted is not None:
        problems = list(_problems(wanted, body, "", patching=method.spec["httpMethod"] == "PATCH"))
        if "id" in body and body["id"] != values.get("eventId", body["id"]):
            problems.append("another id than the path's")
        if problems:
            raise broken(f"{method.id}: {'; '.join(problems)}")
    return values


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path))


def _typed(name: str, spec: Json, value: str) -> Any:  # noqa: ANN401 - JSON
    match spec["type"]:
        case "boolean":
            if value not in {"true", "false"}:
                raise broken(f"{name}={value} is not a boolean")
            return value == "true"
        case "integer":
            if not value.lstrip("-").isdigit() or int(value) < int(spec.get("minimum", value)):
                raise broken(f"{name}={value} is not such an integer")
            return int(value)
        case _:
            if "enum" in spec and value not in spec["enum"]:
                raise broken(f"{name}={value} is not one of {spec['enum']}")
            if spec.get("format") == "date-time" and not _is_instant(value):
                raise broken(f"{name}={value} is not an RFC 3339 time with an offset")
            return value


def _problems(spec: Json, value: object, where: str, *, patching: bool) -> Iterator[str]:
    if "$ref" in spec:
        spec = {**document()["schemas"][spec["$ref"]], **{k: v for k, v in spec.items() if k != "$ref"}}
    if value is None:
        if not patching:
            yield f"{where or 'body'} is null"
        return
    match spec.get("type"):
        case "object":
            yield from _object_problems(spec, value, where, patching=patching)
        case "array":
            if not isinstance(value, list):
                yield f"{where} is not a list"
                return
            for index, one in enumerate(value):
                yield from _problems(spec["items"], one, f"{where}[{index}]", patching=False)
        case "boolean":
            if not isinstance(value, bool):
                yield f"{where} is not a boolean"
        case "integer":
            if not isinstance(value, int) or isinstance(value, bool):
                yield f"{where} is not an integer"
        case _:
            yield from _string_problems(spec, value, where)


def _object_problems(spec: Json, value: object, where: str, *, patching: bool) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{where or 'body'} is not an object"
        return
    for name, one in value.items():
        inner = spec.get("properties", {}).get(name) or spec.get("additionalProperties")
        place = f"{where}.{name}".lstrip(".")
        if inner is None:
            yield f"no field {place}"
        elif _READ_ONLY.search(inner.get("description", "")):
            yield f"{place} is read-only"
        elif patching and _LASTING.search(inner.get("description", "")):
            yield f"{place} cannot be changed"
        else:
            yield from _problems(inner, one, place, patching=patching)


def _string_problems(spec: Json, value: object, where: str) -> Iterator[str]:
    if not isinstance(value, str):
        yield f"{where} is not a string"
    elif spec.get("format") == "date-time" and not _is_instant(value, offset=False):
        yield f"{where} is not an RFC 3339 time"
    elif spec.get("format") == "date" and not _is_day(value):
        yield f"{where} is not a date"
    elif value not in _stated_values(spec, value):
        yield f'{where} is "{value}", which its description does not know'


def _stated_values(spec: Json, value: str) -> set[str]:
    """The document has no enums for fields, only lists in prose: `Possible values are: - "confirmed" - ...`."""
    _, _, listed = spec.get("description", "").partition("Possible values are:")
    return set(re.findall(r'^- "(\w+)"', listed, re.MULTILINE)) or {value}


def _is_instant(value: str, *, offset: bool = True) -> bool:
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return False
    return "T" in value and (moment.tzinfo is not None or not offset)


def _is_day(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False
