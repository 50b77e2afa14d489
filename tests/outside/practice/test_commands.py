"""Many clients, every column of the roster, leave: every command runs and says what is so."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from tests.outside.practice.house import AWAY, NOW, Client, House, Therapist, View
from tests.servers.smtp import SmtpServer

DAYS = ", ".join(f"{day} = ['09:00-18:00']" for day in ("mon", "tue", "wed", "thu", "fri"))
HOURS = f"hours = {{ {DAYS} }}"
ROOMY = (
    'approach = "all"\naim = "sessions"\nmax_makeups_per_week = 12\nmax_makeups_per_day = 4\nmax_sessions_per_day = 9\n'
    "max_sessions_per_week = 45"
)


def client(n: int) -> Client:
    """One of many, with something in every column."""
    phone = n % 9 == 8
    cells = {
        "aliases": f"c{n}@mail.example" if n % 4 == 0 else "",
        "contact": "phone" if phone else "mail",
        "consent": "yes",
        "discreet": "yes" if n % 7 == 0 else "no",
        "approach": "none" if n == 11 else "",
        "priority": ("", "crisis", "protected", "routine", "maintenance")[n % 5],
        "phase": ("", "early", "crucial", "steady", "ending")[n % 5],
        "since": ("2021-03", "2024-11-02", "")[n % 3],
        "significance": ("1", "3", "5", "")[n % 4],
        "timezone": "America/New_York" if n == 7 else "",
        "windows": ("", "mon 09:00-18:00; thu 09:00-12:00,14:00-18:00", "")[n % 3],
        "language": ("en", "de", "")[n % 3],
        "mode": ("any", "room", "online")[n % 3],
        "max_offers": ("1", "2", "")[n % 3],
        "max_makeups": ("1", "")[n % 2],
        "cover_ok": ("yes", "no")[n % 2],
        "extend_ok": ("no", "yes")[n % 2],
    }
    letter = chr(ord("A") + n)
    return Client(f"{letter}Z", n % 5, (9, 10, 11, 14, 15)[n // 5], cells, weeks=2 if n % 6 == 5 else 1)


@pytest.mark.lengthy
@pytest.mark.parametrize(
    ("clients", "days", "sessions"), [(9, 5, 7), pytest.param(25, 12, 41, marks=pytest.mark.long)]
)
def test_every_command(tmp_path: Path, clients: int, days: int, sessions: int) -> None:
    """From the first look to the yes: what is shown is what then stands in the calendar."""
    with SmtpServer(tmp_path / "mail") as post:
        dana = Therapist("dana", ROOMY, tuple(client(n) for n in range(clients)), days=days, hours=HOURS)
        house = House(tmp_path, post, [dana], practice='holidays = "DE-BE"\nphone = "+49 30 5550100"')
        with house.at(NOW):
            house.blocks_leave()  # it stands there before syncd first looks: nothing leaves without a yes
            house.run("doctor", "--wait", "0s")
            house.run("once", "--dry-run")
            assert View(tmp_path).offers("dana") == {}
            house.run("once")
            kept = View(tmp_path).offers("dana")
            assert len(kept) >= 0.6 * clients
            (absence,) = house.document("plan")["absences"]
            assert len(absence["sessions"]) >= sessions
            held = [one["initials"] for one in absence["sessions"] if one["offer"]]
            assert sorted(held) == sorted(who for who, found in kept.items() for _ in found)
            explained = json.loads(house.run("explain", "dana-AZ", "--json").out)
            assert explained
            house.run("status")
            assert house.document("status")
            house.run("pause", "a test")
            assert "Paused" in house.run("once").out
            house.run("resume")
            house.run("adopt")
            assert sum(len(View(tmp_path).got("dana", who)) for who in kept) == 0
            house.run("approve", AWAY.isoformat())
            house.run("once")
        with house.at(NOW + timedelta(days=1, hours=1)):
            house.run("once")
            assert sum(len(View(tmp_path).got("dana", who)) for who in kept) > 0
