"""Alarms in words: a mail to whoever has to act, or a to-do in the therapist's calendar."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256

from syncd.core.model import MAILBOX, EventDraft, EventStatus, Marker, MarkerRole, Transparency
from syncd.core.model.actions import Mail
from syncd.core.policy.unnamed import Concerned
from syncd.core.telling.alarms.heard import OFFICE, AlarmLetter
from syncd.core.telling.alarms.wrong import Alarm
from syncd.core.time.spans import AllDay, local_date
from syncd.wording.dates import DateWords
from syncd.wording.letters import WRITER
from syncd.wording.mails import AUTOMATIC
from syncd.wording.outgoing import Compose, Correspondent, Envelope
from syncd.wording.paragraphs import Written, one_line
from syncd.wording.templates import Templates

ALARM = "letter_alarm"
_COMMON = (MAILBOX, "mail", "calendar")  # places that are called the same everywhere


@dataclass(frozen=True, slots=True)
class AlarmWriter:
    """As `alarms.AlarmWords`. `compose` None: no mail is configured. `sender` is the practice's own address."""

    templates: Templates
    compose: Compose | None
    instance: str
    sender: str

    def mail(self, letter: AlarmLetter) -> Mail | None:
        """Rejected where the address is none, ConfigError where the template is at fault."""
        if self.compose is None:
            return None
        written = self._written(letter, names=True)
        return self.compose.plain(
            Envelope(
                message_id=self.compose.message_id(self._mark(letter), 0, "letter", self.sender),
                date=letter.at,
                sender=Correspondent(self.sender, WRITER),
                recipient=Correspondent(letter.to),
                subject=written.heading,
                text=written.text + "\n",
                html=self.templates.page(letter.language, written),
                language=self.templates.language(letter.language),
                headers=AUTOMATIC,
            )
        )

    def note(self, letter: AlarmLetter) -> EventDraft:
        """An all-day to-do on the day it is written; that kind of alarm has one a day."""
        written, day, uid = (
            self._written(letter, names=False),
            local_date(letter.at, letter.zone),
            self._mark(letter),
        )
        return EventDraft(
            uid=uid,
            when=AllDay(day, day + timedelta(days=1)),
            title=written.heading,
            description=written.text,
            status=EventStatus.CONFIRMED,
            marker=Marker(self.instance, uid, role=MarkerRole.LETTER),
            transparency=Transparency.TRANSPARENT,
        )

    def notice(self, letter: AlarmLetter) -> str:
        """The letter's heading, in which no account is named: it may be called like a person."""
        bare: dict[str, Alarm] = {}
        for one in letter.alarms:
            place = one.place if one.place in _COMMON else "calendar"
            bare.setdefault(place, replace(one, place=place, reason="", times=(), people=()))
        return self._written(replace(letter, alarms=tuple(bare.values())), names=False).heading

    def _written(self, letter: AlarmLetter, *, names: bool) -> Written:
        return self.templates.write(letter.language, ALARM, alarm_values(letter, names=names))

    def _mark(self, letter: AlarmLetter) -> str:
        day = local_date(letter.at, letter.zone).isoformat()
        names = " ".join(one.key for one in letter.alarms)
        text = "\x1f".join((self.instance, letter.reader, letter.kind, names, day))
        return sha256(text.encode()).hexdigest()[:32]


def alarm_values(letter: AlarmLetter, *, names: bool) -> dict[str, object]:
    """What the template of an alarm may use; without `names` initials and no phone numbers."""
    words = DateWords(letter.language, letter.zone)
    return {
        "kind": letter.kind.value,
        "alarms": [
            {
                "place": one_line(one.place),
                "mailbox": one.place == MAILBOX,
                "since": words.moment(one.since, letter.at) if one.since else None,
                "times": [words.moment(at, letter.at) for at in one.times],
                "people": [_person(each, letter, words, names=names) for each in one.people],
                "until": words.moment(one.until, letter.at) if one.until else None,
                "reason": one_line(one.reason),
            }
            for one in letter.alarms
        ],
    }


def _person(one: Concerned, letter: AlarmLetter, words: DateWords, *, names: bool) -> dict[str, object]:
    """The name is for the office, and for whoever has this client; a colleague reads initials."""
    known = one.known
    named = names and known is not None and letter.reader in {OFFICE, *known.therapists}
    return {
        "id": one_line(one.id),
        "initials": one_line(one.initials),
        "name": one_line(known.name) if known is not None and named else "",
        "phone": one_line(known.phone) if known is not None and named else "",
        "times": [words.moment(at, letter.at) for at in one.starts],
    }
