"""Who a mail is from, whether our own server vouches for that, and whether a person sent it. Pure."""

from __future__ import annotations

import re
from email.headerregistry import AddressHeader
from email.message import Message
from email.policy import default

from connectors.mail.parts import field, fields

_ADDRESS = re.compile(r"[^\s<>@\"(),;:\\]+@[^\s<>@\"(),;:\\]+")
_UNQUOTED = re.compile(
    r"[^\"<>()]*<(?P<angle>[^<>]*)>"
)  # a name with a comma or an address in it, not in quotes
_HIDDEN = re.compile(r"\([^()]*[@<>]")
_QUOTED = re.compile(r"\"(?:[^\"\\]|\\.)*\"")
_DAEMON = re.compile(
    r"\bmailer[-_. ]?daemon|\bmail[-_. ]?daemon|\bpostmaster\b|\bmail(er)? delivery|\bdelivery (sub)?system",
    re.IGNORECASE,
)
_LONGEST = 1000
_COMMENT = re.compile(r"\([^()]*\)")
_AUTO_ANSWERED = ("x-autoreply", "x-autorespond", "x-autoresponder", "x-auto-reply", "x-vacation")
_AUTO_PRECEDENCE = frozenset({"auto_reply", "auto-reply", "autoreply"})
_BULK_PRECEDENCE = frozenset({"bulk", "junk", "list"})


def sender_of(headers: Message) -> str:
    """The one address in From, by the grammar (RFC 5322 §3.4), lower case; "" where there is none or a doubt.

    Addresses are not guessed from what only resembles one (CVE-2023-27043), nor taken where a comment holds another:
    "" is never a client's address.
    """
    given = fields(headers, "From")
    if len(given) != 1 or len(given[0]) > _LONGEST or _HIDDEN.search(_QUOTED.sub("", given[0])):
        return ""
    loose = _UNQUOTED.fullmatch(given[0])
    address = _grammatical(given[0]) or (loose["angle"].strip() if loose else "")
    return address.lower() if _ADDRESS.fullmatch(address) and address.isprintable() else ""


def _grammatical(written: str) -> str:
    """The address that is the whole of a field, or ""."""
    try:
        header = default.header_factory("From", written)
        addresses = header.addresses if isinstance(header, AddressHeader) else ()
        broken = any(type(defect).__name__ == "InvalidHeaderDefect" for defect in header.defects)
        return addresses[0].addr_spec if len(addresses) == 1 and not broken else ""
    except (ValueError, LookupError, AttributeError, TypeError, AssertionError, RecursionError):
        return ""  # the library's parser stumbles over some of what is no address


def authenticated(headers: Message, authserv_id: str) -> bool:
    """True when our own mail server says that the From address is genuine (RFC 8601, RFC 7489).

    Without `authserv_id` nobody was asked, and nothing is held against the mail. With it, only the topmost
    result of that server counts: DMARC passed or, where the domain publishes no policy, an aligned DKIM, SPF or
    login; then a DKIM signature that fails speaks against it.
    """
    if not authserv_id:
        return True
    return _vouches(_results(headers, authserv_id), sender_of(headers).rpartition("@")[2])


def proven(headers: Message, authserv_id: str) -> bool:
    """True when our own mail server was asked and proves the From address: DMARC or an aligned DKIM passed.

    A login under that very address proves it as well. Nothing less does: who proves it may approve what is sent.
    """
    sender = sender_of(headers)
    verdicts = _verdicts(_results(headers, authserv_id)) if authserv_id and sender else []
    dmarc = next((one for one in verdicts if one.startswith("dmarc=")), "dmarc=none")
    domain = sender.rpartition("@")[2]
    if not dmarc.startswith(("dmarc=none", "dmarc=temperror")):
        return _passed(dmarc, domain)
    signed = any(one.startswith("dkim=pass") and _aligned(one, domain) for one in verdicts)
    return signed or any(
        one.startswith("auth=pass") and f"smtp.auth={sender}" in one.replace('"', "").split()
        for one in verdicts
    )


def _results(headers: Message, authserv_id: str) -> str:
    """What the topmost Authentication-Results of that server say; "" where it says nothing."""
    for value in fields(headers, "Authentication-Results"):
        server, _, results = _without_comments(value).partition(";")
        if server.strip().partition(" ")[0].lower() == authserv_id.lower():
            return results
    return ""


def _without_comments(value: str) -> str:
    """Comments in Authentication-Results may hold anything, a forged verdict too."""
    text = value[:4000]
    while True:
        shorter = _COMMENT.sub(" ", text)
        if shorter == text:
            return text
        text = shorter


def _verdicts(results: str) -> list[str]:
    return [" ".join(part.split()).lower() for part in results.split(";")]


def _vouches(results: str, domain: str) -> bool:
    verdicts = _verdicts(results)
    dmarc = [verdict for verdict in verdicts if verdict.startswith("dmarc=")]
    if dmarc and not dmarc[0].startswith(("dmarc=none", "dmarc=temperror")):
        return _passed(dmarc[0], domain)
    aligned = [verdict for verdict in verdicts if domain and _aligned(verdict, domain)]
    signed = any(verdict.startswith("dkim=pass") for verdict in aligned)
    return bool(aligned) and (signed or not any(verdict.startswith("dkim=fail") for verdict in verdicts))


def _passed(dmarc: str, domain: str) -> bool:
    """A pass for the From domain that was read here, where the verdict names the one that it is about."""
    about = re.search(r"header\.from=\"?([^\s\";]+)", dmarc)
    return dmarc.startswith("dmarc=pass") and (about is None or about[1].rpartition("@")[2] == domain)


def _aligned(verdict: str, domain: str) -> bool:
    """A pass for the From domain itself or a domain above or below it (RFC 7489 §3.1, relaxed)."""
    if not verdict.startswith(("dkim=pass", "spf=pass", "auth=pass")):
        return False
    for name, value in re.findall(r"(header\.d|header\.i|smtp\.mailfrom|smtp\.auth)=(\S+)", verdict):
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
    return any(value.replace(" ", "") in {"<>", ""} for value in fields(headers, "Return-Path"))


def from_postmaster(headers: Message) -> bool:
    """True for mail that a mail system wrote, by its name or address in any spelling."""
    return any(_DAEMON.search(value[:_LONGEST]) for value in fields(headers, "From"))


def returns_mail(headers: Message) -> bool:
    """True for what is worth opening to find which of our mails it returns: written by a mail system, or by nobody."""
    return from_postmaster(headers) or from_nobody(headers)
