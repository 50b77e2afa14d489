"""Promises that show in the calendar and in the rows behind it. Each is named by its number in docs/promises.md."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from tests.walk.doubting import doubted
from tests.walk.dwelling import CLIENTS
from tests.walk.evidence import (
    AGREED,
    LIVE,
    UNANSWERED,
    asked,
    awake,
    begun_since,
    believed_off,
    by_hand,
    crisis,
    displaced,
    firm,
    in_hours,
    knows,
    mailed,
    may_wait,
    on_leave,
    paused,
    plain,
    retrying,
    said_no,
    stood,
    taken,
    to_be_called,
    written,
)
from tests.walk.life import Life, Moment
from tests.walk.witness import blocks, client_of, role_of


def i1(life: Life, moment: Moment) -> Iterator[str]:
    """An accepted session is never moved or cancelled by the daemon without an act of the therapist."""
    after = moment.after.entries
    for uid, was in moment.before.entries.items():
        if was.status != "CONFIRMED" or on_leave(moment.before, was) or said_no(life, uid):
            continue
        now = after.get(uid)
        if by_hand(life, uid, "dragged", "#no"):
            continue
        if now is None or (now.start, now.end, now.status) != (was.start, was.end, was.status):
            yield f"{uid} stood confirmed at {was.start}, now: {now}"


def i2(life: Life, moment: Moment) -> Iterator[str]:
    """At most one live offer per conflict, or several that were suggested together, of which one is taken."""
    live = {(one.conflict, one.suggestion) for one in moment.memory.offers if one.state in LIVE}
    for conflict, count in Counter(conflict for conflict, _ in live).items():
        if count > 1:
            yield f"conflict {conflict} has live offers of {count} suggestions"
    made = Counter((one.conflict, one.suggestion) for one in moment.memory.offers if one.state in AGREED)
    yield from (f"conflict {one[0]} has {count} make-ups" for one, count in made.items() if count > 1)


def i3(life: Life, moment: Moment) -> Iterator[str]:
    """No live offer, when sent, overlaps another, a standing session, busy time or leave, nor the client's own."""
    for mail in asked(moment):
        assert mail.start is not None
        assert mail.end is not None
        for other in taken(moment.before):
            if other.during(mail.start, mail.end) and other.uid != mail.uid:
                pinned = by_hand(life, mail.uid, "dragged")
                if not (pinned and other.uid.startswith(("busy", "copy"))):
                    yield f"{mail.id} asks for {mail.start}, where {other} stands"
        for uid, entry in moment.before.entries.items():
            if uid != mail.uid and entry.during(mail.start, mail.end) and firm(moment, uid):
                yield f"{mail.id} asks for {mail.start}, where {entry} stands"


def i4(life: Life, moment: Moment) -> Iterator[str]:
    """What the daemon chooses is never in leave, in the past, outside hours or under minimum notice."""
    for mail in asked(moment):
        assert mail.start is not None
        assert mail.end is not None
        pinned = by_hand(life, mail.uid, "dragged")
        if mail.start <= mail.at:
            yield f"{mail.id} asks for the past"
        notice = timedelta(hours=24 if crisis(life, moment, mail.to) else 48)
        if not pinned and mail.start - mail.at < notice:
            yield f"{mail.id} asks at {mail.at} for {mail.start}: under minimum notice"
        if not pinned and not in_hours(moment.before, mail.start, mail.end):
            yield f"{mail.id} asks for {mail.start}: outside hours"


def i7(life: Life, moment: Moment) -> Iterator[str]:
    """After leave goes or shrinks no unanswered offer lives on for a session that is no longer displaced."""
    if moment.faulty or paused(moment):
        return
    conflicts, unclear = {one.id: one for one in moment.memory.conflicts}, doubted(moment.memory)
    for offer in moment.memory.offers:
        conflict = conflicts[offer.conflict]
        away = (*moment.after.leave, *moment.after.doubtful)
        covered = any(one.during(conflict.span.start, conflict.span.end) for one in away)
        ahead = conflict.span.start > moment.now
        stays = offer.agreed  # an accepted make-up does, also where it was moved since
        if offer.state in UNANSWERED and ahead and not (covered or stays or conflict.id in unclear):
            yield f"{offer.uid} lives on, and no leave covers {conflict.span}"
    cancels = Counter(one.uid for one in life.posted if one.method == "CANCEL")
    yield from (f"{uid} was taken back {count} times" for uid, count in cancels.items() if count > 1)


def i8(life: Life, moment: Moment) -> Iterator[str]:
    """Every conflict ends accepted, invited, told, settled by hand, held for the therapist, or on a call list."""
    if moment.faulty or retrying(moment) or paused(moment):
        return
    for conflict in moment.memory.conflicts:
        if not begun_since(conflict, moment) or not displaced(moment, conflict, hours=24):
            continue
        if not knows(life, conflict):
            yield f"conflict {conflict.id} of {conflict.client}: {conflict.span} came, and nobody was told"


def i16(life: Life, moment: Moment) -> Iterator[str]:
    """Foreign events are never touched, except one occurrence of a displaced original."""
    before, after = dict(moment.before.texts), dict(moment.after.texts)
    plans = moment.before.plans.keys() | moment.after.plans.keys()
    ours = {f"{uid}.ics" for uid in (*plans, *(one.uid for one in moment.memory.offers))}
    for href in before.keys() | after.keys():
        if href in ours or before.get(href) == after.get(href):
            continue
        was = {plain(one.text) for one in blocks(before.get(href, ""))}
        now = {plain(one.text) for one in blocks(after.get(href, ""))}
        changed = was ^ now
        if href not in before or href not in after:
            yield f"{href} appeared or vanished"
        elif any("RECURRENCE-ID" not in one for one in changed) and "-extra" not in href:
            yield f"{href} was changed: {sorted(changed)}"
        elif "-series" not in href and "-extra" not in href:
            yield f"{href} was changed"


def i18(life: Life, moment: Moment) -> Iterator[str]:
    """Absence of data is not deletion: what is taken for gone is gone from the calendar itself."""
    was = {one.uid: one.state for one in (life.moments[-2].memory.offers if len(life.moments) > 1 else ())}
    conflicts = {one.id: one for one in moment.memory.conflicts}
    for offer in moment.memory.offers:
        if offer.state in LIVE or was.get(offer.uid) is offer.state:
            continue
        span = conflicts[offer.conflict].span
        over = any(one.during(span.start, span.end) for one in moment.before.leave)
        stands = any(one.start == span.start and one.stands for one in moment.before.sessions)
        there = offer.uid in moment.before.entries and offer.uid not in life.touched
        kept = any(one.start == span.start and "#keep" in one.title for one in moment.before.sessions)
        if offer.reason == "leave" and over and not kept:
            yield f"{offer.uid} was taken back as if the leave over {span.start} were gone"
        if offer.reason == "session" and stands and over:
            yield f"{offer.uid} was taken back as if the session of {span.start} were gone"
        if offer.reason == "therapist" and there:
            yield f"{offer.uid} was taken for deleted"


def i19(life: Life, moment: Moment) -> Iterator[str]:
    """Every effect has a committed intent before it and an audit row after it; none while paused."""
    mails, writes = mailed(moment), written(moment)
    known = moment.memory.paused or not life.house.gate.mumbles("home")  # a pause that nobody could read
    by_its_clock = replace(
        moment, now=moment.now + life.house.clock.wrong
    )  # minutes are not seen to be wrong
    if paused(moment) and paused(by_its_clock) and known and (writes or mails):
        yield f"{writes} and {len(mails)} mails while paused"
    if not writes and not mails:
        return
    rows = life.house.store.audit()
    recorded = {row.detail.get("effect") for row in rows if row.event == "recorded"}
    settled = {row.detail.get("effect") for row in rows if row.event == "settled"}
    for row in moment.memory.ledger:
        if not {str(row.key)} <= recorded & settled:
            yield f"{row.key} left without an intent or an audit row"
    if settled - recorded:
        yield f"settled without an intent: {settled - recorded}"


def i23(life: Life, moment: Moment) -> Iterator[str]:
    """When leave begins no session inside it is still confirmed, and its client was told or is on the call list."""
    if moment.faulty or retrying(moment) or paused(moment):
        return
    for session in moment.after.sessions:
        begins = max((one.start for one in moment.after.leave if one.overlaps(session)), default=None)
        if begins is None or begins > moment.now or session.start <= moment.now or "#keep" in session.title:
            continue
        if not session.stands or not stood(life, moment, session, begins, hours=24):
            continue
        if not all(awake(client_of(session), moment.now - timedelta(hours=ago)) for ago in (0, 3)):
            continue
        far = session.start - moment.now > timedelta(hours=12)
        if may_wait(life, moment.after) and (
            far or to_be_called(life, session) or believed_off(life, session)
        ):
            continue  # what has waited for its yes for a day is called off by nobody unasked
        yield f"{session} is still confirmed, and leave began at {begins}"


def plan_event(life: Life, moment: Moment) -> Iterator[str]:
    """Whoever is displaced stands in an overview: initials, and "accepted" for nobody who did not; it names nobody."""
    texts = [text.replace("\r\n", "\n").replace("\n ", "") for _, text in moment.after.plans.values()]
    for text in texts:
        if "CLASS:PRIVATE" not in text or "TRANSP:TRANSPARENT" not in text:
            yield f"an overview is not private, or takes time: {text}"
        if any(word in text for one in CLIENTS.values() for word in (one.name, one.email) if word):
            yield f"an overview names somebody: {text}"
    if moment.faulty or retrying(moment) or paused(moment) or life.hidden:
        return
    unbelieved = doubted(moment.memory)
    if not unbelieved:
        yield from _crowded(moment)
    for conflict in moment.memory.conflicts:  # an overview of what may be as it was again stays as it is
        if not conflict.displaced or conflict.span.start <= moment.now or conflict.id in unbelieved:
            continue
        initials = CLIENTS[conflict.client].initials
        if not any(f"{initials} ·" in text for text in texts):
            yield f"no overview shows {initials}, displaced at {conflict.span.start}"


_BESIDE = ("Question ·", "syncd needs help")


def _crowded(moment: Moment) -> Iterator[str]:
    """A to-do on today stands beside the overview of leave that begins today, but no day has two of either.

    Questions that begin on one day are answered one by one; an alarm is there beside whatever else there is to do.
    """
    plans = moment.after.plans.values()
    days = Counter((role_of(text), one.start) for one, text in plans if not one.title.startswith(_BESIDE))
    yield from (f"{count} entries as {role} on {day}" for (role, day), count in days.items() if count > 1)
