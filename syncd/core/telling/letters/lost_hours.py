"""Hours of a colleague who covers, with clients of a therapist who is away, and which fall to leave of their own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from syncd.core.model import MAKEUP, Conflict, Offer, OfferKind, Tier, initials
from syncd.core.model.messages.letters import LetterRow
from syncd.core.state import PassState
from syncd.core.telling.letters.named import mark_of
from syncd.core.telling.letters.rows import row_about
from syncd.core.telling.letters.silence import COVER_AWAY
from syncd.core.telling.session_status import to_call
from syncd.core.time.spans import Span

CALL, CALL_NEXT = "call", "call_next"  # no mail says that it falls out, or takes place
COVER_STANDS = "cover_stands"

_Pair = tuple[str, str]  # an absence, and the colleague who covers


@dataclass(frozen=True, slots=True)
class LostHour:
    """One that falls: agreed on in place of a session (`offer` for `conflict`), or an appointment of the colleague's
    own with that client (`conflict`).
    """

    conflict: Conflict
    offer: Offer | None = None

    @property
    def mark(self) -> str:
        """Names it in the keys of letters."""
        return self.offer.uid if self.offer is not None else mark_of(self.conflict.id)

    @property
    def span(self) -> Span:
        """When it would have been."""
        return self.offer.span if self.offer is not None else self.conflict.span

    @property
    def client(self) -> str:
        """Whose it is."""
        return self.conflict.client

    def row(self, pass_state: PassState, *, stands: bool = False) -> LetterRow:
        """What a letter says of it: that it falls, or `stands` after all."""
        reached = not pass_state.snapshot.by_phone(self.client)
        said = (COVER_STANDS, CALL_NEXT) if stands else (COVER_AWAY, CALL)
        if self.offer is not None:
            return row_about(pass_state, self.conflict, self.offer, said[not reached])
        client, colleague = pass_state.snapshot.client.get(self.client), pass_state.therapist(self.conflict)
        return LetterRow(
            initials=initials(client) if client else self.client,
            name=client.name if client else "",
            phone=client.phone if client else "",
            original=self.span,
            text=said[not reached or to_call(pass_state, self.conflict)],
            colleague=colleague.name,
        )


def lost_hours(pass_state: PassState) -> dict[_Pair, list[LostHour]]:
    """By absence and colleague; of who needs special care, and had agreed by mail, another letter tells at once."""
    found: dict[_Pair, list[LostHour]] = {}
    for pair, hour in (*_agreed(pass_state), *_own(pass_state)):
        if hour.span.start > pass_state.now:
            found.setdefault(pair, []).append(hour)
    return found


def _agreed(pass_state: PassState) -> Iterator[tuple[_Pair, LostHour]]:
    for offer in pass_state.offers:
        row = pass_state.conflict.get(offer.conflict)
        falls = offer.kind is OfferKind.COVER and offer.state in MAKEUP and pass_state.in_leave(offer)
        if row is None or not falls or not row.displaced:
            continue
        if not (offer.sent and pass_state.tier(row) is Tier.CRISIS):
            yield (row.absence, offer.therapist), LostHour(row, offer)


def _own(pass_state: PassState) -> Iterator[tuple[_Pair, LostHour]]:
    """Through long leave: what falls of the colleague's own appointments with clients for whom they were named."""
    for name in sorted(pass_state.long):
        for client, colleague in pass_state.covers_wanted(name).items():
            for row in _with(pass_state, name, client, colleague.id):
                theirs = pass_state.absence.get(row.absence)
                sure = theirs is not None and not pass_state.in_doubt(theirs)
                if row.displaced and not row.kept and sure:
                    yield (name, colleague.id), LostHour(row)


def standing_hours(pass_state: PassState, pair: _Pair) -> Iterator[LostHour]:
    """What of them stands: no leave of the colleague's lies on it any more."""
    absence, colleague = pair
    for offer in pass_state.offers:
        row = pass_state.conflict.get(offer.conflict)
        theirs = offer.therapist == colleague and offer.state in MAKEUP and offer.span.start > pass_state.now
        if row is not None and theirs and row.absence == absence and not pass_state.in_leave(offer):
            yield LostHour(row, offer)
    for client, known in pass_state.covers_wanted(absence).items() if absence in pass_state.long else ():
        for row in _with(pass_state, absence, client, colleague) if known.id == colleague else ():
            if not row.displaced and row.span.start > pass_state.now:
                yield LostHour(row)


def _with(pass_state: PassState, absence: str, client: str, colleague: str) -> Iterator[Conflict]:
    """What that colleague's leave has ever displaced of their appointments with this client in that absence; not an
    hour that is offered in place of a session.
    """
    whole = pass_state.absence[absence].span
    for row in pass_state.conflicts:
        theirs = (row.therapist, row.client) == (colleague, client) and row.span.overlaps(whole)
        if theirs and row.ref.uid not in pass_state.offer:
            yield row


def sees_them(pass_state: PassState, absence: str, client: str, colleague: str) -> bool:
    """True where that colleague has appointments of their own with this client in that absence."""
    whole = pass_state.absence[absence].span
    standing = any(one.span.overlaps(whole) for one in pass_state.sessions_of(colleague, client))
    return standing or any(_with(pass_state, absence, client, colleague))
