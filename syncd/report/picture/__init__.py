"""A picture of the weeks around a leave, as SVG: where every displaced session goes, and why in that order."""

from __future__ import annotations

from collections.abc import Iterator

from syncd.core.spans import union
from syncd.report.picture import palette as ink
from syncd.report.picture.facts import Displaced, Kept, SlotState, WeekPicture
from syncd.report.picture.layout import MARGIN, WIDTH, frame
from syncd.report.picture.panel import Panel
from syncd.report.picture.svg import document, element, rect, stripes, text
from syncd.report.picture.weeks import weeks
from syncd.report.words import days_words

__all__ = ["Displaced", "Kept", "SlotState", "WeekPicture", "week_picture"]


def week_picture(facts: WeekPicture) -> str:
    """SVG 1.1, 900 px wide, light, for screen and print; the same facts give the same bytes.

    Shows initials, times, ranks and states, never a name. Raises ValueError without any leave.
    """
    if not facts.leave:
        raise ValueError("a picture of the weeks needs a leave to stand around")
    grid = frame(facts)
    panel = Panel(facts)
    beside = list(panel.draw())
    height = max(grid.bottom, panel.y) + MARGIN
    parts = [_defs(), rect(0, 0, WIDTH, height, ink.PAPER), *_titles(facts), *weeks(facts, grid), *beside]
    return document(WIDTH, height, _title(facts), _summary(facts), parts)


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
    yield text(MARGIN, 40, _title(facts), 19, ink.INK, font_weight="bold")
    about = f"{facts.therapist} · {_summary(facts)} · times in {facts.zone.key}"
    yield text(MARGIN, 60, about, 11, ink.SOFT)
