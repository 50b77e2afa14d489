"""Whether a server sends the invitations: what the probe finds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from connectors.caldav.account import CalDavAccount
from syncd.core.model import Delivery
from tests.scheduling.practice import Practice, account_of
from tests.servers.dav import DavServer
from tests.servers.radicale import radicale
from tests.servers.scheduling import SchedulingServer
from tests.servers.xandikos import xandikos


def found(account: CalDavAccount) -> tuple[bool, tuple[str, ...], Delivery]:
    """Scheduling, addresses and path of the first calendar."""
    capabilities = account.probe(account.discover()[0].id)
    return capabilities.scheduling, capabilities.addresses, capabilities.delivery


def test_a_server_that_knows_the_therapist_sends(practice: Practice) -> None:
    """Its address set holds exactly the address that ORGANIZER has to be."""
    assert found(practice.account) == (True, (practice.email,), Delivery.SERVER)


def test_another_address_means_that_we_mail(server: SchedulingServer) -> None:
    """An ORGANIZER the server does not know would be told nothing."""
    account = account_of(server.users["dana"], "dana@practice.example.com")
    assert found(account) == (False, (server.address("dana"),), Delivery.IMIP)


def test_the_servers_address_is_enough(practice: Practice) -> None:
    """Without a path the account is found all the same (RFC 6764)."""
    server = practice.calendar.server
    account = account_of(replace(server, home="/"), practice.email)
    assert practice.calendar.name in [one.name for one in account.discover()]
    assert account.probe(f"home/{practice.calendar.name}").addresses == (practice.email,)


@pytest.mark.parametrize("kind", [radicale, xandikos])
def test_a_server_without_scheduling_or_addresses(kind: type, tmp_path: Path) -> None:
    """Radicale does not schedule; Xandikos without users says it does, and knows no address."""
    with kind(tmp_path) as plain:
        assert isinstance(plain, DavServer)
        plain.make_calendar("practice", "Practice")
        assert found(account_of(plain, "dana@example.org")) == (False, (), Delivery.IMIP)
