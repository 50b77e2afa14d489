"""Overviews in the calendar: the plan event on the first day of an absence, the answer to a question mark, and on
today what waits for a yes.

Written where something changed, hidden where they were deleted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from itertools import count

from syncd.core.model import Absence, Conflict, Event, MarkerRole
from syncd.core.model.actions import DeleteEvent
from syncd.core.model.effects import PLAN_EVENT, EffectKey, EffectState
from syncd.core.model.messages.entries import Overview, PlanFacts, QuestionFacts
from syncd.core.model.messages.intents import Show, digest
from syncd.core.model.messages.letters import LetterRow
from syncd.core.model.practice import Therapist
from syncd.core.reading import policy_tags
from syncd.core.showing.asked import Answering, answering, undated
from syncd.core.showing.awaiting import Waiting, awaiting
from syncd.core.state import PassState
from syncd.core.telling.letters.falling import falling, falling_unasked
from syncd.core.telling.letters.letter import goes_on
from syncd.core.telling.letters.rows import nameless, row_of, rows_of
from syncd.core.telling.session_status import leaves_at, said_of
from syncd.core.telling.totals import totals
from syncd.core.time.spans import AllDay, Span, first_and_last_day, local_date, span_of

SAID_BY_HAND = frozenset({"keep", "call_again"})


@dataclass(frozen=True, slots=True)
class _Plan:
    """One absence's plan event. `absence` is None when the leave is over or gone; `event` is what stands there."""

    uid: str
    calendar: str
    therapist: Therapist
    rows: tuple[Conflict, ...]
    absence: Absence | None
    event: Event | None


def plan_events(pass_state: PassState, moving: frozenset[str]) -> Iterator[Show | DeleteEvent]:
    """What should happen to plan events now, one write for each change.

    `moving` holds absences that other effects of this pass are about: what comes of them is shown by the next.
    """
    plans = _one_a_day(_plans(pass_state))
    for plan in plans:
        ids = {row.absence for row in plan.rows}
        if plan.calendar in pass_state.snapshot.fresh and not ids & moving:
            yield from _plan_kept_up(pass_state, plan)
    kept = {plan.uid for plan in plans}
    others: tuple[Waiting | Answering, ...] = (*awaiting(pass_state), *answering(pass_state))
    for shown in others:
        calendar = _calendar(shown.therapist)
        uid = plan_uid(pass_state, shown.name, calendar)
        kept.add(uid)
        if calendar in pass_state.snapshot.fresh:
            facts = shown.facts(pass_state, uid)
            yield from _kept_up(pass_state, facts, calendar, _standing_at(pass_state, uid, calendar))
    yield from _left_over(pass_state, frozenset(kept))


def plan_uid(pass_state: PassState, absence: str, calendar: str) -> str:
    """The plan event's UID: 32 hex digits (an offer's has 26). One that we deleted is never used again."""
    for life in count():
        text = "\x1f".join(("plan", pass_state.snapshot.instance, absence, calendar, str(life)))
        uid = sha256(text.encode()).hexdigest()[:32]
        if not pass_state.snapshot.done(_end(uid)):
            return uid
    raise AssertionError  # count() never ends


def _end(uid: str) -> EffectKey:
    return EffectKey(uid, "end", "delete")


def _plans(pass_state: PassState) -> Iterator[_Plan]:
    """Absences that displace something, or out of which a make-up stays."""
    rows: dict[tuple[str, str], list[Conflict]] = {}
    for row in pass_state.conflicts:
        if row.therapist in pass_state.snapshot.therapist:
            rows.setdefault((row.therapist, row.absence), []).append(row)
    plans: dict[str, _Plan] = {}
    for (therapist, absence), found in sorted(rows.items(), key=lambda one: min(r.span for r in one[1])):
        if not any(row.displaced or pass_state.made_up(row) for row in found):
            continue
        shown = tuple(row for row in found if _worth_showing(pass_state, row))
        plan = _plan(pass_state, pass_state.snapshot.therapist[therapist], absence, shown)
        key = _unanswered_series(pass_state, plan) or plan.uid
        plans[key] = _with(plans[key], plan.rows) if key in plans else plan
    yield from plans.values()


def _one_a_day(plans: Iterable[_Plan]) -> tuple[_Plan, ...]:
    """On one day there is one overview, of all that it is about: of leave that is entered anew, or by another name,
    beside what stays of the old.
    """
    found: dict[tuple[str, str, date], _Plan] = {}
    over = []
    for plan in sorted(plans, key=lambda one: one.event is None):
        key = (plan.calendar, plan.therapist.id, _day(plan))
        if plan.event is None and plan.absence is None:
            over.append(plan)
        else:
            found[key] = _both(found[key], plan) if key in found else plan
    return (*found.values(), *over)


def _both(plan: _Plan, other: _Plan) -> _Plan:
    known = {row.id for row in plan.rows}
    rows = (*plan.rows, *(row for row in other.rows if row.id not in known))
    return replace(plan, rows=rows, absence=plan.absence or other.absence)


def _with(plan: _Plan, more: tuple[Conflict, ...]) -> _Plan:
    """With the first session of every client who is not shown yet."""
    known = {row.client for row in plan.rows}
    first = {row.client: row for row in reversed(more) if row.client not in known}
    return replace(plan, rows=(*plan.rows, *sorted(first.values(), key=lambda row: row.span)))


def _worth_showing(pass_state: PassState, row: Conflict) -> bool:
    """What is displaced no more is shown where its client had heard of it, or the therapist has to say or said so."""
    heard = pass_state.heard(row) or row.life > 1
    return row.displaced or heard or pass_state.made_up(row) or said_of(pass_state, row) in SAID_BY_HAND


def _plan(pass_state: PassState, therapist: Therapist, absence: str, rows: tuple[Conflict, ...]) -> _Plan:
    calendar = _calendar(therapist)
    uid = plan_uid(pass_state, absence, calendar)
    event = _standing_at(pass_state, uid, calendar)
    return _Plan(uid, calendar, therapist, rows, pass_state.absence.get(absence), event)


def _calendar(therapist: Therapist) -> str:
    return therapist.plan_calendar or therapist.calendar


def _standing_at(pass_state: PassState, uid: str, calendar: str) -> Event | None:
    found = pass_state.snapshot.ours.get(uid)
    return found if found is not None and found.calendar == calendar else None


def _unanswered_series(pass_state: PassState, plan: _Plan) -> str:
    """The recurring leave that waits for its first yes: asked about once, not on each of its days.

    Clients of the later days stand in the overview of the first one. A day of it beside other leave belongs to
    that one's overview.
    """
    if plan.absence is None or not pass_state.waits(plan.absence):
        return ""
    blocks = plan.absence.blocks
    waiting = [block.ref.uid for block in blocks if block.waits in {"recurring", "unbounded"}]
    return waiting[0] if len(waiting) == len(blocks) else ""


def _plan_kept_up(pass_state: PassState, plan: _Plan) -> Iterator[Show]:
    over = plan.event is None and plan.absence is None
    if not over:
        yield from _kept_up(pass_state, _plan_facts(pass_state, plan), plan.calendar, plan.event)


def _kept_up(pass_state: PassState, facts: Overview, calendar: str, event: Event | None) -> Iterator[Show]:
    """Nothing where it shows all this already, or it is not clear yet whose hand it was; nothing where the therapist
    deleted it, which hides it.
    """
    done = _written(pass_state, facts.uid)
    shown = digest(undated(facts) if isinstance(facts, QuestionFacts) else facts)
    hidden = event is None and bool(done)
    waits = pass_state.snapshot.unclear(facts.uid) or (calendar, facts.uid) in pass_state.snapshot.doubted
    if hidden or waits or (done and done[-1] == shown):
        return
    key = EffectKey(facts.uid, f"{len(done)}-{shown}", PLAN_EVENT)
    role = MarkerRole.PLAN if isinstance(facts, PlanFacts) else MarkerRole.LETTER
    yield Show(key, calendar, facts, role, event.etag if event else "")


def _written(pass_state: PassState, uid: str) -> tuple[str, ...]:
    """Digests of what the event has shown so far, oldest first."""
    found = (
        key.version.partition("-")
        for key, state in pass_state.snapshot.keys.items()
        if key.subject == uid and key.kind == PLAN_EVENT and state is EffectState.DONE
    )
    return tuple(shown for _, shown in sorted((int(number), shown) for number, _, shown in found))


def _plan_facts(pass_state: PassState, plan: _Plan) -> PlanFacts:
    conflicts = tuple(row for row in plan.rows if row.displaced)
    due = {row.id: at for row in conflicts if (at := leaves_at(pass_state, row)) is not None}
    stuck = tuple(row for row in conflicts if row.waits_since is not None and row.id in due)
    for row in stuck:
        del due[row.id]
    next_at = min(due.values(), default=None)
    first = tuple(row for row in conflicts if next_at is not None and due.get(row.id) == next_at)
    blocks = plan.absence.blocks if plan.absence else ()
    tags = {tag for block in blocks for tag in policy_tags(block.tags) if not tag.startswith("none ")}
    code = pass_state.code(plan.absence) if plan.absence else ""
    asked, unasked = _falling(pass_state, plan, code)
    opened = tuple(_opened(pass_state, plan))
    return PlanFacts(
        uid=plan.uid,
        day=_day(plan),
        zone=plan.therapist.zone,
        language=plan.therapist.language,
        code=code,
        rows=tuple(nameless(row) for row in rows_of(pass_state, plan.rows)),
        leaves=next_at if next_at is not None and next_at > pass_state.now else None,
        leaving=_who(pass_state, first),
        stuck=_who(pass_state, stuck),
        tags=tuple(sorted(tags)),
        opened=tuple(one for one in opened if not _away(pass_state, plan, one)),
        shut=tuple(one for one in opened if _away(pass_state, plan, one)),
        going=bool(code) and any(goes_on(pass_state, row) for row in conflicts),
        falling=_nameless(pass_state, asked),
        falling_unasked=_nameless(pass_state, unasked),
        totals=totals(pass_state, conflicts),
        unread=sum(place in plan.therapist.reads for place, _ in pass_state.snapshot.unread),
        asked=any(block.asked_at for block in blocks),
    )


def _falling(pass_state: PassState, plan: _Plan, code: str) -> tuple[list[Conflict], list[Conflict]]:
    """What this leave takes back from who was asked: with the yes that is missing, or by itself; and without it."""
    rows = falling(pass_state, plan.absence) if plan.absence is not None else ()
    unasked = falling_unasked(pass_state, plan.absence) if plan.absence is not None and code else frozenset()
    return [row for row in rows if row.id not in unasked], [row for row in rows if row.id in unasked]


def _who(pass_state: PassState, conflicts: Iterable[Conflict]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(row.initials for row in rows_of(pass_state, conflicts)))


def _nameless(pass_state: PassState, conflicts: Iterable[Conflict]) -> tuple[LetterRow, ...]:
    return tuple(nameless(row_of(pass_state, row)) for row in conflicts)


def _day(plan: _Plan) -> date:
    if plan.absence is not None:
        return first_and_last_day(plan.absence.span, plan.therapist.zone)[0]
    if plan.event is not None and isinstance(plan.event.when, AllDay):
        return plan.event.when.first
    return local_date(min(row.span.start for row in plan.rows), plan.therapist.zone)


def _opened(pass_state: PassState, plan: _Plan) -> Iterator[Span]:
    """Hours opened for make-ups as near as these may be."""
    if plan.absence is None:
        return
    window = plan.therapist.policy.slots
    start = plan.absence.span.start - window.horizon_before
    end = plan.absence.span.end + window.horizon_after
    yield from (span for span in pass_state.diaries[plan.therapist.id].opened if start <= span.start < end)


def _away(pass_state: PassState, plan: _Plan, hours: Span) -> bool:
    """True for hours that lie in leave, where nothing is offered, be they opened for it."""
    return any(block.span.contains(hours) for block in pass_state.diaries[plan.therapist.id].leave)


def _left_over(pass_state: PassState, kept: frozenset[str]) -> Iterator[DeleteEvent]:
    """Overviews of what displaces nothing, or waits for nothing, any more.

    Those of leave gone by stay as they are; what asks for a yes goes from whichever day it stands on.
    """
    snapshot = pass_state.snapshot
    shown = {key.subject for key in snapshot.keys if key.kind == PLAN_EVENT}
    if snapshot.aside:
        return  # whose absence it is may be nobody's to say now
    zones = {
        calendar: one.zone
        for one in snapshot.therapists
        for calendar in (one.plan_calendar, one.calendar)
        if calendar in snapshot.fresh
    }
    for uid, event in sorted(snapshot.ours.items()):
        zone, marker = zones.get(event.calendar), event.marker
        if zone is None or marker is None or uid in kept:
            continue
        if marker.role is not MarkerRole.PLAN and uid not in shown:
            continue
        asks = marker.role is not MarkerRole.PLAN
        if asks or span_of(event.when, zone).end > pass_state.now:
            yield DeleteEvent(_end(uid), event.calendar, uid, event.etag, quiet=True)
