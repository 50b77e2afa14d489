"""Every `syncd …` that a page names is a command, with options that it has."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Sequence
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path, PurePosixPath
from typing import Any

from typer.main import get_command

from syncd.cli import app
from tests.docs.findings import Finding
from tests.docs.pages import Page, pages

_HISTORY = frozenset({"CHANGELOG.md"})
_SHELL = re.compile(r"^\s*```sh\s*$")
_OTHERS = frozenset({"systemctl", "journalctl", "useradd", "install", "git", "podman", "export"})
_SPAN = re.compile(r"`([^`]+)`")
_UNFINISHED = re.compile(
    "^Missing argument|requires an argument"
)  # whoever names a command need not say of what
_WORKED_OUT = re.compile(r"\$\([^)]*\)")
_LEFT_OUT = re.compile(r"…|\.\.\.")  # as in `syncd … --config`: no command, but where one stands


def understood(root: Path) -> Iterator[Finding]:
    """Those that syncd would refuse before it does anything."""
    for page in pages(root):
        if page.name not in _HISTORY and not page.name.startswith("tests/"):
            for line, words, named in invocations(page):
                wrong = refused(words)
                if wrong and not (named and _UNFINISHED.search(wrong)):
                    yield Finding(
                        page.name, line, f"syncd {' '.join(words)}: {wrong}", "write it as it is typed"
                    )


def invocations(page: Page) -> Iterator[tuple[int, list[str], bool]]:
    """What is given to `syncd`, with its line: in blocks of shell commands, and, only named, in words of the text."""
    for line, text in shell(page):
        if words := _given(text):
            yield line, words, False
    for line, text in page.prose:
        for span in _SPAN.findall(text):
            if span.startswith("syncd ") and not _LEFT_OUT.search(span):
                yield line, shlex.split(span)[1:], True


def blocks(page: Page) -> list[str]:
    """The blocks of shell commands of a page, each as it is typed."""
    return ["\n".join(text for _, text in lines) for lines in _blocks(page)]


def _blocks(page: Page) -> Iterator[list[tuple[int, str]]]:
    """Their lines, with numbers."""
    found: list[tuple[int, str]] | None = None
    for number, text, fenced in page.lines:
        if not fenced or text.strip().startswith("```"):
            if found is not None:
                yield found
            found = [] if fenced and _SHELL.match(text) else None
        elif found is not None:
            found.append((number, text.strip()))


def shell(page: Page) -> Iterator[tuple[int, str]]:
    """Their commands, each with the line it begins on; continued lines put together."""
    for lines in _blocks(page):
        begun, at = "", 0
        for number, text in lines:
            at, begun = at or number, begun + text.removesuffix("\\")
            if not text.endswith("\\"):
                yield at, begun
                begun, at = "", 0


def _given(text: str) -> list[str] | None:
    words = shlex.split(_WORKED_OUT.sub("X", text), comments=True)
    if not words or words[0] in _OTHERS or "<<'END'" in words:
        return None
    named = [at for at, word in enumerate(words) if PurePosixPath(word).name == "syncd"]
    if not named or words[named[-1] - 1] in {"-u", "kill", "--tag", "HUP"}:
        return None
    return words[named[-1] + 1 :] or None


def refused(words: Sequence[str]) -> str:
    """What the command line says against them, "" for nothing. Nothing is carried out."""
    command: Any = get_command(app)
    above, rest = None, list(words)
    while True:
        try:
            with redirect_stdout(StringIO()):  # of --version and --help
                above = command.make_context(command.name or "syncd", rest, parent=above)
        except Exception as error:
            told = getattr(error, "format_message", None)
            return str(told()) if told else ""  # help and version end in one, too
        inner = getattr(command, "commands", None)
        left = [*above._protected_args, *above.args]
        if inner is None or not left:
            return ""
        if left[0] not in inner:
            return f"no command {left[0]}"
        command, rest = inner[left[0]], left[1:]
