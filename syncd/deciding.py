"""What a pass decides, in words; a reply on which a rule of ours breaks is set aside alone (poison)."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from syncd.core.decide import Decision, Planner, decide
from syncd.core.invitation import Intent
from syncd.core.isolation import bearable
from syncd.core.model import PartStat, ReadProblem, Reply, ReplyKind
from syncd.core.snapshot import Snapshot
from syncd.wording import Worded

log = logging.getLogger(__name__)

Word = Callable[[Sequence[Intent]], Worded]


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
        """What to say of replies that were set aside."""
        why = "an answer breaks a rule of ours and counts for nothing: the therapist is asked to read it"
        aside = (ReadProblem("mailbox", reply.offer, why) for reply in self.aside)
        return tuple(aside)

    @property
    def replies(self) -> tuple[Reply, ...]:
        """Every reply that is dealt with now, and never met again."""
        taken = {one.reply.id: one.reply for one in self.decision.standing.taken}
        return tuple({**{one.id: one for one in self.aside}, **taken}.values())


def decided(snapshot: Snapshot, planner: Planner, tokens: Iterator[str], word: Word) -> Decided:
    """Decide and put into words.

    Where that breaks on replies, and only then, these become words that the therapist is asked to read; what
    cannot even be told so is left out. Raises what the rest of the snapshot raises.
    """

    def tried(replies: Sequence[Reply]) -> Decided:
        decision = decide(replace(snapshot, replies=tuple(replies)), planner, tokens)
        return Decided(decision, word(decision.intents))

    try:
        return tried(snapshot.replies)
    except Exception as error:
        if not snapshot.replies or not _works(tried, ()):
            raise
        kept, broken = bearable(snapshot.replies, lambda replies: _works(tried, replies))
        log.warning("mailbox: %d answers break a rule of ours (%s)", len(broken), type(error).__name__)
    words = tuple(_as_words(reply) for reply in broken)
    told, _ = bearable(words, lambda some: _works(tried, (*kept, *some)))
    return replace(tried((*kept, *told)), aside=words)


def _works(tried: Callable[[Sequence[Reply]], Decided], replies: Sequence[Reply]) -> bool:
    try:
        tried(replies)
    except Exception:
        return False
    return True


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
