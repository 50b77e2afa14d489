"""`syncd worker DIR`: each settings file is a practice; a mistake in one is its own, and files come and go."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.servers.dav import DavServer
from tests.servers.process import free_port
from tests.whole.command import syncd
from tests.whole.holding import wait_until
from tests.whole.passes import look
from tests.whole.town import Town, invited
from tests.whole.weeks import block


@pytest.fixture
def town(tmp_path: Path, on_radicale: DavServer) -> Iterator[Town]:
    """Nobody practises there yet."""
    with ExitStack() as opened:
        yield Town(tmp_path, on_radicale, opened)


def test_a_mistake_in_one_file_is_that_practice_s_alone_and_files_come_and_go(town: Town) -> None:
    """What is wrong is told by file and key, without what stands there; mended, it is served, without a restart.

    A mistake that comes while it is served leaves the older settings in force, as `syncd run` does.
    """
    maple, birch = map(town.practice, ("maple", "birch"))
    town.enter("maple", maple)
    town.enter("birch", birch, wrong="Nowhere/Town")
    with town.worker("--metrics", f"127.0.0.1:{town.port}") as (process, said):
        said.await_state("READY=1")
        assert (town.practices("served"), town.practices("refused")) == (1, 1)
        assert town.readyz() == "degraded: 1 practices cannot be served, see the journal"
        log = process.log.read_text()
        assert f"[birch]: {town.served / 'birch.toml'}: practice.timezone: " in log
        assert "Nowhere" not in log
        town.enter("birch", birch)
        wait_until(lambda: town.practices("served") == 2)
        assert town.readyz() == "ready"
        town.enter("maple", maple, wrong="Nowhere/Town")
        wait_until(lambda: town.practices("degraded") == 1)
        assert "settings not reloaded, 1 mistakes; the old ones stay in force" in process.log.read_text()
        for office in (maple, birch):
            block(office.desks[0].calendar)
        process.signal(signal.SIGHUP)
        wait_until(lambda: invited(maple) and invited(birch))
        (town.served / "birch.toml").unlink()
        wait_until(lambda: town.practices("served") == 0)
        assert "practice birch is served no more" in process.log.read_text()
        look(birch)  # nobody acts for it any more
        process.signal(signal.SIGTERM)
        assert process.ends() == 0
    assert [invited(one) for one in (maple, birch)] == [True] * 2


def test_between_its_turns_a_worker_holds_what_it_serves(town: Town) -> None:
    """`status` names it; what needs a store alone is refused, a second worker too; killed, it is not waited for."""
    maple = town.practice("maple")
    town.enter("maple", maple)
    settings, copied = town.served / "maple.toml", town.folder / "copied.db"
    spare = town.folder / "spare.db"
    assert syncd(settings, "once").status == 0
    assert syncd(settings, "backup", str(spare)).status == 0
    alone = (
        ("once",),
        ("adopt", "--yes"),
        ("restore", str(spare)),
        ("store", "copy", maple.store_url, f"sqlite:///{copied}"),
    )
    with town.worker("--metrics", f"127.0.0.1:{town.port}") as (process, said):
        said.await_state("READY=1")
        wait_until(lambda: town.practices("served") == 1)
        shown = syncd(settings, "status", "--check")
        assert (shown.status, ":worker:" in shown.out) == (0, True), shown
        for command in alone:
            refused = syncd(settings, *command)
            assert refused.status == 1
            assert "take this practice out of its folder" in " ".join(refused.said)
        with town.worker("--metrics", f"127.0.0.1:{free_port()}", number=2) as (second, heard):
            heard.await_state("READY=1")
            assert "[maple]: not served: another instance (" in second.log.read_text()
        process.kill()
    assert syncd(settings, "status", "--check").status == 2
    assert [syncd(settings, *command).status for command in alone] == [0] * len(alone)
    assert copied.exists()


def test_two_files_with_one_store_are_both_refused(town: Town) -> None:
    """A copy of a settings file would act in its name: which of them is meant, only a human can tell; one that no
    practice can be called by never acts, and stops nobody.
    """
    maple = town.practice("maple")
    town.enter("maple", maple)
    town.enter("copy", maple)
    with town.worker("--metrics", f"127.0.0.1:{town.port}") as (process, said):
        said.await_state("READY=1")
        assert town.practices("refused") == 2
        log = process.log.read_text()
        assert "maple.toml names the same" in log
        assert "copy.toml names the same" in log
        town.enter("maple (1)", maple)
        (town.served / "copy.toml").unlink()
        wait_until(lambda: "maple (1).toml: the file's name" in process.log.read_text())
        process.signal(signal.SIGHUP)
        wait_until(lambda: town.practices("served") == 1)
