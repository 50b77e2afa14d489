"""Whom clients see as the organizer, and whether a server sends for that address at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from syncd.core.model import Client, Delivery
from syncd.core.model.practice import Therapist
from syncd.core.policy import telling
from syncd.doctor.findings import Check, Finding, fail, ok, skipped, warn
from syncd.ports import CalendarInfo, Capabilities


def organizer(
    key: str,
    therapist: Therapist,
    probed: Capabilities,
    delivery: Delivery | None,
    info: CalendarInfo | None,
) -> Finding:
    """RFC 6638 §2.4.1: a server schedules only for the addresses it knows the account by. Google sends for whoever
    signed in, and a calendar beside the main one invites under its own name.
    """
    own = {therapist.email.lower(), *(address.lower() for address in therapist.addresses)}
    if probed.delivery is Delivery.GOOGLE:
        return _google(key, own, probed, info.organizer if info else "")
    if not probed.addresses:
        said = "the server names no address for this account"
        return skipped(Check.ORGANIZER, key, f"{said}; it matters only where the server invites")
    if own & set(probed.addresses):
        return ok(Check.ORGANIZER, key, "the server knows the account by the therapist's address")
    if delivery is Delivery.IMIP:
        return skipped(Check.ORGANIZER, key, "invitations go by mail (imip)")
    say = fail if delivery is Delivery.SERVER else warn
    return say(
        Check.ORGANIZER,
        key,
        "the server knows the account by another address than the therapist's `email`: it would invite nobody",
    )


def second_addresses(
    key: str, therapist: Therapist, clients: Iterable[Client], probed: Capabilities, delivery: Delivery | None
) -> Iterator[Finding]:
    """Where the calendar's server invites, a second parent hears of it from the first alone."""
    mine = [one for one in clients if one.mailed and one.second_email and therapist.id in one.therapists]
    if mine and Delivery.IMIP not in {delivery or probed.delivery}:
        said = f"{len(mine)} {'client has' if len(mine) == 1 else 'clients have'} a second address"
        yield warn(
            Check.ORGANIZER,
            key,
            f"{said}: the calendar's server invites the first one alone; both get what we mail "
            '(delivery = "imip")',
        )


def _google(key: str, own: set[str], probed: Capabilities, calendar: str) -> Finding:
    if calendar and (found := telling(calendar)):
        return fail(
            Check.ORGANIZER,
            key,
            f'clients see the calendar\'s own name as who invites, and "{found}" in it gives the visit away: '
            'invite from the main calendar (calendar = "primary"), or rename this one',
        )
    if probed.addresses and not own & set(probed.addresses):
        return fail(
            Check.ORGANIZER,
            key,
            f"signed in as {', '.join(probed.addresses)}, and the therapist's `email` is another: sign in as the "
            "therapist, or put that address into their `addresses`",
        )
    if calendar:
        return warn(
            Check.ORGANIZER,
            key,
            f'clients see "{calendar}" as who invites, as it is not the main calendar: calendar = "primary" shows the '
            "therapist",
        )
    return ok(Check.ORGANIZER, key, "clients see the therapist's own address")
