"""Which make-ups get a video room of their own, and which of them turned out to have none."""

from __future__ import annotations

from dataclasses import replace

import pytest

from syncd.core.model import Attendee, Client, Delivery, Event, Mode, Offer, OfferKind
from syncd.core.planning.request import in_room
from syncd.core.reading import Roster, redact
from syncd.core.state.anew import has_own_room
from tests.core.people import CALENDAR, ada, at, conflict, dana, offer

ROOM = "https://meet.google.com/abc-defg-hij"


@pytest.mark.parametrize(
    ("made", "kind", "delivery", "own"),
    [
        (True, OfferKind.MOVE, Delivery.GOOGLE, True),
        (False, OfferKind.MOVE, Delivery.GOOGLE, False),
        (True, OfferKind.MOVE, Delivery.IMIP, False),
        (True, OfferKind.MOVE, Delivery.SERVER, False),
        (True, OfferKind.EXTEND, Delivery.GOOGLE, False),
        (True, OfferKind.COVER, Delivery.GOOGLE, False),
        (True, OfferKind.CALL, Delivery.GOOGLE, False),
    ],
)
def test_whose_room_was_made_for_it_alone_gets_another(
    made: bool, kind: OfferKind, delivery: Delivery, own: bool
) -> None:
    """Where Google carries it. Extra time is spent in the usual room, a colleague sends a link, a call needs none."""
    assert has_own_room(replace(conflict(), conference=made), kind, delivery) is own


@pytest.mark.parametrize(("mode", "room"), [(Mode.ANY, False), (Mode.ONLINE, False), (Mode.ROOM, True)])
def test_a_make_up_whose_room_is_still_to_come_is_online(mode: Mode, room: bool) -> None:
    """No room of the practice is taken by it, unless the client comes there."""
    waiting: Offer = replace(offer(), link="", location="", conference=True)
    client: Client = replace(ada(), mode=mode)
    assert in_room(client, waiting) is room
    assert in_room(client, replace(waiting, location="Room 2", conference=False)) is (mode is not Mode.ONLINE)


def test_the_mirror_keeps_whose_room_it_is() -> None:
    """Of a session, where and in which room; of what is nobody's session neither."""
    guest = (Attendee("ada@example.org"),)
    met = Event(CALENDAR, "s1", at(1, 9), attendees=guest, link=ROOM, conference=True)
    kept = redact(met, dana(), Roster.of((ada(),)), ())
    assert (kept.link, kept.conference) == (ROOM, True)
    other = redact(replace(met, attendees=(Attendee("eve@example.com"),)), dana(), Roster.of((ada(),)), ())
    assert (other.link, other.conference) == ("", False)
