"""Who a mail is from, whether our own server vouches for that, and whether a person sent it. Pure."""

from __future__ import annotations

import re
from email.message import Message

from connectors.mail.parts import field, fields

_ADDRESS = r"[^\s<>@\"(),;:\\]+@[^\s<>@\"(),;:\\]+"
_FROM = re.compile(
    rf'(?:(?:"(?:[^"\\]|\\.)*"|[^"<>@]*|{_ADDRESS})\s*<(?P<angle>{_ADDRESS})>|(?P<bare>{_ADDRESS}))'
)
_COMMENT = re.compile(r"\([^()]*\)")
_AUTO_ANSWERED = ("x-autoreply", "x-autorespond", "x-autoresponder", "x-auto-reply", "x-vacation")
_AUTO_PRECEDENCE = frozenset({"auto_reply", "auto-reply", "autoreply"})
_BULK_PRECEDENCE = frozenset({"bulk", "junk", "list"})


def sender_of(headers: Message) -> str:
    """The one address in From, lower case; "" where there is none, more than one, or something in between.

    Addresses are not guessed from what only resembles one (CVE-2023-27043): "" is never a client's address.
    """
    given = fields(headers, "From")
    if len(given) != 1 or len(given[0]) > 1000:
        return ""
    match = _FROM.fullmatch(given[0])
    return (match["angle"] or match["bare"]).lower() if match else ""


def authenticated(headers: Message, authserv_id: str) -> bool:
    """True when our own mail server says that the From address is genuine (RFC 8601, RFC 7489).

    Without `authserv_id` nobody was asked, and nothing is held against the mail. With it, only the topmost
    result of that server counts: DMARC passed or, where the domain publishes no policy, an aligned DKIM or SPF.
    """
    if not authserv_id:
        return True
    for value in fields(headers, "Authentication-Results"):
        server, _, results = _without_comments(value).partition(";")
        if server.strip().partition(" ")[0].lower() == authserv_id.lower():
            return _vouches(results, sender_of(headers).rpartition("@")[2])
    return False


def _without_comments(value: str) -> str:
    """Comments in Authentication-Results may hold anything, a forged verdict too."""
    text = value[:4000]
    while True:
        shorter = _COMMENT.sub(" ", text)
        if shorter == text:
            return text
        text = shorter


def _vouches(results: str, domain: str) -> bool:
    verdicts = [" ".join(part.split()).lower() for part in results.split(";")]
    dmarc = [verdict for verdict in verdicts if verdict.startswith("dmarc=")]
    if dmarc and not dmarc[0].startswith(("dmarc=none", "dmarc=temperror")):
        return dmarc[0].startswith("dmarc=pass")
    return bool(domain) and any(_aligned(verdict, domain) for verdict in verdicts)


def _aligned(verdict: str, domain: str) -> bool:
    """A pass for the From domain itself or a domain above or below it (RFC 7489 §3.1, relaxed)."""
    if not verdict.startswith(("dkim=pass", "spf=pass")):
        return False
    for name, value in re.findall(r"(header\.d|header\.i|smtp\.mailfrom)=(\S+)", verdict):
        signer = value.strip('"').rpartition("@")[2]
        if name and signer.count(".") and (signer == domain or domain.endswith(f".{signer}")):
            return True
    return False


def automatic(headers: Message, answers: bool) -> bool:
    """True when a machine wrote this without its owner (RFC 3834): such mail never answers.

    With `answers` the mail holds a calendar answer. Calendar programs may call that auto-generated or bulk,
    though a person pressed the button; a responder says auto-replied.
    """
    submitted = field(headers, "Auto-Submitted").partition(";")[0].strip().lower()
    if submitted not in {"", "no"} and not (answers and submitted == "auto-generated"):
        return True
    precedence = field(headers, "Precedence").lower()
    if precedence in _AUTO_PRECEDENCE or (precedence in _BULK_PRECEDENCE and not answers):
        return True
    if any(headers.get(name) is not None for name in _AUTO_ANSWERED):
        return True
    # Its other values ask for silence, and stand on what people write too; responders say All (MS-OXCMAIL).
    suppressed = field(headers, "X-Auto-Response-Suppress").lower().split(",")
    return "all" in {value.strip() for value in suppressed} or from_nobody(headers)


def from_nobody(headers: Message) -> bool:
    """True for the empty return path of bounces and responders (RFC 5321 §4.5.5)."""
    return any(value == "<>" for value in fields(headers, "Return-Path"))


def from_postmaster(headers: Message) -> bool:
    """True for mail that a mail system wrote: what is worth opening to find which of our mails it returns."""
    local_part = sender_of(headers).partition("@")[0]
    return local_part in {"mailer-daemon", "postmaster", "mail-daemon"}
