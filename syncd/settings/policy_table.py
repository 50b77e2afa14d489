"""`[policy]`, whose keys may stand again under a therapist."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from syncd.settings.scalars import (
    AutoCount,
    Count,
    Length,
    Name,
    Quiet,
    Settle,
    at_least,
    none_or,
    time_or_off,
)
from syncd.settings.table import Table

Weight = Annotated[float, Field(ge=0, le=1_000_000, allow_inf_nan=False)]
AnswerTime = Annotated[
    Length, AfterValidator(at_least(timedelta(hours=12), "12h, the shortest time to answer"))
]
_MINUTE = timedelta(minutes=1)
Extension = Annotated[
    Length, AfterValidator(none_or(10 * _MINUTE, 120 * _MINUTE, '"0m" (never), or 10 minutes to 2 hours'))
]
Call = Annotated[
    Length,
    AfterValidator(
        none_or(5 * _MINUTE, 45 * _MINUTE, '"0m" (never), or 5 to 45 minutes, shorter than a session')
    ),
]
Choices = Annotated[int, Field(ge=1, le=3)]
Row = Annotated[int, Field(ge=1, le=100)]
Long = Annotated[Length, AfterValidator(at_least(timedelta(days=14), "14d"))]
TimeOrOff = Annotated[
    time | Literal["off"],
    BeforeValidator(time_or_off),
    WithJsonSchema({"type": "string", "examples": ["07:30", "off"]}),
]
Grid = Annotated[Length, AfterValidator(at_least(timedelta(minutes=5), "5m"))]


class WeightsTable(Table):
    """Points of the ranking's factors inside a tier; they need not add up to anything."""

    interval: Weight | None = Field(None, description="points for seeing a client often")
    gap: Weight | None = Field(None, description="points for the gap that the leave tears")
    tenure: Weight | None = Field(None, description="points for the length of the relationship")
    significance: Weight | None = Field(
        None, description="points for a relationship that the roster marks as significant"
    )
    phase: Weight | None = Field(None, description="points for the treatment phase")
    fairness: Weight | None = Field(None, description="points for having been passed over or cancelled")
    gap_in_days: bool | None = Field(
        None, description="true: measure the gap in days, not in usual intervals"
    )


class ApprovalAboveTable(Table):
    """Above what size a plan waits for approval."""

    sessions: Count | None = Field(None, description="more displaced sessions than this wait for approval")
    days: Count | None = Field(None, description="more days of absence than this wait for approval")


class PolicyTable(Table):
    """What a practice or a therapist allows; a key that is not set falls back to the practice's, or the default."""

    approach: Literal["none", "exceptional", "limited", "all"] | None = Field(
        None, description="none, exceptional (crisis only), limited (a budget) or all"
    )
    budget: AutoCount | None = Field(
        None,
        description='make-ups per absence where approach = "limited"; "auto": half of its sessions, 3 to 16',
    )
    aim: Literal["continuity", "sessions"] | None = Field(
        None,
        description="continuity: make-ups shorten the wait between two sessions; sessions: every one is owed",
    )
    min_gain: Settle | None = Field(
        None,
        description='what a make-up takes off the wait at least: "auto" (interval / 3.5, 1 to 4 days) or a duration',
    )
    before: bool | None = Field(None, description="offer times before the leave")
    after: bool | None = Field(None, description="offer times after the leave")
    cover: bool | None = Field(None, description="offer a colleague's slot")
    extension: Extension | None = Field(
        None,
        description='how much the session next to the leave may be lengthened: 10 minutes to 2 hours, "0m" never',
    )
    call: Call | None = Field(
        None,
        description='a short call where no useful time is to be had: 5 to 45 minutes, "0m" never',
    )
    max_offers: Count | None = Field(None, description="offers per displaced session, one after the other")
    max_makeups_per_client: Count | None = Field(None, description="make-ups per client and absence")
    choices: Choices | None = Field(
        None, description="times suggested at once for one session, of which the client takes one"
    )
    min_interval: Length | None = Field(
        None,
        description="whoever comes more often gets no make-up, unless in crisis or protected; 0d: everybody may",
    )
    approval: Literal["auto", "review"] | None = Field(None, description="auto, or review: every plan waits")
    review_first: Count | None = Field(
        None, description="how many first absences of a therapist wait for approval"
    )
    approval_above: ApprovalAboveTable | None = Field(None, description="{ sessions = 30, days = 16 }")
    settle: Settle | None = Field(
        None, description='how long after its last change leave is acted on: "auto" or a duration'
    )
    settle_back: Settle | None = Field(
        None,
        description='how long leave must be gone before it is taken back: "auto" (10 min to 12 h) or a duration',
    )
    invite_ahead: Length | None = Field(
        None, description="how long before a displaced session its client hears of it"
    )
    invite_ahead_long: Length | None = Field(
        None, description="the same of leave of two weeks and more, where that is longer"
    )
    handover_above: Long | None = Field(
        None, description="leave of more days is handed over, not planned week by week; 400d: none is"
    )
    tell_first: bool | None = Field(None, description="wait until clients can hear of the leave in a session")
    tell_everyone: bool | None = Field(
        None, description="true: clients of whom no session falls into the leave are mailed of it, too"
    )
    thank_you: bool | None = Field(
        None,
        description="false: a client who says yes gets no mail that thanks them and says that it is fixed",
    )
    eve_note: bool | None = Field(
        None,
        description="false: on the day before a moved session its client gets no mail that reminds of it",
    )
    digest: TimeOrOff | None = Field(
        None,
        description='when, on their working days, therapists get the one letter about what can wait; "off": at once',
    )
    while_away: Literal["office", "me"] | None = Field(
        None,
        description="who reads what clients write while a therapist is away: office (and who covers), or me",
    )
    answer_within: AnswerTime | None = Field(None, description="how long a client has to answer")
    wave: Length | None = Field(None, description="how long lower tiers wait for higher ones")
    release: Length | None = Field(
        None, description="how long before its start an unsettled original is cancelled"
    )
    originals: Literal["on_acceptance", "at_notice", "keep"] | None = Field(
        None, description="when a displaced original is cancelled: on_acceptance, at_notice or keep"
    )
    horizon_before: Length | None = Field(None, description="how long before the leave make-ups may lie")
    horizon_after: Length | None = Field(None, description="how long after the leave make-ups may lie")
    min_notice: Length | None = Field(None, description="the shortest notice of an offered time")
    crisis_notice: Length | None = Field(
        None, description="the same for clients in crisis and protected ones"
    )
    buffer: Length | None = Field(None, description="free time between sessions")
    grid: Grid | None = Field(None, description="sessions start on this grid")
    client_distance: Settle | None = Field(
        None,
        description='least time between two sessions of one client: "auto" (as the aim asks) or a duration',
    )
    max_sessions_per_day: Count | None = Field(None, description="sessions on one day, make-ups included")
    max_in_a_row: Row | None = Field(None, description="sessions in a row without a pause of 25 minutes")
    max_before_leave: AutoCount | None = Field(
        None, description='sessions on the last day before leave; "auto": not above the usual day'
    )
    max_sessions_per_week: AutoCount | None = Field(
        None, description='sessions in one week; "auto": the usual week and four more, at most 30'
    )
    max_makeups_per_day: Count | None = Field(None, description="make-ups on one day")
    max_makeups_on_empty_day: AutoCount | None = Field(
        None, description='make-ups on a day without other sessions; "auto": twice max_makeups_per_day'
    )
    max_makeups_per_week: Count | None = Field(None, description="make-ups in one week")
    reserved_only: bool | None = Field(
        None, description="make-ups only in reserved hours and those of #makeup events"
    )
    quiet_hours: Quiet | None = Field(
        None, description='when clients hear nothing, such as "20:00-08:00"; Sundays and holidays besides'
    )
    quiet_sundays: bool | None = Field(None, description="false: Sundays are not quiet (holidays always are)")
    leave_words: list[Name] | None = Field(None, min_length=1, description="words that mean leave in a title")
    weights: WeightsTable | None = Field(None, description="points of the ranking's factors")
