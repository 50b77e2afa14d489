"""`syncd erase`: a client who left is in the store no more, and a copy that is put back forgets them."""

from __future__ import annotations

import mailbox
import os
import re
import sqlite3
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from tests.diary.shapes import bounce
from tests.outside.practice import files
from tests.outside.practice.house import (
    AB,
    AWAY,
    CD,
    NOW,
    OFFICE,
    Client,
    House,
    Therapist,
    View,
    method,
    words,
)
from tests.servers.smtp import Fault, Phase, SmtpServer

A_DAY = NOW + timedelta(hours=25)
LATER = A_DAY + timedelta(hours=3)
ZORRO = Client("ZQ", 2, 12, {"name": "Zorro Quixote", "phone": "+49 30 7654321"})
TRACES = (b"Zorro", b"Quixote", b"lee-zq@example.net", b"7654321", b'"lee-ZQ"')


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """Lee's three clients are asked to another time; ZQ has said yes, and wrote; then a copy was made."""
    with SmtpServer(tmp_path / "mail") as post:
        house = House(tmp_path, post, [Therapist("lee", 'approach = "all"', clients=(ZORRO, AB, CD))])
        with house.at(NOW - timedelta(days=1)):
            house.run("once")
        with house.at(NOW):
            house.blocks_leave()
            house.run("once")
        with house.at(A_DAY):
            house.run("once")
            house.answers("lee", "ZQ", "ACCEPTED", A_DAY)
            house.run("once")
            house.run("backup", str(tmp_path / "copy.db"))
        yield house


def kept(house: House) -> bytes:
    """All bytes of the store."""
    return b"".join(one.read_bytes() for one in house.folder.glob("syncd.db*"))


def found(house: House) -> list[bytes]:
    """What of the client stands in it."""
    everything = kept(house).lower()
    return [one for one in TRACES if one.lower() in everything]


WORD = re.compile(r"(?<![\w-])(lee-ZQ|ZQ|Zorro)(?![\w-])")  # as the therapist reads them
MAIL = re.compile(r'"content":"([^"]*)"')


def spoken_of(house: House) -> list[str]:
    """Rows that call the client by id, initials or name, inside mails, too."""
    found = []
    with closing(sqlite3.connect(house.folder / "syncd.db")) as store:
        for row in store.iterdump():
            mails = (urlsafe_b64decode(one) for one in MAIL.findall(row))
            told = [words(message_from_bytes(one, policy=default)) for one in mails]
            if WORD.search("  ".join((row.replace("\\n", " "), *told))):
                found.append(row[:100])
    return found


def has_left(house: House) -> None:
    """ZQ is taken off the roster and retired, and syncd has looked since."""
    lee = house.therapists[0]
    house.therapists = [replace(lee, clients=(AB, CD))]
    house.write()
    house.run("once")
    house.run("retire", "lee-ZQ", "--yes")
    house.run("once")


def mails(house: House) -> list[list[str]]:
    """METHOD of all that each client got."""
    return [[method(one) for one in View(house.folder).got("lee", who)] for who in ("ZQ", "AB", "CD")]


def test_it_is_refused_before_it_is_time(house: House) -> None:
    """On the roster, with times that stand, not looked at since, nobody's id: each says what to do."""
    lee = house.therapists[0]
    with house.at(LATER):
        assert "stands in the roster" in house.run("erase", "lee-ZQ", status=1).err
        house.therapists = [replace(lee, clients=(AB, CD))]
        house.write()
        assert "syncd retire lee-ZQ" in house.run("erase", "lee-ZQ", "--yes", status=1).err
        house.run("retire", "lee-ZQ", "--yes")
        assert "syncd once" in house.run("erase", "lee-ZQ", "--yes", status=1).err
        assert "knows no client 'zoe'" in house.run("erase", "zoe", status=1).err
        assert "knows no client 'lee'" in house.run("erase", "lee", status=1).err


def test_nothing_of_them_is_left_in_the_store(house: House) -> None:
    """Shown first; then neither name, address, number nor id stands in any byte of it; nobody hears anything."""
    with house.at(LATER):
        has_left(house)
        before = mails(house)
        shown = house.run("erase", "lee-ZQ").out
        assert "displaced sessions" in shown
        assert "copies in the evidence mailbox" in shown
        assert found(house) != []
        done = house.run("erase", "lee-ZQ", "--yes").out
        assert "Their id stands nowhere in the store" in done
        assert found(house) == []
        assert "Nothing is due" in house.run("once").out
        assert house.run("status").status == 0
        assert "knows no client" in house.run("erase", "lee-ZQ", status=1).err
    with house.at(LATER + timedelta(days=1)):
        house.run("once")
        house.answers("lee", "AB", "DECLINED", house.moment)
        house.run("once")
        assert mails(house)[0] == before[0]
        assert mails(house)[1].count("REQUEST") == 2
        assert found(house) == []


def test_a_copy_that_is_put_there_by_hand_forgets_them_anew(house: House) -> None:
    """Without `restore`, as `pg_restore` and a machine that is rolled back do it: before all else is done."""
    with house.at(LATER):
        has_left(house)
        house.run("erase", "lee-ZQ", "--yes")
        before = mails(house)
        for one in ("-wal", "-shm"):
            (house.folder / f"syncd.db{one}").unlink(missing_ok=True)
        (house.folder / "copy.db").replace(house.folder / "syncd.db")
        assert found(house) != []
        house.run("adopt", "--yes")
        house.run("once")
        assert mails(house)[0] == before[0]
        assert found(house) == []
        assert "The audit is whole" in house.run("audit", "verify").out


def test_a_copy_from_before_forgets_them_anew(house: House) -> None:
    """`restore` of what was made while they were there: erased again, and nobody is told anything."""
    with house.at(LATER):
        has_left(house)
        house.run("erase", "lee-ZQ", "--yes")
        before = mails(house)
        house.run("restore", str(house.folder / "copy.db"))
        (house.folder / "syncd.db.before-restore").unlink()
        assert found(house) == []
        house.run("adopt", "--yes")
        house.run("once")
        assert mails(house)[0] == before[0]
        assert found(house) == []


def returned(house: House, who: str) -> None:
    """The invitation comes back, at this moment."""
    asked = [one for one in View(house.folder).got("lee", who) if method(one) == "REQUEST"][-1]
    inbox = house.post.maildir(OFFICE)
    key = mailbox.Maildir(inbox, create=False).add(bounce(asked, house.moment, 1).as_bytes())
    os.utime(inbox / "new" / key, (house.moment.timestamp(),) * 2)


def test_mail_from_after_such_a_copy_is_read_again(house: House) -> None:
    """Days later, though it was used: it counts once, and what came before the copy is not counted again."""
    with house.at(LATER):
        returned(house, "CD")
        house.run("once")
        assert "has come back" in house.run("explain", "lee-CD").out
        has_left(house)
        house.run("erase", "lee-ZQ", "--yes")
    with house.at(LATER + timedelta(days=5)):
        house.run("once")
        house.run("restore", str(house.folder / "copy.db"))
        house.run("adopt", "--yes")
        house.run("once")
        assert "has come back" in house.run("explain", "lee-CD").out
        assert "has come back" not in house.run("explain", "lee-AB").out
        before = mails(house)
        house.run("once")
        assert mails(house) == before


def test_what_therapists_were_told_of_them_is_left_neither(house: House) -> None:
    """Letters and plans call a client by name, by initials, and by id once the line is out; those to others stay."""
    with house.at(LATER):
        has_left(house)
        assert spoken_of(house) != []
        assert "overviews go, whole" in house.run("erase", "lee-ZQ").out
        assert "nowhere in the store" in house.run("erase", "lee-ZQ", "--yes").out
        assert spoken_of(house) == []
        assert "The audit is whole" in house.run("audit", "verify").out
        house.run("once")
        house.run("once")
        assert spoken_of(house) == []
        assert not any(WORD.search(one.text) for one in View(house.folder).entries("lee"))


def test_a_letter_that_waits_has_to_go_first(house: House) -> None:
    """It may speak of them, and leaves as it is written."""
    with house.at(LATER):
        has_left(house)
        house.put("lee", "later", files.all_day("lee-later", "Vacation", AWAY + timedelta(days=21), 5))
        house.post.fail(Fault(Phase.MAIL, "451 later"))
        house.run("once", status=None)
        assert "not written yet" in house.run("erase", "lee-ZQ", "--yes", status=1).err
