"""The tables of the command line."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest

from syncd.core.model import Contact, OfferState, ReadProblem
from syncd.core.model.effects import EffectState
from syncd.core.state import PassState
from syncd.core.time.spans import AllDay
from syncd.picture.words import days_words, span_words
from syncd.ports import Halt, Halted
from syncd.report.lists import call_list_table, problems_table, to_call
from syncd.report.passes import (
    action_table,
    pass_line,
    plan_document,
    plan_tables,
    problem_table,
    week_pictures,
)
from syncd.report.recognised import alias_hint, recognised_table
from syncd.report.tables import leave_table
from tests.core.people import BERLIN
from tests.report import practice
from tests.report.passes import decision, pass_report, shown, with_offers
from tests.report.weeks import away, span


def pass_state() -> PassState:
    """Where things stand after the pass."""
    return pass_report().decision.pass_state


def test_no_name_without_the_flag() -> None:
    """Everything that `plan` and a dry run show holds initials and ids only; with the flag the names are there."""
    quiet = shown(*plan_tables(pass_report()), action_table(pass_report(), dry=True))
    loud = shown(*plan_tables(pass_report(), names=True))
    for client in practice.clients():
        assert not any(part in quiet for part in client.name.split())
        assert not client.email or client.email not in quiet
    displaced = {row.client for row in pass_state().conflicts}
    for client in (one for one in practice.clients() if one.id in displaced):
        assert client.initials in quiet
        assert client.name.split()[1] in loud


def test_everything_fits_a_hundred_columns_and_nothing_is_cut() -> None:
    """Whole ids and whole sentences, wrapped where they must be."""
    said = shown(*plan_tables(pass_report()), action_table(pass_report(), dry=True))
    assert max(len(line) for line in said.splitlines()) <= 100
    assert "…" not in said
    for conflict in pass_state().conflicts:
        assert conflict.id in said


def test_a_narrow_terminal_wraps_instead_of_cutting() -> None:
    """At 80 columns an opaque id is still there to be copied, over two lines at worst."""
    said = shown(action_table(pass_report(), dry=True), width=80)
    assert "…" not in said
    assert all(offer.uid[-4:] in said for offer in pass_state().offers)


def test_leave_says_why_it_waits_and_how_to_say_yes() -> None:
    """The reason, the tag with its code, and the command."""
    waiting = decision(practice.snapshot()).pass_state
    said = " ".join(shown(leave_table(waiting)).split())
    assert "Mon 19 – Fri 23 Oct 2026" in said
    assert "waits: the first 2 absences are always shown first" in said
    assert "#ok " in said
    assert "or: syncd approve " in said
    assert "given" in shown(leave_table(pass_state()))


def test_the_ranking_shows_tier_score_points_and_sentence() -> None:
    """The client in crisis comes first, with the points of each factor and the sentence."""
    said = shown(*plan_tables(pass_report()))
    (row,) = [line for line in said.splitlines() if line.split()[:3] == ["1", "OP", "crisis"]]
    assert row.split()[-5:] == ["25", "8", "4", "14", "8"]
    assert "First: in crisis or protected; comes weekly" in said


def test_the_plan_says_who_when_and_why() -> None:
    """Original, new time in the therapist's zone, state, reason; and whether it is proven best."""
    said = shown(*plan_tables(pass_report()))
    placed = [offer for offer in pass_state().offers if offer.live]
    assert (
        f"23 sessions displaced, {len(placed)} with a new time, 1 more with a budget of {len(placed) + 1}, "
        f"{22 - len(placed)} without; proven best"
    ) in said
    assert f"With a budget of {len(placed) + 1} make-ups there is a time." in " ".join(said.split())
    for offer in placed:
        assert span_words(offer.span, BERLIN) in said
    assert "before the leave" in said
    assert "Without a time" in said


def test_two_absences_are_ranked_and_drawn_apart() -> None:
    """Ranks count within an absence: the same number in table, document and picture; each has its heading."""
    snapshot = practice.snapshot()
    second = AllDay(date(2026, 10, 5), date(2026, 10, 6))
    leave = replace(practice.leave(second), uid="leave-2")
    report = replace(pass_report(), decision=decision(replace(snapshot, events=(*snapshot.events, leave))))
    said = shown(*plan_tables(report))
    assert said.index("dana, Mon 5 Oct 2026") < said.index("dana, Mon 19 – Fri 23 Oct 2026")
    first, later = json.loads(plan_document(report))["absences"]
    for absence in (first, later):
        ranks = [one["rank"]["position"] for one in absence["sessions"]]
        assert ranks == list(range(1, len(ranks) + 1))
        assert f"{len(ranks)} sessions displaced" in week_pictures(report)
        assert f"Plan: {len(ranks)} sessions displaced" in said


def test_a_client_off_the_roster_is_still_listed() -> None:
    """By the initials that they had, as displaced and as someone to call; the rest of the report stands."""
    snapshot = pass_state().snapshot
    had = f"{snapshot.client['c01'].initials} "
    clients = tuple(client for client in snapshot.clients if client.id != "c01")
    report = pass_report()
    now = replace(pass_state(), snapshot=replace(snapshot, clients=clients))
    said = shown(*plan_tables(replace(report, decision=replace(report.decision, pass_state=now))))
    assert sum(line.startswith(had) for line in said.splitlines()) == 2
    assert "22 sessions displaced" in said


def test_an_absence_that_is_over_is_shown_no_more() -> None:
    """Its rows live on in the store; nobody has to read them for ever."""
    over = replace(pass_state().snapshot, now=practice.LEAVE.span(BERLIN).end)
    report = pass_report()
    decided = replace(report.decision, pass_state=replace(pass_state(), snapshot=over))
    said = shown(*plan_tables(replace(report, decision=decided, problems=())))
    assert said.split() == ["Leave", "and", "absences", "No", "leave", "ahead."]


def test_an_unproven_plan_is_flagged() -> None:
    """The note says why."""
    report = pass_report()
    plan = report.decision.plan
    assert plan is not None
    unproven = replace(plan, proven=False, note="greedy: no solver")
    said = shown(*plan_tables(replace(report, decision=replace(report.decision, plan=unproven))))
    assert "NOT PROVEN BEST (greedy: no solver)" in " ".join(said.split())


def test_a_dry_run_shows_every_action_with_its_opaque_subject() -> None:
    """One row each: what would be written or mailed, when, for whom."""
    report = pass_report()
    said = shown(action_table(report, dry=True))
    assert len(report.actions) > 12
    for action in report.actions:
        assert any(action.key.subject in line for line in said.splitlines())
    assert "tentative event" in said
    assert "notice of the absence" in said
    assert "plan, to the therapist" in said


def test_what_was_done_says_how_it_ended() -> None:
    """Every outcome has a row, also that of an effect which an earlier pass recorded."""
    report = pass_report()
    first, second = report.actions[0].key, report.actions[1].key
    earlier = replace(first, subject="0" * 26, kind="cancel")
    outcomes = (
        (first, EffectState.DONE),
        (second, EffectState.UNKNOWN),
        (earlier, EffectState.DONE),
    )
    said = shown(action_table(replace(report, outcomes=outcomes), dry=False))
    assert "unknown" in said
    assert "recorded earlier" in said
    assert "2 done, 1 not yet" in pass_line(replace(report, outcomes=outcomes)).plain


def test_a_pass_without_anything_to_do_says_so() -> None:
    """In one line, and in the table: nothing is due, which is all that a pass can know."""
    idle = replace(pass_report(), actions=(), problems=())
    assert "nothing to do" in pass_line(idle).plain
    for dry in (True, False):
        assert "Nothing is due." in shown(action_table(idle, dry=dry))
    assert "Everything was read and is clear." in shown(problem_table(idle))


def test_a_pass_that_could_not_read_claims_nothing_about_what_it_has_not_read() -> None:
    """No word beside an unreachable calendar says that nothing is due, without the limit of that."""
    unread = (ReadProblem("nora/Praxis", "", "user name or password is refused"),)
    idle = replace(pass_report(), actions=(), outcomes=(), problems=unread)
    for dry in (True, False):
        assert "Nothing is due, as far as could be read." in shown(action_table(idle, dry=dry))
    assert "refused" in shown(problem_table(idle))


def test_a_pause_is_the_first_thing_to_read() -> None:
    """With its reason, before any table."""
    report = pass_report()
    snapshot = replace(report.decision.pass_state.snapshot, paused="moving house")
    decided = replace(
        report.decision, paused=True, pass_state=replace(report.decision.pass_state, snapshot=snapshot)
    )
    said = shown(*plan_tables(replace(report, decision=decided)))
    assert said.startswith("Paused: moving house. Nothing leaves the house.")


def test_initials_that_two_clients_share_are_said_where_a_plan_or_a_pass_is_shown() -> None:
    """Not only by the doctor."""
    report = replace(pass_report(), problems=())
    snapshot = report.decision.pass_state.snapshot
    first, second, *rest = snapshot.clients
    twins = (first, replace(second, initials=first.initials, therapists=first.therapists), *rest)
    pass_state = replace(report.decision.pass_state, snapshot=replace(snapshot, clients=twins))
    twice = replace(report, decision=replace(report.decision, pass_state=pass_state))
    for said in (shown(problem_table(twice)), shown(*plan_tables(twice))):
        assert f"{first.id}, {second.id}" in said
        assert "give each client initials of their own" in " ".join(said.split())


def test_a_stop_says_that_it_is_one_and_why() -> None:
    """No pause that nobody asked for, and no word that all is well."""
    report = pass_report()
    stopped = replace(
        report,
        decision=replace(report.decision, paused=True),
        actions=(),
        problems=(),
        halted=Halted(Halt.CLOCK, "the clock of this machine is 10 min behind", report.now),
    )
    for dry in (True, False):
        said = shown(action_table(stopped, dry=dry), problem_table(stopped))
        assert (
            said.strip() == "Stopped: the clock of this machine is 10 min behind. Nothing leaves the house."
        )
    assert "Paused" not in shown(*plan_tables(stopped))
    assert pass_line(stopped).plain.endswith("nothing to do, stopped")


def test_the_call_list_holds_whom_no_message_reaches() -> None:
    """XS has no address: listed weeks ahead, with the number to call."""
    said = shown(call_list_table(pass_state()))
    assert "XS" in said
    assert "+49 30 555 0124" in said
    assert [pass_state().snapshot.client[row.client].initials for row in to_call(pass_state())] == ["XS"]


def test_the_day_before_whoever_knows_nothing_is_on_the_call_list() -> None:
    """An invitation that never left does not keep a client off it; one that left does."""
    near = replace(pass_state().snapshot, now=practice.LEAVE.span(BERLIN).start - timedelta(hours=12))
    held = with_offers(replace(pass_state(), snapshot=near), OfferState.HELD)
    told = with_offers(replace(pass_state(), snapshot=near), OfferState.INVITED)
    monday = {row.id for row in pass_state().conflicts if row.span.start < near.now + timedelta(hours=36)}
    offered = {offer.conflict for offer in pass_state().offers} & monday
    assert offered
    assert offered <= {row.id for row in to_call(held)}
    assert not offered & {row.id for row in to_call(told)}


def test_a_client_without_a_number_is_marked() -> None:
    """Nobody is dropped from the call list for want of a phone number."""
    snapshot = pass_state().snapshot
    clients = tuple(
        replace(client, phone="", contact=Contact.PHONE) if client.id == "c24" else client
        for client in snapshot.clients
    )
    said = shown(call_list_table(replace(pass_state(), snapshot=replace(snapshot, clients=clients))))
    assert "no number" in said


def test_events_for_the_therapist_to_settle_are_listed() -> None:
    """Two clients in one event, and somebody whom nobody knows: shown with the reason."""
    snapshot = practice.snapshot()
    event = replace(practice.sessions()[0], uid="couple", title="AB + CD")
    report = pass_report()
    decided = decision(replace(snapshot, events=(*snapshot.events, event)))
    said = shown(problem_table(replace(report, decision=decided)))
    assert "several clients in one event" in said
    assert "RRULE cannot be understood" in said


def test_texts_are_taken_literally_and_long_lists_are_whole() -> None:
    """What looks like markup is shown as it is; five hundred problems are five hundred rows."""
    problems = [ReadProblem("home/Practice", f"uid-{number}", "[bold]odd[/bold]") for number in range(500)]
    said = shown(problems_table(problems))
    assert said.count("[bold]odd[/bold]") == 500


@pytest.mark.parametrize(
    ("first", "until", "said"),
    [
        ((2026, 7, 6), (2026, 7, 7), "Mon 6 Jul 2026"),
        ((2026, 7, 6), (2026, 7, 11), "Mon 6 – Fri 10 Jul 2026"),
        ((2026, 7, 27), (2026, 8, 8), "Mon 27 Jul – Fri 7 Aug 2026"),
        ((2026, 12, 28), (2027, 1, 2), "Mon 28 Dec 2026 – Fri 1 Jan 2027"),
    ],
)
def test_days_read_as_people_write_them(
    first: tuple[int, int, int], until: tuple[int, int, int], said: str
) -> None:
    """Month and year are said once where once is enough."""
    assert days_words(away(date(*first), date(*until)), BERLIN) == said


def test_a_time_reads_as_people_write_it() -> None:
    """Weekday, day, month, from–to; the other day is named where a session crosses midnight."""
    thursday = practice.LEAVE.first.replace(month=7, day=9)
    assert span_words(span(thursday, "15:00"), BERLIN) == "Thu 9 Jul 15:00–15:50"
    assert span_words(span(thursday, "23:30", 60), BERLIN) == "Thu 9 Jul 23:30 – Fri 10 Jul 00:30"


def test_a_dry_run_says_what_was_recognised_and_of_whom_no_session_was_found() -> None:
    """By guest, by initials or id, by a part of a name; a client whom no event names is named."""
    report = pass_report()
    said = shown(recognised_table(report.decision.pass_state))
    (row,) = [line.split() for line in said.splitlines() if line.startswith("dana ")]
    assert sum(map(int, row[1:4])) == len(report.decision.pass_state.diaries["dana"].sessions.sessions)
    assert row[4] == "0"
    assert "nobody: each has one" in said
    pass_state = report.decision.pass_state
    explained = {key: replace(one, unexplained=()) for key, one in pass_state.diaries.items()}
    assert alias_hint(replace(pass_state, diaries=explained)) == ""
    assert "Recognised in the calendars" in shown(action_table(report, dry=True))
    assert "Recognised in the calendars" not in shown(action_table(report, dry=False))


def test_a_client_of_whom_there_is_no_session_is_named_by_initials() -> None:
    """So that a line of the roster that fits no title is noticed before the first leave."""
    snapshot = practice.snapshot()
    lost = replace(snapshot.clients[0], id="c99", initials="ZZ", name="Zara Zorn", email="z@example.org")
    found = decision(replace(snapshot, clients=(*snapshot.clients, lost))).pass_state
    said = shown(recognised_table(found))
    assert said.splitlines()[-1].rstrip().endswith("ZZ")
    assert "syncd doctor proposes aliases" in alias_hint(found)
