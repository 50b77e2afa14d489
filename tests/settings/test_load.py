"""Good settings become frozen values."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from syncd.core.model import Contact, Delivery
from syncd.core.model.errors import ConfigError
from syncd.core.model.practice import Approach, OriginalsMode, Policy
from syncd.core.time.hours import ClockRange
from syncd.settings import CalDavAccount, GoogleAccount, MailServer, Secret
from tests.settings.practices import CLIENTS, DANA, HOME, LEE, MAIL, PRACTICE, Folder, settings


def test_the_least_settings_give_the_defaults(folder: Folder) -> None:
    """Practice, one therapist, one account, one roster: everything else is as the core has it."""
    loaded = folder.load(settings())
    (dana,) = loaded.therapists
    assert dana.policy == Policy()
    assert (dana.calendar, dana.zone, dana.addresses) == (
        "home/Practice",
        ZoneInfo("Europe/Berlin"),
        ("dana@example.org",),
    )
    assert dana.hours.on(date(2026, 7, 6)) == (ClockRange(540, 780), ClockRange(840, 1080))
    assert loaded.accounts == (
        CalDavAccount("home", "https://dav.example.org/", "dana", Secret("correct horse")),
    )
    assert (loaded.mail, loaded.store.history, loaded.daemon.poll) == (
        None,
        timedelta(days=730),
        timedelta(minutes=2),
    )
    assert [client.id for client in loaded.clients] == ["c1", "c2"]


def test_policy_is_merged_key_by_key(folder: Folder) -> None:
    """A therapist's keys go before the practice's, inside tables too; what neither sets is the default."""
    policy = """
[policy]
approach = "all"
max_offers = 3
settle = "2h"
quiet_hours = "21:00-07:30 and Sundays and holidays"
approval_above = { sessions = 10 }
originals = "keep"
[policy.weights]
gap = 50
"""
    own = """
approach = "exceptional"
settle = "auto"
approval_above = { days = 5 }
weights = { tenure = 0, gap_in_days = true }
min_notice = "P1DT12H"
quiet_sundays = false
"""
    dana, lee = folder.load(settings(policy=policy, therapists=DANA + own + LEE)).therapists
    assert (dana.policy.eligibility.approach, lee.policy.eligibility.approach) == (
        Approach.EXCEPTIONAL,
        Approach.ALL,
    )
    assert (dana.policy.eligibility.max_offers, dana.policy.originals) == (3, OriginalsMode.KEEP)
    assert (dana.policy.timing.settle, lee.policy.timing.settle) == (None, timedelta(hours=2))
    assert (dana.policy.approval.above_sessions, dana.policy.approval.above_days) == (10, 5)
    assert dana.policy.weights == replace(Policy().weights, gap=50, tenure=0, gap_in_days=True)
    assert lee.policy.weights == replace(Policy().weights, gap=50)
    assert dana.policy.slots.min_notice == timedelta(hours=36)
    quiet = lee.policy.timing.quiet
    assert (quiet.start, quiet.end, quiet.sundays) == (time(21), time(7, 30), True)
    assert not dana.policy.timing.quiet.sundays


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("30m", timedelta(minutes=30)),
        ("48h", timedelta(hours=48)),
        ("14d", timedelta(days=14)),
        ("2w", timedelta(days=14)),
        ("0m", timedelta(0)),
        ("1y", timedelta(days=365)),
        ("PT90M", timedelta(minutes=90)),
        ("P1W", timedelta(days=7)),
    ],
)
def test_durations(folder: Folder, written: str, meant: timedelta) -> None:
    """`30m`, `48h`, `14d` or ISO 8601."""
    (dana,) = folder.load(settings(therapists=f'{DANA}\nhorizon_after = "{written}"\n')).therapists
    assert dana.policy.slots.horizon_after == meant


def test_hours_of_dates_and_reserved_hours(folder: Folder) -> None:
    """Other hours on a date, none on another; reserved hours; a zone of the therapist's own."""
    more = """
hours_exceptions = { 2026-07-06 = ["10:00-12:00"], 2026-07-07 = [] }
reserved = { fri = ["20:00-24:00"] }
timezone = "Europe/Lisbon"
"""
    (dana,) = folder.load(settings(therapists=DANA + more)).therapists
    assert dana.hours.on(date(2026, 7, 6)) == (ClockRange(600, 720),)
    assert dana.hours.on(date(2026, 7, 7)) == ()
    assert dana.hours.on(date(2026, 7, 13)) != ()
    assert dana.reserved is not None
    assert dana.reserved.on(date(2026, 7, 10)) == (ClockRange(1200, 1440),)
    assert dana.zone == ZoneInfo("Europe/Lisbon")


def test_calendars_by_name_address_and_account(folder: Folder) -> None:
    """A name is in the therapist's account; `account/name` in another; an address stays one."""
    more = 'busy_calendars = ["Family", "work/Team", "a/b", "https://dav.example.org/x/"]\nplan_calendar = "Plans"\n'
    work = '[accounts.work]\ntype = "google"\ntoken = { file = "token.json" }\n'
    loaded = folder.load(settings(therapists=DANA + more, accounts=HOME + work))
    (dana,) = loaded.therapists
    assert dana.busy_calendars == ("home/Family", "work/Team", "home/a/b", "home/https://dav.example.org/x/")
    assert dana.plan_calendar == "home/Plans"
    assert loaded.accounts[1] == GoogleAccount("work", token=folder.path / "token.json")


def test_the_calendar_itself_may_be_named_for_leave(folder: Folder) -> None:
    """It is read for leave anyhow: whoever follows the page about Google names the main calendar twice."""
    more = 'leave_calendars = ["Practice", "Away"]\n'
    (dana,) = folder.load(settings(therapists=DANA + more)).therapists
    assert (dana.calendar, dana.leave_calendars) == ("home/Practice", ("home/Away",))


def test_holidays_of_a_region_around_today(folder: Folder) -> None:
    """Berlin has 8 March off, from two years back to three ahead."""
    off = folder.load(settings(practice=PRACTICE + 'holidays = "DE-BE"\n')).practice.holidays
    assert {date(2024, 3, 8), date(2026, 3, 8), date(2029, 12, 25)} <= off
    assert {day.year for day in off} == set(range(2024, 2030))
    assert (
        date(2026, 3, 8)
        not in folder.load(settings(practice=PRACTICE + 'holidays = "DE-BY"\n')).practice.holidays
    )


def test_mail_and_its_secrets(folder: Folder) -> None:
    """Ports follow from security; secrets come from files, credentials and the environment."""
    (folder.path / "pw").write_text("from file\n")
    (folder.path / "imap").write_text("from systemd")
    mail = """
[mail]
from = "Office@example.org"
smtp = { host = "smtp.example.org", security = "starttls", username = "u", password = { file = "pw" } }
imap = { host = "imap.example.org", username = "u", password = { credential = "imap" }, mailbox = "syncd" }
"""
    env = {"DAV_PASSWORD": "x", "CREDENTIALS_DIRECTORY": str(folder.path)}
    loaded = folder.load(settings(more=mail), env=env).mail
    assert loaded is not None
    assert loaded.sender == "office@example.org"
    assert loaded.smtp == MailServer(
        "smtp.example.org", 587, "starttls", "u", Secret("from file", folder.path / "pw")
    )
    assert loaded.imap is not None
    assert (loaded.imap.port, loaded.imap.mailbox) == (993, "syncd")
    assert loaded.imap.password is not None
    assert loaded.imap.password.reveal() == "from systemd"


def test_secrets_never_show(folder: Folder) -> None:
    """Whatever prints settings prints `***`."""
    loaded = folder.load(settings())
    assert "correct horse" not in f"{loaded!r} {loaded.accounts[0]!s}"
    assert f"{Secret('x')}" == "***"


def test_a_database_password_stands_apart(folder: Folder) -> None:
    """It joins the address only where the store is opened, quoted."""
    store = '[store]\nurl = "postgresql+psycopg://syncd@db.example.org/syncd"\npassword = { env = "DB" }\n'
    loaded = folder.load(settings(more=store), env={"DAV_PASSWORD": "x", "DB": "p@ss/word"}).store
    assert loaded.with_password() == "postgresql+psycopg://syncd:p%40ss%2Fword@db.example.org/syncd"
    assert "p@ss" not in repr(loaded)


@pytest.mark.parametrize(
    ("lines", "env", "folder_of_state"),
    [
        ('url = "sqlite:////srv/syncd/syncd.db"', {}, "/srv/syncd"),
        ('url = "sqlite:////srv/syncd/syncd.db"', {"STATE_DIRECTORY": "/var/lib/syncd"}, "/srv/syncd"),
        (
            'url = "sqlite:////srv/syncd.db"\nstate = "/srv/state"',
            {"STATE_DIRECTORY": "/var/x"},
            "/srv/state",
        ),
        ('url = "postgresql+psycopg://syncd@db/syncd"', {"STATE_DIRECTORY": "/var/x:/var/y"}, "/var/x"),
        ('url = "postgresql+psycopg://syncd@db/syncd"', {}, None),
    ],
)
def test_there_is_one_state_directory(
    folder: Folder, lines: str, env: dict[str, str], folder_of_state: str | None
) -> None:
    """For the highest number, for alarms, for whatever else is kept beside the store."""
    found = folder.load(settings(more=f"[store]\n{lines}\n"), env={"DAV_PASSWORD": "x", **env}).store.state
    assert found == (Path(folder_of_state) if folder_of_state else None)


def test_paths_are_relative_to_the_settings_file(
    folder: Folder, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Wherever the daemon runs; an absolute path stays."""
    elsewhere: Path = tmp_path_factory.mktemp("elsewhere") / "more.csv"
    elsewhere.write_text("id\nc9\n")
    toml = settings().replace('file = "clients.csv"', f'file = ["clients.csv", "{elsewhere}"]')
    assert [client.id for client in folder.load(toml).clients] == ["c1", "c2", "c9"]


def test_delivery_of_an_account(folder: Folder) -> None:
    """`auto` is our mail where there is any, whatever a server advertises; only without is it left to the probe."""

    def delivery(accounts: str, more: str = "") -> Delivery | None:
        (one,) = folder.load(settings(accounts=accounts, more=more)).accounts
        assert isinstance(one, CalDavAccount)
        return one.delivery

    (folder.path / "in").mkdir()
    assert delivery(HOME) is None
    assert delivery(HOME, MAIL) is Delivery.IMIP
    assert delivery(HOME + 'delivery = "server"\n') is Delivery.SERVER
    assert delivery(HOME + 'delivery = "server"\n', MAIL) is Delivery.SERVER


def test_the_defaults_of_a_client(folder: Folder) -> None:
    """Every therapist's, initials of the name, by phone without an address."""
    ada, ben = folder.load(settings(therapists=DANA + LEE)).clients
    assert (ada.therapists, ada.initials, ada.contact) == (("dana", "lee"), "AB", Contact.MAIL)
    assert (ben.initials, ben.contact, ben.mailed) == ("BC", Contact.PHONE, False)


def test_a_file_saved_with_a_byte_order_mark(folder: Folder) -> None:
    """As some editors do."""
    assert folder.load("\ufeff" + settings()).practice.name == "Maple Street Therapy"
    assert CLIENTS in settings()


def test_the_store_is_relative_to_the_settings_file(
    folder: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wherever a command is typed; one that an older syncd made elsewhere is neither forgotten nor begun anew."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    text = settings(more='[store]\nurl = "sqlite:///state/syncd.db"\n')
    found = folder.load(text).store
    assert found.url == f"sqlite:///{folder.path / 'state/syncd.db'}"
    assert found.state == folder.path / "state"
    stray = elsewhere / "state" / "syncd.db"
    stray.parent.mkdir()
    stray.touch()
    with pytest.raises(ConfigError, match=re.escape(str(stray))):
        folder.load(text)
    (folder.path / "state").mkdir()
    (folder.path / "state/syncd.db").touch()
    assert folder.load(text).store.url == found.url
