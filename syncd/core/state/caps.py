"""Hard stops on messages that ask something (I10). What takes back, cancels or informs is never held."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from syncd.core.model import Delivery, Offer
from syncd.core.model.actions import DeleteEvent
from syncd.core.model.effects import EffectKey, Sent
from syncd.core.model.messages.intents import Invite, Show, Tell
from syncd.core.model.messages.mails import MailKind
from syncd.core.model.practice import Caps
from syncd.core.model.snapshot import Snapshot

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

Step = Tell | Invite | Show | DeleteEvent


def within(intents: Iterable[Step], ledger: Iterable[Sent], caps: Caps, now: datetime) -> tuple[Step, ...]:
    """Those intents that may happen now, in order; an asking one that would break a cap waits."""
    asked = [sent for sent in ledger if sent.asks]
    allowed: list[Step] = []
    held: set[tuple[str, str]] = set()
    for one in intents:
        if isinstance(one, Tell) and one.facts.brief and (one.client, one.absence) in held:
            continue  # as the mail that says all
        if not _asks(one):
            allowed.append(one)
        elif isinstance(one, Tell | Invite) and (_corrects(one) or _fits(one, asked, caps, now)):
            allowed.append(one)
            asked.append(_as_sent(one, now))
        elif isinstance(one, Tell) and one.facts.kind is MailKind.SUGGESTIONS:
            held.add((one.client, one.absence))
    return tuple(allowed)


def _asks(one: Step) -> bool:
    match one:
        case Tell(facts=facts):
            return facts.asks
        case Invite(attend=attend):
            return attend
        case _:
            return False


def _corrects(one: Tell | Invite) -> bool:
    """The therapist moved what the client was asked about: held back, it would leave them with the old time (I6)."""
    return isinstance(one, Tell) and one.facts.kind is MailKind.INVITATION and one.facts.sequence > 0


def _fits(tell: Tell | Invite, asked: list[Sent], caps: Caps, now: datetime) -> bool:
    def count(recent: timedelta | None, **wanted: str) -> int:
        return sum(
            (recent is None or sent.at > now - recent)
            and all(getattr(sent, name) == value for name, value in wanted.items())
            for sent in asked
        )

    return (
        count(None, client=tell.client, absence=tell.absence) < caps.client_absence
        and count(DAY, client=tell.client) < caps.client_day
        and count(HOUR, therapist=tell.therapist) < caps.therapist_hour
        and count(HOUR) < caps.practice_hour
    )


def asked_by_hand(offers: Iterable[Offer], snapshot: Snapshot) -> Iterator[Sent]:
    """What the therapist's own program asked where a server carries it: a drag of what the client knows (I19)."""
    known = {offer.uid: offer for offer in snapshot.offers}
    for offer in offers:
        before, row = known.get(offer.uid), snapshot.conflict.get(offer.conflict)
        if before is None or row is None or not before.sent or offer.delivery is Delivery.IMIP:
            continue
        if offer.span != before.span:
            yield Sent(
                at=snapshot.now,
                key=EffectKey(offer.uid, str(offer.turns), "drag"),
                message_id="",
                client=offer.client,
                therapist=row.therapist,
                absence=row.absence,
                conflict=row.id,
                offer=offer.uid,
                sequence=offer.sequence,
                asks=True,
            )


def _as_sent(tell: Tell | Invite, now: datetime) -> Sent:
    return Sent(
        at=now,
        key=tell.key,
        message_id="",
        client=tell.client,
        therapist=tell.therapist,
        absence=tell.absence,
        conflict=tell.conflict,
        offer=tell.offer,
        sequence=tell.facts.sequence,
        asks=True,
    )
