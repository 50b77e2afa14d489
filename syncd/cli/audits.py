"""The audit: whether it is whole, and what it says."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from syncd.cli.app import DEFAULT_CONFIG, Config, Json, audit
from syncd.core.model.errors import StoreError


@audit.command()
def verify(
    config: Config = DEFAULT_CONFIG,
    noted: Annotated[
        list[str] | None,
        typer.Option("--noted", metavar="LINK", help="A link from the journal: it must stand in the audit."),
    ] = None,
) -> None:
    """Follow the audit from its first row to its last; exit status 1 names the first row that does not fit."""
    from syncd.wiring import store_alone

    with store_alone(config, os.environ, looks=True) as store:
        found = store.verified()
    if found.fault:
        raise StoreError(f"the audit is not whole: {found.fault}")
    for one in noted or []:
        if one not in found.links:
            raise StoreError(
                f"{one} was noted and does not stand in the audit: the store is older than that note (was a copy put "
                "back?), or the audit was written anew"
            )
    typer.echo(f"The audit is whole: {found.rows} rows, the last link is {found.head or 'none yet'}")


@audit.command(name="show")
def show_audit(
    config: Config = DEFAULT_CONFIG,
    client: Annotated[
        str, typer.Option(metavar="CLIENT", help="Only what is for this client, or about their sessions.")
    ] = "",
    json: Json = False,
) -> None:
    """Show what was done, to whom, and on which grounds; by opaque ids, clients by a mark."""
    from syncd.report.audited import audit_document, audit_lines, audit_text
    from syncd.store import place_mark
    from syncd.wiring import store_alone

    with store_alone(config, os.environ, looks=True) as store:
        entries, memory = store.audit(), store.load()
        mark = store.audited_as(client) if client else None
    subjects = {one.id for one in memory.conflicts if one.client == client}
    subjects |= {one.uid for one in memory.offers if one.client == client}
    if client and not (mark or subjects):
        raise StoreError(
            f"the audit knows no client {client!r}: name them by their id; an erased one has none"
        )
    places = {place_mark(one.place): one.place for one in memory.grounds}
    lines = audit_lines(entries, places, mark, subjects)
    if json:
        typer.echo(audit_document(lines))
    else:
        for line in audit_text(lines):
            typer.echo(line)
