"""What Google shows beside events: who answers from another address, what time it is, when a sign-in ends."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

from syncd.core.model import OfferState
from syncd.wiring import SystemClock
from tests.core.people import BERLIN
from tests.scenario.household import OFFICE
from tests.servers.google import GoogleServer
from tests.servers.google.owner import IcalOwner
from tests.servers.proxy import proxied
from tests.servers.smtp import SmtpServer
from tests.whole.command import syncd
from tests.whole.google import DANA, GoogleHouse, google_desk
from tests.whole.office import ROSTER, Office
from tests.whole.test_clock import behind
from tests.whole.weeks import AT_ONCE, block, waking_zone, weekly_sessions

ADA, PRIVATE = "ada@example.net", "ada.private@example.org"
FRONT = "front@example.org"


def test_a_yes_from_an_alias_counts(house: GoogleHouse) -> None:
    """Who accepts with another account is listed beside the address that was invited: on the roster it is hers."""
    sources = house.world.sources
    clients = tuple(replace(one, aliases=(PRIVATE,)) if one.email == ADA else one for one in sources.clients)
    house.world = replace(house.world, sources=replace(sources, clients=clients))
    house.block(date(2026, 7, 6))
    house.run()
    house.at(datetime(2026, 6, 16, 12, 0, tzinfo=BERLIN))
    offer = house.offers("c1")[-1]
    event = house.dana.event(offer.uid, "Practice")
    assert event is not None
    guests = [*event["attendees"], {"email": PRIVATE, "responseStatus": "accepted"}]
    house.dana.change(offer.uid, {"attendees": guests}, "Practice")
    house.later(minutes=2)
    assert house.offers("c1")[-1].state is OfferState.ACCEPTED
    stranger = house.offers("c2")[-1]
    other = house.dana.event(stranger.uid, "Practice")
    assert other is not None
    guests = [*other["attendees"], {"email": PRIVATE, "responseStatus": "accepted"}]
    house.dana.change(stranger.uid, {"attendees": guests}, "Practice")
    house.later(minutes=2)
    assert house.offers("c2")[-1].state is OfferState.INVITED


def served(server: GoogleServer, folder: Path, post: SmtpServer) -> Office:
    """Dana with Google, whose practice has an address beside the one that answers come to."""
    desk = google_desk(server, folder)
    weekly_sessions(IcalOwner(server), waking_zone(), ("AB", "BC", "CD"))
    office = Office(folder, [], post, ROSTER, waking_zone(), dict(AT_ONCE), therapists=desk)
    office.write()
    return office


def test_googles_clock_is_held_against_ours(tmp_path: Path, post: SmtpServer) -> None:
    """Seventeen days ahead of Google's Date header: nothing is done; with the right time all goes on."""
    with GoogleServer() as server:
        office = served(server, tmp_path, post)
        assert syncd(office.config, "once").status == 0
        block(IcalOwner(server))
        good = office.config.read_text()
        root = server.api_endpoint.partition("/calendar")[0]
        with proxied(root, after=behind(timedelta(days=17))) as proxy:
            office.config.write_text(
                good.replace(server.api_endpoint, server.api_endpoint.replace(root, proxy.url))
            )
            ended = syncd(office.config, "once")
        assert ended.status == 1
        assert "nothing is done: the clock of this machine is 17 days ahead" in ended.said[-1]
        assert server.mails(ADA) == []
        office.config.write_text(good)
        assert syncd(office.config, "once").status == 0
        assert len(server.mails(ADA)) == 1


def test_a_sign_in_about_to_end_is_told_by_the_command(tmp_path: Path, post: SmtpServer) -> None:
    """Two days before Google ends it: one letter to her and one to the practice, with what to run; once a day."""
    with GoogleServer() as server:
        office = served(server, tmp_path, post)
        text = office.config.read_text().replace(f'email = "{OFFICE}"', f'email = "{FRONT}"', 1)
        office.config.write_text(text)
        token = tmp_path / "work.json"
        held = json.loads(token.read_text())
        for days in (4, 2, 2):
            ends = SystemClock().now() + timedelta(days=days)
            token.write_text(json.dumps({**held, "refresh_token_expires": ends.isoformat()}))
            assert syncd(office.config, "once").status == 0
            for reader in (DANA, FRONT):
                told = [one for one in office.received(reader) if "ends soon" in str(one["Subject"])]
                assert len(told) == (days == 2)
                assert all(b"syncd auth google work" in one.as_bytes() for one in told)
