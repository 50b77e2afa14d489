"""The dice: which step comes next in a life, given how it stands. What is drawn is a plain value."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from random import Random

from tests.core.people import BERLIN
from tests.walk import drawing_leave, drawing_weather
from tests.walk import steps as diary
from tests.walk.drawing import a_day, a_time, a_uid
from tests.walk.dwelling import CLIENTS, RULES, SERVERS, wall
from tests.walk.life import Life
from tests.walk.witness import client_of

Draw = Callable[[Life, Random], diary.Step | None]

STARTS = ("2026-06-15 11:00", "2026-10-05 10:00", "2027-03-08 09:30", "2026-06-20 16:00")
LONG = 8  # steps from which on a life goes on until leave is over
STRANGER = "stranger@example.com"


def opening(dice: Random) -> diary.Opening:
    """Three to five clients, somewhere in the year."""
    clients = sorted(dice.sample(sorted(CLIENTS), dice.randint(3, 5)))
    rules = dice.choices(tuple(RULES), (1, 0, 16, 3, 3, 0, 0))[0]  # by others: where they are named
    shared = dice.random() < 0.1
    server = dice.choice(tuple(SERVERS)) if dice.random() < 0.5 else "plain"
    return diary.Opening(dice.choice(STARTS), tuple(clients), rules, shared, server)


def next_step(life: Life, dice: Random, number: int | None, steps: int, weather: str) -> diary.Step | None:
    """The next step; a life begins with leave and ends with time going by until the leave is over."""
    if number is None:
        return None
    if number == 0:
        return drawing_leave.block(life, dice)
    if number == 1:
        return diary.Wait(dice.choice((0.1, 26, 31)))
    if number == steps - 1 and steps >= LONG and dice.random() < 0.5:
        return _ending(life)
    for _ in range(20):
        step = dice.choices(*_menu(life, weather))[0](life, dice)
        if step is not None:
            return step
    return _wait(life, dice)


def _menu(life: Life, weather: str) -> tuple[tuple[Draw, ...], tuple[int, ...]]:
    """What may be drawn, and how often: where clients have been asked, they answer."""
    draws, weights = zip(*MENU, *WEATHER[weather], strict=True)
    asked = sum(one.method == "REQUEST" for one in life.posted)
    answers = min(60, 30 * max(0, asked - len(life.answers)))
    return (*draws, _answer), (*weights, answers)


def _wait(life: Life, dice: Random) -> diary.Wait:
    return diary.Wait(dice.choice((0.1, 0.1, 1, 3, 9, 14, 24, 31, 50, 75, 110)))


def _ending(life: Life) -> diary.Wait:
    """Until the last session that leave displaces would have begun, three weeks at most."""
    page = life.page
    away = [one.start for one in page.sessions if any(one.overlaps(block) for block in page.leave)]
    days = (max(away, default=life.now) - life.now) / timedelta(days=1)
    return diary.Wait(24.0 * min(21, max(0, int(days)) + 1))


def _delete(life: Life, dice: Random) -> diary.Step | None:
    found = sorted(
        {one.uid for one in life.page.all if one.uid.startswith(("leave", "busy", "pause", "copy"))}
    )
    return diary.Delete(dice.choice(found)) if found else None


def _answer(life: Life, dice: Random) -> diary.Step | None:
    asked = [one for one in life.opening.clients if life.requests(one)]
    if not asked:
        return None
    client = dice.choice(asked)
    last = len(life.requests(client)) - 1
    number = last if dice.random() < 0.8 else dice.randint(0, last)
    how = dice.choices(("ACCEPTED", "DECLINED", "TENTATIVE"), (5, 3, 1))[0]
    sender = dice.choices(("", "alias", STRANGER), (10, 1, 1))[0]
    if sender == "alias":
        sender = next(iter(CLIENTS[client].aliases), "")
    return diary.Answer(client, number, how, sender, dice.choice((0, 0, 0, 30, 600)))


def _note(life: Life, dice: Random) -> diary.Step | None:
    asked = [one for one in life.opening.clients if life.requests(one)]
    return diary.Note(dice.choice(asked), dice.random() < 0.5) if asked else None


def _entry(life: Life, dice: Random) -> int | None:
    found = sorted(uid for uid, one in life.page.entries.items() if one.end > life.now)
    return int(dice.choice(found)) if found else None


def _remove(life: Life, dice: Random) -> diary.Step | None:
    entry = _entry(life, dice)
    return diary.Remove(entry) if entry else None


def _drag(life: Life, dice: Random) -> diary.Step | None:
    entry = _entry(life, dice)
    return diary.Drag(entry, a_time(life, dice)) if entry else None


def _tag(life: Life, dice: Random) -> diary.Step | None:
    entry = _entry(life, dice)
    return (
        diary.Tag(entry, dice.choice(("#yes", "#no", "#told", "#yes #told", "#no #told"))) if entry else None
    )


def _copy(life: Life, dice: Random) -> diary.Step | None:
    entry = _entry(life, dice)
    return diary.Copy(entry, a_uid(life, "copy"), a_time(life, dice)) if entry else None


def _busy(life: Life, dice: Random) -> diary.Step:
    entries = sorted(life.page.entries.items())
    if entries and dice.random() < 0.7:
        _, entry = dice.choice(entries)
        return diary.Event(a_uid(life, "busy"), wall(entry.start), 60)
    return diary.Event(a_uid(life, "busy"), a_time(life, dice), 60)


def _session(life: Life, dice: Random) -> tuple[str, str] | None:
    """A session ahead: half of the time one that leave displaces."""
    ahead = [one for one in life.page.sessions if one.start > life.now and one.stands and one.recurrence]
    away = [one for one in ahead if any(one.overlaps(block) for block in life.page.leave)]
    found = away if away and dice.random() < 0.7 else ahead
    if not found:
        return None
    one = dice.choice(found)
    assert one.recurrence is not None
    return client_of(one), str(one.recurrence.astimezone(BERLIN).date())


def _move_session(life: Life, dice: Random) -> diary.Step | None:
    found = _session(life, dice)
    return diary.MoveSession(*found, a_time(life, dice)) if found else None


def _drop_session(life: Life, dice: Random) -> diary.Step | None:
    found = _session(life, dice)
    return diary.DropSession(*found) if found else None


def _keep_session(life: Life, dice: Random) -> diary.Step | None:
    found = _session(life, dice)
    return diary.KeepSession(*found) if found else None


def _end_series(life: Life, dice: Random) -> diary.Step | None:
    found = _session(life, dice)
    return diary.EndSeries(*found, split=dice.random() < 0.7) if found else None


def _pause(life: Life, dice: Random) -> diary.Step:
    return diary.Event(a_uid(life, "pause"), wall(life.now), dice.choice((600, 3000)), "#syncd pause")


def _makeup(life: Life, dice: Random) -> diary.Step:
    return diary.Event(a_uid(life, "makeup"), f"{a_day(life, dice, 2, 20)} 18:30", 120, "#makeup")


def _care(life: Life, dice: Random) -> diary.Step:
    client = CLIENTS[dice.choice(life.opening.clients)]
    return diary.Block(a_uid(life, "care"), str(a_day(life, dice, 0, 0)), 1, f"crisis: {client.initials}")


def _propose(life: Life, dice: Random) -> diary.Step | None:
    asked = [one for one in life.opening.clients if life.requests(one)]
    return diary.Propose(dice.choice(asked), a_time(life, dice)) if asked else None


def _hide_plan(life: Life, dice: Random) -> diary.Step | None:
    return diary.HidePlan(dice.randrange(len(life.page.plans))) if life.page.plans else None


def _extra_session(life: Life, dice: Random) -> diary.Step:
    """On the hour, on top of what stands, or at the time of a hold."""
    client = dice.choice(life.opening.clients)
    entries = sorted(life.page.entries.items())
    start = wall(dice.choice(entries)[1].start) if entries and dice.random() < 0.3 else a_time(life, dice)
    return diary.ExtraSession(a_uid(life, f"{client}-extra"), client, start)


MENU: tuple[tuple[Draw, int], ...] = (
    (_wait, 35),
    (_answer, 10),
    (drawing_leave.span, 10),
    (_delete, 6),
    (drawing_leave.retitle, 6),
    (drawing_leave.block, 3),
    (drawing_leave.hours, 3),
    (_note, 4),
    (_remove, 6),
    (_drag, 6),
    (_tag, 5),
    (_copy, 2),
    (_busy, 6),
    (_move_session, 3),
    (_drop_session, 2),
    (_keep_session, 2),
    (_end_series, 3),
    (_propose, 3),
    (_hide_plan, 2),
    (_extra_session, 3),
    (drawing_leave.block_weekly, 2),
    (drawing_leave.relocate, 3),
    (drawing_leave.duplicate, 2),
    (drawing_leave.split, 3),
    (drawing_leave.none, 2),
    (_pause, 2),
    (_makeup, 2),
    (_care, 2),
    (drawing_leave.over_makeup, 4),
)
WEATHER: dict[str, tuple[tuple[Draw, int], ...]] = {
    "fair": drawing_weather.FAIR,
    "foul": (*drawing_weather.FAIR, *drawing_weather.FOUL),
}
WEATHERS = ("fair", "foul", "foul")
