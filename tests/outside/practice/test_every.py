"""Nothing that can be written is without a test that shows what it changes."""

from __future__ import annotations

import importlib
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.outside.practice.carried import CARRIED
from tests.outside.practice.conftest import FILES

ROOT = Path(__file__).parents[3]
ELSEWHERE = {  # what needs a server, a sign-in or a daemon of its own: shown by the tests of these files
    "accounts": (
        "tests/outside/practice/test_places.py",
        "tests/cli/test_errors.py",
        "tests/cli/test_auth.py",
        "tests/whole/google.py",
        "tests/whole/test_google_accounts.py",
    ),
    "mail": (
        "tests/outside/practice/test_places.py",
        "tests/outside/practice/test_run.py",
        "tests/outside/test_answers_by_command.py",
        "tests/outside/practice/house.py",
    ),
    "daemon": ("tests/whole/test_daemon.py", "tests/whole/test_monitored.py"),
    "alerts": ("tests/whole/test_monitored.py", "tests/outside/practice/test_alerted.py"),
    "store": (
        "tests/outside/practice/test_places.py",
        "tests/outside/practice/house.py",
        "tests/cli/test_errors.py",
    ),
    "policy.eve_note": ("tests/diary/thanked_for_a_yes.diary",),  # weeks later
    "policy.digest": ("tests/diary/days_letter.diary",),  # the same
    "policy.while_away": ("tests/diary/while_away_me.diary",),  # the same
    "clients.group": ("tests/diary/group_told.diary",),  # by settings and roster as they are in their files
    "clients.file": ("tests/settings/test_roster.py",),
}


def keys(schema: dict[str, object], path: str = "") -> Iterator[str]:
    """Every key that a settings file may hold, as a dotted path; a table's own keys after it."""
    text = json.dumps(schema)
    found = json.loads(text)
    for name, one in found.get("properties", {}).items():
        yield f"{path}{name}"
        refs = re.findall(r'"#/\$defs/(\w+)"', json.dumps(one))
        for ref in refs:
            yield from (f"{path}{name}.{key}" for key in SETTINGS["$defs"][ref].get("properties", {}))


SETTINGS = json.loads((ROOT / "config/schema/settings.schema.json").read_text())
COLUMNS = (ROOT / "config/clients.example.csv").read_text().splitlines()[0].split(",")
POLICY = {key.partition(".")[2] for key in keys(SETTINGS) if key.startswith("policy.")}


@pytest.fixture(scope="module")
def carried() -> frozenset[str]:
    """What all tests of the package say that they show."""
    for name in (*FILES, "test_practice"):
        importlib.import_module(f"tests.outside.practice.{name}")
    return frozenset(CARRIED)


def wanted() -> Iterator[str]:
    """Each key and column; a therapist's own policy keys count as those of [policy]."""
    for key in keys(SETTINGS):
        table, _, name = key.partition(".")
        if name and key not in ELSEWHERE and not (table == "therapists" and name in POLICY):
            yield key
    yield from (f"clients.{column}" for column in COLUMNS)


@pytest.mark.parametrize("what", sorted({*wanted()}))
def test_each_has_a_test(what: str, carried: frozenset[str]) -> None:
    """Carried from its file through the command line, or named with the tests that do so."""
    table = what.partition(".")[0]
    shown = what in carried or any(one.startswith(f"{what}.") for one in carried)
    if not shown:
        files = ELSEWHERE.get(what) or ELSEWHERE.get(table, ())
        assert files, f"{what}: write a test that carries it from its file to what it changes"
        key = re.compile(rf"(?:\b|\\n){what.rpartition('.')[2]}\b")
        assert any(key.search((ROOT / one).read_text()) for one in files), (
            f"{what}: none of {files} speaks of it"
        )


def test_each_gesture_has_a_test(carried: frozenset[str]) -> None:
    """Every tag in the table that therapists read."""
    text = (ROOT / "docs/therapists.md").read_text()
    table, _, _ = text[text.index("| What you do |") :].partition("\n\n")
    tags = {one.strip("`") for one in re.findall(r"`#[a-z]+(?: AB| pause)?`|`say:", table)}
    assert tags
    assert tags - carried == set()
