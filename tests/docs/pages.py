"""A Markdown page as the checks see it: headings with their anchors, links, and what stands in code."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

_FENCE = re.compile(r"^\s*(```|~~~)")
_HEADING = re.compile(r"^(#{1,6})\s+(.+?)\s*#*$")
_CODE = re.compile(r"`([^`]+)`")
_LINK = re.compile(r"!?\[(?:[^\[\]]|\[[^\]]*\])*\]\(<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\)")
_HTML = re.compile(r"<(?:a|img)\s[^>]*?(?:href|src)=\"([^\"]+)\"")
_SKIPPED = frozenset({"build", "dist", "demo-output", "node_modules"})


@dataclass(frozen=True, slots=True)
class Found:
    """A piece of a page: a link's target, a word in code; `line` from 1."""

    text: str
    line: int


@dataclass(frozen=True)
class Page:
    """One file. `name`: its path from the repository's root."""

    root: Path
    path: Path

    @property
    def name(self) -> str:
        """As findings show it."""
        return self.path.relative_to(self.root).as_posix()

    @cached_property
    def lines(self) -> tuple[tuple[int, str, bool], ...]:
        """Each line with its number, and whether it lies in a fenced block (the fences too)."""
        found, inside = [], False
        for number, line in enumerate(self.path.read_text(encoding="utf-8").splitlines(), 1):
            fence = bool(_FENCE.match(line))
            found.append((number, line, inside or fence))
            inside ^= fence
        return tuple(found)

    @property
    def prose(self) -> Iterator[tuple[int, str]]:
        """The lines outside fenced blocks."""
        return ((number, line) for number, line, fenced in self.lines if not fenced)

    @cached_property
    def headings(self) -> tuple[Found, ...]:
        """Headings as written, without their signs."""
        matches = ((number, _HEADING.match(line)) for number, line in self.prose)
        return tuple(Found(match[2], number) for number, match in matches if match)

    @cached_property
    def anchors(self) -> frozenset[str]:
        """What `#…` may follow the page's name in a link, as GitHub makes it of the headings."""
        seen: Counter[str] = Counter()
        anchors = set()
        for heading in self.headings:
            plain = _LINK.sub(lambda match: match[0][1 : match[0].index("]")], heading.text)
            slug = re.sub(r"[^\w\- ]", "", plain.lower()).replace(" ", "-")
            anchors.add(f"{slug}-{seen[slug]}" if seen[slug] else slug)
            seen[slug] += 1
        return frozenset(anchors)

    @property
    def links(self) -> Iterator[Found]:
        """Targets of links and pictures; what stands in code is none."""
        for number, line in self.prose:
            plain = _CODE.sub("`code`", line)
            yield from (Found(target, number) for target in (*_LINK.findall(plain), *_HTML.findall(plain)))

    @property
    def spans(self) -> Iterator[Found]:
        """Words between backticks."""
        for number, line in self.prose:
            yield from (Found(word, number) for text in _CODE.findall(line) for word in text.split())

    @property
    def commands(self) -> Iterator[Found]:
        """Words of fenced blocks."""
        for number, line, fenced in self.lines:
            if fenced:
                yield from (Found(word, number) for word in line.split())


def pages(root: Path) -> tuple[Page, ...]:
    """Every Markdown file of the repository, in order of its name."""
    found = (path for path in root.rglob("*.md") if not _skipped(path.relative_to(root)))
    return tuple(Page(root, path) for path in sorted(found))


def _skipped(path: Path) -> bool:
    return any(part.startswith(".") or part in _SKIPPED for part in path.parts[:-1])
