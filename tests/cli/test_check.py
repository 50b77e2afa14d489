"""`syncd check`: what a start or a reload would find in the files, before it finds it."""

from __future__ import annotations

from tests.cli.office import Office
from tests.servers.process import free_port


def test_good_files_are_one_line_and_nothing_is_made(office: Office) -> None:
    """No server is asked: the account's address leads nowhere; the store is not made."""
    office.keys["url"] = f"http://127.0.0.1:{free_port()}/"
    ran = office.run("check")
    assert ran.status == 0, ran.err
    assert ran.out.splitlines()[-1] == f"Good: {office.path}, 1 therapists, 2 clients, 1 accounts"
    assert not (office.folder / "state").exists()


def test_mistakes_of_every_kind_are_a_start_that_is_refused(office: Office) -> None:
    """A key, a roster line and a secret, each with file and key; exit status 78, as `run` would end."""
    office.keys |= {"therapist": 'colour = "red"'}
    office.roster += "c03,,not an address,,,\n"
    (office.folder / "mail-password").unlink()
    ran = office.run("check")
    assert ran.status == 78
    assert len(ran.lines) == 3
    assert [word in ran.err for word in ("colour", "line 4, email", "mail-password")] == [True] * 3
    assert office.run("run").err == ran.err


def test_a_text_that_cannot_be_said_is_found(office: Office) -> None:
    """By file and line, before a letter needs it."""
    own = office.folder / "texts" / "en"
    own.mkdir(parents=True)
    (own / "invitation.txt").write_text("{{ nobody_knows_this }}\n")
    office.keys["practice"] = 'templates = "texts"'
    ran = office.run("check")
    assert ran.status == 78
    (line,) = ran.lines
    assert "invitation.txt" in line


def test_what_deserves_a_look_is_said_and_is_no_mistake(office: Office) -> None:
    """A client whom nothing reaches."""
    office.roster += "c03,Cleo Dietz,,,CD,2025-01-13\n"
    ran = office.run("check")
    assert ran.status == 0
    assert "Look at: " in ran.out
    assert "c03" in ran.out
