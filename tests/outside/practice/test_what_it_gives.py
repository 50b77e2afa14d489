"""What a time gives its client reads the same once it is agreed, and once it has taken place."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.outside.practice.house import AB, NOW, House, Therapist
from tests.servers.smtp import SmtpServer

ONE_AFTERNOON = 'hours = { thu = ["14:00-15:00"] }'


def said(house: House) -> tuple[str, dict[str, Any]]:
    """Why this one, in `plan` and `explain` alike, and what is said about the wait."""
    ((planned,),) = [one["sessions"] for one in house.document("plan")["absences"]]
    (explained,) = house.document("explain", "dana-AB")["sessions"]
    assert explained["session"]["offer"]["sentence"] == planned["offer"]["sentence"]
    wait = explained["wait"]
    assert isinstance(wait, dict)
    return planned["offer"]["sentence"], wait


@pytest.mark.lengthy
def test_an_agreed_time_is_none_of_the_clients_own_sessions(tmp_path: Path) -> None:
    """It takes as much off the wait as it did when it was held, and no hour is one at which they came before by it."""
    with SmtpServer(tmp_path / "mail") as post:
        house = House(tmp_path, post, [Therapist("dana", clients=(AB,), hours=ONE_AFTERNOON)])
        with house.at(NOW - timedelta(days=1)):
            house.run("once")
        with house.at(NOW):
            house.blocks_leave()
            house.run("once")
            held, wait = said(house)
            assert "the longest gap falls from 14 to" in held
            assert "4 hours from their usual hour" in held
            house.run("once")
            house.answers("dana", "AB", "ACCEPTED", house.moment)
            house.run("once")
            agreed = said(house)
        assert agreed == (held, wait)
        with house.at(NOW + timedelta(days=24)):  # the day after the make-up; the leave begins in three days
            house.run("once")
            assert said(house) == (held, wait)
