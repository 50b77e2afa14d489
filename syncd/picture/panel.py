"""Beside the weeks: what the marks mean, then everybody by rank with the factors that put them there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from syncd.core.model import OfferKind, Tier
from syncd.core.model.messages.weeks import SlotState
from syncd.core.planning.ranking import SCORE_MAX, Part
from syncd.picture import palette as ink
from syncd.picture.badge import KEPT_LOOK, ORIGINAL_LOOK, STATE_LOOKS, Look, badge, width
from syncd.picture.facts import Displaced, WeekPicture
from syncd.picture.layout import MARGIN, PANEL, TOP, WIDTH
from syncd.picture.svg import element, fitted, line, rect, text, titled, width_of
from syncd.picture.words import moment_words

LEFT = WIDTH - MARGIN - PANEL
RIGHT = WIDTH - MARGIN
_ENTRY = 32.0
_TIER = 25.0
_BAR = 7.0
_SCORE = 26.0  # room for the number after a bar
_INDENT = 22.0
_INITIALS = 36.0


@dataclass(slots=True)
class Panel:
    """The column as it grows downwards; `y` is where the next thing begins."""

    facts: WeekPicture
    y: float = TOP - 8

    def draw(self) -> Iterator[str]:
        """Legend, then ranking."""
        yield from self._legend()
        ranked = sorted(self.facts.displaced, key=lambda one: one.rank)
        if ranked:
            yield from self._ranking(ranked)

    def _heading(self, said: str) -> str:
        self.y += 21
        return heading(LEFT, self.y, said)

    def _legend(self) -> Iterator[str]:
        yield self._heading("What is what")
        looks: tuple[tuple[Look | str, str], ...] = (
            (KEPT_LOOK, "session as usual"),
            (STATE_LOOKS[SlotState.HELD], "proposed, not sent yet"),
            (ORIGINAL_LOOK, "displaced by the leave"),
            (STATE_LOOKS[SlotState.INVITED], "client invited"),
            ("url(#leave)", "leave"),
            (STATE_LOOKS[SlotState.ACCEPTED], "client accepted"),
            *((("url(#busy)", "busy otherwise"),) if self.facts.busy else ()),
        )
        self.y += 8
        for index, (look, said) in enumerate(looks):
            x = LEFT + (index % 2) * 146
            y = self.y + (index // 2) * 17
            yield _sample(look, x, y) + text(x + 28, y + 9, said, 9.5, ink.SOFT)
        self.y += -(-len(looks) // 2) * 17

    def _ranking(self, ranked: list[Displaced]) -> Iterator[str]:
        self.y += 10
        yield self._heading("Who comes first, and why")
        yield from self._factors(ranked)
        tier: Tier | None = None
        for one in ranked:
            if one.tier is not tier:
                tier = one.tier
                yield self._tier(tier)
            yield titled(f"{one.rank} {one.initials}: {_spelled(one.parts)}", self._entry(one))
            self.y += _ENTRY

    def _factors(self, ranked: list[Displaced]) -> Iterator[str]:
        """The colours of the bars, for the factors that occur."""
        names = list(dict.fromkeys(part.name for one in ranked for part in one.parts))
        self.y += 14
        x = LEFT
        for name in names:
            wide = 21 + width_of(name, 9)
            if x + wide > RIGHT + 8:
                x, self.y = LEFT, self.y + 14
            mark = rect(x, self.y - 7, 8, 8, _colour(name), rx=1.5)
            yield mark + text(x + 11, self.y, name, 9, ink.SOFT)
            x += wide
        self.y += 4

    def _tier(self, tier: Tier) -> str:
        self.y += _TIER
        said = text(LEFT, self.y - 8, ink.TIER_NAMES[tier], 9.5, ink.TIERS[tier], font_weight="bold")
        begins = LEFT + width_of(ink.TIER_NAMES[tier], 10.5) + 6
        return said + line(begins, self.y - 11, RIGHT, self.y - 11, ink.RULE, stroke_width=0.9)

    def _entry(self, one: Displaced) -> Iterator[str]:
        middle = self.y + 7
        yield badge(LEFT, middle, one.rank, one.tier)
        x = LEFT + _INDENT
        after = max(x, LEFT + width(one.rank) + 4)
        room = x + _INITIALS - after - 2
        yield text(after, middle + 3.5, fitted(one.initials, 10.5, room), 10.5, ink.INK, font_weight="bold")
        yield from self._way(one, x + _INITIALS, middle)
        yield from self._bar(one, x, self.y + 17)

    def _way(self, one: Displaced, x: float, middle: float) -> Iterator[str]:
        """From the original to the slot."""
        was = moment_words(one.original.start, self.facts.zone)
        yield text(x, middle + 3.5, was, 9, ink.SOFT)
        arrow = x + 89
        if one.slot is None:
            yield text(arrow + 16, middle + 3.5, "no time found", 9.5, ink.LEAVE_INK, font_style="italic")
            return
        yield line(arrow, middle, arrow + 9, middle, ink.FAINT, stroke_width=1)
        yield element("path", d=_head(arrow + 9, middle), fill=ink.FAINT)
        yield STATE_LOOKS[one.state].draw(arrow + 16, middle - 4.5, 13, 9)
        start = moment_words(one.slot.start, self.facts.zone)
        words = {
            OfferKind.EXTEND: " longer",
            OfferKind.COVER: f" {one.colleague}",
            OfferKind.CALL: " call",
        }
        more = words.get(one.kind, "")
        room = RIGHT - arrow - 28
        yield text(
            arrow + 34, middle + 3.5, fitted(start + more, 9.5, room), 9.5, ink.SLOT, font_weight="bold"
        )

    def _bar(self, one: Displaced, x: float, y: float) -> Iterator[str]:
        """The score, 0 to 1000, made of its factors."""
        whole = RIGHT - x - _SCORE
        yield rect(x, y, whole, _BAR, ink.CLOSED, rx=1.5)
        total = sum(part.points for part in one.parts)
        at = x
        for part in one.parts:
            wide = whole * one.score / SCORE_MAX * part.points / total if total > 0 else 0.0
            if wide >= 0.5:
                yield rect(at, y, max(wide - 0.8, 0.4), _BAR, _colour(part.name))
            at += wide
        yield text(RIGHT, y + _BAR - 0.6, str(one.score), 9, ink.SOFT, text_anchor="end")


def heading(x: float, y: float, said: str) -> str:
    """A heading over a rule at `y` that ends where the page does."""
    rule = line(x, y, RIGHT, y, ink.FRAME, stroke_width=0.9)
    return text(x, y - 7, said, 11.5, ink.INK, font_weight="bold") + rule


def _sample(look: Look | str, x: float, y: float) -> str:
    if isinstance(look, Look):
        return look.draw(x, y, 20, 11)
    return rect(x, y, 20, 11, look, rx=2.5)


def _head(x: float, y: float) -> str:
    return f"M{x - 3:.1f} {y - 3:.1f}L{x + 2:.1f} {y:.1f}L{x - 3:.1f} {y + 3:.1f}Z"


def _colour(name: str) -> str:
    return ink.FACTORS.get(name, ink.OTHER_FACTOR)


def _spelled(parts: tuple[Part, ...]) -> str:
    return ", ".join(f"{part.name} {part.points:.0f}" for part in parts)
