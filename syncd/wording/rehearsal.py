"""Every template spoken once with made-up facts, so that a mistake in one shows at the start and not at night."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import product
from typing import Any
from zoneinfo import ZoneInfo

from syncd.core.model import MAILBOX, Client, OfferKind, OfferState, Saying, Tier
from syncd.core.model.errors import ConfigError, ConfigProblem
from syncd.core.model.leave import Cost, Start, TierCost
from syncd.core.model.messages.entries import PlanFacts, QuestionFacts, Room, ShowFacts, WaitingFacts
from syncd.core.model.messages.letters import (
    HandoverFacts,
    HandoverRow,
    LetterFacts,
    LetterKind,
    LetterRow,
    NoCover,
    Proposal,
    Stage,
    TagHelp,
    TagTime,
    Uncounted,
)
from syncd.core.model.messages.mails import House, Instead, MailFacts, MailKind, Outlook
from syncd.core.policy.short_answers import Unheard
from syncd.core.policy.unnamed import Concerned
from syncd.core.reading.titles.sayings import FAULTS, LANGUAGES
from syncd.core.telling.alarms.heard import AlarmLetter
from syncd.core.telling.alarms.wrong import Alarm, AlarmKind
from syncd.core.time.spans import Span
from syncd.wording.alarms import ALARM, alarm_values
from syncd.wording.entries import offer_values, plan_values, question_values, waiting_values
from syncd.wording.letters import NO, WEEKS, letter_values, weeks_values
from syncd.wording.mails import SHORT, mail_values
from syncd.wording.paragraphs import LINK, Written
from syncd.wording.scheduling import CALLED_OFF
from syncd.wording.templates import Templates

ZONE = ZoneInfo("Europe/Berlin")
SENT = datetime(2026, 6, 1, 8, tzinfo=UTC)
FULL = House(
    "Practice", "Dana Okafor", "030 1", "office@example.org", "112", "https://example.org/", ZONE, "None"
)
BARE = House("", "Dana Okafor", "", "", "", "", ZONE)


@lru_cache(maxsize=4)  # texts are read once, so thousands of letters are tried once
def rehearse(templates: Templates) -> tuple[ConfigProblem, ...]:
    """What is wrong with the templates, the first problem of each; () when every message can be written."""
    found: dict[ConfigProblem, None] = {}
    failed: set[tuple[str, str]] = set()
    for language in sorted(templates.languages):
        said: set[Written] = set()
        for name, values in scenes(language):
            if (language, name) in failed:
                continue
            try:
                written = templates.write(language, name, values)
                if written not in said:
                    templates.page(language, written)
                    said.add(written)
            except ConfigError as error:
                failed.add((language, name))
                found.update(dict.fromkeys(error.problems))
    return tuple(found)


def scenes(language: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Template names with values, for every kind, state and outlook, with everything known and with little."""
    for kind, offer, outlook, full in product(MailKind, OfferKind, Outlook, (True, False)):
        values = mail_values(_mail(language, kind, offer, outlook, full))
        yield kind.value, values
        if kind in SHORT and values["slot"]:
            yield SHORT[kind], values
        yield "appointment", values | {"cancelled": full, "alone": not full, "confirmed": False}
        yield "appointment", values | {"cancelled": False, "alone": True, "confirmed": full}
    yield CALLED_OFF, {}
    for state, offer, flag in product(OfferState, OfferKind, (True, False)):
        yield "entry", offer_values(_show(language, state, offer, flag))
    for code in ("bx", ""):
        yield "plan", plan_values(_plan(language, code))
        yield "plan", plan_values(_plan(language, code)) | {"shown": 1}
    for hits, cost in product(((), (("AB", _span(10)), ("CD", _span(11)))), _costs()):
        yield (
            "question",
            question_values(replace(_question(language, hits), cost=cost, others=_known(_costs()))),
        )
    leave = (SENT.date(), SENT.date() + timedelta(days=4), "bx")
    for missing in ((leave,), (leave, leave)):
        yield "waiting", waiting_values(WaitingFacts("u", SENT.date(), ZONE, language, missing))
    for values in _alarms(language):
        yield ALARM, values
    yield WEEKS, weeks_values(language, (_span(10),), ZONE)
    yield from _letters(language)


def _letters(language: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Letters of each kind."""
    for letter, code, rows in product(LetterKind, ("bx", ""), (_rows(), ())):
        others = ((SENT.date(), SENT.date(), "cd"),) if code else ()
        facts = LetterFacts(
            letter, "", language, ZONE, None, SENT, code, code, rows, others=others, calling=not code
        )
        facts = replace(
            facts, entry=not code, unread=("why",) * (21 if rows else 1), helps=_helps() if rows else ()
        )
        facts = replace(facts, sayings=_sayings() if letter is LetterKind.PLAN else ())
        if letter is LetterKind.PLAN and code:
            links = dict.fromkeys((code, "cd", NO), f"{LINK}mailto:office@example.org")
            for late, doubted in product((None, SENT), (True, False)):
                said = replace(facts, again=True, late=late, doubted=doubted, called=("Conference", "Trip"))
                yield "letter_plan", letter_values(said, names=True, links=links)
        if letter is LetterKind.ANSWER:
            for why, doubted in product(Unheard, (True, False)):
                said = replace(facts, why=why, doubted=doubted, address="a@example.org" * bool(rows))
                yield "letter_answer", letter_values(said, names=True)
        costs = _costs() if letter is LetterKind.QUESTION else (None,)
        for names, cost in product((True, False), costs):
            known = replace(facts, cost=cost, compared=_known(costs))
            for one in _handed_over(known):
                yield f"letter_{letter.value}", letter_values(one, names=names)


def _sayings() -> tuple[Saying, ...]:
    carried = (Saying("I wish you a good summer.", language) for language in ("", *sorted(LANGUAGES)))
    return (*carried, *(Saying("Back soon", "", fault) for fault in FAULTS))


def _handed_over(facts: LetterFacts) -> Iterator[LetterFacts]:
    """The letter as it is, and as it is about long leave, where it may be."""
    if facts.kind is not LetterKind.HANDOVER:
        yield facts
    if facts.kind in {LetterKind.HANDOVER, LetterKind.PLAN}:
        bare = HandoverRow("ab", "AB", "Anna Berg", "030 2", Tier.CRISIS, _rows())
        full = replace(
            bare, rows=(replace(_rows()[0], more=11),), before=_span(2), after=_span(90), cover="Sam"
        )
        full = replace(full, could=Proposal("sam", "Sam", _span(30), 1 + bool(facts.code), 12, 12))
        whys = tuple(Uncounted(name, why) for why in NoCover for name in ("AB", ""))
        for stage, absent in product(Stage, ("", "Dana Okafor")):
            clients = (bare, full, replace(full, cover=""), replace(full, could=None)) if facts.rows else ()
            said = HandoverFacts(stage, clients, SENT, SENT, SENT, uncounted=whys if absent else ())
            yield replace(facts, handover=said, absent=absent, rows=())
            moments = replace(said, in_person=None, notices=None, uncovered=None, ill=True, changed=True)
            yield replace(facts, handover=moments, absent=absent)
            yield replace(facts, handover=replace(moments, colleague="Sam"), absent=absent)


def _alarms(language: str) -> Iterator[dict[str, Any]]:
    places = (MAILBOX, "home", "mail", "calendar", "")
    for kind, place in product(AlarmKind, places):
        known = Client("c1", "Anna Berg", therapists=("dana",), phone="030 2")
        people = (
            Concerned("c1", (SENT, SENT), known, "AB"),
            Concerned("c2", (SENT,), None, "CD"),
            Concerned("c3", (SENT,), None),
        )
        alarm = Alarm(kind, place, SENT, frozenset(), "why", SENT + timedelta(days=2), people=people)
        letter = AlarmLetter("dana", "", language, ZONE, kind, (alarm, alarm), SENT)
        yield from (alarm_values(letter, names=names) for names in (True, False))


def _span(days: int) -> Span:
    start = SENT + timedelta(days=days)
    return Span(start, start + timedelta(minutes=50))


def _mail(language: str, kind: MailKind, offer: OfferKind, outlook: Outlook, full: bool) -> MailFacts:
    some: Callable[[Span], Span | None] = (lambda span: span) if full or kind in _ALWAYS else (lambda _: None)
    return MailFacts(
        kind=kind,
        house=FULL if full else BARE,
        to="client@example.org",
        name="Anna Berg" if full else "",
        language=language,
        zone=ZONE if full else ZoneInfo("America/New_York"),
        original=_span(10),
        days=((SENT + timedelta(days=9)).date(), (SENT + timedelta(days=9 + 7 * full)).date()),
        sent_at=SENT,
        others=(_span(13), _span(17)) if full else (),
        uid="u" if full else "",
        slot=some(_span(20)),
        suggested=(Instead(_span(10), _span(20)), Instead(_span(13), _span(22))),
        offer_kind=offer,
        with_therapist="Sam Lee" if offer is OfferKind.COVER else "",
        due=SENT + timedelta(days=5) if full else None,
        next_session=_span(5) if full else None,
        word_by=SENT + timedelta(days=8) if outlook is Outlook.PERHAPS else None,
        last_word=kind is MailKind.CLOSING and not full,
        again=not full,
        next_agreed=kind in _ALWAYS,
        afterwards=_span(30) if full else None,
        outlook=outlook,
        agreed=some(_span(22)),
        instead=(Instead(_span(12), _span(21)), Instead(_span(13), _span(22), asked=True)) if full else (),
        meetings=(_span(23), _span(24)) if full else (),
        same_again=full,
        back=_span(20).start if kind is MailKind.RECEIVED else None,
        number_known=full,
        may_call=full,
        own_words="I wish you a good summer." if full else "",
        location="Room 2" if full else "",
        link="https://example.org/room" if full else "",
    )


_ALWAYS = frozenset(
    {
        MailKind.INVITATION,
        MailKind.REMINDER,
        MailKind.AGREED,
        MailKind.TOO_LATE,
        MailKind.IN_TIME,
        MailKind.UNSURE,
        MailKind.THANKS,
        MailKind.EVE,
    }
)


def _show(language: str, state: OfferState, offer: OfferKind, flag: bool) -> ShowFacts:
    return ShowFacts(
        uid="u",
        span=_span(20),
        kind=offer,
        state=state,
        initials="AB",
        original=_span(10),
        zone=ZONE,
        language=language,
        tentative=flag,
        frozen=flag,
        bounced=flag and state is OfferState.UNANSWERED,
        doubtful=not flag,
        late=not flag,
        by_mail=flag,
        untold=flag and state is OfferState.WITHDRAWN,
        link="https://example.org/room" if flag else "",
        room=Room.UNSAID if flag else Room.LACKING,
    )


def _plan(language: str, code: str) -> PlanFacts:
    facts = PlanFacts("u", SENT.date(), ZONE, language, code, _rows())
    if code:
        return facts
    return replace(
        facts,
        leaves=SENT,
        leaving=("AB", "CD"),
        stuck=("EF",),
        tags=("before",),
        opened=(_span(12),),
        shut=(_span(9),),
        unread=2,
    )


def _costs() -> tuple[Cost | None, ...]:
    """Not known, not to be had, without a start that costs less, and with two."""
    first, last = SENT.date(), SENT.date() + timedelta(days=4)
    bare = Cost(
        "q", "dana", "r", SENT, first, last, (TierCost(2, 1, 1, 14, 1000, 14, 1000),), compared=6, sure=False
    )
    tiers = (TierCost(0, 1, 1, 14, 1000, 9, 200), TierCost(2, 2, 3, 21, 5000, 14, 2400))
    start = Start(last, last + timedelta(days=4), 2, (0, 0, 1000, 0))
    full = replace(bare, tiers=tiers, makeups=3, starts=(start, start), sure=True)
    return (None, replace(bare, failed="TimeoutExpired"), bare, full)


def _known(costs: tuple[Cost | None, ...]) -> tuple[Cost, ...]:
    return tuple(one for one in costs if one is not None and one.starts)


def _question(language: str, hits: tuple[tuple[str, Span], ...]) -> QuestionFacts:
    days = (SENT.date(), SENT.date() + timedelta(days=4))
    return QuestionFacts("u", SENT.date(), ZONE, language, days, hits, held=hits[:1])


def _helps() -> tuple[TagHelp, ...]:
    times = (TagTime("AB", _span(20)), TagTime("CD", _span(21), "Sam Lee"))
    return tuple(TagHelp(tag, times) for tag in ("call", "cover", "extend"))


def _rows() -> tuple[LetterRow, ...]:
    bare = LetterRow("AB", "Anna Berg", "030 2", _span(10), "held", _span(20), knows=False)
    held = replace(bare, before="declined", leaves=SENT, news="new")
    call = replace(held, call=True, call_from=SENT, zone=ZoneInfo("America/New_York"))
    return (
        replace(held, reason=(("tier_routine", 0), ("weekly", 7), ("gap", 14))),
        call,
        *(replace(bare, kind=kind) for kind in ("call", "extend")),
        LetterRow("CD", "", "", _span(11), "told"),
    )
