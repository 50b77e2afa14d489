"""The dice for what befalls: deaths, troubles that last, wrong clocks, stores that are put back, operators."""

from __future__ import annotations

from random import Random

from tests.walk import steps as diary
from tests.walk.dwelling import CLIENTS
from tests.walk.life import Life

# What may fail at a place, each as servers do it
TROUBLES = (
    ("home", ("dark", "dark", "auth", "unclear", "lost", "garbled", "read only")),
    ("home/Away", ("dark", "garbled")),
    ("post", ("dark", "auth", "unclear", "lost", "rejected")),
    ("mailbox", ("dark", "auth", "garbled")),
    ("store", ("full",)),
)
LAST = (1, 5, 8, 30, 100, 170)  # hours, a week at most


def fail(life: Life, dice: Random) -> diary.Step:
    """One call, the next."""
    return diary.Fail(dice.choice(("read", "write", "written", "refused", "lost", "empty")))


def restart(life: Life, dice: Random) -> diary.Step:
    """In good order."""
    return diary.Restart()


def die(life: Life, dice: Random) -> diary.Step:
    """At any call of the passes to come: one pass has a dozen when nothing is done, and a hundred when much is."""
    return diary.Die(round(dice.choice((6, 25, 100)) * dice.random()) + 1, dice.random() < 0.5)


def trouble(life: Life, dice: Random) -> diary.Step:
    """At some place, always or now and then."""
    place, ways = dice.choices(TROUBLES, (4, 1, 3, 2, 1))[0]
    return diary.Trouble(place, dice.choice(ways), dice.choice(LAST), dice.choice((1, 1, 2, 3, 7)))


def wrong_clock(life: Life, dice: Random) -> diary.Step:
    """By minutes, by the hours of a zone, by years; and right again."""
    if life.house.clock.wrong:
        return diary.SetWrong(0)
    return diary.SetWrong(dice.choice((-3, 4, 20, -60, 120, -1440, 4000, -40000)))


def off(life: Life, dice: Random) -> diary.Step:
    """The practice is paused by hand, and goes on by hand."""
    return diary.Off(not (life.moments and life.moments[-1].memory.paused))


def listed(life: Life, dice: Random) -> diary.Step:
    """A line is missing in the roster, and comes back."""
    here = {one.id for one in life.house.clients}
    gone = sorted(life.roster.keys() - here)
    if gone:
        return diary.Listed(dice.choice(gone), there=True)
    return diary.Listed(dice.choice(sorted(here)), there=False)


def back_up(life: Life, dice: Random) -> diary.Step:
    """As every night."""
    return diary.Backup()


def restore(life: Life, dice: Random) -> diary.Step:
    """Of the newest backup; what it does not know is taken over, if not at once."""
    return diary.Adopt() if life.restored else diary.Restore()


def again(life: Life, dice: Random) -> diary.Step | None:
    """What came, once more, be it much later."""
    came = len(life.post.arrived)
    return diary.Again(dice.randrange(came), dice.random() < 0.5) if came else None


def returned(life: Life, dice: Random) -> diary.Step | None:
    """The newest mail to somebody, or an old one."""
    reached = [
        one for one in sorted(life.roster) if any(mail.to == CLIENTS[one].email for mail in life.posted)
    ]
    if not reached:
        return None
    client = dice.choice(reached)
    mails = sum(mail.to == CLIENTS[client].email for mail in life.posted)
    return diary.Returned(client, mails - 1 if dice.random() < 0.7 else dice.randrange(mails))


FAIR = ((fail, 8), (restart, 2))
FOUL = (
    (again, 4),
    (returned, 3),
    (die, 18),
    (trouble, 20),
    (wrong_clock, 3),
    (off, 3),
    (listed, 3),
    (back_up, 3),
    (restore, 3),
)
