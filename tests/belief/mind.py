"""What one client believes, by nothing but what they got and what they answered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from operator import itemgetter

from tests.belief.facts import Person
from tests.belief.mail import Claim, Heard

MINUTE = timedelta(minutes=1)
_OF_SESSIONS = {"off", "stands", "gone"}
_OF_TIMES = {"asked", "kept", "yours", "agreed", "void"}
_TO_COME = {"nothing", "none", "may", "will", "elsewhere"}


@dataclass(frozen=True, slots=True)
class Belief:
    """A claim, when it came, and of which invitation."""

    claim: Claim
    since: datetime
    uid: str = ""


@dataclass
class Mind:
    """One client: what they believe of sessions (off, stands, gone), of offered times, and of what is to come."""

    person: Person
    heard: list[Heard] = field(default_factory=list)
    sessions: dict[datetime, Belief] = field(default_factory=dict)
    times: dict[datetime, Belief] = field(default_factory=dict)
    to_come: dict[datetime, Belief] = field(default_factory=dict)
    invited: dict[str, datetime] = field(default_factory=dict)  # by UID: the time that was asked about last
    leave: Belief | None = None  # that takes nothing of theirs, as they read it last
    own: set[Heard] = field(
        default_factory=set
    )  # sent by the therapist's own program on a drag, or refused since

    said: list[tuple[str, str, datetime]] = field(default_factory=list)  # each answer: UID, how, when
    acted: int = 0  # how many mails had come when somebody last did something

    def take_in(self, heard: Heard) -> None:
        """A mail came."""
        self.heard.append(heard)
        if self.dragged(heard):
            self.own.add(heard)
        for claim in all_claims(heard):
            belief = Belief(claim, heard.mail.at, heard.uid)
            if claim.at is not None and claim.kind in _OF_SESSIONS:
                self.sessions[claim.at] = belief
                if claim.kind == "stands":
                    self.to_come.pop(claim.at, None)
            if claim.at is not None and claim.kind in _OF_TIMES:
                self._time(claim.at, belief)
            if claim.kind in _TO_COME and claim.session is not None:
                self.to_come[claim.session] = belief
        self._of_leave(heard)
        self._invited(heard)

    def _of_leave(self, heard: Heard) -> None:
        """Who reads that nothing changes for them remembers the days, or that they are off."""
        if any(heard.of("untouched")):
            claim = next(iter(heard.of("away", "here")))
            self.leave = Belief(claim, heard.mail.at)

    def _time(self, at: datetime, belief: Belief) -> None:
        before = self.times.get(at)
        if belief.claim.kind == "kept" and before is not None and before.claim.kind == "agreed":
            return  # "if you have already answered …"
        self.times[at] = belief
        if belief.claim.session is not None and belief.claim.kind in {"asked", "yours"}:
            self.to_come.pop(belief.claim.session, None)

    def _invited(self, heard: Heard) -> None:
        if heard.method == "REQUEST" and heard.start is not None:
            before = self.invited.get(heard.uid)
            if before is not None and before != heard.start and before in self.times:
                moved = Claim("void", before, None, "the entry in their calendar moved")
                self.times[before] = Belief(moved, heard.mail.at, heard.uid)
            self.invited[heard.uid] = heard.start

    def dragged(self, heard: Heard) -> bool:
        """True for a second carried REQUEST of one entry: we invite once, so it is the therapist's own program that
        moved it, or wrote something into its title.
        """
        return heard.mail.carried and heard.method == "REQUEST" and heard.uid in self.invited

    def never_got(self, subject: str, at: datetime | None = None) -> None:
        """The last mail with this subject, or the one of that moment, came back: they know nothing of it, and yet what
        they said themselves.
        """
        named = (one for one in reversed(self.heard) if one.mail.subject == subject)
        lost = next((one for one in named if at in {None, one.mail.at}), None)
        again = [(one.mail.at, partial(self.take_in, one)) for one in self.heard if one is not lost]
        again += [(one[2], partial(self.answered, *one)) for one in self.said]
        for table in (self.heard, self.sessions, self.times, self.to_come, self.invited, self.said):
            table.clear()
        self.leave = None
        for _, take in sorted(again, key=itemgetter(0)):
            take()
        self.acted = len(self.heard)

    def answered(self, uid: str, how: str, now: datetime) -> None:
        """They said yes or no to an invitation."""
        self.said.append((uid, how, now))
        at = self.invited.get(uid)
        if at is None:
            return
        kind = {"ACCEPTED": "agreed", "DECLINED": "declined"}.get(how, "asked")
        if kind == "declined":  # what comes after their no takes nothing of what they said no to back
            self.own.update(one for one in self.heard if one.uid == uid)
        before = self.times.get(at)
        claim = before.claim if before is not None else Claim(kind, at, None, how)
        if before is None or before.claim.kind != "void":
            self.times[at] = Belief(replace(claim, kind=kind, words=f"they said {how}"), now, uid)

    def of(self, session: datetime) -> str:
        """What they believe of one of their sessions; "" where nobody ever said anything of it."""
        found = self.sessions.get(session)
        return found.claim.kind if found else ""

    def of_time(self, at: datetime) -> str:
        """What they believe of a time that was offered."""
        found = self.times.get(at)
        return found.claim.kind if found else ""

    def recent(self, now: datetime) -> Iterator[tuple[Claim, Heard]]:
        """What they read within the last minute, oldest first, and since anybody did something."""
        for heard in self.heard[self.acted :]:
            if heard.mail.at >= now - MINUTE and heard not in self.own:
                for claim in all_claims(heard):
                    yield claim, heard

    def __str__(self) -> str:
        lines = [f"{self.person.id}:"]
        for table in (self.sessions, self.times, self.to_come):
            lines += [
                f"  {at:%a %d %b %H:%M}Z {one.claim.kind} since {one.since:%d %b %H:%M}"
                for at, one in table.items()
            ]
        return "\n".join(lines)


def all_claims(heard: Heard) -> Iterator[Claim]:
    """What a mail says, and what the entry that comes with it says, of the session that its text names for it."""
    yield from heard.claims
    named = [one for one in reversed(heard.claims) if one.session is not None]
    same = (one.session for one in named if one.at == heard.start)
    session = next(same, named[0].session if named else None)
    if heard.start is not None and heard.method == "REQUEST":
        yield Claim("asked", heard.start, None, "METHOD:REQUEST", session)
    if heard.start is not None and heard.method == "CANCEL":
        yield Claim("void", heard.start, None, "METHOD:CANCEL", session)
