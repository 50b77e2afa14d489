"""What the effects of a pass are about, as they happen one after the other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from syncd.core.model import CalendarObject, Conflict, Offer
from syncd.core.model.actions import Action, PutEvent, SendMail
from syncd.core.offers import Consequence


@dataclass(slots=True)
class Subjects:
    """Offers and conflicts as they are while effects happen to them."""

    offers: dict[str, Offer]
    conflicts: dict[str, Conflict]
    mirror: Mapping[str, tuple[CalendarObject, ...]]

    @classmethod
    def of(
        cls,
        offers: Iterable[Offer],
        conflicts: Iterable[Conflict],
        mirror: Mapping[str, tuple[CalendarObject, ...]],
    ) -> Subjects:
        """Start from what is recorded."""
        return cls({offer.uid: offer for offer in offers}, {row.id: row for row in conflicts}, mirror)

    def places(self, gone: tuple[str, str] | None) -> tuple[tuple[str, str], ...]:
        """Where the mirror keeps an object that is gone: calendar id and href."""
        if gone is None:
            return ()
        calendar, uid = gone
        return tuple((calendar, one.href) for one in self.mirror.get(calendar, ()) if one.uid == uid)

    def stood(self, place: tuple[str, str]) -> CalendarObject | None:
        """What the mirror keeps of an object, by calendar id and UID: how it stood before this pass."""
        calendar, uid = place
        return next((one for one in self.mirror.get(calendar, ()) if one.uid == uid), None)

    def subject(self, action: Action) -> tuple[Offer | None, tuple[Conflict, ...]]:
        """The rows that an action is about: named by its key, or by the mail itself."""
        offer, conflicts = action.key.subject, [action.key.subject]
        if isinstance(action, SendMail):
            spoken = (action.conflict, *action.besides, *(one.conflict for one in action.revived))
            offer, conflicts = action.offer, list(dict.fromkeys(spoken))
        elif isinstance(action, PutEvent) and action.hearing is not None:
            conflicts = [action.hearing.conflict]
        return self.offers.get(offer), tuple(
            self.conflicts[one] for one in conflicts if one in self.conflicts
        )

    def take(self, result: Consequence) -> None:
        """Remember what follows for the next effect of the same pass."""
        if result.offer is not None:
            self.offers[result.offer.uid] = result.offer
        self.conflicts.update((row.id, row) for row in result.conflicts)
