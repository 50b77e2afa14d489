"""Titles as people write them are read as a good assistant would: titles_as_written.tsv, labelled by hand."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.core.as_written import Written, read, table

TITLES = table()
ASKED_AT_MOST = 0.1


# Several days of which nothing says that she is away: not asked about yet.
@pytest.mark.parametrize("one", TITLES, ids=lambda one: f"{one.title}, {one.when}, {one.facts}")
def test_is_read_as_labelled(one: Written) -> None:
    """No session and no leave that is none; what is doubtful is asked about, and nothing else."""
    assert read(one) == one.label


def test_asks_about_one_in_ten_at_most() -> None:
    """The table is large, in many languages, and few of its titles cost her a question."""
    asked = sum(read(one) == "ask" for one in TITLES)
    languages = Counter(one.language for one in TITLES)
    assert len(TITLES) >= 300
    assert sum(count >= 25 for count in languages.values()) >= 5
    assert asked <= ASKED_AT_MOST * len(TITLES)


@pytest.mark.parametrize("title", ["Urlaub " + "x" * 10_000, "x" * 10_000 + " AB", "AB " + "zu lang " * 1250])
def test_ten_thousand_signs_are_never_a_session_or_leave(title: str) -> None:
    """Asked about or nothing."""
    for when in ("hour", "week"):
        assert read(Written(title, when, "-", "", "")) in ("ask", "nothing")
