"""Steps that befall: the process ends, servers fail, clocks go wrong, operators act."""

from __future__ import annotations

from datetime import timedelta
from email.utils import format_datetime

from syncd.core.model import Client
from syncd.core.model.errors import Transient, Unclear
from tests.walk import steps as diary
from tests.walk.gate import Death, Fault
from tests.walk.life import Life

RETURNED = """Return-Path: <>
From: MAILER-DAEMON@mx.example.net
To: office@example.org
Date: {date}
Message-ID: <back{number}@mx.example.net>
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

{mail.to}: user unknown

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net

Final-Recipient: rfc822; {mail.to}
Action: failed
Status: 5.1.1

--b
Content-Type: text/rfc822-headers

From: office@example.org
To: {mail.to}
Message-ID: <{mail.id}@example.org>

--b--
"""


def befall(life: Life, step: diary.Hostile) -> None:
    """Do what the step says to the machine, its servers or its settings."""
    house = life.house
    life.hostile = life.hostile or not isinstance(step, diary.Fail | diary.Restart)
    match step:
        case diary.Fail(where):
            _fail(life, where)
        case diary.Restart():
            life.restart()
        case diary.Restore():
            life.restore()
        case diary.Adopt():
            life.adopt()
        case diary.Backup():
            life.back_up()
        case diary.Again(number, anew):
            _again(life, number, anew=anew)
        case diary.Returned(client, number):
            _returned(life, client, number)
        case diary.Die(call, after):
            house.gate.death = Death(call, after)
        case diary.Trouble(place, how, hours, every):
            until = life.now + timedelta(hours=hours)
            house.gate.faults.append(Fault(place, how, life.now, until, every))
        case diary.SetWrong(minutes):
            house.clock.wrong = timedelta(minutes=minutes)
        case diary.Off(paused):
            house.store.pause("an operator" if paused else "", house.clock.now())
        case diary.Listed(client, there):
            others = tuple(one for one in house.clients if one.id != client)
            house.clients = tuple(sorted((*others, life.roster[client]), key=_by_id)) if there else others
            house.wired = None


def _again(life: Life, number: int, *, anew: bool) -> None:
    if number < len(life.post.arrived):
        content, _ = life.post.arrived[number]
        life.post.arrive(content.replace(b"Message-ID: <", b"Message-ID: <anew.", 1) if anew else content)


def _returned(life: Life, client: str, number: int) -> None:
    """As Postfix sends it back: a report with the headers of our mail."""
    theirs = [one for one in life.posted if one.to == life.roster[client].email]
    if number >= len(theirs):
        return
    mail = theirs[number]
    life.post.arrive(
        RETURNED.format(mail=mail, date=format_datetime(life.now), number=len(life.post.arrived)).encode()
    )
    life.returned.append((life.now, mail))
    if mind := life.watch.of(mail.to):
        mind.never_got(mail.subject, mail.at)


def _by_id(client: Client) -> str:
    return client.id


def _fail(life: Life, where: str) -> None:
    faults = life.house.calendar.faults
    life.faulty = True
    match where:
        case "read":
            faults.reads.append(Transient("the server is busy"))
        case "write":
            faults.before_writes.append(Transient("the server is busy"))
        case "written":
            faults.after_writes.append(Unclear("timed out"))
        case "refused":
            life.post.refuse.append(Transient("greylisted"))
        case "lost":
            life.post.lose_answer.append(Unclear("connection lost after DATA"))
        case "empty":
            life.house.calendar.expire_cursors()
            faults.keep_only = 1
