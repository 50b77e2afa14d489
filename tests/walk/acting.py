"""Steps as they are done: Dana at her calendar, clients at their mail."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime

from tests.core.people import BERLIN
from tests.scenario import ics
from tests.walk import steps as diary
from tests.walk.befalling import befall
from tests.walk.dwelling import CLIENTS, at, uid_of, weekly
from tests.walk.life import Answered, Life, Spoken
from tests.walk.witness import Page, Posted, Standing


def act(life: Life, step: diary.Step) -> None:
    """Do what the step says, as Dana or as a client; what is no longer there is left alone."""
    if isinstance(step, diary.Hostile):
        befall(life, step)
        return
    match step:
        case diary.Answer() | diary.Propose() | diary.Note():
            _write(life, step)
        case diary.Remove() | diary.Drag() | diary.Tag() | diary.Copy() | diary.HidePlan():
            _handle(life, step)
        case diary.MoveSession() | diary.DropSession() | diary.KeepSession() | diary.EndSeries():
            _reschedule(life, step)
        case diary.Wait():
            pass
        case _:
            _enter(life, step)


def _enter(life: Life, step: diary.Entered) -> None:
    """Dana's hand on events of her own."""
    calendar = life.house.calendar
    match step:
        case diary.Block(uid, first, days, title):
            calendar.put_text(ics.all_day(uid, title, date.fromisoformat(first), days))
        case diary.BlockHours(uid, start, minutes, title) | diary.Event(uid, start, minutes, title):
            calendar.put_text(ics.timed(uid, title, at(start), minutes))
        case diary.BlockWeekly() | diary.Relocate() | diary.Duplicate() | diary.SplitLeave():
            _rearrange(life, step)
        case diary.ExtraSession(uid, client, start):
            calendar.put_text(ics.timed(uid, CLIENTS[client].initials, at(start), 50))
        case diary.Span(uid, first, days):
            _edit(life, uid, lambda text: _spanned(text, date.fromisoformat(first), days))
        case diary.Retitle(uid, title):
            _edit(life, uid, lambda text: re.sub(r"SUMMARY:[^\r\n]*", f"SUMMARY:{title}", text))
        case diary.Delete(uid):
            if life.page.text(uid):
                life.calendar_of(uid).remove(uid)


def _edit(life: Life, uid: str, change: Callable[[str], str]) -> None:
    if life.page.text(uid):
        life.calendar_of(uid).edit(uid, change)


def _rearrange(
    life: Life, step: diary.BlockWeekly | diary.Relocate | diary.Duplicate | diary.SplitLeave
) -> None:
    """Dana's hand on a block as a whole."""
    text = life.page.text(step.uid)
    match step:
        case diary.BlockWeekly(uid, first, days, weeks, title):
            block = ics.all_day(uid, title, date.fromisoformat(first), days)
            rule = f"RRULE:FREQ=WEEKLY;COUNT={weeks}\r\nDTSTART"
            life.house.calendar.put_text(block.replace("DTSTART", rule, 1))
        case diary.Relocate(uid) if text:
            there = life.house.away if life.calendar_of(uid) is life.house.calendar else life.house.calendar
            life.calendar_of(uid).remove(uid)
            there.put_text(text)
        case diary.Duplicate(uid, copy) if text:
            life.calendar_of(uid).put_text(text.replace(f"UID:{uid}", f"UID:{copy}"))
        case diary.SplitLeave(uid, days, rest) if text:
            whole = next(one for one in life.page.all if one.uid == uid)
            begins = whole.start.astimezone(BERLIN).date()
            left = round((whole.end - whole.start) / timedelta(days=1)) - days
            life.calendar_of(uid).edit(uid, lambda known: _spanned(known, begins, days))
            other = _spanned(text.replace(f"UID:{uid}", f"UID:{rest}"), begins + timedelta(days=days), left)
            life.house.calendar.put_text(other)


def _spanned(text: str, first: date, days: int) -> str:
    text = re.sub(r"DTSTART[^\r\n]*", f"DTSTART;VALUE=DATE:{first:%Y%m%d}", text)
    return re.sub(r"DTEND[^\r\n]*", f"DTEND;VALUE=DATE:{first + timedelta(days=days):%Y%m%d}", text)


def _handle(life: Life, step: diary.Handled) -> None:
    """Dana's hand on an entry of ours."""
    if isinstance(step, diary.HidePlan):
        by_day = sorted((one.start, uid) for uid, (one, _) in life.page.plans.items())
        for _, plan in by_day[step.number : step.number + 1]:
            life.house.calendar.remove(plan)
            life.hidden.add(plan)
        return
    uid = uid_of(step.entry)
    entry = life.page.entries.get(uid)
    if entry is None:
        return
    calendar = life.house.calendar
    match step:
        case diary.Remove():
            calendar.remove(uid)
            _touch(life, uid, "removed")
        case diary.Drag(_, start):
            calendar.edit(uid, lambda text: _dragged(text, at(start), entry.end - entry.start))
            _touch(life, uid, "dragged")
        case diary.Tag(_, tag):
            calendar.edit(uid, lambda text: re.sub(r"(SUMMARY:[^\r\n]*)", rf"\1 {tag}", text))
            _touch(life, uid, tag)
        case diary.Copy(_, copy, start):
            text = life.page.text(uid).replace("\n ", "")
            text = re.sub(r"^UID:.*$", f"UID:{copy}", text, flags=re.MULTILINE)
            calendar.put_text(_dragged(text, at(start), entry.end - entry.start))


def _touch(life: Life, uid: str, how: str) -> None:
    life.touched[uid] = f"{life.touched.get(uid, '')} {how}".strip()


def _dragged(text: str, start: datetime, length: timedelta) -> str:
    start = start.astimezone(UTC)
    text = re.sub(r"DTSTART[^\r\n]*", f"DTSTART:{start:%Y%m%dT%H%M%SZ}", text)
    return re.sub(r"DTEND[^\r\n]*", f"DTEND:{start + length:%Y%m%dT%H%M%SZ}", text)


def _reschedule(life: Life, step: diary.Rescheduled) -> None:
    """Dana's hand on a client's own series."""
    day = date.fromisoformat(step.day)
    session = session_on(life.page, step.client, day)
    if session is None or session.recurrence is None:
        return
    match step:
        case diary.DropSession():
            line = f"EXDATE;TZID=Europe/Berlin:{_local(session.recurrence)}"
            _edit(
                life,
                session.uid,
                lambda text: _without(text, session).replace("RRULE:", f"{line}\r\nRRULE:", 1),
            )
        case diary.MoveSession(_, _, start):
            length = session.end - session.start
            _edit(life, session.uid, lambda text: _override(text, session, at(start), length, session.title))
        case diary.KeepSession():
            length = session.end - session.start
            title = f"{session.title} #keep"
            _edit(life, session.uid, lambda text: _override(text, session, session.start, length, title))
        case diary.EndSeries(client, _, split):
            until = session.recurrence - timedelta(seconds=1)
            _edit(
                life,
                session.uid,
                lambda text: re.sub("COUNT=\\d+|UNTIL=\\w+", f"UNTIL={until:%Y%m%dT%H%M%SZ}", text),
            )
            if split:
                first = session.recurrence.astimezone(BERLIN)
                uid = f"{client}-series-{day:%m%d}"
                life.house.calendar.put_text(weekly(uid, session.title, first, "COUNT=6"))


def session_on(page: Page, client: str, day: date) -> Standing | None:
    """A client's session that is planned for a day by the rule of its series."""
    return next(
        (
            one
            for one in page.sessions
            if one.uid.startswith(f"{client}-")
            and one.recurrence is not None
            and one.recurrence.astimezone(BERLIN).date() == day
            and one.stands
        ),
        None,
    )


def _local(moment: datetime) -> str:
    return moment.astimezone(BERLIN).strftime("%Y%m%dT%H%M%S")


def _without(text: str, session: Standing) -> str:
    """The object without an override of this occurrence."""
    assert session.recurrence is not None
    stamp = _local(session.recurrence)
    events = re.split(r"(?=BEGIN:VEVENT)", text)
    kept = [one for one in events if f"RECURRENCE-ID;TZID=Europe/Berlin:{stamp}" not in one]
    tail = "" if kept[-1].rstrip().endswith("END:VCALENDAR") else "END:VCALENDAR\r\n"
    return "".join(kept) + tail


def _override(text: str, session: Standing, start: datetime, length: timedelta, title: str) -> str:
    assert session.recurrence is not None
    lines = (
        "BEGIN:VEVENT",
        "DTSTAMP:20260101T000000Z",
        f"UID:{session.uid}",
        f"RECURRENCE-ID;TZID=Europe/Berlin:{_local(session.recurrence)}",
        f"SUMMARY:{title}",
        f"DTSTART;TZID=Europe/Berlin:{_local(start)}",
        f"DTEND;TZID=Europe/Berlin:{_local(start + length)}",
        "END:VEVENT",
        "END:VCALENDAR",
    )
    return re.sub(r"END:VCALENDAR\s*", lambda _: "\r\n".join((*lines, "")), _without(text, session))


def _write(life: Life, step: diary.Said) -> None:
    """A client's mail arrives."""
    requests = life.requests(step.client)
    if not isinstance(step, diary.Answer):
        if requests:
            _speak(life, requests[-1], step)
        return
    if step.number >= len(requests):
        return
    request = requests[step.number]
    sender = step.sender or CLIENTS[step.client].email
    stamp = life.now - timedelta(minutes=step.delay)
    content = ics.reply(request.part, sender, step.how, stamp)
    content = content.replace(b"@example.net>", b".%d@example.net>" % len(life.answers), 1)
    newest = max(one.sequence for one in requests if one.uid == request.uid)
    ended = any(one.uid == request.uid and one.method == "CANCEL" for one in life.posted)
    known = sender in CLIENTS[step.client].addresses
    life.post.arrive(content)
    counts = known and request.sequence == newest and not ended
    life.answers.append(Answered(life.now, step.client, request.uid, step.how, counts, stamp.astimezone(UTC)))


def _speak(life: Life, request: Posted, step: diary.Propose | diary.Note) -> None:
    """What a person must read."""
    if isinstance(step, diary.Propose):
        life.post.arrive(_counter(request, at(step.start), life.now))
    else:
        life.post.arrive(_note(request, step.automatic, life.now))
    if not (isinstance(step, diary.Note) and step.automatic):
        life.spoken.append(Spoken(life.now, step.client, request.uid, isinstance(step, diary.Propose)))


def _counter(request: Posted, start: datetime, now: datetime) -> bytes:
    """RFC 5546 §3.2.7, as mail programs write it."""
    assert request.start is not None
    assert request.end is not None
    end = start + (request.end - request.start)
    text = ics.reply(request.part, request.to, "TENTATIVE", now).decode()
    text = text.replace("METHOD:REPLY", "METHOD:COUNTER").replace('method="REPLY"', 'method="COUNTER"')
    text = re.sub(r"DTSTART[^\r\n]*", f"DTSTART:{start.astimezone(UTC):%Y%m%dT%H%M%SZ}", text)
    text = re.sub(r"DTEND[^\r\n]*", f"DTEND:{end.astimezone(UTC):%Y%m%dT%H%M%SZ}", text)
    return text.replace("Message-ID: <", f"Message-ID: <counter.{now:%d%H%M%S}.", 1).encode()


def _note(request: Posted, automatic: bool, now: datetime) -> bytes:
    message = EmailMessage()
    message["From"], message["To"] = request.to, "office@example.org"
    message["Subject"] = f"Re: {request.subject}"
    message["Date"] = format_datetime(now)
    message["In-Reply-To"] = f"<{request.id}@example.org>"
    message["Message-ID"] = f"<note.{automatic}.{now:%Y%m%d%H%M%S%f}.{request.uid}@example.net>"
    if automatic:
        message["Auto-Submitted"] = "auto-replied"
    message.set_content("I am away until Monday." if automatic else "Could we rather talk on the phone?")
    return message.as_bytes()
