"""Twenty-five clients on weekly series and two weeks of leave: two occurrences of each series go, some in one pass."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from email.message import EmailMessage

import pytest

from tests.belief.mail import HOME
from tests.belief.mind import Mind
from tests.diary import phrases  # noqa: F401  makes their sentences known
from tests.diary.playing import live
from tests.diary.reading import Diary, parse
from tests.diary.scene import Scene
from tests.diary.worlds.text_desk import MemoryDesk
from tests.diary.worlds.world import World

NAMES = (
    *(
        "Ada",
        "Ben",
        "Cleo",
        "Dario",
        "Emma",
        "Fynn",
        "Gina",
        "Hugo",
        "Ines",
        "Jon",
        "Kira",
        "Leo",
        "Mia",
        "Nils",
    ),
    *("Olga", "Paul", "Quinn", "Rosa", "Sam", "Tara", "Udo", "Vera", "Will", "Xenia", "Yara"),
)
WEEKS = (6, 13)  # the Mondays
LETTERS = 6  # to the therapist, at most,
WORDS = 200  # and of each as many, at most
WEEKDAYS = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays")
HOURS = ("9:00", "10:00", "11:00", "14:00", "16:00")
STORY = """\
Two weeks of leave in a full practice

People
{people}
Policy
  budget = 10
  approval_above = {{ sessions = 12, days = 30 }}

Mon 15 June 11:00   Dana blocks 6-17 July
Mon 15 June 12:00   Dana gives the code of the plan event
Wed 17 June 12:00   time goes by
Sat 20 June 12:00   {answers}
Thu 25 June 12:00   {settled}
Wed 1 July 12:00    time goes by
Sat 4 July 14:00    time goes by

In the end
"""


SOME = ("Jon", "Kira", "Nils", "Olga", "Paul", "Rosa", "Sam", "Tara", "Will", "Yara")
AGREE = {SOME: ("Kira", "Olga", "Rosa"), NAMES: ("Ada", "Emma", "Paul", "Tara")}
# what waits for the day's letter, of some: a stranger's yes, one from elsewhere, an automatic one, one passed on
GATHERED = (
    "strangers accept in the name of Sam",
    "Paul accepts from somebody@example.net",
    'Sam\'s mail program answers "I am away until Monday."',
    "Will delegates to a.friend@example.com",
)
DECLINE = {SOME: ("Jon", "Yara"), NAMES: ("Fynn", "Udo")}
PLACES = [
    pytest.param("memory", SOME, id="memory-some"),
    pytest.param("memory", NAMES, id="memory-all", marks=pytest.mark.long),
    *(pytest.param(name, NAMES, id=name, marks=pytest.mark.wider) for name in ("radicale", "xandikos")),
]


def practice_of(names: tuple[str, ...]) -> Diary:
    """A client for each name; of all of them, five a day, five days a week."""
    said = (
        *(f"{one} accepts" for one in AGREE[names]),
        *(f"{one} declines" for one in DECLINE[names]),
        *(GATHERED if names is SOME else ()),
    )
    people = (
        f"  {name}, {name[0]}{chr(ord('A') + number)}, {WEEKDAYS[number % 5]} {HOURS[number // 5]}"
        for number, name in enumerate(names)
    )
    settled = "Dana adds #yes to Paul's invitation" if names is SOME else "time goes by"
    answers = f"\n{'':20}".join(said)
    story = STORY.format(people="\n".join(people), answers=answers, settled=settled)
    return parse("two_weeks", story)


@pytest.mark.lengthy
@pytest.mark.parametrize(("world", "names"), PLACES)
def test_nobody_is_told_what_is_not_so(
    world: str, names: tuple[str, ...], open_world: Callable[[str, Diary], World]
) -> None:
    """No mail says what is not so; before the leave begins all know, and what they believe is what stands."""
    story = practice_of(names)
    desks = open_world(world, story)
    for desk in desks.desks.values():
        if isinstance(desk, MemoryDesk):
            desk.kept.faults.late_lists = True  # a list after our write shows what stood before it
    scene = live(story, desks)
    assert not scene.reader.found, "\n".join(map(str, scene.reader.found))
    assert not _strangers_to_the_truth(scene)
    assert "taking back" not in scene.post.kinds(
        scene.post.all(scene.address("Dana"))
    )  # our write is nobody's hand
    letters = scene.post.all(scene.address("Dana"))
    assert names is not SOME or any("does not count" in one.text for one in letters)
    assert len(letters) <= LETTERS
    assert max(words_of(one.message) for one in letters) <= WORDS
    assert _both_cancelled(scene) > len(names) / 2


def words_of(letter: EmailMessage) -> int:
    """How many words it has without what is attached to it."""
    body = letter.get_body(("plain",))
    assert isinstance(body, EmailMessage)
    return len(re.findall(r"\S*\w\S*", body.get_content()))


def _both_cancelled(scene: Scene) -> int:
    """Clients of whose one series both occurrences in the leave are cancelled."""
    facts = scene.reader.facts(scene.now)
    off = [
        [one for one in facts.sessions(mind.person) if facts.away(one.start) and not one.stands]
        for mind in scene.reader.watch.minds.values()
    ]
    return sum(len(some) == len(WEEKS) for some in off)


def _strangers_to_the_truth(scene: Scene) -> list[str]:
    """Clients who believe of a session in the leave that it takes place, be it that nobody ever told them."""
    facts = scene.reader.facts(scene.now)
    return [
        f"{mind.person.name} believes that {session.start.astimezone(HOME):%a %d %b %H:%M} takes place"
        for mind in scene.reader.watch.minds.values()
        for session in facts.sessions(mind.person)
        if facts.away(session.start) and mind.of(session.start) != "off" and not _away(mind, session.start)
    ]


def _away(mind: Mind, at: datetime) -> bool:
    """True when a mail said that the therapist is away then."""
    day = at.astimezone(HOME).date()
    said = (one for heard in mind.heard for one in heard.of("away"))
    return any(one.day <= day <= one.until for one in said if one.day and one.until)
