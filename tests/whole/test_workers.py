"""`syncd worker --queue` on PostgreSQL: several processes share a town's practices, and nobody is told twice."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import Engine, column, create_engine, func, select, table, text

from syncd.readers import PATIENCE
from syncd.store import open_store
from tests.servers.dav import DavServer
from tests.servers.proxy import Message, proxied
from tests.store.postgres import postgres_url
from tests.whole.command import Running, syncd
from tests.whole.holding import wait_until
from tests.whole.office import Office
from tests.whole.systemd import Notified
from tests.whole.test_killed import written
from tests.whole.town import Town, invited
from tests.whole.weeks import AT_ONCE, block

FEW, DOZEN = pytest.param(3, marks=pytest.mark.wider), pytest.param(12, marks=pytest.mark.long)


@dataclass
class Shared:
    """A town on one database, with so many practices."""

    town: Town
    database: Engine
    server: Engine
    practices: dict[str, Office]

    @contextmanager
    def worker(self, number: int) -> Iterator[tuple[Running, Notified]]:
        """One of several, ready."""
        with self.town.worker("--queue", self.town.database, "--threads", "2", number=number) as (
            process,
            said,
        ):
            said.await_state("READY=1")
            yield process, said

    def all_looked_at(self) -> bool:
        """Each practice has had a turn."""
        return all(self.of(name, "SELECT newest IS NOT NULL FROM {}.house") for name in self.practices)

    def of(self, name: str, question: str) -> bool:
        """What the database answers of one practice; False where it has no store yet."""
        with self.database.connect() as connection:
            asked = question.format(name)
            there = connection.exec_driver_sql(f"SELECT to_regclass('{name}.house')").scalar_one()
            return bool(there and connection.exec_driver_sql(asked).scalar_one())

    def moments(self, name: str) -> tuple[datetime, list[datetime]]:
        """When the leave was seen, and when each client was invited."""
        with open_store(f"{self.town.database}?options=-csearch_path%3D{name}") as store:
            memory = store.load()
        (seen,) = {one.seen_at for one in memory.seen}
        return seen, [one.invited_at for one in memory.offers if one.invited_at is not None]

    def away(self) -> None:
        """The database throws everybody out, and lets nobody in."""
        name = self.database.url.database
        with self.server.connect() as connection:
            connection.exec_driver_sql(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
            thrown_out = select(func.pg_terminate_backend(column("pid"))).select_from(
                table("pg_stat_activity")
            )
            connection.execute(thrown_out.where(column("datname") == name))

    def back(self) -> None:
        """It is there again."""
        with self.server.connect() as connection:
            connection.exec_driver_sql(f"ALTER DATABASE {self.database.url.database} ALLOW_CONNECTIONS true")
        self.database.dispose()

    def block(self) -> None:
        """Everybody goes on leave."""
        for office in self.practices.values():
            block(office.desks[0].calendar)

    def everything_once(self, *, killed: bool = False) -> bool:
        """Each client who has an address was invited once, and each of three has one time in the calendar.

        Where a worker was `killed`, save whose invitation was in its hands: nobody knows whether it left, so it is
        not sent again, and waits for its evidence.
        """
        return all(
            (invited(one) or (killed and self.of(name, _IN_HAND)))
            and [each.status for each in written(one.desks[0].calendar)] == ["TENTATIVE"] * 3
            for name, one in self.practices.items()
        )


_IN_HAND = "SELECT count(*) FROM {}.effects WHERE state = 'unknown' AND kind = 'invitation'"


@pytest.fixture
def shared(request: pytest.FixtureRequest, tmp_path: Path, on_radicale: DavServer) -> Iterator[Shared]:
    """As many practices as the test asks for."""
    with ExitStack() as opened:
        url = opened.enter_context(postgres_url())
        database = create_engine(url, isolation_level="AUTOCOMMIT")
        server = create_engine(database.url.set(database="postgres"), isolation_level="AUTOCOMMIT")
        opened.callback(server.dispose)
        opened.callback(database.dispose)
        town = Town(tmp_path, on_radicale, opened, url)
        names = [f"practice{number}" for number in range(request.param)]
        with database.connect() as connection:
            for name in names:
                connection.exec_driver_sql(f"CREATE SCHEMA {name}")
        practices = {name: town.practice(name) for name in names}
        for name, office in practices.items():
            town.enter(name, office)
        yield Shared(town, database, server, practices)


@pytest.mark.parametrize("shared", [FEW, DOZEN], indirect=True)
def test_a_worker_that_is_killed_loses_nothing_and_nothing_happens_twice(shared: Shared) -> None:
    """One of two dies by `kill -9` among its effects: the other has everything done, once, and nobody hears of it."""
    with shared.worker(1) as (first, _), shared.worker(2) as (second, _):
        wait_until(shared.all_looked_at)
        shared.block()
        for process in (first, second):
            process.signal(signal.SIGHUP)
        wait_until(lambda: any(one.received("ada@example.net") for one in shared.practices.values()))
        first.kill()
        wait_until(lambda: shared.everything_once(killed=True))
        second.signal(signal.SIGTERM)
        assert second.ends() == 0
        logs = first.log.read_text(), second.log.read_text()
    assert all("starts: " in log for log in logs), "the practices were shared"
    assert not any("nothing is done: " in log or "was told" in log for log in logs)


@pytest.mark.wider
@pytest.mark.parametrize("shared", [2], indirect=True)
def test_a_database_that_is_away_for_a_while_loses_nothing(shared: Shared) -> None:
    """It throws everybody out in the middle, and lets nobody in; both workers go on by themselves when it does."""
    with shared.worker(1) as (first, _), shared.worker(2) as (second, said):
        wait_until(shared.all_looked_at)
        shared.block()
        shared.away()
        for process in (first, second):
            process.signal(signal.SIGHUP)
        while not any("the queue does not answer" in one for one in said.so_far()):
            time.sleep(0.1)
        assert not any(one.received("ada@example.net") for one in shared.practices.values())
        shared.back()
        wait_until(shared.everything_once)
        for process in (first, second):
            process.signal(signal.SIGTERM)
            assert process.ends() == 0


@pytest.mark.wider
@pytest.mark.parametrize("shared", [1], indirect=True)
def test_a_worker_of_an_older_version_leaves_a_newer_store_alone(shared: Shared) -> None:
    """A newer one has brought the store to its form: the older says so and does nothing, until it may."""
    (name,) = shared.practices
    with shared.worker(1) as (process, _):
        wait_until(shared.all_looked_at)
        shared.of(name, "UPDATE {}.alembic_version SET version_num = version_num || 'x' RETURNING 1")
        shared.block()
        process.signal(signal.SIGHUP)
        wait_until(lambda: "a newer syncd has brought it to its own form" in process.log.read_text())
        assert shared.practices[name].received("ada@example.net") == []
        shared.of(name, "UPDATE {}.alembic_version SET version_num = rtrim(version_num, 'x') RETURNING 1")
        process.signal(signal.SIGHUP)
        wait_until(shared.everything_once)


@pytest.mark.wider
@pytest.mark.parametrize("shared", [1], indirect=True)
def test_an_account_that_is_slow_is_read_to_its_end_by_the_worker_that_began(shared: Shared) -> None:
    """No turn waits for it, and no other worker begins it anew; what falls due is done then, not at the next poll."""
    (office,) = shared.practices.values()
    office.policy = {**AT_ONCE, "settle": '"2s"'}
    with proxied(office.desks[0].calendar.server.url, before=slowly) as proxy:
        office.desks[0].url = proxy.url
        shared.town.enter("practice0", office)
        with shared.worker(1) as (first, _), shared.worker(2) as (second, _):
            wait_until(shared.all_looked_at)
            wait_until(lambda: shared.of("practice0", "SELECT count(*) > 0 FROM {}.mirror"))
            shared.block()
            for process in (first, second):
                process.signal(signal.SIGHUP)
            wait_until(shared.everything_once)
            for process in (first, second):
                process.signal(signal.SIGTERM)
                assert process.ends() == 0
    seen, invited_at = shared.moments("practice0")
    assert timedelta(seconds=2) <= min(invited_at) - seen < timedelta(minutes=2)


def slowly(request: Message) -> Message | None:
    """Longer than a turn waits for an account."""
    if request.method in {"PROPFIND", "REPORT"}:
        Event().wait(PATIENCE.total_seconds() + 0.5)
    return None


@pytest.mark.wider
@pytest.mark.parametrize("shared", [2], indirect=True)
def test_between_turns_a_store_is_left_to_the_workers_of_the_queue_alone(shared: Shared) -> None:
    """Any of them may have the next turn, but no command, and no worker without the queue; in the end it is free."""
    settings = shared.town.served / "practice0.toml"
    with shared.worker(1) as (first, _), shared.worker(2) as (second, _):
        wait_until(shared.all_looked_at)
        wait_until(lambda: "runs (queue " in syncd(settings, "status").out)
        refused = syncd(settings, "once")
        assert (refused.status, "another instance (" in " ".join(refused.said)) == (1, True)
        with shared.town.worker(number=3) as (third, said):
            said.await_state("READY=1")
            assert third.log.read_text().count("not served: another instance (queue ") == 2
        shared.block()
        for process in (first, second):
            process.signal(signal.SIGHUP)
        wait_until(shared.everything_once)
        for process in (first, second):
            process.signal(signal.SIGTERM)
            assert process.ends() == 0
    assert "does not run" in syncd(settings, "status").out


@pytest.mark.wider
@pytest.mark.parametrize("shared", [3], indirect=True)
def test_a_worker_by_itself_holds_all_its_stores_by_one_connection(shared: Shared) -> None:
    """A server has few of them for many practices; however the worker ends, another acts at once."""
    settings = shared.town.served / "practice0.toml"
    with shared.town.worker() as (process, said):
        said.await_state("READY=1")
        wait_until(lambda: any(one.endswith("3 of them well") for one in said.so_far()))
        with shared.database.connect() as connection:
            assert connection.execute(_LOCKS).one() == (3, 1)
        assert syncd(settings, "once").status == 1
        process.kill()
    wait_until(lambda: "does not run" in syncd(settings, "status").out)
    assert syncd(settings, "once").status == 0


_LOCKS = text(
    "SELECT count(*), count(DISTINCT pid) FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)
