"""Unusual practices through the real command: settings, roster and calendar as files; a plan with reasons comes out."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests import forked
from tests.panel.caseload import WEEK
from tests.panel.files import write
from tests.panel.spec import Desk, Leave, Person, Practice, at
from tests.servers.dav import DavCalendar

FIRST = date(2026, 7, 6)  # the Monday of the leave
NOW = at(date(2026, 6, 8), 8 * 60)
LONG_AGO = date(2025, 9, 1)
ANNA = Person("c1", "AA", "dana", ((1, 600),), LONG_AGO)
BELA = Person("c2", "BB", "dana", ((3, 900),), LONG_AGO)


def practice(*people: Person, days: int = 5, **policy: str) -> Practice:
    """Dana away for so many days from FIRST on."""
    desk = Desk("dana", WEEK, (Leave(FIRST, days),))
    return Practice("unusual", NOW, (desk,), people or (ANNA, BELA), policy)


def pausing(weeks: int) -> Person:
    """Anna, back from a pause of her own since the week before the leave."""
    cut = {FIRST + timedelta(days=1 - 7 * week) for week in range(2, weeks + 2)}
    return replace(ANNA, cut=frozenset(cut))


def now_and_then() -> Person:
    """Anna, who came at no interval that could be read: two, five, seven, twelve, thirteen and seventeen weeks ago."""
    weeks = {2, 5, 7, 12, 13, 17}
    gone = {FIRST + timedelta(days=1 - 7 * week) for week in range(1, 45) if week not in weeks}
    return replace(ANNA, cut=frozenset(gone))


CASES: Mapping[str, Practice] = {
    "back from a pause of two months": practice(pausing(9), BELA),
    "monthly": practice(replace(ANNA, every=4, first=FIRST - timedelta(weeks=40))),
    "twice weekly": practice(replace(ANNA, places=((0, 600), (3, 600))), BELA),
    "no next session booked": practice(replace(ANNA, until=FIRST + timedelta(days=2)), BELA),
    "an interval that cannot be read": practice(now_and_then(), BELA),
    "one session in the past": practice(replace(ANNA, first=FIRST - timedelta(days=6)), BELA),
    "no past": practice(replace(ANNA, first=FIRST)),
    "twice on a day": practice(replace(ANNA, places=((1, 600), (1, 900)))),
    "leave that swallows both neighbours": practice(days=26),
    "all in crisis": practice(*(replace(one, priority="crisis") for one in (ANNA, BELA))),
    "a budget of 0": practice(approach='"limited"', budget="0"),
    "horizons that end before the next contact": practice(horizon_before='"1d"', horizon_after='"1d"'),
    "a call longer than the session": practice(replace(ANNA, minutes=30), call='"45m"'),
}


@pytest.mark.parametrize("name", CASES)
def test_each_displaced_session_has_a_time_or_a_reason(
    name: str, calendar: DavCalendar, tmp_path: Path
) -> None:
    """Nothing breaks, the plan is proven, and whoever gets no time is told why."""
    write(CASES[name], tmp_path)
    server = calendar.server
    settings = (tmp_path / "syncd.toml").read_text(encoding="utf-8")
    for was, now in (
        ("https://dav.example.org/", f"{server.url}/"),
        ('username = "office"', f'username = "{server.username}"'),
        ('calendar = "dana"', f'calendar = "{calendar.name}"'),
        ("sqlite:///unused.db", f"sqlite:///{tmp_path / 'syncd.db'}"),
    ):
        settings = settings.replace(was, now)
    (tmp_path / "syncd.toml").write_text(settings, encoding="utf-8")
    (tmp_path / "password").write_text(server.password, encoding="utf-8")
    for file in sorted((tmp_path / "dana").glob("*.ics")):
        calendar.put_text(file.read_bytes().decode(), file.stem)
    env = {**os.environ, "SYNCD_CONFIG": str(tmp_path / "syncd.toml")}
    ended = forked.run(["plan", "--json"], env, 600, NOW)
    assert ended.status == 0, ended.err
    told = json.loads(ended.out)
    assert told["problems"] == []
    assert told["proven"]
    every = [one for absence in told["absences"] for one in absence["sessions"]]
    assert every
    assert all((one["offer"] or one["without_time"])["sentence"] for one in every)


@pytest.mark.parametrize(
    ("who", "said"),
    [("c1", "nobody is kept apart from themselves"), ("c9", "the id of a client on the roster")],
)
def test_whom_a_client_must_not_meet_is_somebody_else(who: str, said: str, tmp_path: Path) -> None:
    """`apart_from` that names oneself or nobody: the command ends, and names line and column."""
    write(practice(), tmp_path)
    roster = tmp_path / "clients.csv"
    head, first, *rest = roster.read_text(encoding="utf-8").splitlines()
    lines = (f"{head},apart_from", f"{first},{who}", *(f"{one}," for one in rest))
    roster.write_text("\n".join(lines) + "\n", encoding="utf-8")
    ended = forked.run(["plan"], {**os.environ, "SYNCD_CONFIG": str(tmp_path / "syncd.toml")}, 600, NOW)
    assert ended.status != 0
    assert "line 2, apart_from" in ended.err
    assert said in " ".join(ended.err.split())
