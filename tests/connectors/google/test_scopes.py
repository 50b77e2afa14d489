"""Which scopes are asked for, and which of Google's others do as well: read off the discovery document."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors.google.scopes import (
    FREEBUSY,
    LEAST_SCOPES,
    LISTED,
    OWNED,
    READS_SHARED,
    SCOPE,
    WRITES_SHARED,
    Shared,
    covers,
    missing,
    scopes_for,
)
from syncd.standin.google.discovery import document

READS = {"list", "get", "instances"}
WRITES = {"insert", "patch", "delete"}
USED = {
    OWNED: {("events", one) for one in READS | WRITES},
    WRITES_SHARED: {("events", one) for one in READS | WRITES},
    READS_SHARED: {("events", one) for one in READS},
    LISTED: {("calendarList", "list")},
    FREEBUSY: {("freebusy", "query")},
}


def accepted(resource: str, method: str) -> set[str]:
    """The scopes of which the document wants one for this method."""
    return set(document()["resources"][resource]["methods"][method]["scopes"])


@pytest.mark.parametrize("scope", sorted(USED))
def test_each_scope_allows_the_methods_it_is_asked_for(scope: str) -> None:
    """And none of the three least can be left out: no other covers what it is for."""
    assert all(scope in accepted(*method) for method in USED[scope])


@pytest.mark.parametrize("shared", Shared)
def test_what_is_asked_for_serves_every_method(shared: Shared) -> None:
    """Whatever settings say of shared calendars, own ones are written, listed, and others' busy time is seen."""
    asked = set(scopes_for(shared))
    for method in USED[OWNED] | USED[LISTED] | USED[FREEBUSY]:
        assert asked & accepted(*method), method


@pytest.mark.parametrize("scope", sorted(USED))
def test_what_covers_a_scope_is_accepted_wherever_it_is(scope: str) -> None:
    """A grant counts as wider only where Google takes it for each of the methods."""
    everything = {one for methods in document()["resources"].values() for one in _scopes(methods)}
    covering = {one for one in everything if covers([one], scope)}
    assert {scope, SCOPE + "calendar"} <= covering
    for one in covering:
        assert all(one in accepted(*method) for method in USED[scope]), one


def test_a_read_only_grant_does_not_cover_writing() -> None:
    """Each thing that is missing is named."""
    granted = {SCOPE + "calendar.readonly", SCOPE + "calendar.events.readonly"}
    assert missing(LEAST_SCOPES, granted) == {OWNED}
    assert missing(scopes_for(Shared.WRITE), LEAST_SCOPES) == {WRITES_SHARED}
    assert missing(scopes_for(Shared.READ), {SCOPE + "calendar"}) == frozenset()


def test_the_line_for_admins_is_what_is_asked_for() -> None:
    """Domain-wide delegation takes the scopes in full, on one line, separated by commas."""
    page = Path(__file__).parents[3] / "docs/admin/google.md"
    lines = {line.strip() for line in page.read_text(encoding="utf-8").splitlines()}
    assert ",".join(LEAST_SCOPES) in lines


def _scopes(resource: dict[str, dict[str, dict[str, list[str]]]]) -> set[str]:
    return {one for method in resource["methods"].values() for one in method.get("scopes", ())}
