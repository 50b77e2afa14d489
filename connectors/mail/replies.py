"""From one message to what it says of which offer: answers, proposals, words, bounces (RFC 6047). Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message

from connectors.mail.answers import Answer, Mailed, own_uids, read_answers
from connectors.mail.bounces import delayed, is_report, lost_to, returned, undelivered
from connectors.mail.ids import LETTER, MessageId, looks_own, named_in, own_message_ids, parse_message_id
from connectors.mail.own_text import own_text
from connectors.mail.parts import (
    body,
    field,
    fields,
    forwarded,
    header_block,
    headers_of,
    is_calendar,
    leaves,
    parsed,
    text_of,
)
from connectors.mail.senders import (
    authenticated,
    automatic,
    from_nobody,
    from_postmaster,
    proven,
    sender_of,
)
from connectors.mail.words import has_words
from syncd.core.model import Reply, ReplyKind

BEGINNING = 256 * 1024
LONGEST_SUBJECT = 1000

# TooMuch, and what the standard library raises on input that no limit foresaw: one mail must not stop the others.
UNREADABLE = (
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    AssertionError,
    ArithmeticError,
    RecursionError,
    MessageError,
)


@dataclass(frozen=True, slots=True)
class Ours:
    """How we recognise what concerns us.

    `domains` are those of our sender addresses, in lower case, as they stand in our Message-IDs. `own` tells our
    UIDs from others. `authserv_id` is what our own mail server calls itself in Authentication-Results; "" for none.
    `senders` are our sender addresses themselves, lower case: copies of our mails are known by them where a relay
    has replaced the Message-ID. `key` is what numbers in our Message-IDs are sealed with.
    """

    domains: frozenset[str]
    own: Callable[[str], bool] = looks_own
    authserv_id: str = ""
    senders: frozenset[str] = frozenset()
    key: str = ""


def thread_of(headers: Message, ours: Ours) -> MessageId | None:
    """The message of ours that this one answers, by In-Reply-To, else by the last of ours in References.

    What a link in a letter had written anew names that letter in its subject.
    """
    direct = next(own_message_ids([field(headers, "In-Reply-To")], ours.domains), None)
    direct = direct or next(
        own_message_ids(reversed(field(headers, "References").split()), ours.domains), None
    )
    named = "" if direct else named_in(_subject(headers))
    return MessageId(named, 0, LETTER) if named else direct


def _subject(headers: Message) -> str:
    try:
        return str(make_header(decode_header(field(headers, "Subject")[:LONGEST_SUBJECT])))
    except UNREADABLE:
        return ""


def sent_by_us(headers: Message, ours: Ours) -> bool:
    """True for a copy of our own mail: evidence, not an answer.

    A therapist may share our address: what answers a letter, which no letter does, is theirs.
    """
    if parse_message_id(field(headers, "Message-ID"), ours.domains) is not None:
        return True
    thread = thread_of(headers, ours)
    answers = thread is not None and thread.kind == LETTER
    return not answers and sender_of(headers) in ours.senders


def read_replies(content: bytes, ours: Ours, identity: str, received: datetime) -> tuple[Reply, ...]:
    """Everything that a message says of our offers; () when it does not concern us.

    `identity` names the message (Message-ID, or where it lies) and becomes the reply's id; a second reply in
    the same message gets `#2`. Nothing is expanded, and what exceeds the limits of `parts` counts as words.
    """
    headers = headers_of(content)
    if sent_by_us(headers, ours):
        return ()
    try:
        mail = _Opened(content, parsed(content), thread_of(headers, ours), sender_of(headers), received)
        machine = is_report(mail.message) or from_postmaster(headers)
        found = _report(mail, ours) if machine else _letter(mail, ours)
        return _numbered(found, headers, ours, identity, received)
    except UNREADABLE:
        return too_large(headers, ours, identity, received, mentioned(content, ours))


def too_large(
    headers: Message, ours: Ours, identity: str, received: datetime, uids: Iterable[str] = ()
) -> tuple[Reply, ...]:
    """What to say of a message that was not opened: words. `uids` were seen in its calendar part."""
    thread = thread_of(headers, ours)
    offers = list(uids) or ([thread.uid] if thread else [])
    kind = ReplyKind.AUTO if automatic(headers, answers=bool(uids)) else ReplyKind.WORDS
    found = [
        _Found(offer, kind, words=kind is ReplyKind.WORDS, sequence=_answered(thread, offer))
        for offer in dict.fromkeys(offers)
    ]
    return _numbered(found, headers, ours, identity, received)


def mentioned(content: bytes, ours: Ours) -> tuple[str, ...]:
    """Our UIDs in the calendar parts at the beginning of a message that is too large to be read."""
    try:
        parts = leaves(parsed(content[:BEGINNING]))
        uids = [uid for part in parts if is_calendar(part) for uid in own_uids(text_of(part), ours.own)]
    except UNREADABLE:
        return ()
    return tuple(dict.fromkeys(uids))


@dataclass(frozen=True, slots=True)
class _Found:
    """A reply before it is known who sent it and when."""

    offer: str
    kind: ReplyKind
    words: bool = False
    answer: Answer | None = None
    sequence: int = 0
    lost: tuple[str, ...] = ()
    own: str = ""


@dataclass(frozen=True, slots=True)
class _Opened:
    """A mail that concerns us, opened. `thread` is the message of ours that its headers answer."""

    content: bytes
    message: Message
    thread: MessageId | None
    sender: str
    received: datetime


def _report(mail: _Opened, ours: Ours) -> list[_Found]:
    """A delivery report (RFC 3464), a receipt, or what a mail system writes without a standard.

    It is about the mail that it returns, else the one that it answers.
    """
    about = _returned(mail, ours) or mail.thread
    if about is None:
        return []
    standard = is_report(mail.message)
    lost = undelivered(mail.message) if standard else not delayed(body(mail.message))
    if not lost:
        return [_Found(about.uid, ReplyKind.AUTO, sequence=about.sequence)]
    return [_Found(about.uid, ReplyKind.BOUNCE, sequence=about.sequence, lost=lost_to(mail.message))]


def _returned(mail: _Opened, ours: Ours) -> MessageId | None:
    """The mail of ours that this one returns: by its Message-ID, else by its UID, wherever below the headers."""
    raw = mail.content[len(header_block(mail.content)) :].decode("utf-8", "replace")
    texts = [*returned(mail.message), raw]
    known = next(own_message_ids(texts, ours.domains, longest=len(raw)), None)
    if known is not None:
        return known
    uids = (uid for text in texts for uid in own_uids(text, ours.own))
    return next((MessageId(uid, 0, "") for uid in uids), None)


def _letter(mail: _Opened, ours: Ours) -> list[_Found]:
    message, thread = mail.message, mail.thread
    answers = _agreed(_calendar_answers(message, mail, ours))
    if not answers:
        return _without_answer(mail, ours)
    auto = automatic(message, answers=True)
    text = body(message)
    found = []
    for answer in answers:
        words = not auto and (
            answer.comment or has_words(text, answer.summary, answer.program, answer.attendee)
        )
        sequence = _answered(thread, answer.uid) if answer.sequence is None else answer.sequence
        kind = ReplyKind.AUTO if auto else answer.kind
        found.append(_Found(answer.uid, kind, words or kind is ReplyKind.WORDS, answer, sequence))
    return found


def _without_answer(mail: _Opened, ours: Ours) -> list[_Found]:
    """A plain mail in our thread, a bounce that only its return path shows, or an answer that somebody forwarded."""
    message, thread = mail.message, mail.thread
    if from_nobody(message) and _returned(mail, ours) is not None:
        return _report(mail, ours)
    passed_on = [
        answer.uid for inner in forwarded(message) for answer in _calendar_answers(inner, mail, ours)
    ]
    about_uids = dict.fromkeys(passed_on or ([thread.uid] if thread else []))
    if automatic(message, answers=False):
        return [_Found(uid, ReplyKind.AUTO) for uid in about_uids]
    if thread is not None and thread.kind == LETTER and not passed_on:
        other = {named_in(_subject(message)), thread.uid} - {"", thread.uid}
        return [_Found(thread.uid, ReplyKind.WORDS, words=True, own="" if other else own_text(message))]
    return [_Found(uid, ReplyKind.WORDS, words=True, sequence=_answered(thread, uid)) for uid in about_uids]


def _answered(thread: MessageId | None, uid: str) -> int:
    """The SEQUENCE of the mail that is answered; 0, the default of RFC 5545, where that is not known."""
    return thread.sequence if thread is not None and thread.uid == uid else 0


def _calendar_answers(message: Message, mail: _Opened, ours: Ours) -> list[Answer]:
    found: list[Answer] = []
    for part in leaves(message):
        if is_calendar(part):
            mailed = Mailed(mail.sender, mail.received, ours.senders, str(part.get_param("method") or ""))
            found += read_answers(text_of(part), mailed, ours.own)
    return found


def _agreed(answers: list[Answer]) -> list[Answer]:
    """One answer per event: two parts usually say the same; where they differ a person decides."""
    by_uid: dict[str, list[Answer]] = {}
    for answer in answers:
        by_uid.setdefault(answer.uid, []).append(answer)
    return [_one(uid, said) for uid, said in by_uid.items()]


def _one(uid: str, said: list[Answer]) -> Answer:
    clear = [answer for answer in said if answer.kind is not ReplyKind.WORDS] or said
    contradictory = len({(answer.kind, answer.partstat) for answer in clear}) > 1
    return Answer(uid, ReplyKind.WORDS) if contradictory else clear[0]


def _numbered(
    found: Iterable[_Found], headers: Message, ours: Ours, identity: str, received: datetime
) -> tuple[Reply, ...]:
    sender, genuine = sender_of(headers), authenticated(headers, ours.authserv_id)
    sure = proven(headers, ours.authserv_id)
    replies = []
    for number, one in enumerate(found, start=1):
        reply = Reply(
            id=identity if number == 1 else f"{identity}#{number}",
            offer=one.offer,
            kind=one.kind,
            received=received,
            sender=sender,
            sequence=one.sequence,
            authenticated=genuine and len(fields(headers, "From")) == 1,
            words=one.words,
            lost=one.lost,
            own=one.own,
            proven=sure and len(fields(headers, "From")) == 1,
        )
        replies.append(_with_answer(reply, one.answer))
    return tuple(replies)


def _with_answer(reply: Reply, answer: Answer | None) -> Reply:
    if answer is None:
        return reply
    return replace(
        reply,
        partstat=answer.partstat,
        dtstamp=answer.dtstamp,
        proposed=answer.proposed,
        names=answer.names,
        attendee=answer.attendee,
    )
