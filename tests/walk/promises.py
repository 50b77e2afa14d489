"""Every promise that is held against a life, in order.

I15 is asked by `Life.rest` after each step, I22 while a store that lost something has not reconciled. I21 needs two
instances and stands in the store's contract, with `tests/whole/test_daemon.py`; metrics, argv and environment (I20) and
what is opened in a mailbox (I24) stand with the daemon's and the mailbox's own tests.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tests.walk import in_belief, in_calendar, in_mail, in_rules
from tests.walk.life import Life, Moment

Promise = Callable[[Life, Moment], Iterator[str]]

PROMISES: tuple[Promise, ...] = (
    in_calendar.i1,
    in_calendar.i2,
    in_calendar.i3,
    in_calendar.i4,
    in_mail.i5,
    in_mail.i5_once,
    in_mail.last_word,
    in_mail.waits,
    in_mail.i6_agrees,
    in_mail.i6_order,
    in_calendar.i7,
    in_mail.i7_told,
    in_calendar.i8,
    in_mail.i9,
    in_mail.i10,
    in_mail.i11,
    in_mail.i11_doubtful,
    in_mail.i12,
    in_mail.i13,
    in_mail.i14,
    in_mail.i14_yes,
    in_calendar.i16,
    in_mail.i17,
    in_calendar.i18,
    in_calendar.i19,
    in_rules.i20,
    in_calendar.i23,
    in_rules.i24,
    in_rules.i26,
    in_rules.returned,
    in_rules.waves,
    in_rules.none,
    in_rules.few_per_absence,
    in_rules.colleague,
    in_calendar.plan_event,
    in_rules.hidden,
    in_rules.i28,
    in_belief.believed,
)
RESTORED: tuple[Promise, ...] = (in_rules.i20, in_rules.i22)  # what a store that lost something still keeps
FORGOTTEN = frozenset(  # promises that ask the store how things came about
    {
        in_mail.i5_once,
        in_mail.last_word,
        in_mail.waits,
        in_mail.i11_doubtful,
        in_mail.i14,
        in_rules.i24,
        in_rules.returned,
        in_rules.waves,
        in_rules.few_per_absence,
    }
)


def promises_of(life: Life, moment: Moment) -> tuple[Promise, ...]:
    """What holds at a moment."""
    if life.restored:
        return RESTORED[:1] if life.blind else RESTORED
    return tuple(one for one in PROMISES if one not in FORGOTTEN) if life.adopted else PROMISES
