"""Alarms reach their readers past the outbox: by mail, else as a to-do in the therapist's calendar (I26)."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Protocol

from syncd.core.model import EventDraft
from syncd.core.model.actions import Mail
from syncd.core.model.errors import ConfigError, ConnectorError, Unclear, VersionConflict
from syncd.core.model.practice import Practice, Therapist
from syncd.core.telling.alarms.heard import (
    NOTIFIED,
    AlarmLetter,
    AlarmState,
    alarm_letters,
    heard,
    remembered,
)
from syncd.core.telling.alarms.wrong import Alarm, AlarmKind, sign_ins
from syncd.core.time.spans import Span
from syncd.outcome import EffectPorts
from syncd.ports import AlarmBook

log = logging.getLogger(__name__)

_PERHAPS = ", unless the mail was lost"


class Told(Enum):
    """Whether a letter reached its reader."""

    SURELY = "surely"
    PERHAPS = "perhaps"
    NOT = "not"


class AlarmWords(Protocol):
    """Puts an alarm into words; Rejected where the address is none, ConfigError where a template is at fault."""

    def mail(self, letter: AlarmLetter) -> Mail | None:
        """The mail, or None where none is configured."""

    def note(self, letter: AlarmLetter) -> EventDraft:
        """The all-day to-do of that day; the same alarm on the same day has the same UID."""

    def notice(self, letter: AlarmLetter) -> str:
        """One line for whoever need not know whom it is about."""


@dataclass(frozen=True, slots=True)
class Alarms:
    """Who hears of what is wrong, and how. `ends`: when accounts' sign-ins end, of those where it is known.

    `notify`: tells somebody elsewhere; False where nobody heard.
    """

    practice: Practice
    therapists: tuple[Therapist, ...]
    hands: Callable[[Span], EffectPorts]
    words: AlarmWords
    book: AlarmBook
    ends: Callable[[], Mapping[str, datetime]] = dict
    notify: Callable[[str], bool] | None = None

    def ring(self, wrong: Sequence[Alarm], now: datetime) -> None:
        """A pass is over, and this is all that is wrong."""
        active = (*wrong, *sign_ins(self.ends(), self.therapists, now))
        self._tell(active, remembered(self.book.read(), active, now), now)

    def ring_beside(self, alarm: Alarm, now: datetime) -> None:
        """A pass broke off: this is wrong, and whatever was."""
        known = self.book.read()
        self._tell((alarm,), {**known, **remembered(known, (alarm,), now)}, now)

    def forget(self, place: str) -> None:
        """What was told of whoever or whatever is called so (an id) is remembered no more."""
        named = [f"{kind}:{place}" for kind in AlarmKind]
        held = self.book.read().items()
        self.book.write(
            {key: rung for key, rung in held if not any(f"{key}:".startswith(f"{one}:") for one in named)}
        )

    def _tell(self, active: Sequence[Alarm], rungs: dict[str, AlarmState], now: datetime) -> None:
        notified = self.notify is not None
        for letter in alarm_letters(active, rungs, self.therapists, self.practice, now, notified=notified):
            names = ", ".join(one.key for one in letter.alarms)
            told = self._told(letter)
            if told is Told.NOT:
                log.error("alarm %s: %s cannot be told", names, letter.reader)
                continue
            log.info(
                "alarm %s: %s was told%s", names, letter.reader, _PERHAPS if told is Told.PERHAPS else ""
            )
            rungs = heard(rungs, letter, surely=told is Told.SURELY)
            self.book.write(rungs)
        self.book.write(rungs)

    def _told(self, letter: AlarmLetter) -> Told:
        """A mail of which nobody knows whether it left stands in the calendar as well: twice is better than never."""
        if letter.reader == NOTIFIED:
            return Told.SURELY if self._notified(letter) else Told.NOT
        mailed = self._mailed(letter)
        return Told.SURELY if mailed is not Told.SURELY and self._noted(letter) else mailed

    def _notified(self, letter: AlarmLetter) -> bool:
        try:
            return self.notify is not None and self.notify(self.words.notice(letter))
        except ConfigError as error:
            log.warning("alarm: no notice could be written (%s)", type(error).__name__)
            return False

    def _mailed(self, letter: AlarmLetter) -> Told:
        try:
            mail = self.words.mail(letter)
            mailer = self.hands(_today(letter)).mailer
            if mail is None or mailer is None:
                return Told.NOT
            mailer.send(mail)
        except Unclear:
            return Told.PERHAPS
        except (ConnectorError, ConfigError) as error:
            log.warning("alarm: no mail could be sent (%s)", type(error).__name__)
            return Told.NOT
        return Told.SURELY

    def _noted(self, letter: AlarmLetter) -> bool:
        therapist = next((one for one in self.therapists if one.id == letter.reader), None)
        if therapist is None:
            return False
        try:
            calendars = self.hands(_today(letter)).calendars
            calendar = calendars.get(therapist.plan_calendar or therapist.calendar)
            if calendar is None:
                return False
            calendar.create(self.words.note(letter))
        except VersionConflict:
            return True
        except (ConnectorError, ConfigError) as error:
            log.warning("alarm: nothing could be written to the calendar (%s)", type(error).__name__)
            return False
        return True


def _today(letter: AlarmLetter) -> Span:
    return Span(letter.at - timedelta(days=1), letter.at + timedelta(days=1))
