"""`syncd run` on PostgreSQL, killed by `kill -9` in the middle of its effects: started again at once, it goes on."""

from __future__ import annotations

import signal
from dataclasses import dataclass
from pathlib import Path

import pytest

from syncd.core.model import OfferState
from syncd.store import open_store
from tests.servers.dav import DavCalendar
from tests.servers.proxy import proxied
from tests.servers.smtp import SmtpServer
from tests.store.postgres import postgres_url
from tests.whole.command import started, syncd
from tests.whole.holding import Gate, holding, wait_until
from tests.whole.office import ROSTER, Desk, Office
from tests.whole.passes import look
from tests.whole.test_killed import BY_MAIL, EVIDENCE, methods, written
from tests.whole.weeks import AT_ONCE, block, waking_zone, weekly_sessions

pytestmark = pytest.mark.wider


@dataclass
class OnServer(Office):
    """An office whose settings name a server's database, and a state directory of its own."""

    database: str = ""

    def write(self) -> Path:
        """As any other's."""
        settings = super().write()
        text = settings.read_text()
        assert self.store_url in text
        settings.write_text(text.replace(self.store_url, f'{self.database}"\nstate = "{self.folder}'))
        return settings


def test_killed_among_its_effects_and_started_again_at_once(
    tmp_path: Path, calendar: DavCalendar, post: SmtpServer
) -> None:
    """Nobody waits for a lease to run out; who tries while it runs is refused; everything stands and is mailed once."""
    gate = Gate()
    with proxied(calendar.server.url) as proxy, postgres_url() as url:
        weekly_sessions(calendar, waking_zone(), ("AB", "BC", "CD"))
        desk = Desk("dana", "Dana Okafor", calendar, proxy.url)
        office = OnServer(
            tmp_path, [desk], post, ROSTER, waking_zone(), dict(AT_ONCE), EVIDENCE, database=url
        )
        look(office)
        block(calendar)
        proxy.after = holding(gate, "PUT")
        with started(office.write(), "run") as first:
            first.await_gate(gate)
            (refused,) = syncd(office.write(), "once").said
            assert "another instance (" in refused
            first.kill()
        gate.open()
        with started(office.write(), "run") as second:
            wait_until(lambda: [methods(office, one) for one in BY_MAIL] == [["REQUEST"]] * 2)
            wait_until(lambda: [one.status for one in written(calendar)] == ["TENTATIVE"] * 3)
            second.signal(signal.SIGTERM)
            assert second.ends() == 0
        look(office)
        with open_store(url) as store:
            assert {one.state for one in store.load().offers} == {OfferState.HELD, OfferState.INVITED}
    assert [methods(office, one) for one in BY_MAIL] == [["REQUEST"]] * 2
