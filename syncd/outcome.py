"""What came of an action, with what it was done, and what stands in the calendar afterwards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from syncd.core.model import CalendarObject
from syncd.core.model.effects import EffectState
from syncd.core.model.errors import ConnectorError
from syncd.core.offers import EffectResult
from syncd.core.time.spans import Span
from syncd.ports import Calendar, Mailbox, Mailer

NOTHING = EffectResult()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one action. `seen` and `gone` say how the calendar object stands afterwards, if it was read."""

    state: EffectState
    evidence: EffectResult = NOTHING
    detail: str = ""
    not_before: datetime | None = None
    seen: tuple[str, CalendarObject] | None = None
    gone: tuple[str, str] | None = None  # calendar id and UID
    unseen: bool = False  # reading shows what stood before it
    unread: tuple[str, str] | None = None  # calendar id and UID of what is new, and is to be read back still
    presumed: bool = False  # it may have happened: what follows is taken to follow


@dataclass(frozen=True, slots=True)
class EffectPorts:
    """What actions are done with. `window` is what occurrences are expanded in when an object is read back."""

    calendars: Mapping[str, Calendar]
    mailer: Mailer | None
    mailbox: Mailbox | None
    window: Span


def read_back(calendar: str, uid: str, evidence: EffectResult, hands: EffectPorts) -> Outcome:
    """The object as the server keeps it; a failure to read changes nothing about what was done."""
    try:
        stored = hands.calendars[calendar].read(uid, hands.window)
    except ConnectorError:
        stored = None
    if stored is None:
        return Outcome(EffectState.DONE, evidence)
    fresh = EffectResult(stored.href, stored.etag, evidence.pre_image)
    return Outcome(EffectState.DONE, fresh, seen=(calendar, stored))


def read_together(unread: Sequence[Outcome], hands: EffectPorts) -> tuple[Outcome, ...]:
    """The same of several that are new in one account, with as few requests as its server allows."""
    there: dict[tuple[str, str], CalendarObject] = {}
    wanted: dict[str, list[str]] = {}
    for calendar, uid in (one.unread for one in unread if one.unread):
        wanted.setdefault(calendar, []).append(uid)
    for calendar, uids in wanted.items():
        try:
            found = hands.calendars[calendar].read_several(uids, hands.window)
        except ConnectorError:
            continue
        there.update(((calendar, uid), stored) for uid, stored in found.items())
    return tuple(_found(one, there) for one in unread)


def _found(one: Outcome, there: Mapping[tuple[str, str], CalendarObject]) -> Outcome:
    stored = there.get(one.unread) if one.unread else None
    if one.unread is None or stored is None:
        return replace(one, unread=None)
    evidence = EffectResult(stored.href, stored.etag, one.evidence.pre_image)
    return replace(one, unread=None, evidence=evidence, seen=(one.unread[0], stored))
