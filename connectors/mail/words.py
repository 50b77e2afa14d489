"""Did a person write something beside the answer? Not what: that is for the therapist. Pure.

In doubt the answer is yes: a letter too many costs a glance, a missed word may cost a person.
"""

from __future__ import annotations

import re

MAX_LINES = 2000
LONGEST_LINE = 500
_QUOTE_STARTS = re.compile(
    r"-{2,}\s*(original message|ursprüngliche nachricht|originalnachricht|message d'origine|mensaje original)"
    r"|_{10,}$"
    r"|(on|am|le|el|il|op)\b.{5,200}\b(wrote|schrieb|écrit|escribió|scritto|schreef)\b.{0,100}:$"
    r"|(from|von|de|da|van): .*@",
    re.IGNORECASE,
)
_SENT_FROM = re.compile(
    r"(sent from|get outlook for|gesendet von|gesendet mit|von meine[mr] .{1,30} gesendet"
    r"|diese nachricht wurde von .{1,40} gesendet|envoyé de|enviado desde|inviato da)\b.{0,60}",
    re.IGNORECASE,
)
_THIRD_PERSON = re.compile(
    r"\bhas (tentatively )?(accepted|declined|replied)\b"
    r"|\b(hat|heeft)\b.{0,150}\b(angenommen|akzeptiert|abgelehnt|zugesagt|abgesagt|geaccepteerd|afgewezen)\b"
    r"|\ba (provisoirement )?(accepté|refusé|décliné)\b"
    r"|\bha (aceptado|rechazado|accettato|rifiutato)\b",
    re.IGNORECASE,
)
_FIRST_PERSON = re.compile(
    r"\b(I|I'm|me|my|we|our|ich|mir|mich|mein\w*|wir|uns\w*|je|j'\w+|moi|mon|ma|yo|mi|io|ik|mijn)\b",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    r"invitation|invite|event|meeting|appointment|einladung|termin|besprechung|invitación|reunión|évènement"
    r"|événement|rendez-vous|invito|evento|uitnodiging|afspraak",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"(when|where|who|what|date|time|title|summary|subject|organi[sz]er|guests?|invitees|attendees|location"
    r"|calendar|wann|wo|wer|was|datum|uhrzeit|titel|betreff|organisator|veranstalter|gäste|teilnehmer|ort|kalender"
    r"|quand|où|qui|cuándo|dónde|quién)\s*(:|$)",
    re.IGNORECASE,
)
_FACTS = re.compile(
    r"[\W\d_]*(https?://\S+|\S+@\S+|\S*\d{1,2}([:.]\d{2}|\s?(am|pm|uhr)).*|.*\b20\d\d\b.*)", re.IGNORECASE
)
_WRITTEN = re.compile(r"[^\W_]|[\U0001F300-\U0001FAFF\u2600-\u27BF]")


def has_words(body: str, summary: str = "", program: str = "", attendee: str = "") -> bool:
    """True when `body` holds something that a person seems to have typed.

    Quoted text, signatures and what calendar programs write ("Ada has accepted this invitation", the event's
    details after it) do not count. `summary` is the event's title, `program` the PRODID of the answer.
    """
    lines = [line for line in _own_lines(body) if line.strip("*_ ").casefold() != summary.strip().casefold()]
    if "mozilla" in program.lower() and len(lines) == 1 and attendee and attendee in lines[0].lower():
        return False  # its one sentence, in any language, names the attendee with the address
    announced = next((number for number, line in enumerate(lines) if _announces(line)), len(lines))
    after = lines[announced + 1 :]
    if any(_WRITTEN.search(line) for line in lines[:announced]):
        return True
    if "google" in program.lower():
        return _google_note(after)
    return any(_WRITTEN.search(line) and not _detail(line) for line in after)


def _own_lines(body: str) -> list[str]:
    """The lines above the quotation and the signature, without what programs add."""
    kept: list[str] = []
    for raw in body[:200_000].splitlines()[:MAX_LINES]:
        line = raw[:LONGEST_LINE].strip().replace("\u200b", "")
        if raw in {"-- ", "--"} or _QUOTE_STARTS.match(line):
            break
        if line and not line.startswith(">") and not _SENT_FROM.fullmatch(line):
            kept.append(line)
    return kept


def _announces(line: str) -> bool:
    """A program speaks of the attendee in the third person; the attendee says "I"."""
    about = len(line) <= 200 and bool(_ABOUT.search(line)) and bool(_THIRD_PERSON.search(line))
    return about and not _FIRST_PERSON.search(line)


def _detail(line: str) -> bool:
    """What programs write below their sentence: labels, dates, links."""
    return not _FIRST_PERSON.search(line) and bool(_LABEL.match(line) or _FACTS.fullmatch(line))


def _google_note(after: list[str]) -> bool:
    """Google puts what was typed in quotation marks right below its sentence; the rest is its own."""
    return bool(after) and after[0].startswith(('"', "\u201c", "\u201e"))
