"""A session that a mail named as the first one after leave is believed to be gone: whom no mail of ours tells so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from hashlib import sha256

from syncd.core.model import Absence, Client, ConflictState, Lost, initials
from syncd.core.model.effects import WORD_OF_LEAVE, EffectKey
from syncd.core.model.messages.intents import Write
from syncd.core.model.messages.letters import LetterKind, LetterRow
from syncd.core.model.messages.mails import SAYS_DAYS, MailKind
from syncd.core.offers.conflicts import VANISHED
from syncd.core.reading.diary import Diary
from syncd.core.state import PassState
from syncd.core.telling.letters.letter import blank

FIRST_GONE = (
    "first_gone"  # such a letter is about sessions that clients count on as the first ones afterwards
)
COUNTS_ON_IT = "counts_on_it"
_NAMES_IT = frozenset({*SAYS_DAYS, MailKind.URGENT_NOTICE, WORD_OF_LEAVE})


def first_gone(pass_state: PassState) -> Iterator[Write]:
    """One letter for each leave and all that went at one time."""
    for absence in sorted(pass_state.absence.values(), key=lambda one: one.id):
        diary = pass_state.diaries[absence.therapist]
        found: dict[datetime, list[LetterRow]] = {}
        for client in pass_state.snapshot.clients if diary.lost else ():
            lost = _counted_on(pass_state, diary, absence, client)
            if lost is not None:
                found.setdefault(lost.since, []).append(_row(client, lost))
        for since, rows in found.items():
            text = "\x1f".join((absence.therapist, f"{since:%Y%m%dT%H%M%S}", FIRST_GONE))
            mark = sha256(text.encode()).hexdigest()[:8]
            facts = blank(pass_state, diary.therapist, LetterKind.TAKING_BACK, tuple(rows))
            key = EffectKey(absence.id, mark, "letter_taking_back")
            yield Write(key, replace(facts, why=FIRST_GONE), absence.therapist)


def _counted_on(pass_state: PassState, diary: Diary, absence: Absence, client: Client) -> Lost | None:
    """What the newest mail that names the days of this leave named to its client as the first one after it, if that is
    gone, and not moved. Of a series that ended another letter says so.
    """
    mine = [one for one in diary.lost if one.session.client == client.id]
    told = (one for one in pass_state.snapshot.ledger if (one.client, one.absence) == (client.id, absence.id))
    at = max((one.at for one in told if one.key.kind in _NAMES_IT), default=None) if mine else None
    if at is None or _series_ended(pass_state, absence, client):
        return None
    usual = [one.span for one in pass_state.sessions_of(absence.therapist, client.id) if one.usual]
    gone = {one.session.span: one for one in mine if one.session.usual and at <= one.since}
    first = min((one for one in (*usual, *gone) if one.start >= absence.span.end), default=None)
    lost = gone.get(first) if first is not None else None
    return lost if lost and lost.believed(pass_state.now) and not lost.moved else None


def _series_ended(pass_state: PassState, absence: Absence, client: Client) -> bool:
    rows = (row for row in pass_state.conflicts if (row.absence, row.client) == (absence.id, client.id))
    return any(row.state is ConflictState.GONE and row.reason == VANISHED for row in rows)


def _row(client: Client, lost: Lost) -> LetterRow:
    return LetterRow(initials(client), client.name, client.phone, lost.session.span, COUNTS_ON_IT)
