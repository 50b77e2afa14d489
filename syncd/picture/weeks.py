"""The weeks: a row of days each, hours downwards; open hours, leave, sessions, and where the displaced ones go."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from syncd.core.model import OfferKind
from syncd.core.time.spans import Span
from syncd.picture import palette as ink
from syncd.picture.badge import KEPT_LOOK, ORIGINAL_LOOK, SIZE, STATE_LOOKS, Look, badge, width
from syncd.picture.facts import Displaced, WeekPicture
from syncd.picture.layout import Frame, Piece, lanes, monday_of, pieces
from syncd.picture.svg import element, fitted, line, rect, text, titled, width_of

_INSET = 2.0
_SMALL = 9.5
_LEGIBLE = 6.5  # text is no smaller
_LEAST = 9.0  # a block is never drawn lower than this


@dataclass(frozen=True, slots=True)
class Box:
    """Where one block stands, in pixels."""

    x: float
    y: float
    wide: float
    tall: float

    @property
    def middle(self) -> float:
        """The height of its centre."""
        return self.y + self.tall / 2

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.x + self.wide

    @property
    def small(self) -> float:
        """The size of text that fits in it."""
        return min(_SMALL, self.tall - 1)


Draw = Callable[[Box], str]


def weeks(facts: WeekPicture, grid: Frame) -> Iterator[str]:
    """Everything inside the grid, from the ground up."""
    for monday in grid.weeks:
        yield element("g", "".join(_ground(facts, grid, monday)))
    yield from _blocks(facts, grid)


def _ground(facts: WeekPicture, grid: Frame, monday: date) -> Iterator[str]:
    top = grid.top(monday)
    days = grid.days(monday)
    yield rect(grid.left, top, grid.right - grid.left, grid.tall, ink.CLOSED)
    for day in days:
        yield from _open(facts, grid, day)
    yield from _taken(facts, grid, facts.busy, monday, "url(#busy)")
    yield from _taken(facts, grid, facts.leave, monday, "url(#leave)")
    yield from _lines(grid, monday)
    for day in days:
        yield _head(facts, grid, day)
    yield from _clock_change(facts, grid, monday)


def _open(facts: WeekPicture, grid: Frame, day: date) -> Iterator[str]:
    if day in facts.holidays:
        return
    for hours in facts.hours.on(day):
        top, bottom = grid.y(day, hours.start), grid.y(day, hours.end)
        if bottom > top:
            yield rect(grid.x(day), top, grid.column, bottom - top, ink.PAPER)


def _taken(facts: WeekPicture, grid: Frame, spans: Iterable[Span], monday: date, fill: str) -> Iterator[str]:
    for piece in (piece for span in spans for piece in pieces(span, facts.zone)):
        if monday_of(piece.day) != monday or not grid.shows(piece.day):
            continue
        top, bottom = grid.y(piece.day, piece.start), grid.y(piece.day, piece.end)
        if bottom > top:
            yield rect(grid.x(piece.day), top, grid.column, bottom - top, fill)


def _lines(grid: Frame, monday: date) -> Iterator[str]:
    top = grid.top(monday)
    every = 1 if grid.closes - grid.opens <= 6 else 2
    for hour in range(grid.opens, grid.closes + 1):
        y = top + (hour - grid.opens) * grid.hour
        if hour not in {grid.opens, grid.closes}:
            yield line(grid.left, y, grid.right, y, ink.RULE, stroke_width=0.7)
        if (hour - grid.opens) % every == 0:
            yield text(grid.left - 6, y + 3, f"{hour:02d}", 9, ink.FAINT, text_anchor="end")
    for number in range(1, len(grid.weekdays)):
        x = grid.left + number * grid.column
        yield line(x, top, x, top + grid.tall, ink.FRAME, stroke_width=0.7)
    yield rect(grid.left, top, grid.right - grid.left, grid.tall, "none", stroke=ink.FRAME, stroke_width=0.9)


def _head(facts: WeekPicture, grid: Frame, day: date) -> str:
    """The day's name; a bar over days that are leave from one end of the shown hours to the other."""
    y = grid.top(monday_of(day))
    away = _all_away(facts, grid, day)
    holiday = day in facts.holidays
    name = facts.labels.day(day)
    said = name + (f" · {facts.labels.holiday}" if holiday else "")
    mark = rect(grid.x(day), y - 3, grid.column, 3, ink.LEAVE_STRIPE) if away else ""
    colour = ink.LEAVE_INK if away else ink.SOFT
    label = fitted(said, 10, grid.column - 2)
    if holiday and label != said:
        label = fitted(f"{name} *", 10, grid.column - 2)
    return mark + text(grid.x(day) + 3, y - 8, label, 10, colour, font_weight="bold" if away else "normal")


def _all_away(facts: WeekPicture, grid: Frame, day: date) -> bool:
    return any(
        piece.day == day and piece.start <= grid.opens * 60 and piece.end >= grid.closes * 60
        for span in facts.leave
        for piece in pieces(span, facts.zone)
    )


def _clock_change(facts: WeekPicture, grid: Frame, monday: date) -> Iterator[str]:
    """A word under a week in which the clocks change."""
    for day in (monday + timedelta(days=number) for number in range(7)):
        noons = (datetime.combine(one, time(12), facts.zone) for one in (day - timedelta(days=1), day))
        before, after = (noon.utcoffset() or timedelta() for noon in noons)
        if before != after:
            way = facts.labels.forward if after > before else facts.labels.back
            said = way.replace("{day}", facts.labels.day(day))
            y = grid.top(monday) + grid.tall + 11
            yield text(grid.right, y, said, 9, ink.FAINT, text_anchor="end", font_style="italic")


def _blocks(facts: WeekPicture, grid: Frame) -> Iterator[str]:
    """Sessions, originals and slots; those that overlap on a day stand side by side."""
    days: dict[date, list[tuple[Piece, Draw]]] = {}
    for span, draw in _drawn(facts, grid):
        for piece in pieces(span, facts.zone):
            if grid.shows(piece.day):
                days.setdefault(piece.day, []).append((piece, draw))
    for day in sorted(days):
        row = sorted(days[day], key=lambda one: (one[0].start, one[0].end))
        places = lanes([(piece.start, piece.end) for piece, _ in row])
        for (piece, draw), (lane, count) in zip(row, places, strict=True):
            yield draw(_box(grid, piece, lane, count))


def _box(grid: Frame, piece: Piece, lane: int, count: int) -> Box:
    wide = (grid.column - 2 * _INSET) / count
    top, bottom = grid.y(piece.day, piece.start), grid.y(piece.day, piece.end)
    x = grid.x(piece.day) + _INSET + lane * wide
    return Box(x, top + 0.8, wide - (1.5 if lane < count - 1 else 0), max(bottom - top - 1.6, _LEAST))


def _drawn(facts: WeekPicture, grid: Frame) -> Iterator[tuple[Span, Draw]]:
    for kept in sorted(facts.sessions):
        yield kept.span, _kept(kept.initials, facts.labels.span(kept.span, facts.zone))
    for one in sorted(facts.displaced, key=lambda each: each.rank):
        yield one.original, _original(one, facts)
        if one.slot is not None and not one.colleague:
            yield one.slot, _slot(one, one.slot, facts)


def _kept(initials: str, said: str) -> Draw:
    def draw(box: Box) -> str:
        words = _label(box, box.x + 6, initials, box.wide - 8, _Lettering(KEPT_LOOK.ink))
        return titled(f"{initials} {said}", (_ground_of(box, KEPT_LOOK), words))

    return draw


def _original(one: Displaced, facts: WeekPicture) -> Draw:
    how = facts.labels.falls_out or "displaced"
    title = f"{one.rank} {one.initials} {how} {facts.labels.span(one.original, facts.zone)}"

    def draw(box: Box) -> str:
        words = _numbered(box, one, one.initials, _Lettering(ORIGINAL_LOOK.ink, struck=True))
        return titled(title, (_ground_of(box, ORIGINAL_LOOK), words))

    return draw


def _slot(one: Displaced, slot: Span, facts: WeekPicture) -> Draw:
    look = STATE_LOOKS[one.state]
    minutes = slot.duration // timedelta(minutes=1)
    more = {OfferKind.EXTEND: f" +{minutes}", OfferKind.CALL: f" {facts.labels.call}"}
    said = one.initials + more.get(one.kind, "")
    how = facts.labels.states.get(one.state, one.state.value)
    title = f"{one.rank} {said} {how} {facts.labels.span(slot, facts.zone)}"
    start = facts.labels.clock(slot.start, facts.zone)

    def draw(box: Box) -> str:
        small = _beside_each_other(box, one, said, start)
        words = _numbered(box, one, said, _Lettering(look.ink, bold=True, small=small))
        clock = _clock(box, start, small, look.ink) if small else ""
        return titled(title, (_ground_of(box, look), words, clock))

    return draw


def _beside_each_other(box: Box, one: Displaced, said: str, start: str) -> float:
    """The size, no larger than text in the box, in which there is room for whose slot it is and when it starts; 0 for
    none.
    """
    size = box.small
    while size >= _LEGIBLE:
        used = 15 + width(one.rank, _size(box)) + width_of(said, size) + width_of(start, size - 0.5)
        if used <= box.wide:
            return size
        size -= 0.5
    return 0.0


def _clock(box: Box, start: str, small: float, colour: str) -> str:
    """When the slot starts, at the right."""
    return text(box.right - 4, box.middle + small * 0.35, start, small - 0.5, colour, text_anchor="end")


def _ground_of(box: Box, look: Look) -> str:
    return look.draw(box.x, box.y, box.wide, box.tall)


def _size(box: Box) -> float:
    return min(SIZE, box.tall)


@dataclass(frozen=True, slots=True)
class _Lettering:
    """How words are set; `small` 0 is the size that the box has room for."""

    colour: str
    struck: bool = False
    bold: bool = False
    small: float = 0.0

    @property
    def more(self) -> dict[str, str | float]:
        """What SVG calls it, beside colour and size."""
        struck: dict[str, str | float] = {"text_decoration": "line-through"} if self.struck else {}
        return struck | ({"font_weight": "bold"} if self.bold else {})


def _numbered(box: Box, one: Displaced, said: str, lettering: _Lettering) -> str:
    size = _size(box)
    x = box.x + 3
    after = x + width(one.rank, size) + 4
    words = _label(box, after, said, box.right - after - 2, lettering)
    return badge(x, box.middle, one.rank, one.tier, size) + words


def _label(box: Box, x: float, said: str, room: float, lettering: _Lettering) -> str:
    size = lettering.small or box.small
    words = fitted(said, size, room)
    return text(x, box.middle + size * 0.35, words, size, lettering.colour, **lettering.more)
