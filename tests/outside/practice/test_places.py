"""Keys of [accounts], [mail] and [store], and options, change what they are for: by the real command."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.outside.practice import files
from tests.outside.practice.carried import carries
from tests.outside.practice.house import AB, BERLIN, CD, NOW, OFFICE, House, Therapist, View, method
from tests.scenario import ics
from tests.servers.smtp import SmtpServer

Change = Callable[[str, str], House]


@pytest.fixture
def changed(tmp_path: Path) -> Iterator[Change]:
    """A house in whose settings file one line is another."""
    with SmtpServer(tmp_path / "mail") as post:

        def made(old: str, new: str) -> House:
            house = House(tmp_path, post, [Therapist("dana", clients=(AB, CD))])
            text = house.settings.read_text()
            assert old in text
            house.settings.write_text(text.replace(old, new, 1))
            return house

        yield made


def invites(house: House) -> View:
    """The first look, leave, the second: two clients are asked."""
    with house.at(NOW - timedelta(days=1)):
        house.run("once")
    house.blocks_leave()
    with house.at(NOW):
        house.run("once")
    return View(house.folder)


@carries("mail.from", "mail.evidence", "store.state", "accounts.delivery")
def test_who_sends_what_is_kept_and_where(changed: Change) -> None:
    """Answers go to `from`, copies of all to `evidence`, the count of effects into `state`; no server invites."""
    house = changed(f'from = "{OFFICE}"', 'from = "front@example.org"\nevidence = "sent@example.org"')
    text = house.settings.read_text().replace("[store]", '[store]\nstate = "counted"')
    house.settings.write_text(text.replace('delivery = "imip"', 'delivery = "auto"'))
    (house.folder / "counted").mkdir()
    view = invites(house)
    (asked,), (other,) = view.got("dana", "AB"), view.got("dana", "CD")
    assert "front@example.org" in str(asked["From"])
    assert ics.value(ics.part(asked), "ORGANIZER").lower().endswith("mailto:front@example.org")
    copies = [one["Message-ID"] for one in view.mails("sent@example.org")]
    assert {asked["Message-ID"], other["Message-ID"]} <= set(copies)
    assert len(copies) == len(set(copies)) == 2 + len(view.mails("dana@example.org"))
    assert list((house.folder / "counted").iterdir()) != []
    assert [one for one in view.entries("dana") if one.status == "TENTATIVE" and "ATTENDEE" in one.text] == []


@pytest.mark.parametrize(
    ("old", "key", "why"),
    [
        ('username = "dana"', 'username = "noor"', "accounts.home"),
        ('file = "password"', 'file = "syncd.toml"', "accounts.home"),
        ('url = "http://127.0.0.1', 'url = "http://127.0.0.9', "account home"),
    ],
)
@carries("accounts.username", "accounts.password", "accounts.url")
def test_who_logs_in_where(changed: Change, old: str, key: str, why: str) -> None:
    """Another user, another password, another machine: nothing is read, and it says of which account."""
    house = changed(old, key)
    with house.at(NOW):
        ended = house.run("once", status=1)
    assert "home" in ended.err


FAR = 'url = "http://dav.example.invalid'


@pytest.mark.parametrize("allowed", [False, True])
@carries("accounts.allow_insecure")
def test_passwords_go_in_the_clear_only_where_that_is_allowed(changed: Change, allowed: bool) -> None:
    """http:// to another machine is refused by the name of the key, or tried."""
    house = changed('url = "http://127.0.0.1', f"allow_insecure = {str(allowed).lower()}\n{FAR}")
    ended = house.run("once", status=1 if allowed else None)
    assert ("allow_insecure = true" in ended.err, ended.status > 0) == (not allowed, True)


@carries("accounts.timeout")
def test_a_server_that_never_answers(changed: Change) -> None:
    """It is given up after `timeout`, and named."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        house = changed('url = "http://127.0.0.1:', f'timeout = "1s"\nurl = "http://127.0.0.1:{port}/?')
        ended = house.run("once", status=1)
    assert "home" in ended.err


@carries("accounts.quick_read")
def test_the_libraries_alone_read_the_same(changed: Change) -> None:
    """With `quick_read = false` the same two clients are asked."""
    house = changed('url = "http://127.0.0.1', 'quick_read = false\nurl = "http://127.0.0.1')
    view = invites(house)
    assert len([one for one in view.entries("dana") if one.status == "TENTATIVE"]) == 2


def test_believe(changed: Change) -> None:
    """Most of a calendar has gone: nothing is taken back and it says so, until it is told that this is meant."""
    house = changed("settle", "settle")
    for number in range(12):
        start = datetime(2026, 6, 29, 8 + number, tzinfo=BERLIN)
        house.put("dana", f"more-{number}", files.timed(f"more-{number}", "Lunch", start))
    view = invites(house)
    asked = [one.uid for one in view.entries("dana") if one.status == "TENTATIVE"]
    for path in view.calendar("dana").glob("*.ics"):
        path.unlink()
    with house.at(NOW + timedelta(minutes=20)):
        assert "--believe home/dana" in house.run("once", status=1).err
    assert len(view.got("dana", "AB")) == 1
    with house.at(NOW + timedelta(minutes=40)):
        house.run("once", "--believe", "home/dana")
    with house.at(NOW + timedelta(days=1, hours=1)):
        house.run("once")
    assert len(asked) == 2
    assert [method(one) for one in view.got("dana", "AB")] == ["REQUEST", "CANCEL"]


def test_verbose(changed: Change) -> None:
    """Each effect is a line on standard error, with ids and without names."""
    house = changed("settle", "settle")
    with house.at(NOW - timedelta(days=1)):
        house.run("once")
    house.blocks_leave()
    with house.at(NOW):
        said = house.run("--verbose", "once").err
    assert said.count(":invitation: done") == 2, said
    assert "limmer" not in said
    assert "example.net" not in said
