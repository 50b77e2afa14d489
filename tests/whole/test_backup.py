"""`syncd backup`, `syncd restore` and every other way in which a store comes back older: nobody is told twice."""

from __future__ import annotations

import shutil
import signal
import sqlite3
import stat
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from syncd.core.model import OfferState
from syncd.store import open_store
from syncd.wiring import SystemClock
from tests.scenario import ics
from tests.servers.dav import DavCalendar
from tests.servers.smtp import SmtpServer
from tests.whole.command import syncd
from tests.whole.office import ROSTER, Desk, Office
from tests.whole.reader import texts
from tests.whole.test_monitored import daemon
from tests.whole.weeks import AT_ONCE, block, waking_zone, weekly_sessions

AN_HOUR = timedelta(hours=1)
ADA, BEN = "ada@example.net", "ben@example.net"


@pytest.fixture
def office(tmp_path: Path, calendar: DavCalendar, post: SmtpServer) -> Office:
    """Two weekly clients; everything is due at once; syncd has looked once."""
    zone = waking_zone()
    weekly_sessions(calendar, zone, ("AB", "BC"))
    office = Office(tmp_path, [Desk("dana", "Dana Okafor", calendar)], post, ROSTER, zone, dict(AT_ONCE))
    assert syncd(office.write(), "once").status == 0
    return office


def store(office: Office) -> Path:
    """The database file."""
    return office.folder / "state" / "syncd.db"


def kinds(office: Office) -> list[list[str]]:
    """METHOD of each message that the clients got."""
    return [[ics.method(message) for message in office.received(one)] for one in (ADA, BEN)]


def silent_then_adopted(office: Office, calendar: DavCalendar) -> None:
    """The store is older: nothing leaves before it is adopted, and nothing twice afterwards."""
    before, mails = sorted(texts(calendar)), kinds(office)
    ended = syncd(office.config, "once")
    assert ended.status == 1
    assert "nothing is done: the store is older than" in ended.said[-1]
    assert "run `syncd adopt`" in syncd(office.config, "status").out.replace("\n", " ")
    assert sorted(texts(calendar)) == before
    assert syncd(office.config, "adopt", "--yes").status == 0
    assert syncd(office.config, "once").status == 0
    assert kinds(office) == mails
    calendar.remove("leave")
    assert syncd(office.config, "once").status == 0
    assert [one[: len(old)] for one, old in zip(kinds(office), mails, strict=True)] == mails
    assert all(one.count("REQUEST") == 1 and one.count("CANCEL") <= 1 for one in kinds(office))


def test_a_backup_put_back_repeats_nothing(tmp_path: Path, office: Office, calendar: DavCalendar) -> None:
    """Taken before the leave was blocked, put back after the invitations had gone."""
    copy = tmp_path / "copy.db"
    assert syncd(office.config, "backup", str(copy)).status == 0
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert "exists already" in syncd(office.config, "backup", str(copy)).said[-1]
    block(calendar)
    assert syncd(office.config, "once").status == 0
    assert kinds(office) == [["REQUEST"], ["REQUEST"]]
    ended = syncd(office.config, "restore", str(copy))
    assert ended.status == 0, ended.said
    assert "syncd adopt" in ended.out
    assert store(office).with_name("syncd.db.before-restore").is_file()
    silent_then_adopted(office, calendar)


def test_what_has_gone_since_the_backup_is_not_told_twice(
    tmp_path: Path, office: Office, calendar: DavCalendar
) -> None:
    """Taken while both were invited; then the leave went, and both heard. What is gone is not waited for again."""
    copy, at_once = tmp_path / "copy.db", {**AT_ONCE, "settle_back": '"0m"'}
    office.policy = at_once
    block(calendar)
    assert syncd(office.write(), "once").status == 0
    assert syncd(office.config, "backup", str(copy)).status == 0
    calendar.remove("leave")
    for _ in range(2):
        assert syncd(office.config, "once").status == 0
    told = kinds(office)
    assert told == [["REQUEST", "CANCEL"], ["REQUEST", "CANCEL"]]
    assert syncd(office.config, "restore", str(copy)).status == 0
    office.policy = {**AT_ONCE, "settle_back": '"7d"'}
    assert syncd(office.write(), "adopt", "--yes").status == 0
    office.policy = at_once
    for _ in range(2):
        assert syncd(office.write(), "once").status == 0
    assert kinds(office) == told


def test_a_file_copied_without_its_log_repeats_nothing(office: Office, calendar: DavCalendar) -> None:
    """`cp syncd.db` while a program has it open: what was written last is missing."""
    path = store(office)
    with closing(sqlite3.connect(path)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM house").fetchall()  # keeps the log from being folded into the file
        block(calendar)
        assert syncd(office.config, "once").status == 0
        kept = path.with_name("copied")
        shutil.copy(path, kept)
    for end in ("", "-wal", "-shm"):
        path.with_name(f"{path.name}{end}").unlink(missing_ok=True)
    kept.replace(path)
    assert kinds(office) == [["REQUEST"], ["REQUEST"]]
    silent_then_adopted(office, calendar)


def test_a_machine_rolled_back_repeats_nothing(tmp_path: Path, office: Office, calendar: DavCalendar) -> None:
    """The whole state directory is as before: the calendar knows better."""
    state = store(office).parent
    shutil.copytree(state, tmp_path / "snapshot")
    block(calendar)
    assert syncd(office.config, "once").status == 0
    assert kinds(office) == [["REQUEST"], ["REQUEST"]]
    shutil.rmtree(state)
    shutil.copytree(tmp_path / "snapshot", state)
    silent_then_adopted(office, calendar)


def test_a_copy_is_put_back_only_where_that_is_safe(tmp_path: Path, office: Office) -> None:
    """A damaged file, another database, a running daemon: refused, and nothing has changed."""
    copy, other = tmp_path / "copy.db", tmp_path / "other.db"
    assert syncd(office.config, "backup", str(copy)).status == 0
    before = store(office).read_bytes()
    with closing(sqlite3.connect(other)) as made:
        made.execute("CREATE TABLE notes (text)")
    broken = tmp_path / "broken.db"
    broken.write_bytes(copy.read_bytes()[:5000])
    for file, said in (
        (other, "holds no store"),
        (broken, "damaged"),
        (tmp_path / "nowhere", "no such file"),
    ):
        ended = syncd(office.config, "restore", str(file))
        assert ended.status == 1
        assert said in ended.said[-1]
        assert store(office).read_bytes() == before
    with open_store(office.store_url) as held:
        held.acquire("daemon", SystemClock().now(), AN_HOUR)
        assert "a syncd acts on it" in syncd(office.config, "restore", str(copy)).said[-1]


def test_a_copy_is_not_put_back_under_a_running_daemon(
    tmp_path: Path, office: Office, calendar: DavCalendar
) -> None:
    """The real one: refused, nothing is lost, it goes on; once it has ended, the copy is put back."""
    copy = tmp_path / "copy.db"
    assert syncd(office.config, "backup", str(copy)).status == 0
    block(calendar)
    with daemon(office) as (process, said):
        said.await_state("READY=1")
        assert kinds(office) == [["REQUEST"], ["REQUEST"]]
        before = standing(office)
        refused = syncd(office.config, "restore", str(copy))
        assert (refused.status, "a syncd acts on it" in refused.said[-1]) == (1, True)
        said.await_look(lambda: process.signal(signal.SIGHUP))
        assert standing(office) == before
        assert [one.name for one in store(office).parent.glob("*restore*")] == []
        process.signal(signal.SIGTERM)
        assert process.ends() == 0
    assert kinds(office) == [["REQUEST"], ["REQUEST"]]
    assert syncd(office.config, "restore", str(copy)).status == 0
    silent_then_adopted(office, calendar)


def standing(office: Office) -> dict[str, OfferState]:
    """What the store knows of each offer."""
    with open_store(office.store_url) as held:
        return {one.uid: one.state for one in held.load().offers}


def test_a_copy_of_another_practice_is_not_put_back(tmp_path: Path, office: Office) -> None:
    """It would act in this one's name: refused, and nothing has changed; where nothing stands yet nobody can tell."""
    other = tmp_path / "other.db"
    with open_store(f"sqlite:///{other}") as theirs:
        theirs.release(theirs.acquire("them", SystemClock().now(), AN_HOUR))
    before = store(office).read_bytes()
    ended = syncd(office.config, "restore", str(other))
    assert (ended.status, "a copy of another store" in ended.said[-1]) == (1, True)
    assert store(office).read_bytes() == before
    store(office).rename(tmp_path / "aside.db")
    assert syncd(office.config, "restore", str(other)).status == 0


def test_a_damaged_store_makes_no_copy(tmp_path: Path, office: Office) -> None:
    """What is wrong with it is said when the copy is made, not when it is needed."""
    copy, path = tmp_path / "copy.db", store(office)
    with closing(sqlite3.connect(path)) as opened:
        opened.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        size = opened.execute("PRAGMA page_size").fetchone()[0]
        opened.execute("PRAGMA writable_schema=ON")
        opened.execute("UPDATE sqlite_master SET rootpage = rootpage - 1 WHERE name = 'ledger'")
        opened.commit()
    assert path.stat().st_size > 2 * size
    ended = syncd(office.config, "backup", str(copy))
    assert ended.status == 1
    assert "damaged" in ended.said[-1]
    assert not copy.exists()
