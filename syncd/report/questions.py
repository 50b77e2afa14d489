"""Question marks as people look at them: whom leave would hit, what it would cost, which days cost less."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType
from rich.text import Text

from syncd.core.model import Tier, initials
from syncd.core.model.leave import ONE, Cost, TierCost
from syncd.core.planning.asked.question import Question, cost_of, questions
from syncd.core.state import PassState
from syncd.core.time.spans import Span
from syncd.picture.words import day_words, days_words, moment_words, span_words
from syncd.report.columns import TIER_WORDS, filled, fixed, flowing, number, sparse, words
from syncd.report.explain import calls
from syncd.report.question_records import (
    AskedRecord,
    HitRecord,
    QuestionRecord,
    StartRecord,
    TierRecord,
    Time,
)

_NAMES = {one: TIER_WORDS[one].plain for one in Tier}


def questions_table(pass_state: PassState) -> RenderableType:
    """Each question by itself, in order of time: burdens in missed sessions, without a plan and with the best one."""
    table = sparse(
        "Question marks",
        words("Therapist"),
        fixed("Days"),
        number("Sessions"),
        flowing("Cost → with a plan"),
        flowing("Starts that cost less"),
    )
    return filled(table, (_row(pass_state, one) for one in questions(pass_state)), "No question mark.")


def _row(pass_state: PassState, asked: Question) -> tuple[str | Text, ...]:
    cost = cost_of(pass_state, asked)
    days = days_words(asked.block.span, asked.therapist.zone)
    hit = str(len(asked.sessions))
    if cost is None:
        return asked.therapist.id, days, hit, Text("not worked out yet", "dim"), ""
    if cost.failed:
        when = moment_words(cost.at, asked.therapist.zone)
        return asked.therapist.id, days, hit, Text(f"not worked out ({cost.failed}, {when})", "yellow"), ""
    return asked.therapist.id, days, hit, Text("\n").join(_costs(cost, asked)), "\n".join(_starts(cost))


def _costs(cost: Cost, asked: Question) -> Iterator[Text]:
    for one in cost.tiers:
        said = f" {one.clients}: {_missed(one.burden)} → {_missed(one.left)}"
        yield TIER_WORDS[Tier(one.tier)] + Text(f"{said}, longest wait {one.wait} → {one.wait_left} days")
    proof = "proven best" if cost.proven else "NOT PROVEN BEST"
    total = f"{_missed(cost.burden)} → {_missed(cost.left)}, {cost.makeups} make-ups, {proof}"
    yield Text(f"together {total}; {moment_words(cost.at, asked.therapist.zone)}", "dim")


def _starts(cost: Cost) -> Iterator[str]:
    for one in cost.starts:
        left = _missed(sum(one.left))
        yield f"{day_words(one.first)} – {day_words(one.last)}: {one.sessions} sessions, {left} left"
    if not cost.starts:
        yield f"none of {cost.compared}" + ("" if cost.sure else ", as far as it was worked out")


def _missed(thousandths: int) -> str:
    return f"{thousandths / ONE:.1f}"


def asked_lines(pass_state: PassState, wanted: str) -> tuple[RenderableType, ...]:
    """Which sessions of the client who is called that a question mark would displace."""
    return tuple(
        Text(
            f"A question mark over {days_words(one.block.span, zone)} would displace {span_words(span, zone)}."
        )
        for one, span in _hits(pass_state, wanted)
        for zone in [one.therapist.zone]
    )


def asked_records(pass_state: PassState, wanted: str) -> list[AskedRecord]:
    """The same as `explain --json` has it."""
    return [
        AskedRecord(first=one.days[0], last=one.days[1], time=_time(span, one))
        for one, span in _hits(pass_state, wanted)
    ]


def _hits(pass_state: PassState, wanted: str) -> Iterator[tuple[Question, Span]]:
    name = wanted.strip().casefold()
    for one in questions(pass_state):
        yield from ((one, session.span) for session, client in one.sessions if name in calls(client))


def question_records(pass_state: PassState, *, names: bool = False) -> list[QuestionRecord]:
    """The same as `plan --json` has it; burdens in missed sessions."""
    return [_record(pass_state, one, names) for one in questions(pass_state)]


def _record(pass_state: PassState, asked: Question, names: bool) -> QuestionRecord:
    cost = cost_of(pass_state, asked)
    known = cost if cost is not None and not cost.failed else None
    return QuestionRecord(
        therapist=asked.therapist.id,
        first=asked.days[0],
        last=asked.days[1],
        would_displace=[
            HitRecord(
                client=client.id,
                initials=initials(client),
                name=client.name if names else None,
                time=_time(session.span, asked),
            )
            for session, client in asked.sessions
        ],
        worked_out_at=cost.at.astimezone(asked.therapist.zone) if cost else None,
        failed=cost.failed or None if cost else None,
        tiers=[_tier(one) for one in known.tiers] if known else [],
        burden=known.burden / ONE if known else None,
        left=known.left / ONE if known else None,
        makeups=known.makeups if known else None,
        proven=known.proven if known else None,
        starts=[
            StartRecord(first=one.first, last=one.last, sessions=one.sessions, left=sum(one.left) / ONE)
            for one in (known.starts if known else ())
        ],
        compared=known.compared if known else None,
        sure=known.sure if known else None,
    )


def _tier(one: TierCost) -> TierRecord:
    return TierRecord(
        tier=_NAMES[Tier(one.tier)],
        clients=one.clients,
        sessions=one.sessions,
        longest_wait=one.wait,
        longest_wait_left=one.wait_left,
        burden=one.burden / ONE,
        left=one.left / ONE,
    )


def _time(span: Span, asked: Question) -> Time:
    zone = asked.therapist.zone
    return Time(start=span.start.astimezone(zone), end=span.end.astimezone(zone))
