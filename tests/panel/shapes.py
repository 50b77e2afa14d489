"""The practices that are planned: one function a shape, each drawn from its own seed. All people are made up."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from tests.panel.shapes_of_clients import OF_CLIENTS
from tests.panel.shapes_of_leave import OF_LEAVE
from tests.panel.spec import Practice

SHAPES: dict[str, Callable[[Random, str], Practice]] = {
    one.__name__.strip("_").replace("_", " "): one for one in (*OF_LEAVE, *OF_CLIENTS)
}


def practice(shape: str, seed: int) -> Practice:
    """The practice of that shape and seed, the same on any machine."""
    return SHAPES[shape](Random(f"{shape}/{seed}"), shape)
