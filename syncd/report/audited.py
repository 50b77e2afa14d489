"""The audit as people read it: what was done, to whom by mark, and which places had been read when it was decided."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from syncd.core.model.actions import AuditEntry
from syncd.report.words import effect_words


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One outcome, or one thing that was decided. `client` is a mark, `grounds` are places read when it was decided."""

    at: datetime
    what: str
    outcome: str
    about: str
    client: str = ""
    therapist: str = ""
    decided: datetime | None = None
    grounds: tuple[str, ...] = ()
    digest: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class _Decided:
    at: datetime
    grounds: tuple[str, ...]


def audit_lines(
    entries: Iterable[AuditEntry],
    places: Mapping[str, str],
    mark: str | None = None,
    subjects: Collection[str] = (),
) -> Iterator[AuditLine]:
    """Of every row but those that only prepare others, oldest first.

    `places`: what a place's mark stands for, as far as that is known. With `mark` only what is for the client of that
    mark, or about one of the subjects.
    """
    read: tuple[str, ...] = ()
    decided: dict[str, _Decided] = {}
    for entry in entries:
        effect = entry.detail.get("effect", "")
        if entry.event == "read":
            read = tuple(places.get(one, one) for one in entry.detail.get("read", "").split())
        elif entry.event == "recorded":
            decided[effect] = _Decided(entry.at, read)
        elif mark is None or entry.subject in subjects or (mark and entry.detail.get("client") == mark):
            yield _line(entry, effect, decided.get(effect))


def _line(entry: AuditEntry, effect: str, decided: _Decided | None) -> AuditLine:
    said = entry.detail
    return AuditLine(
        at=entry.at,
        what=effect_words(effect.rsplit(":", 1)[-1]) if effect else entry.event,
        outcome=said.get("to", entry.event),
        about=entry.subject,
        client=said.get("client", ""),
        therapist=said.get("therapist", ""),
        decided=decided.at if decided else None,
        grounds=decided.grounds if decided else (),
        digest=said.get("digest", ""),
        detail=said.get("detail", ""),
    )


def audit_text(lines: Iterable[AuditLine]) -> Iterator[str]:
    """A line for each."""
    for one in lines:
        to = f" to client {one.client}" if one.client else f" to {one.therapist}" if one.therapist else ""
        said = f" ({one.detail})" if one.detail else ""
        rests = (
            f"; decided {_at(one.decided)} on {', '.join(one.grounds) or 'nothing read'}"
            if one.decided
            else ""
        )
        left = f"; digest {one.digest[:16]}" if one.digest else ""
        yield f"{_at(one.at)}  {one.what}: {one.outcome}{said}{to}, about {one.about}{rests}{left}"


def audit_document(lines: Iterable[AuditLine]) -> str:
    """The same as JSON, one object a line; digests whole."""
    return "\n".join(json.dumps(asdict(one), default=_text, sort_keys=True) for one in lines)


def _text(value: object) -> str:
    return _at(value) if isinstance(value, datetime) else str(value)


def _at(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
