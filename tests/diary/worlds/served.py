"""On servers, wired from the settings file alone: Radicale and our mail, or a server that schedules."""

from __future__ import annotations

import os
import smtplib
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from email.message import EmailMessage
from functools import lru_cache
from itertools import count
from pathlib import Path

from syncd.cycle import Practicing
from syncd.wiring.world import acting, world_of
from tests.diary.letterbox import Box, parsed
from tests.diary.reading import Diary
from tests.diary.worlds.settings import Premises, Seat, caldav_account, delivery_of, mailed, other_calendar
from tests.diary.worlds.text_desk import DavDesk, ScheduledDesk
from tests.diary.worlds.world import Desk, World, with_planner
from tests.scenario.house import planner
from tests.scenario.household import OFFICE, SetClock
from tests.scheduling.practice import account_of
from tests.servers.dav import DavCalendar, DavServer
from tests.servers.scheduling import SchedulingServer
from tests.servers.smtp import SmtpServer

_numbers = count(1)


def inbox(post: SmtpServer) -> Box:
    """What the practice, or a server of its domain, has sent to somebody by a mail server."""

    def found(address: str) -> list[EmailMessage]:
        return [parsed(content) for content in post.messages(address) if _of_the_practice(content)]

    return found


@lru_cache(maxsize=2048)
def _of_the_practice(content: bytes) -> bool:
    """What a therapist answers has passed a server that vouches for it."""
    message = parsed(content)
    return "@example.org" in str(message["From"]) and message["Authentication-Results"] is None


def arriving(post: SmtpServer, clock: SetClock) -> Callable[[bytes], None]:
    """How a mail reaches the practice: by SMTP, dated by the clock that is set."""

    def arrive(content: bytes) -> None:
        box = post.maildir(OFFICE) / "new"
        before = set(box.iterdir())
        with smtplib.SMTP("127.0.0.1", post.port, timeout=120) as connection:
            connection.sendmail("somebody@example.net", [OFFICE], content)
        (arrived,) = set(box.iterdir()) - before
        now = clock.now().timestamp()
        os.utime(arrived, (now, now))

    return arrive


def wired(
    name: str,
    premises: tuple[Diary, Premises, Mapping[str, Seat]],
    post: SmtpServer,
    clock: SetClock,
    desks: Mapping[str, Desk],
    carriers: tuple[Box, ...],
    opened: ExitStack,
) -> World:
    """The daemon's own parts on these servers; nothing but the clock is set by hand."""
    diary, place, seats = premises
    settings = place.write(diary, seats)

    def opening() -> Practicing:
        return with_planner(opened.enter_context(world_of(settings, os.environ, clock=clock)), planner)

    practicing = opening()
    fence = opened.enter_context(acting(practicing))
    arrive = arriving(post, clock)
    mailed_by_us = inbox(post)
    return World(
        name,
        clock,
        practicing,
        fence,
        desks,
        carriers,
        mailed_by_us,
        arrive,
        reopen=opening,
        settings=settings,
    )


def radicale_world(
    diary: Diary, folder: Path, clock: SetClock, opened: ExitStack, server: DavServer
) -> World:
    """A calendar for each therapist on one Radicale; the practice mails."""
    post = opened.enter_context(SmtpServer(folder / "mail"))
    arrive = arriving(post, clock)
    desks: dict[str, Desk] = {}
    seats: dict[str, Seat] = {}
    for name in diary.therapists:
        desk, seats[name] = radicale_desk(server, name, arrive, opened, delivery_of(diary))
        desk.other = _other(server, other_calendar(diary, name), opened)
        desks[name] = desk
    place = Premises(folder / "practice", post.port, post.maildir(OFFICE))
    return wired("radicale", (diary, place, seats), post, clock, desks, (), opened)


def radicale_desk(
    server: DavServer,
    name: str,
    arrive: Callable[[bytes], None],
    opened: ExitStack,
    delivery: str = "imip",
) -> tuple[DavDesk, Seat]:
    """A therapist with a calendar of their own there, and their part of the settings."""
    calendar = server.make_calendar(f"diary{next(_numbers)}", f"Practice {name}")
    opened.callback(server.send, "DELETE", calendar.path)
    seat = Seat(
        calendar.name, caldav_account(name, f"{server.url}/", server.username, delivery), server.password
    )
    own = f"{name.lower()}s/{calendar.name}"
    return DavDesk(name, f"{name.lower()}@example.org", own, calendar, arrive), seat


def _other(server: DavServer, name: str, opened: ExitStack) -> DavCalendar | None:
    """The further calendar in which a therapist may note leave."""
    if not name:
        return None
    calendar = server.make_calendar(f"diary{next(_numbers)}", name)
    opened.callback(server.send, "DELETE", calendar.path)
    return calendar


def scheduled_world(
    diary: Diary,
    folder: Path,
    clock: SetClock,
    opened: ExitStack,
    server: SchedulingServer,
    *,
    auto: bool = False,
) -> World:
    """Each therapist is a user of a server that schedules, in the calendar that it applies answers to.

    By `auto` the practice mails all the same, and a mail of the server's beside ours would be one too many. The
    calendar is emptied afterwards; the clients' addresses are this diary's own.
    """
    carried = not (auto and mailed(diary))
    delivery = "server" if mailed(diary) and not auto else "auto"
    post = opened.enter_context(SmtpServer(folder / "mail"))
    arrive = arriving(post, clock)
    desks: dict[str, Desk] = {}
    seats: dict[str, Seat] = {}
    for name in diary.therapists:
        user = server.users[name.lower()]
        first = account_of(user, server.address(name.lower())).discover()[0]
        calendar = DavCalendar(user, first.url.removeprefix(user.url), first.name)
        seats[name] = Seat(
            calendar.name, caldav_account(name, f"{user.url}/", user.username, delivery), user.password
        )
        own = f"{name.lower()}s/{calendar.name}"
        desk = DavDesk(name, server.address(name.lower()), own, calendar, arrive)
        if carried:
            desk = ScheduledDesk(name, desk.email, own, calendar, arrive, server=server)
        opened.callback(desk.clear)
        desks[name] = desk
    place = Premises(
        folder / "practice", post.port, post.maildir(OFFICE), domain=f"d{next(_numbers)}.example.net"
    )
    carriers = (inbox(server.post),)
    name = server.name if carried else f"{server.name}-auto"
    return wired(name, (diary, place, seats), post, clock, desks, carriers, opened)
