"""Promises about who may be asked when, and about what people and machines around syncd get to see."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from syncd.core.model import Conflict, Offer, OfferState, Priority
from tests.walk.dwelling import CLIENTS, OFFICE
from tests.walk.evidence import (
    addressee,
    asked,
    asks,
    by_hand,
    corrects,
    crisis,
    mailed,
    paused,
    retrying,
    written,
)
from tests.walk.life import Life, Moment
from tests.walk.witness import Page, Posted, Standing, client_of, tags_of

PATIENCE, DAY = timedelta(hours=6), timedelta(hours=24)
WRONG = timedelta(minutes=5)
WAVE = timedelta(hours=24)
NEAR = timedelta(days=7)
AT_ONCE, SHARED = (
    3,
    timedelta(minutes=15),
)  # so many letters leave as they come; further words share one so soon
LEAD = timedelta(hours=49)  # later than this before its own time no invitation leaves
NIGHTS = timedelta(
    days=3
)  # an invitation that must not be late leaves before the Sunday or holiday in between


def waves(life: Life, moment: Moment) -> Iterator[str]:
    """No first invitation leaves while an earlier wave was asked less than `wave` ago and has not answered."""
    offers = {one.uid: one for one in moment.memory.offers}
    conflicts = {one.id: one for one in moment.memory.conflicts}
    for mail in asked(moment):
        offer = offers[mail.uid]
        absence = conflicts[offer.conflict].absence
        rows = [one for one in conflicts.values() if one.absence == absence and one.displaced]
        mine = [one.span.start for one in rows if one.client == offer.client]
        heard = any(one.to == mail.to for one in life.posted[: life.posted.index(mail)])
        if heard or mail.uid in life.touched or not mine or min(mine) - mail.at <= NEAR + NIGHTS:
            continue
        if offer.span.start - mail.at <= LEAD + NIGHTS:
            continue
        if any("#send" in one.title for one in moment.before.leave):
            continue
        last = any(_last(moment, one) for one in rows if one.client == offer.client)
        wave = _wave(life, moment, offer.client, last=last)
        for other in {one.client for one in rows} - {offer.client}:
            theirs = (one for one in offers.values() if one.client == other)
            about = {one.uid: one for one in theirs if conflicts[one.conflict].absence == absence}
            first = _first_asked(life, *about.values())
            if first is None or first.uid in life.touched or _wave(life, moment, other) >= wave:
                continue
            settled = any(
                one.extra for one in rows if one.client == other
            )  # Dana entered a session of theirs instead
            silent = about[first.uid].state is OfferState.INVITED and not settled
            if silent and timedelta(0) <= mail.at - first.at < WAVE:
                yield f"{mail.id} left {mail.at - first.at} after {first.id}, which nobody answered"


def _first_asked(life: Life, *offers: Offer) -> Posted | None:
    uids = {one.uid for one in offers}
    return next((one for one in life.posted if one.uid in uids and one.method == "REQUEST"), None)


def _last(moment: Moment, row: Conflict) -> bool:
    """True where the calendar has no later session of that client: the last one that was agreed on comes early."""
    return not any(
        client_of(one) == row.client and one.start > row.span.start for one in moment.before.sessions
    )


def _wave(life: Life, moment: Moment, client: str, *, last: bool = False) -> int:
    if last or crisis(life, moment, CLIENTS[client].email):
        return 0
    return 2 if CLIENTS[client].priority is Priority.MAINTENANCE else 1


def none(life: Life, moment: Moment) -> Iterator[str]:
    """Who is kept from make-ups by `#none` or `#none AB` is not asked."""
    conflicts = {one.id: one for one in moment.memory.conflicts}
    offers = {one.uid: one for one in moment.memory.offers}
    for mail in asked(moment):
        offer = offers[mail.uid]
        original = conflicts[offer.conflict].span
        known = _first_asked(life, offer) is not mail or mail.uid in life.touched
        over = [one for one in moment.before.leave if one.during(original.start, original.end)]
        barred = {f"#none {CLIENTS[offer.client].initials}", "#none"}
        if not crisis(life, moment, mail.to):
            barred.add("#exceptional")
        for block in over:
            if not known and barred & tags_of(block.title):
                yield f"{mail.id} went out, and {block} says otherwise"


def few_per_absence(life: Life, moment: Moment) -> Iterator[str]:
    """I10: what asks is counted per client and absence."""
    absence = {one.id: one.absence for one in moment.memory.conflicts}
    conflict = {one.uid: one.conflict for one in moment.memory.offers}
    most = life.house.practice.caps.client_absence
    for mail in moment.mails:
        if not asks(mail) or corrects(mail):
            continue
        same = [
            one
            for one in life.posted
            if asks(one)
            and one.to == mail.to
            and one.at <= mail.at
            and absence[_session(one, conflict)] == absence[_session(mail, conflict)]
        ]
        if len(same) > most:
            yield f"{mail.id} is number {len(same)} about one absence"


def _session(mail: Posted, conflict: dict[str, str]) -> str:
    """What an asking mail is about: its Message-ID names the offer or, where it says several times, a session."""
    subject = mail.id.partition(".")[0]
    return conflict.get(subject, subject)


def colleague(life: Life, moment: Moment) -> Iterator[str]:
    """A client whom two therapists see is in one place at a time; only alarms are written into Lee's calendar."""
    if life.lee is None:
        return
    lee = Page.of(life.house.lee.texts())
    for mail in asked(moment):
        assert mail.start is not None
        assert mail.end is not None
        mine = (one for one in lee.all if one.uid.startswith(f"{addressee(mail)}-"))
        for one in mine:
            if one.during(mail.start, mail.end) and not by_hand(life, mail.uid, "dragged"):
                yield f"{mail.id} asks for {mail.start}, where {one} stands"
    before, now = {*life.lee.all}, {*lee.all}
    if not before <= now or not all(map(_alarm, now - before)):
        yield "something was written into Lee's calendar"


def _alarm(entry: Standing) -> bool:
    """True for a letter that stands in the calendar of everybody concerned while mail cannot be sent."""
    return entry.title.startswith("syncd needs help")


def i20(life: Life, moment: Moment) -> Iterator[str]:
    """No name or address in logs."""
    words = [word for one in CLIENTS.values() for word in (*one.name.split(), one.email) if word]
    for line in life.log.lines:
        if any(word in line for word in words):
            yield f"logged: {line}"
    life.log.lines.clear()


def i24(life: Life, moment: Moment) -> Iterator[str]:
    """Human words reach the therapist with the next look, or share a letter soon, and freeze the offer's clock."""
    if moment.faulty or retrying(moment) or paused(moment):
        return
    offers = {one.uid: one for one in moment.memory.offers}
    for spoken in life.spoken:
        hers = [one for one in life.posted if one.to == "dana@example.org" or _read_for_her(life, one)]
        told = [one for one in hers if one.at >= spoken.at]
        flooded = sum(spoken.at - SHARED < one.at <= moment.now for one in hers) >= AT_ONCE
        shares = flooded and moment.now < spoken.at + SHARED
        if not shares and not any(CLIENTS[spoken.client].name in one.text for one in told):
            yield f"what {spoken.client} wrote at {spoken.at} reached nobody"
        offer = offers[spoken.uid]
        waits = offer.state is OfferState.INVITED and spoken.uid not in life.touched
        if waits and not offer.frozen and not spoken.wish:
            yield f"{spoken.uid}: {spoken.client} wrote, and the clock goes on"
    reminded = {one.id.partition(".")[0]: one for one in moment.mails if one.kind == "reminder"}
    for spoken in life.spoken:
        if spoken.uid in reminded and spoken.uid not in life.touched and not spoken.wish:
            yield f"{reminded[spoken.uid].id} reminds {spoken.client}, who wrote in words"


def _read_for_her(life: Life, mail: Posted) -> bool:
    """True for what the office got while leave lay there: then it reads in Dana's stead."""
    if mail.to != OFFICE or mail.alarm:
        return False
    leave = {block for one in life.moments for block in one.before.leave}
    return any(block.start <= mail.at < block.end for block in leave)


def hidden(life: Life, moment: Moment) -> Iterator[str]:
    """A plan event that Dana deleted does not come back."""
    yield from (f"plan event {uid} came back" for uid in moment.after.plans if uid in life.hidden)


def i22(life: Life, moment: Moment) -> Iterator[str]:
    """A restored backup is silent until it has reconciled."""
    done = [*written(moment), *(one.id for one in mailed(moment))]
    if done:
        yield f"{done} by a store that was restored and does not know all"


def i28(life: Life, moment: Moment) -> Iterator[str]:
    """Effects stop while the wall clock is wrong, if any server is there to say so; alarms go by it all the same."""
    if life.house.gate.silent("home"):
        return
    done = [*written(moment), *(one.id for one in mailed(moment))]
    if abs(life.house.clock.wrong) > WRONG and done:
        yield f"{done} though the clock is wrong"


def i26(life: Life, moment: Moment) -> Iterator[str]:
    """Whatever cannot be read for six hours is told to Dana, and again daily, be it in her calendar."""
    faults = [
        one for one in life.house.gate.faults if one.every == 1 and one.how not in {"rejected", "read only"}
    ]
    places = {one.place.partition("/")[0] for one in life.house.gate.faults}
    if life.house.clock.wrong or {"post", "home"} <= places:
        return  # of a clock she hears first of all; without mail and calendar nobody is reached
    for fault in (one for one in faults if one.place in {"home", "mailbox"}):  # what is asked each time
        looks = [one.now for one in life.moments if one.now >= fault.since]
        if not looks or moment.now - looks[0] < PATIENCE:
            continue
        told = [one.at for one in life.posted if one.alarm and one.to == "dana@example.org"]
        noted = [one.now for one in life.moments if _noted(one)]
        if not any(moment.now - DAY < at <= moment.now for at in (*told, *noted)):
            yield f"{fault.place} is {fault.how} since {looks[0]}, and Dana was not told"


def _noted(moment: Moment) -> bool:
    """True where an alarm came to stand in Dana's calendar."""
    return bool(_alarms(moment.after) - _alarms(moment.before))


def _alarms(page: Page) -> set[str]:
    return {one.uid for one in page.all if _alarm(one)}


def returned(life: Life, moment: Moment) -> Iterator[str]:
    """What comes back as undeliverable is told to Dana, by the name of whom it did not reach."""
    if moment.faulty or retrying(moment) or paused(moment):
        return
    for at, mail in life.returned:
        client = addressee(mail)
        hers = [one for one in life.posted if one.to == "dana@example.org" and one.at >= at]
        if moment.now >= at + SHARED and not any(CLIENTS[client].name in one.text for one in hers):
            yield f"a mail to {client} came back at {at}, and nobody knows"
