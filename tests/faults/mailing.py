"""Faults that strike what we send."""

from __future__ import annotations

from datetime import datetime, timedelta

from syncd.core.model import OfferState
from tests.core.people import BERLIN
from tests.faults.ends import asked_once, nothing_more
from tests.faults.practice import BY_MAIL, INVITED_BY, Practice, address
from tests.faults.table import Fault, Place, cell, shown
from tests.servers import smtp
from tests.servers.smtp import Phase

MAIL = Place.MAIL
ADA = "ada"
REST = ("ben", "dora", "fay", "gus")


def _struck(practice: Practice, fault: smtp.Fault, hours: int = 2) -> list[str]:
    """Invitations fall due while the post office fails; the letters that there were before."""
    practice.block()
    practice.looks(2)
    before = practice.letters()
    practice.post.fail(fault)
    practice.clock.moment = INVITED_BY
    practice.look()
    practice.looks(hours)
    return before


def _to_be_called(practice: Practice, client: str, before: list[str]) -> bool:
    """A letter that came meanwhile asks for a call to the client."""
    new = (one for one in practice.letters() if one not in before)
    return any(client[:2].upper() in one and "call" in one.lower() for one in new)


@cell(Fault.REFUSED, MAIL)
def refused(practice: Practice) -> None:
    """Tried again, delivered once."""
    _struck(practice, smtp.Fault(Phase.RCPT, "451 4.3.0 try later", recipient=address(ADA)))
    assert practice.kinds(ADA) == []
    assert [practice.kinds(one) for one in REST] == [["REQUEST"]] * len(REST)
    practice.heal()
    practice.looks(3)
    asked_once(practice, "dana")


@cell(Fault.UNCLEAR, MAIL)
def delivered(practice: Practice) -> None:
    """The copy in our own mailbox proves it: never sent again."""
    _struck(practice, smtp.Fault(Phase.DELIVERED, times=3))
    practice.heal()
    practice.looks(2)
    for therapist in BY_MAIL:
        asked_once(practice, therapist)
    nothing_more(practice)


@cell(Fault.LOST, MAIL)
def perhaps_lost(practice: Practice) -> None:
    """Nobody knows: never sent again, and the therapist is asked to call."""
    before = _struck(practice, smtp.Fault(Phase.NOT_DELIVERED, times=1), hours=1)
    practice.heal()
    (silent,) = (one for each in BY_MAIL.values() for one in each if not practice.kinds(one))
    practice.looks(24)
    assert practice.kinds(silent) == []
    assert _to_be_called(practice, silent, before)


@cell(Fault.AUTH, MAIL)
def unauthorized(practice: Practice) -> None:
    """Everything waits and is told by another way; healed, each is sent once."""
    _struck(practice, smtp.Fault(Phase.MAIL, "535 5.7.8 authentication failed"))
    assert all(practice.kinds(one) == [] for each in BY_MAIL.values() for one in each)
    practice.heal()
    practice.looks(3)
    for therapist in BY_MAIL:
        asked_once(practice, therapist)


@cell(Fault.QUOTA, MAIL)
def quota(practice: Practice) -> None:
    """Sent later, once."""
    _struck(practice, smtp.Fault(Phase.MAIL, "452 4.5.3 too many messages"))
    practice.heal()
    practice.looks(3)
    for therapist in BY_MAIL:
        asked_once(practice, therapist)
    nothing_more(practice)


@cell(Fault.GONE, MAIL)
def no_such_address(practice: Practice) -> None:
    """The address is refused for good: never tried again, the therapist is asked to call."""
    before = _struck(practice, smtp.Fault(Phase.RCPT, "550 5.1.1 no such user", recipient=address(ADA)))
    practice.heal()
    practice.looks(24)
    assert practice.kinds(ADA) == []
    assert _to_be_called(practice, ADA, before)
    asked_once(practice, "emil")


@cell(Fault.TWICE, MAIL)
def relayed_twice(practice: Practice) -> None:
    """A mail that its relay delivers twice is one: same Message-ID, UID and SEQUENCE."""
    practice.invited()
    (mail,) = practice.office.received(address(ADA))
    practice.post.deliver("office@example.org", [address(ADA)], mail.as_bytes())
    practice.answer(ADA, "ACCEPTED")
    practice.answer(ADA, "ACCEPTED", newest=0)
    practice.looks(1)
    assert practice.offer(ADA).state is OfferState.ACCEPTED
    assert practice.kinds(ADA) == ["REQUEST", "REQUEST"]
    nothing_more(practice)


@cell(Fault.CLOCK, MAIL)
def wrong_clock(practice: Practice) -> None:
    """Nothing leaves while our clock is wrong, and never in the client's night."""
    practice.block()
    practice.looks(2)
    practice.clock.moment = datetime(2026, 6, 17, 2, 0, tzinfo=BERLIN)
    practice.clock.wrong = timedelta(hours=10)  # it shows noon
    practice.looks(3)
    assert all(practice.kinds(one) == [] for each in BY_MAIL.values() for one in each)
    practice.clock.wrong = timedelta(0)
    practice.clock.moment = datetime(2026, 6, 17, 12, 0, tzinfo=BERLIN)
    practice.looks(1)
    for therapist in BY_MAIL:
        asked_once(practice, therapist)


KILLED = "tests/whole/test_killed.py"
shown(
    Fault.KILLED,
    MAIL,
    "sent once; where nobody can know, never again, and the therapist is told",
    f"{KILLED}::test_after_a_mail_and_before_it_was_settled",
    f"{KILLED}::test_a_mail_that_may_not_have_left",
)
shown(
    Fault.FULL,
    MAIL,
    "no effect begins whose intent was not recorded",
    "tests/whole/test_daemon.py::test_a_store_that_breaks_stops_effects_and_nothing_else",
)
shown(
    Fault.SECOND,
    MAIL,
    "refused before it does anything",
    "tests/whole/test_daemon.py::test_a_second_instance_is_refused",
    "tests/contract/test_store.py::TestLock::test_a_second_instance_is_refused",
)
