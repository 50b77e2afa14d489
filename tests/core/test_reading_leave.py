"""What counts as leave, and what it makes: docs/therapists.md, sentence by sentence."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from syncd.core.model import Attendee, Event, EventKind, EventStatus, LeaveBlock, Transparency
from syncd.core.reading import (
    Roster,
    absences,
    codes,
    excluded,
    find_client_absences,
    find_conflicts,
    find_leave,
    find_sessions,
    policy_tags,
    speaks,
)
from syncd.core.time.spans import AllDay, Span
from tests.core.detecting import (
    BUSY_CALENDAR,
    CLIENTS,
    DANA,
    LEAVE_CALENDAR,
    NOW,
    ROSTER,
    attended,
    days,
    event,
    ours,
    timed,
)


def leave(*events: Event) -> tuple[LeaveBlock, ...]:
    """The leave blocks in these events."""
    return find_leave(events, DANA, ROSTER, NOW)


def only(one: Event) -> LeaveBlock:
    """The single leave block that an event is."""
    (block,) = leave(one)
    return block


@pytest.mark.parametrize(
    "title",
    [
        "Vacation",
        "vacation!",
        "URLAUB",
        "Out of office",
        "out-of-office",
        "OOO",
        "Congé",
        "conge",
        "🌴 Ferien 🌴",
        "Dana Okafor: vacation",
        "Urlaub Dana",
        "Dana's vacation",
        "Okafor – leave",
        "Urlaub / Vacation",
        "Annual leave",
        "Dana on holiday",
        "Holidays",
        "Jahresurlaub Dana",
    ],
)
def test_a_leave_word_alone_or_with_the_name_is_leave(title: str) -> None:
    """The title alone, or with the therapist's name, whatever case, accents and punctuation."""
    assert only(event(title)).waits == ""


@pytest.mark.parametrize(
    "title",
    ["Vacation planning", "Sommerferien", "Before holiday: tidy up", "Team vacation Lee", "Conference"],
)
def test_a_title_that_merely_contains_a_leave_word_waits(title: str) -> None:
    """It may be leave: `#ok` answers that, in title or description."""
    assert only(event(title)).waits == "title"
    assert only(event(f"{title} #ok")).waits == ""
    assert only(event(title, description="yes #OK")).waits == ""


@pytest.mark.parametrize("title", ["Concert", "Leaves of grass", "zooom", "Team day"])
def test_other_titles_are_not_leave(title: str) -> None:
    """No leave word, no leave, not even for a whole day: what lasts for two or more is asked about, in any language."""
    assert leave(event(title, when=days(7, 7))) == ()
    assert only(event(title, when=days(7, 8))).waits == "title"
    assert only(event(title, when=timed(7, 9, 48 * 60))).waits == "title"
    assert leave(event(title, when=days(7, 8), recurring=True)) == ()


@pytest.mark.parametrize("title", ["", "crisis: AB", "protected: AB", "AB!", "#makeup", "#syncd pause"])
def test_what_says_something_else_is_no_leave_however_long(title: str) -> None:
    """A note, hours that are opened, a pause, what is about a client; and what has no title says nothing."""
    assert leave(event(title)) == ()


def test_title_leave_is_all_day_or_three_hours() -> None:
    """By its title alone an event is leave from three hours on."""
    assert leave(event("Vacation", timed(6, 9, minutes=179))) == ()
    assert only(event("Vacation", timed(6, 9, minutes=180))).span == timed(6, 9, minutes=180)


@pytest.mark.parametrize(
    "marked",
    [
        event("Dentist", timed(6, 9, 60), categories=("Leave",)),
        event("Dentist #leave", timed(6, 9, 60)),
        event("Dentist", timed(6, 9, 60), description="<p>see you<br>#Leave</p>"),
        event("Anything", timed(6, 9, 60), kind=EventKind.OUT_OF_OFFICE),
    ],
)
def test_marked_leave_needs_no_title_and_no_length(marked: Event) -> None:
    """A category or tag `leave` or Google's out-of-office is leave, even an hour of it."""
    assert only(marked).waits == ""


def test_leave_has_no_attendees() -> None:
    """With an attendee it is a meeting about something; the therapist's own line does not count."""
    assert leave(event("Vacation", attendees=(Attendee("ada@example.org"),))) == ()
    assert leave(event("x", kind=EventKind.OUT_OF_OFFICE, attendees=(Attendee("b@example.com"),))) == ()
    assert only(event("Vacation", attendees=(Attendee("Dana@example.org"),))).waits == ""


@pytest.mark.parametrize("organizer", ["ada@example.org", "boss@example.com"])
def test_what_others_organised_is_never_leave(organizer: str) -> None:
    """A client's invitation "Vacation #ok" changes nothing."""
    foreign = event("Vacation #ok #leave", organizer=organizer, categories=("leave",))
    assert not speaks(foreign, DANA)
    assert leave(foreign) == ()


def test_the_therapist_speaks_as_organizer_by_any_own_address() -> None:
    """No ORGANIZER or the therapist as ORGANIZER, under each of their addresses."""
    for organizer in ("", "dana@example.org", "D.Okafor@example.org"):
        assert speaks(event("Vacation", organizer=organizer), DANA)
        assert only(event("Vacation", organizer=organizer)).waits == ""


def test_our_own_objects_are_never_leave_but_a_copy_is() -> None:
    """The marker counts on its own UID only."""
    assert leave(ours()) == ()
    assert only(replace(ours(), uid="copy")).waits == ""


def test_leave_is_read_in_own_calendars_only() -> None:
    """`calendar` and `leave_calendars`, never `busy_calendars` or somebody else's."""
    assert only(event("Vacation", calendar=LEAVE_CALENDAR)).waits == ""
    assert leave(event("Vacation", calendar=BUSY_CALENDAR), event("Vacation", calendar="work/Lee")) == ()


def test_free_busy_does_not_matter() -> None:
    """All-day events are free by default, and leave all the same."""
    assert only(event("Vacation", transparency=Transparency.TRANSPARENT)).waits == ""


@pytest.mark.parametrize(("length", "waits"), [(397, ""), (398, "long"), (13_000, "long")])
def test_leave_of_more_than_thirteen_months_is_asked_about(length: int, waits: str) -> None:
    """A year off is leave; what ends decades on is a slip, unless `#ok` says it is none, and is bounded anyway."""
    when = AllDay(date(2026, 7, 6), date(2026, 7, 6) + timedelta(days=length))
    block = only(event("Vacation", when))
    assert (block.waits, block.doubted) == (waits, bool(waits))
    assert block.span.duration <= timedelta(days=397, hours=1)
    assert not only(event("Vacation #ok", when)).doubted


def test_of_long_leave_that_has_begun_the_part_counts_that_now_lies_in() -> None:
    """Leave since 2020 does not end before it is asked about."""
    when = AllDay(date(2020, 1, 1), date(2062, 1, 1))
    block = only(event("Vacation", when))
    assert block.span.start <= NOW < block.span.end


def test_cancelled_leave_is_gone_and_tentative_leave_waits() -> None:
    """STATUS counts: nobody wants mail because of a vacation that is pencilled in."""
    assert leave(event("Vacation", status=EventStatus.CANCELLED)) == ()
    assert only(event("Vacation", status=EventStatus.TENTATIVE)).waits == "tentative"
    assert only(event("Vacation #ok", status=EventStatus.TENTATIVE)).waits == ""


@pytest.mark.parametrize("title", ["Vacation", "Vacation #ok", "x #leave #ok bx"])
def test_recurring_and_unbounded_leave_always_waits(title: str) -> None:
    """Even where the title says `#ok`: approval says what it covers. Each occurrence is a block."""
    weekly = [event(title, days(n, n), recurring=True, recurrence_id=f"202607{n:02}") for n in (3, 10, 17)]
    assert [block.waits for block in leave(*weekly)] == ["recurring"] * 3
    assert only(event(title, recurring=True, unbounded=True)).waits == "unbounded"


def test_all_day_leave_lasts_from_midnight_to_midnight_where_the_therapist_lives() -> None:
    """Dates stay dates until the therapist's zone makes them a span."""
    block = only(event("Vacation", days(6, 6)))
    assert (block.when, block.span) == (days(6, 6), timed(6, 0, 24 * 60))


@pytest.mark.parametrize(
    ("title", "client"),
    [
        ("Vacation AB", "c1"),
        ("A.B. Urlaub", "c1"),
        ("AB's vacation", "c1"),
        ("ada brandt on vacation", "c1"),
        ("Brandt, Ada: Urlaub", "c1"),
        ("C1 vacation", "c1"),
        ("Urlaub IM", "c3"),
        ("AB #leave", "c1"),
    ],
)
def test_a_client_in_the_title_is_that_clients_absence(title: str, client: str) -> None:
    """Id, initials or name of a client: never leave, and the client is away."""
    assert leave(event(title)) == ()
    assert find_client_absences([event(title)], DANA, ROSTER) == ((client, days(6, 10).span(DANA.zone)),)


def test_a_short_client_absence_counts_too() -> None:
    """An hour that a client is away is no slot for them."""
    (found,) = find_client_absences([event("CD vacation", timed(6, 9, 60))], DANA, ROSTER)
    assert found == ("c2", timed(6, 9, 60))


def test_ambiguous_initials_keep_every_client_they_may_mean_away() -> None:
    """XY and X.Y. are two clients: neither is offered a slot, and it is never leave."""
    assert [client for client, _ in find_client_absences([event("XY vacation")], DANA, ROSTER)] == [
        "c4",
        "c5",
    ]
    assert leave(event("XY vacation")) == ()


@pytest.mark.parametrize(
    "title", ["Urlaub 17. bis 24.", "Urlaub im Juli", "Vacation", "AB!", "Lunch with AB"]
)
def test_words_and_dates_are_no_clients(title: str) -> None:
    """A day of the month is not client 17, "im" is not Ida Marx, and without leave it has to be a name alone."""
    assert find_client_absences([event(title)], DANA, ROSTER) == ()


def test_a_client_named_like_the_therapist_is_asked_about() -> None:
    """Title means therapist or client: nothing is planned before `#ok`."""
    roster = type(ROSTER).of([replace(ROSTER.clients["c1"], name="Dana")])
    (block,) = find_leave([event("Vacation Dana")], DANA, roster, NOW)
    assert block.waits == "title"


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("#NONE", ("none",)),
        ("#exceptional #Before", ("before", "exceptional")),
        ("#limited,#after", ("after", "limited")),
        ("#all #cover #review #send", ("all", "cover", "review", "send")),
        ("#ok bx", ("ok", "ok bx")),
        ("#okay bx", ("ok", "ok bx")),
        ("#ok thanks", ("ok",)),
        ("#ok&nbsp;BX<br>bye", ("ok", "ok bx")),
        ("#none AB", ("none c1",)),
        ("#none ab", ("none c1",)),
        ("#none AB, CD and Ida Marx", ("none c1", "none c2", "none c3")),
        ("#none AB back on Monday", ("none c1",)),
        ("#none back on Monday", ("none",)),
        ("#none\nAB", ("none",)),
        ("#none im Juli", ("none",)),
        ("#none AB #none", ("none", "none c1")),
        ("#told AB, CD", ("told c1", "told c2")),
        ("#told XY", ()),  # two are called so: neither is left out
        ("see https://example.org/x#none and foo#all", ()),
        ("#nonetheless #allday #mine", ()),
    ],
)
def test_tags(text: str, tags: tuple[str, ...]) -> None:
    """Tags ignore case, stand in title or description, and name codes and clients."""
    assert only(event("Vacation", description=text)).tags == tags
    if "\n" not in text and "<" not in text and text.startswith("#none"):
        assert only(event(f"Vacation {text}")).tags == tags


def test_none_for_somebody_unknown_or_ambiguous_waits() -> None:
    """`#none ZZ` would be lost silently: the leave waits; ambiguous initials exclude all whom they may mean."""
    assert only(event("Vacation", description="#none ZZ")).waits == "tag"
    block = only(event("Vacation #none XY"))
    assert (block.waits, sorted(excluded(block.tags))) == ("tag", ["c4", "c5"])


def test_tags_are_told_apart() -> None:
    """Codes, excluded clients, and what changes the plan."""
    tags = ("none c1", "ok", "ok bx", "review", "send")
    assert (set(codes(tags)), set(excluded(tags))) == ({"bx"}, {"c1"})
    assert policy_tags(tags) == ("none c1", "review")


def test_leave_that_is_over_is_left_out_unless_later_leave_continues_it() -> None:
    """Else an absence would change its id, and with it its approval, in the middle."""
    past = event("Vacation", days(4, 8, month=5), uid="long ago")
    first, second = event("Urlaub", days(6, 10), uid="a"), event("Urlaub", days(13, 17), uid="b")
    then = timed(15, 12).start
    assert [block.ref.uid for block in find_leave([past, first, second], DANA, ROSTER, then)] == ["a", "b"]
    assert find_leave([past, first, second], DANA, ROSTER, then + timedelta(days=30)) == ()


def test_blocks_without_a_working_day_between_are_one_absence() -> None:
    """A weekend or a holiday does not part them, a working day does; overlapping blocks are one."""
    week, next_week = event("Urlaub", days(6, 10), uid="a"), event("Urlaub", days(13, 17), uid="b")
    assert len(absences(leave(week, next_week), DANA, frozenset())) == 1
    short = event("Urlaub", days(6, 9), uid="a")
    assert len(absences(leave(short, next_week), DANA, frozenset())) == 2
    assert len(absences(leave(short, next_week), DANA, frozenset({date(2026, 7, 10)}))) == 1
    inside = event("Urlaub", timed(7, 9, 240), uid="c")
    (absence,) = absences(leave(inside, week), DANA, frozenset())
    assert (absence.span, len(absence.blocks)) == (days(6, 10).span(DANA.zone), 2)


def test_two_half_days_next_to_each_other_are_one_absence() -> None:
    """Monday afternoon and Tuesday morning: no working day lies between."""
    halves = [event("Urlaub", timed(6, 14, 240), uid="a"), event("Urlaub", timed(7, 9, 240), uid="b")]
    assert len(absences(leave(*halves), DANA, frozenset())) == 1


def test_an_edited_leave_keeps_its_absence_id() -> None:
    """The id follows the first block's UID, and says nothing about a person."""
    before, after = (
        absences(leave(event(title, days(6, last))), DANA, frozenset())[0]
        for title, last in (("Urlaub", 10), ("Vacation #all", 9))
    )
    other = absences(leave(event("Urlaub", uid="e2")), DANA, frozenset())[0]
    assert before.id == after.id != other.id
    assert "dana" not in before.id


def conflicts(session: Event, *blocks: Event) -> int:
    """How many conflicts a session has with leave."""
    found = find_sessions([session], DANA, ROSTER).sessions
    return len(find_conflicts(found, absences(leave(*blocks), DANA, frozenset())))


def test_a_session_partly_inside_leave_is_a_conflict() -> None:
    """Even a minute; touching is not overlapping; two blocks of one absence make one conflict."""
    session = attended("ada@example.org", when=timed(7, 10, 50))
    assert conflicts(session, event("Urlaub", timed(7, 6, 241))) == 1
    assert conflicts(session, event("Urlaub", timed(7, 6, 240))) == 0
    assert conflicts(session, event("Urlaub"), event("Urlaub", timed(7, 8, 300), uid="e2")) == 1


def test_a_session_between_the_blocks_of_an_absence_is_no_conflict() -> None:
    """A Saturday session between two weeks of leave takes place."""
    saturday = attended("ada@example.org", when=timed(11, 10))
    assert conflicts(saturday, event("Urlaub"), event("Urlaub", days(13, 17), uid="e2")) == 0


def test_keep_in_the_title_keeps_a_session() -> None:
    """`#keep`: it takes place despite the leave."""
    assert conflicts(attended("ada@example.org", title="Session #Keep"), event("Urlaub")) == 0
    assert conflicts(attended("ada@example.org", title="keep"), event("Urlaub")) == 1


def test_leave_of_one_therapist_displaces_only_their_sessions() -> None:
    """Conflicts never cross therapists."""
    (session,) = find_sessions([attended("ada@example.org")], DANA, ROSTER).sessions
    away = absences(leave(event("Urlaub")), DANA, frozenset())
    assert find_conflicts([replace(session, therapist="lee")], away) == ()
    assert find_conflicts([session], away) == ((session, away[0]),)
    assert isinstance(away[0].span, Span)


@pytest.mark.parametrize(
    "title",
    [
        *(
            "Sick",
            "Krank",
            "Dana krank",
            "krankgemeldet",
            "Krank geschrieben",
            "Ill",
            "Sick leave",
            "Off sick",
            "Malade",
        ),
        *("arrêt maladie", "Enferma", "In malattia", "Ziek", "🤒 Krank!"),
    ],
)
def test_a_word_for_sickness_is_leave(title: str) -> None:
    """In six languages, all-day or of three hours, as leave words are; whatever words the settings name."""
    assert not only(event(title)).waits
    assert not only(event(title, timed(6, 9, 180))).waits
    assert leave(event(title, timed(6, 9, 60))) == ()
    other = replace(DANA, policy=replace(DANA.policy, leave_words=("off",)))
    assert len(find_leave([event(title)], other, ROSTER, NOW)) == 1


@pytest.mark.parametrize("title", ["Kids sick", "Hund krank", "Malade imaginaire"])
def test_a_title_that_mentions_sickness_is_asked_about(title: str) -> None:
    """Whose it is only she knows."""
    assert only(event(title)).waits == "title"


@pytest.mark.parametrize(
    "title", ["Sicknote", "Skills", "Billing", "Krankenkasse", "Illness narratives", "Seasick"]
)
def test_words_that_only_look_like_sickness_say_nothing(title: str) -> None:
    """Letters within another word."""
    assert leave(event(title, when=days(7, 7))) == ()


def test_a_sick_client_is_away_and_one_called_krank_is_asked_about() -> None:
    """The title AB krank is Ada's absence; Anna Krank's sessions and days bear her name, and "krank" may be either."""
    assert find_client_absences([event("AB krank")], DANA, ROSTER) == (("c1", days(6, 10).span(DANA.zone)),)
    anna = replace(CLIENTS[0], id="c9", name="Anna Krank", initials="AK")
    roster = Roster.of((*CLIENTS, anna))
    (block,) = find_leave([event("Krank")], DANA, roster, NOW)
    assert block.doubted
    assert find_client_absences([event("Krank")], DANA, roster) == ()
    assert find_leave([event("Anna Krank")], DANA, roster, NOW) == ()
    assert [who for who, _ in find_client_absences([event("Anna Krank")], DANA, roster)] == ["c9"]
    assert [
        one.client for one in find_sessions([event("Anna Krank", timed(7, 10))], DANA, roster).sessions
    ] == ["c9"]


def test_initials_that_are_a_small_word_are_a_client_only_as_on_the_roster() -> None:
    """ "Urlaub IM" is Ida's, "Urlaub im Juli" hers, and in "URLAUB IM JULI" nobody can see which."""
    assert leave(event("Urlaub IM")) == ()
    assert only(event("Urlaub im Juli")).waits == ""
    assert only(event("URLAUB IM JULI")).waits == "title"
    assert find_client_absences([event("URLAUB IM JULI")], DANA, ROSTER) == ()
