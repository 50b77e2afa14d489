"""Setting up: examinations, sign-in, the demo, schemas."""

from __future__ import annotations

import os
import sys
from datetime import timedelta
from enum import StrEnum
from importlib.metadata import version
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from syncd.cli.app import DEFAULT_CONFIG, Config, Json, app, as_duration, auth
from syncd.core.model.errors import SyncdError

DEMO_WIDTH = 120


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

    raise typer.Exit(examined(config, os.environ, wait=as_duration("--wait", wait), json=json))


@app.command()
def check(config: Config = DEFAULT_CONFIG) -> None:
    """Read settings, rosters, secrets and texts as a start or reload would, without a network; say who would freeze.

    Exit status 78 where a start would be refused.
    """
    from syncd.core.model.errors import ConfigError
    from syncd.settings import warnings
    from syncd.wiring import SystemClock, dropped, refuse_fleeting, settings_of, store_alone
    from syncd.wording import load_templates, rehearse

    settings = settings_of(config, os.environ)
    refuse_fleeting(settings, os.environ)
    if problems := rehearse(load_templates(settings.templates)):
        raise ConfigError(problems)
    for warning in warnings(settings):
        typer.echo(f"Look at: {warning}")
    if settings.store.stands:
        with store_alone(config, os.environ) as store:
            for problem in dropped(settings, store.load(), SystemClock().now()):
                typer.echo(f"Would freeze: {problem}")
    people = f"{len(settings.therapists)} therapists, {len(settings.clients)} clients"
    typer.echo(f"Good: {config}, {people}, {len(settings.accounts)} accounts")


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
        raise SyncdError(f"the demo needs {error.name}: {_with_demo()}") from error

    if not played(output, Console(width=max(DEMO_WIDTH, Console().width)), serve, google):
        raise SyncdError(f"the demo did not end as promised: see {output / 'result.json'}")


def _with_demo() -> str:
    """How its servers are had: from a checkout, or with the wheel's file; no index has a package of ours."""
    wheel = f"./syncd-{version('syncd')}-py3-none-any.whl[demo]"
    return f"make demo in a checkout, or pip install '{wheel}' where that file lies"


class Shell(StrEnum):
    """What can complete commands."""

    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"


@app.command()
def completion(shell: Annotated[Shell, typer.Argument(help="Whose words are to be completed.")]) -> None:
    """Write what a shell reads to complete commands and options: for its folder of such files, or to `source`."""
    os.environ["_SYNCD_COMPLETE"] = f"source_{shell}"
    app(prog_name="syncd")  # writes it and ends


@app.command()
def schemas(
    folder: Annotated[Path, typer.Argument(help="Where the JSON Schemas are written.")] = Path(
        "config/schema"
    ),
) -> None:
    """Write the JSON Schemas of settings, roster and --json documents."""
    from syncd.doctor import schemas as findings
    from syncd.report.schemas import schemas as documents
    from syncd.settings.schemas import write_schemas

    write_schemas(folder)
    for name, text in (documents() | findings()).items():
        (folder / name).write_text(text, encoding="utf-8")
