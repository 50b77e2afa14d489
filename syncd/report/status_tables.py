"""What `status` shows, for people."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from rich.console import Group, RenderableType
from rich.text import Text

from syncd.core.model import ConflictState
from syncd.picture.words import moment_words
from syncd.report.columns import filled, fixed, flowing, number, sparse, state_words, words
from syncd.report.records import Messages, StatusDocument
from syncd.report.status import soon_over
from syncd.report.words import effect_words

_DISPLACED = {  # an accepted time settles a session as well as the therapist's own hand does
    ConflictState.OPEN.value: Text("open"),
    ConflictState.SETTLED.value: Text("settled", "green"),
    ConflictState.CLOSED.value: Text("closed", "dim"),
    ConflictState.HEALED.value: Text("stand again"),
    ConflictState.GONE.value: Text("no longer booked", "dim"),
}


def status_tables(status: StatusDocument, zone: ZoneInfo) -> tuple[RenderableType, ...]:
    """The same for people."""
    head = Text(f"Instance {status.instance}", "bold")
    head += _acts(status, zone)
    lines = [
        ("Syncd", Text(f"{status.version}, ") + _runs(status)),
        ("Last pass", Text(_moment(status.last_pass, zone))),
        ("Displaced sessions", _counts(status.displaced_sessions, _displaced_words)),
        ("Offers", _counts(status.offers, state_words)),
        ("Effects not over", _counts(status.effects, Text)),
        ("Oldest one waiting", Text(_moment(status.oldest_waiting, zone))),
        ("Messages", _sent(status.messages, zone)),
        ("Next answer due", Text(_moment(status.next_answer_due, zone))),
        ("Last backup", _backed_up(status, zone)),
    ]
    facts = Text("\n").join(Text(f"{name:<20}", "dim") + said for name, said in lines)
    tables = [Group(head, facts), _calendars(status, zone), _reading(status, zone)]
    if status.sign_ins_end:
        tables.append(_ending(status, zone))
    if status.quota:
        tables.append(_used(status, zone))
    if status.needs_a_look:
        tables.append(Group(_looks(status, zone)))
    return tuple(Group(table, Text()) for table in tables)


def _runs(status: StatusDocument) -> Text:
    if status.acting is None:
        return Text("does not run", "bold red")
    return Text("runs", "green") + Text(f" ({status.acting})", "dim")


def _acts(status: StatusDocument, zone: ZoneInfo) -> Text:
    if status.halted:
        return Text(f"  nothing is done: {status.halted}", "bold red")
    if status.paused:
        return Text(f"  paused{_lasting(status, zone)}: {status.paused}", "bold yellow")
    return Text("  degraded", "bold yellow") if status.degraded else Text("  acting", "green")


def _lasting(status: StatusDocument, zone: ZoneInfo) -> str:
    ends = (("since", status.paused_since), ("until", status.paused_until))
    return "".join(f" {word} {moment_words(at, zone)}" for word, at in ends if at is not None)


def _displaced_words(state: str) -> Text:
    return _DISPLACED.get(state, Text(state))


def _counts(counts: dict[str, int], words_of: Callable[[str], Text]) -> Text:
    said = [Text(f"{count} ") + words_of(state) for state, count in counts.items()]
    return Text(", ").join(said) if said else Text("none", "dim")


def _sent(messages: Messages, zone: ZoneInfo) -> Text:
    if messages.last_at is None:
        return Text("none yet", "dim")
    return Text(f"{messages.total}, {messages.last_24h} in 24 h, last {moment_words(messages.last_at, zone)}")


def _moment(moment: datetime | None, zone: ZoneInfo) -> str:
    return moment_words(moment, zone) if moment else "none"


def _backed_up(status: StatusDocument, zone: ZoneInfo) -> Text:
    if status.last_backup is None:
        return Text("none by `syncd backup`", "dim")
    return Text(moment_words(status.last_backup, zone))


def _calendars(status: StatusDocument, zone: ZoneInfo) -> Group:
    table = sparse(
        "Calendars", words("Calendar"), number("Events"), fixed("First read"), fixed("Read in full")
    )
    rows = (
        (one.calendar, str(one.objects), _moment(one.first_read, zone), _moment(one.full_read, zone))
        for one in status.calendars
    )
    return Group(filled(table, rows, "No calendar has been read yet."))


def _reading(status: StatusDocument, zone: ZoneInfo) -> Group:
    table = sparse("Reading", words("Place"), fixed("Last read"), fixed("Unread since"), flowing("What"))
    rows = [
        row
        for one in status.reading
        for row in (
            (one.place, _moment(one.last_read, zone), _since(one.unread_since, zone), one.reason),
            *((one.place, "", _since(each.since, zone), f"{each.uid}: {each.reason}") for each in one.unread),
        )
    ]
    return Group(filled(table, rows, "Nothing has been read yet."))


def _ending(status: StatusDocument, zone: ZoneInfo) -> Group:
    table, soon = (
        sparse("Sign-ins that end", words("Account"), fixed("Ends")),
        soon_over(status, status.generated_at),
    )
    rows = (
        (account, Text(moment_words(end, zone), "yellow" if account in soon else ""))
        for account, end in status.sign_ins_end.items()
    )
    return Group(filled(table, rows, ""))


def _used(status: StatusDocument, zone: ZoneInfo) -> Group:
    table = sparse(
        "Requests to Google today",
        words("Account"),
        number("Requests"),
        number("Busiest minute"),
        number("Refused"),
        fixed("Last refused"),
        fixed("Counted since"),
    )
    rows = (
        (
            one.account,
            str(one.requests),
            str(one.busiest_minute),
            str(one.refused),
            _since(one.last_refused, zone),
            _moment(one.since, zone),
        )
        for one in status.quota
    )
    return Group(filled(table, rows, ""))


def _since(moment: datetime | None, zone: ZoneInfo) -> Text:
    return Text(_moment(moment, zone), "yellow") if moment else Text("")


def _looks(status: StatusDocument, zone: ZoneInfo) -> RenderableType:
    table = sparse(
        "Needs a look", words("What"), fixed("State"), fixed("Since"), words("Subject"), flowing("Detail")
    )
    rows = (
        (
            effect_words(one.kind),
            Text(one.state, "yellow"),
            _moment(one.since, zone),
            Text(one.subject, "dim"),
            one.detail,
        )
        for one in status.needs_a_look
    )
    return filled(table, rows, "")
