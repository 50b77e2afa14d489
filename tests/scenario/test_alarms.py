"""Alarms whose mail may have been lost: the server broke off after it took the mail, or before."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from connectors.mail.replies import Ours
from connectors.memory import MemoryAccount, MemoryCalendar
from syncd.alarms import Alarms
from syncd.core.model import MAILBOX
from syncd.core.model.errors import Unclear
from syncd.core.telling.alarms.wrong import Alarm, AlarmKind
from syncd.outcome import EffectPorts
from syncd.store import AlarmFile
from syncd.wiring.post import alarm_writer
from syncd.wording import load_templates
from tests.core.people import BERLIN, CALENDAR, NOW, dana, practice
from tests.scenario.house import SetClock
from tests.scenario.post import Post

DANA, OFFICE, NAME = "dana@example.org", "office@example.org", CALENDAR.partition("/")[2]
UNREAD = Alarm(AlarmKind.UNREAD, MAILBOX, NOW - timedelta(hours=7), frozenset({"dana"}))


class Desk:
    """Dana, an office, and what can reach them."""

    def __init__(self) -> None:
        clock = SetClock(NOW)
        account = MemoryAccount("home", BERLIN, calendars=[NAME], clock=clock)
        self.calendar: MemoryCalendar = account.calendar(NAME)
        self.post = Post(clock, Ours(frozenset({"example.org"})))
        hands = partial(EffectPorts, {CALENDAR: account.open(NAME)}, self.post, self.post)
        words = alarm_writer(load_templates(), "0123", OFFICE)
        self.alarms = Alarms(practice(), (dana(),), hands, words, AlarmFile(None))

    def minutes(self, first: int, end: int) -> None:
        """The mailbox cannot be read; the daemon looks at each of these minutes."""
        for minute in range(first, end):
            self.alarms.ring((UNREAD,), NOW + timedelta(minutes=minute))


def test_a_mail_that_may_have_been_lost_stands_in_the_calendar_as_well() -> None:
    """A server that breaks off after DATA for hours: Dana reads of it where she looks, once."""
    desk = Desk()
    desk.post.vanish.extend([Unclear("broke off")] * 2)
    desk.minutes(0, 60)
    assert len(desk.calendar.texts()) == 1
    assert not desk.post.to(DANA)


def test_whom_only_mail_reaches_is_written_to_again_within_an_hour() -> None:
    """The office has no calendar: not at each look, which might be a mail each minute, and not a day later."""
    desk = Desk()
    desk.post.vanish.extend([Unclear("broke off")] * 2)
    desk.minutes(0, 60)
    assert not desk.post.to(OFFICE)
    desk.minutes(60, 120)
    assert len(desk.post.to(OFFICE)) == 1
    desk.minutes(120, 23 * 60)
    assert (len(desk.post.to(OFFICE)), len(desk.post.to(DANA))) == (1, 0)


def test_a_mail_that_left_is_no_entry() -> None:
    """Nothing is written twice where it is known that it arrived."""
    desk = Desk()
    desk.minutes(0, 120)
    assert not desk.calendar.texts()
    assert (len(desk.post.to(OFFICE)), len(desk.post.to(DANA))) == (1, 1)
