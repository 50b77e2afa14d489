"""A reply on which a rule of ours breaks is set aside alone, told once, and nothing else waits for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone

from syncd.core.model import OfferState, PartStat, Reply, ReplyKind
from syncd.ports import Incoming
from syncd.setting_aside import bearable
from tests.core.people import BERLIN
from tests.scenario.house import House
from tests.scenario.post import Post

MONDAY = date(2026, 7, 6)
INVITED_BY = datetime(2026, 6, 16, 12, 0, tzinfo=BERLIN)
YEAR_ONE = datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=9)))  # has no UTC


@dataclass(slots=True)
class Careless(Post):
    """A post office whose reader lets everything through."""

    found: list[Reply] = field(default_factory=list)
    asked: int = 0

    def fetch(self, seen: frozenset[str], since: datetime) -> Iterable[Incoming]:
        """What came, and what no door stopped."""
        fresh = [one for one in self.found if one.id not in seen]
        self.asked += len(fresh)
        return [*Post.fetch(self, seen, since), *(Incoming(one.id, one.id, (one,)) for one in fresh)]


def broken(house: House, client: str, number: int = 0) -> Reply:
    """A yes with a stamp that no rule of ours can compare."""
    return Reply(
        id=f"<broken.{number}@example.net>",
        offer=house.offers(client)[-1].uid,
        kind=ReplyKind.ANSWER,
        received=house.clock.now(),
        sender="stranger@example.net",
        partstat=PartStat.ACCEPTED,
        dtstamp=YEAR_ONE,
    )


def invited(house: House) -> Careless:
    """Leave, and two clients invited by mail."""
    house.post = post = Careless(house.post.clock, house.post.ours)
    house.block(MONDAY)
    house.run()
    house.at(INVITED_BY)
    return post


def test_one_broken_reply_costs_nobody_an_answer(house: House) -> None:
    """The other client's yes counts in the same pass, the therapist is told of the broken one, once."""
    post = invited(house)
    letters = len(house.letters())
    post.found += [broken(house, "c1"), broken(house, "c1", 1)]
    house.answer("c2", "ACCEPTED")
    (first, *_) = house.later(minutes=2)
    assert house.offers("c2")[-1].state is OfferState.ACCEPTED
    assert (house.offers("c1")[-1].state, house.offers("c1")[-1].frozen) == (OfferState.INVITED, True)
    assert [problem.calendar for problem in first.problems] == ["mailbox", "mailbox"]
    told = [str(letter["Subject"]) for letter in house.letters()[letters:]]
    assert [subject for subject in told if subject.startswith("Please look at what came back")] != []


def test_it_is_never_tried_again(house: House) -> None:
    """What was set aside is remembered: the mailbox is not asked for it at every poll."""
    post = invited(house)
    post.found.append(broken(house, "c1"))
    house.later(minutes=2)
    asked, letters = post.asked, len(house.letters())
    reports = [report for _ in range(5) for report in house.later(minutes=2)]
    assert (post.asked, len(house.letters())) == (asked, letters)
    assert [report.problems for report in reports] == [()] * len(reports)


def test_the_few_among_many_are_found_in_few_tries() -> None:
    """Two of a thousand: some forty tries, not a thousand."""
    tries = 0

    def works(items: tuple[int, ...]) -> bool:
        nonlocal tries
        tries += 1
        return not {17, 640} & set(items)

    kept, aside = bearable(range(1000), works)
    assert (aside, len(kept)) == ((17, 640), 998)
    assert tries < 60
