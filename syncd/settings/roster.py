"""Reading rosters: CSV files with one client a line; all broken lines are reported, by file and line."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from syncd.core.model import Client
from syncd.core.model.errors import ConfigProblem
from syncd.core.reading.roster import letters_of
from syncd.core.reading.titles import words
from syncd.settings.problems import MISSING, keys_of, read_table, unknown_key
from syncd.settings.roster_line import RosterLine
from syncd.settings.scalars import nearest

_LARGEST = 16 * 1024 * 1024
COLUMNS = keys_of(RosterLine)


@dataclass(frozen=True, slots=True)
class Entry:
    """A line that could be read, and where it stands."""

    file: str
    line: int
    client: Client

    def problem(self, column: str, value: str, expected: str) -> ConfigProblem:
        """A mistake in one cell of this line."""
        return ConfigProblem(self.file, f"line {self.line}, {column}", value, expected)

    def where(self, other: Entry) -> str:
        """This line as another one names it."""
        return f"line {self.line}" if self.file == other.file else f"line {self.line} of {self.file}"


LEFT = " Whoever has left: give their clients' lines to a colleague, or take them out"


def read_rosters(
    paths: Sequence[Path], therapists: frozenset[str], taken: frozenset[str], problems: list[ConfigProblem]
) -> tuple[Client, ...]:
    """The clients of all lines that are right; every mistake in the others is added to `problems`.

    `therapists` are the ids that exist; `taken` are addresses that are no client's (the practice's, the
    therapists'). A UTF-8 file with or without BOM, cells parted by comma, semicolon or tab.
    """
    entries: list[Entry] = []
    for path in paths:
        before = len(problems)
        rows = list(_rows(path, problems))
        if rows or len(problems) == before:  # a file that cannot be read lacks no header
            entries.extend(_entries(str(path), rows, tuple(sorted(therapists)), problems))
    for entry in entries:
        problems.extend(_strangers(entry, therapists, taken))
    problems.extend(_twice(entries))
    problems.extend(_apart_from_nobody(entries))
    return _with_initials(_apart_from_each_other([entry.client for entry in entries]))


_WORKBOOKS = (b"PK\x03\x04", bytes.fromhex("d0cf11e0a1b11ae1"))  # as .xlsx and .ods begin, and .xls


def _rows(path: Path, problems: list[ConfigProblem]) -> Iterator[tuple[int, list[str]]]:
    """(line number, cells) of every line that holds anything."""
    try:
        content = _content(path)
    except OSError as error:
        problems.append(ConfigProblem(str(path), "the file", str(error.strerror), "a readable CSV file"))
        return
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        workbook = error.object.startswith(_WORKBOOKS)
        where, what = ("the file", "a workbook, no CSV") if workbook else (f"line {line}", "not UTF-8")
        problems.append(ConfigProblem(str(path), where, what, 'save it as "CSV UTF-8"'))
        return
    reader = csv.reader(io.StringIO(content, newline=""), delimiter=_delimiter(content), strict=True)
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield line, [cell.strip() for cell in cells]
            line = reader.line_num + 1
    except csv.Error as error:
        expected = "cells whose quotation marks are closed; the lines after it could not be read"
        problems.append(ConfigProblem(str(path), f"line {line}", str(error), expected))


def _content(path: Path) -> str:
    with path.open("rb") as stream:
        held = stream.read(_LARGEST)
    if (zero := held.find(b"\0")) >= 0:  # as in UTF-16, which may be read as other text all the same
        raise UnicodeDecodeError("utf-8", held, zero, zero + 1, "no text holds it")
    return held.decode("utf-8-sig")


def _delimiter(content: str) -> str:
    header = next((line for line in content.splitlines() if line.strip()), "")
    return max(",;\t", key=header.count)


def _entries(
    file: str, rows: list[tuple[int, list[str]]], everybody: tuple[str, ...], problems: list[ConfigProblem]
) -> Iterator[Entry]:
    header = _header(file, rows, problems)
    if header is None:
        return
    for line, cells in rows[1:]:
        if len(cells) > len(header) and any(cells[len(header) :]):
            expected = f"{len(header)} cells, as in the header"
            problems.append(ConfigProblem(file, f"line {line}", f"{len(cells)} cells", expected))
            continue
        given = {
            column: cell for column, cell in zip(header, cells, strict=False) if column in COLUMNS and cell
        }
        found: list[ConfigProblem] = []
        row = read_table(RosterLine, given, file, f"line {line}", found)
        problems.extend(replace(one, key=one.key.replace(".", ", ", 1)) for one in found)
        if row is not None:
            yield Entry(file, line, row.client(everybody))


def _header(
    file: str, rows: list[tuple[int, list[str]]], problems: list[ConfigProblem]
) -> tuple[str, ...] | None:
    """The column names, lower case; None where no line can be read by them."""
    if not rows:
        problems.append(ConfigProblem(file, "line 1", MISSING, "a header line with at least the column id"))
        return None
    line, cells = rows[0]
    header = tuple(cell.lower() for cell in cells)
    for column in header:
        if column and column not in COLUMNS:
            problems.append(unknown_key(file, f"line {line}, column {column}", column, COLUMNS))
    for column, count in Counter(header).items():
        if count > 1 and column:
            problems.append(ConfigProblem(file, f"line {line}, column {column}", f"{count} times", "once"))
    if "id" not in header:
        hint = "a column id; without a header line no client can be read"
        problems.append(ConfigProblem(file, f"line {line}", MISSING, hint))
        return None
    return header


def _strangers(entry: Entry, therapists: frozenset[str], taken: frozenset[str]) -> Iterator[ConfigProblem]:
    for name in entry.client.therapists:
        if name not in therapists:
            known = ", ".join(sorted(therapists)) or "none could be read"
            hint = nearest(name, sorted(therapists))
            yield entry.problem("therapist", f'"{name}"', f"the id of a therapist: {known}.{hint or LEFT}")
    for address in entry.client.addresses:
        if address in taken:
            expected = "the client's own address: this one is the practice's or a therapist's"
            yield entry.problem("email", f'"{address}"', expected)


def _twice(entries: Sequence[Entry]) -> Iterator[ConfigProblem]:
    """Ids and addresses that stand on two lines; ids that only punctuation or case tells apart count as one."""
    ids: dict[tuple[str, ...], Entry] = {}
    addresses: dict[str, Entry] = {}
    for entry in entries:
        key = words(entry.client.id) or (entry.client.id,)
        first = ids.setdefault(key, entry)
        if first is not entry:
            expected = f"one line for each client: {first.where(entry)} has the id {first.client.id}"
            yield entry.problem("id", f'"{entry.client.id}"', expected)
        for address in entry.client.addresses:
            owner = addresses.setdefault(address, entry)
            if owner.client.id != entry.client.id:
                other = f"{owner.where(entry)} has it too"
                hint = "siblings: write one as name+child@… if your provider takes that, or leave one empty"
                expected = f"an address of one client only: {other} ({hint})"
                yield entry.problem("email", f'"{address}"', expected)


def _apart_from_nobody(entries: Sequence[Entry]) -> Iterator[ConfigProblem]:
    """Who must not meet themselves, or somebody whom no line names."""
    known = sorted({entry.client.id for entry in entries})
    for entry in entries:
        for other in entry.client.apart_from:
            if other == entry.client.id:
                expected = "ids of other clients: nobody is kept apart from themselves"
                yield entry.problem("apart_from", f'"{other}"', expected)
            elif other not in known:
                expected = f"the id of a client on the roster.{nearest(other, known)}"
                yield entry.problem("apart_from", f'"{other}"', expected)


def _apart_from_each_other(clients: Sequence[Client]) -> list[Client]:
    """Each of two who must not meet names the other, whoever of them the roster says it of."""
    named: dict[str, set[str]] = {client.id: set() for client in clients}
    for client in clients:
        for other in client.apart_from:
            named[client.id].add(other)
            named.setdefault(other, set()).add(client.id)
    return [replace(one, apart_from=tuple(sorted(named[one.id] - {one.id}))) for one in clients]


def _with_initials(clients: Iterable[Client]) -> tuple[Client, ...]:
    """Clients without initials get those of their name, unless somebody has written them for another client."""
    everybody = tuple(clients)
    written = {letters_of(client.initials).casefold() for client in everybody}
    return tuple(client if client.initials else _named(client, written) for client in everybody)


def _named(client: Client, written: set[str]) -> Client:
    parts = client.name.split()
    initials = letters_of(parts[0][0] + parts[-1][0]).upper() if len(parts) > 1 else ""
    return client if initials.casefold() in written else replace(client, initials=initials)
