"""Files from `cases`, and servers to put them on."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from tests.servers.dav import DavServer
from tests.servers.radicale import radicale
from tests.servers.verbatim import verbatim_world
from tests.servers.worlds import World

CASES = Path(__file__).parent / "cases"
_slugs = count()


def case(number: str) -> str:
    """The text of a case as it lies on the disk."""
    (path,) = CASES.glob(f"{number}-*")
    return path.read_bytes().decode()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DavServer]:
    """A running Radicale."""
    with radicale(tmp_path_factory.mktemp("radicale")) as running:
        yield running


@pytest.fixture
def world(server: DavServer) -> Iterator[World]:
    """An empty calendar on a server that keeps every byte."""
    with verbatim_world(server, f"outside{next(_slugs)}") as (made, _):
        yield made
