"""A diary, played in a world: every entry in its order, then exactly the messages expected, then rest."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta

from holidays import country_holidays

from tests.belief.diaries import Reader
from tests.belief.known import unexpected
from tests.diary.calendar_words import DAYS, DiaryError, days
from tests.diary.letterbox import Letterbox
from tests.diary.mails import check_mails
from tests.diary.reading import Diary, Line
from tests.diary.registry import say
from tests.diary.scene import Scene
from tests.diary.seen import series_uid
from tests.diary.worlds.world import World
from tests.scenario import ics

BEFORE = timedelta(hours=1)  # so long before the first entry syncd looks for the first time


def play(diary: Diary, world: World, passes: int) -> None:
    """Play the diary; `passes` further ones must change nothing. Raises AssertionError with file and line."""
    scene = live(diary, world)
    _say(scene, diary.end)
    _everybody_got(scene)
    check_mails(scene)
    _one_hand(scene)
    _believed(scene)
    rests(scene, passes)


def live(diary: Diary, world: World) -> Scene:
    """Every entry of the diary, down to `In the end`. Raises AssertionError with file and line."""
    addresses = [one.email for one in world.desks.values()] + [
        one.email for one in world.clients if one.email
    ]
    post = Letterbox(world.carriers, world.ours, [*addresses, "office@example.org"])
    scene = Scene(diary, world, post, Reader(world, _holidays(diary)))
    _sessions(scene)
    _say(scene, diary.before)
    scene.look()
    for number, entry in enumerate(diary.entries):
        if number:  # what the first look brings is new at the first entry
            scene.post.mark()
        scene.wait(entry.at)
        if entry.happens:
            _settled(scene, entry.happens)
        else:
            scene.look()
        _say(scene, entry.expected)
    return scene


def _holidays(diary: Diary) -> frozenset[date]:
    """The public holidays of where the practice is, in the year that diaries are played in."""
    region = diary.policy.get("holidays", "").strip('"')
    return frozenset(country_holidays(region, years=diary.start.year)) if region else frozenset()


def _settled(scene: Scene, lines: Iterable[Line]) -> None:
    """What falls due at this very moment happens first; then people act, and the daemon looks."""
    _say(scene, lines)
    scene.look()


def _sessions(scene: Scene) -> None:
    """Every client's own series, from two weeks before the first entry to ten weeks after the last.

    And to four weeks after the last leave at least.
    """
    since = (scene.diary.start - timedelta(weeks=2)).date()
    until = max(scene.diary.entries[-1].at.date() + timedelta(weeks=10), _last_leave(scene.diary))
    weeks = 2 + (until - since).days // 7
    for client, person in zip(scene.world.clients, scene.diary.people, strict=True):
        for number, series in enumerate(person.series):
            uid, start = series_uid(client, number), series.first(since)
            rule = f"FREQ=WEEKLY;INTERVAL={series.weeks};COUNT={weeks // series.weeks}"
            text = ics.weekly(uid, person.initials, start, series.minutes).replace("FREQ=WEEKLY", rule)
            scene.desk(person.therapists[number % len(person.therapists)]).put(text, uid)


def _last_leave(diary: Diary) -> date:
    """Four weeks after the last day that anybody blocks."""
    blocked = [diary.start.date()]
    for entry in diary.entries:
        for line in entry.happens:
            found = re.search(rf" blocks ({DAYS})", line.text)
            blocked += [days(found[1], entry.at.date()).last] if found else []
    return max(blocked) + timedelta(weeks=4)


def _say(scene: Scene, lines: Iterable[Line]) -> None:
    for line in lines:
        where = f"{scene.diary.name}.diary:{line.number} ({scene.world.name}): {line.text}"
        try:
            say(scene, line.text)
        except DiaryError as error:
            raise DiaryError(f"{where}: {error}") from None
        except AssertionError as error:
            raise AssertionError(f"{where}\n  {error}\n{_story(scene)}") from error


def _everybody_got(scene: Scene) -> None:
    """Everybody's messages are exactly those of `In the end`; who is not named there has got none."""
    got = {
        name: tuple(kinds)
        for name, address in scene.everybody().items()
        if (kinds := scene.post.kinds(scene.post.all(address)))
    }
    expected = {name: kinds for name, kinds in scene.diary.got.items() if kinds}
    assert got == expected, f"{scene.diary.name}.diary ({scene.world.name}): In the end\n{_story(scene)}"


def _one_hand(scene: Scene) -> None:
    """No calendar part of ours speaks of a UID that a server or Google carries: a program would apply both."""
    for name, address in scene.everybody().items():
        spoken: dict[bool, set[str]] = {True: set(), False: set()}
        for letter in scene.post.all(address):
            spoken[letter.carried].add(ics.value(letter.part, "UID"))
        both = (spoken[True] & spoken[False]) - {""}
        assert not both, f"{name} got {both} from two hands\n{_story(scene)}"


def _believed(scene: Scene) -> None:
    """Nobody was told what is not so, as far as it is not known (tests/belief/README.md)."""
    wrong = unexpected(scene.diary.name, scene.world.name, scene.reader.found)
    assert not wrong, "\n  ".join((f"{scene.diary.name}.diary ({scene.world.name}):", *wrong, _story(scene)))


def rests(scene: Scene, passes: int) -> None:
    """Further passes with the clock standing write and send nothing: calendars, mailboxes, store, audit as before."""
    addresses = list(scene.everybody().values())
    before = scene.world.everything(addresses)
    actions = [report.actions for _ in range(passes) for report in scene.world.run()]
    assert not any(actions), f"{scene.diary.name}: a further pass acts: {next(filter(None, actions))}"
    assert scene.world.everything(addresses) == before, (
        f"{scene.diary.name}: a further pass changes something"
    )


def _story(scene: Scene) -> str:
    """What everybody has got, for whoever reads a failure."""
    lines = [f"  at {scene.now:%a %d %b %H:%M} in {scene.world.name}:"]
    for name, address in scene.everybody().items():
        for letter in scene.post.all(address):
            lines.append(f"  {name}: {letter.at:%a %d %b %H:%M} {letter.kind} | {letter.subject}")
    lines += [
        f"  {one.client} {one.number} {one.state} {one.reason} {one.span.start:%a %d %b %H:%M}Z {one.delivery}"
        for one in scene.world.store.load().offers
    ]
    return "\n".join(lines)
