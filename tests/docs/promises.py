"""Each promise of docs/promises.md names a test that checks it, and a planted bug that one of its tests notices.

Each that code speaks of stands there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.docs.findings import Finding
from tests.docs.naming import defined
from tests.docs.pages import Page
from tests.mutants.catalog import CATALOG, ROOT, Mutant, read_catalog

PAGE = "docs/promises.md"
_NUMBER = re.compile(r"I([1-9]\d?)\b")
_TEST = re.compile(r"(tests/[\w./-]+\.py)::([\w:]+)|(tests/diary/[\w.-]+\.diary)")
_SPOKEN_OF = re.compile(r"\(I([1-9]\d?)(?:, I([1-9]\d?))*\)")
_NOTICES = re.compile(r"Notices ((?:`\w+`(?:, )?)+)\.")
_PLANTED = CATALOG.relative_to(ROOT)  # the bugs, and the tests that have to notice them
_WALK = "tests/walk/promises.py"  # holds the list of what is asked of every life


def promises(root: Path) -> Iterator[Finding]:
    """Promises without a test or a bug that it notices, tests that are none, numbers left out or not explained."""
    page = Page(root, root / PAGE)
    if not page.path.exists():
        yield Finding(PAGE, 0, "the page of the promises is not there", "write it")
        return
    numbered = [(int(match[1]), one) for one in page.headings if (match := _NUMBER.match(one.text))]
    numbers = [number for number, _ in numbered]
    if sorted(numbers) != list(range(1, len(numbers) + 1)):
        yield Finding(PAGE, 0, f"promises are numbered {numbers}", "number them from I1 on, none left out")
    bugs = {one.name: one for one in read_catalog(root / _PLANTED)}
    for number, heading in numbered:
        tests = [one for line, text in _body(page, heading.line) for one in _tests(page, line, text)]
        yield from (one for one in tests if isinstance(one, Finding))
        if not any(isinstance(one, str) for one in tests):
            yield Finding(
                PAGE, heading.line, f"I{number} names no test", "write `tests/….py::test_…` below it"
            )
        named = frozenset(one for one in tests if isinstance(one, str))
        yield from _unproved(f"I{number}", heading.line, _text(page, heading.line), named, bugs)
    yield from _unexplained(root, frozenset(numbers))


def _unproved(
    promise: str, line: int, text: str, tests: frozenset[str], bugs: Mapping[str, Mutant]
) -> Iterator[Finding]:
    """A test that never failed proves nothing: one of the promise's own has to notice a bug that is planted."""
    names = [one for found in _NOTICES.finditer(text) for one in re.findall(r"\w+", found[1])]
    if not names:
        yield Finding(
            PAGE, line, f"{promise} names no planted bug", f"write Notices `…`, a name of {_PLANTED}"
        )
    for name in names:
        bug = bugs.get(name)
        if bug is None:
            yield Finding(PAGE, line, f"{name} is no planted bug", f"name one of {_PLANTED}")
        elif not any(one.startswith(told) for told in bug.told_by() for one in tests):
            yield Finding(
                PAGE, line, f"no test of {promise} is known to notice {name}", "name the one that is as well"
            )


def _body(page: Page, heading: int) -> Iterator[tuple[int, str]]:
    ends = min((one.line for one in page.headings if one.line > heading), default=1 << 30)
    return ((number, line) for number, line in page.prose if heading < number < ends)


def _text(page: Page, heading: int) -> str:
    return " ".join(line.strip() for _, line in _body(page, heading))


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
