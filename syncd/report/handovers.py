"""Long leave, client by client: as JSON, as tables, and as a page to print (docs/planning.md#long-leave)."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from rich.console import RenderableType
from rich.text import Text

from syncd.core.model import Absence
from syncd.core.model.errors import SyncdError
from syncd.core.model.messages.letters import HandoverRow, LetterRow, Proposal
from syncd.core.policy.handover import IN_PERSON_LEAD, NOTICE_LEAD, UNCOVERED_LEAD
from syncd.core.state import PassState
from syncd.core.telling.letters.handover_clients import handover_rows
from syncd.core.time.spans import Span, first_and_last_day
from syncd.cycle import PassReport
from syncd.picture.words import days_words, moment_words, span_words
from syncd.report.columns import TIER_WORDS, filled, flowing, sparse, state_words, words
from syncd.report.documents import TIERS
from syncd.report.handover_records import (
    CoverTimes,
    HandedOverClient,
    HandedOverSession,
    HandoverDocument,
    HandoverRecord,
)
from syncd.report.question_records import Time
from syncd.report.records import Problem
from syncd.wording.handovers import handover_values
from syncd.wording.templates import Templates

NONE = "No leave ahead is long enough to be handed over (handover_above)."


def long_absences(pass_state: PassState, leave: str = "") -> tuple[Absence, ...]:
    """Long leave that displaces somebody, the nearest first; `leave` is an id, its beginning, or a first day.

    Raises SyncdError where `leave` names none of it.
    """
    every = [
        one for one in pass_state.absence.values() if one.id in pass_state.long and pass_state.displaced(one)
    ]
    every = sorted((one for one in every if not pass_state.in_doubt(one)), key=lambda one: (one.span, one.id))
    found = [one for one in every if one.id.startswith(leave) or _first_day(pass_state, one) == leave]
    if leave and not found:
        known = "; ".join(f"{_first_day(pass_state, one)} ({one.therapist})" for one in every)
        raise SyncdError(f"no leave that is handed over matches {leave!r}; there is {known or 'none'}")
    return tuple(found)


def _first_day(pass_state: PassState, absence: Absence) -> str:
    return first_and_last_day(absence.span, _zone(pass_state, absence))[0].isoformat()


def _zone(pass_state: PassState, absence: Absence) -> ZoneInfo:
    return pass_state.snapshot.therapist[absence.therapist].zone


def handover_document(report: PassReport, leave: str = "", *, names: bool = False) -> str:
    """JSON as `handover_records` describes it."""
    pass_state, plan = report.decision.pass_state, report.decision.plan
    made = HandoverDocument(
        generated_at=pass_state.now.astimezone(pass_state.snapshot.practice.zone),
        proven=plan.covers.proven if plan else None,
        absences=[_record(pass_state, one, names) for one in long_absences(pass_state, leave)],
        problems=[Problem(calendar=one.calendar, uid=one.uid, reason=one.reason) for one in report.problems],
    )
    return made.model_dump_json(indent=2)


def _record(pass_state: PassState, absence: Absence, names: bool) -> HandoverRecord:
    zone = _zone(pass_state, absence)
    in_person, notices, uncovered = (
        pass_state.ahead_of(absence, ahead).astimezone(zone)
        for ahead in (IN_PERSON_LEAD, NOTICE_LEAD, UNCOVERED_LEAD)
    )
    return HandoverRecord(
        id=absence.id,
        therapist=absence.therapist,
        timezone=zone.key,
        time=_time(absence.span, zone),
        ill=absence.ill,
        code=pass_state.code(absence) or None,
        in_person=in_person,
        notices=notices,
        uncovered=uncovered,
        clients=[_client(one, zone, names) for one in handover_rows(pass_state, absence)],
    )


def _client(one: HandoverRow, zone: ZoneInfo, names: bool) -> HandedOverClient:
    return HandedOverClient(
        client=one.client,
        initials=one.initials,
        name=one.name if names else None,
        phone=(one.phone or None) if names else None,
        tier=TIERS[one.tier],
        knows=one.knows,
        sessions=one.sessions,
        falls_out=[_session(row, zone) for row in one.rows],
        last_before=_time(one.before, zone) if one.before else None,
        first_after=_time(one.after, zone) if one.after else None,
        cover=one.cover or None,
        could_cover=_could(one.could, zone) if one.could else None,
    )


def _session(row: LetterRow, zone: ZoneInfo) -> HandedOverSession:
    slot = _time(row.slot, zone) if row.slot else None
    return HandedOverSession(original=_time(row.original, zone), state=row.text, new_time=slot, more=row.more)


def _could(one: Proposal, zone: ZoneInfo) -> CoverTimes:
    first = _time(one.first, zone)
    return CoverTimes(
        therapist=one.therapist, first=first, every_weeks=one.every, count=one.count, turns=one.turns
    )


def _time(span: Span, zone: ZoneInfo) -> Time:
    return Time(start=span.start.astimezone(zone), end=span.end.astimezone(zone))


def handover_tables(report: PassReport, leave: str = "", *, names: bool = False) -> Iterator[RenderableType]:
    """One table for each long absence."""
    pass_state = report.decision.pass_state
    found = long_absences(pass_state, leave)
    if not found:
        yield Text(NONE, "dim")
    for absence in found:
        yield _table(pass_state, absence, names)


def _table(pass_state: PassState, absence: Absence, names: bool) -> RenderableType:
    zone = _zone(pass_state, absence)
    code = pass_state.code(absence)
    waits = f"; waits for #ok {code}" if code else ""
    table = sparse(
        f"{absence.therapist}, {days_words(absence.span, zone)}: handed over{waits}",
        words("Client"),
        words("Tier"),
        words("Falls out"),
        words("Before"),
        words("Afterwards"),
        flowing("Cover"),
    )
    rows = (_row(one, zone, names) for one in handover_rows(pass_state, absence))
    return filled(table, rows, "Nobody's session falls out.")


def _row(one: HandoverRow, zone: ZoneInfo, names: bool) -> tuple[str | Text, ...]:
    who = f"{one.initials} {one.name}".strip() if names else one.initials
    return (
        f"{who}\n{one.phone}" if names and one.phone else who,
        TIER_WORDS[one.tier],
        Text("\n").join(_falls_out(row, zone) for row in one.rows),
        moment_words(one.before.start, zone) if one.before else "none",
        moment_words(one.after.start, zone) if one.after else "none booked",
        _cover(one, zone),
    )


def _falls_out(row: LetterRow, zone: ZoneInfo) -> Text:
    said = moment_words(row.original.start, zone) + (f" and {row.more} more" if row.more else "")
    slot = f" → {span_words(row.slot, zone)}" if row.slot else ""
    return Text(f"{said}{slot}: ") + state_words(row.text)


def _cover(one: HandoverRow, zone: ZoneInfo) -> Text:
    said = Text(one.cover, "green") if one.cover else Text("nobody", "yellow")
    if one.could is None:
        return said
    every = "every week" if one.could.every == 1 else f"every {one.could.every} weeks"
    times = f"{one.could.count} of {one.could.turns}"
    first = moment_words(one.could.first.start, zone)
    return said + Text(f"\n{one.could.name} has {first} free, {every}, {times} times", "dim")


def handover_page(report: PassReport, templates: Templates, leave: str = "", *, names: bool = False) -> str:
    """One HTML page for all of it, in the language of the first therapist: no scripts, nothing from elsewhere."""
    pass_state = report.decision.pass_state
    found = long_absences(pass_state, leave)
    therapists = [pass_state.snapshot.therapist[one.therapist] for one in found]
    language = therapists[0].language if therapists else pass_state.snapshot.practice.language
    practice, now = pass_state.snapshot.practice, pass_state.now
    absences = [
        handover_values(
            handover_rows(pass_state, one), who, one.span, now, language, practice.zone, names=names
        )
        for one, who in zip(found, therapists, strict=True)
    ]
    values = {"practice": practice.shown_name, "phone": practice.phone, "absences": absences}
    return templates.document(language, "handover_page", values)
