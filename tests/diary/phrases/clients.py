"""What clients do: answers of every shape, words, and what their mail servers send."""

from __future__ import annotations

from syncd.core.model import Client
from tests.diary import answering
from tests.diary.registry import phrase
from tests.diary.scene import Scene

HOW = {"accepts": "ACCEPTED", "declines": "DECLINED", "says maybe": "TENTATIVE"}


@phrase("{client} accepts")
def accept(scene: Scene, client: Client) -> None:
    """Yes to the newest invitation."""
    answering.answer(scene, client, "ACCEPTED")


@phrase("{client} declines")
def decline(scene: Scene, client: Client) -> None:
    """No to the newest invitation."""
    answering.answer(scene, client, "DECLINED")


@phrase("{client} says maybe")
def maybe(scene: Scene, client: Client) -> None:
    """Perhaps."""
    answering.answer(scene, client, "TENTATIVE")


@phrase("{client} accepts the {number} invitation")
def accept_older(scene: Scene, client: Client, number: int) -> None:
    """Yes to an invitation that may be over."""
    answering.answer(scene, client, "ACCEPTED", which=number)


@phrase("{client} declines the {number} invitation")
def decline_older(scene: Scene, client: Client, number: int) -> None:
    """No to an invitation that may be over."""
    answering.answer(scene, client, "DECLINED", which=number)


@phrase("{client} accepts and adds {text}")
def accept_with(scene: Scene, client: Client, text: str) -> None:
    """Yes with words beside it."""
    answering.answer(scene, client, "ACCEPTED", comment=text)


@phrase("{client} declines and adds {text}")
def decline_with(scene: Scene, client: Client, text: str) -> None:
    """No with words beside it."""
    answering.answer(scene, client, "DECLINED", comment=text)


@phrase("{client} writes {text}")
def write(scene: Scene, client: Client, text: str) -> None:
    """A plain reply to the newest mail of the practice, or a new mail where there was none."""
    scene.world.arrive(answering.words(scene, client, text))
