"""What `status` shows: what the store knows, without asking a server; as documented JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from importlib.metadata import version
from types import MappingProxyType
from zoneinfo import ZoneInfo

from syncd.core.model import Ground, OfferState
from syncd.core.model.effects import EffectState
from syncd.core.model.practice import Therapist
from syncd.core.reading import find_pause
from syncd.core.reading.notes import BY_EVENT
from syncd.core.telling.alarms.wrong import SIGN_IN_AHEAD
from syncd.ports import CalendarState, Memory, Usage
from syncd.report.records import (
    CalendarRecord,
    EffectRecord,
    GroundRecord,
    Messages,
    QuotaRecord,
    StatusDocument,
    UnreadRecord,
)

LATE = timedelta(minutes=30)  # since the last pass: polls are minutes apart
_DAY = timedelta(hours=24)
_ODD = frozenset({EffectState.UNKNOWN, EffectState.ESCALATED})


class Rating(IntEnum):
    """The exit statuses that monitoring plugins agree on."""

    OK = 0
    WARNING = 1
    CRITICAL = 2


def stands(
    memory: Memory,
    now: datetime,
    zone: ZoneInfo,
    therapists: Iterable[Therapist] = (),
    usage: Mapping[str, Usage] = MappingProxyType({}),
    ends: Mapping[str, datetime] = MappingProxyType({}),
    *,
    acting: str,
) -> StatusDocument:
    """The document, times in `zone`. `acting`: who acts on it, "" nobody; `therapists`: whose event may pause it;
    `ends`: when sign-ins do, by account.
    """
    pause = _pause(memory, therapists, now)
    sent = [one.at for one in memory.ledger]
    asked = (one for one in memory.offers if one.state is OfferState.INVITED and not one.frozen)
    due = [one.due for one in asked if one.due is not None]
    waiting = (row.recorded_at for row in memory.effects if row.recorded_at and row.state not in _ODD)
    return StatusDocument(
        generated_at=now.astimezone(zone),
        version=version("syncd"),
        instance=memory.instance,
        running=bool(acting),
        acting=acting or None,
        last_pass=_there(_last_look(memory), zone),
        paused=pause.why if pause else None,
        paused_since=_there(pause.since, zone) if pause else None,
        paused_until=_there(pause.until, zone) if pause else None,
        halted=memory.halted.why if memory.halted else None,
        halted_since=memory.halted.since.astimezone(zone) if memory.halted else None,
        calendars=[_calendar(memory, one, zone) for one in sorted(memory.calendars, key=_calendar_id)],
        degraded=not all(one.whole for one in memory.grounds),
        reading=[_ground(one, zone) for one in memory.grounds],
        accounts=_accounts(memory.grounds, zone),
        last_backup=_there(memory.copied, zone),
        sign_ins_end={account: end.astimezone(zone) for account, end in sorted(ends.items())},
        quota=[_quota(account, one, zone) for account, one in sorted(usage.items()) if one.lasts(now)],
        displaced_sessions=_counted(row.state.value for row in memory.conflicts),
        offers=_counted(offer.state.value for offer in memory.offers),
        effects=_counted(row.state.value for row in memory.effects),
        oldest_waiting=_there(min(waiting, default=None), zone),
        needs_a_look=_odd(memory, zone),
        messages=Messages(
            total=len(sent),
            last_24h=sum(1 for at in sent if now - _DAY < at <= now),
            last_at=max(sent).astimezone(zone) if sent else None,
        ),
        next_answer_due=min(due).astimezone(zone) if due else None,
    )


def _last_look(memory: Memory) -> datetime | None:
    """A pass that finds nothing new records nothing; that it read is noted all the same."""
    read = (one.read_at for one in memory.grounds)
    return max(filter(None, (memory.newest, *read)), default=None)


@dataclass(frozen=True, slots=True)
class _Pause:
    """Why nothing leaves; `until` None: until somebody says so."""

    why: str
    since: datetime | None
    until: datetime | None = None


def _pause(memory: Memory, therapists: Iterable[Therapist], now: datetime) -> _Pause | None:
    """By an operator; else by an event, as the calendars were read last."""
    if memory.paused:
        return _Pause(memory.paused, memory.paused_since)
    events = [event for objects in memory.mirror.values() for one in objects for event in one.events]
    spans = [span for one in therapists if (span := find_pause(events, one, now)) is not None]
    last = max(spans, key=lambda span: span.end, default=None)
    return _Pause(BY_EVENT, last.start, last.end) if last else None


def _calendar_id(one: CalendarState) -> str:
    return one.calendar


def _calendar(memory: Memory, one: CalendarState, zone: ZoneInfo) -> CalendarRecord:
    return CalendarRecord(
        calendar=one.calendar,
        first_read=one.first_read.astimezone(zone),
        full_read=one.full_read.astimezone(zone),
        objects=len(memory.mirror.get(one.calendar, ())),
    )


def _ground(one: Ground, zone: ZoneInfo) -> GroundRecord:
    return GroundRecord(
        place=one.place,
        last_read=_there(one.read_at, zone),
        unread_since=_there(one.silent_since, zone),
        reason=one.reason,
        unread=[
            UnreadRecord(uid=each.uid or each.href, since=each.since.astimezone(zone), reason=each.reason)
            for each in one.unread
        ],
    )


def _accounts(grounds: Iterable[Ground], zone: ZoneInfo) -> dict[str, datetime | None]:
    """An account was read when the last of its calendars was."""
    found: dict[str, datetime | None] = {}
    for one in grounds:
        before = found.get(one.account, one.read_at)
        found[one.account] = min(before, one.read_at) if before and one.read_at else None
    return {account: _there(at, zone) for account, at in found.items()}


def _quota(account: str, one: Usage, zone: ZoneInfo) -> QuotaRecord:
    return QuotaRecord(
        account=account,
        since=one.since.astimezone(zone),
        requests=one.requests,
        busiest_minute=one.busiest,
        refused=one.refused,
        last_refused=_there(one.refused_at, zone),
    )


def _there(moment: datetime | None, zone: ZoneInfo) -> datetime | None:
    return moment.astimezone(zone) if moment else None


def _counted(states: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(states).items()))


def _odd(memory: Memory, zone: ZoneInfo) -> list[EffectRecord]:
    return [
        EffectRecord(
            subject=row.key.subject,
            version=row.key.version,
            kind=row.key.kind,
            state=row.state.value,
            attempts=row.attempts,
            since=row.changed_at.astimezone(zone) if row.changed_at else None,
            detail=row.detail,
        )
        for row in memory.effects
        if row.state in _ODD
    ]


def rated(status: StatusDocument, now: datetime, backup_within: timedelta | None = None) -> Rating:
    """How it goes, for a monitoring system: what stops it is critical, what waits for a human a warning.

    `backup_within`: how old the last copy may be; None: that is watched elsewhere.
    """
    late = status.last_pass is None or now - status.last_pass > LATE
    if not status.running or status.halted or late:
        return Rating.CRITICAL
    waits = status.paused or status.degraded or status.needs_a_look or soon_over(status, now)
    return Rating.WARNING if waits or _uncopied(status, now, backup_within) else Rating.OK


def _uncopied(status: StatusDocument, now: datetime, within: timedelta | None) -> bool:
    if within is None:
        return False
    return status.last_backup is None or now - status.last_backup > within


def soon_over(status: StatusDocument, now: datetime) -> frozenset[str]:
    """Accounts of whose sign-in a letter tells by now."""
    return frozenset(one for one, end in status.sign_ins_end.items() if end - SIGN_IN_AHEAD <= now)


def status_document(status: StatusDocument) -> str:
    """`status --json`: as `status.schema.json` says."""
    return status.model_dump_json(indent=2)
