"""What several plannings share is worked out once, and only where all that it rests on is the same."""

from __future__ import annotations

from syncd.core.planning.relief.worked import KEPT, Worked


def _asked(worked: Worked, done: list[str], what: str, *rests_on: object) -> str:
    """What is known of `what`; `done` gets a line where it has to be worked out."""
    said = f"{what} of {rests_on}"

    def make() -> str:
        done.append(said)
        return said

    assert worked.out(what, rests_on, make) == said
    return said


def test_the_same_is_worked_out_once() -> None:
    """Of two things that rest on the same each is; and anew where one of several grounds differs."""
    worked, done = Worked(), list[str]()
    for _ in range(2):
        _asked(worked, done, "worth", (1, 2), 160)
        _asked(worked, done, "options", (1, 2), 160)
        _asked(worked, done, "worth", (1, 2), 40)
        _asked(worked, done, "worth", (1, 2, 3), 160)
    assert len(done) == len(set(done)) == 4


def test_the_latest_are_kept() -> None:
    """Of one thing as many as plannings go back to; another thing pushes none of them out."""
    worked, done = Worked(), list[str]()
    for number in range(KEPT + 1):
        _asked(worked, done, "worth", number)
        _asked(worked, done, f"options {number}", number)
    before = len(done)
    _asked(worked, done, "worth", KEPT)
    _asked(worked, done, "options 0", 0)
    assert len(done) == before
    _asked(worked, done, "worth", 0)
    assert len(done) == before + 1
