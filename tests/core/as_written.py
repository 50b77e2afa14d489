"""Titles as people write them, what a good assistant would make of each, and what the reading makes of it."""

from __future__ import annotations

import csv
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from syncd.core.model import Client, Event, EventKind, EventStatus
from syncd.core.reading import Roster, find_client_absences, find_leave, find_sessions
from syncd.core.time.spans import When
from tests.core.detecting import DANA, NOW, attended, days, event, timed

TABLE = Path(__file__).parent / "titles_as_written.tsv"
MINE = (
    *(("Ada Brandt", "AB"), ("Jonas Keller", "JK"), ("Elif Fuchs", "EF"), ("Anna Winter", "AW")),
    *(("Marie Dupont", "MD"), ("Marie Lenoir", "ML"), ("Peter Berger", "PB"), ("Sabine Berger", "SB")),
    *(("Carmen López García", "CLG"), ("Giulia Rossi", "GR"), ("Sanne de Vries", "SV")),
    *(("Hélène Girard", "HG"), ("Karl-Heinz Vogel", "KHV"), ("Ida Marx", "IM"), ("Jo Sommer", "JS")),
    *(("Pablo Fuentes", "PF"), ("Zoë O'Brien", "ZO"), ("Nina Sonntag", "NS")),
)
ODD = (
    ("Tom Holiday", "TH"),
    ("Vera Vacation", "VV"),
    ("Max Krank", "MK"),
    ("Jonas Abel", "JA"),
    ("May Lin", "ML2"),
)


def _clients(people: tuple[tuple[str, str], ...], therapist: str, start: int = 1) -> list[Client]:
    return [
        Client(id=f"{therapist[0]}{at}", name=name, initials=letters, therapists=(therapist,))
        for at, (name, letters) in enumerate(people, start)
    ]


CLIENTS = (*_clients(MINE, "dana"), *_clients((("Rosa Thal", "RT"),), "lee"))
ROSTER = Roster.of(CLIENTS)
ODD_ROSTER = Roster.of((*CLIENTS, *_clients(ODD, "dana", 101)))

WHEN: dict[str, When] = {
    "hour": timed(7, 10),
    "8h": timed(7, 9, 480),
    "day": days(7, 7),
    "week": days(6, 10),
}
FIELDS: dict[str, dict[str, Any]] = {
    "-": {},
    "odd": {},
    "guest": {},
    "oof": {"kind": EventKind.OUT_OF_OFFICE},
    "away": {"kind": EventKind.AWAY},
    "location": {"kind": EventKind.WORKING_LOCATION},
    "category": {"categories": ("Leave",)},
    "tag": {"description": "#leave"},
    "tentative": {"status": EventStatus.TENTATIVE},
    "other": {"organizer": "lee@example.org"},
    "yearly": {"recurring": True, "unbounded": True},
}


@dataclass(frozen=True)
class Written:
    """A line of the table: `label` is leave, ask, nothing, initials (a session) or `away` and initials."""

    title: str
    when: str
    facts: str
    label: str
    language: str

    @property
    def event(self) -> Event:
        """As it stands in Dana's calendar."""
        when = WHEN[self.when]
        if self.facts == "guest":
            return attended("lee@example.org", title=self.title, when=when)
        return replace(event(self.title, when), **FIELDS[self.facts])


def table() -> list[Written]:
    """Every line; `\\u200b` stands for that sign."""
    with TABLE.open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [Written(**{**row, "title": _signs(row["title"])}) for row in rows]


def _signs(title: str) -> str:
    first, *others = title.split("\\u")
    return first + "".join(chr(int(one[:4], 16)) + one[4:] for one in others)


def read(one: Written) -> str:
    """What the reading makes of it, in the words of the labels."""
    roster = ODD_ROSTER if one.facts == "odd" else ROSTER
    found = find_sessions([one.event], DANA, roster)
    leave = find_leave([one.event], DANA, roster, NOW)
    away = sorted({client for client, _ in find_client_absences([one.event], DANA, roster)})
    said = [roster.clients[session.client].initials for session in found.sessions]
    said += ["ask" for _ in found.unsettled] + ["ask" if block.mentions else "leave" for block in leave]
    if away and not leave:
        said.append(" ".join(("away", *(roster.clients[client].initials for client in away))))
    return " and ".join(dict.fromkeys(said)) or "nothing"
