"""How an offer stands in the therapist's calendar, read off the entry itself: the one table of both paths."""

from __future__ import annotations

from datetime import date, datetime

from syncd.core.model import Client, Offer
from tests.diary.scene import Scene
from tests.scenario import ics
from tests.scenario.entries import Entry

# What a diary says -> a word of the entry's title where we mail, the guest's PARTSTAT where others carry.
# There the object is written only to invite and to take back, so it shows less; "" is an entry without a guest.
STATES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "held": (("held", "please call"), ("",)),
    "invited": (("invited",), ("NEEDS-ACTION",)),
    "maybe": (("maybe",), ("TENTATIVE",)),
    "accepted": (("accepted ✓",), ("ACCEPTED",)),
    "unanswered": (("no answer yet", "maybe"), ("NEEDS-ACTION", "TENTATIVE")),
    "settled": (("settled ✓",), ("NEEDS-ACTION", "ACCEPTED", "DECLINED", "TENTATIVE", "")),
    "proposed": (("proposes this time",), ("",)),
    "doubtful": (("please confirm",), ("NEEDS-ACTION", "ACCEPTED", "DECLINED", "TENTATIVE")),
    "frozen": (("wrote to you",), ("NEEDS-ACTION", "ACCEPTED", "DECLINED", "TENTATIVE")),
}


def entry_of(scene: Scene, offer: Offer) -> Entry | None:
    """The offer's entry; None where it is gone."""
    found = scene.desk_of(offer).entries(scene.now)
    return next((one for one in found if one.uid == offer.uid), None)


def stands_as(scene: Scene, client: Client, state: str) -> None:
    """A client's newest offer stands in the calendar as this."""
    assert_stands(scene, client, scene.newest(client), state)


def assert_stands(scene: Scene, client: Client, offer: Offer, state: str) -> None:
    """This offer of the client's stands in the calendar as that."""
    entry = entry_of(scene, offer)
    assert entry is not None, f"nothing of {client.name}'s stands in the calendar (it is {offer.state})"
    words, answers = STATES[state]
    carried = scene.desk_of(offer).carried and bool(client.email)
    if carried and not _mailed(scene, client, offer):
        assert (entry.answers or ("",))[0] in answers, f"the guest's answer is {entry.answers}"
    else:
        assert any(f"· {word}" in entry.title for word in words), f"the entry says {entry.title!r}"


def _mailed(scene: Scene, client: Client, offer: Offer) -> bool:
    """True for what the practice itself has invited to by mail, be it beside a server that carries the rest."""
    asked = [one for one in scene.post.all(client.email) if one.method == "REQUEST"]
    return any(ics.value(one.part, "UID") == offer.uid and not one.carried for one in asked)


def starts(entry: Entry) -> datetime | date:
    """When an entry starts, as it is written."""
    return entry.start


def session_on(scene: Scene, client: Client, day: date) -> tuple[str, datetime, str]:
    """(series, start, status) of a client's own session that the rule of its series puts on a day."""
    person = scene.diary.people[int(client.id[1:]) - 1]
    for number, series in enumerate(person.series):
        if series.weekday == day.weekday():
            start = datetime.combine(day, series.first(day).timetz())
            uid = series_uid(client, number)
            return uid, start, _status(scene, client, uid, start)
    raise AssertionError(f"{client.name} has no session on {day}")


def series_uid(client: Client, number: int) -> str:
    """How a client's own series is named."""
    return f"{client.id}-series" if not number else f"{client.id}-series-{number + 1}"


def _status(scene: Scene, client: Client, uid: str, start: datetime) -> str:
    desk = next(one for one in scene.world.desks.values() if one.name.lower() in client.therapists)
    found = [one for one in desk.entries(scene.now) if one.uid == uid and one.begins == start]
    return found[0].status if found else "gone"
