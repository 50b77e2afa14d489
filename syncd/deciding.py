"""What a pass decides, in words; a reply, client or therapist on whom a rule breaks is set aside alone (poison)."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from syncd.core.decide import Decision, decide, resting
from syncd.core.model import Client, PartStat, ReadProblem, Reply, ReplyKind
from syncd.core.model.errors import SyncdError
from syncd.core.model.messages.intents import Intent
from syncd.core.model.practice import Therapist
from syncd.core.model.snapshot import Aside, Missing, Snapshot
from syncd.core.planning.offers_of_plan import Planner
from syncd.core.policy.unnamed import without_unnamed
from syncd.core.reading.diary import asks_to_pause
from syncd.core.reading.notes import BY_EVENT
from syncd.setting_aside import bearable
from syncd.wording import Worded

log = logging.getLogger(__name__)

Word = Callable[[Sequence[Intent]], Worded]
_MISSING = {
    Missing.CLIENT: "the roster names this client no more",
    Missing.THERAPIST: "the settings name this therapist, or who was to see this client, no more",
    Missing.CALENDAR: "the settings name the calendar no more in which they stand",
}
MOST_TRIES = 64  # what breaks on so many that these do not tell whom breaks altogether


class Counted(Protocol):
    """Intents in words; their actions are counted from the number after `after` on, or not at all."""

    def __call__(self, intents: Sequence[Intent], *, after: int | None = None) -> Worded:
        """As `wording.word`."""


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision and its words. `aside`: replies that could not be taken in as they were, made words."""

    decision: Decision
    worded: Worded
    aside: tuple[Reply, ...] = ()

    @property
    def problems(self) -> tuple[ReadProblem, ...]:
        """What to say of whoever, and of replies that, were set aside."""
        snapshot = self.decision.pass_state.snapshot
        why = "an answer breaks a rule of ours and counts for nothing: the therapist is asked to read it"
        replies = (ReadProblem("mailbox", reply.offer, why) for reply in self.aside)
        return (*aside_of(snapshot), *replies)

    @property
    def replies(self) -> tuple[Reply, ...]:
        """Every reply that is dealt with now, and never met again; of what was written in it nothing is kept."""
        taken = {one.reply.id: replace(one.reply, own="") for one in self.decision.pass_state.taken}
        return tuple({**{one.id: one for one in self.aside}, **taken}.values())


@dataclass(slots=True)
class _Trying:
    """Tries to decide, and gives up where it breaks too often to tell on whom."""

    planner: Planner
    tokens: Iterator[str]
    word: Word
    error: Exception
    left: int = field(default=MOST_TRIES)

    @property
    def why(self) -> str:
        """The kind of error, which is all that is told of it."""
        return type(self.error).__name__

    def decided(self, snapshot: Snapshot) -> Decided:
        """As it comes. Raises whatever a rule raises."""
        decision = decide(snapshot, self.planner, self.tokens)
        return Decided(decision, self.word(decision.intents))

    def among(self, snapshot: Snapshot) -> bool:
        """As `works`; raises what broke first, when it has been asked too often."""
        if not self.left:
            raise self.error
        self.left -= 1
        return self.works(snapshot)

    def works(self, snapshot: Snapshot) -> bool:
        """True where nothing breaks."""
        try:
            self.decided(snapshot)
        except SyncdError:
            raise
        except Exception:
            return False
        return True


def decided(snapshot: Snapshot, planner: Planner, tokens: Iterator[str], word: Word) -> Decided:
    """Decide and put into words.

    Where that breaks on clients or therapists, nothing is decided for them, and everything for the others. Replies
    it breaks on become words that the therapist is asked to read; what cannot even be told so is left out. Raises
    what breaks without any of these, and errors that were foreseen. Nothing is decided for whom settings name no more.
    """
    snapshot = without_unnamed(snapshot)
    try:
        decision = decide(snapshot, planner, tokens)
        return Decided(decision, word(decision.intents))
    except SyncdError:
        raise
    except Exception as error:
        trying = _Trying(planner, tokens, word, error)
        snapshot = _without_broken(snapshot, trying)
        return _without_answers(snapshot, trying)


def rested(snapshot: Snapshot) -> Decision:
    """No decision, as `resting`; a therapist on whom a rule breaks is set aside."""

    def works(kept: Sequence[Therapist]) -> bool:
        try:
            resting(_with_therapists(snapshot, kept, ""))
        except Exception:
            return False
        return True

    snapshot = without_unnamed(snapshot)
    try:
        return resting(snapshot)
    except Exception as error:
        kept, _ = bearable(snapshot.therapists, works)
        return resting(_with_therapists(snapshot, kept, type(error).__name__))


def _without_broken(snapshot: Snapshot, trying: _Trying) -> Snapshot:
    """The snapshot without those on whom it breaks whatever was answered: clients, or else therapists."""
    silent, why = replace(snapshot, replies=()), trying.why
    if trying.among(silent):
        return snapshot
    clients = _broken_clients(silent, trying)
    if clients is not None:
        return _told(snapshot.setting_aside(clients))
    if not trying.among(_with_therapists(silent, (), why)):
        raise trying.error
    left, _ = bearable(
        snapshot.therapists, lambda therapists: trying.among(_with_therapists(silent, therapists, why))
    )
    return _told(_with_therapists(snapshot, left, why))


def _broken_clients(silent: Snapshot, trying: _Trying) -> Aside | None:
    """Clients on whom alone it breaks; None where it is no matter of clients.

    Where it breaks on all of a therapist's clients that would be decided for it is the therapist's matter.
    """
    if not trying.among(_with_clients(silent, (), trying.why)):
        return None
    _, gone = bearable(silent.clients, lambda kept: trying.among(_with_clients(silent, kept, trying.why)))
    aside = Aside(clients=frozenset(one.id for one in gone), why=trying.why)
    rows = trying.decided(silent.setting_aside(aside)).decision.pass_state.conflicts
    served = {row.therapist for row in rows if row.displaced}
    everybody = tuple(one.id for one in silent.therapists)
    concerned = {therapist for one in gone for therapist in one.therapists or everybody}
    return aside if concerned <= served else None


def _with_clients(snapshot: Snapshot, kept: Sequence[Client], why: str) -> Snapshot:
    """Nothing is decided for the others."""
    gone = {one.id for one in snapshot.clients} - {one.id for one in kept}
    return snapshot.setting_aside(Aside(clients=frozenset(gone), why=why))


def _with_therapists(snapshot: Snapshot, kept: Sequence[Therapist], why: str) -> Snapshot:
    """Nothing is decided for the others; a pause that one of them asks for holds all the same."""
    ids = {one.id for one in kept}
    gone = [one for one in snapshot.therapists if one.id not in ids]
    left = snapshot.setting_aside(Aside(frozenset(one.id for one in gone), why=why))
    pause = not left.paused and any(_asks_to_pause(snapshot, one) for one in gone)
    return replace(left, paused=BY_EVENT) if pause else left


def _asks_to_pause(snapshot: Snapshot, therapist: Therapist) -> bool:
    try:
        return asks_to_pause(snapshot, therapist)
    except Exception:
        return False


def _told(snapshot: Snapshot) -> Snapshot:
    for problem in aside_of(snapshot):
        log.warning("%s", problem.reason)
    return snapshot


def aside_of(snapshot: Snapshot) -> Iterator[ReadProblem]:
    """What to say of everybody who is set aside."""
    aside, broken = snapshot.aside, "a rule of ours breaks on it"
    for name, missing in sorted(aside.unnamed.items()):
        said = f"nothing is decided for {name} while times stand: {_MISSING[missing]}"
        yield ReadProblem("roster", name, said)
    for one in snapshot.therapists:
        if one.id in aside.therapists:
            said = f"nothing is decided for therapist {one.id}: {broken} ({aside.why})"
            yield ReadProblem(one.calendar, "", said)
    for client in sorted(aside.clients - set(aside.unnamed)):
        yield ReadProblem("roster", client, f"nothing is decided for client {client}: {broken} ({aside.why})")


def _without_answers(snapshot: Snapshot, trying: _Trying) -> Decided:
    """The decision, with answers on which it breaks made words."""

    def works(replies: Sequence[Reply]) -> bool:
        return trying.works(replace(snapshot, replies=tuple(replies)))

    if works(snapshot.replies):
        return trying.decided(snapshot)
    kept, broken = bearable(snapshot.replies, works)
    log.warning("mailbox: %d answers break a rule of ours (%s)", len(broken), trying.why)
    words = tuple(_as_words(reply) for reply in broken)
    told, _ = bearable(words, lambda some: works((*kept, *some)))
    return replace(trying.decided(replace(snapshot, replies=(*kept, *told))), aside=words)


def _as_words(reply: Reply) -> Reply:
    """Nothing of it but that it came, from whom and about what."""
    return Reply(
        id=reply.id,
        offer=reply.offer,
        kind=ReplyKind.WORDS,
        received=reply.received,
        sender=reply.sender,
        partstat=PartStat.NEEDS_ACTION,
        words=True,
    )
