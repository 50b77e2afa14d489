"""What a mail program shows of a mail: its HTML part with the pictures it brought; and the words that a reader sees."""

from __future__ import annotations

from base64 import b64encode
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from html.parser import HTMLParser
from re import sub

INDENT = "    "  # begins what stands out, as it does in a text
UNSEEN = frozenset({"head", "style", "script", "title"})


def mail_of(content: bytes) -> EmailMessage:
    """The mail, parsed."""
    message = message_from_bytes(content, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def page_of(content: bytes) -> str:
    """The HTML part, its own pictures in place; "" where there is none."""
    message = mail_of(content)
    body = message.get_body(("html",))
    if body is None:
        return ""
    page: str = body.get_content()
    for part in message.walk():
        name = str(part.get("Content-ID", "")).strip("<>")
        if name:
            held = part.get_payload(decode=True)
            assert isinstance(held, bytes)
            data = f"data:{part.get_content_type()};base64,{b64encode(held).decode()}"
            page = page.replace(f"cid:{name}", data)
    return page


def read(message: EmailMessage) -> str:
    """All that a mail says to whoever opens it: its text, and that of the page attached to it, in the same form."""
    body = message.get_body(("plain",))
    text = str(body.get_content()) if isinstance(body, EmailMessage) else ""
    pages = (one for one in message.iter_attachments() if one.get_content_type() == "text/html")
    return "\n\n".join((text, *(lines_of(str(one.get_content())) for one in pages)))


def lines_of(page: str) -> str:
    """The text of a page: paragraphs and rows parted by blank lines. Its title is that of the mail."""
    reader = _Lines()
    reader.feed(page)
    reader.close()
    parts = (
        "\n".join(sub(r"[ \t\r]+", " ", line).strip(" ") for line in one.split("\n")) for one in reader.parts
    )
    marked = zip(reader.marked, (part.strip() for part in parts), strict=True)
    return "\n\n".join(f"{INDENT if stands_out else ''}{part}" for stands_out, part in marked if part) + "\n"


class _Lines(HTMLParser):
    """Collects the paragraphs of a page, and the rows of its tables."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.marked: list[bool] = []
        self._said = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._said = self._said or tag == "div"
        if tag in {"p", "tr"}:
            self.parts.append("")
            self.marked.append(("class", "mark") in attrs)
            self._said = True
        elif tag in {"br", "td"} and self.parts:
            self.parts[-1] += "\n"
        elif tag == "h1":
            self._said = False

    def handle_data(self, data: str) -> None:
        if self._said and self.parts:
            self.parts[-1] += data.replace("\n", " ")


class _Seen(HTMLParser):
    """Collects what stands on the page; a button, which writes a mail, apart from the words."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.buttons: list[str] = []
        self._unseen = 0
        self._button = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._unseen += tag in UNSEEN
        self.text += (
            "" if tag == "a" else " "
        )  # a number that is a link stands in its line, and what follows it, too
        self._button = self._button or (tag == "a" and (dict(attrs).get("href") or "").startswith("mailto:"))

    def handle_endtag(self, tag: str) -> None:
        self._unseen -= tag in UNSEEN
        self.text += "" if tag == "a" else " "
        self._button = self._button and tag != "a"

    def handle_data(self, data: str) -> None:
        if self._button:
            self.buttons += data.split()
        elif not self._unseen:
            self.text += data


def seen(page: str) -> list[str]:
    """The words of a page in order, without those on buttons."""
    reader = _Seen()
    reader.feed(page)
    reader.close()
    return reader.text.split()
