"""What ships in config/: examples that load and show every key, schemas that are current."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import get_args

import pytest
from pydantic import BaseModel

from syncd.core.model.practice import Caps, Policy
from syncd.resources import config_path
from syncd.settings import Settings, load_settings, warnings
from syncd.settings.practice_tables import Document
from syncd.settings.roster_line import RosterLine
from syncd.settings.schemas import schemas, write_schemas
from tests.settings.practices import TODAY

CONFIG = config_path()
KEPT = Path(__file__).parent / "kept"
EXAMPLE = (CONFIG / "syncd.example.toml").read_text(encoding="utf-8")


def models(model: type[BaseModel]) -> set[type[BaseModel]]:
    """A model and all that stand in its fields."""

    def inside(annotation: object) -> set[type[BaseModel]]:
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            return models(annotation)
        return set().union(*(inside(part) for part in get_args(annotation)))

    return {model}.union(*(inside(field.annotation) for field in model.model_fields.values()))


KEYS = sorted({field.alias or name for one in models(Document) for name, field in one.model_fields.items()})


@pytest.fixture
def example(tmp_path: Path) -> Settings:
    """The example as it ships, loaded with made-up secrets."""
    return loaded(tmp_path, CONFIG / "syncd.example.toml", CONFIG / "clients.example.csv")


def loaded(tmp_path: Path, settings: Path, roster: Path) -> Settings:
    """An example with its roster, and a secret wherever it names one."""
    shutil.copy(settings, tmp_path / "syncd.example.toml")
    shutil.copy(roster, tmp_path / "clients.example.csv")
    secrets = {"secrets/imap": "made up", "secrets/ping": "https://ping.example.org/made-up"}
    for name, secret in {**secrets, "credentials/caldav-dana": "made up"}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(f"{secret}\n")
    env = {"SYNCD_SMTP_PASSWORD": "made up", "CREDENTIALS_DIRECTORY": str(tmp_path / "credentials")}
    return load_settings(tmp_path / "syncd.example.toml", env, TODAY)


@pytest.mark.parametrize("key", KEYS)
def test_the_example_shows_every_key(key: str) -> None:
    """As a key or as the head of a table, live or commented out."""
    forms = (rf"(^|[{{,]|# ?)\s*{key}\s*=", rf"^\[+([\w.]+\.)?{key}[\].]")
    assert any(re.search(form, EXAMPLE, re.MULTILINE) for form in forms)


def test_the_example_gives_no_visit_away(example: Settings) -> None:
    """Whoever copies it signs mails with words that others may read."""
    assert not [one for one in warnings(example) if "others may see" in one.expected]


def test_the_example_loads_and_its_values_are_the_defaults(example: Settings) -> None:
    """What it calls a default is one: Dana's policy and the limits are those of the core."""
    assert example.therapists[0].policy == Policy()
    assert example.practice.caps == Caps()
    assert [therapist.id for therapist in example.therapists] == ["dana", "lee"]
    assert len(example.clients) == 5
    assert example.mail is not None


@pytest.mark.parametrize("kept", sorted(KEPT.glob("*.toml")), ids=lambda path: path.stem)
def test_an_example_of_an_earlier_day_still_loads(kept: Path, tmp_path: Path) -> None:
    """No key and no column that was once written has become a mistake; what was not there has its default."""
    settings = loaded(tmp_path, kept, kept.with_suffix(".csv"))
    assert [therapist.id for therapist in settings.therapists] == ["dana", "lee"]
    assert settings.clients
    assert settings.mail is not None


def test_the_example_roster_shows_every_column() -> None:
    """One header cell for each, in the order of the documentation."""
    header = (CONFIG / "clients.example.csv").read_text(encoding="utf-8").splitlines()[0]
    assert header.split(",") == list(RosterLine.model_fields)


@pytest.mark.parametrize("name", sorted(schemas()))
def test_the_schemas_are_current(name: str, tmp_path: Path) -> None:
    """`python -m syncd.settings.schemas config/schema` would change nothing."""
    write_schemas(tmp_path / "schema")
    assert (tmp_path / "schema" / name).read_bytes() == (CONFIG / "schema" / name).read_bytes()


def test_the_schemas_know_every_key() -> None:
    """They describe what is written: `from`, not `sender`, no null, every key with a description."""
    settings = json.loads(schemas()["settings.schema.json"])
    tables = [settings, *settings["$defs"].values()]
    properties = {key: one for table in tables for key, one in table.get("properties", {}).items()}
    assert set(KEYS) <= set(properties)
    assert [key for key, one in properties.items() if not one.get("description")] == []
    assert '"null"' not in schemas()["settings.schema.json"]
    roster = json.loads(schemas()["clients.schema.json"])
    assert list(roster["items"]["properties"]) == list(RosterLine.model_fields)
    assert roster["items"]["required"] == ["id"]
