"""What one mail tells a client of several sessions at once: that they do not take place, or that they do after all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from syncd.core.model import Client, Conflict, ConflictState, Delivery, Offer, OfferKind, OfferState
from syncd.core.model.effects import LAST_WORD, EffectState, key_together
from syncd.core.model.messages.intents import Tell
from syncd.core.model.messages.mails import MailFacts, MailKind, Outlook
from syncd.core.state.outlook import closed, hopeful, prospect, word_by
from syncd.core.state.standing import Standing
from syncd.core.telling.mail_facts import Addressee, facts_for, tell
from syncd.core.telling.notice import needs_notice
from syncd.core.telling.withdrawal import cancel_key, owes_cancel, owes_words, revival, words_key

BESIDE = "notice_beside"
AGAIN = "stands_again"
WAITING = frozenset({OfferState.UNANSWERED, OfferState.PROPOSED})

Rows = tuple[Conflict, ...]


def together(standing: Standing, rows: Iterable[Conflict], spoken: frozenset[str]) -> Iterator[Tell]:
    """Notices, by absence, and that sessions take place again: one mail each for a client.

    Of the `spoken` conflicts an invitation or a CANCEL tells in this pass: it says all that a notice would.
    """
    if not standing.snapshot.mail:
        return
    theirs: dict[tuple[str, str], list[Conflict]] = {}
    for row in sorted(rows, key=lambda row: (row.span, row.id)):
        if standing.suspended(row):
            continue
        theirs.setdefault((row.therapist, row.client), []).append(row)
    for (_, name), mine in theirs.items():
        client = standing.snapshot.client.get(name)
        if client is not None and client.mailed:
            for absence in dict.fromkeys(row.absence for row in mine if row.displaced):
                displaced = tuple(row for row in mine if row.displaced and row.absence == absence)
                yield from _notices(standing, client, displaced, spoken)
                yield from _last_word(standing, client, displaced, spoken)
            yield from _again(standing, client, tuple(row for row in mine if row.id not in spoken))


def _notices(standing: Standing, client: Client, rows: Rows, spoken: frozenset[str]) -> Iterator[Tell]:
    """The message of its own that tells of the absence, if it is due and the client is awake.

    Where a session is a make-up that they have accepted it takes that back, a CANCEL in the same mail: one for each.
    Where the calendar's server carries what it would be part of, it goes beside it.
    """
    due = tuple(
        row
        for row in rows
        if row.id not in spoken and needs_notice(standing, row) and not _told(standing, MailKind.NOTICE, row)
    )
    alone = tuple((row,) for row in due if standing.makeup(row) is not None)
    rest = tuple(row for row in due if standing.makeup(row) is None)
    for some in (*alone, rest):
        if any(standing.awake(row, standing.urgent(row)) for row in some):
            yield _notice(standing, client, some)
    if not due:
        yield from _beside(standing, client, rows, spoken)


def _notice(standing: Standing, client: Client, rows: Rows) -> Tell:
    urgent = any(standing.urgent(row) for row in rows)
    who, makeup = Addressee(rows[0], client), standing.makeup(rows[0])
    kind = MailKind.SICK_TODAY if urgent else MailKind.NOTICE
    facts = facts_for(standing, who, kind, makeup, outlook=_prospect(standing, rows))
    return _tell(MailKind.NOTICE, facts, client, rows, makeup)


def _prospect(standing: Standing, rows: Rows) -> Outlook:
    """What a notice may promise: a time that is held, one that may become free, or none; for several the least."""
    found = {prospect(standing, row) for row in rows}
    if len(found) == 1:
        return found.pop()
    return Outlook.PERHAPS if any(standing.now < word_by(standing, row) for row in rows) else Outlook.ANOTHER


def _last_word(standing: Standing, client: Client, rows: Rows, spoken: frozenset[str]) -> Iterator[Tell]:
    """They were told to hope, and no time has become free by the day that was named: one message closes it."""
    due = tuple(row for row in rows if row.id not in spoken and _hopes_in_vain(standing, client, row))
    ahead = any(row.span.start > standing.now for row in due)
    if ahead and standing.awake(due[0]):
        facts = facts_for(standing, Addressee(due[0], client), MailKind.CLOSING, None)
        yield _tell(LAST_WORD, replace(facts, last_word=True), client, due)


def _hopes_in_vain(standing: Standing, client: Client, row: Conflict) -> bool:
    if row.state is not ConflictState.OPEN or row.absence not in standing.absence or row.kept:
        return False
    if not (standing.heard(row) and standing.cleared(row) and hopeful(standing, row)):
        return False
    if closed(standing, row) or (client.discreet and not standing.sent(row)):
        return False
    by = word_by(standing, row)
    waits = any(one.live or one.state in WAITING or one.frozen for one in standing.of(row))
    later = any(one.at >= by and row.id in {one.conflict, *one.besides} for one in standing.snapshot.ledger)
    return standing.now >= by and not waits and not later and not standing.made_up(row)


def _beside(standing: Standing, client: Client, rows: Rows, spoken: frozenset[str]) -> Iterator[Tell]:
    """What a calendar entry may not hold: whom to call, what may help, who covers; once beside the first invitation."""
    asked = tuple(row for row in rows if row.id not in spoken and _carried(standing, row))
    told = any(row.noticed_at is not None or _told(standing, BESIDE, row) for row in rows)
    if not asked or told or client.discreet or not standing.awake(asked[0]):
        return
    facts = facts_for(standing, Addressee(asked[0], client), MailKind.NOTICE, None, outlook=Outlook.OFFERED)
    live = (standing.live(row) for row in asked)
    covers = facts.with_therapist and not any(one and one.kind is OfferKind.COVER for one in live)
    if facts.house.crisis_contact or facts.house.resources_url or covers:
        yield _tell(BESIDE, facts, client, asked)


def _carried(standing: Standing, row: Conflict) -> bool:
    """True while the client has an invitation of this life that a calendar's server carried."""
    return any(
        offer.sent and offer.state is OfferState.INVITED and offer.delivery is not Delivery.IMIP
        for offer in standing.of(row)
        if offer.number > row.bygone
    )


def _again(standing: Standing, client: Client, rows: Rows) -> Iterator[Tell]:
    """Told that they do not take place, and now they do: one message says so."""
    some = tuple(row for row in rows if _stands_untold(standing, row) and standing.awake(row))
    if some:
        who = Addressee(some[0], client)
        facts = facts_for(standing, who, MailKind.TAKEN_BACK, None, outlook=Outlook.STANDS)
        said = _tell(AGAIN, facts, client, some)
        yield replace(said, revived=tuple(revival(standing, row) for row in some))


def _stands_untold(standing: Standing, row: Conflict) -> bool:
    if (
        row.state is not ConflictState.HEALED
        or row.span.start <= standing.now
        or standing.made_up(row)
        or not standing.heard(row)
    ):
        return False
    client = standing.client(row)
    if _told(standing, AGAIN, row) or (client and client.discreet and not standing.sent(row)):
        return False  # of a discreet client's session nobody but an invitation told by mail
    return not any(_being_said(standing, offer) for offer in standing.of(row))


def _being_said(standing: Standing, offer: Offer) -> bool:
    """True while what takes the offer back is still to say it, or could not: then a human was told."""
    refused = standing.snapshot.keys.get(cancel_key(offer)) is EffectState.ESCALATED
    words = owes_words(standing, offer) and not standing.snapshot.done(words_key(offer))
    return refused or words or owes_cancel(standing, offer)


def _told(standing: Standing, kind: str, row: Conflict) -> bool:
    return (kind, (row.id, row.life)) in standing.snapshot.told


def _tell(kind: str, facts: MailFacts, client: Client, rows: Rows, makeup: Offer | None = None) -> Tell:
    key = key_together(kind, tuple((row.id, row.life) for row in rows))
    said = tell(
        key, replace(facts, others=tuple(row.span for row in rows[1:])), Addressee(rows[0], client), makeup
    )
    return replace(said, besides=tuple(row.id for row in rows[1:]))
