"""Who hears of what is wrong, and when: since when it lasts, and who was told of it last."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from syncd.core.model.practice import Practice, Therapist
from syncd.core.state import PassState
from syncd.core.telling.alarms.wrong import PATIENCE, Alarm, AlarmKind, paused

OFFICE = "office"  # the reader at the practice's own address
NOTIFIED = "notify"  # whoever reads at the addresses of `[alerts] notify`: of no person
AGAIN = timedelta(hours=24)
SOON = timedelta(hours=1)  # a mail that may have been lost, where nothing but mail reaches its reader
BRIEF = timedelta(
    minutes=10
)  # what mends itself as fast as this, such as a lock on the store, is not worth a letter
_ONCE = frozenset({AlarmKind.ANSWERED, AlarmKind.WAITING})  # whoever has read it knows it
_PATIENT = {
    **dict.fromkeys((AlarmKind.CLOCK, AlarmKind.FAILED, AlarmKind.STORE), BRIEF),
    AlarmKind.PAUSED: AGAIN,  # a pause is meant; one that lasts may be forgotten
}


@dataclass(frozen=True, slots=True)
class AlarmState:
    """What is remembered of an alarm: since when it lasts (None: it is over), and who heard of it when."""

    since: datetime | None = None
    told: Mapping[str, datetime] = field(default_factory=dict)

    def due(self, reader: str, now: datetime) -> bool:
        """True when this reader has not heard of it for a day; a clock set back is no reason to wait longer."""
        last = self.told.get(reader)
        return last is None or not last <= now < last + AGAIN


def remembered(
    known: Mapping[str, AlarmState], active: Iterable[Alarm], now: datetime
) -> dict[str, AlarmState]:
    """What is to be remembered while these alarms last; what is over is forgotten once it could be told again."""
    lasting = {one.key: one for one in active}
    rungs = {
        key: replace(known.get(key, AlarmState()), since=_since(known, one, now))
        for key, one in lasting.items()
    }
    over = {key: replace(rung, since=None) for key, rung in known.items() if key not in lasting}
    recent = {key: rung for key, rung in over.items() if any(now < at + AGAIN for at in rung.told.values())}
    return {**recent, **rungs}


def _since(known: Mapping[str, AlarmState], alarm: Alarm, now: datetime) -> datetime:
    before = known[alarm.key].since if alarm.key in known else None
    return alarm.since or (before if before is not None and before <= now else now)


def ringing(alarm: Alarm, rung: AlarmState, now: datetime) -> bool:
    """True once it has lasted long enough to be told."""
    lasts = _PATIENT.get(alarm.kind)
    return lasts is None or (rung.since is not None and rung.since + lasts <= now)


def _due(alarm: Alarm, rungs: Mapping[str, AlarmState], reader: str, now: datetime) -> bool:
    rung = rungs[alarm.key]
    return reader not in rung.told if alarm.kind in _ONCE else rung.due(reader, now)


@dataclass(frozen=True, slots=True)
class AlarmLetter:
    """All that one reader is to hear of one kind of alarm now. `reader` is a therapist's id, `OFFICE` or `NOTIFIED`."""

    reader: str
    to: str
    language: str
    zone: ZoneInfo
    kind: AlarmKind
    alarms: tuple[Alarm, ...]  # each with its beginning
    at: datetime


def alarm_letters(
    active: Sequence[Alarm],
    rungs: Mapping[str, AlarmState],
    therapists: Sequence[Therapist],
    practice: Practice,
    now: datetime,
    *,
    notified: bool = False,
) -> Iterator[AlarmLetter]:
    """What each therapist concerned, the office, and where `notified` the addresses for that, are to be told now: one
    letter for each kind, at most daily.
    """
    for kind in AlarmKind:
        due = [replace(one, since=rungs[one.key].since) for one in active if one.kind is kind]
        due = [one for one in due if ringing(one, rungs[one.key], now)]
        for who in therapists:
            mine = tuple(one for one in due if who.id in one.therapists and _due(one, rungs, who.id, now))
            if mine:
                yield AlarmLetter(who.id, who.email, who.language, who.zone, kind, mine, now)
        rest = tuple(one for one in due if _due(one, rungs, OFFICE, now))
        if rest and practice.email not in {"", *(one.email for one in therapists)}:
            yield AlarmLetter(OFFICE, practice.email, practice.language, practice.zone, kind, rest, now)
        news = tuple(one for one in due if notified and _due(one, rungs, NOTIFIED, now))
        if news:
            yield AlarmLetter(NOTIFIED, "", practice.language, practice.zone, kind, news, now)


def heard(
    rungs: Mapping[str, AlarmState], letter: AlarmLetter, *, surely: bool = True
) -> dict[str, AlarmState]:
    """What is remembered once a letter has reached its reader; one that perhaps has not is written once more soon."""
    keys, at = {one.key for one in letter.alarms}, letter.at if surely else letter.at + SOON - AGAIN
    return {
        key: replace(rung, told={**rung.told, letter.reader: at}) if key in keys else rung
        for key, rung in rungs.items()
    }


def next_alarm(pass_state: PassState) -> datetime | None:
    """When the next letter is due about what cannot be read, or about a pause; None while all is read and goes on."""
    now = pass_state.now
    silent = (one.silent_since for one in pass_state.snapshot.grounds)
    pauses = (one.since for one in paused(pass_state))
    lasting = ((PATIENCE, silent), (_PATIENT[AlarmKind.PAUSED], pauses))
    return min(
        (_next(at + lasts, now) for lasts, some in lasting for at in some if at is not None), default=None
    )


def _next(first: datetime, now: datetime) -> datetime:
    days = max(timedelta(), now - first) // AGAIN
    return first if now < first else first + (days + 1) * AGAIN
