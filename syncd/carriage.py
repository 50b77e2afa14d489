"""Which way invitations leave from a calendar: as settings say at every pass, else as its server says now and then."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from syncd.core.model import Delivery
from syncd.ports import MAILED, CalendarState, Carriage, MirrorChange


def _mailed(_: str) -> Carriage:
    return MAILED


@dataclass(frozen=True, slots=True)
class Paths:
    """By calendar id: `named` is the path that settings alone decide; `ask` asks a server, and may write there and undo
    it. `ask` raises as `Account.probe` does.
    """

    named: Mapping[str, Delivery] = field(default_factory=dict)
    ask: Callable[[str], Carriage] = _mailed

    def known(self, calendars: Iterable[str], states: Mapping[str, CalendarState]) -> dict[str, Carriage]:
        """The carriage of those calendars whose server need not be asked.

        As whom an account spoke stays known: offers that a server carries keep their path through new settings.
        """
        found = ((calendar, self._known(calendar, states.get(calendar))) for calendar in calendars)
        return {calendar: carriage for calendar, carriage in found if carriage is not None}

    def _known(self, calendar: str, state: CalendarState | None) -> Carriage | None:
        before = state.carriage if state else MAILED
        path = self.named.get(calendar)
        if path is not None and not self.asks(calendar):
            return replace(before, delivery=path)
        return before if state is not None and path in {None, before.delivery} else None

    def asks(self, calendar: str) -> bool:
        """True where the server has a say."""
        return self.named.get(calendar) in {None, Delivery.SERVER}


def turned(
    states: Iterable[CalendarState], carriage: Mapping[str, Carriage], changes: Iterable[MirrorChange]
) -> tuple[MirrorChange, ...]:
    """What is to be remembered of calendars whose path alone has changed."""
    read = {change.state.calendar for change in changes}
    return tuple(
        MirrorChange(replace(state, carriage=carriage[state.calendar]), (), ())
        for state in states
        if state.calendar not in read and carriage.get(state.calendar, state.carriage) != state.carriage
    )
