"""Each key of [policy], written in a therapist's table, changes what it is for. The others have the default."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from tests.outside.practice import files
from tests.outside.practice.carried import carries
from tests.outside.practice.conftest import Played
from tests.outside.practice.house import AB, AWAY, BERLIN, CD, Client, House, Therapist, method, words

ENDS = AWAY + timedelta(days=5)
BEFORE_ONLY = 'horizon_before = "7d"\nafter = false'
ONE_WEDNESDAY = 'hours = { wed = ["09:00-12:00"] }'
OWED = 'aim = "sessions"\n'  # where times lie is asked, not what they are good for
ONE_THURSDAY = 'hours = { thu = ["09:00-12:00"] }'


def starts(played: Played, therapist: str) -> list[datetime]:
    """When the times kept for clients begin."""
    found = [one.start for kept in played.first.offers(therapist).values() for one in kept]
    return [one for one in found if isinstance(one, datetime)]


DAY_BESIDE = 'hours = { tue = ["13:00-16:00"] }'  # the day after the client's own
LATER = "before = false"  # on a Thursday after their next own session


@carries(
    "policy.aim",
    "policy.min_gain",
    by=(
        Therapist("continuity", LATER, (AB,), hours=ONE_THURSDAY),
        Therapist("owed", f'{LATER}\naim = "sessions"', (AB,), hours=ONE_THURSDAY),
        Therapist("besides", clients=(AB,), hours=DAY_BESIDE),
        Therapist("leastgain", 'min_gain = "1d"', (AB,), hours=DAY_BESIDE),
        Therapist("mostgain", f'{BEFORE_ONLY}\nmin_gain = "4d"', (AB,), hours=ONE_WEDNESDAY),
        Therapist("autogain", BEFORE_ONLY, (AB,), hours=ONE_WEDNESDAY),
    ),
)
def test_what_a_time_is_for(played: Played) -> None:
    """What shortens no wait by `min_gain` is not offered, unless every hour is owed: an honest notice, and why."""
    for therapist in ("continuity", "besides", "mostgain"):
        assert starts(played, therapist) == [], therapist
    for therapist in ("owed", "leastgain", "autogain"):
        assert len(starts(played, therapist)) == 1, therapist
    (notice,) = played.first.got("continuity")
    assert "no other time to offer" in words(notice)
    (letter,) = played.first.mails("continuity@example.org")
    assert "none would shorten the wait by much" in words(letter)


def asked(played: Played, therapist: str) -> int:
    """How many clients were sent an invitation."""
    return sum(method(mail) == "REQUEST" for who in ("AB", "CD") for mail in played.first.got(therapist, who))


@carries("policy.approach", by=(Therapist("usual"), Therapist("none", 'approach = "none"')))
def test_approach(played: Played) -> None:
    """`none`: an honest notice instead of an invitation."""
    assert asked(played, "usual") == 2
    assert asked(played, "none") == 0
    (notice,) = played.first.got("none")
    assert "no other time to offer" in words(notice)


@carries("policy.budget", by=Therapist("budget", "budget = 1"))
def test_budget(played: Played) -> None:
    """One of two clients gets a time."""
    assert len(starts(played, "budget")) == 1


@carries(
    "policy.before",
    "policy.after",
    by=(Therapist("after", "before = false", days=2), Therapist("before", "after = false")),
)
def test_before_and_after(played: Played) -> None:
    """Times lie only on the side that is left."""
    assert all(one.date() >= AWAY + timedelta(days=2) for one in starts(played, "after"))
    assert all(one.date() < AWAY for one in starts(played, "before"))
    assert len(starts(played, "after")) == len(starts(played, "before")) == 2


NO_TIME = 'horizon_before = "0d"\nhorizon_after = "0d"'
NEXT_TO_IT = 'hours = { mon = ["10:00-11:20"], tue = ["10:00-11:20"] }'  # no room for fifty minutes more
BESIDE = Client("CD", 1, 10)
ONE_A_DAY = "max_sessions_per_day = 1"
LONGER = f'extension = "30m"\n{ONE_A_DAY}'


@carries(
    "policy.extension",
    by=(
        Therapist("longer", LONGER, (AB, BESIDE), hours=NEXT_TO_IT),
        Therapist("nolonger", LONGER.replace("30m", "0m"), (AB, BESIDE), hours=NEXT_TO_IT),
    ),
)
def test_extension(played: Played) -> None:
    """Where no time is left, a longer session beside the client's own."""
    (kept,) = played.first.offers("longer")["AB"]
    assert kept.weekday == 0
    assert played.first.offers("nolonger") == {}


ONLY_A_CALL = 'hours = { thu = ["10:00-10:40"] }'  # no whole session fits


@carries(
    "policy.call",
    by=(
        Therapist("calls", 'call = "20m"', (AB,), hours=ONLY_A_CALL),
        Therapist("nocalls", 'call = "0m"', (AB,), hours=ONLY_A_CALL),
    ),
)
def test_call(played: Played) -> None:
    """Where no useful hour is left: twenty minutes by phone; an honest notice where nobody calls."""
    (kept,) = played.first.offers("calls")["AB"]
    assert isinstance(kept.start, datetime)
    assert kept.end == kept.start + timedelta(minutes=20)
    (asked_by,) = played.first.got("calls")
    assert method(asked_by) == "REQUEST"
    assert "I can call you for a short talk" in words(asked_by)
    assert played.first.offers("nocalls") == {}
    (letter,) = played.first.mails("nocalls@example.org")
    assert "#call in the title of your leave would give a short call to one of those" in words(letter)


def declines(house: House, therapist: str) -> None:
    """The client's program declines, a day later."""
    house.answers(therapist, "AB", "DECLINED", house.moment)


@carries(
    "policy.max_offers",
    by=(
        Therapist("twice", clients=(AB,), acts=declines),
        Therapist("onetime", "max_offers = 1", (AB,), acts=declines),
    ),
)
def test_max_offers(played: Played) -> None:
    """After a decline: another time, or none."""
    kinds = {who: [method(one) for one in played.next_day.got(who)] for who in ("twice", "onetime")}
    assert kinds == {"twice": ["REQUEST", "REQUEST"], "onetime": ["REQUEST", ""]}


def takes_the_second(house: House, therapist: str) -> None:
    """The client's program accepts the invitation that came last, a day later."""
    house.answers(therapist, "AB", "ACCEPTED", house.moment)


@carries(
    "policy.choices",
    by=(
        Therapist("onechoice", clients=(AB,)),
        Therapist("choosing", "choices = 2", (AB,), acts=takes_the_second),
    ),
)
def test_choices(played: Played) -> None:
    """One time, or two of which the client takes one: a mail says all, and the other time is taken back."""
    assert len(starts(played, "onechoice")) == 1
    assert len(starts(played, "choosing")) == 2
    asked_by = [method(one) for one in played.first.got("choosing")]
    assert asked_by == ["", "REQUEST", "REQUEST"]
    assert "one of these times" in words(played.first.got("choosing")[0])
    assert [method(one) for one in played.next_day.got("choosing")][3:4] == ["CANCEL"]
    assert played.next_day.offers("choosing") == {}  # what was taken is fixed


TWICE_A_WEEK = Client("AB", 0, 10, more=((3, 15),))


@carries(
    "policy.max_makeups_per_client",
    by=(
        Therapist("both", OWED, (TWICE_A_WEEK,)),
        Therapist("single", OWED + "max_makeups_per_client = 1", (TWICE_A_WEEK,)),
    ),
)
def test_max_makeups_per_client(played: Played) -> None:
    """Two displaced sessions of one client: two make-ups, or one."""
    assert len(starts(played, "both")) == 2
    assert len(starts(played, "single")) == 1


@carries(
    "policy.approval",
    "policy.review_first",
    "policy.approval_above",
    by=(
        Therapist("review", 'approval = "review"'),
        Therapist("newcomer", "review_first = 1"),
        Therapist("sessions", "approval_above = { sessions = 1 }"),
        Therapist("days", "approval_above = { days = 3 }"),
    ),
)
def test_approval(played: Played) -> None:
    """Nothing leaves before a yes, and the letter names the code that gives it."""
    for therapist in ("review", "newcomer", "sessions", "days"):
        assert asked(played, therapist) == 0, therapist
        assert len(starts(played, therapist)) == 2, therapist
        assert any("#ok " in words(letter) for letter in played.first.mails(f"{therapist}@example.org"))


@carries("policy.settle", by=Therapist("settle", 'settle = "2h"'))
def test_settle(played: Played) -> None:
    """Held at once, sent when the leave has stood for that long."""
    assert (asked(played, "settle"), len(starts(played, "settle"))) == (0, 2)
    assert [method(one) for one in played.next_day.got("settle")] == ["REQUEST"]


@carries("policy.invite_ahead", by=Therapist("later", 'invite_ahead = "7d"'))
def test_invite_ahead(played: Played) -> None:
    """Not yet near enough to write."""
    assert (asked(played, "later"), len(starts(played, "later"))) == (0, 2)


@carries(
    "policy.invite_ahead_long",
    by=Therapist("longer_away", 'invite_ahead = "7d"\ninvite_ahead_long = "60d"', days=12),
)
def test_invite_ahead_of_long_leave(played: Played) -> None:
    """Two weeks of leave: near enough."""
    assert asked(played, "longer_away") > 0


@carries("policy.handover_above", by=Therapist("handed", 'handover_above = "14d"', days=19))
def test_handover_above(played: Played) -> None:
    """Leave of more days is handed over: no time is held for anybody."""
    assert starts(played, "handed") == []


@carries("policy.tell_first", by=Therapist("inroom", "tell_first = true", (AB, Client("CD", 1, 14))))
def test_tell_first(played: Played) -> None:
    """Clients hear it in the next session first: the one on Tuesday at two has been told by Wednesday."""
    assert asked(played, "inroom") == 0
    assert played.next_day.got("inroom", "AB") == []
    assert [method(one) for one in played.next_day.got("inroom", "CD")] == ["REQUEST"]


@carries("policy.answer_within", by=Therapist("soon", 'answer_within = "2d"'))
def test_answer_within(played: Played) -> None:
    """The invitation names the day until which an answer helps."""
    assert "until Thursday 4 June" in words(played.first.got("soon")[0])
    assert "until Tuesday 9 June" in words(played.first.got("usual")[0])


CRUCIAL = replace(AB, cells={"phase": "crucial"})


@carries(
    "policy.wave",
    by=(
        Therapist("waves", clients=(CRUCIAL, CD)),
        Therapist("atonce", 'wave = "0m"', (CRUCIAL, CD)),
    ),
)
def test_wave(played: Played) -> None:
    """The next tier is asked a day later, or at once."""
    assert (asked(played, "waves"), asked(played, "atonce")) == (1, 2)
    assert [method(one) for one in played.next_day.got("waves", "CD")] == ["REQUEST"]


@carries(
    "policy.release",
    "policy.originals",
    by=(
        Therapist("release", 'release = "30d"'),
        Therapist("atnotice", 'originals = "at_notice"'),
        Therapist("keep", 'originals = "keep"\napproach = "none"'),
    ),
)
def test_when_an_original_goes(played: Played) -> None:
    """By default with acceptance or with a notice that offers nothing; earlier or never where somebody says so."""
    assert played.first.cancelled("usual") == set()
    assert played.first.cancelled("none") == {"AB", "CD"}
    assert played.first.cancelled("release") == {"AB", "CD"}
    assert played.first.cancelled("atnotice") == {"AB", "CD"}
    assert played.first.cancelled("keep") == set()


@carries(
    "policy.horizon_before",
    "policy.horizon_after",
    by=(
        Therapist("near", OWED + 'horizon_before = "7d"\nafter = false'),
        Therapist("far", OWED + 'horizon_after = "7d"\nbefore = false'),
    ),
)
def test_horizon(played: Played) -> None:
    """No further away than that."""
    assert [one for one in starts(played, "near") if one.date() < AWAY - timedelta(days=7)] == []
    assert [one for one in starts(played, "far") if one.date() >= ENDS + timedelta(days=7)] == []
    assert len(starts(played, "near")) == len(starts(played, "far")) == 2


IN_CRISIS = replace(AB, cells={"priority": "crisis"})


@carries(
    "policy.min_notice",
    "policy.crisis_notice",
    by=(
        Therapist("notice", OWED + 'min_notice = "28d"'),
        Therapist("crisisnotice", OWED + 'crisis_notice = "28d"', (IN_CRISIS, CD)),
    ),
)
def test_notice(played: Played) -> None:
    """Nothing before that many days have passed; clients in crisis have a key of their own."""
    assert {one.date() >= AWAY for one in starts(played, "notice")} == {True}
    kept = played.first.offers("crisisnotice")
    assert [one.start.strftime("%m") for one in kept["AB"]] == ["07"]
    assert [one.start.strftime("%m") for one in kept["CD"]] == ["06"]


MEETING = {
    "meeting": files.timed(
        "meeting", "Team", datetime(2026, 6, 3, 9, 50, tzinfo=BERLIN), 130, rule=files.WEEKLY
    )
}


@carries(
    "policy.buffer",
    by=(
        Therapist("nobuffer", OWED + 'buffer = "0m"', (AB,), hours=ONE_WEDNESDAY, events=MEETING),
        Therapist("buffer", OWED + 'buffer = "5m"', (AB,), hours=ONE_WEDNESDAY, events=MEETING),
    ),
)
def test_buffer(played: Played) -> None:
    """Fifty minutes before a meeting are enough only without a buffer."""
    assert len(starts(played, "nobuffer")) == 1
    assert starts(played, "buffer") == []


ODD_HOUR = 'hours = { wed = ["09:00-10:25"] }'
EARLY = {
    "early": files.timed("early", "Team", datetime(2026, 6, 3, 9, 0, tzinfo=BERLIN), 20, rule=files.WEEKLY)
}


@carries(
    "policy.grid",
    by=(
        Therapist("quarter", OWED, clients=(AB,), hours=ODD_HOUR, events=EARLY),
        Therapist("hourly", OWED + 'grid = "1h"', (AB,), hours=ODD_HOUR, events=EARLY),
    ),
)
def test_grid(played: Played) -> None:
    """From 09:20 on: 09:30 is on the grid of quarters; no full hour fits."""
    assert [one.minute for one in starts(played, "quarter")] == [30]
    assert starts(played, "hourly") == []


MONDAYS = 'aim = "sessions"\nhours = { mon = ["13:00-16:00"] }'


@carries(
    "policy.client_distance",
    by=(
        Therapist("apart", f'{BEFORE_ONLY}\nclient_distance = "20h"', (AB,), hours=MONDAYS),
        Therapist("sameday", f'{BEFORE_ONLY}\nclient_distance = "1h"', (AB,), hours=MONDAYS),
    ),
)
def test_client_distance(played: Played) -> None:
    """On the day of the client's own session only where that is allowed."""
    assert starts(played, "apart") == []
    assert len(starts(played, "sameday")) == 1


@carries(
    "policy.max_sessions_per_day",
    "policy.max_makeups_per_day",
    "policy.max_makeups_per_week",
    by=(
        Therapist("thursday", BEFORE_ONLY, hours=ONE_THURSDAY),
        Therapist("sessionday", f"{BEFORE_ONLY}\nmax_sessions_per_day = 1", hours=ONE_THURSDAY),
        Therapist("makeupday", f"{BEFORE_ONLY}\nmax_makeups_per_day = 1", hours=ONE_THURSDAY),
        Therapist("makeupweek", f"{BEFORE_ONLY}\nmax_makeups_per_week = 1"),
    ),
)
def test_how_much_a_day_and_a_week_hold(played: Played) -> None:
    """One Thursday for two clients, unless a limit is one."""
    assert len(starts(played, "thursday")) == 2
    for therapist in ("sessionday", "makeupday", "makeupweek"):
        assert len(starts(played, therapist)) == 1, therapist


@carries("policy.min_interval", by=Therapist("often", 'min_interval = "8d"'))
def test_min_interval(played: Played) -> None:
    """Whoever comes weekly comes more often than every eighth day: an honest notice."""
    assert asked(played, "often") == 0
    assert "no other time to offer" in words(played.first.got("often")[0])


TWO_HOURS = 'hours = { thu = ["10:00-12:00"] }'


@carries(
    "policy.max_in_a_row",
    "policy.max_before_leave",
    "policy.max_sessions_per_week",
    "policy.max_makeups_on_empty_day",
    by=(
        Therapist("twohours", BEFORE_ONLY, hours=TWO_HOURS),
        Therapist("row", f"{BEFORE_ONLY}\nmax_in_a_row = 1", hours=TWO_HOURS),
        Therapist("lastday", BEFORE_ONLY, hours=ONE_THURSDAY),
        Therapist("lastdayone", f"{BEFORE_ONLY}\nmax_before_leave = 1", hours=ONE_THURSDAY),
        Therapist("sessionweek", f'{BEFORE_ONLY}\nmax_sessions_per_week = 3\nextension = "0m"'),
        Therapist(
            "emptyday",
            f"{BEFORE_ONLY}\nmax_makeups_per_day = 1\nmax_makeups_on_empty_day = 2",
            hours=ONE_THURSDAY,
        ),
    ),
)
def test_what_is_too_much(played: Played) -> None:
    """A pause between two, one on the last day, three sessions a week; more where nothing else stands."""
    for therapist in ("twohours", "lastday", "emptyday"):
        assert len(starts(played, therapist)) == 2, therapist
    for therapist in ("row", "lastdayone", "sessionweek"):
        assert len(starts(played, therapist)) == 1, therapist


@carries(
    "policy.reserved_only",
    "therapists.reserved",
    by=Therapist("reserved", 'reserved_only = true\nreserved = { thu = ["15:00-17:00"] }'),
)
def test_reserved_hours(played: Played) -> None:
    """Make-ups in the hours that are kept for them, and nowhere else."""
    assert {(one.weekday(), one.hour in {15, 16}) for one in starts(played, "reserved")} == {(3, True)}


def ab_accepts(house: House, therapist: str) -> None:
    """A plain yes, a day later."""
    house.answers(therapist, "AB", "ACCEPTED", house.moment)


@carries(
    "policy.thank_you",
    by=(
        Therapist("thankful", "quiet_sundays = false", acts=ab_accepts),
        Therapist("terse", "quiet_sundays = false\nthank_you = false", acts=ab_accepts),
    ),
)
def test_thank_you(played: Played) -> None:
    """Whoever says yes is thanked in one mail, unless that is not wanted."""
    thanks = [one for one in played.sunday.got("thankful") if one["Subject"].startswith("Thank you")]
    assert len(thanks) == 1
    assert "this time is now yours" in words(thanks[0])
    assert [method(one) for one in played.sunday.got("terse")] == ["REQUEST"]


@carries("policy.quiet_hours", by=Therapist("quiet", 'quiet_hours = "00:00-12:00"'))
def test_quiet_hours(played: Played) -> None:
    """It is eleven: nothing is sent yet."""
    assert (asked(played, "quiet"), len(starts(played, "quiet"))) == (0, 2)


@carries(
    "policy.quiet_sundays",
    by=(
        Therapist("sunday", acts="on Sunday"),
        Therapist("everyday", "quiet_sundays = false", acts="on Sunday"),
    ),
)
def test_quiet_sundays(played: Played) -> None:
    """Leave entered on a Sunday."""
    assert played.sunday.got("sunday") == []
    assert [method(one) for one in played.sunday.got("everyday")] == ["REQUEST"]


@carries(
    "policy.leave_words",
    by=(
        Therapist("retreat", 'leave_words = ["retreat"]', leave="Retreat"),
        Therapist("unknown", leave="Retreat"),
    ),
)
def test_leave_words(played: Played) -> None:
    """A word of one's own for leave."""
    assert len(starts(played, "retreat")) == 2
    assert starts(played, "unknown") == []


def points(played: Played, therapist: str, factor: str, initials: str = "AB") -> float:
    """What a factor gives a client."""
    (found,) = [
        one["points"] for one in played.of(therapist)[initials]["rank"]["factors"] if one["name"] == factor
    ]
    return float(found)


OFTEN = replace(AB, cells={"phase": "early", "since": "2020-01-01"})
MARKED = replace(AB, cells={"significance": "5", "since": "2026-06-29"})


@carries(
    *(f"policy.weights.{key}" for key in ("interval", "gap", "tenure", "significance", "phase", "fairness")),
    by=(
        Therapist("marked", clients=(MARKED,)),
        Therapist("significance", "weights = { significance = 24 }", (MARKED,)),
        Therapist("defaults", clients=(OFTEN,)),
        Therapist("interval", "weights = { interval = 50 }", (OFTEN,)),
        Therapist("gap", "weights = { gap = 30 }", (OFTEN,)),
        Therapist("tenure", "weights = { tenure = 16 }", (OFTEN,)),
        Therapist("phase", "weights = { phase = 70 }", (OFTEN,)),
        Therapist("fairness", "weights = { fairness = 30 }", (OFTEN,)),
    ),
)
def test_weights(played: Played) -> None:
    """Twice the weight, twice the points; nobody was passed over yet, so fairness gives nothing either way."""
    names = {"interval": "interval", "gap": "gap", "tenure": "relationship", "phase": "phase"}
    for therapist, factor in names.items():
        usual = points(played, "defaults", factor)
        assert usual > 0, factor
        assert points(played, therapist, factor) == 2 * usual, factor
    assert points(played, "marked", "relationship") == 12
    assert points(played, "significance", "relationship") == 24
    assert points(played, "fairness", "fairness") == points(played, "defaults", "fairness") == 0


@carries(
    "policy.weights.gap_in_days",
    by=(Therapist("indays", "weights = { gap_in_days = true }", (AB,)),),
)
def test_gap_in_days(played: Played) -> None:
    """A fortnight is two intervals of a weekly client, and not many days."""
    assert points(played, "indays", "gap") < points(played, "usual", "gap")
