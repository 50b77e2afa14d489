"""`syncd erase` after a whole life with a client: no byte beside the settings says who they were; numbers stay."""

from __future__ import annotations

import mailbox
import re
import sqlite3
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.outside.practice import files
from tests.outside.practice.house import AB, AWAY, CD, NOW, OFFICE, Client, House, Therapist, View
from tests.servers.smtp import SmtpServer

A_DAY = NOW + timedelta(hours=25)
LATER = A_DAY + timedelta(hours=3)
HUT = "Holiday Quixotl hut"  # names them, and is asked about
ZORRO = Client(
    "ZQX",
    2,
    12,
    {"name": "Zorrolito Quixotl", "phone": "+49 30 7654321", "priority": "crisis"},
    more=((3, 9),),
)
SAID = re.compile(
    rb"zorrolito|quixotl|lee-zqx(?!-[01])|7654321|(?<![a-z0-9-])zqx(?![a-z0-9-])", re.IGNORECASE
)
CODED = re.compile(rb"[A-Za-z0-9_=-]{40,}")
NUMBERS = (
    "SELECT uid, json_extract(body, '$[1].sequence') FROM offers ORDER BY uid",
    "SELECT subject, version, kind, message_id FROM ledger ORDER BY id",
    "SELECT subject, version, kind, state, number FROM effects ORDER BY subject, version, kind",
)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A year of sessions, an invitation, a yes, words of theirs, a plan that names them, a title that a no was said to;
    then a copy.
    """
    with SmtpServer(tmp_path / "mail") as post:
        lee = Therapist("lee", 'approach = "all"', clients=(ZORRO, AB, CD))
        house = House(tmp_path, post, [lee])
        vouched(house)
        with house.at(NOW - timedelta(days=1)):
            house.run("once")
        with house.at(NOW):
            house.blocks_leave()
            house.run("once")
        with house.at(A_DAY):
            house.run("once")
            writes(
                house, View(house.folder).got("lee", "ZQX")[-1], "lee-zqx@example.net", "Zorrolito here: yes"
            )
            house.answers("lee", "ZQX", "ACCEPTED", A_DAY)
            house.put("lee", "hut", files.all_day("lee-hut", HUT, AWAY + timedelta(days=21), 5))
            house.run("once")
            (asked,) = (
                one for one in View(house.folder).mails(lee.address) if "time away?" in str(one["Subject"])
            )
            writes(house, asked, lee.address, "no")
            house.run("once")
            house.remove("lee", "hut")
            house.run("once")
            house.run("backup", str(tmp_path / "copy.db"))
        yield house


def vouched(house: House) -> None:
    """The practice's mail server says who mails are from."""
    told = house.settings.read_text().replace("[mail]\n", '[mail]\nauthserv_id = "mx.example.org"\n')
    house.settings.write_text(told)


def writes(house: House, letter: EmailMessage, sender: str, text: str) -> None:
    """An answer in words."""
    mail = EmailMessage()
    mail["Authentication-Results"] = "mx.example.org; dmarc=pass header.from=example.org"
    mail["From"], mail["To"], mail["Subject"] = sender, OFFICE, f"Re: {letter['Subject']}"
    mail["In-Reply-To"] = str(letter["Message-ID"])
    mail["Message-ID"] = f"<{abs(hash((sender, text)))}@example.net>"
    mail.set_content(text)
    mailbox.Maildir(house.post.maildir(OFFICE), create=False).add(mail.as_bytes())


def leaves(house: House) -> None:
    """Off the roster, out of the calendar, retired; syncd has looked since."""
    house.therapists = [replace(house.therapists[0], clients=(AB, CD))]
    house.write()
    house.run("once")
    house.run("retire", "lee-ZQX", "--yes")
    house.run("once")


def said(folder: Path, *names: str) -> set[bytes]:
    """What of the client stands in these files, encoded mails included; all beside the store, if none are named."""
    found: set[bytes] = set()
    for one in (folder / name for name in names) if names else store_of(folder):
        raw = one.read_bytes()
        texts = [
            raw,
            *(
                urlsafe_b64decode(b"%s==" % word.rstrip(b"=")[: len(word) // 4 * 4])
                for word in CODED.findall(raw)
            ),
        ]
        found |= {hit.lower() for text in texts for hit in SAID.findall(text)}
    return found


def store_of(folder: Path) -> list[Path]:
    """The store, its `-wal` and whatever syncd keeps beside it; not the copy that was made."""
    return [
        one
        for one in folder.glob("*")
        if one.is_file() and one.name.startswith(("syncd.db", "alarms", "requests"))
    ]


def numbers(house: House) -> list[list[tuple[object, ...]]]:
    """What no number may be used twice for."""
    with closing(sqlite3.connect(house.folder / "syncd.db")) as store:
        return [store.execute(each).fetchall() for each in NUMBERS]


def answered_titles(house: House) -> int:
    """Titles that a no is remembered of."""
    with closing(sqlite3.connect(house.folder / "syncd.db")) as store:
        rows = store.execute("SELECT json_array_length(body, '$[1].refused') FROM approvals").fetchall()
    return sum(count for (count,) in rows)


def test_no_byte_of_the_store_says_who_they_were(house: House) -> None:
    """Name, address, number, initials, id; nor the hash of a title that named them. UIDs (that of their series says the
    id), numbers, Message-IDs stay, and no further mail goes to them; of the copy, put back, the same is true.
    """
    with house.at(LATER):
        assert {b"zorrolito", b"quixotl", b"lee-zqx", b"zqx"} <= said(house.folder)
        assert answered_titles(house) == 1
        leaves(house)
        before, got = numbers(house), len(View(house.folder).got("lee", "ZQX"))
        assert "Their id stands nowhere in the store" in house.run("erase", "lee-ZQX", "--yes").out
        assert said(house.folder) == set()
        assert answered_titles(house) == 0
        assert numbers(house) == before
        house.run("once")
        assert said(house.folder) == set()
        house.run("restore", str(house.folder / "copy.db"))
        assert said(house.folder, "syncd.db.before-restore") == set()
        house.run("adopt", "--yes")
        house.run("once")
        assert said(house.folder) == set()
        assert answered_titles(house) == 0
        assert len(View(house.folder).got("lee", "ZQX")) == got
