"""How a client's answer is put together, and where it goes in each world."""

from __future__ import annotations

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from syncd.core.model import Client
from tests.diary.letterbox import Letter
from tests.diary.scene import Scene
from tests.diary.worlds.world import Answer
from tests.scenario import ics
from tests.scenario.household import OFFICE


def invitations(scene: Scene, client: Client) -> list[Letter]:
    """Every invitation that a client has got."""
    found = [one for one in scene.post.all(client.email) if one.method == "REQUEST"]
    assert found, f"{client.name} has no invitation"
    return found


def answer(scene: Scene, client: Client, how: str, *, which: int = -1, comment: str = "") -> None:
    """A client answers an invitation the usual way: by mail where we or a server mail, with Google in the calendar."""
    request = ics.part(invitations(scene, client)[which].message)
    content = ics.reply(request, client.email, how, scene.now)
    if comment:
        content = content.replace(b"\nSEQUENCE:", f"\nCOMMENT:{comment}\r\nSEQUENCE:".encode(), 1)
    mail = message_from_bytes(content, policy=SMTP)
    assert isinstance(mail, EmailMessage)
    uid = ics.value(request, "UID")
    if how == "DECLINED":
        scene.post.declined.add(uid)
    scene.desk_for(uid).take(Answer(request, client.email, how, mail, comment))


def words(scene: Scene, client: Client, text: str) -> bytes:
    """A plain mail to the practice: a reply to the last one of ours, where the client has got one."""
    message = EmailMessage()
    message["From"], message["To"] = client.email, OFFICE
    ours = [one for one in scene.post.all(client.email) if not one.carried]
    message["Subject"] = f"Re: {ours[-1].subject}" if ours else "Our appointment"
    message["Date"] = format_datetime(scene.now)
    message["Message-ID"] = f"<{scene.fresh_uid('words')}@example.net>"
    if ours:
        message["In-Reply-To"] = str(ours[-1].message["Message-ID"])
    message.set_content(f"{text}\n")
    return message.as_bytes(policy=SMTP)
