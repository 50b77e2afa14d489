"""What does not answer: in place of an account or a mailbox, the same in every world."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from syncd.core.model.errors import AuthExpired, ConnectorError, Transient
from syncd.core.time.spans import Span
from tests.diary.worlds.world import Desk, World, window

Error = Callable[[], ConnectorError]


class Silent:
    """Everything that is asked of it fails; `id` is what it stands in for."""

    def __init__(self, id: str, error: Error) -> None:
        self.id = id
        self._error = error

    def ahead(self) -> None:
        """Nobody answers, so nobody tells the time."""

    def copies(self) -> tuple[()]:
        """What no reading has shown."""
        return ()

    def __getattr__(self, name: str) -> Callable[..., None]:
        def refused(*_: object, **__: object) -> None:
            raise self._error()

        return refused


def expired() -> ConnectorError:
    """What a server says to an old password."""
    return AuthExpired("the server refuses the password: put the new one where the settings say")


def away() -> ConnectorError:
    """What is said of a server that is not there."""
    return Transient("nobody answers there")


def lose_account(world: World, desk: Desk, error: Error) -> Callable[[], None]:
    """The account of a therapist's calendar answers nothing any more; returns how it comes back."""
    account = desk.calendar.partition("/")[0]
    before = world.practicing
    hands = before.hands(Span(*window(world.clock.now())))
    ports = {
        name: Silent(name, error) if name.startswith(f"{account}/") else port
        for name, port in before.sources.calendars.items()
    }
    accounts = {**before.sources.accounts, account: Silent(account, error)}
    world.practicing = replace(
        before,
        sources=replace(before.sources, accounts=accounts, calendars=ports),  # type: ignore[arg-type]
        hands=lambda window: replace(hands, calendars=ports, window=window),  # type: ignore[arg-type]
    )

    def back() -> None:
        sources = replace(
            world.practicing.sources, accounts=before.sources.accounts, calendars=before.sources.calendars
        )
        world.practicing = replace(world.practicing, sources=sources, hands=before.hands)

    return back


def lose_mailbox(world: World, error: Error) -> Callable[[], None]:
    """The mailbox answers nothing any more; returns how it comes back."""
    mailbox = world.practicing.sources.mailbox
    sources = replace(world.practicing.sources, mailbox=Silent("mailbox", error))  # type: ignore[arg-type]
    world.practicing = replace(world.practicing, sources=sources)

    def back() -> None:
        world.practicing = replace(
            world.practicing, sources=replace(world.practicing.sources, mailbox=mailbox)
        )

    return back
