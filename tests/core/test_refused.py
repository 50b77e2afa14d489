"""A no by mail is remembered by a keyed hash of the title: for a year, for that therapist, and for no longer block."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from syncd.core.model import Approval, Refusal
from syncd.core.reading.titles.refused import REMEMBERED, Refused, refusal, refused_by_mail, title_mark
from syncd.core.reading.titles.words import words

NOW = datetime(2026, 6, 15, 9, tzinfo=UTC)
DAY = timedelta(days=1)
TITLE = words("Conference Vienna")


def said_no(*refused: Refusal, therapist: str = "dana", at: datetime = NOW) -> Approval:
    """A no, as it is kept."""
    return Approval(therapist, "", frozenset(), frozenset(), at, refused=refused)


def known(*given: Approval, now: datetime = NOW, key: str = "key") -> Refused:
    """What is remembered of them."""
    return refused_by_mail(given, key, "dana", now)


NO = said_no(refusal("key", "dana", TITLE, 3 * DAY))


@pytest.mark.parametrize(
    "title", ["Conference Vienna", "conference, VIENNA", "Conférence Vienna"[:4] + "erence Vienna"]
)
def test_that_title_however_it_is_written(title: str) -> None:
    """Its words count."""
    assert known(NO).covers(words(title), 3 * DAY)


def test_nothing_else() -> None:
    """Another title, a longer block, no title, another therapist, another practice, a year later."""
    assert not known(NO).covers(words("Conference Berlin"), DAY)
    assert not known(NO).covers(TITLE, 3 * DAY + timedelta(minutes=1))
    assert not known(NO).covers((), DAY)
    assert not known(said_no(*NO.refused, therapist="omar")).covers(TITLE, DAY)
    assert not known(NO, key="other").covers(TITLE, DAY)
    assert not known(NO, now=NOW + REMEMBERED).covers(TITLE, DAY)


def test_the_longest_counts() -> None:
    """Whatever was said first."""
    longer = said_no(refusal("key", "dana", TITLE, 5 * DAY))
    assert known(NO, longer).covers(TITLE, 5 * DAY)
    assert known(longer, NO).covers(TITLE, 5 * DAY)


def test_nobody_reads_the_title() -> None:
    """What is kept names it to nobody without the key."""
    assert title_mark("key", "dana", TITLE) not in {
        title_mark("k", "dana", TITLE),
        title_mark("key", "omar", TITLE),
    }
    assert "vienna" not in repr(NO).lower()
