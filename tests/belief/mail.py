"""One mail as its reader understands it: what it says of which appointment. Each mail is read once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from functools import lru_cache
from itertools import takewhile
from zoneinfo import ZoneInfo

from tests.belief.grammar import TONGUES, Found, sentences, table
from tests.belief.times import Tongue, read_days, read_hours, read_moment, read_moments
from tests.scenario import ics

HOME = ZoneInfo("Europe/Berlin")
SIGNED = {"en": "Kind regards", "de": "Herzliche Grüße", "fr": "Bien cordialement", "es": "Un cordial saludo"}
LONGEST = 150  # words before the signature that somebody who is anxious reads to the end
LISTED = 3  # a longer list of times is looked through, not read
_OWN = {
    "de": re.compile(r"\b(?:Termine?n?|Termins|Ihnen|Ihre|Sie|Guten Tag|Zeit|Antwort|Bei)\b"),
    "fr": re.compile(
        r"\b(?:rendez-vous|vous|votre|créneau|créneaux|absente|l['’]absence|Avec|besoin|remplacement)\b",
        re.IGNORECASE,
    ),
    "es": re.compile(
        r"\b(?:[Cc]itas?|usted|horas?|ausencia|Hola|calendario|[Ss]ustitución|necesita|lugar|llama|Teléfono)\b|^Con ",
        re.MULTILINE,
    ),
}
_DATED = {"day", "spread"}  # these name days, not hours


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail that came. `part` is its calendar part, unfolded; `carried`: a server or Google wrote it."""

    at: datetime
    to: str
    sender: str
    subject: str
    text: str
    part: str = ""
    carried: bool = False


@dataclass(frozen=True, slots=True)
class Claim:
    """What one sentence says: of an hour, or of whole days. `session`: the appointment that it is in place of."""

    kind: str
    at: datetime | None
    day: date | None
    words: str
    session: datetime | None = None
    until: date | None = None
    hours: tuple[time, time] = (time.min, time.max)  # of the first day, and of the last

    def __str__(self) -> str:
        when = f"{self.at:%a %d %b %H:%M}Z" if self.at else f"{self.day}" if self.day else ""
        return f"{self.kind} {when} ({self.words!r})"


@dataclass(frozen=True, slots=True)
class Heard:
    """A mail, understood. `method`, `uid` and `start` are its calendar part's."""

    mail: Mail
    claims: tuple[Claim, ...]
    method: str = ""
    uid: str = ""
    start: datetime | None = None

    def of(self, *kinds: str) -> Iterator[Claim]:
        """Its claims of these kinds."""
        return (one for one in self.claims if one.kind in kinds)


@lru_cache(maxsize=8192)
def read(mail: Mail) -> Heard:
    """What a client understands. Raises UnknownSentence with the words that no table has, Unreadable for no date."""
    mail = replace(mail, subject=plain(mail.subject), text=plain(mail.text), part=plain(mail.part))
    method, uid, start = (ics.value(mail.part, name) for name in ("METHOD", "UID", "DTSTART"))
    begins = _start(mail.part) if start else None
    said = [*_carried(mail)] if mail.carried else [*_ours(mail)]
    claims = [
        claim
        for found in said
        for meaning in found.sentence.means
        for claim in _claims(found, meaning.kind, meaning.slot, mail, begins)
    ]
    return Heard(mail, tuple(_in_place(claims)), method, uid, begins)


def _ours(mail: Mail) -> Iterator[Found]:
    language = language_of(mail.text)
    yield from sentences(mail.subject, table(language, f"{language}.txt", "subjects"))
    yield from sentences(mail.text, table(language, f"{language}.txt", "sentences"), SIGNED[language])
    yield from _entry(mail)


def _carried(mail: Mail) -> Iterator[Found]:
    """Of what a server or Google writes, the entry's own words; in what it cancels they are of no force any more."""
    return iter(()) if ics.value(mail.part, "METHOD") == "CANCEL" else _entry(mail)


def _entry(mail: Mail) -> Iterator[Found]:
    text = re.sub(
        r"\\([nN,;\\])", lambda one: "\n" if one[1] in "nN" else one[1], ics.value(mail.part, "DESCRIPTION")
    )
    if not text:
        return
    language = language_of(text)
    yield from sentences(text, table(language, f"{language}.txt", "entries"))


def length(text: str) -> int:
    """How many words stand before the signature of a mail of ours; of times on lines of their own, the first three."""
    lines = iter(text.replace("\r\n", "\n").split("\n"))
    body = takewhile(lambda line: line not in SIGNED.values(), lines)
    listed = 0
    words = 0
    for line in body:
        listed += line.startswith("    ")
        words += (
            len(re.findall(r"[^\s]*\w[^\s]*", line)) if not line.startswith("    ") or listed <= LISTED else 0
        )
    return words


def language_of(text: str) -> str:
    """By words that every mail of ours has in that language; English where none has any."""
    return next((language for language, words in _OWN.items() if words.search(text)), "en")


def plain(text: str) -> str:
    """As typed: straight apostrophes, blanks that break, and French hours with a colon."""
    typed = text.replace("’", "'").replace("\u00a0", " ") if _OWN["fr"].search(text) else text
    return re.sub(r"\b(\d{1,2}) h\b(?: (\d{2})\b)?", lambda one: f"{one[1]}:{one[2] or '00'}", typed)


def _claims(found: Found, kind: str, slot: str, mail: Mail, begins: datetime | None) -> Iterator[Claim]:
    words, sent = found.words, mail.at
    if not slot:
        yield Claim(kind, None, None, words)
    elif slot == "entry":
        yield Claim(kind, begins, None, words)
    elif slot == "days":
        first, last = read_days(found.slots[slot], sent)
        yield Claim(kind, None, first, words, until=last, hours=read_hours(found.slots[slot]))
    elif slot in _DATED:
        first, last = read_days(found.slots[slot], sent)
        yield Claim(kind, None, first, words)
        if (
            last != first
            and not found.slots[slot].startswith(("from ", "von "))
            and not re.match(r"(?:du .* au|del .* al) ", found.slots[slot])
        ):
            yield Claim(kind, None, last, words)
    elif slot == "block":
        lines = _line(found)
        for line in found.lines:
            if re.match(lines, line):
                yield Claim(kind, read_moment(line, sent, HOME), None, f"{words} {line}")
    elif slot == "whens":
        for at in read_moments(found.slots[slot], _tongue(found).slots["when"], sent, HOME):
            yield Claim(kind, at, None, words)
    else:
        yield Claim(kind, read_moment(found.slots[slot], sent, HOME), None, words)


def _tongue(found: Found) -> Tongue:
    return TONGUES[language_of(found.words)]


def _line(found: Found) -> str:
    return f"(?:{'|'.join(one.slots['line'] for one in TONGUES.values())})"


def _in_place(claims: list[Claim]) -> Iterator[Claim]:
    """Each claim with the appointment that its mail spoke of last."""
    session: datetime | None = None
    for one in claims:
        if one.at is not None and one.kind in {"off", "stands", "gone", "moved"}:
            session = one.at
        yield replace(one, session=session)


def _start(part: str) -> datetime | None:
    event = part.partition("BEGIN:VEVENT")[2]
    found = re.search(r"^DTSTART(?:;TZID=\"?([^:;\n\"]+)\"?)?[^:\n]*:(\d{8}T\d{6})(Z?)", event, re.MULTILINE)
    if found is None:
        return None
    zone = UTC if found[3] or not found[1] else ZoneInfo(found[1])
    return datetime.strptime(found[2], "%Y%m%dT%H%M%S").replace(tzinfo=zone).astimezone(UTC)
