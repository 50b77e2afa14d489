"""One mail for a client's several sessions: what it names, what keeps it from going twice, and what follows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from syncd.core.decide import decide
from syncd.core.model import Attendee, Conflict, Event, OccurrenceRef
from syncd.core.model.actions import Mail, Revival, SendMail
from syncd.core.model.effects import EffectKey, EffectRow, EffectState, key_together, told_by
from syncd.core.model.messages.intents import Tell, Write
from syncd.core.model.messages.mails import MailKind
from syncd.core.model.snapshot import Snapshot
from syncd.core.offers.consequences import EffectResult, consequence
from syncd.core.time.spans import AllDay
from tests.core.people import CALENDAR, NOW, ada, at, conflict, dana, practice

DAYS = (21, 24, 28)
ROWS = tuple(conflict(at(days, 10), uid=f"s{days}") for days in DAYS)
IDS = tuple(row.id for row in ROWS)


def seen(*rows: Conflict, keys: dict[EffectKey, EffectState] | None = None, leave: bool = True) -> Snapshot:
    """Ada's sessions in two weeks of leave that offers nothing and settled long ago."""
    away = Event(
        CALENDAR, "leave", AllDay(date(2026, 7, 6), date(2026, 7, 18)), title="Vacation #none #send #ok"
    )
    sessions = (
        Event(CALENDAR, row.ref.uid, row.span, attendees=(Attendee(ada().email),), etag="s") for row in rows
    )
    effects = tuple(EffectRow(key, state, "{}") for key, state in (keys or {}).items())
    return Snapshot(
        now=NOW,
        instance="i1",
        practice=practice(),
        therapists=(dana(),),
        clients=(ada(),),
        events=(*sessions, *((away,) if leave else ())),
        fresh=frozenset({CALENDAR}),
        conflicts=rows,
        keys=keys or {},
        effects=effects,
    )


def tells(snapshot: Snapshot) -> list[Tell]:
    """What the pass would tell Ada."""
    intents = decide(snapshot, lambda _: None, iter(())).intents
    return [one for one in intents if isinstance(one, Tell)]


def mailed(tell: Tell) -> SendMail:
    """The mail that it becomes."""
    mail = Mail("<m@example.org>", "office@example.org", "ada@example.org", b"")
    return SendMail(tell.key, mail, conflict=tell.conflict, besides=tell.besides, revived=tell.revived)


def test_a_key_names_the_conflicts_and_their_lives() -> None:
    """The first is the subject; a life that began anew is another version."""
    key = key_together("notice", (("a", 1), ("b", 2)))
    assert key == EffectKey("a", "1+b.2", "notice")
    assert told_by(key) == (("a", 1), ("b", 2))


def test_one_notice_names_every_session() -> None:
    """And when it has left, each of them is noticed."""
    (told,) = tells(seen(*ROWS))
    assert (told.conflict, told.besides) == (IDS[0], IDS[1:])
    assert (told.facts.original, told.facts.others) == (ROWS[0].span, tuple(row.span for row in ROWS[1:]))
    after = consequence(mailed(told), EffectResult(), None, ROWS, NOW)
    assert [row.noticed_at for row in after.conflicts] == [NOW] * 3
    assert after.sent is not None
    assert after.sent.besides == IDS[1:]


def test_what_was_tried_is_not_told_again_beside_what_is_new() -> None:
    """Refused, or perhaps sent: a human knows; only the session that came since gets a notice."""
    tried = key_together(MailKind.NOTICE, tuple((one, 1) for one in IDS[:2]))
    for state in (EffectState.UNKNOWN, EffectState.INFLIGHT, EffectState.ESCALATED):
        (told,) = tells(seen(*ROWS, keys={tried: state}))
        assert (told.conflict, told.besides) == (IDS[2], ())


def test_a_letter_names_every_session_that_a_refused_notice_was_about() -> None:
    """Whoever calls the client can say all of it."""
    tried = key_together(MailKind.NOTICE, tuple((one, 1) for one in IDS))
    intents = decide(seen(*ROWS, keys={tried: EffectState.ESCALATED}), lambda _: None, iter(())).intents
    (letter,) = (one for one in intents if isinstance(one, Write) and one.key.kind == "letter_trouble")
    assert [row.original for row in letter.facts.rows] == [row.span for row in ROWS]


def test_what_waits_makes_room_for_a_notice_of_all() -> None:
    """Nobody took it yet: it is dropped, and one that names every session goes."""
    waiting = key_together(MailKind.NOTICE, tuple((one, 1) for one in IDS[:2]))
    decision = decide(seen(*ROWS, keys={waiting: EffectState.READY}), lambda _: None, iter(()))
    assert waiting in decision.dropped
    (told,) = (one for one in decision.intents if isinstance(one, Tell))
    assert told.besides == IDS[1:]


def test_one_mail_says_that_several_take_place_and_lets_a_new_life_begin() -> None:
    """Once: the same rows a second time are the same, and a notice of the new life is another effect."""
    noticed = tuple(replace(row, noticed_at=NOW) for row in ROWS)
    (told,) = tells(seen(*noticed, leave=False))
    assert told.revived == tuple(Revival(one, 2, 0) for one in IDS)
    after = consequence(mailed(told), EffectResult(), None, noticed, NOW)
    assert [(row.life, row.noticed_at) for row in after.conflicts] == [(2, None)] * 3
    assert consequence(mailed(told), EffectResult(), None, after.conflicts, NOW).conflicts == ()
    assert tells(seen(*after.conflicts, leave=False)) == []
    (again,) = tells(seen(*after.conflicts))
    assert (again.key.kind, again.key.version) == ("notice", f"2+{IDS[1]}.2+{IDS[2]}.2")


def test_two_therapists_and_two_clients_are_told_apart() -> None:
    """Nobody reads of another's sessions."""
    other = replace(ROWS[1], client="c2", ref=OccurrenceRef(CALENDAR, "b"), id="b")
    snapshot = seen(ROWS[0], other)
    ben = replace(ada(), id="c2", name="Ben Castillo", email="ben@example.org", initials="BC")
    events = tuple(
        replace(one, attendees=(Attendee(ben.email),)) if one.uid == "b" else one for one in snapshot.events
    )
    found = tells(replace(snapshot, clients=(ada(), ben), events=events))
    assert [(one.client, one.besides) for one in found] == [("c1", ()), ("c2", ())]


def test_without_mail_nobody_knows_what_a_client_believes() -> None:
    """Leave that comes back where nothing could say that it had gone: the client is on the call list again."""
    told = replace(ROWS[0], noticed_at=NOW)
    (healed,) = decide(replace(seen(told, leave=False), mail=False), lambda _: None, iter(())).conflicts
    back = replace(seen(healed), mail=False, now=NOW + timedelta(hours=1))
    (row,) = decide(back, lambda _: None, iter(())).conflicts
    assert (row.life, row.noticed_at) == (2, None)
