"""What Google shows beside events: who answers from another address, what time it is, when a sign-in ends."""

from __future__ import annotations

import json
import signal
from dataclasses import replace
from datetime import date, datetime, timedelta
from math import inf
from pathlib import Path

import pytest

from syncd.core.model import OfferState
from syncd.wiring import SystemClock
from tests.core.people import BERLIN
from tests.outside.practice.test_alerted import receiver, texts
from tests.scenario.household import OFFICE
from tests.servers.google import GoogleServer
from tests.servers.google.owner import IcalOwner
from tests.servers.process import free_port
from tests.servers.proxy import proxied
from tests.servers.smtp import SmtpServer
from tests.whole.command import syncd
from tests.whole.google import DANA, GoogleHouse, google_desk
from tests.whole.office import ROSTER, Office
from tests.whole.test_clock import behind
from tests.whole.test_monitored import daemon
from tests.whole.test_monitored import served as metrics
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
    """Two days before Google ends it: one letter to her and one to the practice, with what to run, and a notice that
    names nobody; once a day. `status` says when, from the first day on.
    """
    with GoogleServer() as server, receiver() as (address, heard):
        office = served(server, tmp_path, post)
        (tmp_path / "notify").write_text(address)
        office.therapists += '\n[alerts]\nnotify = [{ file = "notify" }]\n'
        office.write()
        assert told(office) == {}
        text = office.config.read_text().replace(f'email = "{OFFICE}"', f'email = "{FRONT}"', 1)
        office.config.write_text(text)
        token = tmp_path / "work.json"
        held = json.loads(token.read_text())
        for days in (4, 2, 2):
            ends = SystemClock().now() + timedelta(days=days)
            token.write_text(json.dumps({**held, "refresh_token_expires": ends.isoformat()}))
            assert syncd(office.config, "once").status == 0
            for reader in (DANA, FRONT):
                letters = [one for one in office.received(reader) if "ends soon" in str(one["Subject"])]
                assert len(letters) == (days == 2)
                assert all(b"syncd auth google work" in one.as_bytes() for one in letters)
            assert texts(heard) == ["syncd needs help: the sign-in for calendars ends soon"] * (days == 2)
            assert {name: datetime.fromisoformat(end) for name, end in told(office).items()} == {"work": ends}
            assert "Sign-ins that end" in syncd(office.config, "status").out


def told(office: Office) -> dict[str, str]:
    """When sign-ins end, as monitoring reads it."""
    found: dict[str, str] = json.loads(syncd(office.config, "status", "--json").out)["sign_ins_end"]
    return found


def test_when_a_sign_in_ends_is_a_metric(tmp_path: Path, post: SmtpServer) -> None:
    """There from the start; without an end it never comes; a consent given since counts at the next look."""
    series = 'syncd_sign_in_ends_timestamp_seconds{account="work"}'
    with GoogleServer() as server:
        office = served(server, tmp_path, post)
        office.daemon = {"metrics": f'"127.0.0.1:{free_port()}"'}
        office.write()
        token, ends = tmp_path / "work.json", SystemClock().now() + timedelta(days=5)
        held = json.loads(token.read_text())
        with daemon(office) as (process, said):
            said.await_state("READY=1")
            for stated, shown in ((None, inf), (ends.isoformat(), ends.timestamp()), (None, inf)):
                token.write_text(json.dumps({**held, "refresh_token_expires": stated}))
                said.await_look(lambda: process.signal(signal.SIGHUP))
                assert metrics(office)[series] == pytest.approx(shown)
