"""A letter as the therapist understands it: what each of its rows says of a client, and what it says of them all."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from tests.belief.facts import Person
from tests.belief.grammar import TONGUES, Found, Table, UnknownSentence, sentences, table
from tests.belief.mail import HOME, Mail, language_of, plain
from tests.belief.times import read_moment

_LEAVES = re.compile(
    r"; (?:the message leaves|hears |please not before|please by |die Nachricht geht|erfährt |bitte nicht vor"
    r"|bitte bis ).*$| ; (?:le message part|apprend |pas avant le |si possible avant ).*$"
    r"|; (?:el mensaje sale|se entera |no antes del |por favor, antes del ).*$"
)
_BEFORE = re.compile(r" \((?!#)[^()]*\)")
_IN_PERSON = re.compile(
    r" \((?:said no to the time before|hat zur Zeit davor nein gesagt|a dit non au créneau d'avant"
    r"|dijo que no a la hora anterior)\)"
)
_NEWS = re.compile(r" ?; (?:new|neu|nouveau|nuevo)\b.*$")


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a letter: whose, which appointment, which time, and what it means."""

    person: str
    session: datetime
    slot: datetime | None
    means: frozenset[str]
    words: str

    def __str__(self) -> str:
        return f"{self.words!r}"


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter: its rows, and what it says of all of them (`means`)."""

    mail: Mail
    rows: tuple[Row, ...]
    means: frozenset[str]


@dataclass
class _Reading:
    """A letter in the middle of being read."""

    mail: Mail
    people: dict[str, Person]
    language: str
    section: str = ""
    person: Person | None = None
    rows: list[Row] = field(default_factory=list)
    means: set[str] = field(default_factory=set)
    reason: bool = False  # the line that may come next says why

    @property
    def known(self) -> Table:
        """Sentences of letters."""
        return table(self.language, f"{self.language}_letters.txt", "sentences")


# what a time is that is none
_NO_APPOINTMENT = (
    "(?:a call|extra time|Telefonat|mehr Zeit|un appel|un temps supplémentaire|una llamada|más tiempo)"
)


def read_letter(mail: Mail, people: Iterable[Person]) -> Letter:
    """What it says. Raises UnknownSentence."""
    language = language_of(f"{mail.subject}\n{mail.text}")
    mail = replace(mail, subject=plain(mail.subject), text=plain(mail.text))
    known = {key: one for one in people for key in (one.id, one.name)}  # the roster may name them no more
    reading = _Reading(mail, known, language)
    subject = [*sentences(mail.subject, table(language, f"{language}_letters.txt", "subjects"))]
    if any(one.kind == "machinery" for found in subject for one in found.sentence.means):
        return Letter(mail, tuple(_rows_alone(reading)), frozenset())
    reading.means |= {one.kind for found in subject for one in found.sentence.means}
    for line in _lines(mail.text):
        _line(reading, line)
    return Letter(mail, tuple(reading.rows), frozenset(reading.means))


def _rows_alone(reading: _Reading) -> Iterator[Row]:
    """Of what does not work, in words of many origins: whom it asks to call."""
    for line in _lines(reading.mail.text):
        person = _person(reading, line)
        reading.person = person or reading.person
        row = _row(reading, line) if person is None and reading.person is not None else None
        if row is not None:
            yield row


def _lines(text: str) -> Iterator[str]:
    """Each line; an indented one with the line above it."""
    held = ""
    for line in (*text.replace("\r\n", "\n").split("\n"), "end"):
        if line.startswith("    "):
            held += "\n" + line
        elif line.strip():
            if held:
                yield held
            held = line.strip()


def _line(reading: _Reading, line: str) -> None:
    person = _person(reading, line)
    if person is not None:
        reading.person, reading.reason = person, False
        return
    if reading.person is not None:
        row = _row(reading, line)
        if row is not None:
            reading.rows += [row, *_choices(reading, row)]
            reading.reason = True
            return
        if reading.reason and reading.known.first(line) is None:
            reading.reason = False
            return
    for found in sentences(line, reading.known):
        _said(reading, found)


def _said(reading: _Reading, found: Found) -> None:
    for one in found.sentence.means:
        if one.kind in {"rows", "untold", "news"}:
            reading.section = one.kind
        else:
            reading.means.add(one.kind)


def _meant(reading: _Reading, words: str) -> set[str]:
    states = table(reading.language, f"{reading.language}_letters.txt", "states")
    state = states.first(words) or states.first(_BEFORE.sub("", words))
    if state is None:
        raise UnknownSentence(f"nobody knows what this says of a client ({reading.language}): {words!r}")
    return {one.kind for one in state.sentence.means}


def _person(reading: _Reading, line: str) -> Person | None:
    found = re.fullmatch(r"(.+?)(?: \(\w{1,5}\))?(?:, [+\d][\d /()-]*)?", line)
    return reading.people.get(found[1]) if found else None


def _choices(reading: _Reading, row: Row) -> Iterator[Row]:
    """The same of each further time of which the client may take one."""
    short = TONGUES[reading.language].slots["short"]
    for found in re.findall(rf" (?:or|oder|ou|o) ({short})", row.words):
        yield replace(row, slot=read_moment(found, reading.mail.at, HOME))


def _row(reading: _Reading, line: str) -> Row | None:
    short = TONGUES[reading.language].slots["short"]
    or_else = rf"(?: (?:or|oder|ou|o) (?:{short}))*"
    when = rf"(?: → ({short}){or_else}(?: \({_NO_APPOINTMENT}\))?)?"
    found = re.fullmatch(
        rf"({short})(?: and \d+ more| und \d+ weitere| et \d+ de plus| y \d+ más)?"
        rf"{when}(?: (?:with|bei|avec|con) [^:]+?)?(?: ?: (.+))?",
        line,
    )
    if found is None or reading.person is None:
        return None
    words = _NEWS.sub("", _LEAVES.sub("", found[3] or ""))
    means = (
        _meant(reading, words) if words else set()
    )  # said in short: how it stands is in the page beside it
    if _IN_PERSON.search(words):
        means.add("byhand")
    if reading.section in {"untold", "news"}:
        means.add(f"listed {reading.section}")
    sent = reading.mail.at
    slot = read_moment(found[2], sent, HOME) if found[2] else None
    return Row(reading.person.id, read_moment(found[1], sent, HOME), slot, frozenset(means), line)
