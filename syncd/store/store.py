"""The store: state that survives, behind ports.Store."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType

from sqlalchemy import Connection, bindparam, or_, select, update

from syncd.core.model import Approval, Ground, Offer
from syncd.core.model.actions import Action, AuditEntry
from syncd.core.model.effects import EffectKey, EffectRow
from syncd.core.model.errors import StoreError
from syncd.core.model.leave import Cost
from syncd.ports import ErasedRows, Fence, Halted, Memory, PassRecord, Settlement
from syncd.store import audit, erasure, ledger, lock, mirror, moments, offers, outbox, renaming
from syncd.store.chain import Chain, verified
from syncd.store.codec import HALTED
from syncd.store.database import Database
from syncd.store.erasure import Erased
from syncd.store.migrations import check
from syncd.store.presence import presence_of
from syncd.store.recall import Loaded, Recall
from syncd.store.retention import prune
from syncd.store.salts import mark_of_client
from syncd.store.tables import house
from syncd.store.witness import Witness

_PRUNE_EVERY = timedelta(days=1)
_STANDS = select(house)
_NEWEST = (
    update(house)
    .values(newest=bindparam("now"))
    .where(or_(house.c.newest.is_(None), house.c.newest < bindparam("now")))
)
_COUNTED = update(house).values(number=bindparam("to")).where(house.c.number < bindparam("to"))
_VOUCHED = update(house).values(vouched=bindparam("to")).where(house.c.vouched < bindparam("to"))
_PAUSED = select(house.c.paused)


class SqlStore:
    """ports.Store on SQLite or PostgreSQL. Threads may share it."""

    def __init__(self, database: Database, history: timedelta, state: Path | None = None) -> None:
        self._database = database
        self._history = history
        self._pruned: datetime | None = None
        self._fence: Fence | None = None
        self._recall = Recall()
        self._loaded = Loaded()
        path = database.path
        folder = state or (path.parent if path else None)
        self._witness = Witness(folder / f"{path.name if path else 'syncd'}-number") if folder else None
        self._erased = Erased(folder / f"{path.name if path else 'syncd'}-erased") if folder else None
        self._presence = presence_of(database)

    @property
    def database(self) -> Database:
        """What it stands on, for tools that look inside."""
        return self._database

    def acquire(self, owner: str, now: datetime, lease: timedelta, circle: str = "") -> Fence:
        try:
            with self._database.writing() as connection:
                check(connection, self._database.place)
                fence = lock.acquire(
                    connection, owner, now, lease, mine=self._fence, presence=self._presence, circle=circle
                )
                audit.write(connection, outbox.recover(connection, now))
        except StoreError:
            self._absent()
            raise
        self._fence = fence
        self._erase_anew(fence, now)
        return fence

    def _erase_anew(self, fence: Fence, now: datetime) -> None:
        """However an older store came to stand here: whoever was erased since is erased from it, before all else."""
        marks = self._erased.marks() if self._erased else {}
        if marks:
            with self._database.writing() as connection:
                lock.check(connection, fence)
                found = erasure.again(connection, marks, now)
            if found:
                self._database.shrink()

    def renew(self, fence: Fence, now: datetime, lease: timedelta) -> None:
        with self._beside() as connection:
            lock.renew(connection, fence, now, lease, self._presence)

    @contextmanager
    def _beside(self, grounds: Sequence[Ground] | None = None) -> Iterator[Connection]:
        """A write that leaves what was loaded as it is, but for these grounds."""
        with self._database.writing() as connection:
            before = self._database.stamp(connection)
            yield connection
            after = self._database.stamp(connection)
        self._loaded.outlasts(before, after, grounds)

    def acting(self, now: datetime) -> str:
        """Who acts on this store, a daemon, workers or a command; "" where nobody does."""
        with self._database.reading() as connection:
            return lock.acting(connection, now, self._presence)

    def recover(self, fence: Fence, now: datetime) -> None:
        with self._database.writing() as connection:
            lock.check(connection, fence)
            audit.write(connection, outbox.recover(connection, now))

    def release(self, fence: Fence) -> None:
        with self._database.writing() as connection:
            released = lock.release(connection, fence)
        if released:
            self._absent()

    def leave_to(self, fence: Fence, circle: str, until: datetime) -> None:
        with self._beside() as connection:
            lock.leave_to(connection, fence, circle, until)
        self._absent()

    def load(self) -> Memory:
        with self._database.reading() as connection:
            stamp = self._database.stamp(connection)
            memory = self._loaded.at(stamp) or self._loaded.now(stamp, self._read(connection))
        return replace(memory, witnessed=self._witness.highest() if self._witness else 0)

    def _read(self, connection: Connection) -> Memory:
        recall = Recall(self._recall)
        stands, replies = connection.execute(_STANDS).one(), offers.replies(connection, recall)
        memory = Memory(
            instance=stands.instance,
            calendars=mirror.states(connection, recall),
            mirror=mirror.objects(connection, recall),
            conflicts=offers.conflicts(connection, recall),
            offers=offers.offers(connection, recall),
            approvals=offers.approvals(connection, recall),
            seen=offers.seen(connection, recall),
            leave=offers.leave(connection, recall),
            traces=mirror.traces(connection, recall),
            facts=offers.facts(connection, recall),
            effects=outbox.unfinished(connection),
            keys=outbox.keys(connection),
            ledger=ledger.read(connection, recall),
            replies=frozenset(one.id for one in replies),
            came_back=replies,
            grounds=mirror.grounds(connection, recall),
            costs=offers.costs(connection, recall),
            paused=stands.paused,
            paused_since=audit.paused_since(connection) if stands.paused else None,
            halted=HALTED.decode(stands.halted, "house/halted") if stands.halted else None,
            newest=stands.newest,
            number=stands.number,
            vouched=stands.vouched,
            audited=stands.audited,
            copied=audit.copied(connection),
            upgraded=audit.upgraded(connection),
            head=stands.head,
        )
        self._recall = recall.complete()
        return memory

    def keep(self, fence: Fence, grounds: Sequence[Ground]) -> None:
        with self._beside(grounds) as connection:
            lock.check(connection, fence)
            mirror.put_grounds(connection, grounds)

    def keep_costs(self, fence: Fence, costs: Sequence[Cost]) -> None:
        with self._database.writing() as connection:
            lock.check(connection, fence)
            offers.put_costs(connection, costs)

    def take_as_said(self, fence: Fence, actions: Sequence[Action], now: datetime) -> None:
        with self._database.writing() as connection:
            lock.check(connection, fence)
            audit.write(connection, outbox.take_as_done(connection, actions, now))

    def record(self, fence: Fence, record: PassRecord) -> None:
        due = self._pruned is None or not timedelta() <= record.now - self._pruned < _PRUNE_EVERY
        with self._database.writing() as connection:
            lock.check(connection, fence)
            for change in record.mirror:
                mirror.apply(connection, change)
            offers.put_conflicts(connection, record.conflicts)
            offers.put_offers(connection, record.offers)
            offers.put_seen(connection, record.seen)
            offers.put_leave(connection, record.leave)
            mirror.put_traces(connection, record.traces)
            for approval in record.approvals:
                offers.put_approval(connection, approval)
            offers.put_facts(connection, record.facts)
            offers.put_replies(connection, record.replies)
            ledger.write(connection, record.sent)
            dropped = outbox.drop(connection, record.dropped, record.now)
            entered = outbox.record(connection, record.actions, record.now)
            rests = audit.grounds(record.read, record.now) if entered else ()
            audit.write(connection, (*record.audit, *dropped, *rests, *entered))
            connection.execute(_NEWEST, {"now": record.now})
            number = max(outbox.highest(record.actions), record.vouched)
            connection.execute(_COUNTED, {"to": number})
            connection.execute(_VOUCHED, {"to": record.vouched})
            if due:
                prune(connection, record.now, self._history, record.clients)
        if self._witness:
            self._witness.keep(number)
        if due:
            self._pruned = record.now

    def halt(self, fence: Fence, halted: Halted | None) -> None:
        with self._database.writing() as connection:
            lock.check(connection, fence)
            connection.execute(update(house).values(halted=HALTED.encode(halted) if halted else ""))

    def claim(self, fence: Fence, key: EffectKey, now: datetime) -> EffectRow | None:
        with self._database.writing() as connection:
            lock.check(connection, fence)
            if connection.execute(_PAUSED).scalar_one():
                return None
            claimed = outbox.claim(connection, key, fence.token, now)
        if claimed is not None and self._witness:
            self._witness.keep(claimed.number)
        return claimed

    def settle(self, fence: Fence, settlement: Settlement) -> None:
        with self._database.writing() as connection:
            lock.check(connection, fence)
            told = outbox.settle(connection, settlement)
            offers.put_conflicts(connection, settlement.conflicts)
            offers.put_offers(connection, settlement.offers)
            mirror.drop(connection, settlement.gone)
            mirror.put(connection, settlement.objects)
            mirror.put_traces(connection, settlement.traces)
            ledger.write(connection, settlement.sent)
            audit.write(connection, [told])

    def approve(self, approval: Approval) -> None:
        told = {"therapist": approval.therapist, "conflicts": " ".join(sorted(approval.conflicts))}
        entry = AuditEntry(approval.given_at, audit.HOUSE, "approved", told)
        with self._database.writing() as connection:
            if offers.put_approval(connection, approval):
                audit.write(connection, [entry])

    def pause(self, reason: str, now: datetime) -> None:
        entry = AuditEntry(now, audit.HOUSE, audit.PAUSED if reason else audit.RESUMED)
        with self._database.writing() as connection:
            connection.execute(update(house).values(paused=reason))
            audit.write(connection, [entry])

    def erase(self, fence: Fence, client: str, named: Iterable[str], now: datetime) -> ErasedRows:
        with self._database.reading() as connection:
            mark = erasure.mark_of(connection, client)
        if self._erased:
            self._erased.add(mark)
        with self._database.writing() as connection:
            lock.check(connection, fence)
            erasure.forget_calendars(connection, named)
            changed = erasure.erase(connection, client)
            audit.write(connection, [erasure.erased(mark, now)])
            left = erasure.left_of(connection, client)
        self._database.shrink()
        return ErasedRows(changed, left)

    def rename_calendar(self, fence: Fence, old: str, new: str, now: datetime) -> int:
        """Call a calendar (by id) otherwise wherever it is named; how many rows changed."""
        with self._database.writing() as connection:
            lock.check(connection, fence)
            changed = renaming.rename_calendar(connection, old, new)
            audit.write(connection, [AuditEntry(now, audit.HOUSE, "calendar renamed")])
        return changed

    def accept_clock(self, fence: Fence, resumed: Sequence[Offer], now: datetime) -> int:
        """The clock is right, whatever was noted by it when it was far ahead; how many values that was. `resumed` are
        offers that ended by that clock alone, as they are by this one.
        """
        with self._database.writing() as connection:
            lock.check(connection, fence)
            changed = moments.none_ahead(connection, now)
            offers.put_offers(connection, resumed)
            connection.execute(update(house).values(halted="", newest=now))
            told = {"values": str(changed), "offers": str(len(resumed))}
            audit.write(connection, [AuditEntry(now, audit.HOUSE, "clock accepted", told)])
        return changed

    def audit(self, subject: str | None = None) -> Sequence[AuditEntry]:
        with self._database.reading() as connection:
            return audit.read(connection, subject)

    def verified(self) -> Chain:
        """The audit followed from its first row to its last; then the mails that are kept, against what it says."""
        with self._database.reading() as connection:
            found = verified(connection)
            return found if found.fault else replace(found, fault=audit.contradicted(connection))

    def audited_as(self, client: str) -> str:
        """By which the audit names a client; "" where it names none, or their salt is gone."""
        with self._database.reading() as connection:
            return mark_of_client(connection, client)

    def rest(self) -> None:
        """Give back the connections to a server until they are needed again; a file stays open."""
        self._database.rest()

    def close(self) -> None:
        """Give back connections and the lock file; a lease that was not released runs out."""
        self._absent()
        self._database.close()

    def _absent(self) -> None:
        if self._presence:
            self._presence.leave()

    def __enter__(self) -> SqlStore:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
