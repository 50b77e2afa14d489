"""Every key of the settings and every column of the roster, as the schemas of the code have them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Set
from pathlib import Path
from typing import Any

from syncd.settings.schemas import CLIENTS, SETTINGS, schemas
from tests.docs.defaults import of_policy

Schema = Mapping[str, Any]
ACCOUNT = "oneOf"
SECRETS = (("SecretTable", "A password"), ("FileTable", "A file that holds a secret"))
POLICY, THERAPIST = "PolicyTable", "TherapistTable"


def settings(_: Path) -> Iterator[str]:
    """A table for each table of the settings file, in its order; tables inside another follow it, each once."""
    whole = json.loads(schemas()[SETTINGS])
    shown: dict[str, str] = {}
    for name, title in (*_tables(whole), *SECRETS):
        if name not in shown:
            shown[name] = title
            yield from _table(whole["$defs"], name, title)


def roster(_: Path) -> Iterator[str]:
    """The columns of a roster."""
    whole = json.loads(schemas()[CLIENTS])
    yield from _keys(whole["$defs"], whole["items"], "column")


def _tables(whole: Schema) -> Iterator[tuple[str, str]]:
    """Names of definitions with the titles under which they stand in a file."""
    for part in whole["properties"].values():
        title = part["description"].partition(",")[0]
        options = part.get("additionalProperties", {}).get(ACCOUNT, [part.get("items", part)])
        for option in options:
            name = _name(option["$ref"])
            kind = whole["$defs"][name]["properties"].get("type", {}).get("const")
            shown = f'`{title}` with `type = "{kind}"`' if kind else f"`{title}`"
            yield name, shown
            yield from ((inner, f"`{at}` in {shown}") for at, inner in _inside(whole["$defs"], name))


def _inside(defs: Schema, name: str) -> Iterator[tuple[str, str]]:
    """Tables that keys of a table hold, but for secrets, which stand once at the end of the page."""
    for key, part in defs[name]["properties"].items():
        inner = _name(_of(part).get("$ref", ""))
        if "properties" in defs.get(inner, {}) and inner not in dict(SECRETS):
            yield key, inner


def _table(defs: Schema, name: str, title: str) -> Iterator[str]:
    yield f"### {title}"
    yield ""
    yield _cell(defs[name].get("description", ""))
    yield ""
    above = defs[POLICY]["properties"] if name == THERAPIST else {}
    yield from _keys(defs, defs[name], "key", without=set(above))
    yield ""


def _keys(defs: Schema, table: Schema, called: str, without: Set[str] = frozenset()) -> Iterator[str]:
    yield f"| {called} | what it is | what may stand there | without it |"
    yield "|---|---|---|---|"
    needed, usual = set(table.get("required", ())), of_policy() if _of_policy(table) else {}
    for key, part in table["properties"].items():
        if key in without:
            continue
        default = "**needed**" if key in needed else _default(part) or usual.get(key, "")
        yield f"| `{key}` | {_cell(part.get('description', ''))} | {_allowed(defs, part)} | {default} |"


def _of_policy(table: Schema) -> bool:
    return table["title"] in {POLICY, "WeightsTable", "ApprovalAboveTable"}


def _allowed(defs: Schema, part: Schema) -> str:
    """Words that may stand there, bounds, or an example."""
    options = [_resolved(defs, one) for one in part.get("anyOf", [part])]
    return " or ".join(dict.fromkeys(filter(None, map(_one, options))))


def _one(part: Schema) -> str:
    if "const" in part or "enum" in part:
        return ", ".join(f"`{one}`" for one in part.get("enum", [part.get("const")]))
    if "properties" in part:
        return "a table"
    if part.get("type") == "boolean":
        return "`true`, `false`"
    if part.get("type") == "array":
        return "a list"
    if part.get("type") in {"integer", "number"}:
        return _bounds(part)
    return ", ".join(f"such as `{one}`" for one in part.get("examples", ())) or "text"


def _bounds(part: Schema) -> str:
    least, most = part.get("minimum"), part.get("maximum")
    if least is None and most is None:
        return "a number"
    return f"{least} to {most}" if least is not None and most is not None else f"from {least}"


def _default(part: Schema) -> str:
    if "default" not in part or part["default"] in ("", [], {}):
        return ""
    given = part["default"]
    if isinstance(given, str):
        return _duration(given)
    if isinstance(given, bool) and "yes" in part.get("enum", ()):
        return "yes" if given else "no"
    return json.dumps(given, ensure_ascii=False)


def _duration(text: str) -> str:
    """As people write it: "2m" for PT2M."""
    match = re.fullmatch(r"P(?:(\d+)Y)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?", text)
    if match is None or not any(match.groups()):
        return text
    return " ".join(f"{number}{unit}" for number, unit in zip(match.groups(), "ydhms", strict=True) if number)


def _resolved(defs: Schema, part: Schema) -> Schema:
    inner = _of(part)
    return {**defs[_name(inner["$ref"])], **part} if "$ref" in inner else part


def _of(part: Schema) -> Schema:
    """What a key holds: of a list, and of a table by names, what stands in it."""
    inner = part.get("items", part.get("additionalProperties", part))
    return inner if isinstance(inner, dict) else part


def _name(reference: str) -> str:
    return reference.rpartition("/")[2]


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")
