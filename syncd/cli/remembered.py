"""What the store remembers: taken over, copied, put back, paused, shown."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from syncd.cli.app import DEFAULT_CONFIG, Config, Json, Names, app, as_duration, show
from syncd.core.model.errors import ConfigError, StoreError
from syncd.core.model.practice import Therapist


@app.command()
def adopt(
    config: Config = DEFAULT_CONFIG,
    yes: Annotated[bool, typer.Option("--yes", help="Do what the list says.")] = False,
) -> None:
    """List entries of a syncd that this store does not know, after a lost or restored store; --yes takes them over."""
    from syncd.adopting import adopt as adopted
    from syncd.wiring.world import acting, world_of

    with world_of(config, os.environ) as world:
        if not yes:
            lines = adopted(world, None)
        else:
            with acting(world) as fence:
                lines = adopted(world, fence)
    for line in lines:
        typer.echo(line)


@app.command()
def clock(
    config: Config = DEFAULT_CONFIG,
    accept: Annotated[bool, typer.Option("--accept", help="It is right now.")] = False,
) -> None:
    """Show what was noted by a clock that was wrong; --accept says that it is right now, so that syncd goes on."""
    from syncd.setting_clock import clock as of_clock
    from syncd.wiring.world import acting, world_of

    with world_of(config, os.environ) as world:
        if not accept:
            lines = of_clock(world, None)
        else:
            with acting(world) as fence:
                lines = of_clock(world, fence)
    for line in lines:
        typer.echo(line)


@app.command()
def retire(
    who: Annotated[str, typer.Argument(metavar="WHO", help="A therapist's id, or a client's.")],
    config: Config = DEFAULT_CONFIG,
    names: Names = False,
    yes: Annotated[bool, typer.Option("--yes", help="End what the settings name no more.")] = False,
) -> None:
    """List what stands with somebody who leaves, and whom to call; --yes ends it, once the settings name them no more.

    No calendar is asked and nobody is written to.
    """
    from syncd.retiring import retire as retired
    from syncd.wiring.world import acting, world_of

    with world_of(config, os.environ) as world:
        if not yes:
            lines = retired(world, who, None, names=names)
        else:
            with acting(world) as fence:
                lines = retired(world, who, fence, names=names)
    for line in lines:
        typer.echo(line)


@app.command()
def erase(
    client: Annotated[
        str, typer.Argument(metavar="CLIENT", help="Their id, which the roster names no more.")
    ],
    config: Config = DEFAULT_CONFIG,
    yes: Annotated[bool, typer.Option("--yes", help="Erase what the list says.")] = False,
) -> None:
    """Erase a client who has left from the store; lists what is kept of them first, and what it cannot reach.

    It is refused while the roster names them, and while times of theirs stand.
    """
    from syncd.erasing import erase as erased
    from syncd.wiring.world import acting, world_of

    with world_of(config, os.environ) as world:
        if not yes:
            lines = erased(world, client, None)
        else:
            with acting(world) as fence:
                lines = erased(world, client, fence)
    for line in lines:
        typer.echo(line)


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A new file.")],
    config: Config = DEFAULT_CONFIG,
) -> None:
    """Write a checked copy of the store, while the daemon runs or not."""
    from syncd.settings import load_store
    from syncd.store import back_up, note_copy
    from syncd.wiring import SystemClock

    url = load_store(config, os.environ).url
    back_up(url, file)
    typer.echo(f"Written and checked: {file}. It holds health data: keep it as private as the store.")
    try:
        note_copy(url, SystemClock().now())
    except StoreError as error:
        typer.echo(f"`syncd status` will not know of it: {error}", err=True)


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What `syncd backup` wrote.")],
    config: Config = DEFAULT_CONFIG,
) -> None:
    """Put a copy in the store's place; the daemon must be stopped. Then `syncd adopt` finds what happened since."""
    from syncd.settings import load_store
    from syncd.store import put_back
    from syncd.wiring import SystemClock

    kept = load_store(config, os.environ)
    old = put_back(kept.url, file, SystemClock().now(), kept.state)
    typer.echo(f"Put back: {file}." + (f" What stood there is {old}." if old else ""))
    typer.echo(
        "Next: `syncd adopt` lists what happened since, `syncd adopt --yes` takes it over; until then syncd"
    )
    typer.echo(
        "reads and does nothing else, unless the copy is as new as what was done. Then start the service."
    )


@app.command()
def pause(
    reason: Annotated[str, typer.Argument(help="Why; shown by `syncd status`.")] = "paused by hand",
    config: Config = DEFAULT_CONFIG,
) -> None:
    """Let nothing leave the house until `syncd resume`."""
    from syncd.wiring import SystemClock, store_alone

    with store_alone(config, os.environ) as store:
        store.pause(reason, SystemClock().now())
    typer.echo("Paused: nothing is written and nothing is sent until `syncd resume`.")


@app.command()
def resume(config: Config = DEFAULT_CONFIG) -> None:
    """End a pause."""
    from syncd.wiring import SystemClock, store_alone

    with store_alone(config, os.environ) as store:
        store.pause("", SystemClock().now())
    typer.echo("Resumed: the next pass does what is due.")


@app.command()
def status(
    config: Config = DEFAULT_CONFIG,
    json: Json = False,
    check: Annotated[
        bool,
        typer.Option("--check", help="End with 1 where a human should look, with 2 where nothing is done."),
    ] = False,
    backup_within: Annotated[
        str,
        typer.Option(
            help="With --check, also with 1 where `syncd backup` made no copy for so long; `36h`, `8d`.",
            metavar="DURATION",
            show_default=False,
        ),
    ] = "",
) -> None:
    """Show what the store remembers: calendars, offers, effects under way, what needs a look.

    It works while the settings or a roster hold mistakes, as `pause`, `resume`, `backup` and `restore` do.
    """
    from syncd.report.status import rated, stands, status_document
    from syncd.report.status_tables import status_tables
    from syncd.wiring import SystemClock, dropped, settings_of, store_alone, store_stands, usage_of
    from syncd.wiring.ends import sign_ins_end

    within = as_duration("--backup-within", backup_within) if backup_within else None
    with store_alone(config, os.environ, looks=True) as store:
        now, zone = SystemClock().now(), ZoneInfo("UTC")
        memory, acting = store.load(), store.acting(now)
    if not store_stands(config, os.environ):
        typer.echo("No store stands yet: syncd has never begun with these settings.", err=True)
    therapists: tuple[Therapist, ...] = ()
    ends: Mapping[str, datetime] = {}
    try:
        settings = settings_of(config, os.environ)
        zone, frozen = settings.practice.zone, dropped(settings, memory, now)
        therapists, ends = settings.therapists, sign_ins_end(settings.accounts)
    except ConfigError as error:
        typer.echo(
            f"{error}\nThe settings hold mistakes; until they are put right, times below are UTC.", err=True
        )
        frozen = ()
    found = stands(memory, now, zone, therapists, usage_of(config, os.environ), ends, acting=acting)
    if json:
        typer.echo(status_document(found))
    else:
        for problem in frozen:
            typer.echo(f"Frozen: {problem}")
        show(status_tables(found, zone))
    if check:
        raise typer.Exit(rated(found, now, within))
