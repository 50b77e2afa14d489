"""What stands in the therapist's own calendar: offers by initials and state, the plan of an absence."""

from __future__ import annotations

from datetime import datetime, timedelta

from syncd.core.model import EventDraft, EventStatus, Marker, MarkerRole, OfferState, Transparency
from syncd.core.model.actions import PutEvent
from syncd.core.model.messages.entries import (
    Overview,
    PlanFacts,
    QuestionFacts,
    Room,
    ShowFacts,
    WaitingFacts,
)
from syncd.core.model.messages.intents import Show
from syncd.core.model.messages.letters import LetterRow
from syncd.core.time.spans import AllDay
from syncd.wording.costs import cost_values
from syncd.wording.dates import DateWords
from syncd.wording.paragraphs import Written, one_line
from syncd.wording.templates import Templates

# Google refuses a description of more than 8,192 characters; an overview that is refused is none.
LONGEST = 8_000
_NO_MORE = "\n…"
_LONG_ROW = 200  # characters

CERTAIN = frozenset({OfferState.ACCEPTED, OfferState.SETTLED})


def put(show: Show, templates: Templates, instance: str) -> PutEvent:
    """The object as it shall stand; raises ConfigError where a template is at fault."""
    facts = show.facts
    if not isinstance(facts, ShowFacts):
        role = MarkerRole.PLAN if isinstance(facts, PlanFacts) else MarkerRole.LETTER
        draft = _overview(facts, templates, Marker(instance, facts.uid, role=role))
    else:
        draft = _offer(facts, templates, Marker(instance, facts.uid, role=show.role, kind=facts.kind.value))
    return PutEvent(show.key, show.calendar, draft, etag=show.etag, after=show.after)


def _offer(facts: ShowFacts, templates: Templates, marker: Marker) -> EventDraft:
    """Busy and private; neither organizer nor attendee, so that calendar programs send nothing themselves."""
    written = templates.write(facts.language, "entry", offer_values(facts))
    return EventDraft(
        uid=facts.uid,
        when=facts.span,
        title=written.heading,
        description=written.text,
        status=EventStatus.CONFIRMED if facts.state in CERTAIN else EventStatus.TENTATIVE,
        marker=marker,
        transparency=Transparency.OPAQUE,
        location=one_line(facts.location),
        keeps_place=True,
        conference=facts.conference,
    )


def _overview(facts: Overview, templates: Templates, marker: Marker) -> EventDraft:
    """All day, private and free."""
    if isinstance(facts, PlanFacts):
        written = _plan(facts, templates)
    elif isinstance(facts, QuestionFacts):
        written = templates.write(facts.language, "question", question_values(facts))
    else:
        written = templates.write(facts.language, "waiting", waiting_values(facts))
    return EventDraft(
        uid=facts.uid,
        when=AllDay(facts.day, facts.day + timedelta(days=1)),
        title=written.heading,
        description=_within(written.text),
        status=EventStatus.CONFIRMED,
        marker=marker,
        transparency=Transparency.TRANSPARENT,
    )


def _plan(facts: PlanFacts, templates: Templates) -> Written:
    """With as many rows as there is room for; the last line then says how many more there are."""
    values = plan_values(facts)
    written = templates.write(facts.language, "plan", values)
    shown = len(facts.rows)
    while len(written.text) > LONGEST and shown:
        shown = max(0, shown - 1 - (len(written.text) - LONGEST) // _LONG_ROW)
        written = templates.write(facts.language, "plan", values | {"shown": shown})
    return written


def _within(text: str) -> str:
    """Cut at the end of a line where even so there is no room."""
    if len(text) <= LONGEST:
        return text
    room = LONGEST - len(_NO_MORE)
    end = text.rfind("\n", 0, room)
    return text[: end if end > 0 else room] + _NO_MORE


def offer_values(facts: ShowFacts) -> dict[str, object]:
    """What the template of an offer's entry may use."""
    return {
        "initials": one_line(facts.initials),
        "kind": facts.kind.value,
        "state": facts.state.value,
        "original": DateWords(facts.language, facts.zone).span(facts.original),
        "tentative": facts.tentative,
        "frozen": facts.frozen,
        "bounced": facts.bounced,
        "doubtful": facts.doubtful,
        "at_odds": facts.at_odds,
        "late": facts.late,
        "by_mail": facts.by_mail,
        "absent": one_line(facts.absent),
        "untold": facts.untold,
        "clash": facts.clash,
        "mistyped": facts.mistyped,
        "choices": [DateWords(facts.language, facts.zone).span(one) for one in facts.choices],
        "link": one_line(facts.link),
        "roomless": facts.room is Room.LACKING,
    }


def plan_values(facts: PlanFacts) -> dict[str, object]:
    """What the template of the plan event may use: no names, no phone numbers."""
    words = DateWords(facts.language, facts.zone)
    return {
        "code": one_line(facts.code),
        "rows": [row_values(row, words, names=False) for row in facts.rows],
        "shown": len(facts.rows),
        "leaves": words.moment(facts.leaves) if facts.leaves else None,
        "leaving": [one_line(who) for who in facts.leaving],
        "stuck": [one_line(who) for who in facts.stuck],
        "tags": [one_line(tag) for tag in facts.tags],
        "opened": [words.span(span) for span in facts.opened],
        "shut": [words.span(span) for span in facts.shut],
        "going": facts.going,
        "falling": [row_values(row, words, names=False) for row in facts.falling],
        "falling_unasked": [row_values(row, words, names=False) for row in facts.falling_unasked],
        "unread": facts.unread,
        "totals": facts.totals,
        "asked": facts.asked,
    }


def question_values(facts: QuestionFacts) -> dict[str, object]:
    """What the template of a question's overview may use."""
    words = DateWords(facts.language, facts.zone)
    return {
        "days": words.days(facts.days),
        "hits": [{"initials": one_line(who), "time": words.span(span)} for who, span in facts.hits],
        "held": [{"initials": one_line(who), "time": words.span(span)} for who, span in facts.held],
        "cost": cost_values(facts.cost, words),
        "compared": [cost_values(one, words) for one in facts.others],
    }


def waiting_values(facts: WaitingFacts) -> dict[str, object]:
    """What the template of the entry on today may use."""
    words = DateWords(facts.language, facts.zone)
    rows = [{"days": words.days((first, last)), "code": one_line(code)} for first, last, code in facts.rows]
    return {"rows": rows}


def row_values(
    row: LetterRow, words: DateWords, *, names: bool, now: datetime | None = None
) -> dict[str, object]:
    """One row for a template; without `names` initials are all that is said of the person. Of several times that are
    suggested for one session the first stands first.
    """
    first, *others = sorted((row.slot, *row.choices)) if row.slot else (None,)
    return {
        "initials": one_line(row.initials),
        "name": one_line(row.name) if names else "",
        "phone": one_line(row.phone) if names else "",
        "original": words.span(row.original),
        "slot": words.span(first) if first else None,
        "choices": [words.span(one) for one in others],
        "state": one_line(row.text),
        "kind": row.kind,
        "colleague": one_line(row.colleague),
        "before": one_line(row.before),
        "knows": row.knows,
        "more": row.more,
        "call": row.call,
        "call_from": words.moment(row.call_from, now) if row.call_from else None,
        "call_by": words.moment(row.call_by, now) if row.call_by else None,
        "there": _there(row, words),
        "leaves": words.moment(row.leaves, now) if row.leaves else None,
        "due": row.leaves is not None and now is not None and row.leaves <= now,
        "word": row.word,
        "unread": row.unread,
        "news": one_line(row.news),
        "reason": row.reason if names else (),
    }


def _there(row: LetterRow, words: DateWords) -> str:
    """What the client's clocks show when they may be called; "" where they are the reader's."""
    if row.call_from is None or row.zone is None:
        return ""
    theirs = DateWords(words.language, row.zone, words.zone).moment(row.call_from)
    return theirs.start if theirs.place else ""
