"""What came back from clients counts only when it is theirs and answers what was asked last."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from syncd.core.model import Client, Delivery, Offer, OfferState, PartStat, Reply, ReplyKind
from syncd.core.model.offer_facts import Accepted, Declined, Ending, Reconsidered, WordsArrived
from syncd.core.offers.answers.replies import bounded, ordered, stamped
from syncd.core.offers.answers.understood import Concern, take_in
from syncd.core.offers.transitions import advance
from syncd.core.time.spans import Span
from tests.core.people import NOW, ada, at, offer


def reply(
    partstat: PartStat, sequence: int = 0, at: datetime = NOW, sender: str = "ada@example.org"
) -> Reply:
    """An answer as the mailbox gives it."""
    return Reply(
        id=f"<{partstat}.{sequence}.{at.isoformat()}@example.org>",
        offer="offer1",
        kind=ReplyKind.ANSWER,
        received=at,
        sender=sender,
        partstat=partstat,
        sequence=sequence,
        dtstamp=at,
    )


def _after(replies: list[Reply], start: Offer, client: Client) -> Offer:
    for one in ordered(replies):
        taken = take_in(one, start, client)
        start = advance(start, taken.fact, NOW) if taken.fact else start
    return start


def test_a_verified_yes_and_no() -> None:
    """The client's own answer to the version sent last is a fact."""
    assert take_in(reply(PartStat.ACCEPTED), offer(OfferState.INVITED), ada()).fact == Accepted(NOW)
    assert take_in(reply(PartStat.DECLINED), offer(OfferState.INVITED), ada()).fact == Declined(NOW)


@pytest.mark.parametrize(
    "odd",
    [
        reply(PartStat.ACCEPTED, sender="stranger@example.org"),
        reply(PartStat.ACCEPTED, sequence=1),
        replace(reply(PartStat.ACCEPTED), authenticated=False),
    ],
)
def test_what_cannot_be_verified_needs_confirmation(odd: Reply) -> None:
    """I14: another sender, another version, a failed DMARC: no fact, but the therapist hears of it."""
    taken = take_in(odd, offer(OfferState.INVITED), ada())
    assert (taken.fact, taken.concern) == (None, Concern.UNVERIFIED)


def test_an_alias_is_the_client() -> None:
    """Answers come from any address on the roster line."""
    client = replace(ada(), aliases=("a.brandt@example.com",))
    taken = take_in(
        reply(PartStat.ACCEPTED, sender="a.brandt@example.com"), offer(OfferState.INVITED), client
    )
    assert taken.fact == Accepted(NOW)


def test_an_answer_to_the_time_before_the_drag_does_not_count() -> None:
    """An acceptance counts only for what it answers."""
    moved = replace(offer(OfferState.INVITED), sequence=1)
    assert take_in(reply(PartStat.ACCEPTED, sequence=0), moved, ada()).fact is None


def test_a_yes_for_a_time_that_is_gone_is_answered() -> None:
    """Every Yes is answered: a late one becomes a concern, never nothing."""
    assert take_in(reply(PartStat.ACCEPTED), offer(OfferState.WITHDRAWN), ada()).concern is Concern.LATE
    assert take_in(reply(PartStat.ACCEPTED), offer(OfferState.UNANSWERED), ada()).fact == Accepted(NOW)


def test_order_of_arrival_does_not_matter() -> None:
    """RFC 5546: answers are ordered by SEQUENCE and DTSTAMP; the last meant wins."""
    yes, no = reply(PartStat.ACCEPTED), reply(PartStat.DECLINED, at=NOW + timedelta(hours=1))
    for order in ([yes, no], [no, yes], [no, yes, yes, no]):
        assert _after(order, offer(OfferState.INVITED), ada()).state is OfferState.CANCELLED


def test_human_words_freeze_the_clock_uninterpreted() -> None:
    """I24: words become a letter and freeze the offer; nothing reads them."""
    words = replace(reply(PartStat.NEEDS_ACTION), kind=ReplyKind.WORDS)
    taken = take_in(words, offer(OfferState.INVITED), ada())
    assert (taken.fact, taken.concern) == (WordsArrived(NOW), Concern.WORDS)


def test_words_beside_a_yes_reach_the_therapist_and_the_yes_counts() -> None:
    """A COMMENT beside an answer is shown; the answer stands."""
    taken = take_in(replace(reply(PartStat.ACCEPTED), words=True), offer(OfferState.INVITED), ada())
    assert (taken.fact, taken.concern) == (Accepted(NOW), Concern.NOTE)


@pytest.mark.parametrize("kind", [ReplyKind.AUTO, ReplyKind.BOUNCE, ReplyKind.DELEGATED])
def test_no_machine_and_no_stranger_answers_for_the_client(kind: ReplyKind) -> None:
    """Auto-replies, bounces and delegated answers accept and decline nothing."""
    before = offer(OfferState.INVITED)
    taken = take_in(replace(reply(PartStat.ACCEPTED), kind=kind), before, ada())
    after = advance(before, taken.fact, NOW) if taken.fact else before
    assert (after.state, after.answered_at) == (OfferState.INVITED, None)
    assert taken.concern is not None


def counter(proposed: Span | None, partstat: PartStat = PartStat.TENTATIVE) -> Reply:
    """Another time, proposed instead of an answer."""
    return replace(reply(partstat), kind=ReplyKind.COUNTER, proposed=proposed)


def test_a_proposed_time_is_for_the_therapist_and_stops_the_clock() -> None:
    """RFC 5546 §3.2.7: no answer; who declines beside it has declined."""
    taken = take_in(counter(at(30, 16)), offer(OfferState.INVITED), ada())
    assert (taken.fact, taken.concern) == (WordsArrived(NOW), Concern.PROPOSAL)
    declines = take_in(counter(at(30, 16), PartStat.DECLINED), offer(OfferState.ACCEPTED), ada())
    assert (declines.fact, declines.concern) == (Declined(NOW), Concern.PROPOSAL)


@pytest.mark.parametrize(
    ("said", "state"),
    [
        (counter(None), OfferState.INVITED),
        (counter(offer().span), OfferState.INVITED),
        (counter(at(30, 16)), OfferState.ACCEPTED),
    ],
)
def test_a_wish_that_proposes_no_other_time_is_a_letter_alone(said: Reply, state: OfferState) -> None:
    """Without a time, at the very time that was asked, or for what is agreed already."""
    assert take_in(said, offer(state), ada()).concern is Concern.WISH


def test_a_strangers_proposal_shows_nothing_and_still_stops_the_clock() -> None:
    """Somebody wrote: a human has to look."""
    strange = replace(counter(at(30, 16)), sender="stranger@example.org")
    taken = take_in(strange, offer(OfferState.INVITED), ada())
    assert (taken.fact, taken.concern) == (WordsArrived(NOW), Concern.UNVERIFIED)


def test_a_responder_that_declines_frees_the_time_without_refusing() -> None:
    """An out-of-office that declines: the time goes, the client has not said no; a stranger's machine says nothing."""
    said = replace(reply(PartStat.DECLINED), kind=ReplyKind.AUTO)
    taken = take_in(said, offer(OfferState.INVITED), ada())
    assert (taken.fact, taken.concern) == (Declined(NOW, machine=True), Concern.MACHINE)
    assert take_in(replace(said, sender="x@example.org"), offer(OfferState.INVITED), ada()).fact is None
    assert take_in(said, offer(OfferState.ACCEPTED), ada()).fact is None


def test_a_yes_after_a_no_is_a_second_thought() -> None:
    """Only where we mailed, after the client's own no, and to what was asked last; an older yes says nothing."""
    declined = replace(offer(OfferState.DECLINED), reason=Ending.CLIENT, answer_stamp=NOW)
    assert take_in(reply(PartStat.ACCEPTED), declined, ada()).fact == Reconsidered(NOW)
    carried = replace(declined, delivery=Delivery.SERVER, asked=True)
    assert take_in(reply(PartStat.ACCEPTED), carried, ada()).concern is Concern.LATE
    before = reply(PartStat.ACCEPTED, at=NOW - timedelta(hours=1))
    assert take_in(before, declined, ada()).fact is None


def test_a_yes_that_crossed_our_cancel_is_late_not_doubtful() -> None:
    """It answers a version that was taken back since: what is over is over, and the client is told."""
    withdrawn = replace(offer(OfferState.WITHDRAWN), sequence=1)
    assert take_in(reply(PartStat.ACCEPTED, sequence=0), withdrawn, ada()).concern is Concern.LATE


@pytest.mark.parametrize(
    ("said", "concern"),
    [
        (reply(PartStat.TENTATIVE), Concern.WORDS),
        (reply(PartStat.NEEDS_ACTION), Concern.WORDS),
        (reply(PartStat.ACCEPTED, sender="stranger@example.org"), Concern.UNVERIFIED),
        (replace(reply(PartStat.ACCEPTED), kind=ReplyKind.DELEGATED), Concern.DELEGATED),
    ],
)
def test_words_stop_the_clock_beside_whatever_they_stand(said: Reply, concern: Concern) -> None:
    """I24: human words freeze the offer, be the answer beside them a maybe, none at all, or a stranger's."""
    before = offer(OfferState.INVITED)
    plain, with_words = take_in(said, before, ada()), take_in(replace(said, words=True), before, ada())
    assert plain.fact is None or not advance(before, plain.fact, NOW).frozen
    assert with_words.fact is not None
    assert advance(before, with_words.fact, NOW).frozen
    assert with_words.concern is concern


@pytest.mark.parametrize(("written", "state"), [(59, None), (120, OfferState.ACCEPTED)])
def test_where_others_carry_it_an_answer_counts_if_written_since_the_move(
    written: int, state: OfferState | None
) -> None:
    """The entry was dragged an hour ago: what was written before is no answer to the new time."""
    moved = replace(
        offer(OfferState.INVITED),
        delivery=Delivery.SERVER,
        asked=True,
        turns=1,
        invited_at=NOW + timedelta(minutes=60, microseconds=5),
    )
    taken = take_in(reply(PartStat.ACCEPTED, at=NOW + timedelta(minutes=written)), moved, ada())
    assert (advance(moved, taken.fact, NOW).state if taken.fact else None) is state
    assert taken.concern is (None if state else Concern.UNVERIFIED)
    assert take_in(replace(reply(PartStat.ACCEPTED), dtstamp=None), moved, ada()).fact is None


def test_a_bounce_counts_for_the_newest_mail_only() -> None:
    """What comes back late, of an earlier invitation, says nothing of the one that came after it."""
    known = replace(offer(OfferState.INVITED), sequence=2)
    back = replace(reply(PartStat.NEEDS_ACTION, sequence=2), kind=ReplyKind.BOUNCE)
    newest, older = take_in(back, known, ada()), take_in(replace(back, sequence=1), known, ada())
    assert (newest.concern, older.concern, older.fact) == (Concern.BOUNCE, Concern.BOUNCE, None)
    assert newest.fact is not None
    unheard = advance(known, newest.fact, NOW)
    assert (unheard.bounced, unheard.frozen) == (True, True)
    assert not advance(unheard, Accepted(NOW), NOW).bounced


def test_a_no_from_before_it_was_settled_in_person_is_asked_about() -> None:
    """The therapist has spoken to the client since; a no written later is one."""
    settled = replace(offer(OfferState.SETTLED), answered_at=NOW)
    before = take_in(reply(PartStat.DECLINED, at=NOW - timedelta(hours=1)), settled, ada())
    after = take_in(reply(PartStat.DECLINED, at=NOW + timedelta(hours=1)), settled, ada())
    assert (before.fact, before.concern) == (None, Concern.UNVERIFIED)
    assert after.fact is not None
    assert advance(settled, after.fact, NOW).state is OfferState.CANCELLED


def test_only_the_clients_own_line_counts() -> None:
    """I27: from an address of theirs, and for an address of theirs; the organizer's or a friend's is asked about."""
    said = reply(PartStat.ACCEPTED)
    assert take_in(replace(said, attendee=ada().addresses[0]), offer(OfferState.INVITED), ada()).fact
    odd = take_in(replace(said, attendee="office@example.org"), offer(OfferState.INVITED), ada())
    assert (odd.fact, odd.concern) == (None, Concern.UNVERIFIED)


def test_nothing_was_written_after_it_came() -> None:
    """Stamps and times of arrival ahead of us are cut; what an older version took in as it stood outdates nothing."""
    ahead = replace(
        reply(PartStat.ACCEPTED), received=NOW + timedelta(days=1), dtstamp=NOW.replace(year=2090)
    )
    cut = bounded(ahead, NOW)
    assert (cut.received, cut.dtstamp) == (NOW, NOW)
    old = replace(offer(OfferState.ACCEPTED), answer_stamp=NOW.replace(year=2090))
    assert take_in(reply(PartStat.DECLINED), old, ada()).fact == Declined(NOW)


DAD = "dad@example.org"


def answered(reply: Reply, offered: Offer, client: Client) -> Offer:
    """The offer after one look that read one answer."""
    taken = take_in(reply, offered, client)
    return stamped(advance(offered, taken.fact, NOW), taken, reply.sender == DAD) if taken.fact else offered


def _said_by_both(*replies: Reply) -> Offer:
    """An offer after answers of two parents, each read in a look of its own, in the order given."""
    parents = replace(ada(), second_email=DAD)
    start = offer(OfferState.INVITED)
    for one in replies:
        start = answered(one, start, parents)
    return start


def test_no_answer_of_one_parent_outdates_the_other_s() -> None:
    """A no that was written first and came last counts as that parent's: they are at odds."""
    yes = reply(PartStat.ACCEPTED, at=NOW)
    early_no = reply(PartStat.DECLINED, at=NOW - timedelta(hours=1), sender=DAD)
    assert _said_by_both(yes, early_no).at_odds


@pytest.mark.parametrize("between", [(), (PartStat.ACCEPTED,), (PartStat.TENTATIVE,)])
def test_whose_yes_a_no_takes_back(between: tuple[PartStat, ...]) -> None:
    """Where one parent has said yes the other's no decides nothing, whatever the other one said before."""
    said = (PartStat.ACCEPTED, *between, PartStat.DECLINED)
    senders = ("ada@example.org", *(DAD for _ in between), DAD)
    times = (NOW - timedelta(minutes=9 - number) for number in range(9))
    offered = _said_by_both(
        *(reply(one, at=at, sender=who) for one, at, who in zip(said, times, senders, strict=False))
    )
    assert (offered.state, offered.at_odds) == (OfferState.ACCEPTED, True)


def test_one_s_own_no_takes_the_yes_back() -> None:
    """A no by who said yes, while the other has said nothing."""
    yes = reply(PartStat.ACCEPTED, at=NOW - timedelta(minutes=1))
    assert _said_by_both(yes, reply(PartStat.DECLINED)).state is OfferState.CANCELLED


def test_whom_nobody_can_tell_apart_stay_at_odds() -> None:
    """A row of an older version does not say which parent refused: nothing is guessed."""
    parents = replace(ada(), second_email=DAD)
    row = replace(offer(OfferState.ACCEPTED), at_odds=True, said_no=True, second_said=True, frozen=True)
    assert answered(reply(PartStat.ACCEPTED), row, parents).at_odds
    assert answered(reply(PartStat.ACCEPTED, sender=DAD), row, parents).at_odds
