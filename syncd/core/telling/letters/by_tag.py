"""What a tag in the leave would give to those for whom no time was found."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from syncd.core.model import Conflict, OfferKind
from syncd.core.model.messages.letters import TagHelp, TagTime
from syncd.core.state import PassState


def tags_that_help(pass_state: PassState, conflicts: Iterable[Conflict]) -> tuple[TagHelp, ...]:
    """For each kind of offer that a tag would bring: who would get which time, in order of their sessions."""
    found: dict[OfferKind, list[TagTime]] = defaultdict(list)
    for row in sorted(conflicts, key=lambda one: (one.span, one.id)):
        unplaced, who = pass_state.unplaced.get(row.id), pass_state.snapshot.short(row.client)
        for way in unplaced.by_tag if unplaced else ():
            giver = pass_state.snapshot.therapist[way.therapist]
            colleague = giver.name if giver.id != row.therapist else ""
            found[way.kind].append(TagTime(who, way.span, colleague))
    return tuple(TagHelp(kind.value, tuple(times)) for kind, times in sorted(found.items()))
