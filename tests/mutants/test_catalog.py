"""The list of planted bugs is true of today's code; that each is caught, `make mutants` shows."""

from __future__ import annotations

import ast
from collections import Counter

import pytest

from tests.docs.naming import defined
from tests.mutants.catalog import ROOT, Mutant, read_catalog

MUTANTS = read_catalog()
WINGS = {path.parent.name for path in (ROOT / "syncd/core").glob("*/__init__.py")}


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda one: one.name)
def test_it_changes_one_line_and_can_be_run(mutant: Mutant) -> None:
    """Its line stands in the file once; what stands there instead is Python, and something else."""
    text = (ROOT / mutant.file).read_text(encoding="utf-8")
    planted = mutant.planted(text)
    assert "\n" not in mutant.was
    assert "\n" not in mutant.becomes
    assert ast.dump(ast.parse(planted)) != ast.dump(ast.parse(text))


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda one: one.name)
def test_what_has_to_notice_it_is_there(mutant: Mutant) -> None:
    """A test that was renamed, or a diary that is gone, notices nothing any more."""
    for told in mutant.told_by():
        name, _, test = told.partition("::")
        path = ROOT / name
        assert path.exists(), told
        if test:
            assert test.replace("::", ".") in defined(path), told


def test_each_has_its_own_name_and_place() -> None:
    """Two of one name, or one bug twice, would be counted as two."""
    for said in ((one.name for one in MUTANTS), ((one.file, one.was, one.becomes) for one in MUTANTS)):
        assert [one for one, times in Counter(said).items() if times > 1] == []


def test_every_wing_and_both_connectors_have_some() -> None:
    """At least 60, each with a test that has to notice; none of the parts that decide or write is left out."""
    parts = {one.wing for one in MUTANTS}
    assert [one.name for one in MUTANTS if not one.caught_by] == []
    assert len(MUTANTS) >= 60
    assert {f"core/{wing}" for wing in WINGS} <= parts
    assert {"connectors/caldav", "connectors/google", "connectors/mail"} <= parts
