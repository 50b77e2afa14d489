"""What tells that a store is older than what was done in its name (I22)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from syncd.core.model import Copy
from syncd.core.reading.store_age import Count, signs
from tests.core.people import NOW

AGO = NOW - timedelta(days=40)


@pytest.mark.parametrize(
    ("number", "older"),
    [(12, True), (10, False)],  # above what the store has counted to; below, and forgotten since
)
def test_a_copy_of_long_ago_counts_where_the_store_has_not_counted_so_far(number: int, older: bool) -> None:
    """A machine was rolled back by two months: what was mailed meanwhile is no longer lately."""
    copy = Copy("<house.12-0123456789ab@example.org>", "house", number, AGO)
    assert bool(tuple(signs(Count(number=11), (), (copy,), NOW))) is older
