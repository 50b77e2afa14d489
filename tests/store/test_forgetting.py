"""Erasing a client, and calling a calendar otherwise, on every kind of database."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from syncd.core.model import Approval, ClientFacts, OfferKind
from syncd.core.model.effects import EffectState
from syncd.core.model.errors import StoreError
from syncd.core.model.offer import Refusal
from syncd.ports import PassRecord, Settlement
from syncd.store import SqlStore, open_store
from syncd.store.tables import metadata
from tests.store.postgres import postgres_url
from tests.store.values import CALENDAR, LEASE, NOW, conflict, key, offer, put, read, send, sent, stored

NAMED = re.compile(r"`(\w+)`")


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.wider)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SqlStore]:
    """A store with one offer in it."""
    with ExitStack() as stack:
        postgres = request.param == "postgres"
        url = stack.enter_context(postgres_url()) if postgres else f"sqlite:///{tmp_path}/syncd.db"
        opened = stack.enter_context(open_store(url, state=tmp_path))
        fence = opened.acquire("here", NOW, LEASE)
        opened.record(
            fence, PassRecord(NOW, conflicts=(replace(conflict(), initials="Zq"),), offers=(offer(),))
        )
        yield opened


def test_an_erased_client_s_offer_is_a_tombstone(store: SqlStore, tmp_path: Path) -> None:
    """UID, number and times stay; the id is nowhere, nor initials, and the mark of it beside the store."""
    fence, before = store.acquire("here", NOW, LEASE), offer()
    erased = store.erase(fence, before.client, {before.calendar}, NOW)
    assert erased.left == ()
    (row,), (kept,) = store.load().conflicts, store.load().offers
    assert kept == replace(before, client=kept.client, location="", link="", news=(), heeded=())
    assert kept.client == row.client != before.client
    assert row.initials == ""
    (file,) = tmp_path.glob("*-erased")
    assert before.client not in file.read_text()


def test_letters_and_overviews_go_mails_to_others_stay(store: SqlStore) -> None:
    """By whatever somebody is called in them; an entry that is kept for another stays, too."""
    others, theirs, letter = (
        key("other", kind="request"),
        key("x", kind="away"),
        key("x", kind="letter_concern"),
    )
    overview, entry = key("plan", kind="plan_event"), key("other", kind="show")
    draft = put().draft
    actions = (
        replace(send(others), client="CD"),
        send(theirs),
        replace(send(letter), client=""),
        replace(put(overview), draft=replace(draft, uid="plan", description="one\nAB · Mon")),
        replace(put(entry), draft=replace(draft, uid="other")),
    )
    fence = store.acquire("here", NOW, LEASE)
    more = replace(conflict("c2"), client="CD"), replace(offer("other", "c2"), client="CD")
    store.record(fence, PassRecord(NOW, conflicts=more[:1], offers=more[1:], actions=actions))
    for one in actions:
        store.claim(fence, one.key, NOW)
        store.settle(fence, Settlement(one.key, EffectState.DONE, NOW))
    assert store.erase(fence, "AB", {offer().calendar}, NOW).left == ()
    with store.database.reading() as connection:
        kept = connection.execute(text("SELECT subject, kind FROM effects WHERE payload <> ''")).all()
    assert {tuple(one) for one in kept} == {("other", "request"), ("other", "show")}


@pytest.mark.parametrize(
    ("reason", "left"),
    [
        ("ask AB first", ("house",)),
        ("ask ABC-AB", ()),
        ("AB", ("house",)),
        ("at 10:AB", ("house",)),
        ("AB.", ("house",)),
    ],
)
def test_what_is_left_is_said(store: SqlStore, reason: str, left: tuple[str, ...]) -> None:
    """The id is sought as a word everywhere, in texts that people wrote, too."""
    fence = store.acquire("here", NOW, LEASE)
    store.pause(reason, NOW)
    assert store.erase(fence, "AB", {offer().calendar}, NOW).left == left


def test_a_calendar_is_called_otherwise_wherever_it_is_named(store: SqlStore) -> None:
    """In offers and sessions; not one that begins alike; one with times in it takes in no other."""
    fence, old = store.acquire("here", NOW, LEASE), offer().calendar
    with pytest.raises(StoreError, match="knows no calendar"):
        store.rename_calendar(fence, old[:-1], "elsewhere/x", NOW)
    assert store.rename_calendar(fence, old, "elsewhere/x", NOW) >= 1
    (kept,) = store.load().offers
    assert kept == replace(offer(), calendar="elsewhere/x")
    with pytest.raises(StoreError, match="two calendars do not become one"):
        store.rename_calendar(fence, "elsewhere/x", "elsewhere/x", NOW)


def _aged(store: SqlStore, days: int, clients: frozenset[str] | None = None) -> None:
    """So many days later a pass records, and what is too old goes."""
    later = NOW + timedelta(days=days)
    fence = store.acquire("here", later, LEASE)
    store.record(fence, PassRecord(later, clients=clients))


def test_texts_go_before_the_history_ends(store: SqlStore) -> None:
    """What left stands word by word for 90 days; that it left, for the whole history."""
    fence = store.acquire("here", NOW, LEASE)
    store.record(fence, PassRecord(NOW, actions=(send(),)))
    store.claim(fence, send().key, NOW)
    store.settle(fence, Settlement(send().key, EffectState.DONE, NOW, sent=(sent(),)))
    _aged(store, 89)
    assert [text for text in payloads(store) if text] != []
    _aged(store, 91)
    assert payloads(store) == [""]
    assert store.load().keys[send().key] is EffectState.DONE
    assert store.load().ledger == (sent(),)
    assert store.verified().fault == ""
    _aged(store, 900)
    assert payloads(store) == []


def payloads(store: SqlStore) -> list[str]:
    """What stands of each effect's text."""
    with store.database.reading() as connection:
        return list(connection.scalars(text("SELECT payload FROM effects")))


def test_what_was_learned_of_strangers_goes(store: SqlStore) -> None:
    """Of somebody who is neither in the roster nor in anything that is left; not before a pass knows the roster."""
    fence = store.acquire("here", NOW, LEASE)
    learned = tuple(
        ClientFacts("dana", one) for one in ("AB", "CD", "EF")
    )  # AB has an offer, EF stands in the roster
    store.record(fence, PassRecord(NOW, facts=learned))
    _aged(store, 2)
    assert len(store.load().facts) == 3
    _aged(store, 4, frozenset({"EF"}))
    assert {one.client for one in store.load().facts} == {"AB", "EF"}
    _aged(store, 900, frozenset({"EF"}))
    assert {one.client for one in store.load().facts} == {"EF"}


def test_whoever_was_erased_is_erased_from_an_older_store_that_stands_here(
    store: SqlStore, tmp_path: Path
) -> None:
    """However it came here, before anything is done with it, and once; whoever came back since is left alone."""
    fence = store.acquire("here", NOW, LEASE)
    store.erase(fence, offer().client, {offer().calendar}, NOW)
    store.record(fence, PassRecord(NOW, conflicts=(conflict(),), offers=(offer(),)))
    store.acquire("here", NOW, LEASE)
    assert store.load().offers == (offer(),)  # they came back
    (marks,) = tmp_path.glob("*-erased")
    marks.write_text(marks.read_text() * 2)  # erased again, of which this store does not know
    store.acquire("here", NOW, LEASE)
    assert store.load().offers[0].client != offer().client
    assert [one.event for one in store.audit()].count("erased") == 2
    store.acquire("here", NOW, LEASE)
    assert [one.event for one in store.audit()].count("erased") == 2
    assert store.verified().fault == ""


def test_what_such_a_store_mirrors_is_read_anew_and_known_as_long_as_before(
    store: SqlStore, tmp_path: Path
) -> None:
    """Whole, at the next look; mail and leave are judged by when the calendar was read first."""
    fence = store.acquire("here", NOW, LEASE)
    store.record(fence, PassRecord(NOW, mirror=(read(stored(1, occurrences=3)),)))
    store.erase(fence, offer().client, {CALENDAR}, NOW)
    store.record(fence, PassRecord(NOW, conflicts=(conflict(),), offers=(offer(),)))
    (marks,) = tmp_path.glob("*-erased")
    marks.write_text(marks.read_text() * 2)
    store.acquire("here", NOW, LEASE)
    memory, before = store.load(), read().state
    assert memory.mirror == {CALENDAR: ()}
    assert memory.calendars == (replace(before, cursor="", lens=""),)


def test_an_old_yes_counts_still_and_names_nobody(store: SqlStore) -> None:
    """It counts for how many absences are shown first; clients whom its letter named besides are gone from it."""
    given = Approval("dana", "k3f", frozenset({"c1"}), frozenset(OfferKind), NOW, others=frozenset({"CD"}))
    store.approve(given)
    _aged(store, 20)
    assert store.load().approvals == (given,)
    _aged(store, 900)
    assert store.load().approvals == (replace(given, others=frozenset()),)


def no_to(title: str, therapist: str = "dana") -> Approval:
    """A no by mail to a title."""
    return Approval(
        therapist, "", frozenset(), frozenset(), NOW, refused=(Refusal(title * 16, seconds=86400),)
    )


def test_titles_that_were_said_no_to_go_with_a_client_and_with_time(store: SqlStore) -> None:
    """They may name them, hashed with what the store itself holds: those of their therapists go, others' with time."""
    fence = store.acquire("here", NOW, LEASE)
    store.approve(no_to("a1"))
    store.approve(no_to("b2", "kim"))
    store.erase(fence, offer().client, {offer().calendar}, NOW)
    assert {one.therapist: len(one.refused) for one in store.load().approvals} == {"dana": 0, "kim": 1}
    _aged(store, 360)
    assert [len(one.refused) for one in store.load().approvals] == [0, 1]
    _aged(store, 370)
    assert [one.refused for one in store.load().approvals] == [(), ()]


def test_the_page_says_of_every_table_how_long_it_is_kept() -> None:
    """docs/admin/kept.md: a table that is added later has to say so, too."""
    said = (Path(__file__).parents[2] / "docs/admin/kept.md").read_text(encoding="utf-8")
    listed = {name for line in said.splitlines() if line.startswith("| `") for name in NAMED.findall(line)}
    assert {one.name for one in metadata.sorted_tables} - listed == set()
