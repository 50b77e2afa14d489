"""What clients and therapists believe of a life, by nothing but their mails (tests/belief)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from tests.belief.facts import Entry, Facts
from tests.belief.known import tolerated
from tests.belief.mail import Mail
from tests.belief.watch import ANSWERED
from tests.walk.dwelling import CLIENTS
from tests.walk.evidence import retrying
from tests.walk.life import Life, Moment
from tests.walk.witness import Page, Posted, Standing, occurrences

_UNSETTLED = frozenset({"unknown", "contradiction"})  # what is wrong while a write is still to be made, too


def believed(life: Life, moment: Moment) -> Iterator[str]:
    """Nobody is told what is not so, or two things within a minute that cannot both be so."""
    watch = life.watch
    if len(life.moments) > 1 and life.moments[-2].step is not moment.step:
        watch.acted()
    for number, one in enumerate(life.answers[watch.heard_answers :], watch.heard_answers):
        if all(one.stamp >= other.stamp for other in life.answers[:number] if other.uid == one.uid):
            watch.answered(CLIENTS[one.client].email, one.uid, one.how, one.at)
    watch.heard_answers = len(life.answers)  # one that was overtaken on the way is not what they said last
    _said_in_person(life, moment)
    if not moment.mails:
        return
    found = watch.step(moment.now, map(_mail, moment.mails), _facts(life, moment.after))
    unsettled = moment.faulty or retrying(moment)
    for finding in found:
        if finding.kind not in tolerated() and (not unsettled or finding.kind in _UNSETTLED):
            yield str(finding)


def _said_in_person(life: Life, moment: Moment) -> None:
    """What Dana said in an entry's title counts for its time, be the tag gone from there at once."""
    for offer in moment.memory.offers:
        if ANSWERED.search(life.touched.get(offer.uid, "")):
            life.watch.by_hand.add((offer.client, offer.span.start))


def _mail(one: Posted) -> Mail:
    return Mail(one.at, one.to, "", one.subject, one.text, one.part)


def _facts(life: Life, page: Page) -> Facts:
    lee = life.lee
    return Facts((*_entries(page, "dana"), *(_entries(lee, "lee") if lee is not None else ())))


def _entries(page: Page, desk: str) -> Iterator[Entry]:
    for _, text in page.texts:
        yield from _of_text(text, desk)


@lru_cache(maxsize=8192)
def _of_text(text: str, desk: str) -> tuple[Entry, ...]:
    return tuple(_entry(one, desk) for one in occurrences(text))


def _entry(one: Standing, desk: str) -> Entry:
    return Entry(desk, one.uid, one.start, one.end, one.title, one.status, one.whole_day)
