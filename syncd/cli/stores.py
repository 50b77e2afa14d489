"""The store itself: moved to another database, or told of a calendar that is called otherwise."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from syncd.cli.app import DEFAULT_CONFIG, Config, store
from syncd.core.model.errors import StoreError

if TYPE_CHECKING:
    from syncd.store import Place


@store.command()
def copy(
    source: Annotated[
        str, typer.Argument(metavar="FROM", help="The address of the store, as in `[store] url`.")
    ],
    target: Annotated[str, typer.Argument(metavar="TO", help="Of an empty database, or of a new file.")],
    config: Config = DEFAULT_CONFIG,
) -> None:
    """Copy a store with all that it holds to another database; the service must be stopped.

    A password stands in `[store] password` of the settings that name the same address, or in `~/.pgpass`.
    """
    from syncd.store import copy_store
    from syncd.wiring import SystemClock

    places = (_place(source, config), _place(target, config))
    counts = copy_store(*places, SystemClock().now())
    for table, count in counts.items():
        typer.echo(f"{table:<12}{count:>8}")
    typer.echo("Copied; the counts and all rows agree. Next: name TO in [store] url, then start the service.")
    typer.echo("The old store must not be worked on again: two that act for one practice tell clients twice.")


@store.command()
def calendar(
    old: Annotated[str, typer.Argument(metavar="OLD", help="What it was called, as account/name.")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="What settings call it from now on.")],
    config: Config = DEFAULT_CONFIG,
) -> None:
    """Let the store know a calendar by another name: it was renamed, or moved to another account, with all its entries.

    The service must be stopped.
    """
    from syncd.wiring import SystemClock, acting_on, store_alone

    with store_alone(config, os.environ) as kept, acting_on(kept, SystemClock()) as fence:
        changed = kept.rename_calendar(fence, old, new, SystemClock().now())
    typer.echo(
        f"{old} is {new} from now on: {changed} rows. Next: name it so in the settings, `syncd check`, start."
    )


def _place(url: str, config: Path) -> Place:
    """With the password and the state directory that settings name for this very address, where they do."""
    from syncd.settings import load_store
    from syncd.store import Place

    if "@" in url and ":" in url.partition("//")[2].partition("@")[0]:
        raise StoreError(
            "a password in a command can be read by everybody on this machine: put it into ~/.pgpass"
        )
    if config.is_file():
        kept = load_store(config, os.environ)
        if kept.url == url:
            return Place(kept.with_password(), kept.state)
    return Place(url)
