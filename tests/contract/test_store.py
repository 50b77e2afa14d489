"""The contract of `ports.Store`, held on an SQLite file, on SQLite in memory and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from syncd.core.model import (
    Approval,
    ClientFacts,
    ConflictState,
    OfferKind,
    OfferState,
    Reply,
    ReplyKind,
    SeenLeave,
)
from syncd.core.model.actions import AuditEntry
from syncd.core.model.effects import EffectKey, EffectState, may_become
from syncd.core.model.errors import SafetyStop, StoreError
from syncd.core.time.spans import Span
from syncd.ports import Fence, Memory, PassRecord, Settlement, Store
from syncd.store import SqlStore, decode_action, open_store
from tests.store.postgres import postgres_url
from tests.store.values import (
    CALENDAR,
    LEASE,
    NOW,
    conflict,
    delete,
    key,
    offer,
    put,
    read,
    send,
    sent,
    stored,
)


@dataclass
class Place:
    """One database, and the first instance's store on it."""

    url: str
    store: SqlStore
    stack: ExitStack

    def another(self) -> SqlStore:
        """A second instance's store on the same database; in memory there is but one."""
        if self.url == "sqlite://":
            return self.store
        return self.stack.enter_context(open_store(self.url))


@pytest.fixture(params=["sqlite-file", "sqlite-memory", pytest.param("postgres", marks=pytest.mark.wider)])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """An empty store of each kind."""
    with ExitStack() as stack:
        match request.param:
            case "sqlite-file":
                url = f"sqlite:///{tmp_path}/syncd.db"
            case "sqlite-memory":
                url = "sqlite://"
            case _:
                url = stack.enter_context(postgres_url())
        yield Place(url, stack.enter_context(open_store(url)), stack)


@pytest.fixture
def store(place: Place) -> SqlStore:
    """The first instance's store."""
    return place.store


@pytest.fixture
def fence(store: SqlStore) -> Fence:
    """Proof that the first instance acts."""
    return store.acquire("first", NOW, LEASE)


def _settle(store: Store, fence: Fence, state: EffectState, **changes: object) -> None:
    store.settle(fence, replace(Settlement(key(), state, NOW), **changes))  # type: ignore[arg-type]


def _in_state(store: SqlStore, fence: Fence, state: EffectState, of: EffectKey | None = None) -> None:
    """Record one effect and bring it to `state` by the shortest way through the table."""
    of = of or key()
    store.record(fence, PassRecord(NOW, actions=(delete(of),)))
    if state is EffectState.READY:
        return
    if state is EffectState.DROPPED:
        store.record(fence, PassRecord(NOW, dropped=(of,)))
        return
    assert store.claim(fence, of, NOW)
    if state is EffectState.CLAIMED:
        _set_state(store, state, of)
    elif state is not EffectState.INFLIGHT:
        store.settle(fence, Settlement(of, state, NOW))


def _set_state(store: SqlStore, state: EffectState, of: EffectKey) -> None:
    with store.database.writing() as connection:
        which = text("UPDATE effects SET state = :state WHERE subject = :subject")
        connection.execute(which, {"state": state.value, "subject": of.subject})


class TestMemory:
    def test_a_new_store_is_empty_and_has_an_instance(self, store: SqlStore) -> None:
        """A new store knows nothing but its own random instance id, which stays."""
        memory = store.load()
        assert len(memory.instance) == 16
        assert memory.instance == store.load().instance
        assert memory == Memory(memory.instance)

    def test_what_was_recorded_is_loaded(self, store: SqlStore, fence: Fence) -> None:
        """Every row of a pass comes back equal, datetimes of other zones as the same instant in UTC."""
        reply = Reply("<r@example.com>", "offer1", ReplyKind.ANSWER, NOW, "ada@example.com")
        facts = ClientFacts("dana", "AB", interval=7.0, disruptions=(NOW.date(),))
        change = read(stored(1), stored(2))
        record = PassRecord(
            NOW,
            mirror=(change,),
            conflicts=(conflict(),),
            offers=(offer(),),
            seen=(SeenLeave("fp", NOW, initial=True),),
            facts=(facts,),
            replies=(reply,),
            sent=(sent(),),
            actions=(put(),),
        )
        store.record(fence, record)
        store.record(fence, record)
        memory = store.load()
        assert memory.calendars == (change.state,)
        assert memory.mirror == {CALENDAR: change.put}
        assert (memory.conflicts, memory.offers) == (record.conflicts, record.offers)
        assert (memory.seen, memory.facts) == (record.seen, record.facts)
        assert memory.replies == {reply.id}
        assert memory.ledger == (sent(),)
        assert memory.keys == {key(): EffectState.READY}
        assert decode_action(memory.effects[0].payload) == put()
        assert all(each.seen_at.utcoffset() == timedelta() for each in memory.seen)

    def test_rows_replace_those_with_the_same_identity(self, store: SqlStore, fence: Fence) -> None:
        """A conflict, offer, fact or first sight recorded again is one row with the newer content."""
        first = PassRecord(NOW, conflicts=(conflict(),), offers=(offer(),), seen=(SeenLeave("fp", NOW),))
        store.record(fence, first)
        newer = PassRecord(
            NOW,
            conflicts=(replace(conflict(), state=ConflictState.SETTLED),),
            offers=(offer(state=OfferState.ACCEPTED),),
            seen=(SeenLeave("fp", NOW + timedelta(hours=1)),),
        )
        store.record(fence, newer)
        memory = store.load()
        assert (memory.conflicts, memory.offers, memory.seen) == (newer.conflicts, newer.offers, newer.seen)

    def test_a_reader_sees_one_moment(self, place: Place, store: SqlStore, fence: Fence) -> None:
        """What another instance commits during a load is not half in it: offers and effects agree."""
        if place.url == "sqlite://":
            pytest.skip("one connection: a reader and a writer take turns")
        other = place.another()
        with other.database.reading() as connection:
            before = connection.execute(text("SELECT count(*) FROM offers")).scalar_one()
            store.record(fence, PassRecord(NOW, conflicts=(conflict(),), offers=(offer(),), actions=(put(),)))
            after = connection.execute(text("SELECT count(*) FROM effects")).scalar_one()
        assert (before, after) == (0, 0)
        assert len(other.load().effects) == 1


class TestMirror:
    def test_a_change_puts_and_removes_objects(self, store: SqlStore, fence: Fence) -> None:
        """An incremental read replaces by href, removes what is gone and keeps the rest."""
        store.record(fence, PassRecord(NOW, mirror=(read(stored(1), stored(2), stored(3)),)))
        moved = stored(2, etag="e2", title="Later")
        store.record(fence, PassRecord(NOW, mirror=(read(moved, gone=("/cal/3.ics",), cursor="2"),)))
        memory = store.load()
        assert memory.mirror == {CALENDAR: (stored(1), moved)}
        assert memory.calendars[0].cursor == "2"

    def test_a_full_read_replaces_all(self, store: SqlStore, fence: Fence) -> None:
        """`replace` drops what the calendar had; another calendar's objects stay."""
        other = replace(read(stored(9)), state=replace(read().state, calendar="home/Family"))
        store.record(fence, PassRecord(NOW, mirror=(read(stored(1), stored(2)), other)))
        store.record(fence, PassRecord(NOW, mirror=(read(stored(2), replace=True),)))
        assert store.load().mirror == {CALENDAR: (stored(2),), "home/Family": (stored(9),)}

    def test_an_empty_calendar_is_not_an_unread_one(self, store: SqlStore, fence: Fence) -> None:
        """A calendar that was read and holds nothing stands in the mirror, empty."""
        store.record(fence, PassRecord(NOW, mirror=(read(),)))
        assert store.load().mirror == {CALENDAR: ()}

    def test_a_settled_write_stands_in_the_mirror(self, store: SqlStore, fence: Fence) -> None:
        """What we wrote or deleted is mirrored with the settlement, not with the next read."""
        store.record(fence, PassRecord(NOW, mirror=(read(stored(1)),), actions=(delete(),)))
        store.claim(fence, key(), NOW)
        _settle(
            store, fence, EffectState.DONE, objects=((CALENDAR, stored(2)),), gone=((CALENDAR, "/cal/1.ics"),)
        )
        assert store.load().mirror == {CALENDAR: (stored(2),)}


class TestOutbox:
    def test_a_known_key_keeps_its_row(self, store: SqlStore, fence: Fence) -> None:
        """An action recorded twice is one effect with the first payload, also once it is DONE."""
        store.record(fence, PassRecord(NOW, actions=(put(title="first"),)))
        store.record(fence, PassRecord(NOW, actions=(put(title="second"),)))
        row = store.claim(fence, key(), NOW)
        assert row is not None
        assert decode_action(row.payload) == put(title="first")
        _settle(store, fence, EffectState.DONE)
        store.record(fence, PassRecord(NOW, actions=(put(title="third"),)))
        assert store.load().keys == {key(): EffectState.DONE}
        assert store.claim(fence, key(), NOW) is None

    def test_a_dropped_key_is_ready_again(self, store: SqlStore, fence: Fence) -> None:
        """A DROPPED effect that is wanted again is READY with the new payload, from the start."""
        store.record(fence, PassRecord(NOW, actions=(put(title="first"),)))
        store.record(fence, PassRecord(NOW, dropped=(key(),)))
        assert store.load().keys == {key(): EffectState.DROPPED}
        assert store.claim(fence, key(), NOW) is None
        store.record(fence, PassRecord(NOW, actions=(put(title="second"),)))
        row = store.claim(fence, key(), NOW)
        assert row is not None
        assert (decode_action(row.payload), row.attempts) == (put(title="second"), 1)

    @pytest.mark.parametrize("state", [each for each in EffectState if each is not EffectState.READY])
    def test_only_ready_is_dropped(self, store: SqlStore, fence: Fence, state: EffectState) -> None:
        """What has gone further than READY is not taken back by `dropped`."""
        _in_state(store, fence, state)
        store.record(fence, PassRecord(NOW, dropped=(key(),)))
        assert store.load().keys == {key(): state}

    def test_a_claimed_effect_is_in_flight(self, store: SqlStore, fence: Fence) -> None:
        """Claiming commits INFLIGHT and counts the attempt before anything leaves; it is claimed once."""
        store.record(fence, PassRecord(NOW, actions=(delete(),)))
        row = store.claim(fence, key(), NOW)
        assert row is not None
        assert (row.state, row.attempts) == (EffectState.INFLIGHT, 1)
        assert store.claim(fence, key(), NOW) is None

    def test_an_unknown_key_is_not_claimed(self, store: SqlStore, fence: Fence) -> None:
        """Nothing is claimed that was never recorded."""
        assert store.claim(fence, key("nobody"), NOW) is None

    def test_a_retry_waits_until_it_is_due(self, store: SqlStore, fence: Fence) -> None:
        """READY with `not_before` is claimable from that instant on, not sooner."""
        _in_state(store, fence, EffectState.INFLIGHT)
        later = NOW + timedelta(minutes=1)
        _settle(store, fence, EffectState.READY, not_before=later, detail="refused before")
        assert store.claim(fence, key(), later - timedelta(microseconds=1)) is None
        row = store.claim(fence, key(), later)
        assert row is not None
        assert (row.attempts, row.detail) == (2, "refused before")

    @pytest.mark.parametrize("state", list(EffectState))
    def test_a_successor_waits_for_done(self, store: SqlStore, fence: Fence, state: EffectState) -> None:
        """An effect that names a predecessor is claimable only when that is DONE."""
        _in_state(store, fence, state)
        mail = send(after=key())
        store.record(fence, PassRecord(NOW, actions=(mail,)))
        claimed = store.claim(fence, mail.key, NOW)
        assert (claimed is not None) == (state is EffectState.DONE)

    def test_a_successor_may_come_first_in_the_record(self, store: SqlStore, fence: Fence) -> None:
        """The order of actions in one record does not matter."""
        store.record(fence, PassRecord(NOW, actions=(send(after=key()), delete())))
        assert len(store.load().effects) == 2

    def test_a_predecessor_nobody_recorded_is_refused(self, store: SqlStore, fence: Fence) -> None:
        """An effect that could never leave fails the pass, which leaves nothing behind."""
        with pytest.raises(StoreError, match="waits for offer1:1:put, which was never recorded"):
            store.record(fence, PassRecord(NOW, conflicts=(conflict(),), actions=(send(after=key()),)))
        memory = store.load()
        assert not memory.conflicts
        assert not memory.keys

    def test_steps_outside_the_table_are_refused(self, store: SqlStore, fence: Fence) -> None:
        """`settle` takes exactly the steps of core.effects; another one changes nothing."""
        for state, target in product(EffectState, EffectState):
            of = key(f"{state}-{target}")
            _in_state(store, fence, state, of)
            step = Settlement(of, target, NOW)
            if may_become(state, target):
                store.settle(fence, step)
                assert store.load().keys[of] is target
            else:
                with pytest.raises(StoreError, match=f"{of} is {state} and cannot become {target}"):
                    store.settle(fence, replace(step, sent=(sent(of),)))
                assert store.load().keys[of] is state
        assert not store.load().ledger

    def test_only_unfinished_effects_are_loaded(self, store: SqlStore, fence: Fence) -> None:
        """DONE and DROPPED are remembered by key alone."""
        for state in EffectState:
            _in_state(store, fence, state, key(state))
        memory = store.load()
        over = {EffectState.DONE, EffectState.DROPPED}
        assert {each.state for each in memory.effects} == set(EffectState) - over
        assert set(memory.keys.values()) == set(EffectState)

    def test_what_follows_from_an_effect_is_one_with_it(self, store: SqlStore, fence: Fence) -> None:
        """Offers, conflicts and ledger rows of a settlement stand with its state, each message once."""
        store.record(fence, PassRecord(NOW, conflicts=(conflict(),), offers=(offer(),), actions=(delete(),)))
        store.claim(fence, key(), NOW)
        held = offer(state=OfferState.HELD)
        noticed = replace(conflict(), noticed_at=NOW)
        _settle(store, fence, EffectState.UNKNOWN, sent=(sent(),))
        _settle(store, fence, EffectState.DONE, offers=(held,), conflicts=(noticed,), sent=(sent(),))
        memory = store.load()
        assert (memory.offers, memory.conflicts, memory.ledger) == ((held,), (noticed,), (sent(),))


class TestPromises:
    def test_a_conflict_has_one_live_offer(self, store: SqlStore, fence: Fence) -> None:
        """A pass that would leave a conflict with two live offers is refused as a whole (I2)."""
        store.record(fence, PassRecord(NOW, conflicts=(conflict(),), offers=(offer(),)))
        second = replace(offer("offer2"), number=2)
        with pytest.raises(SafetyStop, match="conflict c1 would have two live offers"):
            store.record(fence, PassRecord(NOW, offers=(second,), actions=(delete(),)))
        assert store.load().offers == (offer(),)
        assert not store.load().keys

    def test_what_is_suggested_together_lives_together(self, store: SqlStore, fence: Fence) -> None:
        """Several times of one suggestion may be live; a further suggestion beside them is refused."""
        beside = replace(offer("offer2"), number=2, beside=1)
        store.record(fence, PassRecord(NOW, conflicts=(conflict(),), offers=(offer(), beside)))
        assert {(each.uid, each.suggestion) for each in store.load().offers} == {("offer1", 1), ("offer2", 1)}
        with pytest.raises(SafetyStop, match="conflict c1 would have two live offers"):
            store.record(fence, PassRecord(NOW, offers=(replace(offer("offer3"), number=3),)))

    def test_an_offer_may_follow_a_dead_one(self, store: SqlStore, fence: Fence) -> None:
        """The next offer may come in the same pass in which the last one died, in any order."""
        store.record(fence, PassRecord(NOW, conflicts=(conflict(),), offers=(offer(),)))
        both = (offer("offer2"), offer(state=OfferState.DECLINED))
        store.record(fence, PassRecord(NOW, offers=both))
        assert {each.uid: each.live for each in store.load().offers} == {"offer1": False, "offer2": True}

    def test_an_offer_needs_its_conflict(self, store: SqlStore, fence: Fence) -> None:
        """An offer for a conflict that the store does not know is refused, and with it the whole pass."""
        with pytest.raises(StoreError, match="contradict"):
            store.record(fence, PassRecord(NOW, offers=(offer(),), actions=(delete(),)))
        assert not store.load().keys

    def test_a_naive_time_leaves_nothing_behind(self, store: SqlStore, fence: Fence) -> None:
        """A datetime without a zone is refused before anything is committed."""
        naive = replace(offer(), due=datetime(2026, 7, 6))  # noqa: DTZ001
        with pytest.raises(ValueError, match="naive"):
            store.record(fence, PassRecord(NOW, conflicts=(conflict(),), offers=(naive,)))
        assert not store.load().conflicts

    def test_history_ends(self, store: SqlStore, fence: Fence) -> None:
        """What ended longer ago than the history is deleted by a later pass; what is younger stays."""
        old = Span(datetime(2023, 1, 2, 9, tzinfo=UTC), datetime(2023, 1, 2, 10, tzinfo=UTC))
        past = PassRecord(
            old.start,
            conflicts=(conflict("old", old), conflict("new")),
            offers=(offer("u1", "old", span=old), offer("u2", "new")),
            actions=(delete(),),
        )
        store.record(fence, past)
        store.claim(fence, key(), old.start)
        store.settle(
            fence,
            Settlement(
                key(), EffectState.DONE, old.start, sent=(replace(sent(), at=old.start), sent(key("x")))
            ),
        )
        store.record(fence, PassRecord(NOW))
        memory = store.load()
        assert [each.id for each in memory.conflicts] == ["new"]
        assert [each.uid for each in memory.offers] == ["u2"]
        assert memory.ledger == (sent(key("x")),)
        assert not memory.keys
        assert store.audit("offer1")


class TestLock:
    def test_a_second_instance_is_refused(self, place: Place, fence: Fence) -> None:
        """While the first acts a second is told who holds the lease and until when."""
        with pytest.raises(SafetyStop, match=r"\(first\).*until 2026-07-06T09:05:00\+00:00"):
            place.another().acquire("second", NOW + LEASE / 2, LEASE)

    def test_an_expired_lease_is_taken_over(self, place: Place, fence: Fence) -> None:
        """After the lease ran out a second takes over with the next token; the first writes no more."""
        second = place.another().acquire("second", NOW + LEASE, LEASE)
        assert second.token == fence.token + 1
        with pytest.raises(SafetyStop, match=r"\(second\) has taken over"):
            place.store.record(fence, PassRecord(NOW, conflicts=(conflict(),)))
        with pytest.raises(SafetyStop):
            place.store.renew(fence, NOW, LEASE)
        with pytest.raises(SafetyStop):
            place.store.claim(fence, key(), NOW)
        with pytest.raises(SafetyStop):
            _settle(place.store, fence, EffectState.DONE)
        assert not place.store.load().conflicts

    def test_after_a_take_over_a_third_is_refused(self, place: Place, fence: Fence) -> None:
        """The new holder is as well protected as the first was, also from that one, which never left."""
        place.another().acquire("second", NOW + LEASE, LEASE)
        for store, owner in ((place.another(), "third"), (place.store, "first")):
            with pytest.raises(SafetyStop, match=r"\(second\)"):
                store.acquire(owner, NOW + LEASE, LEASE)

    def test_the_holder_may_start_over(self, store: SqlStore, fence: Fence) -> None:
        """The holder itself may acquire again: it gets the next token, and its older fence is stale."""
        again = store.acquire("first", NOW, LEASE)
        assert again.token == fence.token + 1
        store.record(again, PassRecord(NOW))
        with pytest.raises(SafetyStop):
            store.record(fence, PassRecord(NOW))

    def test_a_renewed_lease_runs_on(self, place: Place, fence: Fence) -> None:
        """Renewing counts from its own `now`."""
        place.store.renew(fence, NOW + LEASE, LEASE)
        with pytest.raises(SafetyStop):
            place.another().acquire("second", NOW + LEASE, LEASE)

    def test_a_released_lease_is_free(self, place: Place, fence: Fence) -> None:
        """After release another may act at once; the old fence is stale, releasing it again does nothing."""
        place.store.release(fence)
        second = place.another().acquire("second", NOW, LEASE)
        with pytest.raises(SafetyStop):
            place.store.record(fence, PassRecord(NOW))
        place.store.release(fence)
        place.another().record(second, PassRecord(NOW))

    def test_a_lease_left_to_a_circle_is_theirs_alone(self, place: Place, fence: Fence) -> None:
        """Until it runs out whoever is of the circle may act, and nobody else; it counts as acted on."""
        place.store.leave_to(fence, "queue one", NOW + LEASE)
        assert place.another().acting(NOW) == "queue one/first"
        with pytest.raises(SafetyStop, match="has taken over"):
            place.store.record(fence, PassRecord(NOW))
        for circle in ("", "queue two", "queue"):
            with pytest.raises(SafetyStop, match=r"\(queue one/first\)"):
                place.another().acquire("second", NOW, LEASE, circle)
        second = place.another().acquire("second", NOW, LEASE, "queue one")
        with pytest.raises(SafetyStop, match=r"\(second\)"):
            place.another().acquire("third", NOW, LEASE, "queue one")
        place.store.release(fence)
        assert place.another().acting(NOW) == second.owner

    def test_whoever_left_a_lease_to_others_may_end_that(self, place: Place, fence: Fence) -> None:
        """The last of a circle goes: others need not wait. If nobody gave it up, it runs out."""
        place.store.leave_to(fence, "queue", NOW + LEASE)
        assert not place.another().acting(NOW + LEASE)
        place.store.release(fence)
        assert not place.another().acting(NOW)
        place.another().acquire("second", NOW, LEASE)

    def test_a_released_fence_cannot_write(self, store: SqlStore, fence: Fence) -> None:
        """Nothing is written on a lease that was given up."""
        store.release(fence)
        with pytest.raises(SafetyStop, match="given up its lease"):
            store.record(fence, PassRecord(NOW, conflicts=(conflict(),)))

    def test_a_new_instance_recovers_what_was_left(self, place: Place, fence: Fence) -> None:
        """CLAIMED is READY again, since nothing had left; INFLIGHT is UNKNOWN and is not claimed blindly."""
        store = place.store
        claimed, flying = delete(key("a")), delete(key("b"))
        store.record(fence, PassRecord(NOW, actions=(claimed,)))
        store.claim(fence, claimed.key, NOW)
        _set_state(store, EffectState.CLAIMED, claimed.key)
        store.record(fence, PassRecord(NOW, actions=(flying,)))
        store.claim(fence, flying.key, NOW)
        second = place.another().acquire("second", NOW + LEASE, LEASE)
        assert store.load().keys == {claimed.key: EffectState.READY, flying.key: EffectState.UNKNOWN}
        assert place.another().claim(second, flying.key, NOW + LEASE) is None
        assert [each.event for each in store.audit("b")] == ["recorded", "recovered"]

    def test_an_instance_recovers_what_its_own_pass_left(self, place: Place, fence: Fence) -> None:
        """The pass broke off, as on a full disk, and the process lives on: the next pass looks up what was in hand."""
        store = place.store
        store.record(fence, PassRecord(NOW, actions=(delete(),)))
        store.claim(fence, key(), NOW)
        store.recover(fence, NOW)
        assert store.load().keys == {key(): EffectState.UNKNOWN}
        place.another().acquire("second", NOW + LEASE, LEASE)
        with pytest.raises(SafetyStop):
            store.recover(fence, NOW)


class TestApprovalAndPause:
    def test_approvals_add_up(self, store: SqlStore) -> None:
        """An approval never replaces another; the same one again is one. Neither needs the lease."""
        first = Approval("dana", "", frozenset({"c1", "c2"}), frozenset({OfferKind.MOVE}), NOW)
        second = replace(first, conflicts=frozenset({"c3"}))
        for each in (first, second, replace(first, given_at=NOW + timedelta(hours=1))):
            store.approve(each)
        assert set(store.load().approvals) == {first, second}

    def test_pause_and_resume(self, place: Place, fence: Fence) -> None:
        """Another process pauses while this one acts: nothing is claimed until it resumes; both are audited."""
        place.store.record(fence, PassRecord(NOW, actions=(delete(),)))
        place.another().pause("maintenance", NOW)
        assert place.store.load().paused == "maintenance"
        assert place.store.claim(fence, key(), NOW) is None
        place.another().pause("", NOW)
        assert place.store.load().paused == ""
        assert place.store.claim(fence, key(), NOW)
        assert [each.event for each in place.store.audit("house")] == ["paused", "resumed"]


class TestAudit:
    def test_every_intent_and_every_outcome_is_audited(self, store: SqlStore, fence: Fence) -> None:
        """One row per recorded action and per settlement, oldest first, beside what the pass says itself."""
        said = AuditEntry(NOW, "offer1", "planned", {"slot": "1"})
        store.record(fence, PassRecord(NOW, actions=(delete(),), audit=(said,)))
        store.record(fence, PassRecord(NOW, actions=(delete(),)))
        store.claim(fence, key(), NOW)
        _settle(store, fence, EffectState.DONE, detail="etag e2")
        *before, last = store.audit("offer1")
        assert before == [
            said,
            AuditEntry(NOW, "offer1", "recorded", {"effect": "offer1:1:put", "action": "DeleteEvent"}),
        ]
        steps = {"effect": "offer1:1:put", "from": "inflight", "to": "done", "detail": "etag e2"}
        assert last == AuditEntry(NOW, "offer1", "settled", steps | {"digest": last.detail["digest"]})
        assert store.audit("somebody") == ()

    @pytest.mark.parametrize("change", ["UPDATE audit SET event = 'forged'", "DELETE FROM audit"])
    def test_the_audit_cannot_be_changed(self, store: SqlStore, fence: Fence, change: str) -> None:
        """The database itself refuses to update or delete an audit row."""
        store.record(fence, PassRecord(NOW, actions=(delete(),)))
        before = store.audit()
        with pytest.raises(DBAPIError, match="append-only"), store.database.engine.begin() as connection:
            connection.execute(text(change))
        assert store.audit() == before
