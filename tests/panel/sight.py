"""What an outsider sees: a practice's calendar, and a plan's make-ups entered in it. Times are wall-clock times."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cached_property

from syncd.core.model import OfferKind
from syncd.core.planning.plan import Plan
from syncd.core.planning.request import PlanRequest
from tests.core.limits_oracle import most_a_week, most_beside_leave
from tests.panel.spec import ZONE, Desk, Leave, Person, Practice

CRISIS, CRUCIAL, ROUTINE, MAINTENANCE = range(4)
_FAR = 21  # days from the leave within which another one may begin or end
TIERS = ("crisis", "crucial", "routine", "maintenance")


@dataclass(frozen=True)
class Given:
    """One make-up: whose, for which displaced session, when, how long, by whom. `piece`: only a longer session."""

    client: str
    original: datetime
    start: datetime
    minutes: int
    therapist: str
    piece: bool = False

    @property
    def end(self) -> datetime:
        """When it is over."""
        return self.start + timedelta(minutes=self.minutes)


@dataclass(frozen=True)
class Client:
    """A client with what takes place of their calendar (`kept`), what the leave displaces, and what they are given."""

    person: Person
    kept: tuple[datetime, ...]
    displaced: tuple[datetime, ...]
    given: tuple[Given, ...] = ()

    @property
    def last_agreed(self) -> datetime | None:
        """Their agreed last session, where the leave swallows it."""
        until = self.person.until
        gone = [one for one in self.displaced if until is not None and one.date() <= until]
        return max(gone) if gone and not any(one > max(gone) for one in self.kept) else None

    @property
    def tier(self) -> int:
        """Crisis or protected, crucial (an agreed last session that would be lost, too), routine, maintenance."""
        if self.person.priority in {"crisis", "protected"}:
            return CRISIS
        if self.person.phase == "crucial" or self.person.exposure or self.last_agreed:
            return CRUCIAL
        return MAINTENANCE if self.person.priority == "maintenance" else ROUTINE

    @cached_property
    def meetings(self) -> tuple[Given, ...]:
        """The make-ups that are meetings of their own."""
        return tuple(sorted((one for one in self.given if not one.piece), key=lambda one: one.start))

    def pausing(self, start: datetime) -> bool:
        """True in a pause of their own: between two of their sessions, be one displaced, a date of theirs is cut."""
        own = (*self.kept, *self.displaced)
        before = max((one.date() for one in own if one < start), default=date.min)
        after = min((one.date() for one in own if one > start), default=date.max)
        return any(before < day < after for day in self.person.cut)

    def without(self, one: Given) -> Client:
        """The same client, one make-up less."""
        return replace(self, given=tuple(other for other in self.given if other != one))

    def having(self, one: Given) -> Client:
        """The same client, one make-up more."""
        return replace(self, given=(*self.given, one))


@dataclass(frozen=True)
class Limits:
    """What the practice allows around one therapist's absence, and from when on each original's time may stand.

    `beside` is what days right beside leave may hold; a session that one of the `holidays` would have cancelled is not
    made up for.
    """

    leave: Leave
    before: timedelta
    after: timedelta
    buffer: timedelta
    sessions_a_day: int
    makeups_a_day: int
    makeups_a_week: int
    makeups_a_client: int
    earliest: dict[tuple[str, datetime], datetime]
    holidays: frozenset[date] = frozenset()
    sessions_a_week: int = 99
    in_a_row: int = 99
    beside: Mapping[date, int] = field(default_factory=dict)

    def owes(self, original: datetime) -> bool:
        """True for a session that would have taken place but for the leave."""
        return original.date() not in self.holidays


@dataclass(frozen=True)
class Sight:
    """The practice with the plan in it. `limits` by therapist, one for each absence."""

    practice: Practice
    clients: dict[str, Client]
    limits: dict[str, tuple[Limits, ...]]

    @cached_property
    def desk(self) -> dict[str, Desk]:
        """Therapists by id."""
        return {one.id: one for one in self.practice.desks}

    @cached_property
    def given(self) -> tuple[Given, ...]:
        """Every make-up of the plan."""
        return tuple(one for client in self.clients.values() for one in client.given)

    def displacing(self, client: Client, original: datetime) -> Limits | None:
        """The limits of the absence that a displaced session falls into."""
        mine = self.limits.get(client.person.therapist, ())
        end = original + timedelta(minutes=client.person.minutes)
        return next((one for one in mine if original < one.leave.end and one.leave.begin < end), None)

    def changed(self, *clients: Client) -> Sight:
        """The same, these clients as given here."""
        return replace(self, clients={**self.clients, **{one.person.id: one for one in clients}})


def client_of(person: Person, practice: Practice, given: Iterable[Given] = ()) -> Client:
    """A client's calendar split by their therapist's leave; what is over by now is displaced no more."""
    leaves = next(desk.leaves for desk in practice.desks if desk.id == person.therapist)
    length = timedelta(minutes=person.minutes)
    starts = person.starts(practice.end)
    lost = [
        start for start in starts if any(start < one.end and one.begin < start + length for one in leaves)
    ]
    displaced = tuple(start for start in lost if start > practice.now)
    gone = set(lost)
    return Client(person, tuple(start for start in starts if start not in gone), displaced, tuple(given))


def sight(practice: Practice, request: PlanRequest, made: Plan) -> Sight:
    """A plan as somebody would see it who opens the calendar."""
    original = {one.conflict.id: one.conflict for one in request.ranked}
    given = [
        Given(
            one.client,
            _wall(original[one.conflict].span.start),
            _wall(one.span.start),
            round(one.span.duration.total_seconds() / 60),
            one.therapist,
            one.kind is OfferKind.EXTEND,
        )
        for one in made.placements
    ]
    clients = {
        one.id: _without_holidays(
            client_of(one, practice, (this for this in given if this.client == one.id)),
            request.therapist[one.therapist].holidays,
        )
        for one in practice.people
    }
    limits = {
        desk.id: tuple(_limits(leave, desk, request) for leave in desk.leaves) for desk in practice.desks
    }
    return Sight(practice, clients, limits)


def _without_holidays(client: Client, holidays: Container[date]) -> Client:
    """A usual session on a public holiday does not take place."""
    return replace(client, kept=tuple(start for start in client.kept if start.date() not in holidays))


def _limits(leave: Leave, desk: Desk, request: PlanRequest) -> Limits:
    ask = next(
        one for one in request.asks
        if one.absence.therapist == desk.id and _wall(one.absence.span.start) < leave.end
        and leave.begin < _wall(one.absence.span.end)
    )  # fmt: skip
    rules, allowed, time = ask.policy.slots, ask.policy.eligibility, request.therapist[desk.id]
    near = (leave.begin.date() + timedelta(days=n) for n in range(-_FAR, leave.days + _FAR))
    answer = max(rules.min_notice, timedelta(hours=36))  # an answer is due a day before, and takes half a day
    return Limits(
        leave,
        rules.horizon_before if allowed.before else timedelta(0),
        rules.horizon_after if allowed.after else timedelta(0),
        rules.buffer,
        rules.max_sessions_per_day,
        rules.max_makeups_per_day,
        rules.max_makeups_per_week,
        allowed.max_makeups_per_client,
        {
            (one.client.id, _wall(one.conflict.span.start)): _wall(
                max(request.now, ask.sends_at.get(one.conflict.id, request.now)) + answer
            )
            for one in ask.ranked
        },
        time.holidays,
        most_a_week(time),
        rules.max_in_a_row,
        {day: most_beside_leave(time, day) for day in near},
    )


def _wall(moment: datetime) -> datetime:
    return moment.astimezone(ZONE)
