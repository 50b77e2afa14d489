"""Which times would still help a client beside the make-ups that they get: where none, nobody took anything."""

from __future__ import annotations

from dataclasses import dataclass, replace

from syncd.core.model import OfferKind
from syncd.core.model.practice import Aim
from syncd.core.planning.drafts import SolvedPlan
from syncd.core.planning.relief.continuity import Continuity, Stretch
from syncd.core.planning.relief.option import Option


@dataclass(frozen=True, slots=True)
class Beside:
    """What is left for a client beside their own make-ups: times of use, and those of use but for nine days."""

    useful: int
    crowding: int = 0


def beside_own(base: SolvedPlan, conflict: str) -> Beside:
    """How many options of an unplaced conflict would be of use beside its client's make-ups in `base`."""
    options, client = base.found[conflict].options, base.request.ranked_of[conflict].client.id
    own = [one for key, one in base.paired.items() if base.request.ranked_of[key].client.id == client]
    known = base.known[client]  # what stands counts as the options do
    if not own or not options or known.aim is Aim.SESSIONS:
        return Beside(len(options))
    stretches = [_filled(known, number, own) for number in range(len(known.stretches))]
    spacing = known.spacing and known.spacing.beside(one.day for one in own if one.kind is not _LONGER)
    useful = [one for one in options if _helps(stretches, one, own)]
    crowding = sum(spacing.crowds(one.day) for one in useful if one.kind is not _LONGER) if spacing else 0
    return Beside(len(useful) - crowding, crowding)


_LONGER = OfferKind.EXTEND


def _filled(known: Continuity, number: int, own: list[Option]) -> Stretch:
    stretch = known.stretches[number]
    met = [(one.day, one.chance) for one in own if one.stretch == number and one.kind is not OfferKind.EXTEND]
    return replace(stretch, given=tuple(sorted({*stretch.given, *met})))


def _helps(stretches: list[Stretch], one: Option, own: list[Option]) -> bool:
    """A longer session stands for itself: in a stretch with any other make-up it adds nothing."""
    if one.kind is OfferKind.EXTEND:
        return all(other.stretch != one.stretch for other in own)
    return one.stretch >= 0 and stretches[one.stretch].useful((one.day, one.chance))
