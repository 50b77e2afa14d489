"""What the way from leave to holds costs, in requests: no assertion knows how long it took."""

from __future__ import annotations

from tests.bench.blocked import calls
from tests.bench.idle import Size


def test_each_further_hold_costs_one_request() -> None:
    """It is written; nobody looks before whether it is there, and all are read back together."""
    few, many = (calls(Size(1, clients, clients)) for clients in (5, 15))
    assert many["requests"] - few["requests"] == 10
    assert few["requests"] <= 20
