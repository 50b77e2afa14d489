"""Everything about one client or session."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import combinations

import pytest

from syncd.core.model import OfferState
from syncd.core.model.actions import AuditEntry
from syncd.core.model.effects import EffectKey, Sent
from syncd.core.model.errors import SyncdError
from syncd.core.model.practice import Therapist
from syncd.core.model.snapshot import Snapshot
from syncd.core.planning.candidates import ranking_of, reason_of
from syncd.core.reading.sessions import Sessions
from syncd.core.state import PassState
from syncd.report.explain import Explained, Records, explain, past
from syncd.report.explanations import explanation_tables
from syncd.report.plans import reason_words
from tests.report import practice
from tests.report.passes import decision, pass_report, shown, titled, with_offers


def pass_state() -> PassState:
    """Where things stand after the pass."""
    return pass_report().decision.pass_state


def explained(wanted: str) -> tuple[Explained, ...]:
    """What is said about this client or session."""
    return explain(pass_state(), pass_report().decision.plan, wanted)


def test_a_session_is_found_by_whatever_a_person_has_at_hand() -> None:
    """Id, initials, name, address, conflict, its beginning, the offer's UID; upper or lower case."""
    (found,) = explained("OP")
    conflict, offer = found.displacement.conflict, found.displacement.offer
    assert offer is not None
    for wanted in (
        "c08",
        "op",
        "GivenO FamilyP",
        "C08@example.com",
        conflict.id,
        conflict.id[:6],
        offer.uid,
        " OP ",
    ):
        assert [one.displacement.conflict.id for one in explained(wanted)] == [conflict.id]


def test_nobody_of_that_name_is_an_error_that_says_what_to_give() -> None:
    """And does not repeat what was typed: it may be a name."""
    with pytest.raises(SyncdError, match="initials or name") as error:
        explained("Somebody Else")
    assert "Somebody" not in str(error.value)


def test_a_client_whom_no_leave_touches() -> None:
    """BD's fortnight misses the leave: a sentence, not an error."""
    assert explained("BD") == ()
    assert "No leave displaces a session" in shown(*explanation_tables(pass_state(), ()))


def test_other_times_are_free_and_other() -> None:
    """At most three; none is the slot that is planned, none overlaps a session, an offer or another's."""
    for wanted in ("OP", "CD", "ST"):
        (found,) = explained(wanted)
        spans = [one.span for one in found.alternatives]
        assert 1 <= len(spans) <= 3
        assert not any(one.overlaps(two) for one, two in combinations(spans, 2))
        taken = [offer.span for offer in pass_state().offers if offer.live]
        taken += [one.span for one in pass_state().diaries["dana"].all_sessions]
        assert not any(span.overlaps(other) for span in spans for other in taken)


def test_what_the_rules_left_and_took_is_counted() -> None:
    """The funnel of reasons, for the placed as for those whom a spent budget leaves without a time."""
    for wanted in ("OP", "AB"):
        (found,) = explained(wanted)
        assert found.free is not None
        assert sum(found.ruled_out.values()) > 0
        said = shown(*explanation_tables(pass_state(), (found,)))
        assert f"Times left while everybody keeps theirs: {found.free}" in said
        assert "distance" in said
    assert "none is allowed (budget)" in shown(*explanation_tables(pass_state(), explained("AB")))


def test_it_says_what_the_time_does_about_the_wait() -> None:
    """The burden before and after, and how likely the client takes it; without a time the burden alone."""
    (found,) = explained("OP")
    wait = found.wait
    assert wait is not None
    assert wait.chance is not None
    assert (wait.before, wait.after < wait.before, wait.assumed) == (1.0, True, False)
    said = shown(*explanation_tables(pass_state(), (found,)))
    assert f"Burden of the wait, in missed sessions: 1.0, with this time {wait.after:.1f}." in said
    assert (
        f"Chance, against their own usual hour and weekday: {wait.chance} of 100, {wait.says}."
        in " ".join(said.split())
    )
    (without,) = explained("AB")
    assert without.displacement.offer is None
    assert without.wait is not None
    assert (without.wait.before, without.wait.after, without.wait.chance) == (1.0, 1.0, None)


def test_an_interval_that_the_past_does_not_give() -> None:
    """A week is assumed: `explain` and the plan letter say so."""
    new = decision(replace(titled("Vacation #ok"), facts=()))
    for wanted in ("OP", "AB"):
        (found,) = explain(new.pass_state, new.plan, wanted)
        assert "a week was assumed" in shown(*explanation_tables(new.pass_state, (found,)))
        assert ("interval_assumed", 7) in reason_of(new.pass_state, found.displacement.conflict)
    (known,) = explained("OP")
    assert "interval_assumed" not in dict(reason_of(pass_state(), known.displacement.conflict))


def test_whom_a_client_sees_besides_counts_as_a_contact() -> None:
    """The gap runs from contact to contact, with whichever therapist (docs/planning.md#what-a-make-up-is-worth)."""
    now = pass_state()
    (found,) = explained("OP")
    row, dana = found.displacement.conflict, now.diaries["dana"]
    usual = next(one for one in dana.all_sessions if one.client == row.client)
    omar = replace(dana.therapist, id="omar", calendar="omar/Practice")
    at = [row.span.moved_to(row.span.start + timedelta(days=days)) for days in (-1, 2)]
    near = [replace(usual, therapist="omar", span=span) for span in at]
    beside = replace(dana, therapist=omar, sessions=Sessions(tuple(near)), makeups=())
    both = replace(now, diaries={**now.diaries, "omar": beside})
    (alone,), (ranked,) = (ranking_of(one, (row,)) for one in (now, both))
    assert (ranked.candidate.previous, ranked.candidate.following) == tuple(one.span.start for one in near)
    assert ranked.score < alone.score


def test_an_accepted_session_is_explained_too() -> None:
    """Its make-up is named with its state; other times are those it could have instead."""
    taken = with_offers(pass_state(), OfferState.ACCEPTED)
    (found,) = explain(taken, None, "OP")
    said = shown(*explanation_tables(taken, (found,)))
    assert "accepted" in said
    assert found.displacement.offer is not None
    assert all(one.span != found.displacement.offer.span for one in found.alternatives)


@pytest.mark.parametrize("state", [OfferState.INVITED, OfferState.ACCEPTED])
def test_what_was_sent_or_agreed_says_what_it_gives_the_client(state: OfferState) -> None:
    """The words that it had while it was planned: a yes does not take the reason away."""
    (held,) = explained("OP")
    taken = with_offers(pass_state(), state)
    (found,) = explain(taken, None, "OP")
    assert "falls from" in held.displacement.why
    assert found.displacement.why == held.displacement.why
    assert reason_words(held.displacement.why) in " ".join(
        shown(*explanation_tables(taken, (found,))).split()
    )


def test_what_was_sent_stands_in_the_history_in_order() -> None:
    """Ledger and audit rows of the conflict and its offers, nobody else's."""
    (plain,) = explained("OP")
    offer, conflict = plain.displacement.offer, plain.displacement.conflict
    assert offer is not None
    later = practice.NOW + timedelta(hours=2)
    key = EffectKey(offer.uid, "0", "invitation")
    sent = Sent(later, key, "<1@example.org>", "c08", "dana", "", conflict.id, offer.uid, 0, True)
    other = replace(sent, key=replace(key, subject="other"), conflict="other", offer="other")
    audit = (
        AuditEntry(later, offer.uid, "settled", {"effect": str(key), "from": "inflight", "to": "done"}),
        AuditEntry(later, "other", "settled", {"effect": "other:0:invitation", "to": "done"}),
    )
    plan = pass_report().decision.plan
    (found,) = explain(pass_state(), plan, "OP", records=Records((sent, other), audit))
    assert "invitation left for the client" in [one.what for one in found.history]
    assert "invitation: done" in [one.what for one in found.history]
    assert {one.subject for one in found.history} == {conflict.id, offer.uid}
    assert list(found.history) == sorted(found.history)


IN_PERSON = "the therapist may tell them in person first"


def at_once(snapshot: Snapshot) -> Snapshot:
    """The same with therapists whose messages wait for nothing."""
    return replace(snapshot, therapists=tuple(map(_hasty, snapshot.therapists)))


def _hasty(therapist: Therapist) -> Therapist:
    timing = replace(therapist.policy.timing, settle=timedelta(), tell_first=False)
    return replace(therapist, policy=replace(therapist.policy, timing=timing))


def test_it_says_what_the_first_message_waits_for() -> None:
    """Approval first; nothing where everything may go."""
    waiting = decision(practice.snapshot())
    (found,) = explain(waiting.pass_state, waiting.plan, "OP")
    assert found.waits_for.startswith("approval: the first 2 absences")
    approved = at_once(titled("Vacation #ok"))
    for hours, why in ((0, "the client is in a session, and hears it there first"), (2, IN_PERSON)):
        settled = decision(replace(approved, now=approved.now + timedelta(hours=hours)))
        (crisis,) = explain(settled.pass_state, settled.plan, "OP")
        assert crisis.waits_for == why  # a day on she sits in her own session, two hours later no longer
    for who in ("OP", "AB"):
        (found,) = explained(who)
        assert found.waits_for == ""  # `#send`


def test_no_name_without_the_flag() -> None:
    """Initials and id; the name with the flag only."""
    found = explained("OP")
    assert "FamilyP" not in shown(*explanation_tables(pass_state(), found))
    assert "FamilyP" in shown(*explanation_tables(pass_state(), found, names=True))


def test_once_the_leave_is_over_what_was_sent_is_still_told() -> None:
    """The day after, an admin is asked on the phone: session, state and history are there, by client and by id."""
    now = pass_state()
    (before,) = explained("OP")
    row = before.displacement.conflict
    key = EffectKey(row.id, "1", "notice")
    sent = Sent(
        now.now, key, "<m@example.org>", row.client, row.therapist, row.absence, row.id, "", 0, asks=False
    )
    gone = {name: replace(diary, absences=()) for name, diary in now.diaries.items()}
    later = replace(now, diaries=gone)
    for wanted in ("OP", row.id, row.id[:6]):
        assert explain(later, None, wanted) == ()
        over = past(later, wanted, (), records=Records((sent,)))
        assert [one.conflict.id for one in over] == [row.id]
        told = shown(*explanation_tables(later, (), before=over))
        assert "No leave displaces a session of this client now. Before, it did." in told
        assert "notice of the absence left for the client" in told
    assert past(now, "OP", explained("OP")) == ()
