"""What the promises ask of calendar, mailboxes and rows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from syncd.core.model import Conflict, Offer, OfferState, Priority
from tests.core.people import BERLIN, HOURS
from tests.walk.dwelling import CLIENTS
from tests.walk.life import Life, Moment
from tests.walk.witness import Page, Posted, Standing, client_of, role_of

LIVE = {OfferState.PLANNED, OfferState.HELD, OfferState.INVITED, OfferState.ACCEPTED}
AGREED = {OfferState.ACCEPTED, OfferState.SETTLED, OfferState.DISPLACED}
UNANSWERED = {OfferState.PLANNED, OfferState.HELD, OfferState.INVITED, OfferState.UNANSWERED}
BOUND = {OfferState.ACCEPTED, OfferState.SETTLED}
BRIEF = re.compile(
    r"is in my email about it|steht in meiner Mail dazu|est dans mon message|está en mi mensaje"
)
ASKS = {"invitation", "suggestions", "reminder"}
TELLING = {
    "invitation",
    "suggestions",
    "notice",
    "sick_today",
    "taken_back",
    "closing",
    "too_late",
}  # that it does not take place, or does
POLICY = re.compile(r"#(?!ok\b|send\b)\w+(?: [A-ZÄÖÜ]{2,3}\b)?")  # all but what says when something leaves
STANDS = ("place after all", "takes place as usual", "doch wie gewohnt", "findet unser Termin")
URGENT = timedelta(hours=24)
OFFICE_WORDS = ("therap", "session", "make-up", "makeup", "crisis", "sitzung", "krise", "patient")


def sessions_of(moment: Moment) -> dict[str, tuple[str, ...]]:
    """The displaced sessions that each mail was about, by Message-ID as `Posted` names it."""
    sent = (one for one in moment.memory.ledger if one.client)
    return {one.message_id.strip("<>").partition("@")[0]: (one.conflict, *one.besides) for one in sent}


def says_it_stands(mail: Posted) -> bool:
    """True for a mail that says that the usual session takes place."""
    return any(words in mail.text for words in STANDS)


def tells(mail: Posted) -> bool:
    """True for a mail that says what holds of a session: not what leaves that to the mail beside it."""
    short = mail.kind == "taken_back" and "Everything else is in my email" in mail.text
    return mail.kind in TELLING and not short


def on_leave(page: Page, entry: Standing) -> bool:
    """True when leave lies over an entry."""
    return any(one.overlaps(entry) for one in page.leave)


def said_no(life: Life, uid: str) -> bool:
    """True when anybody answered no to it."""
    return any(one.uid == uid and one.how == "DECLINED" for one in life.answers)


def asked(moment: Moment) -> list[Posted]:
    """The invitations that came at this moment."""
    return [one for one in moment.mails if one.method == "REQUEST"]


def to_clients(moment: Moment) -> list[Posted]:
    """What came to clients."""
    addresses = {one.email for one in CLIENTS.values()}
    return [one for one in moment.mails if one.to in addresses]


def written(moment: Moment) -> list[str]:
    """Hrefs of what changed by our hand; to-dos of alarms are left out: these are told whatever else stops."""
    before, after = dict(moment.before.texts), dict(moment.after.texts)
    changed = sorted(href for href in {*before, *after} if before.get(href) != after.get(href))
    return [href for href in changed if role_of(after.get(href, "")) != "letter" or href in before]


def mailed(moment: Moment) -> list[Posted]:
    """What was mailed, alarms left out."""
    return [one for one in moment.mails if not one.alarm]


def addressee(mail: Posted) -> str:
    """The id of the client at the other end."""
    return next(one.id for one in CLIENTS.values() if one.email == mail.to)


def taken(page: Page) -> Iterator[Standing]:
    """Leave, busy time, and sessions that no leave displaces."""
    yield from page.leave
    yield from page.busy
    for session in page.sessions:
        if session.stands and not any(one.overlaps(session) for one in (*page.leave, *page.doubtful)):
            yield session


def firm(moment: Moment, uid: str) -> bool:
    """True for an offer that stands: sent, accepted or settled."""
    states = {OfferState.INVITED, OfferState.ACCEPTED, OfferState.SETTLED}
    return any(one.uid == uid and one.state in states for one in moment.memory.offers)


def crisis(life: Life, moment: Moment, address: str) -> bool:
    """True for a client in crisis, by roster or by note."""
    client = next(one for one in CLIENTS.values() if one.email == address)
    noted = any(one.title == f"crisis: {client.initials}" for one in moment.before.all)
    return client.priority is Priority.CRISIS or noted


def in_hours(page: Page, start: datetime, end: datetime) -> bool:
    """True inside working hours, or hours opened by `#makeup`."""
    opened = [one for one in page.all if "#makeup" in one.title]
    if any(one.start <= start and end <= one.end for one in opened):
        return True
    local, until = start.astimezone(BERLIN), end.astimezone(BERLIN)
    first, last = local.hour * 60 + local.minute, until.hour * 60 + until.minute
    return any(part.start <= first and last <= part.end for part in HOURS.week[local.weekday()])


def latest(life: Life) -> dict[str, Posted]:
    """The last scheduling message about each offer."""
    return {one.uid: one for one in life.reached if one.method}


def unsettled(life: Life, moment: Moment, uid: str, mail: Posted) -> bool:
    """True while the client said no, or Dana told them, or a drag waits: for the morning, a cap, words she must read.

    It waits, too, where leave lies over it: until that has settled, or her yes to it is there.
    """
    offer = next((one for one in moment.memory.offers if one.uid == uid), None)
    if offer is None or said_no(life, uid) or offer.span.start <= moment.now:
        return True
    asked = [one for one in life.posted if one.to == mail.to and asks(one)]
    recent = [one for one in asked if one.at > moment.now - timedelta(days=1)]
    capped = len(recent) >= life.house.practice.caps.client_day
    away = any(one.during(offer.span.start, offer.span.end) for one in moment.after.leave)
    waits = capped or offer.frozen or away or not awake(offer.client, moment.now)
    return (uid in life.touched and (waits or by_hand(life, uid, "#no", "#told"))) or displaced_offer(offer)


def displaced_offer(offer: Offer) -> bool:
    """True for a make-up that a later absence displaced."""
    return offer.state is OfferState.DISPLACED


def asked_before(life: Life, offers: dict[str, Offer], offer: Offer, mail: Posted) -> Iterator[Posted]:
    """Earlier invitations for the same session."""
    for one in life.posted[: life.posted.index(mail)]:
        other = offers.get(one.uid)
        asked = one.method == "REQUEST" and one.uid != mail.uid
        if asked and other is not None and other.conflict == offer.conflict:
            yield one


def ended(life: Life, uid: str, mail: Posted) -> bool:
    """True when that invitation was taken back, or answered no, before this mail."""
    before = life.posted[: life.posted.index(mail)]
    taken_back = any(one.uid == uid and one.method == "CANCEL" for one in before)
    return taken_back or said_no(life, uid) or by_hand(life, uid, "#no")


def by_hand(life: Life, uid: str, *what: str) -> bool:
    """True when Dana's hand was on an entry in one of these ways."""
    return any(one in life.touched.get(uid, "") for one in what)


def paused(moment: Moment) -> bool:
    """True while `#syncd pause` lasts, or an operator's."""
    return bool(moment.memory.paused) or any(
        one.start <= moment.now < one.end for one in moment.before.paused
    )


def retrying(moment: Moment) -> bool:
    """True while an effect waits for its retry or its evidence."""
    return bool(moment.memory.effects)


def awake(client: str, now: datetime) -> bool:
    """True outside a client's quiet hours."""
    local = now.astimezone(CLIENTS[client].zone or BERLIN)
    return 8 <= local.hour < 20 and local.weekday() != 6


def corrects(mail: Posted) -> bool:
    """The therapist moved what the client was asked about: no cap leaves them with the old time."""
    return mail.method == "REQUEST" and mail.sequence > 0


def asks(mail: Posted) -> bool:
    """True for what caps count: of several times that are suggested together the one mail that says all."""
    return mail.kind in ASKS and not (mail.kind == "invitation" and BRIEF.search(mail.text))


def urgent(moment: Moment, mail: Posted, client: str) -> bool:
    """An urgent cancellation: from six in the morning, about a session within a day."""
    local = mail.at.astimezone(CLIENTS[client].zone or BERLIN)
    starts = [one.start for one in moment.before.sessions if client_of(one) == client]
    if mail.start is not None:
        starts.append(mail.start)  # a make-up that it takes back
    near = any(mail.at < start <= mail.at + URGENT for start in starts)
    return mail.kind in {"notice", "sick_today"} and near and local.hour >= 6


def begun_since(conflict: Conflict, moment: Moment) -> bool:
    """True when its time came since the last look."""
    return moment.since < conflict.span.start.astimezone(UTC) <= moment.now


def displaced(moment: Moment, conflict: Conflict, hours: int) -> bool:
    """True when it was known long enough, and leave still lies over it."""
    known = conflict.span.start - conflict.seen_at > timedelta(hours=hours)
    covered = any(one.during(conflict.span.start, conflict.span.end) for one in moment.before.leave)
    return known and covered and conflict.displaced


def knows(life: Life, conflict: Conflict) -> bool:
    """The client got a mail since the conflict was seen, or a letter names the client to Dana."""
    client = CLIENTS[conflict.client]
    mailed = any(one.to == client.email and one.at >= conflict.seen_at for one in life.posted)
    named = any(client.name in one.text for one in life.posted if one.to == "dana@example.org")
    return mailed or named


def to_be_called(life: Life, session: Standing) -> bool:
    """True when a letter says to Dana whom to call, and names its client: one a day before the first session of a day
    names all whose session is on it.
    """
    name, since = CLIENTS[client_of(session)].name, life.moments[-1].now - timedelta(hours=36)
    letters = (one for one in life.posted if one.to == "dana@example.org" and one.at >= since)
    return any(name in one.text and "please call" in f"{one.subject} {one.text}".lower() for one in letters)


def believed_off(life: Life, session: Standing) -> bool:
    """True when its client has read that it falls out, and nothing else since, or Dana says that she told them."""
    mind, memory = life.watch.minds.get(client_of(session)), life.moments[-1].memory
    read = mind is not None and mind.of(session.start) in {"off", "gone"}
    rows = {
        one.id for one in memory.conflicts if (one.ref.uid, one.span.start) == (session.uid, session.start)
    }
    return read or any(one.conflict in rows and by_hand(life, one.uid, "#told") for one in memory.offers)


def stood(life: Life, moment: Moment, session: Standing, begins: datetime, hours: int) -> bool:
    """True when leave from then on lay over the same session for so long already, with a daemon that could act."""
    since = moment.now - timedelta(hours=hours)
    recent = [one for one in life.moments if one.now >= since]
    earlier = [one for one in life.moments if one.now <= since][-1:]
    return bool(earlier) and all(
        not one.faulty
        and not paused(one)
        and any(
            same.uid == session.uid and same.start == session.start and same.title == session.title
            for same in one.after.sessions
        )
        and any(block.overlaps(session) and block.start == begins for block in one.after.leave)
        for one in (*earlier, *recent)
    )


def may_wait(life: Life, page: Page) -> bool:
    """True where an absence may wait for a yes: review, or longer than the rules allow unseen."""
    if life.opening.review or any("#review" in one.title for one in page.leave):
        return True
    spans = sorted((one.start, one.end) for one in (*page.leave, *page.doubtful))
    first, last = spans[0]
    for start, end in spans:
        if start - last > timedelta(days=4):
            first = start
        last = max(last, end)
        if last - first > life.house.therapist.policy.approval.above_days * timedelta(days=1):
            return True
    return bool(page.doubtful)


def unchanged_since(life: Life, moment: Moment, conflict: Conflict) -> datetime:
    """When the blocks that lie over a session had come to stand as they do now, with the tags that change what is
    planned; that others have gone is no news.
    """

    def over(page: Page) -> set[tuple[datetime, datetime, str, frozenset[str]]]:
        away = (*page.leave, *page.doubtful)
        found = (one for one in away if one.during(conflict.span.start, conflict.span.end))
        return {(one.start, one.end, one.uid, frozenset(POLICY.findall(one.title))) for one in found}

    since = moment.now
    for earlier in reversed(life.moments):
        if not over(moment.before) <= over(earlier.before):
            break
        since = earlier.now
    return since


def sure_over(page: Page, start: datetime) -> bool:
    """True when leave beyond doubt lies there."""
    return any(one.start <= start < one.end for one in page.leave)


def owner(conflicts: dict[str, Conflict], offers: dict[str, Offer], offer: Offer) -> str:
    """Whose series the displaced session belongs to; for a displaced make-up, the one that it made up for."""
    source = conflicts[offer.conflict].ref.uid
    if source in offers:
        return owner(conflicts, offers, offers[source])
    return source.partition("-")[0]


def plain(text: str) -> str:
    """A VEVENT without its stamps."""
    return "\n".join(line for line in text.split("\n") if not line.startswith(("DTSTAMP", "LAST-MODIFIED")))
