"""Effects and their states; every step is one that core.effects allows, and is taken by a guarded UPDATE."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, select, update

from syncd.core.model.actions import Action, AuditEntry
from syncd.core.model.effects import EffectKey, EffectRow, EffectState, may_become
from syncd.core.model.errors import StoreError
from syncd.ports import Settlement
from syncd.store.codec import action_name, decode_action, encode_action
from syncd.store.rows import add
from syncd.store.salts import told
from syncd.store.tables import effects

_AGAIN = (EffectState.DROPPED, EffectState.ESCALATED)
_OVER = (EffectState.DONE, EffectState.DROPPED)
_IT = and_(
    effects.c.subject == bindparam("its_subject"),
    effects.c.version == bindparam("its_version"),
    effects.c.kind == bindparam("its_kind"),
)
_STATE = select(effects.c.state).where(_IT)
_ROW = select(effects).where(_IT)
_STEP = update(effects).where(_IT, effects.c.state == bindparam("its_state"))
_IN_ORDER = select(effects).order_by(
    effects.c.recorded_at, effects.c.subject, effects.c.version, effects.c.kind
)
_IN_STATE = _IN_ORDER.where(effects.c.state == bindparam("its_state"))
_UNFINISHED = _IN_ORDER.where(effects.c.state.not_in(_OVER))
_KEYS = select(effects.c.subject, effects.c.version, effects.c.kind, effects.c.state)


def record(connection: Connection, actions: Iterable[Action], now: datetime) -> list[AuditEntry]:
    """Enter each action as READY unless its key is known; what was dropped or refused is READY again, as it now is.

    Returns an audit entry per action entered. Raises StoreError where one waits for an unknown effect.
    """
    written = list(actions)
    entries = [
        AuditEntry(now, each.key.subject, "recorded", {"effect": str(each.key), "action": action_name(each)})
        for each in written
        if _enter(connection, each, now)
    ]
    for each in written:
        if each.after is not None and _state(connection, each.after) is None:
            raise StoreError(
                f"effect {each.key} waits for {each.after}, which was never recorded; report this"
            )
    return entries


def take_as_done(connection: Connection, actions: Iterable[Action], now: datetime) -> list[AuditEntry]:
    """Enter each action as DONE whose key is not known: an earlier version did the same, in its own form."""
    fresh = [one for one in actions if _state(connection, one.key) is None]
    add(
        connection,
        effects,
        [{**_fresh(one, now), "state": EffectState.DONE, "detail": "as before"} for one in fresh],
    )
    said = (AuditEntry(now, one.key.subject, "as before", {"effect": str(one.key)}) for one in fresh)
    return [*said, AuditEntry(now, "house", "as before")]


def _enter(connection: Connection, action: Action, now: datetime) -> bool:
    known = _state(connection, action.key)
    if known is None:
        add(connection, effects, [_fresh(action, now)])
        return True
    if known not in _AGAIN:
        return False
    return _step(connection, action.key, known, EffectState.READY, _fresh(action, now))


def _fresh(action: Action, now: datetime) -> dict[str, object]:
    after = action.after
    return {
        "subject": action.key.subject,
        "version": action.key.version,
        "kind": action.key.kind,
        "state": EffectState.READY,
        "payload": encode_action(action),
        "after_subject": after.subject if after else None,
        "after_version": after.version if after else None,
        "after_kind": after.kind if after else None,
        "attempts": 0,
        "not_before": None,
        "detail": "",
        "token": 0,
        "number": action.number,
        "recorded_at": now,
        "changed_at": now,
    }


def highest(actions: Iterable[Action]) -> int:
    """The highest number among these; 0 where none has any."""
    return max((each.number for each in actions), default=0)


def drop(connection: Connection, keys: Iterable[EffectKey], now: datetime) -> list[AuditEntry]:
    """READY -> DROPPED; whatever has gone further stays. Returns an audit entry per effect dropped."""
    return [
        AuditEntry(now, key.subject, "dropped", {"effect": str(key)})
        for key in keys
        if _step(connection, key, EffectState.READY, EffectState.DROPPED, {"changed_at": now})
    ]


def claim(connection: Connection, key: EffectKey, token: int, now: datetime) -> EffectRow | None:
    """READY -> CLAIMED -> INFLIGHT where due and the predecessor is DONE; the row, or None."""
    row = _row(connection, key)
    if row is None or row.state is not EffectState.READY:
        return None
    if row.not_before is not None and row.not_before > now:
        return None
    if row.after is not None and _state(connection, row.after) is not EffectState.DONE:
        return None
    taken = {"token": token, "attempts": row.attempts + 1, "changed_at": now}
    if not _step(connection, key, EffectState.READY, EffectState.CLAIMED, taken):
        return None
    _step(connection, key, EffectState.CLAIMED, EffectState.INFLIGHT, {"changed_at": now})
    return replace(row, state=EffectState.INFLIGHT, attempts=row.attempts + 1, changed_at=now)


def settle(connection: Connection, settlement: Settlement) -> AuditEntry:
    """Take the step; returns its audit entry. Raises StoreError where the table does not allow it."""
    key, target = settlement.key, settlement.state
    row = _row(connection, key)
    if row is None:
        raise StoreError(f"effect {key} was never recorded and cannot become {target}; report this")
    changes = {
        "detail": settlement.detail,
        "not_before": settlement.not_before,
        "changed_at": settlement.now,
    }
    if not _step(connection, key, row.state, target, changes):
        raise StoreError(f"effect {key} is {row.state} and cannot become {target}; report this")
    steps = {"effect": str(key), "from": row.state.value, "to": target.value}
    said = {"detail": settlement.detail} if settlement.detail else {}
    who = told(connection, decode_action(row.payload), settlement.now) if row.payload else {}
    return AuditEntry(settlement.now, key.subject, "settled", steps | said | who)


def recover(connection: Connection, now: datetime) -> list[AuditEntry]:
    """What an earlier instance left behind: CLAIMED -> READY (nothing had left yet), INFLIGHT -> UNKNOWN."""
    entries: list[AuditEntry] = []
    for state, target in (
        (EffectState.CLAIMED, EffectState.READY),
        (EffectState.INFLIGHT, EffectState.UNKNOWN),
    ):
        left = connection.execute(_IN_STATE, {"its_state": state}).all()
        for key in map(_key, left):
            _step(connection, key, state, target, {"changed_at": now})
            steps = {"effect": str(key), "from": state.value, "to": target.value}
            entries.append(AuditEntry(now, key.subject, "recovered", steps))
    return entries


def unfinished(connection: Connection) -> tuple[EffectRow, ...]:
    """Every effect that is neither DONE nor DROPPED, in the order recorded."""
    return tuple(map(_effect, connection.execute(_UNFINISHED)))


def keys(connection: Connection) -> dict[EffectKey, EffectState]:
    """Every effect ever recorded, with its state."""
    return {
        key: _known_state(state, key)
        for *parts, state in connection.execute(_KEYS)
        for key in (EffectKey(*parts),)
    }


def _step(
    connection: Connection,
    key: EffectKey,
    state: EffectState,
    target: EffectState,
    changes: Mapping[str, object],
) -> bool:
    if not may_become(state, target):
        return False
    guarded = {**_it(key), "its_state": state, **changes, "state": target}
    return connection.execute(_STEP, guarded).rowcount == 1


def _it(key: EffectKey) -> dict[str, object]:
    return {"its_subject": key.subject, "its_version": key.version, "its_kind": key.kind}


def _state(connection: Connection, key: EffectKey) -> EffectState | None:
    state = connection.execute(_STATE, _it(key)).scalar()
    return None if state is None else _known_state(state, key)


def _row(connection: Connection, key: EffectKey) -> EffectRow | None:
    row = connection.execute(_ROW, _it(key)).one_or_none()
    return None if row is None else _effect(row)


def _key(row: Row[Any]) -> EffectKey:
    return EffectKey(row.subject, row.version, row.kind)


def _effect(row: Row[Any]) -> EffectRow:
    key = _key(row)
    waits = row.after_subject is not None
    return EffectRow(
        key=key,
        state=_known_state(row.state, key),
        payload=row.payload,
        after=EffectKey(row.after_subject, row.after_version, row.after_kind) if waits else None,
        attempts=row.attempts,
        not_before=row.not_before,
        detail=row.detail,
        recorded_at=row.recorded_at,
        changed_at=row.changed_at,
        number=row.number,
    )


def _known_state(state: str, key: EffectKey) -> EffectState:
    try:
        return EffectState(state)
    except ValueError:
        raise StoreError(
            f"store row effects/{key}: state: unknown; install the version that wrote it"
        ) from None
