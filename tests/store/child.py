"""A second process on one store: it does what it is told, says so on a line, and waits for the next word.

`python -m tests.store.child URL OWNER`, then commands on standard input.
"""

from __future__ import annotations

import resource
import sys
from datetime import timedelta

from syncd.core.model.errors import SafetyStop, SyncdError
from syncd.ports import Fence, PassRecord
from syncd.store import SqlStore, offers, open_store
from tests.store.values import LEASE, NOW, conflict, delete, key, offer, read, stored

RACED = tuple(key(f"offer{number}") for number in range(40))


def main(url: str, owner: str) -> None:
    """Serve commands until standard input ends."""
    store = open_store(url)
    fence = Fence(owner, 1)
    for line in sys.stdin:
        try:
            fence, answer = _obey(store, fence, owner, line.split())
        except SafetyStop as stop:
            answer = f"stop: {stop}"
        except SyncdError as error:
            answer = f"error: {error}"
        print(answer, flush=True)


def _obey(store: SqlStore, fence: Fence, owner: str, words: list[str]) -> tuple[Fence, str]:
    match words:
        case ["acquire"]:
            fence = store.acquire(owner, NOW, LEASE)
            return fence, f"token {fence.token}"
        case ["record"]:
            store.record(
                fence, PassRecord(NOW, conflicts=(conflict(),), offers=(offer(),), actions=(delete(),))
            )
            return fence, "recorded"
        case ["claim"]:
            return fence, "claimed" if store.claim(fence, key(), NOW) else "nothing"
        case ["claim-all"]:
            return fence, " ".join(each.subject for each in RACED if store.claim(fence, each, NOW))
        case ["half"]:
            _write_half(store)
        case ["grow"]:
            return fence, _grow(store, fence)
    raise ValueError(words)


def _write_half(store: SqlStore) -> None:
    """Begin a transaction and never end it."""
    with store.database.writing() as connection:
        offers.put_conflicts(connection, [conflict()])
        print("half", flush=True)
        sys.stdin.readline()


def _grow(store: SqlStore, fence: Fence) -> str:
    """Record big passes until files may grow no further; answers how many were promised."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, 2_000_000))
    for number in range(200):
        objects = tuple(stored(100 * number + each, occurrences=20) for each in range(20))
        try:
            store.record(fence, PassRecord(NOW + timedelta(seconds=number), mirror=(read(*objects),)))
        except SyncdError as error:
            return f"{number} {error}"
    return "never full"


if __name__ == "__main__":
    main(*sys.argv[1:])
