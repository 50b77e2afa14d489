"""What an event of the therapist's says: of leave, whose, and by which tags."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import lru_cache
from typing import NamedTuple

from syncd.core.model import Event, EventKind, Saying
from syncd.core.model.practice import Therapist
from syncd.core.reading.roster import Roster, letters_of
from syncd.core.reading.tags import Tagged, read_tags
from syncd.core.reading.titles.leave import LeaveReading, Spoken, hear_leave
from syncd.core.reading.titles.leave_words import WITH
from syncd.core.reading.titles.sayings import read_sayings
from syncd.core.reading.titles.words import Words, words
from syncd.core.time.spans import AllDay

HERE = "here"
SHORTEST = timedelta(hours=3)  # of leave that is known by its title or busy status alone


@dataclass(frozen=True, slots=True)
class Said:
    """What an event of the therapist's says, text and category taken together."""

    tags: tuple[str, ...]
    named: Words  # the title without its tags
    reading: LeaveReading
    marked: bool  # out-of-office, category or tag: leave whatever the title says
    by_category: bool
    clients: tuple[str, ...]  # in the title, where it speaks of leave, or names nothing else for a whole day
    unclear: bool  # `#none` names no client, or several
    written: tuple[str, ...]  # the description's tags as they stand there
    ill: bool  # the title says so
    asks: bool = False  # a question mark ends the title
    by_name: bool = False  # the words that speak of leave are in a client's name
    of_client: bool = False  # the title names a client, beside whatever else
    sayings: tuple[Saying, ...] = ()  # in the description

    @property
    def refused(self) -> bool:
        """True where `#here` says that it is no leave of theirs."""
        return HERE in self.tags

    @property
    def of_leave(self) -> bool:
        """True when it speaks of somebody's leave at all."""
        return self.marked or self.reading is not LeaveReading.SILENT


def listen(event: Event, therapist: Therapist, roster: Roster, leave_words: Iterable[str]) -> Said:
    """Read title, description and categories of an event that `says` something."""
    away = event.kind is EventKind.OUT_OF_OFFICE or (event.kind is EventKind.AWAY and long_enough(event))
    whole_day = isinstance(event.when, AllDay) and not event.recurring
    text = _Text(event.title, event.description, event.categories, away, whole_day)
    return _heard(text, therapist.id, therapist.name, tuple(leave_words), roster)


class _Text(NamedTuple):
    """What an event says in words: the same for every occurrence of a series, and with every pass."""

    title: str
    description: str
    categories: tuple[str, ...]
    out_of_office: bool
    whole_day: bool


@lru_cache(maxsize=4096)
def _heard(text: _Text, therapist: str, name: str, leave_words: tuple[str, ...], roster: Roster) -> Said:
    sayings, description = read_sayings(text.description)
    title, below = (_tagged(part, therapist, roster) for part in (text.title, description))
    tags = tuple(sorted({*title.tags, *below.tags}))
    by_category = any(category.strip().lstrip("#").casefold() == "leave" for category in text.categories)
    spoken = _spoken(title.rest, therapist, name, leave_words, roster)
    marked = text.out_of_office or "leave" in tags or by_category
    of_leave = marked or spoken.reading is not LeaveReading.SILENT
    return Said(
        tags=tags,
        named=words(title.rest),
        reading=spoken.reading,
        marked=marked,
        by_category=by_category,
        clients=_away(title.rest, spoken, therapist, roster)
        if of_leave
        else _alone(text, title, therapist, roster),
        unclear=title.unclear or below.unclear,
        written=below.written,
        asks=title.rest.rstrip().endswith("?"),
        ill=spoken.ill,
        by_name=spoken.by_name,
        of_client=bool(roster.mentioned(title.rest, therapist)),
        sayings=sayings,
    )


def _spoken(title: str, therapist: str, name: str, leave_words: tuple[str, ...], roster: Roster) -> Spoken:
    """What a title speaks of leave. Words that are a client's name as well decide nothing: Max Krank, Anna Winter."""
    said = words(title)
    spoken = hear_leave(said, (name, therapist), leave_words, roster.whole_names(said))
    theirs = roster.name_words(therapist) - {word for one in (name, therapist) for word in words(one)}
    by_name = theirs.issuperset(spoken.by) and bool(spoken.by)
    named = theirs | {letters_of(one).casefold() for one in roster.initials_in(title, therapist)}
    if spoken.reading is LeaveReading.SAYS and not named.isdisjoint({*spoken.by, *spoken.beside}):
        spoken = replace(spoken, reading=LeaveReading.MENTIONS)
    return replace(spoken, by_name=by_name)


def _away(title: str, spoken: Spoken, therapist: str, roster: Roster) -> tuple[str, ...]:
    """Whose leave it is, where the title names clients: not where they go along ("Urlaub mit Jonas")."""
    if not WITH.isdisjoint(spoken.left) or (title.isupper() and spoken.beside and not spoken.left):
        return ()
    return roster.meant(spoken.left, therapist) or roster.mentioned(title, therapist)


def _alone(text: _Text, title: Tagged, therapist: str, roster: Roster) -> tuple[str, ...]:
    """A whole day that is called after a client, and says nothing else, is that client's absence."""
    if not text.whole_day or title.rest.rstrip().endswith(("!", "?")):
        return ()
    found = roster.called(title.rest, therapist) or roster.meant(words(title.rest), therapist)
    return found if len(found) == 1 else ()


def _tagged(text: str, therapist: str, roster: Roster) -> Tagged:
    return read_tags(
        text,
        lambda phrase: roster.called(phrase, therapist),
        lambda phrase: roster.mentioned(phrase, therapist),
    )


def long_enough(event: Event) -> bool:
    """True for what may be leave by its title: whole days, and three hours or more."""
    return isinstance(event.when, AllDay) or event.when.duration >= SHORTEST
