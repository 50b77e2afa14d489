"""In memory: the connector with etags and cursors, a post office that reads replies with the real reader."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from functools import partial
from pathlib import Path

from connectors.memory import MemoryAccount
from syncd.alarms import Alarms
from syncd.core.model.messages.letters import Detail
from syncd.cycle import Practicing
from syncd.gather import Sources
from syncd.outcome import EffectPorts
from syncd.ports import Store
from syncd.settings import Settings
from syncd.store import AlarmFile, decode_action
from syncd.wiring import settings_of
from syncd.wiring.planner import tokens
from syncd.wiring.post import alarm_writer, correspondence
from syncd.wording import load_templates
from tests.core.people import BERLIN
from tests.diary.letterbox import parsed
from tests.diary.reading import Diary
from tests.diary.worlds.settings import Premises, Seat, caldav_account, delivery_of, other_calendar
from tests.diary.worlds.text_desk import MemoryDesk
from tests.diary.worlds.world import World
from tests.scenario.house import planner
from tests.scenario.household import OFFICE, SetClock
from tests.walk.dwelling import Letterbox
from tests.walk.keeping import EMPTY, copy_of

LEASE = timedelta(days=3650)
TEMPLATES = load_templates()


def memory(diary: Diary, folder: Path, clock: SetClock, opened: ExitStack) -> World:
    """Every therapist has an account of their own in memory; what the practice mails lies in one post office."""
    premises = Premises(folder, 25, folder / "inbox")
    seats = {
        name: Seat(
            "Practice", caldav_account(name, "https://localhost/", name.lower(), delivery_of(diary)), "unused"
        )
        for name in diary.therapists
    }
    path = premises.write(diary, seats)
    settings = settings_of(path, {}, clock)
    accounts = {
        one.id: MemoryAccount(one.id, BERLIN, calendars=["Practice"], clock=clock)
        for one in settings.accounts
    }
    others = {
        name: accounts[f"{name.lower()}s"].add(other)
        for name in diary.therapists
        if (other := other_calendar(diary, name))
    }
    post = Letterbox(clock)
    store = opened.enter_context(copy_of(EMPTY))
    desks = {
        name: MemoryDesk(
            name,
            f"{name.lower()}@example.org",
            f"{name.lower()}s/Practice",
            accounts[f"{name.lower()}s"].calendar("Practice"),
            post.arrive,
            other=others.get(name),
        )
        for name in diary.therapists
    }
    book = AlarmFile(folder / "alarms.json")

    def opening() -> Practicing:
        return _practicing(settings_of(path, {}, clock), accounts, post, store, clock, book)

    practicing = opening()
    fence = store.acquire("diary", clock.now(), LEASE)

    def mailed(address: str) -> list[EmailMessage]:
        return [parsed(mail.content) for mail in post.delivered if address in (mail.recipient, mail.also)]

    return World("memory", clock, practicing, fence, desks, (), mailed, post.arrive, opening, path)


def _practicing(
    settings: Settings,
    accounts: dict[str, MemoryAccount],
    post: Letterbox,
    store: Store,
    clock: SetClock,
    book: AlarmFile,
) -> Practicing:
    ports = {one.id: account.open(one.name) for account in accounts.values() for one in account.discover()}
    mailed = settings.mail is not None
    instance, sender = store.load().instance, OFFICE if mailed else ""
    vouching = settings.mail.authserv_id if settings.mail else ""
    post.ours = replace(post.ours, authserv_id=vouching)
    hands = partial(EffectPorts, ports, post if mailed else None, post if mailed else None)
    words = alarm_writer(TEMPLATES, instance, sender)
    detail = settings.mail.letters if settings.mail else Detail.NAMES
    return Practicing(
        practice=settings.practice,
        sources=Sources(
            accounts=accounts,
            calendars=ports,
            mailbox=post if mailed else None,
            therapists=settings.therapists,
            clients=settings.clients,
            history=settings.store.history,
        ),
        hands=hands,
        store=store,
        clock=clock,
        word=correspondence(TEMPLATES, instance, sender, detail),
        decode=decode_action,
        planner=planner,
        tokens=tokens(),
        answerable=bool(vouching),
        alarms=Alarms(settings.practice, settings.therapists, hands, words, book),
    )
