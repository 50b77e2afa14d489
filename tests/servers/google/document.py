"""The discovery document read a second time, by jsonschema: nothing here is shared with the stand-in."""

from __future__ import annotations

import importlib.resources
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, unquote

from jsonschema import Draft202012Validator, FormatChecker

Json = dict[str, Any]

_FORMATS = FormatChecker(formats=())


@_FORMATS.checks("date", raises=ValueError)
def _is_date(value: object) -> bool:
    return not isinstance(value, str) or date.fromisoformat(value).isoformat() == value


@_FORMATS.checks("date-time", raises=ValueError)
def _is_time(value: object) -> bool:
    return not isinstance(value, str) or bool("T" in value and datetime.fromisoformat(value))


@dataclass(frozen=True, slots=True)
class Understood:
    """A request that the document knows: its method's id, and its parameters from path and query."""

    method: str
    parameters: Json
    body: Json | None


@cache
def _document() -> Json:
    folder = importlib.resources.files("googleapiclient.discovery_cache.documents")
    held: Json = json.loads((folder / "calendar.v3.json").read_text())
    return held


def understood(verb: str, path: str, query: str, body: str) -> Understood:
    """The request in the document's words; `path` below the service's own. Raises AssertionError for any other."""
    spec, held = _method(verb, path)
    known = {**_document()["parameters"], **spec.get("parameters", {})}
    parameters: Json = {name: unquote(value) for name, value in held.items()}
    for name, value in parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query)):
        assert name in known, f"{spec['id']}: no parameter {name}"
        assert known[name]["location"] == "query", f"{spec['id']}: {name} belongs into the path"
        parameters[name] = value
    for name, value in parameters.items():
        Draft202012Validator(_of_text(known[name]), format_checker=_FORMATS).validate(value)
    lacking = {name for name, one in spec.get("parameters", {}).items() if one.get("required")} - {
        *parameters
    }
    assert not lacking, f"{spec['id']}: without {sorted(lacking)}"
    assert bool(body) == ("request" in spec), (
        f"{spec['id']}: a body where none belongs, or none where one does"
    )
    told = json.loads(body) if body else None
    if told is not None:
        schema = {"$ref": f"#/$defs/{spec['request']['$ref']}", "$defs": _schemas(verb == "PATCH")}
        Draft202012Validator(schema, format_checker=_FORMATS).validate(told)
        assert told.get("id", held.get("eventId")) == held.get("eventId", told.get("id")), "another id"
    return Understood(spec["id"], parameters, told)


def _method(verb: str, path: str) -> tuple[Json, dict[str, str]]:
    found = [
        (spec, match.groupdict())
        for resource in _document()["resources"].values()
        for spec in resource["methods"].values()
        if spec["httpMethod"] == verb
        and (match := re.fullmatch(re.sub(r"\\?\{(\w+)\\?\}", r"(?P<\1>[^/?]+)", spec["path"]), path))
    ]
    assert len(found) == 1, f"{verb} {path} means {len(found)} methods"
    return found[0]


def _of_text(spec: Json) -> Json:
    """What a parameter's text has to look like."""
    match spec["type"]:
        case "boolean":
            return {"enum": ["true", "false"]}
        case "integer":
            return {"pattern": r"^[0-9]+$"}
        case _:
            return {"type": "string", **{name: spec[name] for name in ("enum", "format") if name in spec}}


@cache
def _schemas(patching: bool) -> Json:
    return {name: _schema(spec, patching) for name, spec in _document()["schemas"].items()}


def _schema(spec: Json, patching: bool) -> Json:
    """The same as JSON Schema: closed objects, prose that lists values as an enum, null for a patch that takes away."""
    if "$ref" in spec:
        return _nullable({"$ref": f"#/$defs/{spec['$ref']}"}, patching)
    made: Json = {"type": spec["type"]}
    if spec["type"] == "object":
        properties = {
            name: _schema(one, patching)
            for name, one in spec.get("properties", {}).items()
            if not _fixed(one, patching)
        }
        rest = spec.get("additionalProperties")
        made |= {"properties": properties, "additionalProperties": _schema(rest, patching) if rest else False}
    elif spec["type"] == "array":
        made["items"] = _schema(spec["items"], patching=False)
    else:
        made |= {name: spec[name] for name in ("format",) if name in spec}
        if values := list(_listed(spec.get("description", ""))):
            made["enum"] = values
    return _nullable(made, patching)


def _nullable(schema: Json, patching: bool) -> Json:
    return {"anyOf": [schema, {"type": "null"}]} if patching else schema


def _fixed(spec: Json, patching: bool) -> bool:
    """True for what only the server says, and in a patch for what is said once and for all."""
    said = spec.get("description", "").lower()
    return "read-only" in said or (patching and ("immutable" in said or "cannot be modified" in said))


def _listed(prose: str) -> Iterator[str]:
    _, found, rest = prose.partition("Possible values are:")
    if found:
        for line in rest.splitlines():
            if match := re.match(r'- "(\w+)"', line.strip()):
                yield match[1]
