"""What each intent rests on, by kind: nothing leaves the house before its grounds were read anew (I25)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from syncd.core.model import MAILBOX, Conflict, ConflictState
from syncd.core.model.actions import CancelOriginal, DeleteEvent, RestoreOriginal
from syncd.core.model.effects import WORD_OF_LEAVE
from syncd.core.model.messages.intents import Intent, Invite, Show, Tell, Write
from syncd.core.model.messages.mails import COURTESIES, MailKind
from syncd.core.state.gates import PassState

# What is due by time alone, or speaks of what a client may have answered meanwhile.
RESTS_ON_ANSWERS = frozenset(
    {MailKind.INVITATION, MailKind.REMINDER, MailKind.CLOSING, MailKind.NOTICE}
    | {MailKind.UNSURE, *COURTESIES}
)


@dataclass
class Sieve:
    """Lets through what is grounded; notes the sessions whose client should hear what is not (`waiting`)."""

    pass_state: PassState
    waiting: set[str] = field(default_factory=set)

    def lets(self, intent: Intent) -> bool:
        """True when all that this rests on was read in this pass, so after it fell due, and was understood.

        What stands in the therapist's own calendar alone, and letters, rest on nothing.
        """
        if isinstance(intent, Show | Write):
            return True
        if isinstance(intent, Tell) and intent.key.kind == WORD_OF_LEAVE:
            return self._all_read(intent.therapist)
        rows = tuple(_rows(self.pass_state, intent))
        read = all(
            set(_grounds(self.pass_state, intent, row)) <= self.pass_state.snapshot.read for row in rows
        )
        if read and not any(self.pass_state.unsure(row) for row in rows):
            return True
        said = self.pass_state.snapshot.done(intent.key)  # long ago, and wanted still
        if _tells(intent) and not said:
            self.waiting.update(row.id for row in rows)
        return False

    def _all_read(self, therapist: str) -> bool:
        """True where everything in the calendars of the therapist's leave and sessions was read, and understood."""
        whose, snapshot = self.pass_state.snapshot.therapist[therapist], self.pass_state.snapshot
        places = {whose.calendar, *whose.leave_calendars}
        return places <= snapshot.read and not any(place in places for place, _ in snapshot.unread)


def _rows(pass_state: PassState, intent: Intent) -> Iterator[Conflict]:
    """The sessions that an intent is about."""
    offer = pass_state.offer.get(intent.key.subject)
    names = [offer.conflict if offer else intent.key.subject]
    if isinstance(intent, Tell):
        names = [intent.conflict, *intent.besides]
    yield from (pass_state.conflict[one] for one in names if one in pass_state.conflict)


def _tells(intent: Intent) -> bool:
    """True for what a client has to hear; reminders and thanks say nothing new."""
    match intent:
        case Tell(facts=facts):
            return facts.kind not in {MailKind.REMINDER, *COURTESIES}
        case Invite(attend=attend):
            return attend
        case _:
            return False


def _grounds(pass_state: PassState, intent: Intent, row: Conflict) -> Iterator[str]:
    """Places: calendar ids, and the mailbox."""
    match intent:
        case Tell(facts=facts):
            yield from _calendars(pass_state, row, intent.offer)
            if facts.kind in RESTS_ON_ANSWERS:
                yield MAILBOX
            if facts.kind is MailKind.INVITATION:
                yield from _busy(pass_state, row, intent.offer)
        case Invite(attend=True, agreed=False):
            yield from (MAILBOX, *_calendars(pass_state, row, intent.offer))
            yield from _busy(pass_state, row, intent.offer)
        case Invite(calendar=calendar):
            yield calendar
        case DeleteEvent(calendar=calendar, quiet=quiet):
            yield calendar
            if not quiet:
                yield from _calendars(pass_state, row, intent.key.subject)
        case CancelOriginal():
            yield from _calendars(pass_state, row, "")
            if _by_time_alone(pass_state, row):
                yield MAILBOX
        case RestoreOriginal():
            yield from _calendars(pass_state, row, "")


def unreadable(pass_state: PassState, conflict: Conflict, *, urgent: bool = False) -> bool:
    """True while something that the next message to the client of this session rests on cannot be read: the message
    leaves once it can be, whatever fell due meanwhile. `urgent`: that it does not take place waits for no answer.
    """
    live = pass_state.live(conflict)
    offer = live.uid if live is not None else ""
    places = {*_calendars(pass_state, conflict, offer), *(() if urgent else (MAILBOX,))}
    if live is not None and not urgent:
        places.update(_busy(pass_state, conflict, offer))
    silent = {one.place for one in pass_state.snapshot.grounds if one.silent_since is not None}
    return not places.isdisjoint(silent) or pass_state.unsure(conflict)


def _calendars(pass_state: PassState, row: Conflict, offer: str) -> Iterator[str]:
    """Where leave and sessions of whose session it is, and of who gives the offered time, are noted."""
    made = pass_state.offer.get(offer)
    for name in (row.therapist, *([made.therapist] if made else [])):
        therapist = pass_state.snapshot.therapist.get(name)
        if therapist is not None:
            yield from (therapist.calendar, *therapist.leave_calendars)


def _busy(pass_state: PassState, row: Conflict, offer: str) -> Iterator[str]:
    """Where else the giver of the offered time may be busy."""
    made = pass_state.offer.get(offer)
    therapist = pass_state.snapshot.therapist.get(made.therapist if made else row.therapist)
    yield from therapist.busy_calendars if therapist is not None else ()


def _by_time_alone(pass_state: PassState, row: Conflict) -> bool:
    """True for an original that is let go because its time has come, not for anything that anybody said."""
    said = row.noticed_at is not None or bool(row.extra) or row.state is ConflictState.CLOSED
    return not (said or pass_state.urgent(row) or pass_state.makeup_of(row) is not None)
