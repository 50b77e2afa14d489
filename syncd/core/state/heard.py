"""What the client of a displaced session has heard of it, and whether a human has to tell them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property

from syncd.core.model import (
    MAKEUP,
    Conflict,
    ConflictState,
    Delivery,
    OccurrenceRef,
    Offer,
    OfferState,
    Session,
    conflict_id,
)
from syncd.core.model.effects import Sent
from syncd.core.model.ground import MAILBOX
from syncd.core.model.offer_facts import Ending
from syncd.core.offers.conflict_state import stands_by_hand, undecided
from syncd.core.offers.conflicts import astray_until
from syncd.core.state.handed_over import HandedOver
from syncd.core.time.spans import Span

PATIENCE = timedelta(hours=6)  # what waits longer to be grounded, or is as near as the next, is for a human
NEAR = timedelta(hours=48)
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Heard(HandedOver):
    """The rows, and what was heard: by a message, by the therapist's hand, or by nobody."""

    def deaf(self, offer: Offer) -> bool:
        """True when a channel by which its client can have answered this offer has not been read for hours."""
        names = (MAILBOX,) if offer.delivery is Delivery.IMIP else (MAILBOX, offer.calendar)
        places = (self.snapshot.ground.get(place) for place in names)
        since = (place.silent_since for place in places if place is not None)
        return any(one is not None and one + PATIENCE <= self.now for one in since)

    @cached_property
    def asked(self) -> tuple[Sent, ...]:
        """What asked clients something. It counts for the absence that its session lies in now: leave that grows or
        moves starts no count.
        """
        return tuple(self._where_it_is_now(one) for one in self.snapshot.ledger if one.asks)

    def _where_it_is_now(self, sent: Sent) -> Sent:
        row = self.conflict.get(sent.conflict)
        return replace(sent, absence=row.absence) if row and row.absence != sent.absence else sent

    def spent(self, conflict: Conflict) -> bool:
        """True once the client was asked as often as one absence allows: nothing more can be offered in it (I10)."""
        return self.spent_at(conflict) is not None

    def spent_at(self, conflict: Conflict) -> datetime | None:
        """Since when that is so."""
        most = self.snapshot.practice.caps.client_absence
        times = self._asked_of.get((conflict.client, conflict.absence), ())
        return times[most - 1] if 0 < most <= len(times) else None

    @cached_property
    def _asked_of(self) -> Mapping[tuple[str, str], list[datetime]]:
        found: dict[tuple[str, str], list[datetime]] = {}
        for one in sorted(self.asked, key=lambda sent: sent.at):
            found.setdefault((one.client, one.absence), []).append(one.at)
        return found

    def asked_about(self, conflict: Conflict) -> bool:
        """True for a usual session on a public holiday without `#keep`: that it takes place is told to nobody."""
        if conflict.therapist not in self.diaries or not conflict.ref.recurrence_id:
            return False
        return conflict.ref not in self._kept and self.on_holiday(conflict.therapist, conflict.span)

    @cached_property
    def _kept(self) -> frozenset[OccurrenceRef]:
        """The sessions that say `#keep`."""
        return frozenset(one.ref for diary in self.diaries.values() for one in diary.all_sessions if one.keep)

    def both_stand(self, conflict: Conflict) -> bool:
        """True where the therapist let a session take place after all beside what was agreed on in its place, be it at
        another time.
        """
        moved = self.moved_to(conflict)
        maybe = conflict.kept or conflict.state is ConflictState.HEALED or moved is not None
        if not maybe or (moved or conflict.span).start <= self.now or not self.made_up(conflict):
            return False
        mine = self.sessions_of(conflict.therapist, conflict.client)
        here = next((one for one in mine if one.ref == conflict.ref), None)
        agreed = (one for one in self.of(conflict) if one.agreed or one.state in MAKEUP)
        ahead = bool(conflict.extra) or any(one.span.start > self.now for one in agreed)
        return ahead and (moved is not None or stands_by_hand(conflict, here))

    def suspended(self, conflict: Conflict) -> bool:
        """True while nobody may be told anything of it: what it rests on has vanished and may come back.

        Its leave, its session, or an entry of its offers; or it stands again inside its leave, or beside what was
        agreed on instead, and why is not said.
        """
        offers = self.of(conflict)
        objects = {(conflict.ref.calendar, conflict.ref.uid), *((one.calendar, one.uid) for one in offers)}
        unclear = not objects.isdisjoint(self.snapshot.doubted) or self.both_stand(conflict)
        unclear = unclear or (conflict.astray_at is not None and not self.astray(conflict))
        return unclear or undecided(conflict, offers, self._leave(conflict))

    def astray(self, conflict: Conflict) -> bool:
        """True where it is believed that a session is not where its client read that the therapist put it."""
        diary, since, ahead = self.diaries.get(conflict.therapist), conflict.astray_at, conflict.put_down
        if diary is None or since is None or ahead is None or ahead.start <= self.now:
            return False
        until = astray_until(conflict, diary.therapist, diary.sessions.sessions)
        return until is not None and until <= self.now and since < self.now

    def agreed(self, conflict: Conflict) -> Span | None:
        """When the therapist sees the client instead, ahead: a session entered by hand, or the original, moved."""
        entered = (
            self._stands_at(conflict, lambda one: one.ref.uid == conflict.extra) if conflict.extra else None
        )
        instead = (self.moved_to(conflict), entered)
        return next((span for span in instead if span and span.start > self.now), None)

    def moved_to(self, conflict: Conflict) -> Span | None:
        """Where the therapist moved an original that the leave displaces no more, be it over by now."""
        gone = conflict.state is ConflictState.GONE
        return self._stands_at(conflict, lambda one: one.ref == conflict.ref) if gone else None

    def _stands_at(self, conflict: Conflict, which: Callable[[Session], bool]) -> Span | None:
        diary = self.diaries.get(conflict.therapist)
        return next((one.span for one in (diary.sessions.sessions if diary else ()) if which(one)), None)

    def sent(self, conflict: Conflict) -> bool:
        """True once an invitation of this life named this conflict to its client."""
        return any(offer.sent and offer.number > conflict.bygone for offer in self.of(conflict))

    def heard(self, conflict: Conflict) -> bool:
        """True once we told the client that it does not take place, or the therapist said so, and nothing since; or
        where they know it without that: on a public holiday, in leave that a message has told them of.
        """
        return self._told(conflict) or self.off_anyway(conflict)

    def _told(self, conflict: Conflict) -> bool:
        return conflict.noticed_at is not None or self.sent(conflict) or self._said_by_hand(conflict)

    def off_anyway(self, conflict: Conflict) -> bool:
        """True on a public holiday in leave that a mail told its client of, and nothing of this session: that mail
        named the first usual one afterwards, and none on a public holiday is one.
        """
        if not self.asked_about(conflict) or self._told(conflict):
            return False
        mine = (conflict.therapist, conflict.client, conflict.absence)
        others = (one for one in self.conflicts if (one.therapist, one.client, one.absence) == mine)
        return any(one.displaced and self.written(one) for one in others if one.id != conflict.id)

    def promised(self, conflict: Conflict) -> bool:
        """True while the client waits for another time that a mail of ours promised, and no invitation has come since,
        be it for another session of theirs in that leave.
        """
        at, mine = conflict.promised_at, (conflict.client, conflict.absence)
        if at is None:
            return False
        rows = (row for row in self.conflicts if (row.client, row.absence) == mine)
        sent = (one.invited_at for row in rows for one in self.of(row))
        return not any(moment is not None and moment > at for moment in sent)

    def written(self, conflict: Conflict) -> bool:
        """True once a message of ours, in this life, named this conflict to its client.

        Whom no notice reaches was told by a human, if at all: `#told`.
        """
        noticed = conflict.noticed_at is not None and not self.snapshot.by_phone(conflict.client)
        return self.sent(conflict) or noticed

    def _said_by_hand(self, conflict: Conflict) -> bool:
        """True for `#no #told`, typed in this life."""
        mine = (offer for offer in self.of(conflict) if offer.number > conflict.bygone)
        return any(offer.reason == Ending.UNMAILED for offer in mine)

    def last_mail_bounced(self, conflict: Conflict) -> bool:
        """True when the newest mail about it came back: nobody knows, unless the therapist has seen to it since."""
        if self.made_up(conflict) or conflict.kept:
            return False
        sent = [offer for offer in self.of(conflict) if offer.sent]
        makeup = self.offer.get(conflict.ref.uid)
        returned = conflict.bounced_at is not None or (makeup is not None and makeup.bounced)
        return sent[-1].bounced if sent else returned

    def displaced_anew(self, offer: Offer) -> Conflict | None:
        """The conflict that a make-up became when a later absence displaced it: what its client knows of that is new,
        whoever told them of the make-up itself.
        """
        displaced = offer.state is OfferState.DISPLACED
        return self.conflict.get(conflict_id(offer.therapist, offer.uid, "")) if displaced else None

    def stranded(self, conflict: Conflict) -> bool:
        """True once what the client should hear has waited so long to be grounded that a human must tell them."""
        at = self.call_at(conflict)
        return at is not None and conflict.span.start > self.now and at <= self.now

    def call_at(self, conflict: Conflict) -> datetime | None:
        """When a client is to be called whose message waits for what it rests on; None while none does.

        At once where what they may come to in vain is near: the session, unless they know that it falls out, or a time
        that they were told of.
        """
        since = conflict.waits_since
        if since is None:
            return None
        known = (one for one in self.of(conflict) if one.sent and one.cancelled_at is None)
        ahead = [one.span.start for one in known if one.state is not OfferState.DECLINED]
        if not self.heard(conflict):
            ahead.append(conflict.span.start)
        near = [max(since, at - NEAR) for at in ahead if at > since]
        return min(since + PATIENCE, *near) if near else since + PATIENCE

    def sessions_of(self, therapist: str, client: str) -> tuple[Session, ...]:
        """One client's sessions with one therapist that take place, as far as they are counted on."""
        return self._sessions.get((therapist, client), ())

    @cached_property
    def _sessions(self) -> Mapping[tuple[str, str], tuple[Session, ...]]:
        found: dict[tuple[str, str], list[Session]] = {}
        for therapist, sessions in self.taking_place.items():
            for one in sessions:
                if self.counted_on(one):
                    found.setdefault((therapist, one.client), []).append(one)
        return {key: tuple(sessions) for key, sessions in found.items()}
