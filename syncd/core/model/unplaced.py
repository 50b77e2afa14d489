"""Why a displaced session has no place in a plan, and what would give it one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from syncd.core.model.client import Tier
from syncd.core.model.offer import OfferKind
from syncd.core.time.spans import Span


class Rule(StrEnum):
    """What can rule an option out, in the order in which it is asked; the first to say no is counted."""

    LEAVE = "leave"
    HOLIDAY = "holiday"
    YEAR_END = "year end"  # 24 and 31 December
    NOTICE = "notice"
    ANSWER = "answer"  # too near to leave the client time to answer
    SESSION = "session"  # the therapist's other sessions, offers and commitments
    BUSY = "busy"
    SESSIONS_PER_DAY = "sessions per day"
    BESIDE_LEAVE = "beside leave"  # a full day right before or after leave
    SESSIONS_PER_WEEK = "sessions per week"
    MAKEUPS_PER_DAY = "make-ups per day"
    MAKEUPS_PER_WEEK = "make-ups per week"
    ROOMS = "rooms"
    IN_A_ROW = "in a row"
    VETOED = "vetoed"
    REFUSED = "refused"
    AWAY = "client away"
    DISTANCE = "distance"
    APART = "apart"  # near somebody whom the client must not meet
    LONG_BREAK = "long break"  # exposure or a crucial phase in the last week before weeks of leave
    SERIES_END = "agreed end"  # after the last session that was agreed on
    FIXED_HOUR = "fixed hour"
    WINDOWS = "windows"
    CROWDED = "crowded"  # a third session in nine days, for whoever comes weekly or more rarely
    UNLIKELY = "unlikely"  # their past speaks against it, and they have said no to another time of this leave
    GAIN = "gain"  # takes too little off the wait from one session to the next
    # What rules a client out as a whole, or binds only in the sum.
    CLIENT = "client"  # the roster says: never a make-up
    BARRED = "barred"  # the leave block says: not this client
    OFTEN = "often"  # the client comes so often that one session less needs no make-up
    HOLIDAY_SESSION = "holiday session"  # a public holiday would have cancelled it anyway
    HANDOVER = "handover"  # the leave is so long that it is handed over, not planned week by week
    APPROACH = "approach"
    BUDGET = "budget"
    CLIENT_MAKEUPS = "make-ups per client"
    SIDE = "before or after only"
    HORIZON = "horizon"
    HOURS = "hours"
    EXTENSION = "extension"
    COVER = "cover"
    CALL = "call"
    NO_THERAPIST = "no therapist"


class Cause(StrEnum):
    """What kind of reason it is."""

    NOT_ALLOWED = "not allowed"  # roster, leave tags, approach or a spent budget say no to this client
    NO_OPTION = "no option"  # no time passes all rules
    OUTRANKED = "outranked"  # a place would cost clients of a higher tier something
    LESS_VALUE = "less value"  # a place would cost the same tier more than it gives
    EQUAL = "equal"  # as good a plan would serve this client: slots, or the tie-break, decided
    SERVED = "served"  # beside the client's other make-ups no further time is of use
    UNCHECKED = "unchecked"  # options exist; who takes them was not worked out


@dataclass(frozen=True, slots=True)
class Remedy:
    """A change after which the client is placed there, checked by planning again with it."""

    rule: Rule
    change: str
    therapist: str
    kind: OfferKind
    span: Span
    words: str


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A conflict without a place. `killed` is how many options each rule struck; `options` how many were left,
    and where the client has other make-ups, how many of these would be of use beside them.

    `displaces` are the conflicts that would lose their place to this one. `binds` is the rule that matters most.
    `budget`: with so many make-ups for its absence it would have one; None where a larger budget does not help.
    `by_tag` is what tags that are not set would give it beside what is planned.
    """

    conflict: str
    client: str
    therapist: str
    tier: Tier
    cause: Cause
    options: int
    killed: tuple[tuple[Rule, int], ...]
    binds: Rule | None
    displaces: tuple[str, ...]
    remedies: tuple[Remedy, ...]
    sentence: str
    budget: int | None = None
    by_tag: tuple[Remedy, ...] = ()
