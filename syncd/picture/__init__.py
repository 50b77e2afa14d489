"""A picture of the weeks around a leave, as SVG: where every displaced session goes, and why in that order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from syncd.core.model import Tier
from syncd.core.model.messages.weeks import Kept, SlotState, Weeks
from syncd.core.time.spans import union
from syncd.picture import palette as ink
from syncd.picture.facts import Displaced, WeekPicture
from syncd.picture.labels import Labels
from syncd.picture.layout import MARGIN, TOP, WIDTH, Frame, frame
from syncd.picture.legend import legend
from syncd.picture.panel import Panel
from syncd.picture.reasons import reasons
from syncd.picture.svg import document, element, fitted, flat, number, rect, stripes, text
from syncd.picture.weeks import weeks as weeks_drawn
from syncd.picture.words import days_words

__all__ = [
    "Displaced",
    "Kept",
    "SlotState",
    "WeekPicture",
    "bare_picture",
    "letter_picture",
    "week_picture",
    "week_pictures",
]

LETTER_DAYS = 372.0  # with hours beside them as wide as a phone shows, at a size that can be read
LETTER_HOUR = 17.0
LETTER_WEEKS = 5  # of more only those in which something happens
_EDGE = 6.0


def week_picture(facts: WeekPicture) -> str:
    """SVG 1.1, 900 px wide, light, for screen and print; the same facts give the same bytes.

    Shows initials, times, ranks and states, never a name. Raises ValueError without any leave.
    """
    return week_pictures((facts,))


def week_pictures(every: Sequence[WeekPicture]) -> str:
    """One picture below the other in one file; a line of text where nobody is away."""
    parts, height = [], 0.0
    for facts in every:
        drawn, tall = _drawn(facts)
        parts.append(element("g", "\n".join(drawn), transform=f"translate(0 {number(height)})"))
        height += tall
    if not parts:
        height = 3 * MARGIN
        parts.append(text(MARGIN, 2 * MARGIN, "Nobody is away.", 14, ink.SOFT))
    title = "; ".join(_title(facts) for facts in every)
    about = "; ".join(f"{facts.therapist}: {_summary(facts)}" for facts in every)
    paper = rect(0, 0, WIDTH, height, ink.PAPER)
    return document(WIDTH, height, title or "Leave", about or "Nobody is away.", [_defs(), paper, *parts])


def bare_picture(facts: WeekPicture, *, first: bool = True) -> str:
    """The weeks alone, to stand in a page: numbered in order of time, without rank, tier or reason.

    Patterns are defined in the `first` picture of a page. Raises ValueError without any leave.
    """
    return _bare(facts, frame(facts), [_defs()] if first else [])


def letter_picture(weeks: Weeks, labels: Labels) -> str:
    """The same as wide as a phone, and only the weeks in which something happens; flat grounds, which stay small."""
    displaced = tuple(
        Displaced(0, one.initials, Tier.ROUTINE, 0, (), one.original, one.slot, one.state, one.kind)
        for one in weeks.moved
    )
    facts = WeekPicture(
        weeks.therapist,
        weeks.zone,
        weeks.hours,
        weeks.leave,
        weeks.sessions,
        displaced,
        weeks.busy,
        weeks.holidays,
        weeks_around=0,
        most_weeks=LETTER_WEEKS,
        labels=labels,
    )
    grid = replace(frame(facts), days_wide=LETTER_DAYS, most_hour=LETTER_HOUR)
    return _bare(facts, grid, [element("defs", flat("leave", ink.LEAVE) + flat("busy", ink.BUSY_STRIPE))])


def _bare(facts: WeekPicture, grid: Frame, parts: Sequence[str]) -> str:
    if not facts.leave:
        raise ValueError("a picture of the weeks needs a leave to stand around")
    ordered = sorted(facts.displaced, key=lambda one: (one.original, one.initials))
    plain = tuple(
        replace(one, rank=place, tier=Tier.ROUTINE, score=0, parts=(), reason="")
        for place, one in enumerate(ordered, start=1)
    )
    aside, above = MARGIN - _EDGE, TOP - _EDGE  # where the titles of a picture of its own stand
    high, told = legend(facts, grid)
    wide, tall = grid.right + _EDGE - aside, grid.bottom + (high or _EDGE) - above
    drawn = "\n".join((*weeks_drawn(replace(facts, displaced=plain), grid), *told))
    shifted = element("g", drawn, transform=f"translate({number(-aside)} {number(-above)})")
    title = facts.labels.title or _title(facts)
    return document(wide, tall, title, title, [*parts, shifted])


def _drawn(facts: WeekPicture) -> tuple[list[str], float]:
    """One picture's elements and its height."""
    if not facts.leave:
        raise ValueError("a picture of the weeks needs a leave to stand around")
    grid = frame(facts)
    panel = Panel(facts)
    beside = list(panel.draw())
    told, end = reasons(facts, panel.y, grid.bottom)
    height = max(grid.bottom, end) + MARGIN
    return [*_titles(facts), *weeks_drawn(facts, grid), *beside, *told], height


def _defs() -> str:
    patterns = stripes("leave", ink.LEAVE, ink.LEAVE_STRIPE, 7) + stripes(
        "busy", ink.BUSY, ink.BUSY_STRIPE, 5
    )
    return element("defs", patterns)


def _title(facts: WeekPicture) -> str:
    return "Leave " + ", ".join(days_words(span, facts.zone) for span in union(facts.leave))


def _summary(facts: WeekPicture) -> str:
    placed = sum(1 for one in facts.displaced if one.slot is not None)
    count = len(facts.displaced)
    sessions = "1 session" if count == 1 else f"{count} sessions"
    said = f"{sessions} displaced, {placed} with a new time, {count - placed} without"
    return said if facts.proven else f"{said}; not proven best"


def _titles(facts: WeekPicture) -> Iterator[str]:
    yield text(MARGIN, 40, fitted(_title(facts), 19, WIDTH - 2 * MARGIN), 19, ink.INK, font_weight="bold")
    about = f"{facts.therapist} · {_summary(facts)} · times in {facts.zone.key}"
    yield text(MARGIN, 60, about, 11, ink.SOFT)
