"""What is written for an offer that the calendar server carries: little, in order, nothing that is not asked for."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from syncd.core.model import Delivery, Marker, OfferState, PartStat
from syncd.core.model.actions import DeleteEvent
from syncd.core.model.effects import EffectKey, Sent
from syncd.core.model.messages.intents import Invite, Show, Tell
from syncd.core.model.messages.mails import MailKind, Outlook
from syncd.core.model.offer_facts import Ending
from syncd.core.time.spans import Span
from tests.core.carried import about, carried, decided, entry, seen
from tests.core.people import NOW, at

PATHS = (Delivery.GOOGLE, Delivery.SERVER)
NEUTRAL = EffectKey("offer1", "0-neutral", "show")
INVITED = EffectKey("offer1", "0", "invitation")
NIGHT = datetime(2026, 6, 15, 21, tzinfo=UTC)  # 23:00 in Berlin


@pytest.mark.parametrize("delivery", PATHS)
def test_wording_first_then_the_client(delivery: Delivery) -> None:
    """Two writes, each on the etag as read: neutral and silent, then with the client, who hears of it."""
    held = carried(OfferState.HELD, delivery)
    (first,) = about(decided(seen(held, entry(title="AB · held"))))
    assert isinstance(first, Invite)
    assert (first.key, first.attend, first.etag) == (NEUTRAL, False, "e")
    (second,) = about(decided(seen(held, entry()), done=[NEUTRAL]))
    assert isinstance(second, Invite)
    assert (second.key, second.attend) == (INVITED, True)


@pytest.mark.parametrize(
    ("place", "discreet", "shown"),
    [
        ("Maple Street 12", False, "Maple Street 12"),
        ("Therapy room 2", False, ""),
        ("At Maple Street Practice", False, "At Maple Street Practice"),
        ("At Maple Street Practice", True, ""),
    ],
)
def test_what_a_client_may_read(place: str, discreet: bool, shown: str) -> None:
    """No place that gives the visit away; a discreet client's facts name neither the practice nor whom to turn to."""
    held = replace(carried(OfferState.HELD), location=place)
    read = seen(held, replace(entry(), location=place))
    house = replace(
        read.practice,
        name="Maple Street Practice",
        crisis_contact=(("", "112"),),
        resources=(("", "https://example.org"),),
    )
    clients = tuple(replace(one, discreet=discreet) for one in read.clients)
    (invited,) = about(decided(replace(read, practice=house, clients=clients), done=[NEUTRAL]))
    assert isinstance(invited, Invite)
    assert not invited.agreed
    assert invited.facts.location == shown
    said = invited.facts.house
    assert any((said.practice, said.crisis_contact, said.resources_url)) is not discreet


def test_a_new_offer_is_a_hold() -> None:
    """Nobody is on it, and its title is the therapist's."""
    (hold,) = about(decided(seen(carried(OfferState.PLANNED), None)))
    assert isinstance(hold, Show)


@pytest.mark.parametrize("state", [OfferState.INVITED, OfferState.UNANSWERED, OfferState.ACCEPTED])
def test_on_a_scheduling_server_nothing_else_is_written(state: OfferState) -> None:
    """Each PUT of an object with an attendee may be a message: no write for status, answer or wording."""
    made = carried(state, Delivery.SERVER)
    answer = PartStat.ACCEPTED if state is OfferState.ACCEPTED else PartStat.NEEDS_ACTION
    assert about(decided(seen(made, entry(answer)))) == []


@pytest.mark.parametrize("state", [OfferState.ACCEPTED, OfferState.SETTLED])
def test_google_shows_what_is_settled_once(state: OfferState) -> None:
    """A silent write without the client in it; done, it is not repeated."""
    made = carried(state)
    (shown,) = about(decided(seen(made, entry(PartStat.ACCEPTED))))
    assert isinstance(shown, Invite)
    assert (shown.attend, shown.confirmed, shown.agreed) == (False, True, True)
    assert about(decided(seen(made, entry(PartStat.ACCEPTED)), done=[shown.key])) == []


@pytest.mark.parametrize("delivery", PATHS)
def test_withdrawals_wait_for_the_morning(delivery: Delivery) -> None:
    """I9: the server tells the client when the object goes, so at night it stays."""
    made = carried(OfferState.INVITED, delivery)
    assert about(decided(seen(made, entry(PartStat.NEEDS_ACTION), now=NIGHT, leave=False))) == []
    morning = NIGHT + timedelta(hours=10)
    gone, words = about(decided(seen(made, entry(PartStat.NEEDS_ACTION), now=morning, leave=False)))[::-1]
    if isinstance(gone, Tell):
        gone, words = words, gone
    assert isinstance(gone, DeleteEvent)
    assert isinstance(words, Tell)
    assert not gone.quiet
    assert (words.facts.kind, words.facts.outlook, words.facts.uid) == (
        MailKind.TAKEN_BACK,
        Outlook.STANDS,
        "",
    )
    assert words.after == gone.key


@pytest.mark.parametrize("delivery", PATHS)
def test_words_follow_a_withdrawal_once_and_no_invitation_repeats_them(delivery: Delivery) -> None:
    """I5: not twice, and not where an invitation went out since."""
    words = EffectKey("offer1", "end", "words")
    made = replace(carried(OfferState.WITHDRAWN, delivery), reason=Ending.LEAVE)
    (told,) = about(decided(seen(made, None, leave=False)))
    assert told.key == words
    assert isinstance(told, Tell)
    healed = seen(made, None, leave=False)
    after = (healed.conflicts[0].reborn(told.revived[0].life, told.revived[0].bygone),)
    assert about(decided(replace(healed, conflicts=after), done=[words])) == []
    later = replace(carried(OfferState.INVITED, delivery), uid="offer2", number=2)
    snapshot = replace(seen(made, None), offers=(made, later))
    assert about(decided(snapshot)) == []


@pytest.mark.parametrize("delivery", PATHS)
def test_what_was_deleted_by_hand_counts_as_told_until_the_session_stands(delivery: Delivery) -> None:
    """Their own program said that the other time is gone, and nobody that the usual one takes place."""
    made = replace(carried(OfferState.WITHDRAWN, delivery), reason=Ending.THERAPIST)
    assert not any(isinstance(one, Tell) for one in about(decided(seen(made, None))))
    (told,) = (one for one in decided(seen(made, None, leave=False)).intents if isinstance(one, Tell))
    assert (told.key.kind, told.facts.outlook) == ("stands_again", Outlook.STANDS)


@pytest.mark.parametrize("reason", [Ending.SILENCE, Ending.SLOT, Ending.LEAVE])
def test_nobody_hears_of_what_is_over(reason: Ending) -> None:
    """Once its time has come Google removes it in silence; a server would tell of it, so there it stays."""
    slot = Span(NOW - timedelta(hours=1), NOW - timedelta(minutes=10))
    for delivery, expected in ((Delivery.GOOGLE, [True]), (Delivery.SERVER, [])):
        made = replace(carried(OfferState.WITHDRAWN, delivery, slot), reason=reason)
        steps = about(decided(seen(made, entry(PartStat.NEEDS_ACTION, slot))))
        assert [one.quiet for one in steps if isinstance(one, DeleteEvent)] == expected


def test_what_stays_on_a_server_keeps_no_invitation_back() -> None:
    """An entry that is history is no invitation that a CANCEL must precede."""
    slot = Span(NOW - timedelta(hours=1), NOW - timedelta(minutes=10))
    old = replace(carried(OfferState.WITHDRAWN, Delivery.SERVER, slot), uid="offer0", reason=Ending.SLOT)
    held = replace(carried(OfferState.HELD, Delivery.SERVER), number=2)
    there = replace(entry(PartStat.NEEDS_ACTION, slot), uid="offer0", marker=Marker("i1", "offer0"))
    snapshot = seen(held, entry())
    snapshot = replace(snapshot, events=(*snapshot.events, there), offers=(old, held))
    (step,) = (one for one in about(decided(snapshot, done=[NEUTRAL])) if isinstance(one, Invite))
    assert step.attend


def test_who_said_no_is_not_told_even_at_night() -> None:
    """A declined invitation goes at once and quietly."""
    made = carried(OfferState.INVITED)
    (gone,) = about(decided(seen(made, entry(PartStat.DECLINED), now=NIGHT)))
    assert isinstance(gone, DeleteEvent)
    assert gone.quiet


def test_nobody_is_invited_at_night() -> None:
    """I9: the hold stands until the client is awake."""
    held = carried(OfferState.HELD)
    steps = about(decided(seen(held, entry(title="AB · held"), now=NIGHT)))
    assert not any(isinstance(step, Invite) for step in steps)


def test_caps_count_what_the_calendar_asks() -> None:
    """I10: three invitations in a day by any way, and the next waits; the silent wording does not."""
    held = carried(OfferState.HELD)
    asked = tuple(
        Sent(
            at=NOW - timedelta(hours=number),
            key=EffectKey(f"other{number}", "0", "invitation"),
            message_id="",
            client="c1",
            therapist="dana",
            absence="another",
            conflict="x",
            offer=f"other{number}",
            sequence=0,
            asks=True,
        )
        for number in range(1, 4)
    )
    snapshot = replace(seen(held, entry()), ledger=asked)
    assert about(decided(snapshot, done=[NEUTRAL])) == []
    assert len(about(decided(replace(snapshot, ledger=asked[:2]), done=[NEUTRAL]))) == 1
    assert len(about(decided(snapshot))) == 1


@pytest.mark.parametrize("delivery", [Delivery.GOOGLE, Delivery.SERVER, Delivery.IMIP])
def test_a_drag_that_a_server_tells_of_is_in_the_ledger(delivery: Delivery) -> None:
    """I19: it asked the client, so it counts as asking; where we mail, our own mail does."""
    made = carried(OfferState.INVITED, delivery)
    decision = decided(seen(made, entry(PartStat.NEEDS_ACTION, at(17, 15))))
    told = [(one.client, one.offer, one.at, one.asks) for one in decision.sent]
    assert told == ([] if delivery is Delivery.IMIP else [("c1", "offer1", NOW, True)])
    assert decided(seen(made, entry(PartStat.NEEDS_ACTION))).sent == ()


def test_send_after_a_silent_drag_asks_once() -> None:
    """`#send` in the title: the same object again, with a higher SEQUENCE; not on a server that has told already."""
    made = carried(OfferState.INVITED)
    tagged = entry(PartStat.NEEDS_ACTION, title="Appointment with Dana Okafor #send")
    (again,) = about(decided(seen(made, tagged)))
    assert isinstance(again, Invite)
    assert (again.attend, again.facts.sequence) == (True, 1)
    on_server = carried(OfferState.INVITED, Delivery.SERVER)
    assert about(decided(seen(on_server, tagged))) == []
