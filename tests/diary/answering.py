"""How a client's answer is put together, and where it goes in each world."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from syncd.core.model import Client
from tests.diary.letterbox import Letter
from tests.diary.scene import Scene
from tests.diary.shapes import Said, Shape, mail
from tests.diary.worlds.world import Answer
from tests.scenario import ics
from tests.scenario.household import OFFICE


def invitations(scene: Scene, client: Client) -> list[Letter]:
    """Every invitation that a client has got."""
    found = [one for one in scene.post.all(client.email) if one.method == "REQUEST"]
    assert found, f"{client.name} has no invitation"
    return found


def said(scene: Scene, client: Client, how: str, which: int = -1) -> Said:
    """An answer of a client's to one of their invitations, now."""
    request = invitations(scene, client)[which].part
    scene.count += 1
    return Said(request, client.email, scene.now, how, scene.count)


def send(scene: Scene, answer: Said, shape: Shape | None = None) -> None:
    """The usual way: by mail where we or a server mail; with Google in the client's own calendar."""
    shape = shape or Shape()
    uid = ics.value(answer.request, "UID")
    if answer.how == "DECLINED":
        scene.post.declined.add(uid)
    taken = Answer(answer.request, answer.sender, answer.how, mail(answer, shape), shape.comment)
    scene.answers[answer.sender] = taken
    scene.reader.answered(answer.sender, uid, answer.how, scene.now)
    scene.desk_for(uid).take(taken)


def to_the_office(scene: Scene, answer: Said, shape: Shape | None = None) -> None:
    """By mail to the practice's own mailbox, whatever carries invitations."""
    if answer.how == "DECLINED":
        scene.post.declined.add(ics.value(answer.request, "UID"))
    scene.reader.answered(answer.sender, ics.value(answer.request, "UID"), answer.how, scene.now)
    message = mail(answer, shape or Shape())
    message.replace_header("To", OFFICE)
    scene.world.arrive(message.as_bytes(policy=SMTP))


def other_way_round(scene: Scene, client: Client, hows: Iterable[str]) -> None:
    """Answers one after the other, a minute apart, that arrive last first."""
    answers = [said(scene, client, how) for how in hows]
    for ago, one in enumerate(reversed(answers)):
        send(scene, replace(one, now=scene.now - timedelta(minutes=ago)))


def words(scene: Scene, client: Client, text: str, *headers: tuple[str, str], to: str = "") -> bytes:
    """A plain mail to the practice: a reply to the last one of ours (`to`: of this kind), where there is one."""
    message = EmailMessage()
    message["From"], message["To"] = client.email, OFFICE
    ours = [one for one in scene.post.all(client.email) if not one.carried and to in one.kind]
    message["Subject"] = f"Re: {ours[-1].subject}" if ours else "Our appointment"
    message["Date"] = format_datetime(scene.now)
    message["Message-ID"] = f"<{scene.fresh_uid('words')}@example.net>"
    if ours:
        message["In-Reply-To"] = str(ours[-1].message["Message-ID"])
    for name, value in headers:
        message[name] = value
    message.set_content(f"{text}\n")
    return message.as_bytes(policy=SMTP)


def uid_of(answer: Answer) -> str:
    """What an answer is about."""
    return ics.value(answer.request, "UID")
