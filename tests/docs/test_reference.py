"""The page of settings: what it says holds without a key does hold, and every key stands there."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from syncd.core.model.practice import Policy
from syncd.settings.policy_parts import policy_of
from syncd.settings.policy_table import PolicyTable, WeightsTable
from syncd.settings.practice_tables import Document
from syncd.settings.roster_line import RosterLine
from tests.docs import reference
from tests.docs.defaults import duration, of_policy

PAGE = "\n".join((*reference.settings(Path()), *reference.roster(Path())))


def test_what_is_said_to_hold_without_a_key_is_what_its_word_means() -> None:
    """Written out in the settings, all defaults of the page make the policy that nothing makes."""
    said = {
        key: value
        for key, value in of_policy().items()
        if key in PolicyTable.model_fields and key != "leave_words"
    }
    written = PolicyTable.model_validate({key: _toml(value) for key, value in said.items()})
    keys = {key: value for key in said if (value := getattr(written, key)) is not None}
    assert policy_of(keys) == policy_of({}) == Policy()


def _toml(text: str) -> object:
    if text in {"true", "false"}:
        return text == "true"
    return int(text) if text.isdigit() else text


def test_every_key_and_every_column_has_its_line() -> None:
    """Of tables inside tables, too."""
    columns = {field.alias or name for name, field in RosterLine.model_fields.items()}
    keys = {*PolicyTable.model_fields, *WeightsTable.model_fields}
    assert [one for one in sorted(columns | keys) if f"| `{one}` |" not in PAGE] == []
    assert [one for one in Document.model_fields if f"[{one}" not in PAGE] == []


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (timedelta(days=14), "14d"),
        (timedelta(hours=48), "48h"),
        (timedelta(minutes=90), "90m"),
        (timedelta(0), "0m"),
    ],
)
def test_durations_are_written_as_people_do(value: timedelta, text: str) -> None:
    """In the largest unit that leaves nothing over."""
    assert duration(value) == text
