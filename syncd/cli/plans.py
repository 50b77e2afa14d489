"""What is planned, why, and a yes to it."""

from __future__ import annotations

import os
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from syncd.cli.app import DEFAULT_CONFIG, Config, Json, Names, app, raise_unread, show
from syncd.core.model.errors import SyncdError


@app.command()
def plan(
    config: Config = DEFAULT_CONFIG,
    json: Json = False,
    names: Names = False,
    picture: Annotated[Path | None, typer.Option(help="Write the weeks as an SVG picture.")] = None,
) -> None:
    """Show leave, conflicts, ranking, plan and reasons as they are now; changes nothing."""
    from syncd.asked import costed
    from syncd.cycle import preview
    from syncd.report.passes import plan_document, plan_tables, week_pictures
    from syncd.solver.costs import Costing
    from syncd.wiring import dropped, settings_of
    from syncd.wiring.world import world_of

    with world_of(config, os.environ, looks=True, explain=True) as world:
        report = costed(preview(world), Costing())
        problems = dropped(settings_of(config, os.environ), world.store.load(), world.clock.now())
    if picture is not None:
        _write(picture, week_pictures(report))
    if json:
        typer.echo(plan_document(report, names=names))
    else:
        for problem in problems:
            typer.echo(f"Frozen: {problem}")
        show(plan_tables(report, names=names))


@app.command()
def handover(
    leave: Annotated[
        str,
        typer.Argument(metavar="[LEAVE]", help="The absence's id, or its first day; all long leave else."),
    ] = "",
    config: Config = DEFAULT_CONFIG,
    json: Json = False,
    names: Names = False,
    page: Annotated[Path | None, typer.Option(help="Write a page to print, as HTML.")] = None,
) -> None:
    """Show long leave client by client: what falls out, the sessions before and after, who covers or could."""
    from syncd.cycle import preview
    from syncd.report.handovers import handover_document, handover_page, handover_tables
    from syncd.wiring import settings_of
    from syncd.wiring.planner import explaining_planner
    from syncd.wiring.world import world_of
    from syncd.wording import load_templates

    with world_of(config, os.environ, looks=True) as world:
        report = preview(replace(world, planner=explaining_planner(verify=0)))
    texts = load_templates(settings_of(config, os.environ).templates)
    if page is not None:
        _write(page, handover_page(report, texts, leave, names=names))
    if json:
        typer.echo(handover_document(report, leave, names=names))
    else:
        show(handover_tables(report, leave, names=names))


@app.command()
def report(
    html: Annotated[Path, typer.Option(help="Write the page here.", show_default=False)],
    config: Config = DEFAULT_CONFIG,
    names: Names = False,
) -> None:
    """Write the office's page, to print: who is away, whom to call, what waits for whom, who has what; changes nothing.

    It holds no tiers, no reasons and no titles; names and phone numbers with --names.
    """
    from syncd.cycle import preview
    from syncd.report.office import office_page
    from syncd.wiring import settings_of
    from syncd.wiring.world import world_of
    from syncd.wording import load_templates

    with world_of(config, os.environ, looks=True) as world:
        found = preview(world)
    texts = load_templates(settings_of(config, os.environ).templates)
    _write(html, office_page(found, texts, names=names))
    raise_unread(found.problems)


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
    from syncd.report.explain import Records, named, past
    from syncd.report.explain import explain as explained
    from syncd.report.explanations import explain_document, explanation_tables
    from syncd.wiring.planner import explaining_planner
    from syncd.wiring.world import world_of

    with world_of(config, os.environ, looks=True) as world:
        asked = explaining_planner(about=partial(named, name=who))
        report = preview(replace(world, planner=asked))
        kept = world.store.load()
        records = Records(kept.ledger, tuple(world.store.audit()), kept.came_back)
    decision, pass_state = report.decision, report.decision.pass_state
    found = explained(pass_state, decision.plan, who, records=records)
    before = past(pass_state, who, found, records=records)
    if not found:
        raise_unread(report.problems)
    if json:
        typer.echo(explain_document(pass_state, found, before=before, names=names, wanted=who))
    else:
        show(explanation_tables(pass_state, found, before=before, names=names, wanted=who))


@app.command()
def approve(
    leave: Annotated[
        str, typer.Argument(metavar="LEAVE", help="The absence's id, its code, or its first day.")
    ],
    config: Config = DEFAULT_CONFIG,
) -> None:
    """Say yes to what an absence would send, as `#ok` in the leave's title does."""
    from syncd.approving import approve as given
    from syncd.wiring.world import world_of

    with world_of(config, os.environ) as world:
        typer.echo(given(world, leave))


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise SyncdError(f"{file}: {error.strerror}; name a file that can be written") from None
