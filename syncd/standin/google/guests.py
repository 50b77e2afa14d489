"""Attendees: who is on an event, whose calendars show it, who gets a mail."""

from __future__ import annotations

from collections.abc import Iterable

from syncd.standin.google.answers import Json, broken
from syncd.standin.google.world import Stored, World

_ANSWERS = {"needsAction", "accepted", "declined", "tentative"}


def settled(given: Iterable[Json]) -> list[Json]:
    """Attendees as stored: lower case, once each, NEEDS-ACTION where no answer is sent along."""
    found: dict[str, Json] = {}
    for one in given:
        email = str(one.get("email", "")).lower()
        if one.get("responseStatus", "needsAction") not in _ANSWERS:
            raise broken(f"responseStatus {one['responseStatus']}")
        kept = {name: value for name, value in one.items() if name not in {"self", "organizer"}}
        found[email] = {"responseStatus": "needsAction", **kept, "email": email}
    return list(found.values())


def unanswered(guests: Iterable[Json], organizer: str) -> list[Json]:
    """The guests after a reschedule: everybody but the organizer and rooms is asked anew."""
    kept = {organizer}
    return [
        one if one["email"] in kept or one.get("resource") else {**one, "responseStatus": "needsAction"}
        for one in guests
    ]


def spread(world: World, stored: Stored) -> None:
    """Put copies of an event (and its series) on the calendars of those invited, take others away."""
    key = stored.series or stored.id
    home = world.calendars[stored.home]
    family = [stored]
    if stored.series or stored.recurs:
        family = [one for one in home.events.values() if key in {one.id, one.series}]
    people = {
        one["email"] for member in family if not member.gone for one in member.data.get("attendees", ())
    }
    for email, user in world.users.items():
        box = world.calendars[email]
        if box.id == stored.home:
            continue
        for member in family:
            if user.addresses & people and (user.adds_invitations or member.id in box.copies):
                box.copies[member.id] = stored.home
            elif member.id in box.copies and not member.gone:
                del box.copies[member.id]
                box.log.pop(member.id, None)


def tell(
    world: World, stored: Stored, before: Iterable[Json], send: str, actor: str, *, seen: bool = True
) -> None:
    """Write the mails that a change causes: to all guests but the one who made it.

    Nobody is written to where nothing changed that guests see; no document says so, but nobody reports such mails.
    """
    if send == "none":
        return
    earlier = {one["email"] for one in before if not one.get("resource")}
    now = {one["email"] for one in stored.data.get("attendees", ()) if not one.get("resource")}
    if not seen and now == earlier:
        return
    if stored.gone:
        now, earlier = set(), earlier | now
    for email in sorted(now | earlier):
        if email == actor or (send == "externalOnly" and email in world.users):
            continue
        if email in now:
            world.mail(email, "REQUEST", stored, fresh=email not in earlier)
        else:
            world.mail(email, "CANCEL", stored)


def newcomers(before: Iterable[Json], after: Iterable[Json]) -> int:
    """How many guests a change adds."""
    known = {one["email"] for one in before}
    return sum(one["email"] not in known for one in after)
