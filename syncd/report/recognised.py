"""What was recognised in each calendar, by which sign, and which clients were never seen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from rich.console import RenderableType

from syncd.core.model import Client, Event, initials
from syncd.core.model.practice import Therapist
from syncd.core.reading import Roster
from syncd.core.reading.diary import Diary
from syncd.core.reading.sessions import TWICE
from syncd.core.reading.speaker import guests
from syncd.core.reading.titles.named import SHORT, named
from syncd.core.state import PassState
from syncd.report.columns import filled, flowing, number, sparse, words
from syncd.report.words import who

GUEST, INITIALS, NAME = "guest", "initials", "name"  # the signs by which a session is one


def recognised_table(pass_state: PassState, *, names: bool = False) -> RenderableType:
    """A row for each therapist: how many sessions there are by each sign, what is left to them, who has none."""
    table = sparse(
        "Recognised in the calendars",
        words("Therapist"),
        number("By guest"),
        number("Initials, id"),
        number("Name in part"),
        number("To settle"),
        number("Whose?"),
        flowing("No session found of"),
    )
    return filled(table, _rows(pass_state, names), "No calendar was read.")


def alias_hint(pass_state: PassState) -> str:
    """Where more may be learned of what nothing explains; "" where all is explained and nobody is missed."""
    open_still = any(one.unexplained or never_seen(pass_state, one) for one in pass_state.diaries.values())
    return "syncd doctor proposes aliases where titles nearly name a client." if open_still else ""


def _rows(pass_state: PassState, names: bool) -> Iterator[tuple[str, ...]]:
    roster = Roster.of(pass_state.snapshot.clients)
    for key in sorted(pass_state.diaries):
        diary = pass_state.diaries[key]
        events = map(pass_state.snapshot.event.get, (one.ref for one in diary.sessions.sessions))
        found = signs((one for one in events if one is not None), diary.therapist, roster)
        left = sum(one.reason != TWICE for one in diary.sessions.unsettled) + len(diary.sessions.strangers)
        missing = ", ".join(who(one.id, pass_state.snapshot, names) for one in never_seen(pass_state, diary))
        counts = (
            found[GUEST],
            found[INITIALS],
            found[NAME],
            left,
            len({one.ref.uid for one in diary.unexplained}),
        )
        yield key, *map(str, counts), missing or "nobody: each has one"


def signs(events: Iterable[Event], therapist: Therapist, roster: Roster) -> Counter[str]:
    """How many of these events, each of them a session, were recognised by each sign."""
    return Counter(_sign(event, therapist, roster) for event in events)


def _sign(event: Event, therapist: Therapist, roster: Roster) -> str:
    if guests(event, therapist):
        return GUEST
    _, reason = named(event.title, therapist.id, therapist.name, roster)
    return NAME if reason == SHORT else INITIALS


def never_seen(pass_state: PassState, diary: Diary) -> tuple[Client, ...]:
    """The therapist's clients of whom the calendar shows neither a session nor anything that may be one."""
    seen = diary.sessions.seen | {one.client for one in diary.all_sessions}
    mine = (one for one in pass_state.snapshot.clients if diary.therapist.id in one.therapists)
    return tuple(sorted((one for one in mine if one.id not in seen), key=lambda one: (initials(one), one.id)))
