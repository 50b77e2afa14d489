"""The life of an effect on the outside world: one transition table; the store only guards it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from hashlib import sha256

TRY_AGAIN = timedelta(hours=6)  # a calendar that refused a write is asked again

PLAN_EVENT = "plan_event"
STAMP = "stamp"
IN_CALENDAR = frozenset({"show", "delete", "cancel_original", "restore", PLAN_EVENT, STAMP})


class EffectState(StrEnum):
    """READY -> CLAIMED -> INFLIGHT -> DONE | UNKNOWN -> DONE | READY | ESCALATED; READY -> DROPPED."""

    READY = "ready"
    CLAIMED = "claimed"
    INFLIGHT = "inflight"
    DONE = "done"
    UNKNOWN = "unknown"
    ESCALATED = "escalated"
    DROPPED = "dropped"  # no longer wanted before it was claimed, or refused for good


# Begun, and nobody knows what came of it
UNCLEAR = frozenset({EffectState.CLAIMED, EffectState.INFLIGHT, EffectState.UNKNOWN})

TRANSITIONS: dict[EffectState, frozenset[EffectState]] = {
    EffectState.READY: frozenset({EffectState.CLAIMED, EffectState.DROPPED}),
    EffectState.CLAIMED: frozenset({EffectState.INFLIGHT, EffectState.READY, EffectState.DROPPED}),
    EffectState.INFLIGHT: frozenset(
        {EffectState.DONE, EffectState.UNKNOWN, EffectState.READY, EffectState.DROPPED, EffectState.ESCALATED}
    ),
    EffectState.UNKNOWN: frozenset({EffectState.DONE, EffectState.READY, EffectState.ESCALATED}),
    EffectState.DONE: frozenset(),
    EffectState.ESCALATED: frozenset({EffectState.DONE, EffectState.READY}),
    EffectState.DROPPED: frozenset({EffectState.READY}),
}


NOT_LEFT = frozenset({None, EffectState.READY, EffectState.DROPPED})  # of what was recorded or not


def may_become(state: EffectState, target: EffectState) -> bool:
    """True when the table allows the step."""
    return target in TRANSITIONS[state]


@dataclass(frozen=True, slots=True, order=True)
class EffectKey:
    """What makes an effect one and only: subject (offer, conflict, original or absence id), version, kind."""

    subject: str
    version: str
    kind: str

    def __str__(self) -> str:
        """`subject:version:kind`, as logs and audit rows show it."""
        return f"{self.subject}:{self.version}:{self.kind}"

    @property
    def mark(self) -> str:
        """Eight hex digits that tell this effect from others of its subject, in a Message-ID."""
        return sha256(str(self).encode()).hexdigest()[:8]


ANSWER_LETTER = "letter_answer"
RECEIPT_LETTER = "letter_receipt"  # of a yes that counts
TOKEN_LENGTH = 26  # of 128 random bits in base32hex
PLAN_LETTER = "letter_plan"
GROUP_LETTER = "letter_group"  # to a therapist, of meetings that take place after all, or fall out
LETTER_CONCERN = "letter_concern"  # of what came back
LETTER_AWAY = "_to_others"  # ends the kind of a letter that others read, as the therapist is away
LETTER_DAY = "letter_silence"  # the day's letter, as it was called when it told of silence alone
CALL_LIST = "letter_call_list"
HELD_ANEW = "held_anew"  # begins the version of a letter about times that are held for whom no mail reaches
PLAN_SHOWN = (
    "plan-"  # begins the version of a plan letter that asks for nothing; then the marks of what it showed
)


def kind_of(key: EffectKey) -> str:
    """What a letter is about, whoever reads it."""
    return key.kind.removesuffix(LETTER_AWAY)


def names_times(key: EffectKey, absence: str) -> bool:
    """True for a letter that says which times are held: about this absence, or of what is held anew."""
    about = key.subject == absence and key.kind in {PLAN_LETTER, CALL_LIST}
    return about or key.version.startswith(HELD_ANEW)


def answers_for(key: EffectKey, asked: EffectKey) -> bool:
    """True for a letter that says that an answer to the letter `asked` counts, or why it does not."""
    about = key.subject == asked.subject and key.kind in {ANSWER_LETTER, RECEIPT_LETTER}
    return about and key.version.startswith(asked.mark)


def code_asked_for(key: EffectKey) -> str:
    """The code that a plan letter of that key waits for; "" for a letter that waits for none."""
    return key.version.partition(".")[0] if asks_for_yes(key) else ""


def asks_for_yes(key: EffectKey) -> bool:
    """True for a plan letter that waits for a yes."""
    return key.kind == PLAN_LETTER and not key.version.startswith(PLAN_SHOWN)


def marks_of(key: EffectKey) -> frozenset[str]:
    """What a plan letter of that key is marked with: its code, the sessions that it shows, what they lost."""
    return frozenset(key.version.removeprefix(PLAN_SHOWN).split("."))


Told = tuple[str, int]  # a conflict and the life of it that is spoken of


ASTRAY = "astray"  # takes back where a client read that the therapist put their session
LAST_WORD = "last_word"
TOGETHER = frozenset(
    {"notice", "notice_beside", "stands_again", LAST_WORD}
)  # one mail may tell of several conflicts


def key_together(kind: str, told: Sequence[Told]) -> EffectKey:
    """The key of one mail about these conflicts: the first is its subject, the others stand in the version."""
    (subject, life), *others = told
    return EffectKey(subject, "+".join((str(life), *(f"{one}.{turn}" for one, turn in others))), kind)


def told_by(key: EffectKey) -> tuple[Told, ...]:
    """The conflicts that `key_together` named."""
    life, *others = key.version.split("+")
    parts = (one.rpartition(".") for one in others)
    return ((key.subject, int(life)), *((one, int(turn)) for one, _, turn in parts))


@dataclass(frozen=True, slots=True)
class EffectRow:
    """An effect as the store remembers it. `payload` is the frozen action, as JSON text."""

    key: EffectKey
    state: EffectState
    payload: str
    after: EffectKey | None = None
    attempts: int = 0
    not_before: datetime | None = None
    detail: str = ""  # last error or evidence; opaque ids only
    recorded_at: datetime | None = None
    changed_at: datetime | None = None
    number: int = 0  # among all effects of the practice


@dataclass(frozen=True, slots=True)
class Sent:
    """One ledger row: a message that left for a client (or, `client` "", a letter to a therapist)."""

    at: datetime
    key: EffectKey
    message_id: str
    client: str
    therapist: str
    absence: str
    conflict: str
    offer: str
    sequence: int
    asks: bool
    besides: tuple[str, ...] = ()  # further conflicts that it told of
    days: tuple[date, date] | None = None  # on which it said that the therapist is away
    unreached: str = ""  # mark of the address that was refused it, while the client's other one got it


WORD_OF_LEAVE = "away"  # to a client of whom it takes no session
Days = tuple[date, date]
NOT_AFTER_ALL = "gone"
FALLS, STANDS = "f", "s"
_STAMP = "%Y%m%dT%H%MZ"


@dataclass(frozen=True, slots=True, order=True)
class Meeting:
    """What somebody read of one meeting of a group, by its mark: that it falls out then, or that it takes place."""

    mark: str
    start: datetime
    stands: bool = False
    members: str = ""  # a digest of who belongs to it; "" where that was not noted

    def __str__(self) -> str:
        """As it stands in the version of a key."""
        return f"{self.mark}{STANDS if self.stands else FALLS}{self.start.astimezone(UTC):{_STAMP}}{self.members}"


def read_meetings(part: str) -> tuple[Meeting, ...]:
    """What `+` between them joined."""
    return tuple(map(_read_meeting, part.split("+")))


def _read_meeting(part: str) -> Meeting:
    stamp = datetime.strptime(part[17:31], _STAMP).replace(tzinfo=UTC)
    return Meeting(part[:16], stamp, part[16] == STANDS, part[31:])


@dataclass(frozen=True, slots=True, order=True)
class Word:
    """What such a client was told last: the first and last day, or that the therapist is there on them after all; of
    meetings of a group, each of those that it named.
    """

    number: int
    days: Days
    gone: bool
    meetings: tuple[Meeting, ...] = ()

    @property
    def version(self) -> str:
        """As it stands in the key of its effect."""
        first, last = self.days
        days = f"{first.isoformat()}_{last.isoformat()}"
        named = "+".join(map(str, self.meetings))
        parts = (str(self.number), days, NOT_AFTER_ALL if self.gone else "", named)
        return ".".join(filter(None, parts))

    def on(self, days: Days) -> bool:
        """True where it speaks of one of these days."""
        return self.days[0] <= days[1] and days[0] <= self.days[1]


def read_word(version: str) -> Word:
    """What `Word.version` wrote."""
    number, days, *more = version.split(".")
    first, _, last = days.partition("_")
    named = next((read_meetings(one) for one in more if one != NOT_AFTER_ALL), ())
    both = (date.fromisoformat(first), date.fromisoformat(last))
    return Word(int(number), both, NOT_AFTER_ALL in more, named)
