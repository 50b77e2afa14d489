"""JSON Schemas of settings and roster, for editors and scripts: `python -m syncd.settings.schemas config/schema`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from syncd.settings.practice_tables import Document
from syncd.settings.roster_line import RosterLine

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
SETTINGS, CLIENTS = "settings.schema.json", "clients.schema.json"


def write_schemas(folder: Path) -> None:
    """Write both schemas into `folder`, which is made where it does not exist."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in schemas().items():
        (folder / name).write_text(text, encoding="utf-8")


def schemas() -> dict[str, str]:
    """File name -> text. A roster is an array of lines; all its cells are text."""
    settings = Document.model_json_schema(by_alias=True)
    line = RosterLine.model_json_schema(by_alias=True)
    roster = {"type": "array", "items": line, "title": "Roster", "$defs": line.pop("$defs", {})}
    return {SETTINGS: _text(settings), CLIENTS: _text(roster)}


def _text(schema: dict[str, Any]) -> str:
    return json.dumps({"$schema": _DIALECT, **_written(schema)}, indent=2, ensure_ascii=False) + "\n"


def _written(part: Any) -> Any:  # noqa: ANN401 - JSON
    """The schema of what is written: TOML and CSV have no null, an absent key says the same."""
    if isinstance(part, list):
        return [_written(one) for one in part]
    if not isinstance(part, dict):
        return part
    kept = {key: _written(value) for key, value in part.items() if not (key == "default" and value is None)}
    options = [one for one in kept.get("anyOf", ()) if one != {"type": "null"}]
    if len(options) == 1:
        del kept["anyOf"]
        return {**options[0], **kept}
    return kept | ({"anyOf": options} if options else {})


if __name__ == "__main__":
    write_schemas(Path(sys.argv[1] if len(sys.argv) > 1 else "config/schema"))
