"""Settings that drop somebody of whom entries of ours still stand: who, and what to do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime

from syncd.core.model import Offer
from syncd.core.model.errors import ConfigProblem
from syncd.core.policy.unnamed import AHEAD
from syncd.ports import Memory
from syncd.settings import Settings

END_THERAPIST = (
    "their clients hear nothing until this therapist stands here again, or `syncd retire {id}` has ended it: it lists "
    "whom to call"
)
END_CLIENT = (
    "put the line back (approach = none offers nothing further), or `syncd retire {id}`; until then these stay as they "
    "are, and nobody tells this client anything"
)
END_CALENDAR = (
    "name that calendar here again; where it is the same under another name, `syncd store calendar {old} {new}`; else "
    "`syncd retire {id}` lists whom to call. Until then whoever has a time in it hears nothing"
)


def dropped(settings: Settings, memory: Memory, now: datetime) -> tuple[ConfigProblem, ...]:
    """Who and what is gone from the settings while offers ahead stand with them, and what to do."""
    offers = [one for one in memory.offers if one.state in AHEAD and one.span.end > now]
    return tuple(_problems(settings, memory, offers))


def _problems(settings: Settings, memory: Memory, offers: Iterable[Offer]) -> Iterator[ConfigProblem]:
    calendars = {one.id: one.calendar for one in settings.therapists}
    clients = {one.id for one in settings.clients}
    owners = {row.id: row.therapist for row in memory.conflicts}
    gone: Counter[str] = Counter()
    moved: Counter[tuple[str, str]] = Counter()
    strangers: Counter[str] = Counter()
    for one in offers:
        concerned = {one.therapist, owners.get(one.conflict, one.therapist)}
        gone.update(concerned - set(calendars))
        strangers.update({one.client} - clients)
        if one.therapist in calendars and one.calendar != calendars[one.therapist]:
            moved[one.therapist, one.calendar] += 1
    file, roster = str(settings.path), ", ".join(map(str, settings.rosters))
    for therapist, count in sorted(gone.items()):
        yield ConfigProblem(
            file,
            f'therapists, "{therapist}"',
            f"gone, with {_offers(count)}",
            END_THERAPIST.format(id=therapist),
        )
    for (therapist, calendar), count in sorted(moved.items()):
        said = f"another one, with {_offers(count)} in {calendar}"
        yield ConfigProblem(
            file,
            f'therapists, "{therapist}", calendar',
            said,
            END_CALENDAR.format(id=therapist, old=calendar, new=calendars[therapist]),
        )
    for client, count in sorted(strangers.items()):
        yield ConfigProblem(
            roster, f"client {client}", f"gone, with {_offers(count)}", END_CLIENT.format(id=client)
        )


def _offers(count: int) -> str:
    return "1 live offer" if count == 1 else f"{count} live offers"
