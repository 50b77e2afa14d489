"""The command line: one clear line for every error, no traceback; exit status 78 for settings that cannot be used."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from rich.console import Console

from syncd.core.errors import ConfigError, SyncdError

EXIT_CONFIG = 78  # EX_CONFIG of sysexits.h; systemd does not restart on it
EXIT_ERROR = 1

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Finds make-up sessions when a therapist is away, in the calendar they already use.",
)
Config = Annotated[
    Path,
    typer.Option("--config", "-c", envvar="SYNCD_CONFIG", help="The settings file.", show_default=True),
]
Json = Annotated[bool, typer.Option("--json", help="Documented JSON instead of tables.")]
Names = Annotated[bool, typer.Option("--names", help="Show names instead of initials.")]
DEFAULT_CONFIG = Path("/etc/syncd/syncd.toml")


def main() -> None:
    """Entry point of the command `syncd`."""
    try:
        app()
    except ConfigError as error:
        for problem in error.problems:
            print(f"syncd: {problem}", file=sys.stderr)  # noqa: T201
        sys.exit(EXIT_CONFIG)
    except SyncdError as error:
        print(f"syncd: {error}", file=sys.stderr)  # noqa: T201
        sys.exit(EXIT_ERROR)


@app.callback()
def everywhere(
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Log every effect to standard error.")] = False,
) -> None:
    """Set up logging; logs carry opaque ids only."""
    level = logging.INFO if verbose else logging.WARNING
    logging.basicConfig(level=level, format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr)


@app.command()
def run(config: Config = DEFAULT_CONFIG) -> None:
    """Run the daemon: what the systemd service does."""
    from syncd.daemon import Daemon
    from syncd.wiring import running

    logging.getLogger().setLevel(logging.INFO)
    Daemon(lambda store: running(config, os.environ, store)).run()


@app.command()
def once(
    config: Config = DEFAULT_CONFIG,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be done; write nothing.")] = False,
    believe: Annotated[
        list[str] | None, typer.Option(help="A calendar whose many deletions are meant.", metavar="CALENDAR")
    ] = None,
) -> None:
    """Look once, do what is due, and end."""
    from syncd.cycle import preview, run_until_quiet
    from syncd.report import action_table, problem_table
    from syncd.wiring import acting, world_of

    console = Console()
    with world_of(config, os.environ, believe=frozenset(believe or ())) as world:
        if dry_run:
            reports = (preview(world),)
        else:
            with acting(world) as fence:
                reports = run_until_quiet(world, fence)
    for report in reports:
        console.print(action_table(report, dry=dry_run))
    console.print(problem_table(reports[-1]))


@app.command()
def plan(
    config: Config = DEFAULT_CONFIG,
    json: Json = False,
    names: Names = False,
    picture: Annotated[Path | None, typer.Option(help="Write the weeks as an SVG picture.")] = None,
) -> None:
    """Show leave, conflicts, ranking, plan and reasons as they are now; changes nothing."""
    from syncd.cycle import preview
    from syncd.report import plan_document, plan_tables, week_pictures
    from syncd.wiring import world_of

    with world_of(config, os.environ) as world:
        report = preview(world)
    if picture is not None:
        picture.write_text(week_pictures(report), encoding="utf-8")
    console = Console()
    if json:
        typer.echo(plan_document(report))
    else:
        for table in plan_tables(report, names=names):
            console.print(table)
