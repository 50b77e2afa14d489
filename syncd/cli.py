"""The command line: one clear line for every error, no traceback; exit status 78 for settings that cannot be used."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console, RenderableType

from syncd.core.model import ReadProblem
from syncd.core.model.errors import ConfigError, SyncdError

EXIT_CONFIG = 78  # EX_CONFIG of sysexits.h; systemd does not restart on it
EXIT_ERROR = 1

app = typer.Typer(
    add_completion=False,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    help="Finds make-up sessions when a therapist is away, in the calendar they already use.",
)
auth = typer.Typer(no_args_is_help=True, help="Let syncd into an account.")
app.add_typer(auth, name="auth")
Config = Annotated[
    Path,
    typer.Option("--config", "-c", envvar="SYNCD_CONFIG", help="The settings file.", show_default=True),
]
Json = Annotated[bool, typer.Option("--json", help="Documented JSON instead of tables.")]
Names = Annotated[bool, typer.Option("--names", help="Show names instead of initials.")]
DEFAULT_CONFIG = Path("/etc/syncd/syncd.toml")
DEMO_WIDTH = 120


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


@app.callback()
def everywhere(
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Log every effect to standard error.")
    ] = False,
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
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be done; write nothing.")
    ] = False,
    believe: Annotated[
        list[str] | None, typer.Option(help="A calendar whose many deletions are meant.", metavar="CALENDAR")
    ] = None,
) -> None:
    """Look once, do what is due, and end."""
    from syncd.cycle import PassReport, preview, run_until_quiet, summed
    from syncd.report import action_table, problem_table
    from syncd.wiring import acting, world_of

    console = Console()
    with world_of(config, os.environ, believe=frozenset(believe or ()), rings=not dry_run) as world:
        reports: tuple[PassReport, ...]
        if dry_run:
            reports = (preview(world),)
        else:
            with acting(world) as fence:
                reports = run_until_quiet(world, fence)
    for report in reports:
        console.print(action_table(report, dry=dry_run))
    console.print(problem_table(summed(reports)))
    halted = reports[-1].halted
    if halted is not None:
        raise SyncdError(f"nothing is done: {halted.why}")
    _readable(reports[-1].problems)


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

    with world_of(config, os.environ, explain=True) as world:
        report = preview(world)
    if picture is not None:
        try:
            picture.write_text(week_pictures(report), encoding="utf-8")
        except OSError as error:
            raise SyncdError(f"{picture}: {error.strerror}; name a file that can be written") from None
    if json:
        typer.echo(plan_document(report, names=names))
    else:
        _show(plan_tables(report, names=names))


@app.command()
def explain(
    who: Annotated[
        str, typer.Argument(metavar="CLIENT_OR_SESSION", help="A client's id or initials, or a session.")
    ],
    config: Config = DEFAULT_CONFIG,
    json: Json = False,
    names: Names = False,
) -> None:
    """Everything about one client or session: rank, reasons, other times, what was sent."""
    from syncd.cycle import preview
    from syncd.report import explain as explained
    from syncd.report import explain_document, explanation_tables, named
    from syncd.wiring import explaining_planner, world_of

    with world_of(config, os.environ) as world:
        asked = explaining_planner(about=partial(named, name=who))
        report = preview(replace(world, planner=asked))
        ledger, audit = world.store.load().ledger, world.store.audit()
    decision, standing = report.decision, report.decision.standing
    found = explained(standing, decision.plan, who, ledger=ledger, audit=audit)
    if not found:
        _readable(report.problems)
    if json:
        typer.echo(explain_document(standing, found, names=names))
    else:
        _show(explanation_tables(standing, found, names=names))


@app.command()
def approve(
    leave: Annotated[
        str, typer.Argument(metavar="LEAVE", help="The absence's id, its code, or its first day.")
    ],
    config: Config = DEFAULT_CONFIG,
) -> None:
    """Say yes to what an absence would send, as `#ok` in the leave's title does."""
    from syncd.approving import approve as given
    from syncd.wiring import world_of

    with world_of(config, os.environ) as world:
        typer.echo(given(world, leave))


@app.command()
def adopt(
    config: Config = DEFAULT_CONFIG,
    yes: Annotated[bool, typer.Option("--yes", help="Do what the list says.")] = False,
) -> None:
    """List entries of a syncd that this store does not know, after a lost or restored store; --yes takes them over."""
    from syncd.adopting import adopt as adopted
    from syncd.wiring import acting, world_of

    with world_of(config, os.environ) as world:
        if not yes:
            lines = adopted(world, None)
        else:
            with acting(world) as fence:
                lines = adopted(world, fence)
    for line in lines:
        typer.echo(line)


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A new file.")],
    config: Config = DEFAULT_CONFIG,
) -> None:
    """Write a checked copy of the store, while the daemon runs or not."""
    from syncd.store import back_up
    from syncd.wiring import settings_of

    back_up(settings_of(config, os.environ).store.url, file)
    typer.echo(f"Written and checked: {file}. It holds health data: keep it as private as the store.")


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What `syncd backup` wrote.")],
    config: Config = DEFAULT_CONFIG,
) -> None:
    """Put a copy in the store's place; the daemon must be stopped. Then `syncd adopt` finds what happened since."""
    from syncd.store import put_back
    from syncd.wiring import settings_of

    old = put_back(settings_of(config, os.environ).store.url, file)
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
    from syncd.wiring import world_of

    with world_of(config, os.environ) as world:
        world.store.pause(reason, world.clock.now())
    typer.echo("Paused: nothing is written and nothing is sent until `syncd resume`.")


@app.command()
def resume(config: Config = DEFAULT_CONFIG) -> None:
    """End a pause."""
    from syncd.wiring import world_of

    with world_of(config, os.environ) as world:
        world.store.pause("", world.clock.now())
    typer.echo("Resumed: the next pass does what is due.")


@app.command()
def status(config: Config = DEFAULT_CONFIG, json: Json = False) -> None:
    """Show what the store remembers: calendars, offers, effects under way, what needs a look."""
    from syncd.report import status_document, status_tables
    from syncd.wiring import world_of

    with world_of(config, os.environ) as world:
        memory, now, zone = world.store.load(), world.clock.now(), world.practice.zone
    if json:
        typer.echo(status_document(memory, now, zone))
    else:
        _show(status_tables(memory, now, zone))


@app.command()
def doctor(
    config: Config = DEFAULT_CONFIG,
    json: Json = False,
    wait: Annotated[
        str, typer.Option(help="How long each mail to ourselves may take; 0s sends none.", metavar="DURATION")
    ] = "60s",
) -> None:
    """Check that the set-up works; sends mail to `[mail] from` only. Exit status 1 when something fails."""
    from syncd.doctor import doctor as examined

    raise typer.Exit(examined(config, os.environ, wait=wait, json=json))


@auth.command()
def google(
    account: Annotated[str, typer.Argument(metavar="ACCOUNT", help="Its name in the settings.")],
    config: Config = DEFAULT_CONFIG,
    port: Annotated[
        int, typer.Option(help="Where the browser's answer arrives on this machine.", min=1024, max=65535)
    ] = 8765,
    minutes: Annotated[int, typer.Option(help="How long to wait for it.", min=1)] = 10,
) -> None:
    """Sign in to Google Calendar at a browser, here or through an SSH tunnel, and store the token."""
    from syncd.wiring.consent import consent_to_google

    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(
            line_buffering=True
        )  # what to do is read while the command waits, in a pipe too
    done = consent_to_google(config, os.environ, account, port=port, patience=timedelta(minutes=minutes))
    typer.echo(f"Stored: {done.token}. syncd may now")
    for purpose in done.purposes:
        typer.echo(f"  {purpose}")
    if done.ends is not None:
        typer.echo(
            f'The consent screen is in "Testing": Google ends this on {done.ends:%d %B %Y, %H:%M} UTC. Publish '
            'the app ("In production", or "Internal" in a Workspace), then run this again.'
        )


@app.command()
def demo(
    output: Annotated[Path, typer.Option(help="Where calendars, mails, plan and picture go.")] = Path(
        "demo-output"
    ),
    serve: Annotated[bool, typer.Option("--serve", help="Keep the servers up to try it by hand.")] = False,
    google: Annotated[
        bool, typer.Option("--google", help="On a stand-in for Google Calendar; it has no screen to try.")
    ] = False,
) -> None:
    """Play the main job on an embedded CalDAV server with 24 made-up clients."""
    if google and serve:
        raise SyncdError("--serve needs a calendar that a program can open: leave out --google")
    try:
        from syncd.demo.show import demo as played
    except ImportError as error:
        raise SyncdError(f"the demo needs {error.name}: pip install 'syncd[demo]'") from error

    if not played(output, Console(width=max(DEMO_WIDTH, Console().width)), serve, google):
        raise SyncdError(f"the demo did not end as promised: see {output / 'result.json'}")


@app.command()
def schemas(
    folder: Annotated[Path, typer.Argument(help="Where the JSON Schemas are written.")] = Path(
        "config/schema"
    ),
) -> None:
    """Write the JSON Schemas of settings, roster and --json documents."""
    from syncd.doctor import schemas as findings
    from syncd.report import schemas as documents
    from syncd.settings.schemas import write_schemas

    write_schemas(folder)
    for name, text in (documents() | findings()).items():
        (folder / name).write_text(text, encoding="utf-8")


def _readable(problems: Iterable[ReadProblem]) -> None:
    """Raise SyncdError, so that a timer notices, when a whole calendar or the mailbox could not be read."""
    unread = {problem.calendar: problem.reason for problem in problems if not problem.uid}
    if unread:
        said = "; ".join(f"{calendar}: {reason}" for calendar, reason in sorted(unread.items()))
        raise SyncdError(f"could not be read: {said}")


def _show(tables: Iterable[RenderableType]) -> None:
    console = Console()
    for table in tables:
        console.print(table)
