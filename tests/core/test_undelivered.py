"""What a calendar's server says it could not deliver, at the write or later, goes another way, and only once."""

from __future__ import annotations

from dataclasses import replace
from itertools import count

import pytest

from syncd.core.decide import Decision, decide
from syncd.core.model import Attendee, Delivery, Event, Marker, Offer, OfferState, PartStat
from syncd.core.model.actions import DeleteEvent
from syncd.core.model.messages.intents import Show, Tell, Write
from syncd.core.model.messages.letters import LetterKind
from syncd.core.model.offer_facts import Ending
from syncd.core.model.snapshot import Snapshot
from syncd.core.state.anew import path
from tests.core.carried import carried, entry, seen
from tests.core.people import ada, at

S = OfferState


def noted(status: str, answer: PartStat = PartStat.NEEDS_ACTION, event: Event | None = None) -> Event:
    """The object with what the server notes of its guest."""
    return replace(event or entry(answer), attendees=(Attendee(ada().email, answer, schedule_status=status),))


def passed(snapshot: Snapshot) -> Decision:
    """A pass that plans nothing; offers get the UIDs new1, new2 ..."""
    return decide(snapshot, lambda _: None, (f"new{number}" for number in count(1)))


def sent(state: S = S.INVITED) -> Offer:
    """An offer that the server carries."""
    return carried(state, Delivery.SERVER)


@pytest.mark.parametrize("status", ["3.7", "5.1", "5.3"])
@pytest.mark.parametrize("state", [S.INVITED, S.UNANSWERED])
def test_a_failure_noted_later_ends_it_and_the_same_time_is_offered_by_mail(state: S, status: str) -> None:
    """DELETE on the server; the successor is held beside it and waits for that."""
    before = sent(state)
    decision = passed(seen(before, noted(status)))
    first, second = decision.pass_state.offers
    assert (first.state, first.reason, first.sent) == (S.WITHDRAWN, Ending.UNDELIVERED, False)
    assert (second.uid, second.number, second.span) == ("new1", 2, before.span)
    assert (second.delivery, second.state) == (Delivery.IMIP, S.PLANNED)
    (removal,) = (one for one in decision.intents if isinstance(one, DeleteEvent))
    assert (removal.uid, removal.quiet) == ("offer1", True)
    assert not [one for one in decision.intents if isinstance(one, Tell)]
    assert [one.key.subject for one in decision.intents if isinstance(one, Show)][-1:] == ["new1"]


@pytest.mark.parametrize("status", ["", "1.0", "1.1", "1.2", "2.0"])
def test_what_was_sent_or_says_nothing_stands(status: str) -> None:
    """Pending, sent, delivered."""
    (only,) = passed(seen(sent(), noted(status))).pass_state.offers
    assert only.state is S.INVITED


@pytest.mark.parametrize(
    ("before", "answer"),
    [
        (sent(), PartStat.ACCEPTED),
        (replace(sent(), frozen=True), PartStat.NEEDS_ACTION),
        (replace(sent(), tentative=True), PartStat.TENTATIVE),
        (carried(S.INVITED, Delivery.GOOGLE), PartStat.NEEDS_ACTION),
    ],
)
def test_whoever_answered_or_wrote_was_reached(before: Offer, answer: PartStat) -> None:
    """Whatever the server noted; and of Google nothing is read there."""
    after, *others = passed(seen(before, noted("5.1", answer))).pass_state.offers
    assert (after.reason, others) == ("", [])


def test_the_mail_waits_until_the_server_s_entry_is_gone() -> None:
    """DELETE, then REQUEST."""
    ended = replace(sent(S.WITHDRAWN), reason=Ending.UNDELIVERED, invited_at=None)
    held = replace(carried(S.HELD, Delivery.IMIP), uid="new1", number=2)
    own = replace(entry(title="AB · held"), uid="new1", marker=Marker("i1", "new1"))

    def told(*events: Event) -> list[str]:
        read = seen(ended, None)
        snapshot = replace(read, offers=(ended, held), events=(*read.events, *events))
        return [one.key.subject for one in passed(snapshot).intents if isinstance(one, Tell)]

    assert told(own, noted("3.7")) == []
    assert told(own) == ["new1"]


def test_who_was_not_reached_once_is_not_tried_there_again() -> None:
    """The next time is offered by mail at once."""
    ended = replace(sent(S.WITHDRAWN), reason=Ending.UNDELIVERED, invited_at=None)
    asked = replace(carried(S.DECLINED, Delivery.IMIP), uid="new1", number=2, reason=Ending.CLIENT)
    pass_state = passed(replace(seen(ended, None), offers=(ended, asked))).pass_state
    assert len(pass_state.offers) == 2
    assert pass_state.snapshot.delivery == {"dana": Delivery.SERVER}
    assert path(pass_state, "dana", "c1") is Delivery.IMIP
    assert path(pass_state, "dana", "c2") is Delivery.SERVER


def test_without_mail_a_person_says_so_and_the_time_is_kept() -> None:
    """Held as for whoever has no mail, on the call list, and one letter at once."""
    decision = passed(replace(seen(sent(), noted("3.7")), mail=False))
    _, second = decision.pass_state.offers
    assert (second.delivery, second.state) == (Delivery.IMIP, S.PLANNED)
    letters = [one for one in decision.intents if isinstance(one, Write)]
    (letter,) = (one for one in letters if one.facts.why == Ending.UNDELIVERED)
    assert (letter.facts.kind, letter.facts.rows[0].text) == (LetterKind.CONCERN, "call")


def test_what_they_know_at_another_time_is_not_forgotten() -> None:
    """It was delivered before the therapist moved it; of the new time they were not told."""
    moved = replace(sent(), told=at(15, 15), turns=1)
    first, _ = passed(seen(moved, noted("3.7"))).pass_state.offers
    assert (first.reason, first.sent) == (Ending.UNDELIVERED, True)
