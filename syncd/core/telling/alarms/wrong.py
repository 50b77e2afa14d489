"""What a human must hear of though nothing else leaves: what cannot be read, sent, kept or decided (I26)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256

from syncd.core.model import MAILBOX, Ground, Offer, Reply, ReplyKind
from syncd.core.model.effects import IN_CALENDAR, EffectRow
from syncd.core.model.errors import SafetyStop, StoreError
from syncd.core.model.offer_facts import Ending
from syncd.core.model.practice import Therapist
from syncd.core.model.snapshot import Snapshot
from syncd.core.policy.unnamed import Concerned, concerned, offers_ahead, owner_of
from syncd.core.state import PassState

PATIENCE = timedelta(hours=6)
SIGN_IN_AHEAD = timedelta(days=3)


class AlarmKind(StrEnum):
    """What is wrong; one letter of each kind a day, naming every place."""

    UNREAD = "unread"  # an account or the mailbox has not been read for hours
    STUCK = "unsent"  # something decided could not be written or mailed for hours
    WORDING = "wording"  # a text cannot be put into a mail
    STOPPED = "stopped"  # a safe stop: nothing is done until a human has looked
    CLOCK = "clock"  # the machine's clock is wrong
    FAILED = "failed"  # passes break off
    STORE = "store"  # the store cannot be used
    SIGN_IN = "sign_in"  # a sign-in is about to end
    ASIDE = "aside"  # a rule of ours breaks on one therapist or client
    UNNAMED = "unnamed"  # settings name somebody no more, and times stand with them
    ANSWERED = "answered"  # a client answered about a time with, or of, somebody who was retired
    WAITING = "waiting"  # a client answered about a time that is frozen
    PAUSED = "paused"  # somebody paused the practice a day ago, and clients wait


_MACHINES = frozenset({ReplyKind.AUTO, ReplyKind.BOUNCE})


@dataclass(frozen=True, slots=True)
class Alarm:
    """One thing that is wrong now. `therapists` are the ids of whom it concerns; the office hears of everything."""

    kind: AlarmKind
    place: (
        str  # account id, `MAILBOX`, calendar id, id of a therapist or client, or "" for the whole practice
    )
    since: datetime | None  # None: from now on
    therapists: frozenset[str]
    reason: str = ""
    until: datetime | None = None  # when a sign-in, or a pause, ends
    times: tuple[datetime, ...] = ()  # starts of the offers that are frozen
    people: tuple[Concerned, ...] = ()  # whose those are
    mark: str = ""  # tells it from an earlier one about the same place

    @property
    def key(self) -> str:
        """What is remembered of it."""
        return ":".join((self.kind, self.place, *filter(None, (self.mark,))))


def unread(grounds: Iterable[Ground], therapists: Sequence[Therapist], now: datetime) -> Iterator[Alarm]:
    """Accounts, and the mailbox, of which something has not been read for six hours."""
    silent: dict[str, list[Ground]] = {}
    for one in grounds:
        if one.silent_since is not None and one.silent_since + PATIENCE <= now:
            silent.setdefault(one.account, []).append(one)
    for account, places in sorted(silent.items()):
        since = min(one.silent_since or now for one in places)
        names = {one.place for one in places}
        concerned = frozenset(one.id for one in therapists if account == MAILBOX or names & set(one.reads))
        yield Alarm(AlarmKind.UNREAD, account, since, concerned, places[0].reason)


def unsent(
    refused: Iterable[EffectRow], silent: bool, therapists: Sequence[Therapist], now: datetime
) -> Iterator[Alarm]:
    """What was decided hours ago and was `refused` once more in this pass: mail, or writing to calendars.

    Where calendars cannot be read (`silent`), that they cannot be written either is no news.
    """
    stuck: dict[str, datetime] = {}
    for row in refused:
        place = "calendar" if row.key.kind in IN_CALENDAR else "mail"
        since = row.recorded_at or now
        if since + PATIENCE <= now and not (silent and place == "calendar"):
            stuck[place] = min(since, stuck.get(place, since))
    for place, since in sorted(stuck.items()):
        yield Alarm(AlarmKind.STUCK, place, since, frozenset(one.id for one in therapists))


def stopped(snapshot: Snapshot) -> Iterator[Alarm]:
    """Calendars in which nothing is done: they hold entries of a syncd that this store does not know."""
    for calendar in sorted({event.calendar for event in snapshot.strays}):
        concerned = frozenset(one.id for one in snapshot.therapists if one.calendar == calendar)
        yield Alarm(AlarmKind.STOPPED, calendar, None, concerned, "run `syncd adopt`")


def set_aside(snapshot: Snapshot) -> Iterator[Alarm]:
    """Therapists, and clients, for whom nothing is decided while it is for everybody else."""
    why, unnamed = snapshot.aside.why, set(snapshot.aside.unnamed)
    for one in sorted(snapshot.aside.therapists - unnamed):
        yield Alarm(AlarmKind.ASIDE, one, None, frozenset({one}), why)
    for client in sorted(snapshot.aside.clients - unnamed):
        known = snapshot.client.get(client)
        rows = frozenset(row.therapist for row in snapshot.conflicts if row.client == client)
        yield Alarm(AlarmKind.ASIDE, client, None, rows.union(known.therapists if known else ()), why)


def frozen(snapshot: Snapshot) -> Iterator[Alarm]:
    """Whom the settings name no more while times stand with them; whoever is still there has to see to it."""
    everybody = frozenset(snapshot.therapist)
    for name, missing in sorted(snapshot.aside.unnamed.items()):
        mine = [one for one in offers_ahead(snapshot) if name in {one.client, owner_of(one, snapshot)}]
        theirs = {one.therapist for one in mine} | {owner_of(one, snapshot) for one in mine}
        times = tuple(sorted({one.span.start for one in mine}))
        here = everybody & theirs or everybody
        people = concerned(snapshot, mine)
        yield Alarm(AlarmKind.UNNAMED, name, None, here, missing, times=times, people=people)


def answered(snapshot: Snapshot, came: Iterable[Reply]) -> Iterator[Alarm]:
    """Who answered, or wrote, about time with or of somebody who has left: no letter about a session tells of it.

    What came while that time was frozen, and is over with it, was told then.
    """
    about = (
        (one, offer)
        for one, offer in _about(snapshot, came)
        if not (_named(snapshot, offer) or _told_as_frozen(one, offer))
    )
    yield from _read_by_somebody(snapshot, AlarmKind.ANSWERED, about)


def waiting(snapshot: Snapshot) -> Iterator[Alarm]:
    """Who answered, or wrote, about a time that is frozen: it is not taken in, so somebody has to read it."""
    unnamed = set(snapshot.aside.unnamed)
    about = (
        (one, offer)
        for one, offer in _about(snapshot, snapshot.waiting)
        if unnamed & {offer.client, offer.therapist, owner_of(offer, snapshot)}
    )
    yield from _read_by_somebody(snapshot, AlarmKind.WAITING, about)


def _about(snapshot: Snapshot, replies: Iterable[Reply]) -> Iterator[tuple[Reply, Offer]]:
    """What people, not machines, said of our offers."""
    asked = {offer.uid: offer for offer in snapshot.offers}
    asked |= {offer.conflict: offer for offer in snapshot.offers}
    return ((one, asked[one.offer]) for one in replies if one.offer in asked and one.kind not in _MACHINES)


def _named(snapshot: Snapshot, offer: Offer) -> bool:
    return owner_of(offer, snapshot) in snapshot.therapist and offer.client in snapshot.client


def _told_as_frozen(reply: Reply, offer: Offer) -> bool:
    frozen = not offer.over or offer.reason == Ending.ROSTER
    return frozen and reply.received < offer.span.start


def _read_by_somebody(
    snapshot: Snapshot, kind: AlarmKind, about: Iterable[tuple[Reply, Offer]]
) -> Iterator[Alarm]:
    """One for each client; whoever has the client now reads it, beside the office."""
    found: dict[str, list[tuple[Reply, Offer]]] = {}
    for one in about:
        found.setdefault(one[1].client, []).append(one)
    for client, some in sorted(found.items()):
        offers = [offer for _, offer in some]
        people = concerned(snapshot, offers)
        mark = sha256("\x1f".join(sorted(one.id for one, _ in some)).encode()).hexdigest()[:8]
        readers = _in_charge(snapshot, people[0], offers)
        yield Alarm(kind, client, None, readers, times=people[0].starts, people=people, mark=mark)


def _in_charge(snapshot: Snapshot, one: Concerned, offers: Iterable[Offer]) -> frozenset[str]:
    """Who has this client now; where nobody has, whoever reads the office's mail, or everybody where it has none."""
    hers = one.known.therapists if one.known is not None else tuple(offer.therapist for offer in offers)
    office = {each.id for each in snapshot.therapists if each.email == snapshot.practice.email}
    everybody = frozenset(snapshot.therapist)
    return everybody & set(hers) or (frozenset(office) if snapshot.practice.email else everybody)


def sign_ins(ends: Mapping[str, datetime], therapists: Sequence[Therapist], now: datetime) -> Iterator[Alarm]:
    """Accounts whose sign-in ends within three days, or has ended."""
    for account, until in sorted(ends.items()):
        if until - SIGN_IN_AHEAD <= now:
            concerned = frozenset(one.id for one in therapists if one.calendar.startswith(f"{account}/"))
            yield Alarm(AlarmKind.SIGN_IN, account, None, concerned, until=until)


def paused(pass_state: PassState) -> Iterator[Alarm]:
    """Who paused: an operator, or a therapist by an event. Either holds the whole practice, so all hear of it."""
    snapshot = pass_state.snapshot
    everybody = frozenset(one.id for one in snapshot.therapists)
    if snapshot.paused:
        yield Alarm(AlarmKind.PAUSED, "", snapshot.paused_since, everybody, snapshot.paused)
    for name, diary in sorted(pass_state.diaries.items()):
        if (span := diary.paused) is not None:
            yield Alarm(AlarmKind.PAUSED, name, span.start, everybody, until=span.end)


def wrong(pass_state: PassState, refused: Iterable[EffectRow]) -> tuple[Alarm, ...]:
    """All that a human must hear of at the end of a pass; `refused` are the effects that it tried in vain."""
    snapshot = pass_state.snapshot
    silent = tuple(unread(snapshot.grounds, snapshot.therapists, snapshot.now))
    stuck = unsent(refused, bool(silent), snapshot.therapists, snapshot.now)
    people = (*set_aside(snapshot), *frozen(snapshot), *waiting(snapshot))
    return (*silent, *stuck, *stopped(snapshot), *people, *paused(pass_state))


def broken(error: Exception, therapists: Sequence[Therapist]) -> Alarm:
    """What a pass that broke off says; of an error that nobody foresaw only its kind."""
    everybody = frozenset(one.id for one in therapists)
    match error:
        case SafetyStop(reason=reason):
            return Alarm(AlarmKind.STOPPED, "", None, everybody, reason)
        case StoreError():
            return Alarm(AlarmKind.STORE, "", None, everybody, str(error))
        case _:
            return Alarm(AlarmKind.FAILED, "", None, everybody, type(error).__name__)
