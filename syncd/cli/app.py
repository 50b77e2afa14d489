"""The command itself: what is said of errors, where logs go, the options that commands share."""

from __future__ import annotations

import gc
import logging
import sys
from collections.abc import Iterable
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console, RenderableType

from syncd.core.model import ReadProblem
from syncd.core.model.errors import ConfigError, SyncdError

EXIT_CONFIG = 78  # EX_CONFIG of sysexits.h; systemd does not restart on it
EXIT_ERROR = 1
SELDOM = 50_000  # new objects between two looks for cycles: a command ends before it has made many
_LASTING = frozenset({"run", "worker"})

app = typer.Typer(
    rich_markup_mode="markdown",  # [mail] is a table of the settings, no markup
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    help="Finds make-up sessions when a therapist is away, in the calendar they already use.",
)
auth = typer.Typer(rich_markup_mode="markdown", no_args_is_help=True, help="Let syncd into an account.")
store = typer.Typer(
    rich_markup_mode="markdown", no_args_is_help=True, help="Move the store, or a calendar in it."
)

audit = typer.Typer(
    rich_markup_mode="markdown", no_args_is_help=True, help="See that the audit is whole, and what it says."
)

app.add_typer(audit, name="audit")
app.add_typer(auth, name="auth")
app.add_typer(store, name="store")


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
    except Exception as error:
        if logging.getLogger().isEnabledFor(logging.INFO):
            raise
        print(f"syncd: this should not happen: {type(error).__name__}; -v shows where", file=sys.stderr)  # noqa: T201
        sys.exit(EXIT_ERROR)


def _say_version(asked: bool) -> None:
    if asked:
        typer.echo(f"syncd {version('syncd')}")
        raise typer.Exit


@app.callback()
def everywhere(
    context: typer.Context,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Log every effect to standard error.")
    ] = False,
    _version: Annotated[
        bool,
        typer.Option("--version", help="Show the version and exit.", callback=_say_version, is_eager=True),
    ] = False,
) -> None:
    """Set up logging; logs carry opaque ids only."""
    level = logging.INFO if verbose else logging.WARNING
    if context.invoked_subcommand not in _LASTING:
        gc.set_threshold(SELDOM)
    logging.basicConfig(level=level, format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr)


def as_duration(option: str, text: str) -> timedelta:
    """What an option says: `30m`, `48h`, `14d`, or ISO 8601. Raises SyncdError for what is none."""
    from pydantic_core import PydanticCustomError

    from syncd.settings.scalars import duration

    try:
        return duration(text)
    except PydanticCustomError as error:
        raise SyncdError(f"{option} {text}: {error.message()}") from None


def raise_unread(problems: Iterable[ReadProblem]) -> None:
    """Raise SyncdError, so that a timer notices, when a whole calendar or the mailbox could not be read."""
    unread = {problem.calendar: problem.reason for problem in problems if not problem.uid}
    if unread:
        said = "; ".join(f"{calendar}: {reason}" for calendar, reason in sorted(unread.items()))
        raise SyncdError(f"could not be read: {said}")


def show(tables: Iterable[RenderableType]) -> None:
    """Print tables one after the other."""
    console = Console()
    for table in tables:
        console.print(table)
