"""What clients do: answers of every shape, words, and what their mail systems send."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from email.policy import SMTP
from pathlib import Path

from syncd.core.model import Client
from tests.diary import answering
from tests.diary.registry import phrase
from tests.diary.scene import Scene
from tests.diary.shapes import Shape, bounce
from tests.scenario import ics

CASES = Path(__file__).parents[2] / "outside" / "cases"


@phrase("{client} {how}", "{client} {how}, {shape}")
def answer(scene: Scene, client: Client, how: str, shape: Shape | None = None) -> None:
    """To the newest invitation, in the usual shape or another one."""
    answering.send(scene, answering.said(scene, client, how), shape)


@phrase("{client} {how} the {number} invitation")
def answer_older(scene: Scene, client: Client, how: str, number: int) -> None:
    """To an invitation that may be over."""
    answering.send(scene, answering.said(scene, client, how, number))


@phrase("{client} {how} and adds {text}")
def answer_with_comment(scene: Scene, client: Client, how: str, text: str) -> None:
    """With a comment beside it."""
    answering.send(scene, answering.said(scene, client, how), Shape(comment=text))


@phrase("{client} {how} and writes {text} above it")
def answer_with_words(scene: Scene, client: Client, how: str, text: str) -> None:
    """With words in the mail's text."""
    answering.send(scene, answering.said(scene, client, how), Shape(words=text))


@phrase("{client} {how} by mail to the office")
def answer_the_office(scene: Scene, client: Client, how: str) -> None:
    """By mail to the practice, also where a server or Google carries the invitation."""
    answering.to_the_office(scene, answering.said(scene, client, how))


@phrase("{client} {how} from {address}")
def answer_from(scene: Scene, client: Client, how: str, address: str) -> None:
    """From another address: an alias, or somebody whom the invitation was forwarded to."""
    answering.send(scene, replace(answering.said(scene, client, how), sender=address))


@phrase("{client} {how} by a clock far ahead")
def answer_from_the_future(scene: Scene, client: Client, how: str) -> None:
    """A phone whose clock shows another century stamps the answer."""
    said = answering.said(scene, client, how)
    answering.send(scene, replace(said, now=scene.now.replace(year=2090)))


@phrase("strangers accept in the name of {clients}")
def forged(scene: Scene, clients: tuple[Client, ...]) -> None:
    """Each invitation is answered from an address that is not its client's."""
    for client in clients:
        answer_from(scene, client, "ACCEPTED", "stranger@example.net")


@phrase("a mail about {client}'s invitation comes, as in {text}")
def foreign_mail(scene: Scene, client: Client, text: str) -> None:
    """One of the small inputs that other programs wrote, about an invitation of ours."""
    content = (CASES / f"{text}.eml").read_bytes()
    uid = ics.value(answering.invitations(scene, client)[-1].part, "UID")
    for placeholder, real in (("0123456789abcdefghijklmnop", uid), ("ada@example.com", client.email)):
        content = content.replace(placeholder.encode(), real.encode())
    scene.world.arrive(content)


@phrase("{client} {how:how} and then {then:how}, and the mails arrive the other way round")
def answers_other_way_round(scene: Scene, client: Client, how: str, then: str) -> None:
    """Two answers; the one that was written first arrives last."""
    answering.other_way_round(scene, client, (how, then))


@phrase("{client}'s answer arrives once more")
def answer_again(scene: Scene, client: Client) -> None:
    """The very same mail, or the same button."""
    last = scene.answers[client.email]
    scene.desk_for(answering.uid_of(last)).take(last)


@phrase("{client} delegates to {address}")
def delegate(scene: Scene, client: Client, address: str) -> None:
    """Somebody else shall come (RFC 5546 §3.2.3)."""
    said = answering.said(scene, client, "DELEGATED")
    answering.send(scene, replace(said, params=f';DELEGATED-TO="mailto:{address}"'))


@phrase("{client} proposes {moment} from {address}")
def propose_from(scene: Scene, client: Client, moment: datetime, address: str) -> None:
    """The same from one of two addresses."""
    said = replace(answering.said(scene, client, "TENTATIVE"), proposed=moment, sender=address)
    answering.to_the_office(scene, said, Shape(method="COUNTER"))


@phrase("{client} proposes {moment}")
def propose(scene: Scene, client: Client, moment: datetime) -> None:
    """Another time instead (COUNTER), by mail."""
    said = answering.said(scene, client, "TENTATIVE")
    answering.to_the_office(scene, replace(said, proposed=moment), Shape(method="COUNTER"))


@phrase("{client} says no and proposes {moment}")
def propose_instead(scene: Scene, client: Client, moment: datetime) -> None:
    """In one answer, as Outlook writes it."""
    said = answering.said(scene, client, "DECLINED")
    answering.to_the_office(scene, replace(said, proposed=moment), Shape(method="COUNTER"))


@phrase("{client} writes {text}")
def write(scene: Scene, client: Client, text: str) -> None:
    """A plain reply to the newest mail of the practice, or a new mail where there was none."""
    scene.world.arrive(answering.words(scene, client, text))


@phrase("{client} writes {text} to the mail about several times")
def write_of_several(scene: Scene, client: Client, text: str) -> None:
    """A plain reply to the one that says all in words."""
    scene.world.arrive(answering.words(scene, client, text, to="suggestions"))


@phrase("{client}'s mail program answers {text}")
def out_of_office(scene: Scene, client: Client, text: str) -> None:
    """An out-of-office to the newest mail of the practice."""
    scene.world.arrive(answering.words(scene, client, text, ("Auto-Submitted", "auto-replied")))


@phrase("the mail to {client} bounces")
def bounces(scene: Scene, client: Client) -> None:
    """The newest mail of the practice comes back."""
    ours = [one for one in scene.post.all(client.email) if not one.carried]
    scene.count += 1
    scene.reader.bounced(client.email, ours[-1].subject)
    scene.world.arrive(bounce(ours[-1].message, scene.now, scene.count).as_bytes(policy=SMTP))


@phrase("the last but one of the mails to {client} bounces")
def earlier_bounces(scene: Scene, client: Client) -> None:
    """Not the newest mail of the practice, the one before."""
    ours = [one for one in scene.post.all(client.email) if not one.carried]
    scene.count += 1
    scene.world.arrive(bounce(ours[-2].message, scene.now, scene.count).as_bytes(policy=SMTP))


@phrase("the mail to {client} bounces from their {which:word} address")
def half_bounces(scene: Scene, client: Client, which: str) -> None:
    """The newest mail of the practice comes back from one of two addresses."""
    ours = [one for one in scene.post.all(client.email) if not one.carried]
    scene.count += 1
    lost = client.email if which == "first" else client.second_email
    back = bounce(ours[-1].message, scene.now, scene.count, lost)
    scene.world.arrive(back.as_bytes(policy=SMTP))
