"""Paths in one spelling, and those that are spelled so already."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from connectors.caldav.origin import path_of, spelled
from syncd.core.model.errors import Malformed

BASE = "https://dav.example.org/home/"


def result(work: object, href: str) -> str:
    """The path, or that there is none."""
    assert callable(work)
    try:
        return str(work(BASE, href))
    except Malformed:
        return "malformed"


@given(st.from_regex(r"/[A-Za-z0-9_.~@!$&'()*+,;=:/%-]*", fullmatch=True))
def test_what_is_spelled_so_already_stays(href: str) -> None:
    """Nothing is decoded and joined that would come out as it went in; dots, `//` and parameters are."""
    assert result(path_of, href) == result(spelled, href)
