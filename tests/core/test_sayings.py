"""`say:` in a leave's description: what is carried word for word, and what is refused with a reason."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.core.model import Absence, LeaveBlock, Saying
from syncd.core.reading import absences, find_leave, redact
from syncd.core.reading.titles.sayings import (
    LONGEST,
    MOST_WORDS,
    as_written,
    carried_for,
    carried_mark,
    read_sayings,
    sayings_of,
)
from tests.core.detecting import CLIENTS, DANA, NOW, ROSTER, days, event

WORDS = DANA.policy.leave_words


@pytest.mark.parametrize(
    ("line", "text", "language", "fault"),
    [
        ("say: Have a good summer.", "Have a good summer.", "", ""),
        ("  Say :  See   you   soon ", "See you soon", "", ""),
        ("SAY-DE: Bis bald – „schön“ & gut", "Bis bald – „schön“ & gut", "de", ""),
        ("say-en-US: See you", "See you", "en", ""),
        ("say: " + "x" * LONGEST, "x" * LONGEST, "", ""),
        ("say: " + "x" * (LONGEST + 50), "x" * (LONGEST + 1), "", "long"),
        ("say: " + "yes " * MOST_WORDS, ("yes " * MOST_WORDS).strip(), "", ""),
        ("say: " + "yes " * MOST_WORDS + "no", "yes " * MOST_WORDS + "no", "", "long"),
        ("say: soon \N{RIGHT-TO-LEFT OVERRIDE}olleh", "soon \N{RIGHT-TO-LEFT OVERRIDE}olleh", "", "signs"),
        ("say: a\N{ZERO WIDTH SPACE}b", "a\N{ZERO WIDTH SPACE}b", "", "signs"),
        ("say: a\x07b", "a\x07b", "", "signs"),
        ("say: see https://example.net/x", "see https://example.net/x", "", "link"),
        ("say: see www.example.net", "see www.example.net", "", "link"),
        ("say: write to me@example.net", "write to me@example.net", "", "link"),
        ("say-it: Buone vacanze", "Buone vacanze", "it", "language"),
    ],
)
def test_a_line_is_carried_as_it_stands_or_says_why_not(
    line: str, text: str, language: str, fault: str
) -> None:
    """Blanks are drawn together, nothing else is touched."""
    assert read_sayings(line)[0] == (Saying(text, language, fault),)


def test_the_rest_of_the_description_keeps_its_tags_and_the_sentence_gives_none() -> None:
    """What she says to clients is no gesture."""
    (block,) = _blocks("Tickets\nsay: Call #all friends #ok\n#review")
    assert block.tags == ("review",)
    assert [one.text for one in block.sayings] == ["Call #all friends #ok"]


def test_what_google_keeps_as_html_reads_as_it_was_typed() -> None:
    """Its line breaks and entities are no part of it."""
    found, rest = read_sayings("Notes<br>say: A &amp; B <b>soon</b><br>#review")
    assert found == (Saying("A & B soon"),)
    assert "#review" in rest


@pytest.mark.parametrize("text", ["say:", "say: ", "say what: nothing", "They say: hello", ""])
def test_what_says_nothing_or_is_another_line_is_no_sentence(text: str) -> None:
    """Only a line that begins with the word."""
    assert read_sayings(text)[0] == ()


def test_of_two_for_one_language_neither_is_carried() -> None:
    """Which one is meant nobody can tell."""
    absence = _absence("say: One\nsay: Two\nsay-de: Drei")
    assert [(one.text, one.fault) for one in sayings_of(absence)] == [
        ("One", "twice"),
        ("Two", "twice"),
        ("Drei", ""),
    ]
    assert carried_for(sayings_of(absence), "en") == ""
    assert carried_for(sayings_of(absence), "de") == "Drei"


def test_a_client_reads_the_sentence_in_their_language_or_the_one_for_everybody() -> None:
    """English as in the United States is English."""
    said = sayings_of(_absence("say: Soon\nsay-de: Bald"))
    assert [carried_for(said, one) for one in ("de", "en-US", "fr")] == ["Bald", "Soon", "Soon"]


def test_every_other_wording_asks_anew_and_the_same_does_not() -> None:
    """A yes stands for the words that were shown."""
    first, same, other = (carried_mark(_absence(f"say: {text}")) for text in ("Soon", "Soon", "Soon!"))
    assert first == same != other
    assert carried_mark(_absence("nothing")) == carried_mark(_absence("say-it: Ciao")) == ""


@given(st.text(max_size=400))
def test_the_mirror_reads_as_the_calendar_does(text: str) -> None:
    """Whatever stands there, what is kept of it says the same, and nothing but it."""
    seen = event("Vacation", days(6, 10), description=f"secret\nsay: {text}")
    kept = redact(seen, DANA, ROSTER, WORDS)
    assert "secret" not in kept.description or "secret" in text
    assert find_leave([kept], DANA, ROSTER, NOW) == find_leave([seen], DANA, ROSTER, NOW)
    for one in find_leave([seen], DANA, ROSTER, NOW)[0].sayings:
        assert read_sayings(as_written(one))[0] == (one,)


def test_somebody_elses_words_are_nobodys() -> None:
    """An invitation of a client's to "Vacation" carries nothing."""
    foreign = replace(event("Vacation", days(6, 10), description="say: Pay here"), organizer=CLIENTS[0].email)
    assert find_leave([foreign], DANA, ROSTER, NOW) == ()


def _blocks(description: str) -> tuple[LeaveBlock, ...]:
    return find_leave([event("Vacation", days(6, 10), description=description)], DANA, ROSTER, NOW)


def _absence(description: str) -> Absence:
    (one,) = absences(_blocks(description), DANA, frozenset())
    return one
