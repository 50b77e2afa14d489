"""What holds for every mail of every diary: neutral titles, no other client's name, UIDs kept and SEQUENCE rising.

What we mail ourselves says its times in UTC.
"""

from __future__ import annotations

import re

from tests.belief.mail import LONGEST, length
from tests.diary.letterbox import Letter
from tests.diary.scene import Scene
from tests.scenario import ics

TELLING = re.compile(r"therap|session|make-?up|crisis|sitzung|krise|nachhol", re.IGNORECASE)

ANSWERING = re.compile(r"choose Accept|„Annehmen“")


REPEATING = "cyrus"  # its CANCEL has the text of the entry, and a change of that would be an invitation more


def check_mails(scene: Scene) -> None:
    """Every client's letters."""
    for client in scene.world.clients:
        others = [one.name.split()[0] for one in scene.world.clients if one.id != client.id]
        letters = scene.post.all(client.email) if client.email else []
        for letter in letters:
            _neutral(letter, others)
            assert letter.carried or length(letter.text) <= LONGEST, (
                f"{letter.subject!r} is too long: {letter.text}"
            )
            by_hand = ics.value(letter.part, "UID") in scene.post.removed
            if not by_hand and not scene.world.name.startswith(REPEATING):
                _offers_nothing_taken_back(letter)
            assert letter.carried or "TZID" not in letter.part, f"{letter.subject!r} needs a zone to be read"
        _sequences(client.name, letters)


def _neutral(letter: Letter, others: list[str]) -> None:
    title = ics.value(letter.part, "SUMMARY")
    for shown in (title, letter.subject):
        assert not TELLING.search(shown), f"a title tells too much: {shown}"
    said = f"{letter.subject}\n{title}\n{letter.text}"
    named = [name for name in others if re.search(rf"\b{name}\b", said)]
    assert not named, f"{letter.subject!r} names {named}"


def _offers_nothing_taken_back(letter: Letter) -> None:
    """Google repeats the event's text in its CANCEL: what asked for an answer is gone from it by then."""
    asks = letter.method == "CANCEL" and ANSWERING.search(letter.text)
    assert not asks, f"{letter.subject!r} takes a time back and asks for an answer to it: {letter.text}"


def _sequences(name: str, letters: list[Letter]) -> None:
    """By UID: one sender; REQUESTs, each with a higher SEQUENCE, and at most one CANCEL, above them and at the end.

    Where a server or Google carries them, the order is theirs and SEQUENCE the server's own.
    """
    seen: dict[str, tuple[int, str]] = {}
    carrier: dict[str, bool] = {}
    for letter in letters:
        if not letter.method:
            continue
        part = letter.part
        uid, sequence = ics.value(part, "UID"), int(ics.value(part, "SEQUENCE") or 0)
        before, method = seen.get(uid, (-1, ""))
        assert carrier.setdefault(uid, letter.carried) is letter.carried, (
            f"{name}: two senders speak of {uid}"
        )
        assert method != "CANCEL", f"{name}: {letter.method} after the CANCEL of {uid}"
        assert letter.carried or sequence > before, (
            f"{name}: {letter.method} of {uid} with SEQUENCE {sequence}"
        )
        seen[uid] = sequence, letter.method
