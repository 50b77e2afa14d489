"""The store itself: moved to another database, or told of a calendar that is called otherwise."""

from __future__ import annotations

import os
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from syncd.cli.app import DEFAULT_CONFIG, Config, app, store
from syncd.core.model.errors import StoreError

if TYPE_CHECKING:
    from syncd.store import Place
    from syncd.store.upgrading import Ahead


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


@app.command()
def upgrade(
    config: Config = DEFAULT_CONFIG,
    check: Annotated[bool, typer.Option("--check", help="Only say what it would do.")] = False,
) -> None:
    """Bring the store to this version's form, as its first start would; say whether the settings are valid in it.

    The service must be stopped, but for --check. Exit status 78 where this version would refuse the settings.
    """
    from syncd.settings import load_store
    from syncd.store import ahead
    from syncd.store import upgrade as upgraded
    from syncd.wiring import SystemClock, settings_of

    kept = load_store(config, os.environ)
    if not kept.stands:
        typer.echo("There is no store yet: the first start makes one.")
    else:
        url = kept.with_password()
        for line in _upgrade_lines(
            ahead(url) if check else upgraded(url, SystemClock().now()), done=not check
        ):
            typer.echo(line)
    settings = settings_of(config, os.environ)
    typer.echo(f"The settings are valid in syncd {version('syncd')}: {settings.path}")


def _upgrade_lines(found: Ahead, *, done: bool) -> Iterator[str]:
    if not found.steps:
        yield f"The store has this version's form ({found.becomes}): nothing changes in it."
        return
    way = f"from {found.form or 'nothing'} to {found.becomes}:"
    yield f"The store was brought {way}" if done else f"A start brings the store {way}"
    yield from (f"- {step}" for step in found.steps)
    if found.kept is not None:
        stands = "stands" if done else "will stand"
        yield f"As it was it {stands} in {found.kept} ({found.room / 1_000_000:.1f} MB)."
    else:
        yield "It is no file, so that no copy is made: take a dump first (pg_dump)."
    yield "No entry and no mail is written for it."


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
