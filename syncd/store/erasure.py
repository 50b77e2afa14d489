"""A client is erased: what the store holds of them goes; what no number may be used twice for stays, without them."""

from __future__ import annotations

import hmac
import json
import os
import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, Table, Text, Update, delete, or_, select, update

from syncd.core.model import Approval, Conflict, KnownLeave, Offer, Reply
from syncd.core.model.actions import AuditEntry, PutEvent, SendMail
from syncd.core.model.effects import EffectState
from syncd.core.model.errors import StoreError
from syncd.store import audit, codec
from syncd.store.offers import put_conflicts, put_leave, put_offers, put_replies
from syncd.store.salts import forget
from syncd.store.tables import (
    approvals,
    calendars,
    conflicts,
    effects,
    facts,
    house,
    leave,
    ledger,
    metadata,
    mirror,
    offers,
    replies,
    traces,
)

AUDITED = 12  # characters of a mark, in the audit
_OVER = (EffectState.DONE, EffectState.DROPPED, EffectState.ESCALATED)
_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')
_BLANK = re.compile(r"\\[nrt]")


class Erased:
    """The file that names, by keyed hash, who was erased: a copy that is put back forgets them anew."""

    def __init__(self, path: Path) -> None:
        """The file need not exist; its folder has to when somebody is added."""
        self._path = path

    def marks(self) -> Mapping[str, int]:
        """Everybody's, and how often each was erased. Raises StoreError where it cannot be read."""
        try:
            return Counter(self._path.read_text(encoding="ascii").split())
        except FileNotFoundError:
            return {}
        except (OSError, ValueError):
            raise StoreError(f"{self._path}: cannot be read; give it to the user that runs syncd") from None

    def add(self, mark: str) -> None:
        """Once more; on disk before this returns."""
        try:
            held = os.open(self._path, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
            with os.fdopen(held, "wb") as out:
                out.write(f"{mark}\n".encode("ascii"))
                out.flush()
                os.fsync(out.fileno())
        except OSError as error:
            raise StoreError(
                f"{self._path}: {error.strerror}; nobody is erased before this can be written"
            ) from None


def mark_of(connection: Connection, client: str) -> str:
    """Names a client's id to who has this store, and to nobody else."""
    instance = connection.execute(select(house.c.instance)).scalar_one()
    return hmac.new(instance.encode(), client.encode(), sha256).hexdigest()[:32]


def erase(connection: Connection, client: str) -> Mapping[str, int]:
    """Take a client's id, times with places, texts and addresses out of every row; how many rows of each table changed.

    Offers and sessions stay with UID, times and the number of the last message, the ledger with its Message-IDs, the
    effects with their keys: none is ever used again (I5, I17).
    """
    name = f"erased-{mark_of(connection, client)[:12]}"
    rows, made = _theirs(connection, client)
    therapists = _therapists(connection, client, (*rows, *made))
    subjects = {one.id for one in rows} | {one.uid for one in made}
    put_conflicts(connection, [_bare_session(one, name) for one in rows])
    put_offers(connection, [_bare_offer(one, name) for one in made])
    changed = {
        "sessions": len(rows),
        "offers": len(made),
        "effects": _payloads(connection, client, subjects | {one.absence for one in rows}),
        "messages": _ledger(connection, client, name),
        "answers": _replies(connection, subjects),
        "learned": connection.execute(delete(facts).where(facts.c.client == client)).rowcount,
    }
    forget(connection, client, subjects | {one.absence for one in rows})
    _approvals(connection, client, therapists)
    _lost(connection, client)
    _mirrored(connection, {client, *(one.initials for one in rows if one.initials)})
    return changed


def forget_calendars(connection: Connection, named: Iterable[str]) -> None:
    """What is mirrored of calendars that the settings name no more."""
    for table in (mirror, calendars, traces):
        connection.execute(delete(table).where(table.c.calendar.not_in(sorted(named))))


def left_of(connection: Connection, client: str) -> tuple[str, ...]:
    """Tables in which the id still stands, alone or as a word among others."""
    return tuple(table.name for table in metadata.sorted_tables if _holds(connection, table, client))


def again(connection: Connection, marks: Mapping[str, int], now: datetime) -> int:
    """Erase whoever was erased more often than this store knows of; what it mirrors was read while they were known: it
    goes, and is read anew. How many clients of it that were. Whoever came back since then is not erased once more.
    """
    known_of = audit.erasures(connection)
    due = {mark: times - known_of[mark[:AUDITED]] for mark, times in marks.items()}
    due = {mark: times for mark, times in due.items() if times > 0}
    found = _marked(connection, due) if due else []
    for client in found:
        erase(connection, client)
    if found:
        _unread(connection, {one for table in (mirror, calendars) for one in _calendars(connection, table)})
    audit.write(connection, [entry for mark, times in due.items() for entry in [erased(mark, now)] * times])
    return len(found)


def _calendars(connection: Connection, table: Table) -> Iterator[str]:
    yield from connection.scalars(select(table.c.calendar).distinct())


def _unread(connection: Connection, named: Iterable[str]) -> None:
    """Nothing of these calendars is mirrored, each is read whole. When it was first read stays: mail is read since."""
    which = calendars.c.calendar.in_(sorted(named))
    connection.execute(delete(mirror).where(mirror.c.calendar.in_(sorted(named))))
    for row in connection.execute(select(calendars).where(which)).all():
        state = codec.CALENDAR.decode(row.body, f"calendars/{row.calendar}")
        body = codec.CALENDAR.encode(replace(state, cursor="", lens=""))
        connection.execute(update(calendars).where(calendars.c.calendar == row.calendar).values(body=body))


def erased(mark: str, now: datetime) -> AuditEntry:
    """What the audit says of it."""
    return AuditEntry(now, audit.HOUSE, audit.ERASED, {"mark": mark[:AUDITED]})


def _marked(connection: Connection, marks: Container[str]) -> list[str]:
    known = {
        *connection.scalars(select(facts.c.client)),
        *connection.scalars(select(ledger.c.client)),
        *(one.client for one in _decoded_sessions(connection)),
    }
    return sorted(one for one in known if mark_of(connection, one) in marks)


def _theirs(connection: Connection, client: str) -> tuple[list[Conflict], list[Offer]]:
    made = (codec.OFFER.decode(row.body, f"offers/{row.uid}") for row in connection.execute(select(offers)))
    return (
        [one for one in _decoded_sessions(connection) if one.client == client],
        [one for one in made if one.client == client],
    )


def _decoded_sessions(connection: Connection) -> Iterator[Conflict]:
    for row in connection.execute(select(conflicts)).all():
        yield codec.CONFLICT.decode(row.body, f"conflicts/{row.id}")


def _bare_session(row: Conflict, name: str) -> Conflict:
    return replace(row, client=name, initials="", location="", link="", pre_image="", reason="", usual=None)


def _bare_offer(offer: Offer, name: str) -> Offer:
    return replace(offer, client=name, location="", link="", news=(), heeded=())


def _payloads(connection: Connection, client: str, subjects: set[str]) -> int:
    """Of what is over: theirs, and what was written for therapists and the practice, which may call them by initials
    that nobody knows any more. Mails to others, and entries that are kept for them, stay.
    """
    over = effects.c.state.in_(_OVER), effects.c.payload != ""
    blank = update(effects).where(*over, effects.c.subject.in_(sorted(subjects)))
    changed = connection.execute(blank.values(payload="", detail="")).rowcount
    entries = set(connection.scalars(select(offers.c.uid)))
    for row in connection.execute(select(effects).where(*over)).all():
        if _may_speak(row.payload, client, entries):
            changed += connection.execute(_at(row).values(payload="")).rowcount
    return changed


def _at(row: Row[Any]) -> Update:
    mine = (effects.c.subject == row.subject, effects.c.version == row.version, effects.c.kind == row.kind)
    return update(effects).where(*mine)


def _may_speak(payload: str, client: str, entries: Container[str]) -> bool:
    if _names(payload, client):
        return True
    match codec.decode_action(payload):
        case SendMail(client=who):
            return who in {"", client}
        case PutEvent(draft=draft):
            return draft.uid not in entries
        case _:
            return False


def _mirrored(connection: Connection, called: Iterable[str]) -> None:
    """A calendar in which an overview of ours calls them by id or initials is read anew; the next look words it
    without.
    """
    rows = connection.execute(select(mirror.c.calendar, mirror.c.body)).all()
    _unread(connection, {row.calendar for row in rows if any(_names(row.body, one) for one in called)})


def _ledger(connection: Connection, client: str, name: str) -> int:
    found = connection.execute(select(ledger.c.id, ledger.c.body).where(ledger.c.client == client)).all()
    for number, body in found:
        sent = replace(codec.SENT.decode(body, f"ledger/{number}"), client=name, unreached="")
        values = {"client": name, "body": codec.SENT.encode(sent)}
        connection.execute(update(ledger).where(ledger.c.id == number).values(**values))
    return len(found)


def _replies(connection: Connection, subjects: set[str]) -> int:
    every = (
        codec.REPLY.decode(row.body, f"replies/{row.id}") for row in connection.execute(select(replies)).all()
    )
    mine = [one for one in every if one.offer in subjects]
    put_replies(connection, [_bare_reply(one) for one in mine])
    return len(mine)


def _bare_reply(reply: Reply) -> Reply:
    return replace(reply, sender="", attendee="", lost=())


def _therapists(connection: Connection, client: str, theirs: Iterable[Conflict | Offer]) -> set[str]:
    """Whose client they were."""
    learned = connection.scalars(select(facts.c.therapist).where(facts.c.client == client))
    return {*learned, *(one.therapist for one in theirs)}


def _approvals(connection: Connection, client: str, therapists: Container[str]) -> None:
    """Titles that these therapists said no to go, whomever they name: they are hashed, so nobody can say; what stands
    under one of them is asked about once more.
    """
    for row in connection.execute(select(approvals)).all():
        one: Approval = codec.APPROVAL.decode(row.body, f"approvals/{row.digest}")
        refused = () if one.therapist in therapists else one.refused
        bare = replace(one, others=one.others - {client}, refused=refused)
        if bare != one:
            body = codec.APPROVAL.encode(bare)
            connection.execute(update(approvals).where(approvals.c.digest == row.digest).values(body=body))


def _lost(connection: Connection, client: str) -> None:
    every = (
        codec.LEAVE.decode(row.body, f"leave/{row.therapist}")
        for row in connection.execute(select(leave)).all()
    )
    put_leave(connection, [_without(one, client) for one in every])


def _without(known: KnownLeave, client: str) -> KnownLeave:
    return replace(known, lost=tuple(one for one in known.lost if one.session.client != client))


def _holds(connection: Connection, table: Table, client: str) -> bool:
    texts = [one for one in table.columns if isinstance(one.type, Text)]
    if not texts:
        return False
    near = or_(*(one.contains(_written(client), autoescape=True) for one in texts))
    rows = connection.execute(select(*texts).where(near))
    return any(_names(text, client) for row in rows for text in row if text)


def _names(text: str, client: str) -> bool:
    """True where the id stands as a word in a text, or in a string of what is written as JSON; no part of a time."""
    if _written(client) not in text:
        return False
    begins, ends = r"(?<![\w-])(?:(?<!\d[.:])|(?=\D))", r"(?![\w-])(?:(?![.:]\d)|(?<=\D))"
    word = re.compile(begins + re.escape(_written(client)) + ends)
    strings = _STRING.findall(text) if text.startswith("[") else [text]
    return any(word.search(_BLANK.sub(" ", one)) for one in strings)


def _written(client: str) -> str:
    return json.dumps(client, ensure_ascii=False)[1:-1]
