"""What comes back to letters: a therapist's word where they read, and whatever is none."""

from __future__ import annotations

import re
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from urllib.parse import parse_qs, unquote, urlsplit

from tests.diary.letterbox import Letter
from tests.diary.registry import phrase
from tests.diary.scene import Scene
from tests.diary.worlds.world import Desk
from tests.scenario.household import OFFICE

VOUCHED = "mx.example.org; dkim=pass header.d=example.org; dmarc=pass header.from=example.org"
UNPROVEN = "mx.example.org; spf=pass smtp.mailfrom=example.org; dkim=none; dmarc=none"
_ASKS = re.compile(r"#ok [a-z]{2,4}\b")
_LINK = re.compile(r'href="(mailto:[^"]+)"')
_BELOW = "\n\nOn Mon, 15 Jun 2026 at 11:00, syncd <office@example.org> wrote:\n> #ok xx\n> {title}\n"


def asking(scene: Scene, therapist: Desk) -> list[Letter]:
    """The letters that ask for a yes, oldest first."""
    found = [one for one in scene.post.all(therapist.email) if _ASKS.search(one.subject)]
    assert found, "no letter asks for anything"
    return found


@phrase("{therapist} answers the letter {text}")
def answer(scene: Scene, therapist: Desk, text: str, which: int = -1) -> None:
    """The newest that asks; `|` ends a line, `code` is its code."""
    _answer(scene, therapist, text, asking(scene, therapist)[which])


@phrase("{therapist} answers the newest letter {text}")
def answer_newest(scene: Scene, therapist: Desk, text: str) -> None:
    """Whatever it is about."""
    _answer(scene, therapist, text, scene.post.all(therapist.email)[-1])


@phrase("{therapist} answers the {number} letter {text}")
def answer_one(scene: Scene, therapist: Desk, number: int, text: str) -> None:
    """One of those that asked, in their order."""
    _answer(scene, therapist, text, asking(scene, therapist)[number])


@phrase("{therapist} answers the letter {text} from {address}")
def answer_from(scene: Scene, therapist: Desk, text: str, address: str) -> None:
    """Another address than the letter went to."""
    _answer(scene, therapist, text, asking(scene, therapist)[-1], sender=address)


@phrase("{therapist} answers the letter {text} and nobody vouches for it")
def answer_unproven(scene: Scene, therapist: Desk, text: str) -> None:
    """The practice's server proves nothing."""
    _answer(scene, therapist, text, asking(scene, therapist)[-1], results=UNPROVEN)


@phrase("{therapist}'s mail program answers the letter {text}")
def answer_by_itself(scene: Scene, therapist: Desk, text: str) -> None:
    """An out-of-office (RFC 3834)."""
    letter = asking(scene, therapist)[-1]
    _answer(scene, therapist, text, letter, automatic=True)


@phrase(
    "{therapist} presses {word} in the letter", "{therapist} presses {word} in the letter and adds {text}"
)
def press(scene: Scene, therapist: Desk, word: str, text: str = "") -> None:
    """A link of the newest letter, by what it says: it writes a mail, which is sent as it is or with more in it."""
    body = asking(scene, therapist)[-1].message.get_body(("html",))
    page = str(body.get_content()) if isinstance(body, EmailMessage) else ""
    links = re.findall(r'<a href="(mailto:[^"]+)"[^>]*>([^<]+)</a>', page)
    (link,) = (link for link, label in links if label.lower().startswith(word))
    parts = urlsplit(link.replace("&amp;", "&"))
    query = parse_qs(parts.query)
    assert unquote(parts.path) == OFFICE
    mail = _mail(scene, therapist.email, VOUCHED)
    mail["Subject"] = query["subject"][0]
    mail.set_content(f"{query['body'][0]}{text and ' ' + text}\n\n-- \nDana\n")
    scene.world.arrive(mail.as_bytes(policy=SMTP))


@phrase("no letter of {therapist}'s can be answered")
def no_links(scene: Scene, therapist: Desk) -> None:
    """None asks to be, and none has a link that writes a mail."""
    for letter in scene.post.all(therapist.email):
        assert not _LINK.search(letter.message.as_string()), letter.subject
        assert "answer this letter" not in " ".join(letter.text.split()), letter.text


def _answer(
    scene: Scene,
    therapist: Desk,
    text: str,
    letter: Letter,
    *,
    sender: str = "",
    results: str = VOUCHED,
    automatic: bool = False,
) -> None:
    code = _ASKS.search(letter.subject)
    mail = _mail(scene, sender or therapist.email, results)
    mail["Subject"] = f"Re: {letter.subject}"
    mail["In-Reply-To"] = mail["References"] = str(letter.message["Message-ID"])
    if automatic:
        mail["Auto-Submitted"] = "auto-replied"
    if letter.subject.startswith("Your time away?") and text == "ok":
        scene.reader.is_leave(scene.leaves[-1][1])
    said = re.sub(r"\bcode\b", code[0].removeprefix("#ok ") if code else "code", text).replace("|", "\n")
    mail.set_content(said + _BELOW.format(title=letter.subject))
    scene.world.arrive(mail.as_bytes(policy=SMTP))


def _mail(scene: Scene, sender: str, results: str) -> EmailMessage:
    mail = EmailMessage()
    mail["Authentication-Results"] = results
    mail["From"], mail["To"] = sender, OFFICE
    mail["Date"] = format_datetime(scene.now)
    mail["Message-ID"] = f"<{scene.fresh_uid('answer')}@example.net>"
    return mail
