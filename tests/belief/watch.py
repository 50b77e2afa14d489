"""Who reads along: after every step each client's mind is brought up to date, and held against what is so."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from tests.belief.contradictions import contradicted
from tests.belief.facts import Facts, Person
from tests.belief.grammar import UnknownSentence
from tests.belief.letters import read_letter
from tests.belief.mail import Heard, Mail, language_of, read
from tests.belief.mind import Mind
from tests.belief.reported import Reported, mailed_after_all, misreported
from tests.belief.times import Unreadable
from tests.belief.truth import Finding, Told, untrue
from tests.wording.english import english_in

SAID = re.compile(r"#(?:told|yes|no)\b", re.IGNORECASE)
ANSWERED = re.compile(r"#(?:yes|no)\b", re.IGNORECASE)  # of a time that is held, `#told` alone is asked about


@dataclass
class Watch:
    """Everybody's minds. `seen`: since when leave lies over a session; `listed`: since when who is on a call list.

    `starts`: of each client's own sessions, be they gone: some calendars show none that leave has just cancelled.
    """

    minds: dict[str, Mind]
    seen: dict[tuple[str, datetime], datetime] = field(default_factory=dict)
    listed: dict[tuple[str, datetime], datetime] = field(default_factory=dict)
    starts: dict[str, set[datetime]] = field(default_factory=dict)
    heard_answers: int = 0  # of a life's answers, those that were taken in
    asked: set[tuple[str, datetime]] = field(
        default_factory=set
    )  # that a human was asked to settle, or call about
    by_hand: set[tuple[str, datetime]] = field(default_factory=set)  # (client, appointment) told in person

    @classmethod
    def over(cls, people: Iterable[Person]) -> Watch:
        """These clients; those without mail are read about only."""
        return cls({one.id: Mind(one) for one in people})

    def step(self, now: datetime, mails: Iterable[Mail], facts: Facts) -> list[Finding]:
        """What came since the last step is read; what is not so is found."""
        return list(self._step(now, list(mails), facts))

    def _step(self, now: datetime, mails: list[Mail], facts: Facts) -> Iterator[Finding]:
        self._note(now, facts)
        for mail in mails:
            text = f"{mail.subject}\n{mail.text}"
            ours = not mail.carried and language_of(text) == "de"  # what a server adds is in its own language
            piece = english_in(text) if ours else ""
            if piece:
                yield Finding("mixed", mail.to, now, f"English in what is German: {piece!r}")
        for mail in mails:
            mind = self.of(mail.to)
            if mind is not None:
                try:
                    yield from self._client(mind, read(mail), now, facts)
                except (UnknownSentence, Unreadable) as error:
                    yield Finding("unknown", mind.person.id, now, str(error))
        yield from mailed_after_all(self.minds, self.listed, now)
        for mail in mails:
            if self.of(mail.to) is None:
                yield from self._letter(mail, now, facts)

    def _letter(self, mail: Mail, now: datetime, facts: Facts) -> Iterator[Finding]:
        """What therapists and the office read, once everybody has read their own."""
        try:
            letter = read_letter(mail, [one.person for one in self.minds.values()])
        except (UnknownSentence, Unreadable) as error:
            yield Finding("unknown", mail.to, now, str(error))
            return
        yield from misreported(Reported(letter, self.minds, facts, now, frozenset(self.by_hand)))
        for row in letter.rows:
            if "frozen" in letter.means or row.means & {"called", "listed untold"}:
                self.asked.add((row.person, row.session))
            if "listed untold" in row.means:
                self.listed.setdefault((row.person, row.session), now)

    def _client(self, mind: Mind, heard: Heard, now: datetime, facts: Facts) -> Iterator[Finding]:
        told = Told(heard, mind, facts, self.seen, now)
        if not mind.dragged(heard):
            yield from untrue(told)
        mind.take_in(heard)
        yield from contradicted(mind, now)

    def of(self, address: str) -> Mind | None:
        """Whose address this is; None for who is no client."""
        found = (
            one for one in self.minds.values() if address and address in {one.person.mail, *one.person.others}
        )
        return next(found, None)

    def answered(self, address: str, uid: str, how: str, now: datetime) -> None:
        """A client answered an invitation themselves."""
        mind = self.of(address)
        if mind is not None:
            mind.answered(uid, how, now)

    def acted(self) -> None:
        """Somebody did something, be it in the same minute: what comes now need not agree with what came before."""
        for mind in self.minds.values():
            mind.acted = len(mind.heard)

    def _note(self, now: datetime, facts: Facts) -> None:
        leave = [one for one in facts.entries if one.mentions_leave]
        for mind in self.minds.values():
            starts = self.starts.setdefault(mind.person.id, set())
            starts.update(session.start for session in facts.sessions(mind.person))
            for start in starts:
                for one in leave:
                    if one.over(start):
                        self.seen.setdefault((one.uid, start), now)
            said = [one for one in facts.sessions(mind.person) if SAID.search(one.title)]
            said += [one for one in facts.offered(mind.person) if ANSWERED.search(one.title)]
            self.by_hand.update((mind.person.id, one.start) for one in said)
