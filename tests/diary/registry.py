"""Sentences that diaries know: each is a template whose slots are read for the function behind it.

    @phrase("{therapist} drags {client}'s {entry} to {moment}")
    def drag(scene: Scene, therapist: Desk, client: Client, moment: datetime) -> None: ...

A slot `{name:kind}` gives the argument `name` whatever its kind is; without a kind its name is its kind.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from tests.diary import calendar_words as words
from tests.diary.scene import Scene
from tests.diary.shapes import SHAPES

_Function = TypeVar("_Function", bound=Callable[..., None])
_NAME = r"[A-Z][a-z]+"
_NAMES = rf"{_NAME}(?:, {_NAME})*(?: and {_NAME})?"
_SLOT = re.compile(r"\{(\w+)(?::(\w+))?\}")
_NUMBERS = ("first", "second", "third", "fourth")
_HOW = {"accepts": "ACCEPTED", "declines": "DECLINED", "says maybe": "TENTATIVE"}
_CHOICE = re.compile(r"\(([^()?]+)\)")


@dataclass(frozen=True, slots=True)
class Slot:
    """What a slot looks like, and what it becomes."""

    pattern: str
    read: Callable[[Scene, str], Any]


SLOTS: Mapping[str, Slot] = {
    "therapist": Slot(_NAME, lambda scene, text: scene.desk(text)),
    "client": Slot(_NAME, lambda scene, text: scene.client(text)),
    "clients": Slot(_NAMES, lambda scene, text: tuple(map(scene.client, re.split(r", | and ", text)))),
    "person": Slot(rf"{_NAME}|the office", lambda scene, text: scene.address(text)),
    "days": Slot(words.DAYS, lambda scene, text: words.days(text, scene.today)),
    "day": Slot(words.DAY, lambda scene, text: words.day(text, scene.today)),
    "moment": Slot(words.MOMENT, lambda scene, text: words.moment(text, scene.today)),
    "hours": Slot(words.HOURS, lambda scene, text: words.hours(text, scene.today)),
    "clock": Slot(rf"{words.CLOCK}-{words.CLOCK}", lambda scene, text: scene.hours_today(text)),
    "text": Slot(r'"[^"]*"', lambda scene, text: text.strip('"')),
    "tags": Slot(r"#\w+(?: (?:#\w+|[A-Z]{2}\b|[a-z0-9]{2,4}\b))*", lambda scene, text: text),
    "kinds": Slot(r"[a-z][a-z ,]*", lambda scene, text: tuple(one.strip() for one in text.split(","))),
    "entry": Slot("hold|invitation|make-up|entry", lambda scene, text: text),
    "count": Slot(r"\d+", lambda scene, text: int(text)),
    "number": Slot("first|second|third|fourth", lambda scene, text: _NUMBERS.index(text)),
    "word": Slot(r"[a-z]+(?: [a-z]+)*?", lambda scene, text: text),
    "how": Slot("|".join(_HOW), lambda scene, text: _HOW[text]),
    "shape": Slot("|".join(SHAPES), lambda scene, text: SHAPES[text]),
    "address": Slot(r"\S+@\S+", lambda scene, text: text),
}


@dataclass(frozen=True, slots=True)
class Phrase:
    """A sentence and what it does."""

    template: str
    pattern: re.Pattern[str]
    kinds: tuple[tuple[str, str], ...]
    function: Callable[..., None]

    def said(self, scene: Scene, text: str) -> bool:
        """Do what the text says, if it is this sentence."""
        found = self.pattern.fullmatch(text)
        if found is None:
            return False
        given = {name: SLOTS[kind].read(scene, found[name]) for name, kind in self.kinds}
        self.function(scene, **given)
        return True


PHRASES: list[Phrase] = []


def phrase(*templates: str) -> Callable[[_Function], _Function]:
    """A sentence for a function; `(a|b)` in a template is either, `(a)?` may be left out."""

    def registered(function: _Function) -> _Function:
        for template in templates:
            PHRASES.append(_compiled(template, function))
        return function

    return registered


def known(text: str) -> bool:
    """True when some sentence fits."""
    return any(one.pattern.fullmatch(text) for one in PHRASES)


def say(scene: Scene, text: str) -> None:
    """Do what a sentence says, by the first phrase that fits. Raises DiaryError for one that nobody knows."""
    if not any(one.said(scene, text) for one in PHRASES):
        raise words.DiaryError(f"nobody knows: {text}")


def _compiled(template: str, function: Callable[..., None]) -> Phrase:
    kinds: list[tuple[str, str]] = []

    def slot(found: re.Match[str]) -> str:
        name, kind = found[1], found[2] or found[1]
        kinds.append((name, kind))
        return f"(?P<{name}>{SLOTS[kind].pattern})"

    pattern = _SLOT.sub(slot, _CHOICE.sub(r"(?:\1)", template))
    return Phrase(template, re.compile(pattern), tuple(kinds), function)
