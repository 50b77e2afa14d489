"""Whether what a therapist or the office reads of a client is so: what they know, were asked, were not told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from tests.belief.facts import Facts
from tests.belief.letters import Letter, Row
from tests.belief.mail import Claim, Heard
from tests.belief.mind import MINUTE, Mind
from tests.belief.truth import Finding

SOON = timedelta(hours=1)  # nobody is on a call list who is mailed so shortly afterwards
IN_TIME = timedelta(hours=1)  # but for those who may have set out before they read it
URGENT = timedelta(hours=24)
_ASKED = {"asked", "kept", "agreed", "yours"}


@dataclass(frozen=True, slots=True)
class Reported:
    """A letter that has just come, everybody's minds, and what is so."""

    letter: Letter
    minds: dict[str, Mind]
    facts: Facts
    now: datetime
    by_hand: frozenset[
        tuple[str, datetime]
    ]  # (client, appointment) that a person's own #told, #yes or #no is about

    @property
    def reader(self) -> str:
        """Whose letter it is."""
        return self.letter.mail.to


def misreported(reported: Reported) -> Iterator[Finding]:
    """Each row that is not so, and each sentence that what a client reads in the same minute denies."""
    for row in reported.letter.rows:
        mind = reported.minds[row.person]
        if not mind.person.mail or "byhand" in row.means or (row.person, row.session) in reported.by_hand:
            continue
        for kind, why in _row(reported, mind, row):
            yield Finding(kind, reported.reader, reported.now, f"{row.person}, {row}: {why}")


def _row(reported: Reported, mind: Mind, row: Row) -> Iterator[tuple[str, str]]:
    in_person = (row.person, row.slot) in reported.by_hand  # told of that time, so of what it is instead of
    known = in_person or mind.of(row.session) in {"off", "gone"}
    if row.session > reported.now:
        if "knows" in row.means and not known:
            yield "letter-knows", "no mail has told them"
        if row.means & {"untold", "listed untold"} and known and not _just(mind, row.session, reported.now):
            yield "letter-untold", "a mail told them before"
        if "listed untold" in row.means and known and _just(mind, row.session, reported.now):
            yield "letter-called-and-mailed", "a mail tells them in the same minute"
        if "allknow" in reported.letter.means and not known:
            yield "letter-knows", "everybody knows, it says, and no mail has told them"
        if "allknow" in reported.letter.means and _lost_since(reported, mind, row):
            yield (
                "letter-knows",
                "everybody knows, it says, and nobody told them of the time that leave took since",
            )
    if row.slot is not None and row.slot > reported.now:
        yield from _of_time(reported, mind, row)
    yield from _denied(reported, mind, row)


def _lost_since(reported: Reported, mind: Mind, row: Row) -> bool:
    """True where leave that nobody doubts lies on the time instead, and they were told of nothing but that time."""
    if row.slot is None or row.slot <= reported.now:
        return False
    desks = {one.desk for one in reported.facts.offered(mind.person) if one.start == row.slot}
    if not any(reported.facts.away(row.slot, desk) for desk in desks or {""}):
        return False
    mine = (row.person, row.slot) in reported.by_hand or mind.of_time(row.slot) in {"agreed", "yours"}
    return mine and mind.of(row.slot) not in {"off", "gone"}


def _of_time(reported: Reported, mind: Mind, row: Row) -> Iterator[tuple[str, str]]:
    believed = mind.times.get(row.slot) if row.slot is not None else None
    kind = believed.claim.kind if believed is not None else ""
    earlier = believed is not None and believed.since < reported.now - MINUTE
    if "invited" in row.means and kind not in _ASKED:
        yield "letter-invited", f"they were not asked about that time ({kind or 'no mail'})"
    if "unasked" in row.means and kind in _ASKED and earlier:
        yield "letter-unasked", f"they were asked at {believed.since:%d %b %H:%M}Z" if believed else ""
    if "agreed" in row.means and kind in {"declined", "void"}:
        yield "letter-agreed", f"they believe that it is {kind}"


def _denied(reported: Reported, mind: Mind, row: Row) -> Iterator[tuple[str, str]]:
    """What the letter says as a whole, against what this client reads in the same minute."""
    means = reported.letter.means
    for claim, heard in mind.recent(reported.now):
        if "kept" in means and claim.kind == "void" and claim.at == row.slot:
            yield "letter-contradicts", f"they read {claim}"
        if "unkept" in means and claim.kind in {"asked", "kept"} and claim.at == row.slot:
            yield "letter-contradicts", f"the time is no longer kept, and they read {claim}"
        if "frozen" in means and claim.kind in {"asked", "kept"} and _about(claim, heard, row):
            yield "letter-contradicts", f"nothing more is sent, and they read {claim}"
        urgent = row.session - reported.now <= URGENT
        silent = "silent" in means or {"unsent", "listed news"} <= means | row.means
        if silent and claim.kind != "stands" and not urgent and claim.at == row.session:
            yield "letter-contradicts", f"nothing is sent to anybody, and they read {claim}"


def _about(claim: Claim, heard: Heard, row: Row) -> bool:
    return row.session in {claim.session, *(one.at for one in heard.of("off"))}


def _just(mind: Mind, session: datetime, now: datetime) -> bool:
    """True when the first mail that told them, since one last said that it takes place, came within the last minute."""
    said = [(one, {claim.kind for claim in one.claims if claim.at == session}) for one in mind.heard]
    back = max((one.mail.at for one, kinds in said if "stands" in kinds), default=None)
    told = [
        one.mail.at for one, kinds in said if kinds & {"off", "gone"} and (not back or one.mail.at > back)
    ]
    return bool(told) and min(told) >= now - MINUTE


def mailed_after_all(
    minds: dict[str, Mind], listed: dict[tuple[str, datetime], datetime], now: datetime
) -> Iterator[Finding]:
    """Who was on a call list, and is told by mail minutes later."""
    for (person, session), at in listed.items():
        if (
            at < now < at + SOON
            and now + IN_TIME <= session
            and any(
                claim.kind == "off" and claim.at == session and heard.mail.at == now
                for claim, heard in minds[person].recent(now)
            )
        ):
            yield Finding("letter-called-and-mailed", person, now, f"on the call list of {at:%d %b %H:%M}Z")
