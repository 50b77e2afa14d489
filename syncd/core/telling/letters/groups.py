"""What letters say of groups and couples that would meet in leave: in the plan letter, and where that is so no more."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

from syncd.core.model import Absence
from syncd.core.model.effects import (
    GROUP_LETTER,
    PLAN_LETTER,
    EffectKey,
    EffectState,
    Meeting,
    marks_of,
    read_meetings,
)
from syncd.core.model.messages.intents import Write
from syncd.core.model.messages.letters import LetterFacts, LetterKind
from syncd.core.reading import Together, told_by_name
from syncd.core.reading.vanished_leave import settle_edit
from syncd.core.state import PassState
from syncd.core.state.who_hears import subject_of_groups, told_together
from syncd.core.telling.letters.letter import blank
from syncd.core.telling.letters.members import by_voice, groups_in, near, to_ring
from syncd.core.telling.letters.unaffected import named
from syncd.core.telling.word_of_leave import (
    NoMore,
    away_by_now,
    falls_for_sure,
    leaves_at,
    no_more,
    off_that_day,
    takes_place,
)

MEET, FALL, GONE = "group_meets", "group_falls", "group_gone"  # what such a letter is about
NAMED = "&"  # begins the part of a plan letter's version that names meetings


def with_groups(pass_state: PassState, absence: Absence, facts: LetterFacts) -> LetterFacts:
    """The plan letter with the groups that would meet in it, who of them is mailed, and whom the therapist tells."""
    torn = groups_in(pass_state, absence)
    members = {who for one in torn for who in one.clients}
    mailed = tuple(one for one in told_together(pass_state, absence) if one.id in members)
    if not facts.code:  # else those it names are covered by the yes
        mailed = tuple(one for one in mailed if pass_state.may_tell(absence, one.id))
    soon = [one for one in torn if facts.code and pass_state.urgent_meeting(absence, one)]
    unasked = [one for one in mailed if any(one.id in meeting.clients for meeting in soon)]
    later = {who for one in torn if one not in soon for who in one.clients}
    mailed = tuple(one for one in mailed if one not in unasked or one.id in later)
    calls = tuple(near(pass_state, by_voice(pass_state, absence)))
    known = told_by_name(absence.tags) | {one.id for one in (*mailed, *unasked)}
    known |= {client for _, client in calls}
    opens = min((leaves_at(pass_state, absence, one) for one in mailed), default=pass_state.now)
    return replace(
        facts,
        together=tuple(sorted({one.span.start for one in torn})),
        together_mailed=tuple(map(named, mailed)),
        together_unasked=tuple(map(named, unasked)),
        together_told=tuple(
            named(one) for one in pass_state.snapshot.clients if one.id in members and one.id not in known
        ),
        together_calls=to_ring(pass_state, calls),
        together_at=opens if opens > pass_state.now else None,
    )


def named_groups(pass_state: PassState, absence: Absence) -> str:
    """The same meetings as a part of its version; "" where there is none."""
    named_ones = sorted(map(_falling, groups_in(pass_state, absence)))
    return _prefix(absence.therapist) + "+".join(map(str, named_ones)) if named_ones else ""


def _falling(one: Together) -> Meeting:
    members = sha256("\x1f".join(sorted(one.clients)).encode()).hexdigest()[:8]
    return Meeting(one.mark, one.span.start, members=members)


def _prefix(therapist: str) -> str:
    return f"{NAMED}{subject_of_groups(therapist)}{NAMED}"


@dataclass(frozen=True, slots=True)
class News:
    """A meeting of which something else holds than its therapist read last (`was`), and from when on it is told.
    None: it stands in the calendar no more.
    """

    meeting: Together | None
    clients: tuple[str, ...]
    was: Meeting | None
    now: Meeting
    at: datetime | None = None

    @property
    def moved(self) -> bool:
        """True where it takes place at another hour than the one at which it was said to fall out."""
        return self.now.stands and self.was is not None and self.was.start != self.now.start

    @property
    def counted_on(self) -> datetime:
        """When its members would come: of what falls out after all, at the hour to which it had been moved."""
        return self.was.start if self.was is not None and self.was.stands else self.now.start


def groups_anew(pass_state: PassState) -> Iterator[Write]:
    """One letter for meetings that were said to fall out and take place after all, or elsewhere, and one for those that
    fall out again, or of which no letter said so (a colleague who leads them is away as well, the roster knows them or
    their members since), or that the therapist deleted after members had read that they take place: who reads so, and
    whom the therapist tells.
    """
    for therapist, meetings in pass_state.meetings.items():
        known = _read_by_therapist(pass_state, therapist)
        news = [one for each in meetings if (one := _news(pass_state, therapist, each, known)) is not None]
        stand, fall = [one for one in news if one.now.stands], [one for one in news if not one.now.stands]
        for why, some in ((MEET, stand), (FALL, fall), (GONE, _gone(pass_state, therapist, known))):
            letter = _letter(pass_state, therapist, why, some)
            if letter is not None:
                yield letter
                break  # the others in the next passes, by numbers of their own


def _gone(pass_state: PassState, therapist: str, known: Sequence[Meeting]) -> list[News]:
    said: dict[str, Meeting] = {}
    for one in known:
        said.setdefault(one.mark, one)
    found = no_more(pass_state, therapist)
    unsaid = (one for one in found if (last := said.get(one.meeting.mark)) is None or last.stands)
    return [_news_of(one) for one in unsaid]


def _news_of(one: NoMore) -> News:
    return News(None, one.clients, one.meeting, Meeting(one.meeting.mark, one.meeting.start))


def _news(pass_state: PassState, therapist: str, one: Together, known: Sequence[Meeting]) -> News | None:
    if one.span.start <= pass_state.now or one.told:
        return None
    was = next((two for two in known if two.mark == one.mark or two.start == one.span.start), None)
    was = was or _read_by_members(pass_state, therapist, one)
    stands, at = _stands(pass_state, therapist, one)
    if stands:
        now = Meeting(one.mark, one.span.start, stands=True)
        same = was is None or (was.stands and was.start == now.start)
        return None if same else News(one, one.clients, was, now, at)
    falls = _falling(one)
    anew = was is None or bool(was.members and was.members != falls.members)
    news = (was is not None and was.stands) or anew
    return News(one, one.clients, was, falls) if news and _falls(pass_state, one, anew=anew) else None


def _falls(pass_state: PassState, one: Together, *, anew: bool) -> bool:
    """True where its members may read so, in leave of which the therapist read a plan. Whom a yes that is due has not
    covered (`anew`) the letter names that asks for it.
    """
    for name, torn in pass_state.torn.items():
        absence = pass_state.absence[name]
        asked = one not in torn or not pass_state.plan_shown(absence) or (anew and pass_state.waits(absence))
        away = None if asked else away_by_now(pass_state, absence)
        if away is not None and away.overlaps(one.span) and falls_for_sure(pass_state, absence, one):
            return True
    return False


def _stands(pass_state: PassState, therapist: str, one: Together) -> tuple[bool, datetime | None]:
    """Whether it takes place, and from when on its members may read so: once leave that went is believed gone."""
    diary = pass_state.diaries[therapist]
    over = [two for two in (*diary.leave, *diary.questions) if two.span.overlaps(one.span)]
    if (
        over
        and all(two.lifted_at is not None for two in over)
        and not takes_place(pass_state, therapist, one)
        and not off_that_day(pass_state, therapist, one)
    ):
        return True, max((two.back_at for two in over if two.back_at is not None), default=None)
    return takes_place(pass_state, therapist, one), None


def _read_by_therapist(pass_state: PassState, therapist: str) -> Sequence[Meeting]:
    """What letters said of meetings: these letters, the newest first, then plan letters."""
    keys = [key for key, state in pass_state.snapshot.keys.items() if state is not EffectState.DROPPED]
    name = subject_of_groups(therapist)
    own = [key.version.partition(".") for key in keys if (key.subject, key.kind) == (name, GROUP_LETTER)]
    newest = sorted(own, key=lambda parts: int(parts[0]), reverse=True)
    prefix, plans = _prefix(therapist), (marks_of(key) for key in keys if key.kind == PLAN_LETTER)
    shown = (mark.removeprefix(prefix) for marks in plans for mark in marks if mark.startswith(prefix))
    return [one for part in (*(parts[2] for parts in newest), *shown) for one in read_meetings(part)]


def _read_by_members(pass_state: PassState, therapist: str, one: Together) -> Meeting | None:
    """What a letter of an earlier version will have said, as members read it."""
    read = (pass_state.read_of(therapist, client, one) for client in one.clients)
    return next((two.meeting for two in read if two is not None and two.meeting is not None), None)


def _letter(pass_state: PassState, therapist: str, why: str, found: Sequence[News]) -> Write | None:
    """None where it says nothing that they do not know: by a tag of theirs, and nobody is to be told."""
    to, subject = pass_state.snapshot.therapist[therapist], subject_of_groups(therapist)
    news = [one for one in found if _worth_it(pass_state, therapist, one)]
    if not news:
        return None
    moved = [(one.was.start, one.now.start) for one in news if one.moved and one.was]
    at = [one.at for one in news if one.at is not None]
    at += [pass_state.now + settle_edit(to.policy.timing)] if moved or why == GONE else []
    facts = replace(
        blank(pass_state, to, LetterKind.TAKING_BACK, ()),
        why=why,
        together=tuple(sorted({one.counted_on for one in news if not one.moved})),
        together_moved=tuple(sorted(moved)),
        together_mailed=_people(pass_state, therapist, news, _mailed),
        together_told=_people(pass_state, therapist, news, _told_by_voice),
        together_at=max(at, default=None),
    )
    number = 1 + sum(key.subject == subject for key in pass_state.snapshot.keys)
    version = f"{number}.{'+'.join(map(str, sorted(one.now for one in news)))}"
    return Write(EffectKey(subject, version, GROUP_LETTER), facts, therapist)


def _worth_it(pass_state: PassState, therapist: str, one: News) -> bool:
    """True where somebody is to be told by voice, or members are mailed what the therapist did not type as such."""
    typed = (
        one.meeting is not None
        and not one.moved
        and one.was is not None
        and (one.meeting.keep or (not one.now.stands and one.was.stands))
    )
    told = _told_by_voice(pass_state, therapist, one)
    return any(told) or (not typed and any(_mailed(pass_state, therapist, one)))


def _mailed(pass_state: PassState, therapist: str, one: News) -> Iterator[str]:
    """Members (ids) who read what holds no more, and are mailed; where it falls out, all whom a mail reaches."""
    for client in set(one.clients) - _know(pass_state, therapist):
        read = pass_state.read_of(therapist, client, one.meeting) if one.meeting else None
        untrue = read is not None and not (read.stands and one.meeting and read.says(one.meeting.span))
        if not pass_state.snapshot.by_phone(client) and (untrue or not one.now.stands):
            yield client


def _told_by_voice(pass_state: PassState, therapist: str, one: News) -> Iterator[str]:
    for client in set(one.clients) - _know(pass_state, therapist):
        if pass_state.snapshot.by_phone(client):
            yield client


def _people(
    pass_state: PassState,
    therapist: str,
    news: Sequence[News],
    which: Callable[[PassState, str, News], Iterator[str]],
) -> tuple[tuple[str, str], ...]:
    """They by initials and name, in the roster's order."""
    ids = {client for one in news for client in which(pass_state, therapist, one)}
    return tuple(named(one) for one in pass_state.snapshot.clients if one.id in ids)


def _know(pass_state: PassState, therapist: str) -> frozenset[str]:
    """Clients (ids) of whom a tag of their leave says that they know."""
    mine = (one for one in pass_state.absence.values() if one.therapist == therapist)
    return frozenset[str]().union(*(told_by_name(one.tags) for one in mine))
