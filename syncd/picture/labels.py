"""The few words in a picture of the weeks, in the language of whoever looks at it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from syncd.core.model.messages.weeks import SlotState
from syncd.picture.words import clock_words, day_words
from syncd.wording.dates import DateWords


@dataclass(frozen=True, slots=True)
class Labels:
    """`day` and `clock` say when; `forward` and `back` hold a `{day}` on which the clocks change. `legend` explains how
    a session that takes place, one that falls out and a time in each state look; empty: it is not drawn.
    """

    day: Callable[[date], str] = day_words
    clock: Callable[[datetime, ZoneInfo], str] = clock_words
    holiday: str = "holiday"
    call: str = "call"
    forward: str = "clocks go forward on {day}"
    back: str = "clocks go back on {day}"
    takes_place: str = ""
    falls_out: str = ""
    states: Mapping[SlotState, str] = field(default_factory=dict)


_NAMED = ("holiday", "call", "forward", "back", "takes_place", "falls_out")
ENGLISH = Labels()


def labels_of(words: Mapping[str, str], language: str, zone: ZoneInfo) -> Labels:
    """In the words of a template: one for each name of `_NAMED`, and `held`, `invited`, `accepted`."""
    said = DateWords(language, zone)
    return Labels(
        day=said.weekday_short,
        clock=lambda moment, _: said.moment(moment).start,
        states={state: words[state.value] for state in SlotState if state.value in words},
        **{one: words[one] for one in _NAMED if one in words},
    )
