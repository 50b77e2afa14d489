"""Whom a mail of this pass names as there for its client meanwhile: that colleague reads so, and so does the office."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from hashlib import sha256

from syncd.core.model import Absence, Conflict, initials
from syncd.core.model.effects import EffectKey, EffectState
from syncd.core.model.messages.intents import Intent, Tell, Write
from syncd.core.model.messages.letters import LetterKind, LetterRow
from syncd.core.model.messages.mails import MailKind
from syncd.core.model.practice import Therapist
from syncd.core.state import Standing
from syncd.core.telling.letters.letter import blank
from syncd.core.time.spans import first_and_last_day

NAMED = "named"  # to the colleague,
NAMED_OFFICE = "named_office"  # and to the practice
LETTER_NAMED = "letter_named"
_SAYING_SO = frozenset({MailKind.NOTICE, MailKind.SICK_TODAY})


def named_to_clients(standing: Standing, steps: Iterable[Intent]) -> Iterator[Write]:
    """One letter to each colleague, and its twin to the practice, for all clients of an absence who read their name
    now and have not before. In long leave the colleague has a list of them.
    """
    found: dict[tuple[str, str], dict[str, list[Conflict]]] = {}
    for one in steps:
        for row, colleague in _readers(standing, one) if isinstance(one, Tell) else ():
            found.setdefault((row.absence, colleague.id), {}).setdefault(row.client, []).append(row)
    for (absence, colleague_id), clients in found.items():
        known = _known(standing, absence, colleague_id)
        fresh = {mark: rows for client, rows in clients.items() if (mark := _mark(client)) not in known}
        if fresh:
            key = EffectKey(absence, ".".join((colleague_id, *sorted(fresh))), LETTER_NAMED)
            colleague = standing.snapshot.therapist[colleague_id]
            yield from _letters(standing, key, standing.absence[absence], colleague, list(fresh.values()))


def _readers(standing: Standing, one: Tell) -> Iterator[tuple[Conflict, Therapist]]:
    """The sessions that the mail tells of, each with the colleague whom it names."""
    for row in _told_of(standing, one) if _named(one) and _leaves_now(standing, one) else ():
        colleague = standing.stand_in(row)
        if colleague is not None and colleague.name == _named(one) and row.absence not in standing.long:
            yield row, colleague


def _named(one: Tell) -> str:
    """The name of who steps in, where the mail says so; not of who gives the time that it offers."""
    return one.facts.with_therapist if one.facts.kind in _SAYING_SO else one.facts.stand_in


def _leaves_now(standing: Standing, one: Tell) -> bool:
    return standing.snapshot.keys.get(one.key, EffectState.DROPPED) is EffectState.DROPPED


def _told_of(standing: Standing, one: Tell) -> Iterator[Conflict]:
    rows = (standing.conflict.get(name) for name in dict.fromkeys((one.conflict, *one.besides)))
    yield from (row for row in rows if row is not None and row.displaced and row.absence in standing.absence)


def _known(standing: Standing, absence: str, colleague: str) -> frozenset[str]:
    keys = (key for key in standing.snapshot.keys if (key.subject, key.kind) == (absence, LETTER_NAMED))
    mine = (key.version for key in keys if key.version.startswith(f"{colleague}."))
    return frozenset(mark for version in mine for mark in version.split("."))


def _mark(client: str) -> str:
    return sha256(client.encode()).hexdigest()[:8]


def _letters(
    standing: Standing, key: EffectKey, absence: Absence, colleague: Therapist, clients: list[list[Conflict]]
) -> Iterator[Write]:
    practice, away = standing.snapshot.practice, standing.snapshot.therapist[absence.therapist]
    rows = tuple(_row(standing, mine, colleague) for mine in clients)
    facts = replace(
        blank(standing, colleague, LetterKind.COVER, rows),
        why=NAMED,
        absent=away.name,
        days=first_and_last_day(absence.remaining, away.zone),
    )
    yield Write(key, facts, colleague.id)
    if practice.email not in {"", colleague.email}:
        theirs = replace(facts, to=practice.email, language=practice.language, why=NAMED_OFFICE)
        yield Write(replace(key, kind=f"{LETTER_NAMED}_office"), theirs, away.id)


def _row(standing: Standing, mine: list[Conflict], colleague: Therapist) -> LetterRow:
    first, *others = sorted(mine, key=lambda one: (one.span, one.id))
    client = standing.client(first)
    return LetterRow(
        initials=initials(client) if client else first.client,
        name=client.name if client else "",
        phone=client.phone if client else "",
        original=first.span,
        text=NAMED,
        more=len(others),
        colleague=colleague.name,
    )
