"""Long leave in words: what a letter says of it, and what the page to print does."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from syncd.core.model.messages.letters import HandoverFacts, HandoverRow, LetterFacts, Proposal, Stage
from syncd.core.model.practice import Therapist
from syncd.core.time.spans import Span, first_and_last_day
from syncd.wording.dates import DateWords, other_clocks
from syncd.wording.entries import row_values
from syncd.wording.paragraphs import one_line


def of_handover(
    letter: LetterFacts, facts: HandoverFacts, words: DateWords, *, names: bool, full: bool
) -> dict[str, object]:
    """What a letter says of long leave; a moment that has come is None. Tiers are for those who treat, no office."""
    tiers = names and full and (not letter.absent or facts.stage is Stage.COVER)
    now = letter.sent_at
    moments = {"in_person": facts.in_person, "notices": facts.notices, "uncovered": facts.uncovered}
    return {
        "stage": facts.stage.value,
        "ill": facts.ill,
        "uncounted": [{"initials": one_line(one.initials), "why": one.why.value} for one in facts.uncounted],
        "changed": facts.changed,
        "colleague": one_line(facts.colleague),
        "clients": [_client(one, words, names=names, tiers=tiers, now=now) for one in facts.clients],
        "sessions": sum(one.sessions for one in facts.clients),
        **{name: words.moment(moment) if moment else None for name, moment in moments.items()},
    }


def handover_values(
    rows: Sequence[HandoverRow],
    therapist: Therapist,
    away: Span,
    now: datetime,
    language: str,
    home: ZoneInfo,
    *,
    names: bool,
) -> dict[str, object]:
    """What the page to print may use of one absence, by its therapist's clocks, which are named where they are not
    those of `home`; without `names` initials and no phone numbers.
    """
    words = DateWords(language, therapist.zone)
    return {
        "therapist": one_line(therapist.name),
        "days": words.days(first_and_last_day(away, therapist.zone)),
        "made": words.moment(now),
        "clocks": other_clocks(language, therapist.zone, home, now),
        "clients": [_client(one, words, names=names, tiers=True, now=now) for one in rows],
    }


def _client(
    row: HandoverRow, words: DateWords, *, names: bool, tiers: bool, now: datetime
) -> dict[str, object]:
    return {
        "initials": one_line(row.initials),
        "name": one_line(row.name) if names else "",
        "phone": one_line(row.phone) if names else "",
        "tier": row.tier.name.lower() if tiers else "",
        "rows": [row_values(one, words, names=names, now=now) for one in row.rows],
        "before": words.span(row.before) if row.before else None,
        "after": words.span(row.after) if row.after else None,
        "cover": one_line(row.cover),
        "also_away": [words.days(one) for one in row.also_away],
        "could": _proposal(row.could, words) if row.could else None,
        "knows": row.knows,
    }


def _proposal(one: Proposal, words: DateWords) -> dict[str, object]:
    first = words.span(one.first)
    numbers = {"every": one.every, "count": one.count, "turns": one.turns}
    return {"therapist": one_line(one.therapist), "name": one_line(one.name), "first": first, **numbers}
