"""What the practice, the therapist, the leave block and the client allow: frozen parts, merged in that order."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from syncd.core.time.hours import WeeklyHours


class Approach(StrEnum):
    """The therapist's attitude to make-up sessions."""

    NONE = "none"
    EXCEPTIONAL = "exceptional"  # crisis and protected clients only
    LIMITED = "limited"  # up to a budget per absence
    ALL = "all"


class Aim(StrEnum):
    """What a make-up is for."""

    CONTINUITY = "continuity"  # to shorten the wait from one session to the next
    SESSIONS = "sessions"  # every session is owed: any hour counts, one that shortens the wait is preferred


class ApprovalMode(StrEnum):
    """Whether every plan waits for a human."""

    AUTO = "auto"
    REVIEW = "review"


class OriginalsMode(StrEnum):
    """How early a displaced original is cancelled."""

    ON_ACCEPTANCE = "on_acceptance"
    AT_NOTICE = "at_notice"
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class Weights:
    """Points of the ranking's factors inside a tier; they need not add up to anything. Never negative."""

    interval: float = 25
    gap: float = 15
    tenure: float = 8
    phase: float = 35
    fairness: float = 15
    gap_in_days: bool = False  # measure the gap in days instead of in usual intervals
    significance: float = 12  # of the relationship, where it is marked by hand


@dataclass(frozen=True, slots=True)
class Eligibility:
    """Who may get what."""

    approach: Approach = Approach.LIMITED
    budget: int | None = None  # make-ups per absence; None is "auto": half of the displaced sessions, 3 to 16
    before: bool = True
    after: bool = True
    cover: bool = False
    extension: timedelta = timedelta(0)  # how much a session may be made longer; off
    call: timedelta = timedelta(
        0
    )  # how long the call is that stands in where no useful time is to be had; off
    max_offers: int = 2
    max_makeups_per_client: int = 3
    choices: int = 1  # times for one session of which its client takes one
    min_interval: timedelta = timedelta(
        days=3
    )  # whoever comes more often gets none, crisis and protected excepted


@dataclass(frozen=True, slots=True)
class Ceiling:
    """What a practice lets nobody go beyond, whatever a therapist's line or a tag says. None: no limit."""

    approach: Approach | None = None
    budget: int | None = None
    cover: bool = True
    extension: timedelta | None = None
    call: timedelta | None = None
    min_notice: timedelta | None = None


@dataclass(frozen=True, slots=True)
class SlotRules:
    """Where in time a make-up may stand."""

    horizon_before: timedelta = timedelta(days=14)
    horizon_after: timedelta = timedelta(days=14)
    min_notice: timedelta = timedelta(hours=48)
    crisis_notice: timedelta = timedelta(hours=24)
    buffer: timedelta = timedelta(minutes=10)
    grid: timedelta = timedelta(minutes=15)
    max_sessions_per_day: int = 7
    max_in_a_row: int = 5  # sessions without a pause of 25 minutes
    max_before_leave: int | None = None  # sessions on the last day before leave; None: not above the usual
    max_sessions_per_week: int | None = None  # None: four above the usual week, at most 30
    max_makeups_per_day: int = 2
    max_makeups_on_empty_day: int | None = None  # on one without other sessions; None: twice as many
    max_makeups_per_week: int = 6
    aim: Aim = Aim.CONTINUITY
    min_gain: timedelta | None = (
        None  # what a make-up takes off the wait at least; None is "auto", by the interval
    )
    client_distance: timedelta | None = (
        None  # to the client's own other sessions; None: what the aim asks for
    )
    reserved_only: bool = False  # only in `reserved` hours and those opened by #makeup

    @property
    def makeups_on_empty_day(self) -> int:
        """Make-ups on a day without other sessions: twice the usual number, but one stays one."""
        usual = self.max_makeups_per_day
        if self.max_makeups_on_empty_day is not None:
            return self.max_makeups_on_empty_day
        return 2 * usual if usual > 1 else usual


@dataclass(frozen=True, slots=True)
class QuietHours:
    """When no client hears from us, in their zone: nightly from `start` to `end`, and Sundays and holidays."""

    start: time = time(20, 0)
    end: time = time(8, 0)
    sundays: bool = True


class WhileAway(StrEnum):
    """Who reads what clients write while their therapist is away."""

    OFFICE = "office"  # the practice, and the colleague who covers for that client
    ME = "me"


@dataclass(frozen=True, slots=True)
class Timing:
    """When things leave the house. `settle` and `settle_back` None mean "auto"."""

    settle: timedelta | None = None
    settle_back: timedelta | None = None
    invite_ahead: timedelta = timedelta(days=35)
    invite_ahead_long: timedelta = timedelta(days=49)  # of leave of two weeks and more
    handover_above: timedelta = timedelta(days=28)  # leave of more days is handed over
    tell_first: bool = True
    tell_everyone: bool = False  # of leave, clients too of whom no session falls into it
    thank_you: bool = True  # a plain yes is confirmed by a mail
    eve_note: bool = True  # whoever said yes is reminded of the moved hour on its eve
    answer_within: timedelta = timedelta(days=7)
    wave: timedelta = timedelta(hours=24)
    release: timedelta = timedelta(days=7)
    quiet: QuietHours = field(default_factory=QuietHours)
    digest: time | None = time(7, 30)  # on working days what can wait leaves then; None: at once
    while_away: WhileAway = WhileAway.OFFICE


@dataclass(frozen=True, slots=True)
class ApprovalRules:
    """When a human must say yes before any message goes out."""

    mode: ApprovalMode = ApprovalMode.AUTO
    review_first: int = 2
    above_sessions: int = 30
    above_days: int = 16


@dataclass(frozen=True, slots=True)
class Caps:
    """Hard stops on messages that ask something."""

    client_absence: int = 6
    client_day: int = 3
    therapist_hour: int = 30
    practice_hour: int = 120


@dataclass(frozen=True, slots=True)
class Policy:
    """All parts that hold for one therapist in one absence."""

    eligibility: Eligibility = field(default_factory=Eligibility)
    slots: SlotRules = field(default_factory=SlotRules)
    timing: Timing = field(default_factory=Timing)
    approval: ApprovalRules = field(default_factory=ApprovalRules)
    weights: Weights = field(default_factory=Weights)
    originals: OriginalsMode = OriginalsMode.ON_ACCEPTANCE
    ceiling: Ceiling = field(default_factory=Ceiling)
    leave_words: tuple[str, ...] = (
        "leave",
        "vacation",
        "holiday",
        "out of office",
        "ooo",
        "urlaub",
        "ferien",
        "congé",
        "vacaciones",
        *("annual leave", "on leave", "on holiday", "on vacation", "holidays", "vacations"),
        *("im urlaub", "jahresurlaub", "resturlaub", "congés", "en congé", "de vacaciones"),
        *("vacances", "en vacances", "ferie", "in ferie", "vacanza", "vacanze", "vakantie"),
        *("op vakantie", "verlof", "met verlof"),
    )

    def budget(self, displaced: int) -> int:
        """The make-ups that an absence which displaces so many sessions may have where the approach is limited."""
        asked = self.eligibility.budget
        number = min(16, max(3, (displaced + 1) // 2)) if asked is None else asked
        return number if self.ceiling.budget is None else min(number, self.ceiling.budget)


@dataclass(frozen=True, slots=True)
class Therapist:
    """One therapist: whose calendars are read, which one is written, and what holds for them.

    Calendar ids are `account/name`, as settings give them.
    """

    id: str
    name: str
    email: str
    zone: ZoneInfo
    hours: WeeklyHours
    calendar: str
    leave_calendars: tuple[str, ...] = ()
    busy_calendars: tuple[str, ...] = ()
    plan_calendar: str = ""
    reserved: WeeklyHours | None = None  # hours kept for rescheduling, preferred or exclusive
    rooms: int | None = None  # shared rooms are counted per practice; None: not modelled
    covers_for: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()  # every address that is this therapist's own, lower case
    language: str = "en"
    policy: Policy = field(default_factory=Policy)

    @property
    def reads(self) -> frozenset[str]:
        """Every calendar id that concerns this therapist."""
        named = (self.calendar, *self.leave_calendars, *self.busy_calendars, self.plan_calendar)
        return frozenset(one for one in named if one)


ByLanguage = tuple[tuple[str, str], ...]  # texts, each with its language, "" for all others


@dataclass(frozen=True, slots=True)
class Practice:
    """What all therapists share, and what leaves the house in the practice's name."""

    name: str
    zone: ZoneInfo
    language: str = "en"
    public_name: str = ""
    phone: str = ""
    email: str = ""
    crisis_contact: ByLanguage = ()
    fee_note: ByLanguage = ()  # what is charged where an appointment falls out
    resources: ByLanguage = ()  # self-help pages
    holidays: frozenset[date] = frozenset()
    rooms: int | None = None  # how many sessions in the room the practice can hold at once
    caps: Caps = field(default_factory=Caps)

    @property
    def shown_name(self) -> str:
        """The name that outsiders may read."""
        return self.public_name or self.name


def said_in(texts: ByLanguage, language: str) -> str:
    """The text in a client's language; "" where there is none."""
    known = dict(texts)
    return known.get(primary(language), known.get("", ""))


def primary(language: str) -> str:
    """The language itself, whatever country writes it: `en` of "en-US"."""
    return language.partition("-")[0]
