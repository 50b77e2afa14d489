"""Whether what a client was told is so, held against the calendars at the moment in which they read it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from tests.belief.facts import Entry, Facts, Person
from tests.belief.mail import HOME, Claim, Heard
from tests.belief.mind import Mind, all_claims

SATURDAY = 5
SHORT = timedelta(days=3)  # leave that was seen longer ago is no news "at such short notice"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not so. `kind` names the fault, `who` its reader."""

    kind: str
    who: str
    at: datetime
    what: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.who}, {self.at:%a %d %b %H:%M}Z: {self.what}"


@dataclass(frozen=True, slots=True)
class Told:
    """A mail that has just come, to whom, what they believed before it, and what is so."""

    heard: Heard
    mind: Mind
    facts: Facts
    seen: dict[tuple[str, datetime], datetime]  # since when each leave, by UID, lies over which session
    now: datetime

    @property
    def person(self) -> Person:
        """Whose it is."""
        return self.mind.person


def untrue(told: Told) -> Iterator[Finding]:
    """Every claim of a mail that is not so."""
    for claim in all_claims(told.heard):
        check = _CHECKS.get(claim.kind)
        for kind, why in check(told, claim) if check else ():
            yield Finding(kind, told.person.id, told.now, f"{claim}: {why}")
    for why in _parts(told):
        yield Finding("part-differs", told.person.id, told.now, why)
    for why in _void_unnamed(told):
        yield Finding("void-unnamed", told.person.id, told.now, why)


Problems = Iterator[tuple[str, str]]


def off(told: Told, claim: Claim) -> Problems:
    """It does not take place."""
    if claim.at is not None and claim.at > told.now and not told.facts.displaced(told.person, claim.at):
        yield "off-untrue", "the session stands, and no leave lies on it"


def gone(told: Told, claim: Claim) -> Problems:
    """It is no longer planned."""
    standing = [one for one in told.facts.sessions(told.person) if one.start == claim.at and one.stands]
    if standing and claim.at is not None and claim.at > told.now:
        yield "gone-untrue", "the session stands in the calendar"


def stands(told: Told, claim: Claim) -> Problems:
    """It takes place: never while undoubted leave lies on it, and only where it stands."""
    if claim.at is not None:
        fine = claim.at <= told.now or told.facts.takes_place(told.person, claim.at)
    else:
        fine = any(
            one.start.astimezone(HOME).date() == claim.day and told.facts.held(one)
            for one in (*told.facts.sessions(told.person), *told.facts.offered(told.person))
        )
    if not fine:
        yield "stands-untrue", "it is cancelled, or gone, or leave lies on it"


def following(told: Told, claim: Claim) -> Problems:
    """The next usual session: it takes place, and none stands before it."""
    own = _known(told)
    named = [one for one in own if one.start == claim.at]
    if not named:
        yield "next-untrue", "no session takes place then"
        return
    earlier = [one for one in own if told.now < one.start < named[0].start and one.desk == named[0].desk]
    if earlier:
        yield (
            "next-skips",
            f"they meet before that, first at {min(one.start for one in earlier):%a %d %b %H:%M}Z",
        )


def _known(told: Told) -> list[Entry]:
    """Usual sessions that take place, but for those of which they were told otherwise: judged where it is late.

    Usual is what recurs: a session that the therapist entered for once is a time that they agreed on, and so is one
    that was moved, where the same mail says so. What the same mail says of a session comes before what they believed.
    """
    agreed = {one.at for one in told.heard.of("yours")}
    restored = {one.at for one in told.heard.of("stands")}
    mine = list(told.facts.sessions(told.person))
    often = Counter(one.uid for one in mine)
    usual = (one for one in mine if often[one.uid] > 1 and told.facts.counted_on(one))
    off = {"off", "gone"}
    known = (one for one in usual if one.start in restored or told.mind.of(one.start) not in off)
    return [one for one in known if one.start not in agreed]


def after(told: Told, claim: Claim) -> Problems:
    """The first usual session after leave: it takes place, and none stands between that leave and it."""
    own = _known(told)
    named = next((one for one in own if one.start == claim.at), None)
    if named is None:
        yield "next-untrue", "no session takes place then"
        return
    leave = [one for one in told.facts.entries if one.sure_leave and one.desk == named.desk]
    over = max((one.end for one in leave if one.end <= named.start), default=named.start)
    if any(over <= one.start < named.start and one.desk == named.desk for one in own):
        yield "next-skips", "another one takes place between the leave and this"


def meeting(told: Told, claim: Claim) -> Problems:
    """They meet next then: nothing of theirs stands before it."""
    mine = list(told.facts.sessions(told.person))
    often = Counter(one.uid for one in mine)
    usual = [
        one for one in mine if told.facts.held(one) and (often[one.uid] == 1 or told.facts.counted_on(one))
    ]
    agreed = [
        one for one in told.facts.offered(told.person) if told.mind.of_time(one.start) in {"agreed", "yours"}
    ]
    desks = {
        one.desk for one in (*usual, *agreed) if one.start == claim.at
    }  # "we" are these two, and nobody else
    known = sorted(one.start for one in (*usual, *agreed) if one.start > told.now and one.desk in desks)
    if claim.at is not None and not told.facts.takes_place(told.person, claim.at):
        yield "next-untrue", "nothing takes place then"
    elif claim.at is not None and known and known[0] < claim.at:
        yield "next-skips", f"they meet before that, first at {known[0]:%a %d %b %H:%M}Z"


def kept(told: Told, claim: Claim) -> Problems:
    """This time is offered, or kept, or theirs."""
    if claim.at is None or claim.at <= told.now:
        return
    offered = any(one.start == claim.at for one in told.facts.offered(told.person))
    by_hand = any(one.start == claim.at and one.stands for one in told.facts.sessions(told.person))
    if not offered and not (claim.kind == "yours" and by_hand):
        yield f"{claim.kind}-untrue", "nothing stands there for them"


def void(told: Told, claim: Claim) -> Problems:
    """This time is no longer kept."""
    if any(
        one.start == claim.at
        and not _declined(one, told.person)
        and not told.facts.away(one.start, one.desk)  # nobody keeps what leave lies on
        for one in told.facts.offered(told.person)
    ):
        yield "void-untrue", "it still stands there for them"


def away(told: Told, claim: Claim) -> Problems:
    """The therapist is away on all working days between two days."""
    if claim.day is None or claim.until is None:
        return
    there = [one for one in told.facts.days_away(claim.day, claim.until) if one >= told.now.date()]
    if there:
        yield "away-untrue", f"nobody doubts that the therapist is there on {there[0]:%a %d %b}"
    begins, ends = (
        datetime.combine(day, hour, HOME)
        for day, hour in zip((claim.day, claim.until), claim.hours, strict=True)
    )
    mine = told.heard.of("asked", "kept", "yours") if re.search(r"\bI am\b|\bich\b", claim.words) else ()
    for one in mine:
        with_her = one.at is not None and not re.search(
            r"[Cc]olleague|Kolleg|eine Zeit bei |für Sie da:", one.words
        )
        if with_her and one.at is not None and begins <= one.at < ends:
            yield (
                "away-untrue",
                f"the same mail has a time within it: {one.at.astimezone(HOME):%a %d %b %H:%M}",
            )


def here(told: Told, claim: Claim) -> Problems:
    """The therapist is there on all working days between two days, after all."""
    if claim.day is None or claim.until is None:
        return
    there = set(told.facts.days_away(claim.day, claim.until))
    for number in range((claim.until - claim.day).days + 1):
        day = claim.day + timedelta(days=number)
        if day.weekday() < SATURDAY and day not in there and day >= told.now.date():
            yield "here-untrue", f"leave lies on {day:%a %d %b}"


def untouched(told: Told, claim: Claim) -> Problems:
    """Nothing of theirs falls out on the days that the mail names."""
    for days in told.heard.of("away", "here"):
        for one in told.facts.sessions(told.person):
            day = one.start.astimezone(HOME).date()
            named = days.day is not None and days.until is not None and days.day <= day <= days.until
            if named and one.start > told.now and not told.facts.held(one):
                yield "untouched-untrue", f"a session of theirs falls out on {day:%a %d %b}"


def short(told: Told, claim: Claim) -> Problems:
    """It is told at such short notice because it was not known."""
    first = next((one.at for one in told.heard.of("off") if one.at is not None), None)
    over = [one for one in told.facts.entries if first is not None and one.sure_leave and one.over(first)]
    known = [told.seen[one.uid, first] for one in over if first is not None and (one.uid, first) in told.seen]
    if known and told.now - max(known) > SHORT:  # where two therapists are away it is the later one's
        yield "short-untrue", f"the leave has stood there since {max(known):%a %d %b %H:%M}Z"


_CHECKS: dict[str, Callable[[Told, Claim], Problems]] = {
    "off": off,
    "gone": gone,
    "stands": stands,
    "next": following,
    "after": after,
    "meet": meeting,
    "asked": kept,
    "kept": kept,
    "yours": kept,
    "agreed": kept,
    "void": void,
    "away": away,
    "here": here,
    "untouched": untouched,
    "short": short,
}


def _parts(told: Told) -> Iterator[str]:
    """The text and the entry that comes with it speak of one time; of several that are taken back it is one."""
    heard = told.heard
    if heard.start is None or heard.mail.carried:
        return
    kinds = ("asked", "yours") if heard.method == "REQUEST" else ("void",)
    named = heard.method == "CANCEL" and any(one.at == heard.start for one in heard.of(*kinds))
    for claim in heard.of(*kinds):
        if claim.at is not None and claim.at != heard.start and not named:
            yield f"{claim}, and the entry says {heard.start:%a %d %b %H:%M}Z"


def _void_unnamed(told: Told) -> Iterator[str]:
    """Whoever agreed to a time, or was asked about it, is told by its name that another takes its place."""
    heard = told.heard
    before = told.mind.invited.get(heard.uid)
    if heard.method != "REQUEST" or heard.mail.carried or before is None or before <= told.now:
        return
    if before != heard.start and all(one.at != before for one in heard.of("void")):
        yield f"they were asked about {before:%a %d %b %H:%M}Z, and nothing says that it is void"


def _declined(entry: Entry, person: Person) -> bool:
    return any(
        guest in {person.mail, *person.others} and answer == "DECLINED"
        for guest, answer in zip(entry.guests, entry.answers, strict=False)
    )
