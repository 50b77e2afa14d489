"""The lives of offers and effects, as the code itself lives them."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from syncd.core.model import Delivery, Offer, OfferState
from syncd.core.model import offer_facts as life
from syncd.core.model.effects import TRANSITIONS
from syncd.core.offers.transitions import advance
from syncd.core.time.spans import Span

AT = datetime(2026, 6, 15, 9, tzinfo=UTC)
TIME = Span(AT + timedelta(days=21), AT + timedelta(days=21, hours=1))
OTHER = Span(TIME.end, TIME.end + timedelta(hours=1))
SENT = frozenset({OfferState.INVITED, OfferState.UNANSWERED, OfferState.ACCEPTED})
FACTS: tuple[tuple[str, life.Fact], ...] = (
    ("", life.HoldWritten("", "")),
    ("", life.Granted()),
    ("", life.InvitationSent(AT, 0, AT + timedelta(days=7))),
    ("", life.Accepted(AT)),
    ("", life.Declined(AT)),
    ("", life.Reconsidered(AT)),
    ("", life.DuePassed()),
    (": yes", life.SettledByHand(yes=True, told=False, at=AT)),
    (": no", life.SettledByHand(yes=False, told=False, at=AT)),
    ("", life.Dragged(OTHER)),
    ("", life.Deleted()),
    ("", life.Withdraw(life.Ending.LEAVE)),
    ("", life.Undelivered()),
    ("", life.Overtaken()),
    ("", life.Reinstated()),
    ("", life.Reminded(AT)),
    ("", life.Hesitated(AT)),
    ("", life.WordsArrived(AT)),
    ("", life.Bounced()),
    ("", life.Mistyped()),
    ("", life.Resumed()),
)


def offers(_: Path) -> Iterator[str]:
    """What each fact makes of an offer in each state; a line for every fact that makes something of any."""
    yield "| what happens | what that is | what becomes of an offer |"
    yield "|---|---|---|"
    for note, fact in FACTS:
        claim = (inspect.getdoc(type(fact)) or "").partition("\n")[0]
        yield f"| {type(fact).__name__}{note} | {claim} | {_steps(fact) or 'it stays in its state'} |"


def _steps(fact: life.Fact) -> str:
    found: dict[str, list[str]] = {}
    for state in OfferState:
        after = {path: advance(_offer(state, path), fact, AT).state for path in Delivery}
        for target in sorted({*after.values()} - {state}):
            ways = [path for path in Delivery if after[path] is target]
            beside = "" if len(ways) == len(Delivery) else f" ({' or '.join(ways)})"
            found.setdefault(f"**{target}**{beside}", []).append(state)
    return "; ".join(f"{' or '.join(states)} → {target}" for target, states in found.items())


def _offer(state: OfferState, path: Delivery) -> Offer:
    plain = Offer("uid", "conflict", 1, "dana", "ada", "home/Practice", TIME, state=state, delivery=path)
    return replace(plain, invited_at=AT, told=TIME) if state in SENT else plain


def endings(_: Path) -> Iterator[str]:
    """Why an offer ended, in the code's own words."""
    yield "| ending | why |"
    yield "|---|---|"
    for line in inspect.getsource(life.Ending).splitlines():
        if match := re.fullmatch(r"\s+[A-Z_]+ = \"(\w+)\"  # (.+)", line):
            yield f"| {match[1].replace('_', ' ')} | {match[2]} |"


def effects(_: Path) -> Iterator[str]:
    """From each state of an effect, those that may follow."""
    yield "| from | to |"
    yield "|---|---|"
    for state, targets in TRANSITIONS.items():
        yield f"| {state} | {', '.join(sorted(targets)) or 'nothing: it stays'} |"
