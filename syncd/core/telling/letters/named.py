"""Whom a mail of this pass names as there for its client meanwhile: that colleague reads so, and so does the office."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from hashlib import sha256

from syncd.core.model import Absence, Client, Conflict
from syncd.core.model.effects import WORD_OF_LEAVE, EffectKey, EffectState
from syncd.core.model.messages.intents import Intent, Tell, Write
from syncd.core.model.messages.letters import LetterKind, LetterRow
from syncd.core.model.messages.mails import MailKind
from syncd.core.model.practice import Therapist
from syncd.core.state import PassState
from syncd.core.state.who_hears import outside
from syncd.core.telling.letters.letter import as_colleague_reads, as_office_reads, blank
from syncd.core.time.spans import first_and_last_day

NAMED = "named"  # to the colleague,
NAMED_OFFICE = "named_office"  # and to the practice
LETTER_NAMED = "letter_named"
NAMED_NEXT = "named_next"  # nothing of theirs falls out
_SAYING_SO = frozenset({MailKind.NOTICE, MailKind.URGENT_NOTICE})


def named_to_clients(pass_state: PassState, steps: Iterable[Intent]) -> Iterator[Write]:
    """One letter to each colleague, and its twin to the practice, for all clients of an absence who read their name
    now and have not before; with the first word of leave for all to whom it goes. In long leave the colleague has a
    list of them.
    """
    found: dict[tuple[str, str], dict[str, list[Conflict]]] = {}
    for one in (step for step in steps if isinstance(step, Tell)):
        for row, colleague in _readers(pass_state, one):
            found.setdefault((row.absence, colleague.id), {}).setdefault(row.client, []).append(row)
        for client, colleague in _of_leave(pass_state, one):
            found.setdefault((one.absence, colleague.id), {}).setdefault(client.id, [])
    for (absence, colleague_id), clients in found.items():
        known = _known(pass_state, absence, colleague_id)
        fresh = {mark_of(client): (client, rows) for client, rows in clients.items()}
        fresh = {mark: one for mark, one in fresh.items() if mark not in known}
        if fresh:
            key = EffectKey(absence, ".".join((colleague_id, *sorted(fresh))), LETTER_NAMED)
            colleague = pass_state.snapshot.therapist[colleague_id]
            yield from _letters(pass_state, key, pass_state.absence[absence], colleague, list(fresh.values()))


def _readers(pass_state: PassState, one: Tell) -> Iterator[tuple[Conflict, Therapist]]:
    """The sessions that the mail tells of, each with the colleague whom it names."""
    for row in _told_of(pass_state, one) if _named(one) and _leaves_now(pass_state, one) else ():
        colleague = pass_state.stand_in(row)
        if colleague is not None and colleague.name == _named(one) and row.absence not in pass_state.long:
            yield row, colleague


def _of_leave(pass_state: PassState, one: Tell) -> Iterator[tuple[Client, Therapist]]:
    """Who hears of the leave though nothing of theirs falls out, this one and all others, each with the colleague."""
    absence = pass_state.absence.get(one.absence)
    says = one.key.kind == WORD_OF_LEAVE and one.facts.with_therapist and _leaves_now(pass_state, one)
    if not says or absence is None or absence.id in pass_state.long:
        return
    readers = {client.id: client for client in outside(pass_state, absence)}
    if one.client in pass_state.snapshot.client:
        readers.setdefault(one.client, pass_state.snapshot.client[one.client])
    for client in readers.values():
        colleague = pass_state.steps_in(absence, client)
        if colleague is not None and not pass_state.snapshot.by_phone(client.id):
            yield client, colleague


def _named(one: Tell) -> str:
    """The name of who steps in, where the mail says so; not of who gives the time that it offers."""
    return one.facts.with_therapist if one.facts.kind in _SAYING_SO else one.facts.stand_in


def _leaves_now(pass_state: PassState, one: Tell) -> bool:
    return pass_state.snapshot.keys.get(one.key, EffectState.DROPPED) is EffectState.DROPPED


def _told_of(pass_state: PassState, one: Tell) -> Iterator[Conflict]:
    rows = (pass_state.conflict.get(name) for name in dict.fromkeys((one.conflict, *one.besides)))
    yield from (
        row for row in rows if row is not None and row.displaced and row.absence in pass_state.absence
    )


def known_to(pass_state: PassState) -> Iterator[tuple[EffectKey, str, frozenset[str]]]:
    """Each such letter, the colleague whom it names, and marks of the clients."""
    for key in pass_state.snapshot.keys:
        if key.kind == LETTER_NAMED:
            colleague, _, marks = key.version.partition(".")
            yield key, colleague, frozenset(marks.split("."))


def _known(pass_state: PassState, absence: str, colleague: str) -> frozenset[str]:
    mine = (
        marks for key, named, marks in known_to(pass_state) if (key.subject, named) == (absence, colleague)
    )
    return frozenset(mark for marks in mine for mark in marks)


def mark_of(client: str) -> str:
    """Names a client (id) in the keys of these letters."""
    return sha256(client.encode()).hexdigest()[:8]


def _letters(
    pass_state: PassState,
    key: EffectKey,
    absence: Absence,
    colleague: Therapist,
    clients: list[tuple[str, list[Conflict]]],
) -> Iterator[Write]:
    practice, away = pass_state.snapshot.practice, pass_state.snapshot.therapist[absence.therapist]
    rows = tuple(_row(pass_state, absence, client, mine, colleague) for client, mine in clients)
    facts = as_colleague_reads(blank(pass_state, colleague, LetterKind.COVER, rows), colleague, away)
    facts = replace(facts, why=NAMED, days=first_and_last_day(absence.remaining, away.zone))
    yield Write(key, facts, colleague.id)
    if practice.email not in {"", colleague.email}:
        theirs = replace(as_office_reads(pass_state, facts, away), why=NAMED_OFFICE)
        yield Write(replace(key, kind=f"{LETTER_NAMED}_office"), theirs, away.id)


def _row(
    pass_state: PassState, absence: Absence, name: str, mine: list[Conflict], colleague: Therapist
) -> LetterRow:
    """The first of the sessions that fall out; of whom none does the one that they have next."""
    client, lost = pass_state.snapshot.client.get(name), sorted(one.span for one in mine)
    ahead = sorted(one.span for one in pass_state.sessions_of(absence.therapist, name))
    next_one = next((span for span in ahead if span.start > pass_state.now), absence.span)
    return LetterRow(
        initials=pass_state.snapshot.short(name),
        name=client.name if client else "",
        phone=client.phone if client else "",
        original=lost[0] if lost else next_one,
        text=NAMED if lost else NAMED_NEXT,
        more=max(0, len(lost) - 1),
        colleague=colleague.name,
    )
