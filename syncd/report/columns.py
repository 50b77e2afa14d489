"""The one look of all tables: sparse rules, right-aligned numbers, states in words and a colour each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from syncd.core.model import OfferKind
from syncd.core.ranking import Tier

Justify = Literal["left", "right", "center"]

TIER_WORDS = {
    Tier.CRISIS: Text("crisis", "red"),
    Tier.CRUCIAL: Text("crucial", "magenta"),
    Tier.ROUTINE: Text("routine", "blue"),
    Tier.MAINTENANCE: Text("maintenance", "dim"),
}
KIND_WORDS = {OfferKind.MOVE: "", OfferKind.EXTEND: "extended session", OfferKind.COVER: "with a colleague"}

# What `status_of` says, and the states of offers.
_STATES = {
    "planned": ("planned", "cyan"),
    "held": ("held", "cyan"),
    "invited": ("invited", "yellow"),
    "accepted": ("accepted", "green"),
    "settled": ("settled by hand", "green"),
    "declined": ("declined", "red"),
    "unanswered": ("no answer", "yellow"),
    "withdrawn": ("taken back", "dim"),
    "vetoed": ("deleted by the therapist", "dim"),
    "cancelled": ("cancelled", "red"),
    "displaced": ("displaced again", "yellow"),
    "told": ("told, no make-up", ""),
    "call": ("to be called", "red"),
    "closed": ("closed", "dim"),
    "unplaced": ("no time found", "yellow"),
    "open": ("open", ""),
}


def state_words(state: str) -> Text:
    """A state as people read it; an unknown word stands for itself."""
    words, style = _STATES.get(state, (state, ""))
    return Text(words, style)


def sparse(title: str, *headings: str | tuple[str, Justify]) -> Table:
    """An empty table: one rule under the headings, numbers to the right; a heading that ends in `…` wraps.

    `filled` puts the title above it.
    """
    table = Table(
        title=title,
        box=box.SIMPLE_HEAD,
        header_style="dim",
        pad_edge=False,
        show_edge=False,
        padding=(0, 1, 0, 0),
    )
    for heading in headings:
        name, justify = heading if isinstance(heading, tuple) else (heading, "left")
        wraps = name.endswith("…")
        table.add_column(
            Text(name.rstrip("…")),
            justify=justify,
            no_wrap=justify == "right",
            overflow="fold",
            ratio=1 if wraps else None,
        )
    table.expand = any(column.ratio for column in table.columns)
    return table


def filled(table: Table, rows: Iterable[Iterable[str | Text]], empty: str) -> RenderableType:
    """The table with its rows, texts taken literally; without any, the title and a sentence instead."""
    for row in rows:
        table.add_row(*(Text(cell) if isinstance(cell, str) else cell for cell in row))
    heading = Text(str(table.title or ""), "bold")
    table.title = None  # a title would be wrapped at the table's width
    body: RenderableType = table if table.row_count else Text(empty, "dim")
    return Group(heading, body) if heading else body
