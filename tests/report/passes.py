"""A pass over the made-up practice, decided by the real core with the real solver."""

from __future__ import annotations

import io
from dataclasses import replace
from functools import lru_cache
from itertools import count

from rich.console import Console, RenderableType

from syncd.core.decide import Decision, decide
from syncd.core.model import Offer, OfferState, ReadProblem
from syncd.core.model.snapshot import Snapshot
from syncd.core.planning.pass_request import full_request
from syncd.core.planning.plan import Plan, plan
from syncd.core.state import PassState
from syncd.cycle import PassReport
from syncd.solver import solve_here
from syncd.wiring.post import correspondence
from syncd.wording import load_templates
from tests.report import practice


def planner(pass_state: PassState) -> Plan | None:
    """Everything planned; reasons without remedies, which take long."""
    return plan(full_request(pass_state), solve_here)


def decision(snapshot: Snapshot) -> Decision:
    """One decision with tokens that count."""
    return decide(snapshot, planner, (f"{number:026d}" for number in count(1)))


def titled(title: str) -> Snapshot:
    """The practice, its leave under this title."""
    found = practice.snapshot()
    events = tuple(replace(event, title=title) if event.uid == "leave-1" else event for event in found.events)
    return replace(found, events=events)


@lru_cache(maxsize=1)
def pass_report() -> PassReport:
    """A dry pass in which everything is approved and may leave at once; one event could not be read.

    The plan has come to rest: "no other time" waits for that.
    """
    first = titled("Vacation #ok #send")
    known = decision(first).pass_state
    decided = decision(
        replace(
            first,
            conflicts=known.conflicts,
            offers=known.offers,
            seen=known.seen,
            approvals=known.approvals,
        )
    )
    worded = correspondence(load_templates(), "test", "office@example.org")(decided.intents)
    problem = ReadProblem("home/Practice", "broken-1", "RRULE cannot be understood")
    return PassReport(decided.pass_state.now, decided, worded.actions, (), (problem,), worded.unsayable)


def with_offers(pass_state: PassState, state: OfferState) -> PassState:
    """The same, every offer in another state and sent."""
    offers = tuple(_sent(offer, state, pass_state) for offer in pass_state.offers)
    return replace(pass_state, offers=offers)


def _sent(offer: Offer, state: OfferState, pass_state: PassState) -> Offer:
    return replace(offer, state=state, invited_at=pass_state.now)


def shown(*parts: RenderableType, width: int = 100) -> str:
    """What a terminal of this width shows, without colours."""
    out = io.StringIO()
    console = Console(file=out, width=width, color_system=None)
    for part in parts:
        console.print(part)
    return out.getvalue()
