"""Made-up facts that tests put into words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from syncd.core.model import MarkerRole, OfferKind, OfferState, Saying, Tier
from syncd.core.model.effects import EffectKey
from syncd.core.model.leave import Cost, Start, TierCost
from syncd.core.model.messages.entries import Overview, PlanFacts, QuestionFacts, ShowFacts, WaitingFacts
from syncd.core.model.messages.intents import Show, Tell, Write
from syncd.core.model.messages.letters import (
    DayFacts,
    HandoverFacts,
    HandoverRow,
    LetterFacts,
    LetterKind,
    LetterRow,
    MemberToCall,
    NoCover,
    Proposal,
    Stage,
    TagHelp,
    TagTime,
    Totals,
    Uncounted,
)
from syncd.core.model.messages.mails import House, Instead, MailFacts, MailKind, Outlook
from syncd.core.time.spans import Span

BERLIN = ZoneInfo("Europe/Berlin")
SENDER = "office@example.org"
INSTANCE = "maple"
UID = "0123456789abcdefghijklmnop"
CONFLICT = "0f1e2d3c4b5a6978"
SENT = datetime(2026, 6, 15, 9, 30, tzinfo=UTC)
HOUSE = House(
    practice="Maple Street Practice",
    therapist="Dana Okafor",
    phone="+49 30 555 01",
    email=SENDER,
    crisis_contact="Telefonseelsorge, 0800 111 0 111",
    resources_url="https://example.org/calm",
    zone=BERLIN,
)
LANGUAGES = ("en", "de", "fr", "es")
CARRIES_EVENT = frozenset({MailKind.INVITATION, MailKind.AGREED, MailKind.TAKEN_BACK, MailKind.CLOSING})
ABOUT_SLOT = CARRIES_EVENT | {
    MailKind.REMINDER,
    MailKind.TOO_LATE,
    MailKind.IN_TIME,
    MailKind.UNSURE,
    MailKind.THANKS,
    MailKind.EVE,
}


def at(day: int, hour: int, month: int = 7, minutes: int = 50) -> Span:
    """A span on a day of 2026, by the clocks of Berlin."""
    start = datetime(2026, month, day, hour, tzinfo=BERLIN)
    return Span(start, start + timedelta(minutes=minutes))


def mail_facts(kind: MailKind, language: str = "en") -> MailFacts:
    """Facts as the core gives them for this kind of message."""
    sent = SENT if kind is not MailKind.URGENT_NOTICE else datetime(2026, 7, 9, 6, 5, tzinfo=UTC)
    several = kind is MailKind.SUGGESTIONS
    return MailFacts(
        kind=kind,
        house=HOUSE,
        to="anna@example.com",
        name="Anna Berg",
        language=language,
        zone=BERLIN,
        original=at(9, 15),
        days=(date(2026, 7, 6), date(2026, 7, 17)),
        sent_at=sent,
        suggested=(Instead(at(9, 15), at(20, 15)), Instead(at(13, 10), at(24, 10))) if several else (),
        uid=UID if kind in CARRIES_EVENT | {MailKind.REMINDER} else "",
        sequence=1 if kind in CARRIES_EVENT - {MailKind.INVITATION} else 0,
        slot=at(20, 15) if kind in ABOUT_SLOT else None,
        due=datetime(2026, 6, 22, 9, 30, tzinfo=UTC)
        if kind in {MailKind.INVITATION, MailKind.SUGGESTIONS, MailKind.REMINDER}
        else None,
        next_session=at(23, 15),
        afterwards=at(23, 15),
        again=True,
        outlook=Outlook.STANDS if kind is MailKind.TAKEN_BACK else Outlook.NOTHING,
        location="Maple Street 12, room 3",
        back=at(20, 9).start if kind is MailKind.RECEIVED else None,
        void=at(20, 10) if kind is MailKind.AGREED else None,
    )


def tell(facts: MailFacts, version: str = "0", after: EffectKey | None = None) -> Tell:
    """The intent that carries the facts."""
    subject = facts.uid or CONFLICT
    key = EffectKey(subject, version, facts.kind.value)
    return Tell(key, facts, "c1", "dana", CONFLICT, absence="a1", offer=facts.uid, after=after)


def show_facts(
    state: OfferState, language: str = "en", kind: OfferKind = OfferKind.MOVE, by_mail: bool = True
) -> ShowFacts:
    """An offer to AB, as it stands in Dana's calendar."""
    return ShowFacts(
        uid=UID,
        span=at(20, 15),
        kind=kind,
        state=state,
        initials="AB",
        original=at(9, 15),
        zone=BERLIN,
        language=language,
        by_mail=by_mail,
        location="Maple Street 12, room 3",
    )


def show(facts: ShowFacts | Overview, etag: str = "") -> Show:
    """The intent that carries the facts."""
    return Show(EffectKey(facts.uid, "d1", "show"), "home/Practice", facts, MarkerRole.OFFER, etag)


def rows() -> tuple[LetterRow, ...]:
    """Four people in different states."""
    return (
        LetterRow("AB", "Anna Berg", "+49 30 555 11", at(9, 15), "accepted", at(20, 15)),
        LetterRow("CD", "Carl Dorn", "+49 30 555 12", at(9, 16), "invited", at(21, 9), before="declined"),
        LetterRow("EF", "Eva Falk", "+49 30 555 13", at(10, 9), "call", at(22, 9), knows=False, call=True),
        LetterRow("GH", "Gil Haas", "", at(10, 10), "unplaced", knows=False, call=True),
    )


def waiting_facts(language: str = "en") -> WaitingFacts:
    """The entry on today while leave of two times waits for a yes."""
    rows = ((date(2026, 7, 6), date(2026, 7, 10), "bx"), (date(2026, 8, 3), date(2026, 8, 3), "cd"))
    return WaitingFacts("p" * 32, date(2026, 6, 16), BERLIN, language, rows)


def plan_facts(language: str = "en", code: str = "bx") -> PlanFacts:
    """The plan event of an absence."""
    return PlanFacts(
        uid="p" * 32,
        day=date(2026, 7, 6),
        zone=BERLIN,
        language=language,
        code=code,
        rows=tuple(replace(row, name="", phone="") for row in rows()),
        leaves=None if code else datetime(2026, 6, 16, 8, tzinfo=UTC),
        leaving=() if code else ("CD", "GH"),
        stuck=("EF",) if code else (),
        tags=("before",),
        opened=(at(11, 10, minutes=180),),
    )


def cost() -> Cost:
    """What a question would cost, with two starts that cost less."""
    tiers = (TierCost(0, 1, 1, 14, 1000, 10, 250), TierCost(2, 3, 4, 21, 6000, 14, 1940))
    starts = (
        Start(date(2026, 6, 22), date(2026, 7, 3), 3, (250, 0, 900, 0)),
        Start(date(2026, 7, 13), date(2026, 7, 24), 4, (250, 0, 1400, 0)),
    )
    days = (date(2026, 7, 6), date(2026, 7, 17))
    return Cost("q", "dana", "r", SENT, *days, tiers, makeups=4, starts=starts, compared=6)


def question_facts(language: str = "en") -> QuestionFacts:
    """The overview of a question whose cost is known."""
    hits = (("AB", at(9, 15)), ("CD", at(9, 16)))
    days = (date(2026, 7, 6), date(2026, 7, 17))
    known = cost()
    return QuestionFacts(
        "p" * 32,
        days[0],
        BERLIN,
        language,
        days,
        hits,
        held=(("EF", at(10, 9)),),
        cost=known,
        others=(known,),
    )


def helps() -> tuple[TagHelp, ...]:
    """What tags would give to two of those without a time."""
    call = TagHelp("call", (TagTime("GH", at(8, 15, minutes=15)), TagTime("KS", at(23, 9, minutes=15))))
    return (call, TagHelp("cover", (TagTime("GH", at(9, 15), "Sam Lee"),)))


def letter_facts(kind: LetterKind, language: str = "en") -> LetterFacts:
    """Facts as the core gives them for this kind of letter."""
    facts = LetterFacts(
        kind=kind,
        to="dana@example.org",
        language=language,
        zone=BERLIN,
        days=(date(2026, 7, 6), date(2026, 7, 17)),
        sent_at=SENT,
        rows=rows(),
    )
    match kind:
        case LetterKind.PLAN:
            alone = (("KS", "Kai Sommer"), ("LM", "Lea Moor"))
            why = "the first 2 absences are always shown first"
            return replace(
                facts, code="bx", why=why, unaffected=alone, totals=Totals(4, 2, 1, 5, 1), helps=helps()
            )
        case LetterKind.CONCERN:
            return replace(facts, why="words", rows=(replace(rows()[1], text="words"),), entry=True)
        case LetterKind.SILENCE:
            return replace(facts, rows=(replace(rows()[1], text="unanswered"),))
        case LetterKind.TROUBLE:
            return replace(
                facts,
                why="account home (dav.example.org): user name or password is refused; renew the account's credentials",
                rows=(),
            )
        case LetterKind.UNREAD:
            return replace(facts, rows=rows()[:1], unread=("a recurrence rule that is not one",), days=None)
        case LetterKind.ANSWER:
            waiting = (
                (date(2026, 7, 6), date(2026, 7, 17), "bx"),
                (date(2026, 8, 10), date(2026, 8, 12), "qz"),
            )
            return replace(facts, why="code", rows=(), others=waiting)
        case LetterKind.MEANWHILE:
            wrote = replace(rows()[1], text="words", leaves=None)
            away = replace(facts, why="words", rows=(wrote,), absent="Dana Okafor", entry=True)
            return replace(away, back=at(20, 9).start)
        case LetterKind.COVER:
            held = replace(rows()[1], text="held")
            return replace(facts, rows=(held,), absent="Noor Rahimi", online=("CD",))
        case LetterKind.TAKING_BACK:
            texts = ("will_stand", "will_stand_quietly", "will_call", "stays")
            gone = (
                replace(row, text=text, slot=row.slot if text == "stays" else None, leaves=None)
                for row, text in zip(rows(), texts, strict=False)
            )
            first, *others = gone
            leaves = datetime(2026, 6, 16, 8, tzinfo=UTC)
            return replace(facts, why="lifted", rows=(replace(first, leaves=leaves), *others))
        case LetterKind.QUESTION:
            hits = (
                replace(row, text="would_fall_out", slot=None, before="", leaves=None) for row in rows()[:2]
            )
            held = replace(rows()[1], text="held", leaves=None)
            known = cost()
            return replace(
                facts, why="open", rows=tuple(hits), falling=(held,), cost=known, compared=(known,)
            )
        case LetterKind.HANDOVER:
            return replace(facts, rows=(), handover=handover(Stage.IN_PERSON))
        case LetterKind.CALL_LIST:
            return facts


def handover(stage: Stage) -> HandoverFacts:
    """Twelve weeks away from October on: one who knows, one who does not, one who is in crisis and has no phone."""
    untold = LetterRow("AB", "", "", at(5, 15, 10), "open", knows=False, more=11)
    told, held = (
        replace(untold, text="closed", knows=True),
        replace(rows()[1], text="held", original=at(7, 9, 10)),
    )
    anna = HandoverRow("ab", "AB", "Anna Berg", "", Tier.CRISIS, (untold,), at(28, 15, 9), at(28, 15, 12))
    sam = Proposal("sam", "Sam Lee", at(6, 10, 10), 1, 12, 12)
    anna = replace(anna, could=sam)
    carl = HandoverRow("cd", "CD", "Carl Dorn", "+49 30 555 12", Tier.ROUTINE, (held, told), cover="Sam Lee")
    carl = replace(carl, also_away=((date(2026, 10, 19), date(2026, 10, 23)),))
    ahead = (datetime(2026, month, day, 6, tzinfo=UTC) for month, day in ((7, 13), (8, 10), (9, 7)))
    first, second, third = ahead
    return HandoverFacts(stage, (anna, carl), first, second, third)


def letters_of_long_leave(language: str = "en") -> Iterator[tuple[str, LetterFacts]]:
    """Every letter about long leave, and to whom, by name."""
    plan, later = letter_facts(LetterKind.PLAN, language), letter_facts(LetterKind.HANDOVER, language)
    why = (Uncounted("EF", NoCover.AWAY), Uncounted("", NoCover.UNKNOWN))
    soon = HandoverFacts(Stage.ALL, handover(Stage.ALL).clients, uncounted=why)
    yield "asked", replace(plan, handover=handover(Stage.ALL), rows=(), totals=None)
    yield (
        "at_once",
        replace(plan, handover=replace(soon, changed=True), rows=(), totals=None, code="", why=""),
    )
    ill = replace(soon, ill=True)
    yield "ill", replace(plan, handover=ill, rows=(), totals=None, absent="Noor Rahimi")
    yield "in_person", later
    yield "uncovered", replace(later, handover=handover(Stage.UNCOVERED))
    yield "uncovered_ill", replace(later, handover=replace(ill, stage=Stage.UNCOVERED), absent="Noor Rahimi")
    yield "cover", replace(later, handover=handover(Stage.COVER), absent="Noor Rahimi")
    none = HandoverFacts(Stage.COVER, ())
    longer = replace(handover(Stage.COVER), changed=True)
    yield "cover_other_days", replace(later, handover=longer, absent="Noor Rahimi")
    to_office = replace(longer, colleague="Sam Lee")
    yield "cover_other_days_office", replace(later, handover=to_office, absent="Noor Rahimi")
    yield "cover_over", replace(later, handover=replace(none, changed=True), absent="Noor Rahimi")
    yield "cover_no_more", replace(later, handover=none, absent="Noor Rahimi")


def cover_news(language: str = "en") -> LetterFacts:
    """What came of a colleague's times: no answer yet, and each way in which they end."""
    silent = replace(rows()[0], text="unanswered")
    over = zip(rows()[1:], ("went_by", "declined", "withdrawn"), strict=True)
    falling = tuple(replace(row, text=text, slot=at(22, 9), before="", call=False) for row, text in over)
    facts = letter_facts(LetterKind.COVER, language)
    return replace(facts, rows=(silent,), falling=falling, online=())


def named_to_colleague(language: str = "en") -> LetterFacts:
    """What a colleague reads whom mails name as there meanwhile."""
    first, second = (
        replace(row, text="named", slot=None, before="", call=False, leaves=None, colleague="Sam Lee")
        for row in rows()[:2]
    )
    facts = letter_facts(LetterKind.COVER, language)
    return replace(facts, why="named", rows=(first, replace(second, more=1)), online=())


def named_of_leave(language: str = "en") -> LetterFacts:
    """The same of word of leave to those of whom nothing falls out, some of it still to come."""
    facts = named_to_colleague(language)
    return replace(facts, rows=tuple(replace(row, text="named_next", more=0) for row in facts.rows))


def named_gone(language: str = "en") -> LetterFacts:
    """Who was named as there meanwhile goes away."""
    facts = named_to_colleague(language)
    row = replace(facts.rows[0], text="call")
    return replace(facts, why="named_gone", absent="", rows=(row,))


def named_gone_to_office(language: str = "en") -> LetterFacts:
    """The same of two, to the practice."""
    facts = named_gone(language)
    return replace(facts, absent="Dana Okafor", rows=facts.rows * 2)


def cover_hours_gone(language: str = "en") -> LetterFacts:
    """The same, with hours of theirs that were agreed on; of the named one what fell out is over, one loses nothing."""
    facts, falls = named_gone_to_office(language), replace(rows()[0], text="cover_away", colleague="Sam Lee")
    past, stands = (replace(facts.rows[0], text=text) for text in ("call_past", "call_next"))
    falls = replace(falls, slot=at(22, 9), before="", call=False, leaves=None)
    by_voice = replace(falls, text="call", slot=at(23, 9))
    return replace(facts, rows=(past, stands), falling=(falls, by_voice))


def cover_hour_gone(language: str = "en") -> LetterFacts:
    """One such hour, and nobody who was named."""
    facts = cover_hours_gone(language)
    return replace(facts, absent="", rows=(), falling=facts.falling[:1])


def lost_to_leave(language: str = "en") -> LetterFacts:
    """Leave took the time of a client in crisis, and another one is held."""
    row = replace(rows()[1], text="held", before="overlaid")
    facts = replace(letter_facts(LetterKind.CONCERN, language), why="crisis_lost_to_leave", days=None)
    return replace(facts, rows=(row,))


def late_from(language: str = "en") -> LetterFacts:
    """A yes from one of two addresses to a time that is gone."""
    row = replace(rows()[1], text="late", before="")
    facts = replace(letter_facts(LetterKind.CONCERN, language), why="late", days=None, rows=(row,))
    return replace(facts, address="dad@example.net", entry=False)


def days_letter(language: str = "en") -> LetterFacts:
    """One is kept, one went to somebody else, two still wait."""
    kept, lost = replace(rows()[1], text="unanswered", before=""), replace(rows()[0], text="withdrawn")
    words, asked = (
        replace(row, text=said, call=False)
        for row, said in zip(rows()[2:], ("words", "proposed"), strict=True)
    )
    facts = letter_facts(LetterKind.SILENCE, language)
    return replace(facts, rows=(kept,), lost=(lost,), waiting=(words, replace(asked, slot=at(22, 11))))


def whole_day(language: str = "en") -> LetterFacts:
    """The same with all that the day's letter may say: who answered, whom they see today, two yeses, a call, a no."""
    untold = replace(rows()[1], text="held", knows=False, before="", initials="KS", name="Kai Sommer")
    called = replace(rows()[2], call_by=at(8, 9).start, initials="LM", name="Lea Moor")
    day = DayFacts(
        agreed=("MO", "NP"),
        declined=("OQ",),
        today=((SENT + timedelta(hours=3), untold),),
        calls=(called,),
        refused=(("Kids sick", date(2026, 7, 7), date(2026, 7, 7)),),
    )
    yes = (date(2026, 8, 3), date(2026, 8, 7), "cd")
    facts = replace(still_waiting(language), day=day, others=(yes,))
    return replace(facts, answerable=True, asked_in=(("cd", "a2:cd:p"),))


def in_crisis_meanwhile(language: str = "en") -> LetterFacts:
    """To the office, while the therapist is away: somebody whom they see with special care said no."""
    facts = letter_facts(LetterKind.MEANWHILE, language)
    return replace(facts, why="crisis_declined", rows=(replace(facts.rows[0], text="crisis_declined"),))


def read_by_others(language: str = "en") -> LetterFacts:
    """The first day's letter afterwards."""
    facts = replace(letter_facts(LetterKind.SILENCE, language), rows=(), day=DayFacts(), days=None)
    return replace(facts, others_read=(replace(rows()[1], text="words", leaves=None),))


def came_back(language: str = "en") -> LetterFacts:
    """The day's letter on what came back since and could wait, each kind of it."""
    texts = ("unverified_stranger", "auto", "late", "delegated")
    some = (replace(rows()[1], text=text, before="", leaves=None) for text in texts)
    first, *others = (
        replace(row, initials=f"K{letter}", name="") for row, letter in zip(some, "STUV", strict=True)
    )
    facts = replace(letter_facts(LetterKind.SILENCE, language), rows=(), day=DayFacts(), days=None)
    return replace(facts, came=(replace(first, name="Kai Sommer"), *others))


def yes_counts(language: str = "en") -> LetterFacts:
    """An answer that was a yes, and counts."""
    return replace(letter_facts(LetterKind.ANSWER, language), why="counts", rows=rows()[1:3], others=())


def plan_together(language: str = "en") -> LetterFacts:
    """A group does not meet either; one of it is told by the therapist alone."""
    facts = replace(plan_ready(language), together=(at(7, 18).start, at(8, 18).start))
    mailed, told = (("KS", "Kai Sommer"), ("LM", "Lea Moor")), (("NO", "Nora Ott"),)
    return replace(facts, together_mailed=mailed, together_told=told, together_at=at(1, 9).start)


def group_meets(language: str = "en") -> LetterFacts:
    """One meets after all, another elsewhere; it is not believed yet."""
    facts = replace(letter_facts(LetterKind.TAKING_BACK, language), why="group_meets", rows=(), days=None)
    facts = replace(facts, together=(at(7, 18).start,), together_moved=((at(8, 18).start, at(13, 17).start),))
    mailed, told = (("KS", "Kai Sommer"), ("LM", "Lea Moor")), (("NO", "Nora Ott"),)
    return replace(facts, together_mailed=mailed, together_told=told, together_at=at(1, 9).start)


def list_with_group(language: str = "en") -> LetterFacts:
    """Everybody else knows; somebody of a group hears it from the therapist alone."""
    facts = replace(letter_facts(LetterKind.CALL_LIST, language), calling=False)
    rest = tuple(replace(row, call=False, knows=True) for row in facts.rows)
    return replace(facts, rows=rest, together_calls=members())


def members() -> tuple[MemberToCall, ...]:
    """Two of a group whom no mail tells, one of them without a number."""
    meets = at(7, 18).start
    return (
        MemberToCall("NO", "Nora Ott", "030 5550111", meets),
        MemberToCall("LM", "Lea Moor", "", meets),
    )


def sick_day_of_a_group(language: str = "en") -> LetterFacts:
    """Today, to the office: somebody to call for their own hour, and two of a group."""
    return replace(
        letter_facts(LetterKind.CALL_LIST, language), together_calls=members(), absent="Noor Rahimi"
    )


def plan_calling_members(language: str = "en") -> LetterFacts:
    """Ill today, and nothing but a group's meeting falls out; who is mailed hears it without the missing yes."""
    facts = replace(plan_of_a_group(language), together_told=(), together_calls=members())
    return replace(facts, together_mailed=(), together_unasked=(("KS", "Kai Sommer"),), together_at=None)


def group_falls(language: str = "en") -> LetterFacts:
    """One falls out, since whoever leads it beside them is away as well."""
    facts = replace(group_meets(language), why="group_falls", together_moved=(), together_told=())
    return replace(facts, together_at=None)


def group_gone(language: str = "en") -> LetterFacts:
    """One that was said to take place has been deleted since."""
    return replace(group_meets(language), why="group_gone", together_moved=())


def plan_of_a_group(language: str = "en") -> LetterFacts:
    """Nothing but a group's meeting falls out."""
    return replace(plan_together(language), rows=(), totals=None, together=(at(7, 18).start,), unaffected=())


def still_waiting(language: str = "en") -> LetterFacts:
    """Words alone, which an earlier letter told."""
    return replace(days_letter(language), rows=(), lost=(), waiting=days_letter(language).waiting[:1])


def named_to_office(language: str = "en") -> LetterFacts:
    """The same to the practice, of one client."""
    facts = named_to_colleague(language)
    return replace(facts, why="named_office", rows=facts.rows[:1], elsewhere=ZoneInfo("Atlantic/Canary"))


def cover_hours_stand(language: str = "en") -> LetterFacts:
    """Well again: one of these hours is mailed of, one nobody mails of; to the practice."""
    facts = cover_hours_gone(language)
    first, second = facts.falling
    rows = (replace(first, text="cover_stands"), replace(second, text="call_next"))
    return replace(facts, why="named_stands", rows=rows, falling=(), days=None)


def plan_ready(language: str = "en") -> LetterFacts:
    """The letter about a plan that needs no yes."""
    leaves = datetime(2026, 6, 16, 8, tzinfo=UTC)
    comes = (("tier_routine", 0), ("weekly", 7), ("months", 8))
    held = replace(rows()[1], text="held", knows=False, before="", leaves=leaves, reason=comes)
    none = (("no_time", 52), ("struck_leave", 40), ("struck_hours", 12))
    last = replace(rows()[3], leaves=leaves, reason=none)
    return replace(
        letter_facts(LetterKind.PLAN, language), code="", why="", rows=(rows()[0], held, rows()[2], last)
    )


def plan_changed(language: str = "en") -> LetterFacts:
    """The letter about a plan that changed after the yes; another absence waits, too."""
    new = replace(rows()[3], news="new")
    other = replace(rows()[1], text="held", knows=False, before="", news="cover")
    facts = letter_facts(LetterKind.PLAN, language)
    others = ((date(2026, 8, 3), date(2026, 8, 7), "cd"),)
    return replace(facts, rows=(rows()[0], other, rows()[2], new), others=others)


def plan_said_anew(language: str = "en") -> LetterFacts:
    """Their own words are new, and all of it was mailed before; a group was told, too."""
    facts = plan_together(language)
    rows = tuple(replace(row, leaves=None, text="invited", call=False) for row in facts.rows)
    facts = replace(
        facts, rows=rows, together_told=(), together_at=None, sayings=(Saying("I am in the mountains."),)
    )
    return replace(facts, said_anew=True, read_before=("AB", "CD", "KS", "LM"))


def plan_grown(language: str = "en") -> LetterFacts:
    """The letter about a plan that needs no yes, after the leave became longer."""
    facts = plan_ready(language)
    first, *others, last = facts.rows
    return replace(facts, rows=(first, *others, replace(last, news="added")))


def call_again(language: str = "en") -> LetterFacts:
    """The leave has gone, and somebody by phone has to hear it from the therapist."""
    row = replace(rows()[2], text="call_again", slot=None, knows=True)
    return replace(letter_facts(LetterKind.CONCERN, language), why="call_again", days=None, rows=(row,))


def calls_again(language: str = "en") -> LetterFacts:
    """Several, to the office."""
    some = tuple(replace(row, text="call_again", slot=None, before="") for row in rows()[1:3])
    return replace(call_again(language), rows=some, absent="Noor Rahimi")


def call_near(language: str = "en") -> LetterFacts:
    """It takes place again so soon that the mail may be read too late."""
    row = replace(call_again().rows[0], text="call_near")
    return replace(call_again(language), rows=(row,), calling=True)


def unkept(language: str = "en") -> LetterFacts:
    """Promised word that never left, as nobody looked."""
    some = tuple(replace(row, text="told", slot=None, before="") for row in rows()[1:3])
    return replace(call_again(language), why="unkept", rows=some)


def unkept_meanwhile(language: str = "en") -> LetterFacts:
    """The same to who reads for a therapist who is away."""
    back = datetime(2026, 7, 20, 7, tzinfo=UTC)
    return replace(unkept(language), kind=LetterKind.MEANWHILE, absent="Noor Rahimi", back=back)


def still_at_odds(language: str = "en") -> LetterFacts:
    """A yes and a no that is still open on the day before: to the office."""
    row = replace(rows()[1], text="at_odds", before="", call=True)
    facts = replace(letter_facts(LetterKind.CONCERN, language), why="at_odds", days=None, rows=(row,))
    return replace(facts, calling=True, absent="Noor Rahimi", entry=False)


def yes_and_proposal(language: str = "en") -> LetterFacts:
    """A yes to what was offered, after another time was proposed."""
    row = replace(rows()[1], text="yes_after_words", before="")
    facts = replace(letter_facts(LetterKind.CONCERN, language), why="yes_after_words", days=None, rows=(row,))
    return replace(facts, dropped=datetime(2026, 7, 20, 8, tzinfo=UTC))


def no_room(language: str = "en") -> Iterator[LetterFacts]:
    """One who reads that the link follows, and two."""
    some = tuple(replace(row, text="invited", before="", leaves=None) for row in rows()[:2])
    for mine in (some[:1], some):
        yield replace(
            letter_facts(LetterKind.CONCERN, language), why="no_room", days=None, rows=mine, entry=False
        )


def overbooked(language: str = "en") -> Iterator[LetterFacts]:
    """Something stands where somebody was asked to: with when they hear of it, and of what is so near that it goes."""
    row = replace(rows()[1], before="", leaves=datetime(2026, 6, 15, 10, tzinfo=UTC))
    facts = replace(letter_facts(LetterKind.CONCERN, language), why="overbooked", days=None, rows=(row,))
    yield facts
    yield replace(facts, kept=False, rows=(replace(row, text="withdrawn", leaves=None),))


def unsaid(language: str = "en") -> LetterFacts:
    """Somebody fell ill while syncd stood still: to the office."""
    some = tuple(replace(row, text="call", slot=None, call=True) for row in rows()[:2])
    facts = replace(
        letter_facts(LetterKind.CONCERN, language), why="unsaid", days=None, rows=some, entry=False
    )
    return replace(facts, as_of=datetime(2026, 6, 11, 8, tzinfo=UTC), absent="Noor Rahimi")


def stuck(language: str = "en") -> LetterFacts:
    """Leave has gone, and the calendar cannot be read since."""
    some = tuple(replace(row, text="will_call", slot=None, before="") for row in rows()[:2])
    return replace(letter_facts(LetterKind.TAKING_BACK, language), why="stuck", rows=some)


def brought_back(language: str = "en") -> LetterFacts:
    """A session that was cancelled stands again while its therapist is away."""
    row = replace(rows()[1], text="brought_back", slot=None, knows=True)
    facts = letter_facts(LetterKind.TAKING_BACK, language)
    return replace(facts, why="brought_back", days=None, rows=(row,))


def unclear_title(language: str = "en") -> LetterFacts:
    """The title of a displaced session says no longer whose it is."""
    row = replace(rows()[1], knows=True)
    facts = letter_facts(LetterKind.TAKING_BACK, language)
    return replace(facts, why="unclear", days=None, rows=(row,))


def series_ended(language: str = "en") -> LetterFacts:
    """Two series end before what leave took: one client is invited, one knows of the leave alone."""
    invited, told = (replace(row, slot=None, before="", knows=True) for row in rows()[1:3])
    invited = replace(invited, text="will_end", leaves=datetime(2026, 6, 16, 8, tzinfo=UTC))
    facts = letter_facts(LetterKind.TAKING_BACK, language)
    ended = (invited, replace(told, text="tell_end", call=False))
    return replace(facts, why="ended", days=None, rows=ended)


def first_gone(language: str = "en") -> LetterFacts:
    """A session that a mail named as the first one after the leave is gone."""
    row = replace(rows()[1], text="counts_on_it", slot=None, before="", knows=True)
    return replace(letter_facts(LetterKind.TAKING_BACK, language), why="first_gone", days=None, rows=(row,))


def both_stand(language: str = "en") -> LetterFacts:
    """A session takes place after all, and so does what was agreed on in its place."""
    first = rows()[1]
    later = Span(first.original.start + timedelta(days=8), first.original.end + timedelta(days=8))
    row = replace(first, text="both", slot=later, knows=True, before="")
    facts = letter_facts(LetterKind.TAKING_BACK, language)
    return replace(facts, why="both", days=None, rows=(row,))


def office_list(language: str = "en") -> LetterFacts:
    """The call list as the practice's own address gets it."""
    calls = tuple(row for row in rows() if not row.knows)
    return replace(letter_facts(LetterKind.CALL_LIST, language), to=SENDER, absent="Dana Okafor", rows=calls)


def owed_list(language: str = "en") -> LetterFacts:
    """Whom to call while the mailbox cannot be read: one knows nothing, one waits for what was promised since."""
    some = tuple(replace(row, call=True, knows=False) for row in rows())
    listed = (replace(some[1], text="owed", slot=None, before=""), some[2], rows()[0])
    return replace(
        letter_facts(LetterKind.CALL_LIST, language),
        rows=listed,
        as_of=datetime(2026, 6, 11, 8, tzinfo=UTC),
        heard=False,
    )


def list_in_the_dark(language: str = "en") -> LetterFacts:
    """The same while a calendar cannot be read, and the mailbox can."""
    return replace(owed_list(language), heard=True, rows=rows())


def write(facts: LetterFacts, after: EffectKey | None = None) -> Write:
    """The intent that carries the facts."""
    return Write(EffectKey("a1", "plan", f"letter_{facts.kind.value}"), facts, "dana", after)
