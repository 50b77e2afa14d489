"""What is said of long leave, client by client: what falls out, the sessions before and after, who covers."""

from __future__ import annotations

from collections.abc import Sequence

from syncd.core.model import Absence, Conflict, initials
from syncd.core.model.messages.letters import HandoverRow, Proposal
from syncd.core.planning.candidates import ranking_of
from syncd.core.planning.ranking import Ranked
from syncd.core.state import Standing
from syncd.core.telling.letters.rows import rows_of


def handover_rows(standing: Standing, absence: Absence) -> tuple[HandoverRow, ...]:
    """Every client of whom the absence displaces something, once each, whoever comes first first."""
    theirs: dict[str, list[Conflict]] = {}
    for row in sorted(standing.displaced(absence), key=lambda one: (one.span, one.id)):
        if standing.client(row) is not None and not row.kept:
            theirs.setdefault(row.client, []).append(row)
    first = ranking_of(standing, (rows[0] for rows in theirs.values()))
    return tuple(_row(standing, absence, one, theirs[one.client.id]) for one in first)


def _row(standing: Standing, absence: Absence, ranked: Ranked, rows: Sequence[Conflict]) -> HandoverRow:
    client, cover = ranked.client, standing.named_cover(rows[0])
    meetings = [one.span for one in standing.sessions_of(absence.therapist, client.id)]
    return HandoverRow(
        client=client.id,
        initials=initials(client),
        name=client.name,
        phone=client.phone,
        tier=ranked.tier,
        rows=rows_of(standing, rows),
        before=max((one for one in meetings if one.end <= absence.span.start), default=None),
        after=min((one for one in meetings if one.start >= absence.span.end), default=None),
        cover=cover.name if cover else "",
        could=_proposal(standing, absence, client.id),
    )


def _proposal(standing: Standing, absence: Absence, client: str) -> Proposal | None:
    found = standing.covers.get((absence.id, client))
    giver = standing.snapshot.therapist.get(found.therapist) if found else None
    if found is None or giver is None:
        return None
    return Proposal(giver.id, giver.name, found.times[0], found.every, len(found.times), found.turns)
