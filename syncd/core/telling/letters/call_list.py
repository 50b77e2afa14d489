"""The call list: who has to be reached in person, and when the therapist and the office are told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from syncd.core.model import UNSENT, Absence, Conflict
from syncd.core.model.effects import CALL_LIST, PLAN_LETTER, EffectKey, EffectState
from syncd.core.model.ground import MAILBOX
from syncd.core.model.messages.intents import Write
from syncd.core.model.messages.letters import LetterFacts, LetterKind
from syncd.core.offers.extra_sessions import in_basic_form
from syncd.core.policy.first_message import URGENT
from syncd.core.state import PassState
from syncd.core.state.heard import PATIENCE
from syncd.core.telling.letters.day import hours_on
from syncd.core.telling.letters.letter import about_absence, as_office_reads, letter_about
from syncd.core.telling.letters.members import Member, by_voice, end_of_next_day, mark_of, near, soon, to_ring
from syncd.core.telling.letters.rows import row_of, rows_of
from syncd.core.telling.session_status import mark, to_call
from syncd.core.time.spans import Span, local_date, midnight

DAY_BEFORE = timedelta(hours=36)
FORTNIGHT = 15  # days
AT = "@"  # parts, in that version, who it is from the time held for them
CALLS = "call-"  # begins, in the version of a letter that named whom to call, the day and who they are
DAY, UNREAD = "day", "unread"  # begin the version of a list that was an overview
TO_OFFICE = f"{CALL_LIST}_office"


def call_list(
    pass_state: PassState, absence: Absence, conflicts: tuple[Conflict, ...], plans: frozenset[EffectKey]
) -> Iterator[Write]:
    """The last working day before: who has what, and who does not know yet. Within 24 h of a session, again who still
    does not, in one list for all of that day, with nobody else in it; nobody stands in two of them.

    So with members of groups whom no mail tells. Who has a time held before their session stands in one on the last
    working day before that time.
    At once where what should have told somebody rests on what cannot be read. Then the practice gets it as well.
    Leave that was entered on that very day needs no overview: its plan letter was one, and named those to be called.
    """
    ahead = tuple(conflict for conflict in conflicts if conflict.span.start > pass_state.now)
    early = pass_state.now < calls_at(pass_state, absence) and not any(map(pass_state.stranded, ahead))
    facts = about_absence(pass_state, absence, LetterKind.CALL_LIST, ())
    facts = replace(facts, code=pass_state.code(absence), as_of=read_until(pass_state, absence.therapist))
    facts, voices = (
        replace(facts, heard=not _mailbox_silent(pass_state)),
        tuple(by_voice(pass_state, absence)),
    )
    if not (ahead or voices) or (early and not any(_held_near(pass_state, one) for one in ahead)):
        return
    yield from _list(
        pass_state, absence, facts, ahead, frozenset(_left(pass_state, absence, CALL_LIST)) | plans, voices
    )
    office, now = pass_state.snapshot.practice.email, any(_to_call_now(pass_state, one) for one in ahead)
    now = now or any(near(pass_state, voices))
    unsaid = bool(facts.code) and not now  # a yes that is missing comes first
    if pass_state.snapshot.mail and office not in {"", facts.to} and not (unsaid or facts.doubted):
        left = frozenset(_left(pass_state, absence, TO_OFFICE))
        voices = tuple(_whom_to_ring(pass_state, absence, voices))
        for one in _list(pass_state, absence, facts, ahead, left, voices):
            theirs = _for_office(pass_state, absence, one.facts)
            if theirs.rows or theirs.together_calls:
                yield letter_about(replace(one.key, kind=TO_OFFICE), theirs, absence)


def _list(
    pass_state: PassState,
    absence: Absence,
    facts: LetterFacts,
    ahead: tuple[Conflict, ...],
    left: frozenset[EffectKey],
    voices: tuple[Member, ...],
) -> Iterator[Write]:
    """The list that is due now, where these have left; `voices` are members whom no mail tells."""
    overview = _overview(pass_state, absence, facts, left)
    anew = any(map(_to_name(pass_state, left), ahead)) or any(_unnamed(pass_state, absence, left, voices))
    if not (overview or anew):
        return
    early = pass_state.now < calls_at(pass_state, absence) and not any(map(pass_state.stranded, ahead))
    first = not early and all(key.kind == PLAN_LETTER for key in left)
    listed, members = ahead, voices
    if not (overview or first):
        listed, members = _still_to_name(pass_state, absence, left, ahead, voices)
    calls = (one for one in listed if to_call(pass_state, one))
    version = "-".join(filter(None, (overview, named(pass_state, absence, calls, members))))
    facts = replace(facts, rows=rows_of(pass_state, listed), together_calls=to_ring(pass_state, members))
    yield letter_about(EffectKey(absence.id, version, CALL_LIST), facts, absence)


def _whom_to_ring(pass_state: PassState, absence: Absence, voices: tuple[Member, ...]) -> Iterator[Member]:
    """Without those whom a mail tells once the therapist has said yes, while there is time for that."""
    hurry = set(soon(pass_state, absence, voices))
    yield from (one for one in voices if one in hurry or pass_state.snapshot.by_phone(one[1]))


def _overview(pass_state: PassState, absence: Absence, facts: LetterFacts, left: Iterable[EffectKey]) -> str:
    """Begins the version of the one letter that says who has what; "" where it is not due, or has left.

    What could not be read is read again: then it comes as it is then.
    """
    due_at, kind = calls_at(pass_state, absence), DAY if facts.as_of is None else UNREAD
    known = pass_state.changed_at(absence) < midnight(local_date(due_at, facts.zone), facts.zone)
    if pass_state.now < due_at or not known or _soon_read(pass_state, facts):
        return ""
    return "" if any(key.version.startswith((DAY, kind)) for key in left) else kind


def _left(pass_state: PassState, absence: Absence, kind: str) -> tuple[EffectKey, ...]:
    """The keys of lists of this kind that left, or are about to and cannot be stopped; of plan letters with them."""
    states = pass_state.snapshot.keys.items()
    mine = (key for key, state in states if state not in {EffectState.READY, EffectState.DROPPED})
    kinds = {kind, PLAN_LETTER} if kind == CALL_LIST else {kind}
    return tuple(key for key in mine if key.subject == absence.id and key.kind in kinds)


def _to_name(pass_state: PassState, left: Iterable[EffectKey]) -> Callable[[Conflict], bool]:
    """Who has to be called now, and stood in no list since the day before their session; in none at all, where that is
    ahead for longer and nothing of ours can tell them.
    """
    named = _last_named(left)

    def new(one: Conflict) -> bool:
        since = _eve(pass_state, one.therapist, one.span) if one.span.start <= pass_state.now + URGENT else ""
        return _to_call_now(pass_state, one) and (mark(one) not in named or named[mark(one)] < since)

    return new


def _still_to_name(
    pass_state: PassState,
    absence: Absence,
    left: Iterable[EffectKey],
    ahead: Iterable[Conflict],
    voices: Iterable[Member],
) -> tuple[tuple[Conflict, ...], tuple[Member, ...]]:
    """Who stands in a list within 24 h of a session: whoever is to be called by the end of the next day, and stood in
    none since the day before their own.
    """
    named, whose = _last_named(left), absence.therapist
    rows = (
        one
        for one in _soon(pass_state, ahead)
        if named.get(mark(one), "") < _eve(pass_state, whose, one.span)
    )
    members = (
        one
        for one in soon(pass_state, absence, voices)
        if named.get(mark_of(one), "") < _eve(pass_state, whose, one[0].span)
    )
    return tuple(rows), tuple(members)


def _unnamed(
    pass_state: PassState, absence: Absence, left: Iterable[EffectKey], voices: Iterable[Member]
) -> Iterator[Member]:
    """Members whose meeting is within a day, and who stood in no list since the day before it."""
    named = _last_named(left)
    for one in near(pass_state, voices):
        if named.get(mark_of(one), "") < _eve(pass_state, absence.therapist, one[0].span):
            yield one


def _last_named(left: Iterable[EffectKey]) -> dict[str, str]:
    """The day on which lists named each last, by their mark."""
    named: dict[str, str] = {}
    for day, *marks in sorted(map(_day_and_marks, left)):
        named |= dict.fromkeys((one.partition(AT)[0] for one in marks), day)
    return named


def _eve(pass_state: PassState, therapist: str, span: Span) -> str:
    return (
        f"{local_date(span.start, pass_state.snapshot.therapist[therapist].zone) - timedelta(days=1):%Y%m%d}"
    )


def _to_call_now(pass_state: PassState, one: Conflict) -> bool:
    """Whose session is within a day, or whom nothing of ours can tell in time, and who has to be called."""
    near = pass_state.now < one.span.start <= pass_state.now + URGENT or pass_state.stranded(one)
    return (near or _held_near(pass_state, one)) and to_call(pass_state, one)


def held_list_at(pass_state: PassState, one: Conflict) -> datetime | None:
    """When a list is due that names a time held before a session, as nobody else can say so: as the last working day
    before it begins. None where there is none, or where that was over when it came to be held, and a letter said so.
    """
    hold = pass_state.live(one)
    if hold is None or hold.state not in UNSENT or hold.span.start >= one.span.start:
        return None
    at = working_day_before(pass_state, one.therapist, hold.span.start)
    asked = pass_state.cleared(one) and pass_state.kind_cleared(one, hold)
    return at if asked and hold.planned_at is not None and hold.planned_at < at else None


def _held_near(pass_state: PassState, one: Conflict) -> bool:
    at, hold = held_list_at(pass_state, one), pass_state.live(one)
    return at is not None and hold is not None and at <= pass_state.now < hold.span.start


def _soon(pass_state: PassState, conflicts: Iterable[Conflict]) -> Iterator[Conflict]:
    """Who has to be called by the end of the day on which that of the next one is."""
    for one in conflicts:
        now = one.span.start < end_of_next_day(pass_state, one.therapist) or pass_state.stranded(one)
        if (now or _held_near(pass_state, one)) and to_call(pass_state, one):
            yield one


def _today(pass_state: PassState, absence: Absence) -> str:
    zone = pass_state.snapshot.therapist[absence.therapist].zone
    return f"{CALLS}{local_date(pass_state.now, zone):%Y%m%d}"


def named(
    pass_state: PassState, absence: Absence, calls: Iterable[Conflict], members: Iterable[Member] = ()
) -> str:
    """Names the day, and whom a letter of that day names as to be called, with the time held for them."""
    marks = [f"{mark(one)}{AT}{name_of_slot(row_of(pass_state, one).slot)}" for one in calls]
    return "+".join((_today(pass_state, absence), *sorted([*marks, *map(mark_of, members)])))


def name_of_slot(slot: Span | None) -> str:
    """Names a time that a list says is held, or that it says of none."""
    return in_basic_form(slot.start) if slot is not None else ""


def named_slots(key: EffectKey) -> dict[str, str]:
    """Whom a list named as to be called, by their mark, and the name of the time that it said is held for them."""
    marks = (one.partition(AT) for one in _day_and_marks(key)[1:])
    return {who: slot for who, at, slot in marks if at}


def _day_and_marks(key: EffectKey) -> list[str]:
    """The day of a list, and whom it named; what else a plan letter's version holds comes after a point."""
    return key.version.partition(CALLS)[2].partition(".")[0].split("+")


def read_until(pass_state: PassState, therapist: str) -> datetime | None:
    """Until when calendars and mailbox were read, where one of them is not read now; None where all are."""
    reads = pass_state.snapshot.therapist[therapist].reads
    silent = (one for one in pass_state.snapshot.grounds if one.silent_since is not None)
    return min(
        (one.read_at for one in silent if one.read_at and one.place in {*reads, MAILBOX}), default=None
    )


def _mailbox_silent(pass_state: PassState) -> bool:
    ground = pass_state.snapshot.ground.get(MAILBOX)
    return ground is not None and ground.silent_since is not None


def _soon_read(pass_state: PassState, facts: LetterFacts) -> bool:
    """True where what is not read now has been read a while ago: what says that everybody knows can wait for it."""
    return facts.as_of is not None and pass_state.now < facts.as_of + PATIENCE


def _for_office(pass_state: PassState, absence: Absence, facts: LetterFacts) -> LetterFacts:
    """Only whom to call, in the practice's language."""
    rows = tuple(replace(row, news="") for row in facts.rows if row.call)  # the yes was the therapist's
    return to_office(pass_state, absence, replace(facts, rows=rows))


def to_office(pass_state: PassState, absence: Absence, facts: LetterFacts) -> LetterFacts:
    """The facts of a list as the practice reads it."""
    away = pass_state.snapshot.therapist[absence.therapist]
    return replace(as_office_reads(pass_state, facts, away), code="")


def who_to_call(pass_state: PassState, absence: Absence, conflicts: Iterable[Conflict]) -> str:
    """Names who has to be called within a day, or because what should tell them cannot leave; "" for nobody."""
    who, voices = tuple(conflicts), () if pass_state.in_doubt(absence) else by_voice(pass_state, absence)
    members = tuple(near(pass_state, voices))
    if not (members or any(_to_call_now(pass_state, one) for one in who)):
        return ""
    return named(pass_state, absence, _soon(pass_state, who), members)


def on_a_list(pass_state: PassState, row: Conflict, absence: Absence) -> bool:
    """True where a letter that left named this client as one to be called."""
    left = _left(pass_state, absence, CALL_LIST)
    return any(mark(row) in named_slots(key) for key in left)


def is_plan_letter(key: EffectKey, absence: Absence) -> bool:
    """True for the key of a plan letter about this absence."""
    return key.subject == absence.id and key.kind == PLAN_LETTER


def calls_at(pass_state: PassState, absence: Absence) -> datetime:
    """When the call list is due: as the therapist's last working day before they go begins, wherever in the leave the
    first session lies; the day before where their hours have none.
    """
    starts = (conflict.span.start for conflict in pass_state.displaced(absence))
    return working_day_before(pass_state, absence.therapist, min((absence.span.start, *starts)))


def working_day_before(pass_state: PassState, name: str, first: datetime) -> datetime:
    """When the last day before that moment begins on which this therapist works; the day before where none does."""
    therapist = pass_state.snapshot.therapist[name]
    for back in range(1, FORTNIGHT):
        day = local_date(first, therapist.zone) - timedelta(days=back)
        if here := hours_on(pass_state, name, day):
            return here[0].start
    return first - DAY_BEFORE


def is_call_list(key: EffectKey) -> bool:
    """True for who must be called, to the therapist or to the practice."""
    return key.kind.startswith(CALL_LIST)
