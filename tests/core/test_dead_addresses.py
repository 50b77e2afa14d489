"""To which addresses nothing is written, because mail came back from them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from syncd.core.model import Client, Delivery, Offer, OfferState, Reply, ReplyKind
from syncd.core.model.effects import EffectKey, Sent
from syncd.core.policy.dead_addresses import addressed, with_returned
from tests.core.people import NOW, offer

ADA = Client("c1", email="ada@example.org")
BOTH = replace(ADA, second_email="dad@example.net")
HOUR = timedelta(hours=1)


def came(kind: ReplyKind, *lost: str, at: datetime = NOW, sender: str = "ada@example.org") -> Reply:
    """What the mailbox gave."""
    from_whom = "mailer-daemon@example.org" if kind is ReplyKind.BOUNCE else sender
    return Reply(f"{kind}{at}", "offer1", kind, at, from_whom, lost=lost)


def mailed(client: Client, *replies: Reply, offers: tuple[Offer, ...] = ()) -> bool:
    """Whether messages go to the client after all that."""
    (one,) = with_returned((client,), replies, offers)
    return one.mailed


def test_nothing_is_written_to_an_address_that_returned_it() -> None:
    """Until the roster has another one, or a person answers from it."""
    back = came(ReplyKind.BOUNCE, "ada@example.org")
    assert mailed(ADA)
    assert not mailed(ADA, back)
    assert mailed(replace(ADA, email="ada@example.com"), back)  # the roster has another one by now
    assert not mailed(ADA, back, came(ReplyKind.AUTO, at=NOW + HOUR))
    assert not mailed(ADA, came(ReplyKind.WORDS, at=NOW - HOUR), back)
    assert mailed(ADA, back, came(ReplyKind.ANSWER, at=NOW + HOUR))
    assert not mailed(ADA, back, came(ReplyKind.WORDS, at=NOW + HOUR, sender="ada@work.example"))


def test_of_two_addresses_one_that_takes_mail_is_enough() -> None:
    """Such as two parents'."""
    assert mailed(BOTH, came(ReplyKind.BOUNCE, "ada@example.org"))
    assert not mailed(BOTH, came(ReplyKind.BOUNCE, "ada@example.org", "dad@example.net"))


def test_an_answer_in_a_calendar_that_carried_the_invitation_says_that_it_arrived() -> None:
    """What the therapist settled for them says nothing."""
    back = came(ReplyKind.BOUNCE, "ada@example.org")
    yes = replace(offer(OfferState.ACCEPTED), delivery=Delivery.GOOGLE, answered_at=NOW + HOUR)
    assert mailed(ADA, back, offers=(yes,))
    assert not mailed(ADA, back, offers=(replace(yes, answered_at=NOW - HOUR),))
    assert not mailed(ADA, back, offers=(replace(yes, state=OfferState.SETTLED),))


def test_a_returned_mail_that_names_no_address_of_theirs_names_all_that_are_written_to() -> None:
    """As where a mailbox forwards."""
    key = EffectKey("offer1", "0", "invitation")
    sent = Sent(NOW, key, "<1@x>", "c1", "dana", "a", "k", "offer1", 0, asks=True)
    elsewhere = came(ReplyKind.BOUNCE, "box@forward.example")
    assert addressed(elsewhere, (sent,), (BOTH,)).lost == ("ada@example.org", "dad@example.net")
    second = came(ReplyKind.BOUNCE, "dad@example.net")
    assert addressed(second, (sent,), (BOTH,)) == second
    assert addressed(elsewhere, (), (BOTH,)) == elsewhere
