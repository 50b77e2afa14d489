"""What came from outside becomes a header only after it has passed here (cpython#121650)."""

from __future__ import annotations

import re
import sys
import unicodedata
from email import message_from_bytes
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from syncd.core.model.errors import Rejected, SyncdError

LONGEST = 200
_ENCODED_WORD = re.compile(r"=\?[^\s?]*\?[A-Za-z]\?[^?]*\?=")
_WHITESPACE = re.compile(r"\s+")
_LOCAL_PART = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = r"(?!-)[A-Za-z0-9-]{1,63}(?<!-)"
_LABEL = r"(?!-)[A-Za-z0-9-]{1,63}(?<!-)"
_DOMAIN = re.compile(rf"(?=.{{1,253}}$){_LABEL}(\.{_LABEL})*")
_TOKEN = re.compile(r"[!-9;-~]+")
_HOSTILE = "=?utf-8?q?=0d=0aBcc:=20thief=40example.com=0d=0a?="


def clean(text: str, longest: int = LONGEST) -> str:
    """One line of plain text of at most `longest` characters: no control characters, no encoded words."""
    line = _WHITESPACE.sub(" ", "".join(_visible(character) for character in text))
    while _ENCODED_WORD.search(line):
        line = _ENCODED_WORD.sub(" ", line)
    line = _WHITESPACE.sub(" ", line.replace("=?", " ").replace("?=", " ")).strip()
    return line[:longest].rstrip()


def clean_lines(text: str) -> str:
    """Text of several lines without control and format characters; lines end in a line feed."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join("".join(_visible(character) for character in line).rstrip() for line in lines)


def _visible(character: str) -> str:
    """Line ends of any script become a space; what has no width or is half a character is dropped."""
    category = unicodedata.category(character)
    if character.isspace() or category in {"Zl", "Zp"}:
        return " "
    return "" if category in {"Cc", "Cf", "Cs", "Cn"} else character


def mail_address(address: str) -> str:
    """`address` fit for an envelope and a header, its domain in IDNA; raises Rejected for anything else.

    The error does not quote the address: it may end in a log.
    """
    local_part, at, domain = address.strip().rpartition("@")
    try:
        domain = domain.encode("idna").decode("ascii")
    except UnicodeError:
        domain = ""
    if not at or not _LOCAL_PART.fullmatch(local_part) or not _DOMAIN.fullmatch(domain):
        raise Rejected("no mail can be sent to that address: correct it in the roster or the settings")
    return f"{local_part}@{domain}"


def mailbox(name: str, address: str) -> Address:
    """A display name and an address as one header value."""
    return Address(display_name=clean(name), addr_spec=mail_address(address))


def field_name(name: str) -> str:
    """A header's name; raises Rejected when it is none (RFC 5322 §3.6.8)."""
    if not _TOKEN.fullmatch(name):
        raise Rejected("not the name of a header field")
    return name


def check_runtime() -> None:
    """Prove on the running Python that no header can be injected through `clean`.

    Raises SyncdError naming the interpreter when a hostile subject or display name still gives a header.
    """
    message = EmailMessage(policy=SMTP)
    message["Subject"] = clean(f"Hello {_HOSTILE} \r\nBcc: thief@example.com")
    message["From"] = mailbox(f"Dana {_HOSTILE}", "office@example.org")
    message["To"] = mailbox("A\r\nBcc: thief@example.com", "client@example.org")
    message.set_content("text")
    sent = message.as_bytes()
    again = message_from_bytes(sent)
    expected = {"subject", "from", "to", "content-type", "content-transfer-encoding", "mime-version"}
    if {name.lower() for name in again} != expected or b"\nbcc" in sent.lower():
        raise SyncdError(
            f"Python {sys.version.split()[0]} lets text become a header (cpython#121650): use a later one"
        )
