"""Addresses that mail came back from: nothing more is written there until an answer comes or the roster changes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from syncd.core.model import Client, Delivery, Offer, OfferState, Reply, ReplyKind
from syncd.core.model.effects import Sent

_SILENT = frozenset({ReplyKind.BOUNCE, ReplyKind.AUTO})  # nobody has read it
_BY_CLIENT = frozenset({OfferState.ACCEPTED, OfferState.DECLINED, OfferState.CANCELLED})


def addressed(reply: Reply, ledger: Iterable[Sent], clients: Iterable[Client]) -> Reply:
    """The same; a returned mail that names no address of its client's names those that they have now."""
    if reply.kind is not ReplyKind.BOUNCE:
        return reply
    about = (one for one in ledger if reply.offer in {one.offer, one.conflict, one.key.subject, *one.besides})
    whose = next((one.client for one in about), "")
    client = next((one for one in clients if one.id == whose), None)
    if client is None or not set(client.addresses).isdisjoint(reply.lost):
        return reply
    return replace(reply, lost=written_to(client))


def with_returned(
    clients: Iterable[Client], replies: Iterable[Reply], offers: Iterable[Offer]
) -> tuple[Client, ...]:
    """The roster's lines; `returned_at` where mail came back from every address that we write to, and nobody answered
    since, from that address or in a calendar that is not ours to mail; `returned` with the one of two that it came
    back from.
    """
    lost: dict[str, datetime] = {}
    heard: dict[str, datetime] = {}
    for one in sorted(replies, key=lambda each: each.received):
        lost |= dict.fromkeys(one.lost if one.kind is ReplyKind.BOUNCE else (), one.received)
        if one.kind not in _SILENT:
            heard[one.sender] = one.received
    dead = {address: at for address, at in lost.items() if address not in heard or heard[address] < at}
    if not dead:
        return tuple(clients)
    answered: dict[str, datetime] = {}
    for offer in offers:
        if offer.answered_at and offer.delivery is not Delivery.IMIP and offer.state in _BY_CLIENT:
            answered[offer.client] = max(offer.answered_at, answered.get(offer.client, offer.answered_at))
    return tuple(_returned(one, dead, answered.get(one.id)) for one in clients)


def _returned(client: Client, dead: dict[str, datetime], answered: datetime | None) -> Client:
    mine = written_to(client)
    if not mine or any(one not in dead for one in mine):
        return replace(client, returned=tuple(one for one in mine if one in dead))
    at = max(dead[one] for one in mine)
    return client if answered is not None and answered > at else replace(client, returned_at=at)


def written_to(client: Client) -> tuple[str, ...]:
    """The addresses that our mails go to."""
    return tuple(one for one in (client.email, client.second_email) if one)
