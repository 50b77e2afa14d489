"""What somebody wrote themselves in a mail: without what it quotes, and without a signature marked as one. Pure.

In doubt a line is their own: what is read here may approve something, and a "but" that is lost would approve too much.
So no library that cuts at "Best regards" does.
"""

from __future__ import annotations

import re
from email.message import Message

from connectors.mail.parts import body

MAX_LINES = 2000
LONGEST_LINE = 500
LONGEST = 500  # characters that are kept: a yes is shorter
QUOTE = ">"
_WROTE = re.compile(
    r"(on|am|le|el|il|op)\b.{5,300}\b(wrote|schrieb|écrit|escribió|scritto|schreef)\b.{0,200}:$",
    re.IGNORECASE,
)
_BEGINS = re.compile(r"(on|am|le|el|il|op)\b.*\d", re.IGNORECASE)
_WRAPPED = 3  # lines that "On …, … wrote:" may take
_ORIGINAL = re.compile(
    r"-{2,}\s*(original message|ursprüngliche nachricht|originalnachricht|message d'origine|mensaje original"
    r"|messaggio originale|oorspronkelijk bericht)|_{10,}$",
    re.IGNORECASE,
)
_FROM = re.compile(r"\*?(from|von|de|da|van)\s?:\*?\s+\S", re.IGNORECASE)
_SENT = re.compile(
    r"\*?(sent|date|gesendet|datum|envoyé|enviado|fecha|inviato|data|verzonden)\s?:\*?\s+\S.*\d",
    re.IGNORECASE,
)
_SENT_FROM = re.compile(
    r"(sent from|get outlook for|gesendet von|gesendet mit|von meine[mr] .{1,30} gesendet|outlook für .{1,20} beziehen"
    r"|diese nachricht wurde von .{1,40} gesendet|envoyé de|envoyé depuis|enviado desde|obtener outlook para"
    r"|télécharger outlook pour|inviato da)\b.{0,60}",
    re.IGNORECASE,
)


def own_text(message: Message) -> str:
    """The lines that are the writer's own, at most 500 characters of them: a longer text is cut, and ends in `…`."""
    text = "\n".join(_own(body(message)[:200_000].splitlines()[:MAX_LINES]))
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _own(lines: list[str]) -> list[str]:
    """Above, between and below what is quoted; what stands below other headers without a mark is quoted, too."""
    kept: list[str] = []
    signed, at = False, 0
    while at < len(lines):
        line = _shown(lines[at])
        rest = lines[at + 1 :]
        if line.startswith(QUOTE):
            signed = False
        elif wrapped := _wrote(line, rest):
            signed = False
            at += wrapped - 1
            if not _quotes(lines[at + 1 :]):
                break
        elif _ORIGINAL.match(line) or (_FROM.match(line) and _dated(rest)):
            break
        elif lines[at].rstrip("\r\n") in {"-- ", "--"}:
            signed = True
        elif line and not signed and not _SENT_FROM.fullmatch(line):
            kept.append(line)
        at += 1
    return kept


def _shown(line: str) -> str:
    """Without blanks around it, and without what has no width."""
    return re.sub("[\u200b\u200c\u200d\u2060\ufeff]", "", line[:LONGEST_LINE]).strip()


def _wrote(line: str, rest: list[str]) -> int:
    """How many lines "On …, … wrote:" takes that begins here; 0 where none does."""
    if not _BEGINS.match(line):
        return 0
    following = [_shown(one) for one in rest[: _WRAPPED - 1]]
    for more in range(len(following) + 1):
        if _WROTE.fullmatch(" ".join([line, *following[:more]])):
            return more + 1
    return 0


def _quotes(rest: list[str]) -> bool:
    """True where the next line that says something is marked as quoted: what comes after the quotation is their own."""
    return next((one for one in map(_shown, rest) if one), "").startswith(QUOTE)


def _dated(rest: list[str]) -> bool:
    """True where a line follows closely that says when a mail was sent: headers of what is quoted."""
    return any(_SENT.match(_shown(one)) for one in rest[:4])
