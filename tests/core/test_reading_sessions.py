"""What counts as a session, and what only the therapist can settle: docs/therapists.md."""

from __future__ import annotations

from dataclasses import replace

import pytest

from syncd.core.model import Attendee, Client, Event, EventStatus, PartStat, Session, Transparency
from syncd.core.reading import Roster, Sessions, find_client_absences, find_sessions, redact
from syncd.core.reading.sessions import unexplained
from tests.core.detecting import (
    BUSY_CALENDAR,
    CLIENTS,
    DANA,
    LEAVE_CALENDAR,
    ROSTER,
    attended,
    days,
    declined,
    event,
    ours,
    timed,
)

HOUR = timed(7, 10)


def read(*events: Event) -> Sessions:
    """The sessions in these events."""
    return find_sessions(events, DANA, ROSTER)


def session(one: Event) -> Session:
    """The session that an event is, and nothing else."""
    found = read(one)
    assert (len(found.sessions), found.unsettled, found.strangers) == (1, (), ())
    return found.sessions[0]


def reason(one: Event) -> str:
    """Why an event is left to the therapist."""
    found = read(one)
    assert (found.sessions, len(found.unsettled), found.strangers) == ((), 1, ())
    return found.unsettled[0].reason


@pytest.mark.parametrize("email", ["ada@example.org", "ADA@example.org", "a.b@example.com"])
def test_an_attendee_on_the_roster_makes_a_session(email: str) -> None:
    """By address or alias, whatever its case; place, link and etag are carried along."""
    one = attended(
        email, "dana@example.org", location="Room 2", link="https://video.example.org/x", etag='"7"'
    )
    found = session(one)
    assert (found.client, found.span, found.ref) == ("c1", HOUR, one.ref)
    assert (found.location, found.link, found.etag) == ("Room 2", "https://video.example.org/x", '"7"')


@pytest.mark.parametrize(
    ("title", "client"),
    [
        ("AB", "c1"),
        ("ab", "c1"),
        ("A.B.", "c1"),
        ("Session AB online", "c1"),
        ("Sitzung AB, 14:00–14:50 Uhr", "c1"),
        ("Termin mit AB (50 min)", "c1"),
        ("AB 9.30", "c1"),
        ("AB room 2", "c1"),
        ("C1", "c1"),
        ("17", "17"),
        ("Ida Marx", "c3"),
        ("Ida Marx / c3", "c3"),
        ("CD", "c2"),
        ("AB!", "c1"),
        ("AB #keep", "c1"),
        ("AB #told", "c1"),
    ],
)
def test_a_title_that_is_a_clients_id_or_initials_makes_a_session(title: str, client: str) -> None:
    """Words such as "session" and times do not count; CD is Lee's client too, but unique for Dana."""
    assert session(event(title, HOUR)).client == client


@pytest.mark.parametrize(
    "title",
    [
        "",
        "Lunch with AB",
        "AB CD Rechnung",
        "Group supervision",
        "Paar AB",
        "Gruppe",
        "Supervision",
        "Session",
        "ABC",
        "ab oder nicht",
        "14:00",
        "🌊",
    ],
)
def test_other_titles_are_no_sessions(title: str) -> None:
    """A title that says more is the therapist's own business."""
    assert read(event(title, HOUR)) == Sessions()


def test_an_attendee_beats_the_title() -> None:
    """The title says CD, the attendee is Ada: it is Ada's; with a stranger it is nobody's."""
    assert session(attended("ada@example.org", title="CD")).client == "c1"
    found = read(attended("who@example.com", title="AB"))
    assert (found.sessions, found.unsettled, len(found.strangers)) == ((), (), 1)


def test_several_clients_or_a_client_and_a_stranger_are_left_to_the_therapist() -> None:
    """One client per session; everything else is settled by hand."""
    assert reason(attended("ada@example.org", "cem@example.org")) == "several"
    assert reason(attended("ada@example.org", "who@example.com")) == "stranger"
    for title in (
        "AB + CD",
        "AB CD",
        "Gruppe AB CD",
        "Group: AB, CD and 17",
        "Paar AB / CD",
        "Couple AB & CD, 10 Uhr",
    ):
        assert reason(event(title, HOUR)) == "several"
    assert session(attended("ada@example.org", "a.b@example.com")).client == "c1"


@pytest.mark.parametrize(
    ("written", "link", "place", "found"),
    [
        ("https://meet.example.org/ada", "", "", "https://meet.example.org/ada"),
        ("Zoom: https://zoom.example.org/j/1?pwd=x", "", "", "https://zoom.example.org/j/1?pwd=x"),
        ("Room 2", "", "Room 2", ""),
        ("Maple St 1 (https://maps.example.org/1)", "", "Maple St 1 (https://maps.example.org/1)", ""),
        (
            "https://maps.example.org/1",
            "https://meet.example.org/ada",
            "https://maps.example.org/1",
            "https://meet.example.org/ada",
        ),
    ],
)
def test_an_address_in_the_place_of_a_place_is_the_link(
    written: str, link: str, place: str, found: str
) -> None:
    """Most people write the video room there; a colleague who covers has a room of their own."""
    one = session(replace(event("AB", HOUR), location=written, link=link))
    assert (one.location, one.link) == (place, found)


@pytest.mark.parametrize("title", ["AB Paar", "AB Krise", "AB Elterngespräch", "AB or not", "AB Wut"])
def test_a_title_that_goes_on_after_the_initials_is_left_to_the_therapist(title: str) -> None:
    """Nobody comes to a closed door because of one word more; nobody is written to because of it either."""
    assert reason(event(title, HOUR)) == "unclear"


def test_initials_and_name_are_one_client() -> None:
    """As people write it who have two of a name."""
    assert session(event("IM Marx", HOUR)).client == "c3"


def test_initials_that_collide_are_left_to_the_therapist() -> None:
    """XY may be two clients: no guess."""
    assert reason(event("XY", HOUR)) == "ambiguous"


def test_strangers_are_reported_never_sessions() -> None:
    """Nobody on the roster: their occurrence is named, they are not."""
    one = attended("who@example.com", "else@example.com")
    (stranger,) = read(one).strangers
    assert (stranger.ref, stranger.span) == (one.ref, HOUR)
    assert "example.com" not in repr(stranger)


def test_rooms_are_no_strangers() -> None:
    """Google books a room as an attendee."""
    assert session(attended("ada@example.org", "c_1@resource.calendar.google.com")).client == "c1"


def test_what_is_not_a_session() -> None:
    """Cancelled, declined by the therapist, ours, or in another calendar; a copy of ours is an ordinary event."""
    ada = attended("ada@example.org")
    assert read(replace(ada, status=EventStatus.CANCELLED)) == Sessions()
    assert read(replace(ada, attendees=ada.attendees + declined(DANA))) == Sessions()
    mine = ours(title="AB", when=HOUR, attendees=ada.attendees)
    assert read(mine) == Sessions()
    assert session(replace(mine, uid="copy")).client == "c1"
    for calendar in (LEAVE_CALENDAR, BUSY_CALENDAR, "work/Lee"):
        assert read(replace(ada, calendar=calendar)) == Sessions()


def test_tentative_and_unanswered_sessions_count() -> None:
    """A client who never answers comes all the same."""
    one = replace(attended("ada@example.org"), status=EventStatus.TENTATIVE)
    assert session(replace(one, attendees=(Attendee("ada@example.org", PartStat.TENTATIVE),))).client == "c1"


def test_what_a_client_organised_is_no_session_but_the_therapist_hears_of_it() -> None:
    """Busy time at most; still a client may expect to be seen."""
    assert reason(attended("dana@example.org", organizer="ada@example.org")) == "foreign"
    assert reason(attended("ada@example.org", organizer="boss@example.com")) == "foreign"
    assert read(attended("dana@example.org", organizer="boss@example.com", title="AB")) == Sessions()


def test_whole_days_are_no_sessions() -> None:
    """ "AB" as an all-day event is some reminder; with the client invited it is left to the therapist."""
    assert read(event("AB", days(7, 7))) == Sessions()
    assert reason(attended("ada@example.org", when=days(7, 7))) == "all-day"


def test_told_leaves_a_session_what_it_is() -> None:
    """`#told` in the title is no word of it."""
    marked = session(attended("ada@example.org", title="AB #Told"))
    assert (marked.told, marked.keep) == (True, False)


def test_keep_is_read_from_the_title_only() -> None:
    """`#keep` in the title; what a description quotes does not count."""
    assert session(attended("ada@example.org", title="#KEEP")).keep
    assert not session(attended("ada@example.org", description="#keep")).keep


def test_occurrences_are_told_apart_by_recurrence_id() -> None:
    """Each occurrence of a series is a session of its own, in order of time."""
    weekly = [
        attended(
            "ada@example.org", when=timed(day, 10), recurring=True, recurrence_id=f"202607{day:02}T080000Z"
        )
        for day in (21, 7, 14)
    ]
    assert [one.span for one in read(*weekly).sessions] == [timed(7, 10), timed(14, 10), timed(21, 10)]


@pytest.mark.parametrize(
    "word",
    [
        *(
            "cancelled",
            "canceled",
            "moved",
            "postponed",
            "preparation",
            "prep",
            "report",
            "invoice",
            "call back",
        ),
        *("birthday", "abgesagt", "Absage", "verschoben", "verlegt", "Vorbereitung", "Bericht", "Rechnung"),
        *("Rückruf", "Geburtstag"),
    ],
)
@pytest.mark.parametrize(
    "form", ["IM {}", "{} IM", "{}: IM", "IM - {}", "IM ({}) 10:00", "Session with IM {}"]
)
def test_what_only_speaks_of_a_client_is_no_session(word: str, form: str) -> None:
    """A session that was called off or moved, work about a client, their birthday: nobody is invited for it."""
    assert read(event(form.format(word), HOUR)) == Sessions()
    assert read(event(form.format(word.upper()), HOUR)) == Sessions()


def test_what_nothing_explains_is_busy_in_working_hours_and_as_long_as_sessions() -> None:
    """Not what is free, whole days, what others organise, short or long, at night, leave, notes, or a client's."""
    asked = event("Erstkontakt F.", timed(7, 11), uid="asked")
    others = (
        event("AB", HOUR, uid="session"),
        event("AB Krise", HOUR, uid="unclear"),
        event("Urlaub", timed(7, 11, 100), uid="leave"),
        event("Elterngespräch #CD", HOUR, uid="tagged"),
        event("Lunch", timed(7, 12, 20), uid="short"),
        event("Away", timed(7, 9, 300), uid="long"),
        event("Dinner", timed(7, 21), uid="night"),
        event("Free", timed(7, 11), uid="free", transparency=Transparency.TRANSPARENT),
        event("Team", timed(7, 11), uid="foreign", organizer="boss@example.org"),
        event("#makeup", timed(7, 15), uid="opened"),
        event("Market", days(7, 7), uid="day"),
    )
    assert [one.ref.uid for one in unexplained((asked, *others), DANA, ROSTER)] == ["asked"]


def test_a_tag_names_the_client_whatever_else_stands_there() -> None:
    """As the letters say; a number may count sessions."""
    assert session(event("Gespräch mit der Mutter #CD", HOUR)).client == "c2"
    assert session(event("AB #17", HOUR)).client == "c1"
    assert reason(event("Beide #AB #CD", HOUR)) == "ambiguous"


def test_a_word_in_the_aliases_names_the_client() -> None:
    """Alone, with what sessions carry, and in what speaks of their leave; what two have is asked about."""
    addi = replace(CLIENTS[0], nicknames=("Addi",))
    roster = Roster.of((addi, *CLIENTS[1:]))
    for title in ("Addi", "Addi tel", "Addi Brandt", "Sitzung Addi 4"):
        assert [one.client for one in find_sessions([event(title, HOUR)], DANA, roster).sessions] == ["c1"]
    assert [who for who, _ in find_client_absences([event("Addi im Urlaub")], DANA, roster)] == ["c1"]
    both = Roster.of((addi, replace(CLIENTS[1], nicknames=("Addi",)), *CLIENTS[2:]))
    assert [one.reason for one in find_sessions([event("Addi", HOUR)], DANA, both).unsettled] == ["ambiguous"]


CIRCLE = Roster.of(
    tuple(
        replace(one, groups=("Evening circle",)) if one.id in {"c1", "c2", "17", "c6"} else one
        for one in CLIENTS
    )
)


def together(*events: Event) -> list[tuple[str, ...]]:
    """The clients of each meeting of a group, whether the calendar or its mirror is read."""
    kept = [redact(one, DANA, CIRCLE, DANA.policy.leave_words) for one in events]
    found, mirrored = (find_sessions(some, DANA, CIRCLE) for some in (events, kept))
    assert found.together == mirrored.together
    return [one.clients for one in found.together]


@pytest.mark.parametrize(
    "title", ["Evening circle", "evening  Circle 12", "#told Evening circle", "AB + EF", "AB CD"]
)
def test_a_group_is_known_by_its_title_or_by_who_belongs_to_it(title: str) -> None:
    """Whoever their own therapist is; no session of anybody's, and nothing to settle."""
    whole = ("17", "c1", "c2", "c6")
    some = {"AB + EF": ("17", "c1"), "AB CD": ("c1", "c2")}
    assert together(event(title, HOUR)) == [some.get(title, whole)]
    found = find_sessions([event(title, HOUR)], DANA, CIRCLE)
    assert (found.sessions, found.unsettled, found.strangers) == ((), (), ())
    assert unexplained([event(title, HOUR)], DANA, CIRCLE) == ()


def test_guests_of_one_group_are_a_meeting_of_it() -> None:
    """All of them: with somebody else among them it is the therapist's to settle, as ever."""
    assert together(attended("ada@example.org", "cem@example.org")) == [("c1", "c2")]
    assert together(attended("ada@example.org", "carl@example.org")) == [("c1", "c6")]
    for one in ("ida@example.org", "stranger@example.org"):
        found = find_sessions([attended("ada@example.org", "cem@example.org", one)], DANA, CIRCLE)
        assert (found.together, len(found.unsettled)) == ((), 1)


def test_who_has_no_address_belongs_to_a_group_of_guests_all_the_same() -> None:
    """Nobody can be a guest without one; where they may be of two groups the guests alone are meant."""
    silent = Client(id="c99", name="Tilo Arp", initials="TA", groups=("Evening circle",))
    members = tuple(CIRCLE.clients.values())
    whole = Roster.of((*members, silent))
    guests = [attended("ada@example.org", "cem@example.org")]
    assert [one.clients for one in find_sessions(guests, DANA, whole).together] == [("c1", "c2", "c99")]
    two = Roster.of(tuple(replace(one, groups=(*one.groups, "Open hour")) for one in (*members, silent)))
    assert [one.clients for one in find_sessions(guests, DANA, two).together] == [("c1", "c2")]


@pytest.mark.parametrize("title", ["Evening", "Evening circle plan", "circle evening", "Circle"])
def test_what_only_sounds_like_a_group_is_none(title: str) -> None:
    """Its title, word for word."""
    assert together(event(title, HOUR)) == []


def test_a_number_that_belongs_to_the_title_is_no_counter() -> None:
    """Two groups that differ by it are two."""
    roster = Roster.of(tuple(replace(one, groups=(f"Circle {1 + (one.id == 'c2')}",)) for one in CLIENTS[:3]))
    found = find_sessions(
        [event("Circle 1", HOUR), event("Circle 2 #4", HOUR), event("Circle 3", HOUR)], DANA, roster
    )
    assert [one.clients for one in found.together] == [("c1", "c3"), ("c2",)]
