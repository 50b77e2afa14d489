"""What should be, compared with what is: the intents of one pass, and the recorded effects nobody wants any more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from syncd.core.model import Conflict, Delivery
from syncd.core.model.actions import DeleteEvent
from syncd.core.model.effects import IN_CALENDAR, TRY_AGAIN, EffectKey, EffectRow, EffectState
from syncd.core.model.messages.intents import Intent, Invite, Show, Tell, Write
from syncd.core.model.messages.mails import MailKind, Outlook
from syncd.core.model.snapshot import Snapshot
from syncd.core.showing.entries import entry
from syncd.core.showing.originals import original
from syncd.core.showing.plan_event import plan_events
from syncd.core.showing.server_entries import scheduled
from syncd.core.state import PassState
from syncd.core.state.caps import Step, within
from syncd.core.state.grounds import Sieve
from syncd.core.telling.client_mails import in_one_mail, messages, taken_back_in_one, together
from syncd.core.telling.invitation import said_in_one
from syncd.core.telling.letters.at_odds import still_at_odds
from syncd.core.telling.letters.call_list import is_call_list
from syncd.core.telling.letters.colleague import colleagues_concerns, covering
from syncd.core.telling.letters.concerns import (
    about,
    clashes,
    collected,
    concerns,
    half_reached,
    misplaced,
    mistypings,
    troubles,
    unreached,
    unreadable,
)
from syncd.core.telling.letters.due import letters, unanswered
from syncd.core.telling.letters.first_gone import first_gone
from syncd.core.telling.letters.groups import groups_anew
from syncd.core.telling.letters.handover import covers_over
from syncd.core.telling.letters.held_anew import held_anew, named_anew
from syncd.core.telling.letters.lapsed import lapses
from syncd.core.telling.letters.letter import as_to_do
from syncd.core.telling.letters.meanwhile import meanwhile
from syncd.core.telling.letters.named import named_to_clients
from syncd.core.telling.letters.named_gone import named_gone, named_stands
from syncd.core.telling.letters.no_room import no_room
from syncd.core.telling.letters.not_counted import counted, mistyped, not_counted
from syncd.core.telling.letters.overbooked import overbooked
from syncd.core.telling.letters.questions import asked_again
from syncd.core.telling.letters.recalls import recalls
from syncd.core.telling.letters.runaway_holds import multiplications
from syncd.core.telling.letters.unsaid import unkept, unsaid
from syncd.core.telling.letters.vanished_leave import taking_back
from syncd.core.telling.letters.word_of_leave import untold, word_came_back
from syncd.core.telling.stands_again import said_once
from syncd.core.telling.word_of_leave import word_of_leave

OPEN = frozenset({EffectState.READY})
LASTING = "letter_"  # letters are decided once and stay wanted


@dataclass(frozen=True, slots=True)
class Reconciled:
    """Intents not yet recorded, in the order they should happen, and READY effects to drop."""

    intents: tuple[Intent, ...]
    dropped: tuple[EffectKey, ...]
    paused: bool = False
    waiting: frozenset[str] = (
        frozenset()
    )  # conflicts whose client should hear something that is not grounded now


def reconcile(pass_state: PassState) -> Reconciled:
    """Everything that should happen now and was not recorded before.

    Paused: nothing happens; only what came back in these days is kept, to be told afterwards.
    """
    snapshot = pass_state.snapshot
    if pass_state.paused:
        new = _new(pass_state, _posted(pass_state, meanwhile(pass_state, _came_back(pass_state))))
        waiting = frozenset(row.id for row in pass_state.conflicts if row.waits_since is not None)
        return Reconciled(new, (), paused=True, waiting=waiting)
    sieve = Sieve(pass_state)
    wanted = tuple(_wanted(pass_state, sieve))
    moving = frozenset(row.absence for one in _new(pass_state, wanted) if (row := about(pass_state, one.key)))
    wanted = tuple(one for one in wanted if not _premature(pass_state, one, moving))
    unsure = (row for row in snapshot.conflicts if row.client not in snapshot.aside.unnamed)
    aside = frozenset(row.absence for row in unsure if snapshot.left_aside(row))
    wanted = (*wanted, *plan_events(pass_state, moving | aside))
    keys = {intent.key: intent for intent in wanted}
    stuck = frozenset(row.key for row in snapshot.effects if _stuck(row, keys.get(row.key), snapshot))
    new = _new(pass_state, wanted, stuck)
    dropped = tuple(
        row.key
        for row in snapshot.effects
        if row.state in OPEN and row.key not in keys and not _lasts(row.key)
    )
    return Reconciled(new, (*dropped, *sorted(stuck)), waiting=frozenset(sieve.waiting))


def _lasts(key: EffectKey) -> bool:
    """True for letters that stay wanted; whom to call is true of its moment only: another list takes its place."""
    return key.kind.startswith(LASTING) and not is_call_list(key)


def _stuck(row: EffectRow, wanted: Intent | None, snapshot: Snapshot) -> bool:
    """True for what waits for a step that was overtaken: it is recorded anew, behind the step that took its place."""
    if row.state not in OPEN or row.after is None or wanted is None or wanted.after == row.after:
        return False
    return snapshot.keys.get(row.after) in {EffectState.DROPPED, EffectState.ESCALATED}


def _premature(pass_state: PassState, one: Intent, moving: frozenset[str]) -> bool:
    """A call list is written when this pass's messages have left: who hears of it now need not be called.

    After a store was put back every letter waits until it is clear what of its messages does not leave again.
    """
    if not isinstance(one, Write):
        return False
    if pass_state.snapshot.catching_up and not pass_state.at_rest:
        return True
    lists = pass_state.snapshot.catching_up or is_call_list(one.key)
    return lists and one.key.subject in moving


def _new(
    pass_state: PassState, wanted: Iterable[Intent], stuck: frozenset[EffectKey] = frozenset()
) -> tuple[Intent, ...]:
    """Those that were not recorded before, were dropped, or were refused long ago."""
    keys, again = pass_state.snapshot.keys, _refused_long_ago(pass_state.snapshot) | stuck
    return tuple(
        one
        for one in wanted
        if keys.get(one.key, EffectState.DROPPED) is EffectState.DROPPED or one.key in again
    )


def _refused_long_ago(snapshot: Snapshot) -> frozenset[EffectKey]:
    """Calendar writes that were refused for good, and some time ago: a human may have mended it. Mails never."""
    return frozenset(
        row.key
        for row in snapshot.effects
        if row.state is EffectState.ESCALATED
        and row.key.kind in IN_CALENDAR
        and row.changed_at is not None
        and row.changed_at + TRY_AGAIN <= snapshot.now
    )


def _wanted(pass_state: PassState, sieve: Sieve) -> Iterator[Intent]:
    snapshot = pass_state.snapshot
    rows = pass_state.conflicts
    steps = {row.id: tuple(filter(sieve.lets, _server_steps(pass_state, row))) for row in rows}
    spoken = (one for row in rows for one in (*filter(sieve.lets, messages(pass_state, row)), *steps[row.id]))
    joined = taken_back_in_one(pass_state, said_in_one(pass_state, spoken))
    allowed = within(joined, pass_state.asked, snapshot.practice.caps, snapshot.now)
    allowed = tuple(said_once(pass_state, allowed, sieve.lets))
    beside = filter(sieve.lets, together(pass_state, rows, frozenset(_spoken(snapshot, allowed))))
    allowed = in_one_mail(pass_state, allowed, beside)
    for row in _standing_first(rows, allowed):
        yield from (step for step in steps[row.id] if step in allowed)
        tells = (one for one in allowed if isinstance(one, Tell) and one.conflict == row.id)
        yield from filter(sieve.lets, _of_conflict(pass_state, row, tuple(tells)))
    words = tuple(filter(sieve.lets, word_of_leave(pass_state)))
    yield from words
    yield from _posted(pass_state, meanwhile(pass_state, _letters(pass_state)))
    yield from named_to_clients(pass_state, (*allowed, *words))


def _standing_first(rows: Iterable[Conflict], steps: Iterable[Step]) -> list[Conflict]:
    """That a session takes place again is read before a mail that names it as the next one."""
    tells = (one for one in steps if isinstance(one, Tell))
    standing = {one.conflict for one in tells if one.facts.outlook is Outlook.STANDS}
    return sorted(rows, key=lambda row: row.id not in standing)


def _posted(pass_state: PassState, letters: Iterable[Write]) -> Iterator[Write]:
    """By mail, or as a to-do where there is none."""
    snapshot = pass_state.snapshot
    yield from (letter if snapshot.mail else as_to_do(letter, snapshot) for letter in letters)


def _came_back(pass_state: PassState) -> Iterator[Write]:
    """Letters about replies: a reply is taken in once, so they are decided then."""
    fresh = tuple(one for one in pass_state.taken if not one.held)
    yield from concerns(pass_state, fresh)
    yield from word_came_back(pass_state, fresh)
    yield from collected(pass_state)
    yield from colleagues_concerns(pass_state, fresh)
    yield from not_counted(pass_state)
    yield from mistyped(pass_state)
    yield from counted(pass_state)


def _letters(pass_state: PassState) -> Iterator[Write]:
    yield from _came_back(pass_state)
    yield from covering(pass_state)
    yield from troubles(pass_state)
    yield from unreadable(pass_state)
    yield from unreached(pass_state)
    yield from half_reached(pass_state)
    yield from untold(pass_state)
    yield from multiplications(pass_state)
    yield from taking_back(pass_state)
    yield from groups_anew(pass_state)
    yield from first_gone(pass_state)
    yield from recalls(pass_state)
    yield from clashes(pass_state)
    yield from misplaced(pass_state)
    yield from overbooked(pass_state)
    yield from mistypings(pass_state)
    yield from no_room(pass_state)
    yield from still_at_odds(pass_state)
    yield from lapses(pass_state)
    yield from unsaid(pass_state)
    yield from unkept(pass_state)
    yield from held_anew(pass_state)
    yield from named_anew(pass_state)
    yield from asked_again(pass_state)
    yield from covers_over(pass_state)
    yield from named_gone(pass_state)
    yield from named_stands(pass_state)
    yield from unanswered(pass_state)
    for absence in pass_state.absence.values():
        yield from letters(pass_state, absence)


def _spoken(snapshot: Snapshot, steps: Iterable[Step]) -> Iterator[str]:
    """Conflicts of which an invitation or a CANCEL tells now, or a mail that says that they take place after all.

    A mail that left before tells of nothing more, as long as it stays wanted: it said what was so then.
    """
    for one in steps:
        match one:
            case Invite(conflict=conflict):
                yield conflict
            case Tell(conflict=conflict, besides=besides, facts=facts, key=key) if not snapshot.done(key):
                yield from besides
                stands = facts.outlook is Outlook.STANDS
                if stands or facts.kind is MailKind.INVITATION or key.kind == "cancel":
                    yield conflict


def _server_steps(pass_state: PassState, row: Conflict) -> Iterator[Show | Invite | DeleteEvent]:
    """The steps of offers that the calendar server carries."""
    for offer in pass_state.of(row):
        if offer.delivery is not Delivery.IMIP:
            yield from scheduled(pass_state, row, offer)


def _of_conflict(pass_state: PassState, row: Conflict, tells: tuple[Tell, ...]) -> Iterator[Intent]:
    """Calendar first, then mail, for what is offered; mail first, then calendar, for what is taken back."""
    inviting = {tell.offer: tell for tell in tells if tell.facts.kind is MailKind.INVITATION}
    known = {*pass_state.snapshot.keys, *(tell.key for tell in tells)}
    chained: dict[EffectKey, EffectKey] = {}
    for offer in pass_state.of(row):
        if offer.delivery is not Delivery.IMIP:
            continue
        tell = inviting.get(offer.uid)
        step = entry(pass_state, row, offer, tell)
        if step is not None and (step.after is None or step.after in known):
            yield step
        if tell is not None and isinstance(step, Show):
            chained[tell.key] = step.key
    shown = next(iter(chained.values()), None)
    for tell in tells:
        words = tell.facts.kind is MailKind.SUGGESTIONS
        yield replace(tell, after=shown if words else chained.get(tell.key, tell.after))
    yield from original(pass_state, row)
