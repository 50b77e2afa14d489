"""What the tests of this package carry from its file to what it changes: keys, columns and gestures, by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from tests.outside.practice.house import Therapist

Test = TypeVar("Test", bound=Callable[..., None])
CARRIED: dict[str, str] = {}  # what -> the test
THERAPISTS: dict[str, Therapist] = {}  # all who work in the one practice of these tests


def carries(*what: str, by: Therapist | tuple[Therapist, ...] = ()) -> Callable[[Test], Test]:
    """Says that a test shows what `what` changes, and who in the practice has it."""

    def note(test: Test) -> Test:
        for therapist in (by,) if isinstance(by, Therapist) else by:
            assert THERAPISTS.setdefault(therapist.id, therapist) is therapist, therapist.id
        for name in what:
            assert CARRIED.setdefault(name, test.__name__) == test.__name__, name
        return test

    return note
