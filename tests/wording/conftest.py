"""The templates that ship, loaded once."""

from __future__ import annotations

import pytest

from syncd.wording import Templates, load_templates


@pytest.fixture(scope="session")
def templates() -> Templates:
    return load_templates()
