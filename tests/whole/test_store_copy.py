"""`syncd store copy`: a store moves to another database in the middle of its life, and nobody notices."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from syncd.store import open_store
from tests.scenario import ics
from tests.servers.dav import DavCalendar
from tests.servers.smtp import SmtpServer
from tests.store.postgres import postgres_url
from tests.whole.command import started, syncd
from tests.whole.office import ROSTER, Desk, Office
from tests.whole.systemd import notify_socket
from tests.whole.weeks import AT_ONCE, block, waking_zone, weekly_sessions

ADA, BEN = "ada@example.net", "ben@example.net"


@pytest.fixture
def office(tmp_path: Path, calendar: DavCalendar, post: SmtpServer) -> Office:
    """Two weekly clients, both asked to another time; one has said yes."""
    zone = waking_zone()
    weekly_sessions(calendar, zone, ("AB", "BC"))
    policy = {**AT_ONCE, "settle_back": '"0m"'}
    office = Office(tmp_path, [Desk("dana", "Dana Okafor", calendar)], post, ROSTER, zone, policy)
    assert syncd(office.write(), "once").status == 0
    block(calendar)
    assert syncd(office.config, "once").status == 0
    assert kinds(office) == [["REQUEST"], ["REQUEST"]]
    return office


def kinds(office: Office) -> list[list[str]]:
    """METHOD of each message that the clients got."""
    return [[ics.method(message) for message in office.received(one)] for one in (ADA, BEN)]


def named(office: Office, url: str) -> None:
    """The settings name this store."""
    office.config.write_text(office.config.read_text().replace(office.store_url, url))


def everything(url: str) -> tuple[object, ...]:
    """All that a pass would know but what stands beside the store, and the audit."""
    with open_store(url) as store:
        return replace(store.load(), witnessed=0), store.audit()


def copied(office: Office, source: str, target: str) -> str:
    """It works, and says how much there is."""
    ended = syncd(office.config, "store", "copy", source, target)
    assert ended.status == 0, ended.said
    return ended.out


def goes_on(office: Office, calendar: DavCalendar) -> None:
    """Nothing is due on the new store; then the leave goes, and each client hears of it once."""
    before = kinds(office)
    ended = syncd(office.config, "once")
    assert ended.status == 0, ended.said
    assert "Nothing is due" in ended.out
    assert kinds(office) == before
    calendar.remove("leave")
    for _ in range(2):
        assert syncd(office.config, "once").status == 0
    assert kinds(office) == [["REQUEST", "CANCEL"], ["REQUEST", "CANCEL"]]


@pytest.fixture(params=["a file", pytest.param("PostgreSQL", marks=pytest.mark.wider)])
def elsewhere(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Where it moves to."""
    if request.param == "a file":
        yield f"sqlite:///{tmp_path}/moved.db"
        return
    with postgres_url() as url:
        yield url


def test_a_store_that_moved_goes_on(office: Office, calendar: DavCalendar, elsewhere: str) -> None:
    """Ledger, approvals, audit and all else are there, and back again; the story goes on, and nobody is told twice."""
    before = everything(office.store_url)
    said = copied(office, office.store_url, elsewhere)
    assert "all rows agree" in said
    assert int(said.partition("ledger")[2].split()[0]) >= 2
    assert everything(elsewhere) == before
    back = f"sqlite:///{office.folder}/back.db"
    copied(office, elsewhere, back)
    assert everything(back) == before
    named(office, elsewhere)
    goes_on(office, calendar)


def test_what_was_done_last_is_known_beside_the_new_file(office: Office) -> None:
    """The number that tells an older store from a newer one goes along, and who was erased."""
    target = office.folder / "moved.db"
    beside = Path(office.store_url.partition("///")[2])
    beside.with_name(f"{beside.name}-erased").write_text("0123456789abcdef\n")
    copied(office, office.store_url, f"sqlite:///{target}")
    kept = Path(office.store_url.partition("///")[2])
    number = kept.with_name(f"{kept.name}-number").read_text()
    assert target.with_name("moved.db-number").read_text() == number
    assert target.with_name("moved.db-erased").read_text() == "0123456789abcdef\n"
    assert os.stat(target).st_mode & 0o077 == 0


def test_it_is_refused_where_it_could_do_harm(office: Office, tmp_path: Path) -> None:
    """A store that does not exist, a target that holds one, a running service, a password for all to see."""
    target = tmp_path / "moved.db"
    url = f"sqlite:///{target}"
    missing = syncd(office.config, "store", "copy", f"sqlite:///{tmp_path}/none.db", url)
    assert (missing.status, target.exists()) == (1, False)
    assert "no such file" in missing.said[-1]
    copied(office, office.store_url, url)
    again = syncd(office.config, "store", "copy", office.store_url, url)
    assert again.status == 1
    assert "holds a store already" in again.said[-1]
    same = syncd(office.config, "store", "copy", office.store_url, office.store_url)
    assert "holds a store already" in same.said[-1]
    seen = syncd(office.config, "store", "copy", "postgresql+psycopg://syncd:geheim@localhost/x", url)
    assert "~/.pgpass" in seen.said[-1]
    assert "geheim" not in "".join(seen.said)
    third = tmp_path / "third.db"
    with notify_socket() as said, started(office.config, "run", NOTIFY_SOCKET=said.address):
        said.await_state("READY=1")
        running = syncd(office.config, "store", "copy", office.store_url, f"sqlite:///{third}")
    assert running.status == 1
    assert "another instance" in running.said[-1]
    assert not third.exists()
