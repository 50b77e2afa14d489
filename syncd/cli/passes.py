"""Passes: the daemon, or one look."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from syncd.cli.app import DEFAULT_CONFIG, Config, app, raise_unread
from syncd.core.model.errors import SyncdError


@app.command()
def run(config: Config = DEFAULT_CONFIG) -> None:
    """Run the daemon: what the systemd service does. With `syncd -v run` every effect is logged."""
    from syncd.daemon import Daemon
    from syncd.monitoring import journal
    from syncd.wiring.world import running

    journal.begin(os.environ, verbose=logging.getLogger().isEnabledFor(logging.INFO))
    Daemon(lambda store: running(config, os.environ, store)).run()


@app.command()
def worker(
    folder: Annotated[
        Path,
        typer.Argument(metavar="DIR", help="A folder whose settings files (*.toml) are a practice each."),
    ],
    threads: Annotated[int, typer.Option(help="How many practices have their turn at once.", min=1)] = 4,
    metrics: Annotated[
        str, typer.Option(help="Where to serve metrics and /readyz, as host:port; nowhere if left out.")
    ] = "",
    queue: Annotated[
        str,
        typer.Option(
            envvar="SYNCD_QUEUE",
            help="A PostgreSQL database by which workers on several machines share the turns: postgresql://user@host/name.",
        ),
    ] = "",
) -> None:
    """Serve many practices: each settings file in a folder is one, and comes and goes with its file.

    A mistake in one file keeps that practice from being served, or its older settings in force; the others go on.
    """
    from syncd.monitoring import journal
    from syncd.wiring.world import running
    from syncd.worker import Worker

    journal.begin(os.environ, verbose=logging.getLogger().isEnabledFor(logging.INFO))
    Worker(folder, running, os.environ, threads, metrics, queue).run()


@app.command()
def once(
    config: Config = DEFAULT_CONFIG,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be done; write nothing.")
    ] = False,
    believe: Annotated[
        list[str] | None, typer.Option(help="A calendar whose many deletions are meant.", metavar="CALENDAR")
    ] = None,
) -> None:
    """Look once, do what is due, and end."""
    from syncd.asked import work_out
    from syncd.cycle import PassReport, preview, run_until_quiet, summed
    from syncd.report.passes import action_table, problem_table
    from syncd.solver.costs import Costing
    from syncd.wiring.world import acting, world_of

    console = Console()
    with world_of(
        config, os.environ, believe=frozenset(believe or ()), rings=not dry_run, looks=dry_run
    ) as world:
        reports: tuple[PassReport, ...]
        if dry_run:
            reports = (preview(world),)
        else:
            with acting(world) as fence:
                reports = run_until_quiet(world, fence)
                if work_out(world, fence, reports[-1], Costing()):
                    reports = (*reports, *run_until_quiet(world, fence))
    for report in reports:
        console.print(action_table(report, dry=dry_run))
    console.print(problem_table(summed(reports)))
    halted = reports[-1].halted
    if halted is not None:
        raise SyncdError(f"nothing is done: {halted.why}")
    raise_unread(reports[-1].problems)
