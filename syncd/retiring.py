"""Somebody leaves the practice: what stands with them, as a list to call from; with `--yes` it is over for syncd."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, tzinfo

from syncd.core.model import Conflict, Offer, OfferState
from syncd.core.model.actions import AuditEntry
from syncd.core.model.errors import SyncdError
from syncd.core.model.snapshot import Missing, Snapshot
from syncd.core.policy.retirement import Left, retired, standing_with
from syncd.cycle import Practicing
from syncd.ports import Fence, Memory, PassRecord

SAYS = {
    OfferState.PLANNED: "a time is planned: {at}",
    OfferState.HELD: "a time is held, and they do not know of it: {at}",
    OfferState.PROPOSED: "they asked for {at} themselves",
    OfferState.INVITED: "asked to {at}, not answered",
    OfferState.UNANSWERED: "asked to {at}, never answered",
    OfferState.ACCEPTED: "agreed on {at}",
    OfferState.SETTLED: "agreed on {at}",
}
MAYBE = 'asked to {at}, said "maybe"'
GONE = {
    Missing.THERAPIST: "the settings name this therapist no more",
    Missing.CLIENT: "the roster names this client no more",
    Missing.CALENDAR: "the settings name calendar {calendar} no more",
}
NAMED = (
    "Named in the settings still, so nothing is frozen and nothing ends here. To take back what nobody has agreed to, "
    'by mail, set approach = "none" ({where}), look again, and call those above who have agreed; then take '
    "{who} out and run this once more."
)


def retire(world: Practicing, who: str, fence: Fence | None, *, names: bool = False) -> tuple[str, ...]:
    """A line for each time that stands with this therapist, or of this client (by id), and what is to be done.

    With a fence what the settings name no more is over, without a word to anybody. Raises SyncdError for an id that
    nobody has or had, and where all is named still.
    """
    snapshot = remembered(world, world.store.load())
    left = standing_with(snapshot, who)
    if not left and who not in known_ids(snapshot):
        raise SyncdError(f"nobody here is or was called {who!r}: name a therapist or a client by their id")
    frozen = [one for one in left if one.missing is not None]
    lines = tuple(_line(snapshot, one, names=names) for one in left)
    if fence is None:
        return (*lines, *_advice(snapshot, who, left))
    if not frozen:
        raise SyncdError(
            f"nothing of {who} is frozen: there is nothing to end (`syncd retire {who}` shows what stands)"
        )
    done = retired(snapshot, left)
    told = {"offers": str(len(done.offers)), "conflicts": str(len(done.conflicts))}
    entries = (AuditEntry(snapshot.now, one.uid, "retired") for one in done.offers)
    audit = (AuditEntry(snapshot.now, "house", "retired", told), *entries)
    world.store.record(
        fence,
        PassRecord(
            snapshot.now, offers=done.offers, conflicts=done.conflicts, dropped=done.dropped, audit=audit
        ),
    )
    return (
        *lines,
        f"Over for syncd: {len(frozen)}. Nobody was written to: whoever is to be called stands above.",
    )


def remembered(world: Practicing, memory: Memory) -> Snapshot:
    """What the store and the settings know; no calendar is asked, as that account may be gone."""
    return Snapshot(
        now=world.clock.now(),
        instance=memory.instance,
        practice=world.practice,
        therapists=world.sources.therapists,
        clients=world.sources.clients,
        conflicts=memory.conflicts,
        offers=memory.offers,
        effects=memory.effects,
        keys=memory.keys,
        ledger=memory.ledger,
    )


def known_ids(snapshot: Snapshot) -> set[str]:
    """Of everybody whom the settings name, or the store has known."""
    rows = {name for row in snapshot.conflicts for name in (row.client, row.therapist)}
    offered = {name for one in snapshot.offers for name in (one.client, one.therapist)}
    return rows | offered | set(snapshot.therapist) | set(snapshot.client)


def _advice(snapshot: Snapshot, who: str, left: tuple[Left, ...]) -> Iterator[str]:
    frozen = [one for one in left if one.missing is not None]
    if not left:
        yield f"Nothing stands with {who}: whoever leaves can be taken out of settings and roster."
    elif not frozen:
        where = f'the table of "{who}"' if who in snapshot.therapist else "their roster line"
        yield NAMED.format(who=who, where=where)
    else:
        calls = len({one.client for one in frozen if one.told})
        written = {one.offer.calendar for one in frozen if one.offer is not None and one.offer.href}
        unread = written - {one.calendar for one in snapshot.therapists}
        yield f"{len(frozen)} frozen, {calls} to call: nobody else tells them."
        if unread:
            yield f"Entries stay in {', '.join(sorted(unread))}, where syncd looks no more: delete them by hand."
        yield f"Once they are told: `syncd retire {who} --yes`, with the service stopped, ends what is frozen here."


def _line(snapshot: Snapshot, one: Left, *, names: bool) -> str:
    who = _who(snapshot, one.client, names=names)
    call = "CALL " if one.told else ""
    why = (
        GONE[one.missing].format(calendar=one.offer.calendar if one.offer else "")
        if one.missing
        else "named still"
    )
    return f"{call}{who}: {'; '.join(_what(snapshot, one))} ({why})"


def _who(snapshot: Snapshot, key: str, *, names: bool) -> str:
    client, short = snapshot.client.get(key), snapshot.short(key)
    if client is not None and names:
        return f"{key} {client.name}, {client.phone or 'no phone'}"
    return f"{key} {short}" if short != key else key


def _what(snapshot: Snapshot, one: Left) -> Iterator[str]:
    if one.row is not None:
        yield _session(snapshot, one.row)
    if one.offer is not None:
        yield _offered(snapshot, one.offer)
    elif one.row is not None and one.row.promised_at is not None:
        yield "was promised word of another time"


def _session(snapshot: Snapshot, row: Conflict) -> str:
    heard = ", knows that it falls out" if row.noticed_at else ""
    return f"session of {_at(snapshot, row.therapist, row.span.start)} with {row.therapist}{heard}"


def _offered(snapshot: Snapshot, offer: Offer) -> str:
    asked = offer.state in {OfferState.INVITED, OfferState.UNANSWERED}
    says = MAYBE if offer.tentative and asked else SAYS[offer.state]
    return says.format(at=f"{_at(snapshot, offer.therapist, offer.span.start)} with {offer.therapist}")


def _at(snapshot: Snapshot, therapist: str, at: datetime) -> str:
    known = snapshot.therapist.get(therapist)
    zone: tzinfo = known.zone if known is not None else snapshot.practice.zone
    return f"{at.astimezone(zone):%a %Y-%m-%d %H:%M}"
