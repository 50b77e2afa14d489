"""Steps that befall: the process ends, servers fail, clocks go wrong, operators act."""

from __future__ import annotations

from datetime import timedelta

from syncd.core.model import Client
from syncd.core.model.errors import Transient, Unclear
from tests.walk import steps as diary
from tests.walk.gate import Death, Fault
from tests.walk.life import Life


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
        case diary.Die(call, after):
            house.gate.death = Death(call, after)
        case diary.Trouble(place, how, hours, every):
            house.gate.faults.append(Fault(place, how, life.now + timedelta(hours=hours), every))
        case diary.SetWrong(minutes):
            house.clock.wrong = timedelta(minutes=minutes)
        case diary.Off(paused):
            house.store.pause("an operator" if paused else "", house.clock.now())
        case diary.Listed(client, there):
            others = tuple(one for one in house.clients if one.id != client)
            house.clients = tuple(sorted((*others, life.roster[client]), key=_by_id)) if there else others
            house.wired = None


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
