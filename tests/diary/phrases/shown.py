"""What is expected after an entry: the post since the entry before, and the calendars as they stand."""

from __future__ import annotations

from datetime import date, datetime

from syncd.core.model import Client
from tests.core.people import BERLIN
from tests.diary.registry import phrase
from tests.diary.scene import Scene
from tests.diary.seen import assert_stands, entry_of, series_uid, session_on, stands_as
from tests.diary.worlds.world import Desk

Clients = tuple[Client, ...]


# Post


@phrase("nobody has got anything")
def nobody(scene: Scene) -> None:
    """No client has heard anything so far."""
    heard = [one.name for one in scene.world.clients if one.email and scene.post.all(one.email)]
    assert not heard, f"{heard} have got something"


@phrase("nobody has got anything new")
def nobody_new(scene: Scene) -> None:
    """No client has heard anything since the last entry."""
    heard = [one.name for one in scene.world.clients if one.email and scene.post.new(one.email)]
    assert not heard, f"{heard} have got something"


@phrase("{person} has got nothing new", "{person} gets nothing")
def nothing_new(scene: Scene, person: str) -> None:
    """One has heard nothing since the last entry."""
    gets(scene, person, ())


@phrase("{person} gets: {kinds}")
def gets(scene: Scene, person: str, kinds: tuple[str, ...]) -> None:
    """Exactly this since the last entry."""
    found = tuple(scene.post.kinds(scene.letters(person)))
    assert found == kinds, f"got {', '.join(found) or 'nothing'}"


@phrase("{person}'s letter says {text}")
def letter_says(scene: Scene, person: str, text: str) -> None:
    """One of the letters since the last entry holds this text."""
    said = [f"{one.subject}\n{one.text}" for one in scene.letters(person)]
    assert any(text in " ".join(one.split()) for one in said), "\n".join(said) or "there is no letter"


@phrase("no letter of {person}'s says {text}", "no letter to {person} says {text}")
def letter_never_says(scene: Scene, person: str, text: str) -> None:
    """No letter since the last entry holds this text."""
    said = [f"{one.subject}\n{one.text}" for one in scene.letters(person)]
    assert not any(text in " ".join(one.split()) for one in said), "\n".join(said)


# Offers


@phrase("no time was ever held for {client}")
def never_held(scene: Scene, client: Client) -> None:
    """Not even for a moment that nobody saw."""
    assert not scene.offers(client), f"{client.id}: {[str(one.span.start) for one in scene.offers(client)]}"


@phrase("{clients} are held", "{clients} is held")
def held(scene: Scene, clients: Clients) -> None:
    """A time is kept for them, and they have not heard of it."""
    for client in clients:
        stands_as(scene, client, "held")


@phrase("{clients} are invited", "{clients} is invited")
def invited(scene: Scene, clients: Clients) -> None:
    """They got an invitation since the last entry, and the calendar says so."""
    for client in clients:
        stands_as(scene, client, "invited")
        kinds = scene.post.kinds(scene.letters(client.email))
        assert kinds.count("invitation") == 1, f"{client.name} has got {kinds}"


@phrase("{client} gets one mail about several times")
def several_in_one(scene: Scene, client: Client) -> None:
    """It leaves before the short invitations, which have no more to say."""
    kinds = [one.kind for one in scene.letters(client.email)]
    assert kinds[:3] == ["suggestions", "invitation", "invitation"], kinds


@phrase("{clients} are still invited", "{clients} is still invited")
def still_invited(scene: Scene, clients: Clients) -> None:
    """As before."""
    for client in clients:
        stands_as(scene, client, "invited")


@phrase("{clients} stand as {state:word}", "{clients} stands as {state:word}")
def stands(scene: Scene, clients: Clients, state: str) -> None:
    """The newest offer stands in the calendar as held, invited, maybe, accepted, unanswered, settled or frozen."""
    for client in clients:
        stands_as(scene, client, state)


@phrase("{client}'s {entry} is at {moment}")
def stands_at(scene: Scene, client: Client, entry: str, moment: datetime) -> None:
    """The newest offer stands at this time."""
    found = entry_of(scene, scene.newest(client))
    assert found is not None, "it is gone"
    assert found.begins == moment, f"it is at {found.begins.astimezone(BERLIN):%a %d %b %H:%M}"


@phrase("{client}'s {entry} is in {place:text}")
def stands_in(scene: Scene, client: Client, entry: str, place: str) -> None:
    """The newest offer's entry names this place, "" for none."""
    found = entry_of(scene, scene.newest(client))
    assert found is not None, "it is gone"
    assert found.place == place, f"it is in {found.place!r}"


@phrase("{client}'s {number} offer is gone from the calendar")
def offer_gone(scene: Scene, client: Client, number: int) -> None:
    """That offer's entry is no longer there."""
    assert entry_of(scene, scene.offers(client)[number]) is None


@phrase("{client}'s {number} offer stands as {state:word}")
def offer_stands(scene: Scene, client: Client, number: int, state: str) -> None:
    """That offer's entry, whatever was offered since."""
    assert_stands(scene, client, scene.offers(client)[number], state)


@phrase("{client} has nothing in the calendar")
def nothing_stands(scene: Scene, client: Client) -> None:
    """No entry of ours for that client."""
    found = [one.uid for one in scene.offers(client) if entry_of(scene, one) is not None]
    assert not found, f"{found} stand"


# Calendars


@phrase("{client}'s session on {day} stands")
def session_stands(scene: Scene, client: Client, day: date) -> None:
    """The client's own session takes place."""
    status = session_on(scene, client, day)[2]
    assert status not in {"CANCELLED", "gone"}, f"it is {status}"


@phrase("{client}'s session on {day} is cancelled")
def session_cancelled(scene: Scene, client: Client, day: date) -> None:
    """The client's own session does not take place."""
    status = session_on(scene, client, day)[2]
    assert status == "CANCELLED", f"it is {status or 'standing'}"


@phrase("{therapist}'s calendar holds only their own events")
def only_own(scene: Scene, therapist: Desk) -> None:
    """Nothing of ours is left."""
    own = {uid for desk, uid, _ in scene.leaves if desk is therapist}
    own |= {uid for desk, uid in scene.events.values() if desk is therapist}
    own |= {
        series_uid(client, number)
        for client, person in zip(scene.world.clients, scene.diary.people, strict=True)
        for number in range(len(person.series))
    }
    left = {one.uid: one.title for one in therapist.entries(scene.now) if one.uid not in own}
    assert not left, f"{left} are left"
