"""Lives that once broke a promise, kept as they were printed (shortened to what matters)."""

from __future__ import annotations

import pytest

from tests.portions import third
from tests.walk.steps import (
    Answer,
    Backup,
    Block,
    BlockHours,
    BlockWeekly,
    Delete,
    Diary,
    Die,
    Drag,
    DropSession,
    Duplicate,
    EndSeries,
    Event,
    ExtraSession,
    Fail,
    HidePlan,
    MoveSession,
    Note,
    Off,
    Opening,
    Propose,
    Relocate,
    Remove,
    Restore,
    Retitle,
    Returned,
    Span,
    SplitLeave,
    Tag,
    Trouble,
    Wait,
)
from tests.walk.walking import replay

JUNE = Opening("2026-06-15 11:00", ("c1", "c2", "c3"))
LEAVE = Block("leave1", "2026-07-06", 5)

KEPT = {
    # What was entered over an invitation a moment ago let everybody of the next wave be asked at once.
    "something entered over the time of who was asked first": Diary(
        Opening(
            start="2027-03-08 09:30",
            clients=("c1", "c3", "c5"),
            rules="hours",
            shared=False,
            server="no tokens",
        ),
        (
            Block(uid="leave1", first="2027-03-22", days=7, title="Vacation #all"),
            Wait(hours=0.1),
            Wait(hours=31),
            Event(uid="busy1", start="2027-03-29 11:00", minutes=60, title="Dentist"),
        ),
    ),
    # A session entered at the hour of an invitation stood for it with the client, though leave lay over both.
    "entered instead, in leave": Diary(
        Opening("2027-03-08 09:30", ("c1", "c2", "c3", "c6"), "hours"),
        (
            Block("leave1", "2027-04-02", 12),
            Wait(24),
            Block("leave1", "2027-04-01", 1),
            ExtraSession("c2-extra1", "c2", "2027-04-01 14:00"),
            Wait(24),
        ),
    ),
    # A disk was full as a write was to be noted: for as long as the process lived nobody looked what had come of it.
    "not noted": Diary(JUNE, (Trouble("store", "full", 2, every=5), LEAVE, Wait(3), Wait(36))),
    # The client held an invitation whose entry had been deleted until the CANCEL could leave in the morning.
    "taken back at night": Diary(JUNE, (LEAVE, Wait(36), Delete("leave1"), Wait(12))),
    # Each pass took the rebound session for a new conflict, and its own row for healed.
    "a series is split": Diary(
        JUNE,
        (LEAVE, Wait(3), EndSeries("c1", "2026-07-06", split=True), Wait(48), Answer("c1", 0, "ACCEPTED")),
    ),
    # Two weeks of leave had begun, and the second week's sessions still stood.
    "leave begins": Diary(JUNE, (Block("leave1", "2026-07-06", 14), Wait(24 * 22))),
    # The hold had waited for the leave to settle and was invited under minimum notice.
    "soon": Diary(
        Opening("2026-06-20 16:00", ("c1", "c2", "c3", "c4")),
        (Block("leave1", "2026-06-25", 4), Wait(24 * 6)),
    ),
    # A hold was placed, found too near, and placed a quarter of an hour later, with every pass.
    "a settled make-up dragged into leave": Diary(
        Opening("2026-06-20 16:00", ("c1", "c2", "c3", "c4", "c5")),
        (
            Block("leave1", "2026-06-25", 7, "Vacation #before"),
            Wait(0.1),
            Remove(1),
            Tag(2, "#yes"),
            Drag(2, "2026-06-25 10:00"),
            Wait(48),
        ),
    ),
    # The client was told by a mail of its own, and by the invitation that left a moment later.
    "a session moved into leave": Diary(
        Opening("2026-10-05 10:00", ("c1", "c2", "c3", "c4", "c5")),
        (
            Block("leave1", "2026-10-09", 3, "Urlaub"),
            Wait(31),
            MoveSession("c4", "2026-10-08", "2026-10-14 10:15"),
            MoveSession("c1", "2026-11-09", "2026-10-10 12:00"),
            Wait(24),
        ),
    ),
    # The client was told that the session takes place at the time from which it had just been moved.
    "a session moved out of leave": Diary(
        JUNE, (LEAVE, Wait(36), MoveSession("c1", "2026-07-06", "2026-07-02 12:00"), Wait(24))
    ),
    # The accepted time was dragged, and the new one waited for a yes that the client knew nothing of.
    "dragged, then review": Diary(
        JUNE,
        (
            LEAVE,
            Wait(26),
            Answer("c1", 0, "ACCEPTED"),
            Event("pause1", "2026-06-16 13:00", 600, "#syncd pause"),
            Drag(2, "2026-07-02 09:30"),
            Retitle("leave1", "Vacation #review"),
            Wait(48),
        ),
    ),
    # An older no overtook a newer yes on the way.
    "answers out of order": Diary(
        JUNE, (LEAVE, Wait(48), Answer("c1", 0, "ACCEPTED"), Answer("c1", 0, "DECLINED", delay=600), Wait(2))
    ),
    # The confirmed time was dragged, and the client was never asked about the new one.
    "settled in person, then dragged": Diary(
        JUNE, (LEAVE, Wait(48), Tag(2, "#yes"), Wait(3), Drag(2, "2026-07-02 14:00"), Wait(24))
    ),
    # Offers for the time after the leave were taken back when the leave was over.
    "leave is over": Diary(
        JUNE,
        (
            Block("leave1", "2026-06-29", 5, "Vacation #after"),
            Wait(26),
            Note("c2"),
            Span("leave1", "2026-06-29", 6),
            Wait(24 * 21),
        ),
    ),
    # Of a crisis client's two sessions one had a place, and with every pass the other.
    "one place for two sessions": Diary(
        Opening("2026-06-15 11:00", ("c1", "c4", "c5")),
        (
            Block("leave1", "2026-06-29", 12, "Vacation #before"),
            Span("leave1", "2026-06-29", 18),
            Wait(110),
            Wait(24),
            Wait(75),
        ),
    ),
    # The make-up that was dragged was withdrawn, and in the same pass taken for a displaced session.
    "a make-up dragged into leave": Diary(
        JUNE, (LEAVE, Wait(48), Answer("c1", 0, "ACCEPTED"), Drag(2, "2026-07-08 09:30"), Wait(24))
    ),
    # What was held before the tag was written was invited all the same.
    "none, said after the holds": Diary(
        JUNE, (LEAVE, Wait(0.1), Retitle("leave1", "Vacation #none BC"), Wait(36))
    ),
    "exceptions only, said after the holds": Diary(
        JUNE, (LEAVE, Wait(0.1), Retitle("leave1", "Vacation #exceptional"), Wait(36))
    ),
    # The new block was not in a list that left out events, and a whole week it was not seen.
    # The overview of the other leave was taken for one of the weekly days, of which the first alone is shown.
    "a day of weekly leave beside other leave": Diary(
        Opening("2026-06-15 11:00", ("c1", "c3", "c4", "c5"), "hours, review"),
        (
            Block("leave1", "2026-07-17", 12, "Urlaub"),
            Wait(31),
            Relocate("leave1"),
            BlockWeekly("leave2", "2026-07-08", 1, 3, "Urlaub"),
        ),
    ),
    "a list with gaps": Diary(
        Opening("2026-06-20 16:00", ("c3", "c4", "c5")),
        (
            Block("leave1", "2026-07-25", 7, "Vacation #all"),
            Wait(9),
            Fail("empty"),
            Block("leave2", "2026-06-22", 5, "Vacation #all"),
            Wait(110),
        ),
    ),
    # A pause held back those to be asked first, and when it ended all were asked at once.
    "a pause longer than a wave": Diary(
        Opening("2026-10-05 10:00", ("c1", "c2", "c3", "c4", "c6"), "hours"),
        (
            Block("leave1", "2026-10-29", 5, "Vacation"),
            Wait(0.1),
            Wait(3),
            Span("leave1", "2026-10-22", 5),
            Relocate("leave1"),
            HidePlan(0),
            MoveSession("c2", "2026-11-16", "2026-10-15 12:00"),
            Event("pause1", "2026-10-05 13:06", 3000, "#syncd pause"),
            Wait(50),
        ),
    ),
    # The make-up stayed when the leave had gone; dragged, it was taken back, or its client heard nothing.
    "leave deleted, then a settled make-up dragged": Diary(
        Opening("2026-10-05 10:00", ("c1", "c2", "c3", "c4", "c5"), "hours"),
        (
            Block("leave1", "2026-10-15", 5, "Vacation #before"),
            Wait(26),
            Answer("c1", 0, "DECLINED", sender="ada.b@example.org"),
            Fail("lost"),
            EndSeries("c3", "2026-10-27", split=False),
            Answer("c2", 0, "ACCEPTED", delay=30),
            Delete("leave1"),
            Tag(1, "#told"),
            Drag(1, "2026-10-27 15:15"),
        ),
    ),
    # The check took no letter for a call list whose title alone asks to call. The product was right.
    "entered inside leave that waits for a yes": Diary(
        Opening("2026-10-05 10:00", ("c6", "c4"), "hours, few asked"),
        (
            Block("leave1", "2026-10-10", 5, "Vacation #none"),
            Wait(26),
            Block("leave2", "2026-10-14", 14, "Urlaub"),
            Wait(9),
            SplitLeave("leave1", 4, "leave4"),
            Wait(0.1),
            ExtraSession("c6-extra1", "c6", "2026-10-13 16:15"),
            Wait(200),
        ),
    ),
    # Leave that grew was another absence, for which nothing had been asked yet.
    "asked twice, then the leave grows": Diary(
        Opening("2026-10-05 10:00", ("c2", "c3", "c5"), "hours, few asked"),
        (
            Block("leave1", "2026-11-09", 12, "Urlaub"),
            Wait(26),
            Propose("c2", "2026-10-27 10:00"),
            Answer("c2", 0, "DECLINED", delay=600),
            Remove(5),
            Retitle("leave1", "Vacation #after"),
            Wait(24),
            Answer("c2", 0, "DECLINED", delay=600),
            Wait(1),
            Retitle("leave1", "Vacation"),
            BlockWeekly("leave2", "2026-10-24", 1, 4, "Urlaub"),
            Wait(504),
        ),
    ),
    # The #ok of one block was taken for a yes to its neighbour, which recurs.
    "an ok beside leave that may be none": Diary(
        Opening("2027-03-08 09:30", ("c3", "c4", "c6"), "hours, few asked"),
        (
            Block("leave1", "2027-03-12", 5, "Urlaub"),
            Wait(0.1),
            BlockWeekly("leave2", "2027-03-10", 2, 2, "Vacation"),
            BlockWeekly("leave3", "2027-03-14", 1, 3, "Vacation #ok"),
            Wait(31),
        ),
    ),
    # What came back during a pause was taken in, and its letter forgotten.
    "words during a pause": Diary(
        Opening("2026-10-05 10:00", ("c1", "c2", "c4"), "plain"),
        (
            Block("leave1", "2026-10-23", 7, "Vacation #before"),
            Wait(31),
            Event("pause1", "2026-10-06 17:00", 3000, "#syncd pause"),
            Wait(0.1),
            Note("c1", automatic=False),
            Wait(504),
        ),
    ),
    # An original that the therapist had deleted was cancelled again and again.
    "accepted in a pause, then the session is deleted": Diary(
        Opening("2026-06-20 16:00", ("c1", "c2", "c3", "c4", "c6"), "hours"),
        (
            Block("leave1", "2026-07-01", 3, "Vacation #before"),
            Wait(31),
            Wait(50),
            Event("pause1", "2026-06-24 01:00", 3000, "#syncd pause"),
            Answer("c4", 0, "ACCEPTED", delay=30),
            DropSession("c4", "2026-07-02"),
            Wait(75),
        ),
    ),
    # A wave was waited for until the time that was held had become too near.
    "a wave and a near time": Diary(
        Opening("2026-06-15 11:00", ("c1", "c4", "c6"), "hours"),
        (Block("leave1", "2026-06-22", 7, "Vacation #before"), Wait(31)),
    ),
    # A cap left the client of a dragged invitation with the old time.
    "as many asked as may be, then a drag": Diary(
        Opening("2026-06-15 11:00", ("c1", "c3", "c5", "c6"), "hours, few asked"),
        (
            Block("leave1", "2026-06-19", 5, "Vacation #all"),
            Wait(31),
            Wait(14),
            Remove(3),
            Answer("c1", 0, "ACCEPTED", delay=600),
            Answer("c1", 0, "DECLINED", delay=30),
            BlockWeekly("leave2", "2026-06-19", 2, 2, "Vacation #ok"),
            Wait(110),
            Answer("c6", 1, "DECLINED", delay=600),
            Wait(110),
            Wait(0.1),
            Drag(5, "2026-07-21 18:00"),
        ),
    ),
    # Somebody was invited to the time of a session that had just come back.
    "leave moves and comes back": Diary(
        Opening("2026-10-05 10:00", ("c1", "c2", "c4", "c5", "c6"), "hours"),
        (
            Block("leave1", "2026-10-14", 5, "Urlaub"),
            Wait(31),
            Wait(0.1),
            Wait(75),
            Answer("c6", 0, "DECLINED"),
            Span("leave1", "2026-10-21", 5),
            Remove(6),
            Wait(14),
            MoveSession("c5", "2026-10-21", "2026-11-03 16:30"),
            Event("busy1", "2026-10-26 12:00", 60, "Dentist"),
            Span("leave1", "2026-10-14", 5),
        ),
    ),
    # Two overviews stood on one day.
    "leave doubled, then the first deleted": Diary(
        Opening("2026-10-05 10:00", ("c1", "c3", "c5"), "hours"),
        (
            Block("leave1", "2026-10-31", 14, "Vacation #before"),
            Wait(26),
            Tag(3, "#yes"),
            Duplicate("leave1", "leave3"),
            Delete("leave1"),
        ),
    ),
    # On the day the leave began, what waited for its yes, a to-do on today, was counted as a second overview.
    "a yes that is still missing when the leave begins": Diary(
        Opening("2026-10-05 10:00", ("c3",), "hours, review"),
        (Block("leave1", "2026-10-17", 14), Wait(26), Wait(504)),
    ),
    # The yes came while the leave that had moved onto the time might still be gone: it was answered with that.
    "a yes to a time that leave moved onto": Diary(
        Opening("2026-10-05 10:00", ("c1",), "hours"),
        (
            Block("leave1", "2026-10-14", 14, "Vacation #after"),
            Wait(26),
            Span("leave1", "2026-10-28", 14),
            Answer("c1", 1, "ACCEPTED", delay=600),
            Wait(26),
        ),
    ),
    # A time on which leave had come to lie was said to be gone, and its entry still stood.
    "a yes to a time told in person that leave lies on": Diary(
        Opening("2026-06-15 11:00", ("c5",), "hours, few asked"),
        (
            Block("leave1", "2026-06-26", 7, "Urlaub"),
            Wait(26),
            Tag(1, "#told"),
            Wait(24),
            Block("leave2", "2026-07-08", 1),
            Answer("c5", 0, "ACCEPTED"),
            Wait(48),
        ),
    ),
    # Two things that the therapist did within one minute were two mails that could not both be so.
    "a drag, and the leave moves": Diary(
        Opening("2027-03-08 09:30", ("c6",), "hours", shared=True),
        (
            Block("leave1", "2027-03-25", 5, "Vacation #before"),
            Wait(50),
            Retitle("leave1", "Vacation #send"),
            Drag(1, "2027-03-19 18:30"),
            Span("leave1", "2027-04-08", 5),
        ),
    ),
    # The session that was moved out of the leave, named as agreed, was missed among the usual ones.
    "a session moved behind the leave": Diary(
        Opening("2026-10-05 10:00", ("c1",), "hours, few asked"),
        (
            Block("leave1", "2026-10-29", 5, "Vacation #before"),
            Wait(26),
            MoveSession("c1", "2026-11-02", "2026-11-04 10:15"),
        ),
    ),
    # The check took the list of the day before for one that is too old by the afternoon. The product was right.
    "one list for two sessions of a day": Diary(
        Opening("2027-03-08 09:30", ("c1", "c2", "c5"), "hours, review", server="no etags"),
        (
            Wait(74),
            BlockHours("leave2", "2027-03-22 09:00", 600, "Vacation"),
            Wait(50),
            Wait(216),
        ),
    ),
    # Who read along took the no that was overtaken on the way for the last word.
    "an old no after a yes": Diary(
        Opening("2027-03-08 09:30", ("c6",), "hours, few asked"),
        (
            Block("leave1", "2027-03-12", 1, "Vacation #after"),
            Wait(31),
            Answer("c6", 0, "ACCEPTED", delay=30),
            Answer("c6", 0, "DECLINED", delay=600),
            Wait(408),
        ),
    ),
    # An appointment that the therapist entered for once was called the usual one.
    "entered in place of a session": Diary(
        Opening("2026-06-15 11:00", ("c6",), "hours"),
        (Block("leave1", "2026-06-15", 12), ExtraSession("c6-extra1", "c6", "2026-06-30 15:00"), Wait(3)),
    ),
    # The client said yes before it was clear that the leave was gone; dragged, the make-up was asked about in place
    # of a session that took place.
    "leave goes, a yes, a drag": Diary(
        Opening("2026-10-05 10:00", ("c2", "c3", "c6"), "hours, few asked"),
        (
            Block("leave1", "2026-11-04", 14, "Vacation #after"),
            Wait(26),
            Delete("leave1"),
            Answer("c2", 0, "ACCEPTED"),
            Drag(2, "2026-10-08 14:00"),
            Wait(110),
        ),
    ),
    # What the therapist entered at the hour of an invitation was told as that hour taken back, and agreed on.
    "entered at the hour of an invitation": Diary(
        Opening("2026-06-15 11:00", ("c1", "c2", "c4", "c6"), "hours"),
        (
            Block("leave1", "2026-06-30", 14, "Vacation #before"),
            Wait(55),
            ExtraSession("c2-extra1", "c2", "2026-06-18 14:00"),
        ),
    ),
    # Dragged into leave that waited for its yes: the client was asked there.
    "dragged into leave that waits": Diary(
        Opening("2026-06-15 11:00", ("c1", "c2", "c3", "c5", "c6"), "hours"),
        (
            Block("leave1", "2026-07-17", 5, "Vacation #all"),
            Wait(31),
            Remove(2),
            Answer("c2", 0, "ACCEPTED"),
            Drag(4, "2026-07-09 17:00"),
            BlockWeekly("leave2", "2026-06-24", 2, 3, "Vacation #ok"),
            Wait(0.1),
        ),
    ),
    # Dragged and answered with no in one go: the time that was taken back was held anew for the same client.
    "dragged and said no": Diary(
        Opening("2026-06-15 11:00", ("c2", "c4", "c5", "c6"), "hours"),
        (
            Block("leave1", "2026-07-15", 1),
            Wait(31),
            Block("care1", "2026-06-16", 1, "crisis: DE"),
            Event("busy1", "2026-07-14 11:00", 60, "Dentist"),
            Fail("empty"),
            Delete("busy1"),
            Fail("lost"),
            ExtraSession("c6-extra1", "c6", "2026-07-16 11:00"),
            Wait(24),
            Drag(3, "2026-07-02 11:00"),
            Tag(3, "#no"),
            Wait(504),
        ),
    ),
    # An entry that was missed when its offer ended otherwise was missed for ever: nothing of its session left.
    "a hold deleted, then nobody offered": Diary(
        Opening("2026-06-20 16:00", ("c1", "c2", "c3", "c4", "c5"), "hours"),
        (
            Block("leave1", "2026-06-27", 3, "Vacation #after"),
            Wait(0.1),
            Remove(1),
            Retitle("leave1", "Vacation #none AB"),
            Wait(75),
            Span("leave1", "2026-06-27", 10),
            Wait(312),
        ),
    ),
    # What took back a make-up that leave had displaced told its client, who was to be called all the same.
    "a make-up displaced where nothing is offered": Diary(
        Opening("2027-03-08 09:30", ("c1", "c5", "c6"), "hours, few asked"),
        (
            Block("leave1", "2027-03-23", 14, "Vacation #before"),
            Wait(29),
            Block("leave3", "2027-03-22", 1),
            Wait(9),
            Answer("c5", 0, "ACCEPTED"),
            Wait(31),
            Retitle("leave3", "Vacation #none"),
            Wait(504),
        ),
    ),
    # Dragged away from a time that was offered to the same client for another session in the same minute.
    "dragged, and its time offered again": Diary(
        Opening("2027-03-08 09:30", ("c1", "c2", "c6"), "hours"),
        (
            Block("leave1", "2027-03-08", 12, "Vacation #after"),
            Wait(3.1),
            Answer("c6", 0, "TENTATIVE"),
            Drag(1, "2027-03-28 13:15"),
            Event("busy1", "2027-03-28 13:15", 60, "Dentist"),
            Wait(264),
        ),
    ),
    # Minutes after a write of ours, what a store that was put back does not know was taken for a list that lags.
    "put back within minutes": Diary(
        Opening("2027-03-08 09:30", ("c1", "c2", "c4", "c5", "c6"), "hours, few asked"),
        (
            Block("leave1", "2027-04-02", 1, "Vacation #before"),
            BlockWeekly("leave3", "2027-03-18", 1, 4),
            Backup(),
            Span("leave1", "2027-04-05", 1),
            Restore(),
        ),
    ),
    # A write that was cut off before it was settled was not believed, and made again and again, refused each time.
    "an overview of which it is not known whose hand it was": Diary(
        Opening("2027-03-08 09:30", ("c3", "c4", "c5"), "hours"),
        (
            Block("leave1", "2027-03-15", 14, "Vacation #before"),
            Wait(31),
            Die(43, after=False),
            Answer("c5", 0, "DECLINED"),
            Fail("read"),
            Fail("read"),
            Returned("c4", 0),
            Fail("write"),
            Off(paused=True),
            Drag(2, "2027-04-04 11:15"),
            Die(21, after=True),
            Die(5, after=True),
        ),
    ),
    # A mail server that broke off took the one letter about a mailbox that could not be read, and it counted as told.
    "an alarm lost on its way": Diary(
        Opening("2026-10-05 10:00", ("c1",), "hours", server="no etags"),
        (
            Trouble("mailbox", "garbled", 30),
            Trouble("post", "lost", 8),
            Wait(24),
        ),
    ),
}


@pytest.mark.parametrize("name", third(KEPT))
def test_a_life_that_once_broke_a_promise(name: str) -> None:
    """It keeps them all now."""
    lived = replay(KEPT[name])
    assert lived.broken is None, str(lived)
