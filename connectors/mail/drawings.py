"""A drawing in a mail: kept as what is drawn, which is small, and made a picture as the mail leaves."""

from __future__ import annotations

import logging
import zlib
from base64 import encodebytes
from collections.abc import Callable
from dataclasses import dataclass, replace
from email.message import EmailMessage

from syncd.core.model.actions import DRAWN, Mail

log = logging.getLogger(__name__)

Draw = Callable[[str], bytes]
FILENAME = "weeks.png"


@dataclass(frozen=True, slots=True)
class Drawing:
    """An SVG, and the place in the HTML part (`cid:…`) where it is shown."""

    place: str
    svg: str

    @property
    def deflated(self) -> bytes:
        """As a Mail keeps it."""
        return zlib.compress(self.svg.encode("utf-8"), 9)


def keep_place(page: EmailMessage, drawing: Drawing) -> None:
    """Make the HTML part one with a picture beside it, whose bytes come later."""
    page.add_related(b"", "image", "png", cid=f"<{drawing.place}>", filename=FILENAME, disposition="inline")
    *_, picture = page.iter_parts()
    picture.set_payload(DRAWN.decode("ascii"))


def whole(mail: Mail, draw: Draw | None) -> Mail:
    """The mail as it leaves. Where it cannot be drawn the words go all the same: they say everything."""
    if not mail.drawing:
        return mail
    encoded = encodebytes(_picture(mail.drawing, draw)).replace(b"\n", b"\r\n").rstrip()
    return replace(mail, content=mail.content.replace(DRAWN, encoded), drawing=b"")


def _picture(drawing: bytes, draw: Draw | None) -> bytes:
    try:
        return draw(zlib.decompress(drawing).decode("utf-8")) if draw else b""
    except Exception as error:  # of a library: no letter waits for a picture
        log.warning("a letter leaves without its picture: %s", type(error).__name__)
        return b""
