"""What the tests of this package carry from its file to what it changes: keys, columns and gestures, by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar
from zlib import crc32

import pytest

from tests.outside.practice.house import Therapist

Test = TypeVar("Test", bound=Callable[..., None])
CARRIED: dict[str, str] = {}  # what -> the test
THERAPISTS: dict[str, Therapist] = {}  # all who may work in the one practice of these tests
NEEDED: dict[Callable[..., None], frozenset[str]] = {}  # the test -> the therapists it looks at


def carries(*what: str, by: Therapist | tuple[Therapist, ...] = ()) -> Callable[[Test], Test]:
    """Says that a test shows what `what` changes, and who in the practice has it.

    One of three such tests is in the short run, whichever others there are; the long run has all.
    """
    who = (by,) if isinstance(by, Therapist) else by

    def note(test: Test) -> Test:
        for therapist in who:
            assert THERAPISTS.setdefault(therapist.id, therapist) is therapist, therapist.id
        for name in what:
            assert CARRIED.setdefault(name, test.__name__) == test.__name__, name
        NEEDED[test] = frozenset(one.id for one in who)
        in_short_run = not who or crc32(test.__name__.encode()) % 3 == 1
        return test if in_short_run else pytest.mark.long(test)

    return note
