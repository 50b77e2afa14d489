"""What is allowed and still deserves a look."""

from __future__ import annotations

from syncd.settings import warnings
from tests.settings.practices import DANA, HOME, LEE, MAIL, PRACTICE, Folder, settings

FULL = PRACTICE + 'public_name = "Maple Street"\nphone = "030 1"\ncrisis_contact = "112"\n'
CLEAN = settings(practice=FULL, more=MAIL)


def found(
    folder: Folder, toml: str = CLEAN, roster: str = "id,name,phone\nc1,Ada Brandt,030\n"
) -> dict[str, str]:
    """Key -> what would be better."""
    folder.load(toml, roster)
    (folder.path / "clients.csv").chmod(0o600)
    return {one.key: one.expected for one in warnings(folder.load(toml, roster))}


def test_good_settings_have_none(folder: Folder) -> None:
    """So that a warning means something."""
    assert found(folder) == {}


def test_initials_that_collide(folder: Folder) -> None:
    """Among the clients of one therapist; another therapist's client may share them."""
    roster = "id,initials,therapist,phone\nc1,AB,dana,1\nc2,A.B.,dana lee,1\nc3,CD,dana,1\nc4,CD,lee,1\n"
    said = found(folder, settings(practice=FULL, therapists=DANA + LEE, more=MAIL), roster)
    assert list(said) == ["clients c1, c2, initials"]
    assert "dana" in said["clients c1, c2, initials"]


def test_initials_that_mean_leave(folder: Folder) -> None:
    """A client OOO would make every "OOO" that client's absence."""
    assert list(found(folder, roster="id,initials,phone\nc1,OOO,030\n")) == ["client c1, initials"]


def test_a_client_whom_nobody_can_reach(folder: Folder) -> None:
    """On the call list without a number; `contact = none` is meant so."""
    said = found(folder, roster="id,contact,email\nc1,,\nc2,none,\nc3,,c@example.org\n")
    assert list(said) == ["client c1, phone"]


def test_invitations_that_cannot_leave_or_come_back(folder: Folder) -> None:
    """No mail while a CalDAV account may need it; mail without a mailbox to read."""
    assert "accounts.home.delivery" in found(folder, settings(practice=FULL))
    assert "mail" in found(folder, CLEAN.replace('maildir = "in"\n', ""))
    assert "mail.authserv_id" in found(folder, CLEAN.replace('authserv_id = "mx.example.org"\n', ""))
    assert "mail.evidence" in found(folder, CLEAN.replace('evidence = "s@example.org"\n', ""))
    assert found(folder, settings(practice=FULL, accounts=HOME + 'delivery = "server"\n')) == {}


def test_policies_that_serve_nobody(folder: Folder) -> None:
    """A budget of 0, neither before nor after, reserved hours only and none reserved."""
    own = "budget = 0\nbefore = false\nafter = false\nreserved_only = true\n"
    said = found(folder, settings(practice=FULL, therapists=DANA + own, more=MAIL))
    assert list(said) == ["therapists[0].budget", "therapists[0].reserved", "therapists[0].before, after"]


def test_files_that_everybody_can_read(folder: Folder) -> None:
    """Roster and secrets are for syncd's user only."""
    (folder.path / "pw").write_text("x")
    (folder.path / "pw").chmod(0o644)
    toml = settings(practice=FULL, accounts=HOME.replace('env = "DAV_PASSWORD"', 'file = "pw"'), more=MAIL)
    assert "chmod" in found(folder, toml)["mode"]


def test_a_practice_that_cannot_be_called(folder: Folder) -> None:
    """Clients are told a number, and whom to reach in a crisis."""
    assert {"practice.phone", "practice.crisis_contact"} <= set(found(folder, settings(more=MAIL)))


def test_names_that_give_the_visit_away(folder: Folder) -> None:
    """Whatever signs mails to clients is looked at: a public name for the practice, plain words for the rest."""
    said = found(folder, settings(practice=PRACTICE + 'phone = "030 1"\ncrisis_contact = "112"\n', more=MAIL))
    assert list(said) == ["practice.name"]
    assert said["practice.name"].startswith('a public_name without "Therap"')
    plain = FULL.replace('"112"', '"Crisis line 112"').replace(
        'Maple Street"\np', 'Praxis für Psychotherapie"\np'
    )
    more = MAIL.replace("office@", "praxis@psychotherapie.")
    resources = 'resources_url = "https://example.org/krise"\n'
    therapist = DANA.replace("Dana Okafor", "Dana Okafor, Psychologist")
    said = found(folder, settings(practice=plain + resources, therapists=therapist, more=more))
    assert set(said) == {
        "practice.public_name",
        "practice.crisis_contact",
        "practice.resources_url",
        "mail.from",
        "therapists[0].name",
    }
