"""Aliases that are proposed for titles which nothing explains."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from syncd.core.model import Client, Event
from syncd.core.reading import Roster
from syncd.core.reading.sessions import find_sessions
from syncd.core.reading.titles.nearly import nearly
from syncd.doctor.proposed import Alias, proposed
from tests.core import as_written
from tests.core.detecting import DANA
from tests.core.people import CALENDAR, at, dana

CLIENTS = (
    Client("c1", name="Ada Brandt", initials="AB", therapists=("dana",)),
    Client("c2", name="Sebastian Castillo", initials="SC", therapists=("dana",)),
    Client("c3", name="Marianne de Vries", initials="MV", therapists=("dana",)),
    Client("c4", name="Mariana Lindqvist", initials="ML", therapists=("dana",)),
    Client("c9", name="Theodora Grant", initials="TG", therapists=("someone",)),
)
ROSTER = Roster.of(CLIENTS)


def entry(title: str, days: int, hour: int = 10) -> Event:
    """One hour of Dana's, of which only a title says what it is."""
    return Event(CALENDAR, f"{title}-{days}-{hour}", at(days, hour), title=title)


@pytest.mark.parametrize(
    ("title", "client", "word"),
    [
        ("Brant", "c1", "Brant"),  # a slip of the pen
        ("Brnadt", "c1", "Brnadt"),
        ("Brand online", "c1", "Brand"),  # cut short
        ("Frau Brantd 10h", "c1", "Brantd"),
        ("Seb", "c2", "Seb"),
        ("Sebi tel", "c2", "Sebi"),  # a pet name
        ("AdBr", "c1", "AdBr"),  # the beginnings
        ("BranA", "c1", "BranA"),
        ("BA", "c1", "BA"),  # surname first
        ("Castilló.", "c2", ""),  # named in full, but for an accent: nothing to propose
        ("Lindkvist Zoom", "c4", "Lindkvist"),
    ],
)
def test_words_that_nearly_name_one_client(title: str, client: str, word: str) -> None:
    """What is proposed is the word as it stands in the title."""
    found = proposed((entry(title, 1),), dana(), ROSTER)
    assert found == ((Alias(client, word, 1),) if word else ())


@pytest.mark.parametrize(
    "title",
    [
        "Mari",  # two clients
        "Grand",  # near to somebody else's client alone
        "Brant & Seb",  # two again
        "Ad",  # too short
        "ba",  # not written as initials are
        "Brant Rechnung",  # about them, not with them
        "Brant lunch place",
        "Supervision",
        "Sport",
        "🙂",
        "",
    ],
)
def test_what_is_not_proposed(title: str) -> None:
    """Several, nobody of hers, or a title that says more than whose it is."""
    assert proposed((entry(title, 1),), dana(), ROSTER) == ()


def test_an_alias_once_pasted_does_what_was_said() -> None:
    """So many entries more are sessions of that client; nothing is proposed any more, and all else is as before."""
    events = (entry("Brant", 1), entry("brant tel", 8), entry("SC", 2), entry("Gym", 3), entry("ML", 4))
    (one,) = proposed(events, dana(), ROSTER)
    assert one == Alias("c1", one.word, 2)
    pasted = Roster.of((replace(CLIENTS[0], nicknames=(one.word,)), *CLIENTS[1:]))
    before, after = (find_sessions(events, dana(), roster).sessions for roster in (ROSTER, pasted))
    assert set(before) < set(after)
    assert [new.client for new in after if new not in before] == ["c1", "c1"]
    assert proposed(events, dana(), pasted) == ()


def test_an_alias_that_would_change_another_entry_is_not_proposed() -> None:
    """A word that stands beside another client elsewhere would make that session doubtful."""
    events = (entry("Seb", 1), entry("Brant", 2), entry("Brant", 2, 9), entry("SC/Brant", 5))
    assert {one.client for one in proposed(events, dana(), ROSTER)} == {"c2"}


def test_entries_that_no_session_would_be_are_no_reason() -> None:
    """A whole evening, or what a colleague organised, is nobody's session under any alias."""
    long = replace(entry("Brant", 1), when=replace(at(1, 10), end=at(1, 10).start + timedelta(hours=5)))
    foreign = replace(entry("Brant", 2), organizer="bo@example.org")
    assert proposed((long, foreign), dana(), ROSTER) == ()


def test_the_therapists_own_name_is_nobody_elses() -> None:
    """Her own name in a title proposes nothing, near as it may be to a client's."""
    roster = Roster.of((*CLIENTS, Client("c5", name="Danae Moss", therapists=("dana",))))
    assert nearly("Dana", "dana", "Dana Okafor", roster) is None


def test_of_titles_as_people_write_them_hardly_one_is_taken_for_a_name() -> None:
    """In the whole table, alone: what is leave, somebody's, or nobody's business is not proposed."""
    found = {
        one.title
        for one in as_written.table()
        if proposed((one.event,), DANA, as_written.ROSTER) and one.facts != "odd"
    }
    assert found == {"Jon"}  # Jonas Keller, perhaps: she is asked, as the doctor asks
