"""The plan as tables: who is offered what and why, and who has no time, with what binds and what would free one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from rich.console import RenderableType
from rich.text import Text

from syncd.core.model import OfferKind
from syncd.core.planning.placements import Placement
from syncd.core.planning.plan import Plan
from syncd.core.state import PassState
from syncd.picture.words import moment_words, span_words
from syncd.report.columns import filled, fixed, flowing, number, sparse, state_words, words
from syncd.report.displacements import Displacement
from syncd.report.words import named

_MINUTE = timedelta(minutes=1)


def plan_table(
    pass_state: PassState, plan: Plan | None, found: Sequence[Displacement], *, names: bool = False
) -> RenderableType:
    """Everybody with a slot, in order of rank: the displaced session, the slot, its state, and why it is this one."""
    placed = [one for one in found if one.offer is not None]
    title = f"Plan: {count_words(found)}{proof_words(plan)}"
    table = sparse(
        title,
        number("#"),
        words("Client"),
        fixed("Displaced"),
        fixed("New time"),
        fixed("State"),
        flowing("Why this one"),
    )
    rows = (_plan_row(pass_state, one, names) for one in placed)
    return filled(table, rows, "Nobody has a new time.")


def count_words(found: Sequence[Displacement]) -> str:
    """`23 sessions displaced, 16 with a new time, 4 more with a budget of 20, 3 without`."""
    placed = sum(1 for one in found if one.offer is not None)
    budgets = [one.unplaced.budget for one in found if one.unplaced and one.unplaced.budget is not None]
    sessions = "1 session" if len(found) == 1 else f"{len(found)} sessions"
    more = f"{len(budgets)} more with a budget of {max(budgets)}, " if budgets else ""
    left = len(found) - placed - len(budgets)
    return f"{sessions} displaced, {placed} with a new time, {more}{left} without"


def proof_words(plan: Plan | None) -> str:
    """Whether the plan is the best there is; nothing where nothing had to be planned."""
    if plan is None:
        return ""
    if plan.proven:
        return "; proven best"
    return f"; NOT PROVEN BEST ({plan.note})" if plan.note else "; NOT PROVEN BEST"


def _plan_row(pass_state: PassState, one: Displacement, names: bool) -> tuple[str | Text, ...]:
    zone = pass_state.therapist(one.conflict).zone
    return (
        str(one.ranked.position),
        named(one.client, names),
        moment_words(one.conflict.span.start, zone),
        _slot(pass_state, one),
        state_words(one.state),
        Text(reason_words(one.why), "dim"),
    )


def _slot(pass_state: PassState, one: Displacement) -> Text:
    offer = one.offer
    if offer is None:
        return Text("none", "dim")
    zone = pass_state.snapshot.therapist[offer.therapist].zone
    said = Text(span_words(offer.span, zone), "bold")
    for other in one.choices:
        said += Text(f"\nor {span_words(other, zone)}")
    more = kind_words(offer.kind, offer.therapist, offer.span.duration)
    return said + Text(f"\n{more}", "dim") if more else said


def kind_words(kind: OfferKind, therapist: str, length: timedelta) -> str:
    """What an offer is besides a session at another time."""
    match kind:
        case OfferKind.EXTEND:
            return f"{length // _MINUTE} minutes more"
        case OfferKind.COVER:
            return f"with {therapist}"
        case OfferKind.CALL:
            return f"a call of {length // _MINUTE} minutes"
        case OfferKind.MOVE:
            return ""


def reason_words(sentence: str) -> str:
    """Why a slot, without its time, which stands beside it."""
    time, colon, why = sentence.partition(": ")
    return why if colon and any(letter.isdigit() for letter in time) else sentence


_NOT_PLANNED = {
    "closed": "nothing further is offered",
    "unanswered": "the time stays free for a late yes until somebody needs it",
    "open": "it waits for approval",
    "call": "it waits for approval",
}


def unplaced_table(
    pass_state: PassState, found: Sequence[Displacement], *, names: bool = False
) -> RenderableType:
    """Everybody without a slot, in order of rank: what binds, and what would free a time."""
    table = sparse(
        "Without a time",
        number("#"),
        words("Client"),
        fixed("Displaced"),
        fixed("State"),
        flowing("What binds, what would free it"),
    )
    rows = (_unplaced_row(pass_state, one, names) for one in found if one.offer is None)
    return filled(table, rows, "Everybody has a time.")


def _unplaced_row(pass_state: PassState, one: Displacement, names: bool) -> tuple[str | Text, ...]:
    return (
        str(one.ranked.position),
        named(one.client, names),
        moment_words(one.conflict.span.start, pass_state.therapist(one.conflict).zone),
        state_words(one.state),
        one.why or Text(_NOT_PLANNED.get(one.state, "nothing is planned"), "dim"),
    )


def alternatives_table(pass_state: PassState, others: Iterable[Placement], title: str) -> RenderableType:
    """Other slots for one session, best first, with what speaks for them."""
    table = sparse(
        title,
        number(""),
        fixed("Time"),
        number("Off the wait"),
        number("Chance"),
        flowing("What speaks for it"),
    )
    rows = (_alternative_row(pass_state, place, one) for place, one in enumerate(others, start=1))
    return filled(table, rows, "There is no other time.")


def _alternative_row(pass_state: PassState, place: int, one: Placement) -> tuple[str | Text, ...]:
    zone = pass_state.snapshot.therapist[one.therapist].zone
    more = kind_words(one.kind, one.therapist, one.span.duration)
    time = span_words(one.span, zone) + (f"\n{more}" if more else "")
    relief, chance = one.parts[:2]
    return (
        str(place),
        time,
        f"{relief.points} %",
        f"{chance.points} %",
        Text(reason_words(one.sentence), "dim"),
    )
