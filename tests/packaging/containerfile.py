"""A Containerfile as a list of instructions, as far as ours has them."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Instruction:
    """One of them: its word, and what follows it, on one line."""

    word: str
    rest: str

    @property
    def words(self) -> list[str]:
        """What follows, as a list: the JSON form, or words apart."""
        return list(json.loads(self.rest)) if self.rest.startswith("[") else shlex.split(self.rest)


def instructions(path: Path) -> tuple[Instruction, ...]:
    """All of a file, in order; comments left out, continued lines put together."""
    plain = re.sub(r"^\s*#.*\n", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    lines = filter(None, map(str.strip, plain.replace("\\\n", " ").splitlines()))
    return tuple(Instruction(*re.split(r"\s+", line, maxsplit=1)) for line in lines)


def last(of: tuple[Instruction, ...], word: str) -> Instruction:
    """The one that holds."""
    return [one for one in of if one.word == word][-1]


def environment(of: tuple[Instruction, ...]) -> Mapping[str, str]:
    """What every process in it is given."""
    return dict(_pairs(of))


def _pairs(of: tuple[Instruction, ...]) -> Iterator[tuple[str, str]]:
    for one in of:
        if one.word == "ENV":
            for pair in one.words:
                name, _, value = pair.partition("=")
                yield name, value


def probe(of: tuple[Instruction, ...]) -> list[str]:
    """The command that says whether it is well."""
    options, _, command = last(of, "HEALTHCHECK").rest.partition(" CMD ")
    assert options.startswith("--")
    return list(json.loads(command))
