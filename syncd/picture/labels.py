"""The few words in a picture of the weeks, in the language of whoever looks at it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from syncd.core.model.messages.weeks import SlotState
from syncd.core.time.spans import Span
from syncd.picture.words import clock_words, day_words, span_words
from syncd.wording.dates import DateWords


@dataclass(frozen=True, slots=True)
class Labels:
    """`day`, `clock` and `span` say when; `forward` and `back` hold a `{day}` on which the clocks change. `legend`
    explains how a session that takes place, one that falls out and a time in each state look; empty: it is not drawn.
    `title` says what the whole is; empty: whose days are leave.
    """

    title: str = ""
    day: Callable[[date], str] = day_words
    clock: Callable[[datetime, ZoneInfo], str] = clock_words
    span: Callable[[Span, ZoneInfo], str] = span_words
    holiday: str = "holiday"
    call: str = "call"
    forward: str = "clocks go forward on {day}"
    back: str = "clocks go back on {day}"
    takes_place: str = ""
    falls_out: str = ""
    states: Mapping[SlotState, str] = field(default_factory=dict)


_NAMED = ("holiday", "call", "forward", "back", "takes_place", "falls_out")
ENGLISH = Labels()


def labels_of(words: Mapping[str, str], language: str, zone: ZoneInfo, title: str = "") -> Labels:
    """In the words of a template: one for each name of `_NAMED`, and `held`, `invited`, `accepted`."""
    said = DateWords(language, zone)
    return Labels(
        title=title,
        day=said.weekday_short,
        clock=lambda moment, _: said.moment(moment).start,
        span=lambda span, _: said.span(span).short,
        states={state: words[state.value] for state in SlotState if state.value in words},
        **{one: words[one] for one in _NAMED if one in words},
    )
