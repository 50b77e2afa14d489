"""Word of leave to those of whom it takes no session, by the installed command and a real server."""

from __future__ import annotations

from tests.outside.practice.carried import carries
from tests.outside.practice.conftest import Played
from tests.outside.practice.house import AB, CD, Client, Therapist, method, words

THURSDAYS = tuple(Client(name, 3, 9 + at) for at, name in enumerate(("GA", "GB", "GC", "GD", "GE")))
UNTORN = (
    *THURSDAYS,
    Client("HA", 3, 14, {"language": "de"}),
    Client("HB", 3, 15, {"discreet": "yes"}),
    Client("HC", 3, 16, {"contact": "phone"}),
    Client("HD", 4, 9),
    Client("HE", 4, 10, weeks=2),
)
TOLD_OF = {"GA", "GB", "GC", "GD", "HA", "HE"}


@carries(
    "policy.tell_everyone",
    "#told AB",
    by=(
        Therapist(
            "everyone", "tell_everyone = true", (AB, CD, *UNTORN), "Vacation #told GE #none HD", days=3
        ),
        Therapist("torn", "tell_everyone = false", (AB, CD, *UNTORN), days=3),
    ),
)
def test_tell_everyone(played: Played) -> None:
    """Whoever loses nothing is mailed once, in their language, unless that is not wanted; others are invited."""
    got = {one.initials: played.sunday.got("everyone", one.initials) for one in UNTORN}
    assert {name for name, mails in got.items() if mails} == TOLD_OF
    for name in TOLD_OF:
        (mail,) = got[name]
        assert method(mail) == ""
        said = "bin ich nicht da" if name == "HA" else "I am away from Monday 29 June to Wednesday 1 July"
        assert said in words(mail)
    for name in ("AB", "CD"):
        (mail,) = played.sunday.got("everyone", name)
        assert not str(mail["Subject"]).startswith("I am away"), name
    assert [one.initials for one in UNTORN if played.sunday.got("torn", one.initials)] == []
    letter = words(played.first.mails("everyone@example.org")[0])
    assert "They get one mail that says when you are away" in letter
    assert "They get one mail" not in words(played.first.mails("torn@example.org")[0])
