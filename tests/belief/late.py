"""What a client still believes long after it is no longer so, and of which nobody was asked to call them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from tests.belief.facts import Facts
from tests.belief.mail import HOME
from tests.belief.mind import Mind
from tests.belief.truth import Finding
from tests.belief.watch import Watch

OFF = timedelta(hours=12)  # believed off, and stands
KEPT = timedelta(hours=24)  # believed asked, kept or agreed, and gone
OPENS, CLOSES = time(8), time(20)  # of mails; none on Sundays
NOON = time(12)
SUNDAY = 6

Wrong = tuple[str, str, datetime]  # kind, client, appointment


@dataclass
class Late:
    """Since when who believes what is not so. `found`: what was told already."""

    since: dict[Wrong, datetime] = field(default_factory=dict)
    found: set[Wrong] = field(default_factory=set)

    def look(self, now: datetime, watch: Watch, facts: Facts) -> Iterator[Finding]:
        """After a look of the daemon's: each untrue belief, once it is older than it may be."""
        wrong = {
            one: limit for mind in watch.minds.values() for one, limit in _wrong(mind, now, watch, facts)
        }
        self.since = {one: self.since.get(one, now) for one in wrong}
        for one, since in self.since.items():
            if one not in self.found and now > awake(since + wrong[one]):
                self.found.add(one)
                kind, client, at = one
                yield Finding(kind, client, now, f"of {at:%a %d %b %H:%M}Z, since {since:%a %d %b %H:%M}Z")


def awake(at: datetime) -> datetime:
    """The first moment from then on at which a mail may leave."""
    here = at.astimezone(HOME)
    while here.weekday() == SUNDAY or not OPENS <= here.time() < CLOSES:
        day = (
            here.date()
            if here.time() < OPENS and here.weekday() != SUNDAY
            else here.date() + timedelta(days=1)
        )
        here = datetime.combine(day, OPENS, HOME)
    return here


def _wrong(mind: Mind, now: datetime, watch: Watch, facts: Facts) -> Iterator[tuple[Wrong, timedelta]]:
    person = mind.person
    for at, belief in mind.sessions.items():
        known = belief.claim.kind in {"off", "gone"} and at > now and not _a_human_knows(watch, person.id, at)
        if known and any(one.start == at and facts.counted_on(one) for one in facts.sessions(person)):
            yield ("late-off", person.id, at), OFF
    yield from _leave(mind, now, facts)
    for at, belief in mind.times.items():
        known = belief.claim.kind in {"asked", "kept", "agreed", "yours"} and at > now
        session = belief.claim.session
        called = session is not None and _a_human_knows(watch, person.id, session)
        if known and not called and not _a_human_knows(watch, person.id, at) and not _there(mind, at, facts):
            yield ("late-kept", person.id, at), KEPT


def _leave(mind: Mind, now: datetime, facts: Facts) -> Iterator[tuple[Wrong, timedelta]]:
    """They think that the therapist is away on a day on which no leave lies, and nothing of theirs falls out."""
    claim = mind.leave.claim if mind.leave else None
    if claim is None or claim.kind != "away" or claim.day is None or claim.until is None:
        return
    noons = (
        datetime.combine(one, NOON, HOME)
        for one in facts.days_away(claim.day, claim.until)
        if one > now.date()
    )
    ahead = any(
        not facts.perhaps_away(one) for one in noons
    )  # a question mark is for the therapist to take away
    if ahead and not mind.sessions:
        yield ("late-away", mind.person.id, datetime.combine(claim.day, OPENS, HOME)), KEPT


def _there(mind: Mind, at: datetime, facts: Facts) -> bool:
    own = (one for one in facts.sessions(mind.person) if one.stands)
    return any(one.start == at for one in (*own, *facts.offered(mind.person)))


def _a_human_knows(watch: Watch, client: str, at: datetime) -> bool:
    """True for what the therapist said in person, was asked to decide, or was asked to call about."""
    return (client, at) in watch.by_hand or (client, at) in watch.asked
