"""What is said of long leave, client by client: what falls out, the sessions before and after, who covers."""

from __future__ import annotations

from collections.abc import Sequence

from syncd.core.model import Absence, Conflict, initials
from syncd.core.model.messages.letters import HandoverRow, Proposal
from syncd.core.planning.candidates import ranking_of
from syncd.core.planning.ranking import Ranked
from syncd.core.state import PassState
from syncd.core.telling.letters.rows import rows_of


def handover_rows(pass_state: PassState, absence: Absence) -> tuple[HandoverRow, ...]:
    """Every client of whom the absence displaces something, once each, whoever comes first first."""
    theirs: dict[str, list[Conflict]] = {}
    for row in sorted(pass_state.displaced(absence), key=lambda one: (one.span, one.id)):
        if pass_state.client(row) is not None and not row.kept:
            theirs.setdefault(row.client, []).append(row)
    first = ranking_of(pass_state, (rows[0] for rows in theirs.values()))
    return tuple(_row(pass_state, absence, one, theirs[one.client.id]) for one in first)


def _row(pass_state: PassState, absence: Absence, ranked: Ranked, rows: Sequence[Conflict]) -> HandoverRow:
    client, cover = ranked.client, pass_state.named_cover(rows[0])
    meetings = [one.span for one in pass_state.sessions_of(absence.therapist, client.id)]
    return HandoverRow(
        client=client.id,
        initials=initials(client),
        name=client.name,
        phone=client.phone,
        tier=ranked.tier,
        rows=rows_of(pass_state, rows),
        before=max((one for one in meetings if one.end <= absence.span.start), default=None),
        after=min((one for one in meetings if one.start >= absence.span.end), default=None),
        cover=cover.name if cover else "",
        also_away=pass_state.also_away(absence.id, cover),
        could=_proposal(pass_state, absence, client.id),
    )


def _proposal(pass_state: PassState, absence: Absence, client: str) -> Proposal | None:
    found = pass_state.covers.get((absence.id, client))
    giver = pass_state.snapshot.therapist.get(found.therapist) if found else None
    if found is None or giver is None:
        return None
    return Proposal(giver.id, giver.name, found.times[0], found.every, len(found.times), found.turns)
