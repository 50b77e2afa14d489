"""Secrets that a test draws come from its own name: a red run is red again, and alone as in company."""

from __future__ import annotations

import secrets
from random import Random

import pytest

_drawn = Random()

DEFAULT_BYTES = 32  # as `secrets.token_bytes` without a number


def tame() -> None:
    """From now on `secrets` of this process draws what the last `begin` says; processes of a test draw freely."""
    pytest.MonkeyPatch().setattr(secrets, "token_bytes", _token_bytes)


def begin(test: str) -> None:
    """A test begins to draw."""
    _drawn.seed(test)


def _token_bytes(nbytes: int | None = None) -> bytes:
    return _drawn.randbytes(DEFAULT_BYTES if nbytes is None else nbytes)
