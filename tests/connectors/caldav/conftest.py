"""A Radicale for all tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.servers.dav import DavServer
from tests.servers.radicale import radicale


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DavServer]:
    """Radicale, running, with two users."""
    with radicale(tmp_path_factory.mktemp("radicale")) as running:
        yield running
