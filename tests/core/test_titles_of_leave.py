"""What whole-day titles in a therapist's own calendar say of leave: leave, asked about, or nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from syncd.core.reading import Roster, find_leave
from tests.core.detecting import DANA, NOW, ROSTER, days, event

LEAVE = """
    leave · vacation · holiday · holidays · vacations · annual leave · on leave · on vacation · on holiday ·
    Dana's leave · out of office · OOO · Christmas leave · Summer leave · Easter leave · Winter leave ·
    Parental leave · Maternity leave · Paternity leave · Family leave · Unpaid leave · Study leave ·
    Compassionate leave · Medical leave · Dana – Christmas leave · Family vacation · sick · sick leave · ill ·
    Annual vacation · Urlaub · im Urlaub · Ferien · Jahresurlaub · Resturlaub · Weihnachtsurlaub ·
    Sommerurlaub · Osterurlaub · Winterurlaub · Herbsturlaub · Frühjahrsurlaub · Fruehjahrsurlaub ·
    Frühlingsurlaub · Pfingsturlaub · Silvesterurlaub · Kurzurlaub · Erholungsurlaub · Sonderurlaub ·
    Bildungsurlaub · Familienurlaub · Skiurlaub · Haupturlaub · Elternurlaub · Praxisurlaub · Betriebsurlaub ·
    Praxisferien · Betriebsferien · WEIHNACHTSURLAUB 🎄 · Dana Sommerurlaub · Resturlaub Okafor ·
    Sommerurlaub (Dana) · krank · Urlaub / Vacation · Urlaub Italien · Urlaub im Juli · Urlaub (Kroatien)
"""
ASKED = """
    Winterferien · Herbstferien · Sommerferien · Osterferien · Pfingstferien · Weihnachtsferien ·
    Schulferien · Kitaferien · Sommerferien Bayern · Semesterferien · summer vacation · summer holidays ·
    school holidays · Easter holidays · bank holiday · half-term holiday · Christmas vacation ·
    Urlaub Schmidt · Sommerurlaub Lee · Weihnachtsurlaub Praxis Berger · Patientenurlaub ·
    Mitarbeiterurlaub · Kollegenurlaub · Vertretung Urlaub · Vacation planning · Resturlaub eintragen ·
    Sommerurlaubsplanung · Feriendorf buchen · leave application · Christmas leave Lee · team holiday · Conference
"""
NOTHING = """
    Leaves of grass · leaving party · Beurlaubung · Winter · Sommer · Christmas party · Easter · Weihnachten ·
    Ostern · Team day · Supervision · Leavenworth · zooom · Rest · Parental evening ·
    Sommerfest
"""


def titles(text: str) -> list[str]:
    """The titles between the dots."""
    return [" ".join(one.split()) for one in text.split("·")]


@pytest.mark.parametrize("title", titles(LEAVE))
def test_is_leave(title: str) -> None:
    """Without a question."""
    assert [block.waits for block in find_leave([event(title)], DANA, ROSTER, NOW)] == [""]


@pytest.mark.parametrize("title", titles(ASKED))
def test_is_asked_about(title: str) -> None:
    """Holidays of schools and leave of others may be hers, too: she is asked, and nobody else hears."""
    assert [block.waits for block in find_leave([event(title)], DANA, ROSTER, NOW)] == ["title"]


@pytest.mark.parametrize("title", titles(NOTHING))
def test_is_nothing(title: str) -> None:
    """No leave word stands in it, nor begins or ends one of its words."""
    assert find_leave([event(title, days(7, 7))], DANA, ROSTER, NOW) == ()


def test_a_season_that_is_a_clients_name_is_no_season() -> None:
    """Anna Winter may be away herself: it is asked about."""
    anna = replace(ROSTER.clients["c1"], id="c77", name="Anna Winter", initials="AW")
    roster = Roster.of([*ROSTER.clients.values(), anna])
    assert [block.waits for block in find_leave([event("Winter leave")], DANA, roster, NOW)] == ["title"]
    assert [block.waits for block in find_leave([event("Winterurlaub")], DANA, roster, NOW)] == [""]


def test_here_says_that_what_is_doubted_is_no_leave() -> None:
    """Nor what has that title and is no longer; a longer one is asked about, and `#ok` says otherwise."""
    here = event("Conference Vienna #here", days(6, 8), uid="e0")
    for title, when, asked in (
        ("Conference Vienna", days(13, 15), ()),
        ("Conference Vienna", days(13, 17), ("title",)),
        ("Conference Rome", days(13, 15), ("title",)),
        ("Conference Vienna #ok", days(13, 15), ("",)),
    ):
        found = find_leave([here, event(title, when)], DANA, ROSTER, NOW)
        assert tuple(block.waits for block in found) == asked


def test_here_does_not_touch_plain_leave() -> None:
    """It says two things, so it waits for a yes."""
    (block,) = find_leave([event("Vacation #here")], DANA, ROSTER, NOW)
    assert (block.waits, block.doubted, block.tags) == ("here", False, ())


def test_other_words_of_the_settings_have_their_kinds_only_where_they_are_named() -> None:
    """Whoever takes "urlaub" off the list means it."""
    policy = replace(DANA.policy, leave_words=("vacation",))
    assert find_leave([event("Sommerurlaub", days(7, 7))], replace(DANA, policy=policy), ROSTER, NOW) == ()
