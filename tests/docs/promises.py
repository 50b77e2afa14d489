"""Each promise of docs/promises.md names a test that checks it, and each that code speaks of stands there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from tests.docs.findings import Finding
from tests.docs.naming import defined
from tests.docs.pages import Page

PAGE = "docs/promises.md"
_NUMBER = re.compile(r"I([1-9]\d?)\b")
_TEST = re.compile(r"(tests/[\w./-]+\.py)::([\w:]+)|(tests/diary/[\w.-]+\.diary)")
_SPOKEN_OF = re.compile(r"\(I([1-9]\d?)(?:, I([1-9]\d?))*\)")
_WALK = "tests/walk/promises.py"  # holds the list of what is asked of every life


def promises(root: Path) -> Iterator[Finding]:
    """Promises without a test, tests that are none, numbers that are left out or not explained."""
    page = Page(root, root / PAGE)
    if not page.path.exists():
        yield Finding(PAGE, 0, "the page of the promises is not there", "write it")
        return
    numbered = [(int(match[1]), one) for one in page.headings if (match := _NUMBER.match(one.text))]
    numbers = [number for number, _ in numbered]
    if sorted(numbers) != list(range(1, len(numbers) + 1)):
        yield Finding(PAGE, 0, f"promises are numbered {numbers}", "number them from I1 on, none left out")
    for number, heading in numbered:
        tests = [one for line, text in _body(page, heading.line) for one in _tests(page, line, text)]
        yield from (one for one in tests if isinstance(one, Finding))
        if not any(isinstance(one, str) for one in tests):
            yield Finding(
                PAGE, heading.line, f"I{number} names no test", "write `tests/….py::test_…` below it"
            )
    yield from _unexplained(root, frozenset(numbers))


def _body(page: Page, heading: int) -> Iterator[tuple[int, str]]:
    ends = min((one.line for one in page.headings if one.line > heading), default=1 << 30)
    return ((number, line) for number, line in page.prose if heading < number < ends)


def _tests(page: Page, line: int, text: str) -> Iterator[str | Finding]:
    for match in _TEST.finditer(text):
        file, name, diary = match.groups()
        known = diary and (page.root / diary).exists()
        if known or (name and _is_test(page.root, file, name.replace("::", "."))):
            yield match[0]
        else:
            yield Finding(page.name, line, f"{match[0]} is no test", "name the one that took its place")


def _is_test(root: Path, file: str, name: str) -> bool:
    path = root / file
    if not path.exists() or name not in defined(path):
        return False
    asked_of_lives = re.search(rf"\b{path.stem}\.{name}\b", (root / _WALK).read_text(encoding="utf-8"))
    return name.rpartition(".")[2].startswith("test_") or asked_of_lives is not None


def _unexplained(root: Path, known: frozenset[int]) -> Iterator[Finding]:
    for top in ("syncd", "connectors"):
        for path in sorted((root / top).rglob("*.py")):
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                for match in _SPOKEN_OF.finditer(line):
                    named = {int(one) for one in re.findall(r"\d+", match[0])}
                    for one in sorted(named - known):
                        where = path.relative_to(root).as_posix()
                        yield Finding(where, number, f"I{one} is no promise of {PAGE}", "write it there")
