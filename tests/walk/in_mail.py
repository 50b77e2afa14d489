"""Promises that show in the mailboxes. Each is named by its number in docs/promises.md."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

from syncd.core.model import ConflictState, OfferState, OriginalState
from tests.core.people import BERLIN
from tests.walk.doubting import doubted
from tests.walk.dwelling import CLIENTS
from tests.walk.evidence import (
    BOUND,
    OFFICE_WORDS,
    URGENT,
    addressee,
    asked,
    asked_before,
    asks,
    awake,
    by_hand,
    corrects,
    ended,
    latest,
    owner,
    paused,
    retrying,
    says_it_stands,
    sessions_of,
    sure_over,
    tells,
    to_clients,
    unchanged_since,
    unsettled,
    urgent,
)
from tests.walk.life import Life, Moment


def i5(life: Life, moment: Moment) -> Iterator[str]:
    """Per (subject, version, kind) at most one message of ours reaches the client."""
    seen = Counter((one.to, one.id) for one in life.posted if not one.alarm)
    yield from (f"{key} came {count} times" for key, count in seen.items() if count > 1)
    asked = Counter((one.to, one.method, one.uid, one.sequence) for one in life.posted if one.method)
    yield from (f"{key} came {count} times" for key, count in asked.items() if count > 1)


def i5_once(life: Life, moment: Moment) -> Iterator[str]:
    """The notice goes to a client once: inside the invitation or by itself; anew once the session stood."""
    told = sessions_of(moment)
    for mail in moment.mails:
        if mail.kind not in {"notice", "sick_today"}:
            continue
        for conflict in told[mail.id]:
            before = [
                one for one in life.posted[: life.posted.index(mail)] if conflict in told.get(one.id, ())
            ]
            since = max((number for number, one in enumerate(before, 1) if says_it_stands(one)), default=0)
            for one in before[since:]:
                asked = one.method == "REQUEST" and mail.kind == "notice"
                if asked or one.kind in {"notice", "sick_today"}:
                    yield f"{mail.id} says again what {one.id} said"


def last_word(life: Life, moment: Moment) -> Iterator[str]:
    """What a client heard last of a session ahead is true: it takes place, or it does not."""
    if moment.faulty or retrying(moment) or paused(moment):
        return
    told, unclear = sessions_of(moment), doubted(moment.memory)
    for conflict in moment.memory.conflicts:
        heard = [one for one in life.reached if conflict.id in told.get(one.id, ()) and tells(one)]
        made_up = conflict.extra or any(
            one.conflict == conflict.id and one.state in {*BOUND, OfferState.DISPLACED}
            for one in moment.memory.offers
        )
        if (
            not heard
            or made_up
            or conflict.span.start <= moment.now
            or not awake(conflict.client, moment.now)
        ):
            continue
        if conflict.kept or conflict.id in unclear:
            continue  # the therapist is asked, or it may come back
        believed, stands = says_it_stands(heard[-1]), conflict.state is ConflictState.HEALED
        cancelled = conflict.original is OriginalState.CANCELLED
        if believed and conflict.displaced and cancelled:
            yield f"{conflict.id} is cancelled, and {heard[-1].id} said that it takes place"
        if not believed and stands and not cancelled:
            yield f"{conflict.id} takes place, and {heard[-1].id} said that it does not"


def waits(life: Life, moment: Moment) -> Iterator[str]:
    """A first message waits until the leave has settled, unless `#send` says otherwise."""
    conflicts = {one.id: one for one in moment.memory.conflicts}
    offers = {one.uid: one for one in moment.memory.offers}
    for mail in moment.mails:
        sent_at_once = any("#send" in one.title for one in moment.before.all)
        heard = any(one.to == mail.to for one in life.posted[: life.posted.index(mail)])
        if mail.kind not in {"invitation", "notice", "sick_today"} or sent_at_once or heard:
            continue
        conflict = conflicts[offers[mail.uid].conflict if mail.uid else mail.id.partition(".")[0]]
        changed = unchanged_since(life, moment, conflict)
        ahead = (
            min(
                one.span.start
                for one in conflicts.values()
                if one.client == conflict.client and one.absence == conflict.absence and one.displaced
            )
            - changed
        )
        settle = (
            timedelta(minutes=5)
            if ahead <= URGENT
            else timedelta(minutes=30)
            if ahead <= timedelta(days=7)
            else URGENT
        )
        if mail.at < changed + settle:
            yield f"{mail.id} left {mail.at - changed} after the leave changed"


def i6_agrees(life: Life, moment: Moment) -> Iterator[str]:
    """The latest message a client got agrees with the calendar."""
    if moment.faulty or retrying(moment) or paused(moment):
        return
    waiting = _waiting(moment)
    for uid, mail in latest(life).items():
        if uid in waiting:
            continue
        entry = moment.after.entries.get(uid)
        if mail.method == "CANCEL" and entry is not None and entry.stands:
            yield f"{uid} was cancelled to {mail.to}, and stands in the calendar"
        if mail.method == "REQUEST" and not unsettled(life, moment, uid, mail):
            if entry is None:
                yield f"{uid} was asked of {mail.to} by {mail.id}, and is not in the calendar"
            elif (entry.start, entry.end) != (mail.start, mail.end):
                yield f"{uid} was asked of {mail.to} for {mail.start}, and stands at {entry.start}"


def _waiting(moment: Moment) -> frozenset[str]:
    """Offers about which nobody is told anything until it is clear whether leave is gone or on its way."""
    rows = doubted(moment.memory)
    return frozenset(one.uid for one in moment.memory.offers if one.conflict in rows)


def i6_order(life: Life, moment: Moment) -> Iterator[str]:
    """A CANCEL precedes the next REQUEST for the same session, but for times that were suggested together."""
    offers = {one.uid: one for one in moment.memory.offers}
    for mail in moment.mails:
        offer = offers.get(mail.uid)
        if mail.method != "REQUEST" or offer is None:
            continue
        for earlier in asked_before(life, offers, offer, mail):
            beside = offers[earlier.uid].suggestion == offer.suggestion
            if not beside and not ended(life, earlier.uid, mail):
                yield f"{mail.id}: {earlier.id} of the same session was not taken back first"


def i7_told(life: Life, moment: Moment) -> Iterator[str]:
    """Each client whose offer was taken back is told, as soon as they are awake."""
    if moment.faulty or retrying(moment) or paused(moment):
        return
    cancelled = {one.uid for one in life.posted if one.method == "CANCEL"}
    asked = {one.uid: one for one in life.reached if one.method == "REQUEST"}
    waiting = _waiting(moment)
    for offer in moment.memory.offers:
        mail = asked.get(offer.uid)
        if offer.span.start <= moment.now or offer.uid in waiting:
            continue
        untold = offer.state is OfferState.WITHDRAWN and mail is not None and offer.uid not in cancelled
        if untold and mail is not None and awake(offer.client, moment.now):
            yield f"{offer.uid} was withdrawn ({offer.reason}) and {mail.to} does not know"


def i9(life: Life, moment: Moment) -> Iterator[str]:
    """No message in the client's quiet hours (their zone), urgent cancellations excepted."""
    for mail in to_clients(moment):
        client = addressee(mail)
        if not awake(client, mail.at) and not urgent(moment, mail, client):
            yield f"{mail.id} reached {client} at {mail.at.astimezone(CLIENTS[client].zone or BERLIN)}"


def i10(life: Life, moment: Moment) -> Iterator[str]:
    """Caps count what asks, per client and day, therapist and hour: hard stops."""
    caps = life.house.practice.caps
    asking = [one for one in life.posted if asks(one)]
    for mail in moment.mails:
        if not asks(mail) or corrects(mail):
            continue
        before = [one for one in asking if one.at <= mail.at]
        day = [one for one in before if one.to == mail.to and one.at > mail.at - timedelta(days=1)]
        hour = [one for one in before if one.at > mail.at - timedelta(hours=1)]
        if len(day) > caps.client_day or len(hour) > min(caps.therapist_hour, caps.practice_hour):
            yield f"{mail.id} is one too many: {len(day)} in a day, {len(hour)} in an hour"


def i11(life: Life, moment: Moment) -> Iterator[str]:
    """Where approval is due no message goes out before it, urgent cancellations excepted."""
    if not life.opening.review or any("#ok" in one.title for m in life.moments for one in m.before.all):
        return
    for mail in to_clients(moment):
        if not urgent(moment, mail, addressee(mail)):
            yield f"{mail.id} went out, and nobody ever said yes"


def i11_doubtful(life: Life, moment: Moment) -> Iterator[str]:
    """A title that merely contains a leave word waits for `#ok`."""
    conflicts = {one.id: one for one in moment.memory.conflicts}
    offers = {one.uid: one for one in moment.memory.offers}
    for mail in asked(moment):
        if mail.uid not in offers:
            continue
        original = conflicts[offers[mail.uid].conflict].span
        away = (*moment.before.leave, *moment.before.doubtful)
        over = [one for one in away if one.during(original.start, original.end)]
        if (
            over
            and all("#ok" not in one.title for one in over)
            and not sure_over(moment.before, original.start)
        ):
            yield f"{mail.id} went out for leave that only may be leave"


def i12(life: Life, moment: Moment) -> Iterator[str]:
    """One client per event; the recipient is that session's client."""
    conflicts = {one.id: one for one in moment.memory.conflicts}
    offers = {one.uid: one for one in moment.memory.offers}
    for mail in moment.mails:
        if mail.method and mail.part.count("\nATTENDEE") != 1:
            yield f"{mail.id} has not exactly one attendee"
        offer = offers.get(mail.uid)
        if offer is not None and CLIENTS[owner(conflicts, offers, offer)].email != mail.to:
            yield f"{mail.id} went to {mail.to}"
    for uid in moment.after.entries:
        if "ATTENDEE" in moment.after.text(uid) or "ORGANIZER" in moment.after.text(uid):
            yield f"{uid} carries an attendee or organizer on the imip path"


def i13(life: Life, moment: Moment) -> Iterator[str]:
    """Entries are private and hold no name or address; what clients get has a neutral title."""
    for uid in moment.after.entries:
        text = moment.after.text(uid).replace("\r\n", "\n").replace("\n ", "")
        if "CLASS:PRIVATE" not in text:
            yield f"{uid} is not private"
        for client in CLIENTS.values():
            if any(word in text for word in (client.name, client.email) if word):
                yield f"{uid} names {client.id}"
    for mail in to_clients(moment):
        title = f"{mail.subject} {mail.part}".lower()
        if any(word in title for word in OFFICE_WORDS):
            yield f"{mail.id} is not neutral: {mail.subject}"
        if any(CLIENTS[one].initials + " " in mail.text for one in life.opening.clients):
            yield f"{mail.id} holds initials"


def i14(life: Life, moment: Moment) -> Iterator[str]:
    """Only a verified, current reply changes state."""
    was = {one.uid: one for one in (life.moments[-2].memory.offers if len(life.moments) > 1 else ())}
    for offer in moment.memory.offers:
        before = was.get(offer.uid)
        if before is None or before.state is offer.state:
            continue
        said = [one.how for one in life.answers if one.uid == offer.uid and one.counts]
        if offer.state is OfferState.ACCEPTED and "ACCEPTED" not in said:
            yield f"{offer.uid} was accepted by nobody who may"
        by_client = offer.reason == "client" and not by_hand(life, offer.uid, "#no")
        if (
            offer.state in {OfferState.DECLINED, OfferState.CANCELLED}
            and by_client
            and "DECLINED" not in said
        ):
            yield f"{offer.uid} was declined by nobody who may"


def i14_yes(life: Life, moment: Moment) -> Iterator[str]:
    """Every Yes is answered: the time is theirs, or one message says that it is gone."""
    if moment.faulty or retrying(moment) or paused(moment):
        return
    offers, unclear = {one.uid: one for one in moment.memory.offers}, doubted(moment.memory)
    for uid, client in {(one.uid, one.client) for one in life.answers if one.counts}:
        if offers[uid].conflict in unclear:
            continue  # what becomes of the session itself is said with it
        last = max((one for one in life.answers if one.uid == uid and one.counts), key=lambda one: one.stamp)
        same = [one for one in life.answers if one.uid == uid and one.counts and one.stamp == last.stamp]
        if last.how != "ACCEPTED" or len({one.how for one in same}) > 1 or uid in life.touched:
            continue
        taken = offers[uid].state in {OfferState.ACCEPTED, OfferState.SETTLED, OfferState.DISPLACED}
        told = any(one.to == CLIENTS[client].email and one.at >= last.at for one in life.posted)
        if not taken and not told and awake(client, moment.now) and moment.now < offers[uid].span.start:
            yield f"{uid}: {client} said yes at {last.at}, and it is {offers[uid].state.value} without a word"


def i17(life: Life, moment: Moment) -> Iterator[str]:
    """UID stable, SEQUENCE strictly rising."""
    for mail in moment.mails:
        if not mail.method:
            continue
        earlier = [one for one in life.posted if one.uid == mail.uid and one.method and one is not mail]
        earlier = [one for one in earlier if one.at <= mail.at and one.id != mail.id]
        if any(
            one.sequence >= mail.sequence
            for one in earlier
            if life.posted.index(one) < life.posted.index(mail)
        ):
            yield f"{mail.id} has SEQUENCE {mail.sequence}"
