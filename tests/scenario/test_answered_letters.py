"""What a therapist answers to a letter is read and forgotten; a yes is kept by the letter's own code."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from email.message import EmailMessage
from email.policy import SMTP

import pytest

from tests.scenario.house import House

MONDAY = date(2026, 7, 6)
RESULTS = "mx.example.org; dkim=pass header.d=example.org; dmarc=pass header.from=example.org"


@pytest.fixture
def asked(house: House) -> House:
    """Leave of a therapist whose every plan is shown first; its letter has come."""
    policy = house.therapist.policy
    rules = replace(policy.approval, review_first=2)
    house.therapist = replace(house.therapist, policy=replace(policy, approval=rules))
    house.post.ours = replace(house.post.ours, authserv_id="mx.example.org")
    house.run()
    house.block(MONDAY)
    house.run()
    return house


def answered(house: House, text: str) -> None:
    """A reply to the newest letter, and a look."""
    letter, mail = house.letters()[-1], EmailMessage()
    mail["Authentication-Results"], mail["From"] = RESULTS, house.therapist.email
    mail["In-Reply-To"], mail["Message-ID"] = str(letter["Message-ID"]), f"<{len(text)}@example.net>"
    mail.set_content(text)
    house.arrive(mail.as_bytes(policy=SMTP))
    house.run()


def test_what_was_written_is_not_kept(asked: House) -> None:
    """The store knows that an answer came, and not a word of it."""
    answered(asked, "ok, but Bruno is a secret")
    memory = asked.store.load()
    assert memory.came_back
    assert all(not one.own for one in memory.came_back)
    assert "secret" not in repr(asked.reports)
    assert not memory.approvals


def test_a_yes_is_kept_by_the_code_of_its_letter(asked: House) -> None:
    """As one by `#ok` is: it approves what that letter showed."""
    code = str(asked.letters()[-1]["Subject"]).rpartition("#ok ")[2].rstrip(")")
    answered(asked, "ok")
    (given,) = asked.store.load().approvals
    assert (given.therapist, given.code) == (asked.therapist.id, code)
    assert given.conflicts == {row.id for row in asked.store.load().conflicts if row.displaced}
