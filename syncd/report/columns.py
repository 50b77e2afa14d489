"""The one look of all tables: sparse rules, right-aligned numbers, states in words and a colour each."""

from __future__ import annotations

from collections.abc import Iterable

from rich import box
from rich.console import Group, RenderableType
from rich.table import Column, Table
from rich.text import Text

from syncd.core.model import Tier

TIER_WORDS = {
    Tier.CRISIS: Text("crisis", "red"),
    Tier.CRUCIAL: Text("crucial", "magenta"),
    Tier.ROUTINE: Text("routine", "blue"),
    Tier.MAINTENANCE: Text("maintenance", "dim"),
}

# What `status_of` says, the states of offers, and why somebody is to be called.
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
    "returned": ("mail came back", "red"),
    "closed": ("closed", "dim"),
    "unplaced": ("no time found", "yellow"),
    "open": ("open", ""),
}


def state_words(state: str) -> Text:
    """A state as people read it; an unknown word stands for itself."""
    words, style = _STATES.get(state, (state, ""))
    return Text(words, style)


def words(name: str) -> Column:
    """A column of words, wrapped where the terminal is narrow; long ids are folded, never cut."""
    return Column(name, overflow="fold")


def fixed(name: str) -> Column:
    """A column of short things that stay on one line: times, states."""
    return Column(name, no_wrap=True)


def number(name: str) -> Column:
    """A column of numbers."""
    return Column(name, justify="right", no_wrap=True)


def flowing(name: str) -> Column:
    """A column of sentences: it takes whatever width is left."""
    return Column(name, overflow="fold", ratio=1)


def sparse(title: str, *columns: Column) -> Table:
    """An empty table with one rule under the headings; `filled` puts the title above it."""
    return Table(
        *columns,
        title=title,
        box=box.SIMPLE_HEAD,
        header_style="dim",
        pad_edge=False,
        show_edge=False,
        padding=(0, 1, 0, 0),
        expand=any(column.ratio for column in columns),
    )


def filled(table: Table, rows: Iterable[Iterable[str | Text]], empty: str) -> RenderableType:
    """The table with its rows, texts taken literally; without any, the title and a sentence instead."""
    for row in rows:
        table.add_row(*(Text(cell) if isinstance(cell, str) else cell for cell in row))
    heading = Text(str(table.title or ""), "bold")
    table.title = None  # a title would be wrapped at the table's width
    body: RenderableType = table if table.row_count else Text(empty, "dim")
    return Group(heading, body) if heading else body
