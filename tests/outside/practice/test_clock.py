"""The clock of the practice's calendar server."""

from __future__ import annotations

from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection
from pathlib import Path

from tests.outside.practice.house import NOW, House
from tests.servers.smtp import SmtpServer

ASKED = 5000  # requests take longer than a second


def test_it_goes_on_and_begins_anew_with_each_command(tmp_path: Path) -> None:
    """A command that takes long finds a server whose clock went on as its own did, however late it began."""
    with SmtpServer(tmp_path / "mail") as post:
        house = House(tmp_path, post, [])
        with house.at(NOW):
            assert house.serves_at is not None
            house.serves_at(NOW + timedelta(minutes=30))
            first = _date(house)
            assert first >= NOW + timedelta(minutes=30)
            assert any(_date(house) > first for _ in range(ASKED))
            house.run("status", status=None)
            assert _date(house) < NOW + timedelta(minutes=30)


def _date(house: House) -> datetime:
    asking = HTTPConnection("127.0.0.1", house.port)
    asking.request("GET", "/")
    told = asking.getresponse().headers["Date"]
    asking.close()
    return parsedate_to_datetime(told)
