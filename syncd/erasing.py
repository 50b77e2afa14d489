"""A client who has left is erased from the store, from the command line: what goes, and what is out of reach."""

from __future__ import annotations

from collections.abc import Iterator

from syncd.core.model.effects import PLAN_EVENT, EffectState
from syncd.core.model.errors import SyncdError
from syncd.core.model.snapshot import Snapshot
from syncd.core.policy.retirement import standing_with
from syncd.core.reading import lens
from syncd.core.reconcile import LASTING
from syncd.cycle import Practicing
from syncd.ports import Fence, Memory
from syncd.retiring import known_ids, remembered

OUT_OF_REACH = (
    "Out of reach, for you to see to:",
    "- mails that left, copies in the evidence mailbox, and answers in the mailbox;",
    "- events in calendars: the therapist's own, what syncd cancelled there, and overviews until the next look;",
    "- copies of the store made before, and PostgreSQL's dumps (syncd forgets them anew once they stand in its place);",
    "- what a restore or an upgrade set aside (`….before-…` beside the store): delete it when you need it no more;",
    "- the roster and its copies, and the journal, which names ids alone.",
)


def erase(world: Practicing, client: str, fence: Fence | None) -> tuple[str, ...]:
    """What is kept of a client, by id, and what is out of reach; with a fence it is erased.

    Raises SyncdError while the roster names them, while times or effects of theirs are not over, and where nothing is
    known of them.
    """
    memory = world.store.load()
    snapshot = remembered(world, memory)
    _refuse(world, memory, snapshot, client)
    if fence is None:
        return (
            *_kept(memory, client),
            *OUT_OF_REACH,
            f"`syncd erase {client} --yes`, with the service stopped, does it.",
        )
    named = {one for each in snapshot.therapists for one in each.reads}
    done = world.store.erase(fence, client, named, snapshot.now)
    if world.alarms is not None:
        world.alarms.forget(client)
    rows = ", ".join(f"{count} {kind}" for kind, count in done.changed.items() if count)
    left = (
        f"Their id still stands in: {', '.join(done.left)}."
        if done.left
        else "Their id stands nowhere in the store."
    )
    return (f"Erased: {rows or 'nothing'}.", left, *OUT_OF_REACH)


def _refuse(world: Practicing, memory: Memory, snapshot: Snapshot, client: str) -> None:
    if client in snapshot.client:
        raise SyncdError(
            f"{client} stands in the roster: take the line out, let syncd look once, and run this again; what is "
            "erased while it stands there is learned anew"
        )
    facts = {one.client for one in memory.facts} | {one.client for one in memory.ledger}
    if client in snapshot.therapist or client not in known_ids(snapshot) | facts:
        raise SyncdError(f"the store knows no client {client!r}: name them by their id")
    if any(one.offer is not None for one in standing_with(snapshot, client)):
        raise SyncdError(
            f"times of {client} still stand: `syncd retire {client}` lists whom to call, and ends them"
        )
    _refuse_unfinished(memory, snapshot, client)
    read = {one for each in snapshot.therapists for one in each.reads}
    now = lens(world.sources.clients, world.sources.therapists)
    stale = sorted(one.calendar for one in memory.calendars if one.calendar in read and one.lens != now)
    if stale:
        raise SyncdError(
            f"{stale[0]} was not read since the roster changed, and what is kept of it may name {client}: run "
            "`syncd once`, then this again"
        )


def _refuse_unfinished(memory: Memory, snapshot: Snapshot, client: str) -> None:
    waiting = [row.key for row in memory.effects if row.state is not EffectState.ESCALATED]
    if any(key.subject in _subjects(snapshot, client) for key in waiting):
        raise SyncdError(
            f"what is to be done about {client} is not over: let syncd look once, and run this again"
        )
    if any(key.kind == PLAN_EVENT or key.kind.startswith(LASTING) for key in waiting):
        raise SyncdError(
            f"a letter or an overview that may speak of {client} is not written yet: let syncd look once, and run "
            "this again"
        )


def _subjects(snapshot: Snapshot, client: str) -> set[str]:
    offers = {one.uid for one in snapshot.offers if one.client == client}
    return offers | {row.id for row in snapshot.conflicts if row.client == client}


def _kept(memory: Memory, client: str) -> Iterator[str]:
    counts = {
        "displaced sessions": sum(row.client == client for row in memory.conflicts),
        "offers": sum(one.client == client for one in memory.offers),
        "messages": sum(one.client == client for one in memory.ledger),
        "learned from calendars": sum(one.client == client for one in memory.facts),
    }
    said = ", ".join(f"{count} {kind}" for kind, count in counts.items())
    yield f"The store knows of {client}: {said}, with texts, addresses and answers."
    yield "Letters to therapists and overviews go, whole: they call people by initials. That they left stays."
    yield "UIDs, times, numbers of messages and Message-IDs stay, without a name: none is used again."
