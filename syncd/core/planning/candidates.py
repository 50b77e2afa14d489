"""What is known of clients when they are ranked: their past, and the sessions around the displaced one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from syncd.core.model import Client, ClientFacts, Conflict, Offer, OfferKind, Session
from syncd.core.model.messages.letters import Named
from syncd.core.model.unplaced import Cause
from syncd.core.offers.extra_sessions import usual_start
from syncd.core.planning.ranking import UNKNOWN_INTERVAL, Candidate, Ranked, rank, speaks_for
from syncd.core.planning.reasons.reason import speaks_against
from syncd.core.planning.relief.quality import longest_gap, original_of
from syncd.core.reading.diary import Diary
from syncd.core.state import PassState
from syncd.core.time.minutes import minute_of
from syncd.core.time.spans import Span, span_of

_DAY = 1440  # minutes
_FAR_HOUR = timedelta(hours=3)  # from where on few can come


def ranking_of(
    pass_state: PassState, rows: Iterable[Conflict], made: Offer | None = None
) -> tuple[Ranked, ...]:
    """Conflicts ranked across all absences, with what the calendar's past says of each client.

    `made` counts for nothing: a make-up that was agreed on is one of the client's sessions from then on.
    """
    found = ((row, pass_state.client(row)) for row in rows)
    facts = {(one.therapist, one.client): one for one in pass_state.snapshot.facts}
    return rank(
        (_candidate(pass_state, row, client, facts, made) for row, client in found if client), pass_state.now
    )


def _candidate(
    pass_state: PassState,
    row: Conflict,
    client: Client,
    facts: Mapping[tuple[str, str], ClientFacts],
    made: Offer | None,
) -> Candidate:
    starts = _met(pass_state, row.therapist, row.client, made)
    contacts = [start for key in pass_state.starts_of for start in _met(pass_state, key, row.client, made)]
    known = facts.get((row.therapist, row.client))
    return Candidate(
        conflict=row,
        client=client,
        zone=pass_state.therapist(row).zone,
        facts=known,
        previous=max((start for start in contacts if start < row.span.start), default=None),
        following=min((start for start in contacts if start > row.span.start), default=None),
        crisis=pass_state.crisis(row),
        earlier=_earlier(known, starts, row),
        ends=pass_state.agreed_ends.get((row.therapist, row.client)),
        weights=pass_state.policy(row).weights,
    )


def _met(pass_state: PassState, therapist: str, client: str, made: Offer | None) -> list[datetime]:
    """When a client's sessions with a therapist begin, without this make-up."""
    starts = pass_state.starts_of[therapist].get(client, ())
    return [start for start in starts if made is None or start != made.span.start]


def _earlier(known: ClientFacts | None, starts: Iterable[datetime], row: Conflict) -> int | None:
    """How many sessions came before this one: counted long ago, or in the calendar; the more of both."""
    if known is None or known.sessions is None:
        return None
    return max(known.sessions, sum(1 for start in starts if start < row.span.start))


def counted_on(pass_state: PassState, diary: Diary) -> tuple[Session, ...]:
    """Sessions that take place for all that is known: not the displaced, nor usual ones on a public holiday."""
    return tuple(filter(pass_state.counted_on, pass_state.taking_place[diary.therapist.id]))


def reason_of(pass_state: PassState, row: Conflict) -> tuple[Named, ...]:
    """Why this client comes where they come or, where no time was found for them, why not."""
    unplaced = pass_state.unplaced.get(row.id)
    if pass_state.client(row) is None:
        return () if unplaced is None else speaks_against(unplaced)
    (ranked,) = ranking_of(pass_state, (row,), pass_state.live(row))
    said = speaks_against(unplaced) if unplaced else _helped(pass_state, ranked)
    allowed = unplaced is None or unplaced.cause is not Cause.NOT_ALLOWED
    return (*said, *_assumed(ranked)) if allowed else said


def _helped(pass_state: PassState, ranked: Ranked) -> tuple[Named, ...]:
    """What speaks for a client, and what the time that stands for them does about the wait."""
    said, offer = speaks_for(ranked), pass_state.live(ranked.conflict)
    if offer is None or offer.kind is OfferKind.EXTEND:
        return said
    original = original_of(ranked)
    whole = round((original.following - original.previous) / _DAY)
    left = round(longest_gap(original, minute_of(offer.span.start)) / _DAY)
    if left < whole:
        said = (*(one for one in said if one[0] != "gap"), ("gap", whole), ("with_this", left))
    mine = ranked.conflict
    starts = _met(pass_state, mine.therapist, mine.client, offer)
    return (*said, *_other_hour(ranked, offer.span.start, (mine.span.start, *starts)))


def _other_hour(ranked: Ranked, offered: datetime, usual: Iterable[datetime]) -> Iterator[Named]:
    """That a time is far from every hour of their sessions, for a client of whom no others are known."""
    zone = ranked.candidate.zone
    apart = min(abs(_clock(offered, zone) - _clock(start, zone)) for start in usual)
    if apart >= _FAR_HOUR and ranked.client.windows is None:
        yield "other_hour", round(apart / timedelta(hours=1))


def _clock(start: datetime, zone: ZoneInfo) -> timedelta:
    """What the clock on the wall shows then."""
    shown = start.astimezone(zone)
    return timedelta(hours=shown.hour, minutes=shown.minute)


def _assumed(ranked: Ranked) -> Iterator[Named]:
    """What stands in for an interval that the past does not give."""
    facts = ranked.candidate.facts
    if facts is None or not facts.interval:
        yield "interval_assumed", UNKNOWN_INTERVAL


def just_taken(pass_state: PassState, diary: Diary) -> Iterator[Span]:
    """Where the therapist moved entries of ours a moment ago: once that is believed their offers stand there."""
    mine = (one for one in pass_state.offers if one.therapist == diary.therapist.id)
    for offer in mine:
        event = pass_state.snapshot.ours.get(offer.uid)
        if event is not None and offer.live and offer.contested_at is not None:
            there = span_of(event.when, diary.therapist.zone)
            if there != offer.span:
                yield there


def just_left(pass_state: PassState, diary: Diary) -> Iterator[Span]:
    """Where sessions stood that were moved minutes ago, and the usual hours of those that came into leave then, or wait
    there for a yes: put back, they take them again.
    """
    yield from (one.session.span for one in diary.missed(pass_state.now) if one.moved)
    for row in pass_state.conflicts:
        usual = usual_start(row.ref)
        if row.therapist != diary.therapist.id or not row.displaced or row.absence not in pass_state.absence:
            continue
        sure = pass_state.cleared(row) and pass_state.moved_in_until(row) <= pass_state.now
        if pass_state.came_in(row) and not sure and usual is not None and usual != row.span.start:
            yield Span(usual, usual + row.span.duration)
