"""Days and times in words: languages, zones, daylight saving."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from syncd.core.model.messages.mails import MailKind
from syncd.core.time.spans import Span
from syncd.wording import Templates
from syncd.wording.dates import DateWords
from tests.wording.reading import opened, part, worded
from tests.wording.samples import BERLIN, at, mail_facts, tell

NEW_YORK = ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("language", "day", "weekday", "times"),
    [
        ("en", "Thursday 9 July 2026", "Thursday 9 July", "15:00–15:50"),
        ("en-US", "Thursday, July 9, 2026", "Thursday, July 9", "3:00 pm to 3:50 pm"),
        ("en-GB", "Thursday 9 July 2026", "Thursday 9 July", "15:00–15:50"),
        ("de", "Donnerstag, 9. Juli 2026", "Donnerstag, 9. Juli", "15:00–15:50"),
        ("de-AT", "Donnerstag, 9. Juli 2026", "Donnerstag, 9. Juli", "15:00–15:50"),
        ("fr", "jeudi 9 juillet 2026", "jeudi 9 juillet", "de 15 h à 15 h 50"),
        ("es", "jueves 9 de julio de 2026", "jueves 9 de julio", "de 15:00 a 15:50"),
        ("no such language", "Thursday 9 July 2026", "Thursday 9 July", "15:00–15:50"),
        ("", "Thursday 9 July 2026", "Thursday 9 July", "15:00–15:50"),
    ],
)
def test_languages(language: str, day: str, weekday: str, times: str) -> None:
    """In the language's own words; English where it is unknown, with twelve hours in the United States alone."""
    said = DateWords(language, BERLIN).span(at(9, 15))
    assert (said.day, said.weekday, said.times, said.place) == (day, weekday, times, "")


def test_the_clients_clocks_are_named_where_they_differ() -> None:
    """New York reads its own time and that it is New York's; Vienna's clocks need no name in Berlin."""
    said = DateWords("en", NEW_YORK, BERLIN).span(at(9, 15))
    assert (said.times, said.place) == ("9:00–9:50", "New York")
    assert DateWords("de", ZoneInfo("Europe/Vienna"), BERLIN).span(at(9, 15)).place == ""
    assert DateWords("en", ZoneInfo("Etc/GMT+3"), BERLIN).span(at(9, 15)).place == "GMT-03:00"
    london = DateWords("de", ZoneInfo("Europe/London"), BERLIN).span(at(9, 15))
    assert (london.times, london.place) == ("14:00–14:50", "London")


@pytest.mark.parametrize(
    ("start", "times"),
    [
        (datetime(2026, 3, 29, 0, 30, tzinfo=UTC), "1:30–3:20"),  # clocks jump from 2 to 3
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "2:30–2:20"),  # and back from 3 to 2
        (datetime(2026, 3, 28, 14, tzinfo=UTC), "15:00–15:50"),
        (datetime(2026, 3, 30, 13, tzinfo=UTC), "15:00–15:50"),
    ],
)
def test_daylight_saving(start: datetime, times: str) -> None:
    """Wall clocks as they stand at that moment, also while they change."""
    said = DateWords("en", BERLIN).span(Span(start, start + timedelta(minutes=50)))
    assert said.times == times


def test_the_weeks_in_which_only_one_side_has_changed() -> None:
    """The same hour in Berlin is another one in New York between the two changes."""
    words = DateWords("en", NEW_YORK, BERLIN)
    assert [words.span(at(day, 15, month=3)).start for day in (4, 11, 31)] == ["9:00", "10:00", "9:00"]


def test_a_span_over_midnight_names_both_days() -> None:
    """The end's day is said where it is another one, in the reader's zone."""
    late = at(9, 23, minutes=90)
    assert DateWords("en", BERLIN).span(late).times == "23:00 – Fri 10 Jul, 0:30"
    assert DateWords("en", NEW_YORK, BERLIN).span(late).times == "17:00–18:30"


@pytest.mark.parametrize(
    ("hour", "said"),
    [(0, "12:00 am to 12:50 am"), (11, "11:00 am to 11:50 am"), (12, "12:00 pm to 12:50 pm")],
)
def test_noon_and_midnight_by_twelve_hours(hour: int, said: str) -> None:
    """Twelve is said, never zero: at midnight "am", at noon "pm"."""
    assert DateWords("en-US", BERLIN).span(at(9, hour)).times == said


def test_over_midnight_by_twelve_hours() -> None:
    """The end's day is said there, too, month first."""
    said = DateWords("en-US", BERLIN).span(at(9, 23, minutes=90))
    assert said.times == "11:00 pm – Fri, Jul 10, 12:30 am"
    assert DateWords("en-US", BERLIN).days((date(2026, 12, 28), date(2027, 1, 3))).short == (
        "Dec 28, 2026 – Jan 3, 2027"
    )


@pytest.mark.parametrize(
    ("language", "short"), [("en", "28 Dec 2026 – 3 Jan 2027"), ("de", "28. Dez. 2026 – 3. Jan. 2027")]
)
def test_days_over_new_year(language: str, short: str) -> None:
    """Both years are said where they differ."""
    assert DateWords(language, BERLIN).days((date(2026, 12, 28), date(2027, 1, 3))).short == short


@pytest.mark.parametrize(
    ("sent", "subject"),
    [
        (datetime(2026, 7, 9, 6, 5, tzinfo=UTC), "Our appointment today at 15:00 cannot take place"),
        (datetime(2026, 7, 8, 15, 0, tzinfo=UTC), "Our appointment tomorrow at 15:00 cannot take place"),
        (datetime(2026, 7, 7, 23, 0, tzinfo=UTC), "Our appointment tomorrow at 15:00 cannot take place"),
        (datetime(2026, 7, 7, 21, 0, tzinfo=UTC), "Our appointment on Thursday 9 July cannot take place"),
    ],
)
def test_today_and_tomorrow_are_the_clients(sent: datetime, subject: str, templates: Templates) -> None:
    """Near days are called by what they are on the client's calendar at the moment of sending."""
    facts = replace(mail_facts(MailKind.URGENT_NOTICE), sent_at=sent)
    message = opened(worded(tell(facts), templates))
    assert message["Subject"] == subject
    assert "Thursday 9 July 2026, 15:00–15:50" in part(message, "text/plain")


def test_a_client_elsewhere_reads_their_own_time(templates: Templates) -> None:
    """The mail says offered time, original and due date by the client's clocks, and whose they are."""
    facts = replace(mail_facts(MailKind.INVITATION), zone=NEW_YORK)
    text = part(opened(worded(tell(facts), templates)), "text/plain")
    assert "Monday 20 July 2026, 9:00–9:50 (New York time)" in text
    assert "on Thursday 9 July at 9:00 (New York time)" in text
    assert "Monday 22 June, 5:30 (New York time)" in text
    assert "15:00" not in text
