"""The pages say what is so; and each kind of mistake is found, in one line that says what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from tests.docs import commands, generated, layers, naming, promises, rooms
from tests.docs.checks import findings
from tests.docs.findings import ROOT, Finding

Check = Callable[[Path], Iterable[Finding]]


def test_the_pages_say_what_is_so() -> None:
    """Links, files, names, promises, and what is read off the code."""
    assert findings(ROOT) == []


CONTRACT = """
[[tool.importlinter.contracts]]
type = "layers"
containers = ["syncd.core"]
layers = ["(decide)", "(space)", "(time)"]
"""

BUGS = """
[[mutant]]
name = "wrong"
file = "syncd/core/time/spans.py"
was = "..."
becomes = "pass"
so = "a span is wrong"
caught_by = ["tests/test_all.py::test_it"]
"""


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A small repository in which all is well."""
    write(
        tmp_path,
        "README.md",
        "# A house\n\nSee [the rooms](docs/rooms.md#two-rooms) and `syncd/core/time/spans.py::Span`.\n",
    )
    write(tmp_path, "docs/rooms.md", "# Rooms\n\n## Two `rooms`\n\n[Back](../README.md); `syncd restore`\n")
    write(
        tmp_path,
        "docs/promises.md",
        "# Promises\n\n### I1 A promise\n\nBy `tests/test_all.py::test_it`.\nNotices `wrong`.\n",
    )
    write(tmp_path, "tests/mutants/catalog.toml", BUGS)
    write(tmp_path, "docs/architecture.svg", "<svg><text>time</text></svg>")
    write(tmp_path, "syncd/core/__init__.py", '"""The core."""\n')
    write(tmp_path, "syncd/core/time/__init__.py", '"""Time."""\n')
    write(
        tmp_path,
        "syncd/core/time/spans.py",
        '"""Spans (I1), as docs/rooms.md says."""\n\n\nclass Span:\n    ...\n',
    )
    write(
        tmp_path, "tests/test_all.py", "def test_it() -> None:\n    ...\n\n\ndef helps() -> None:\n    ...\n"
    )
    write(tmp_path, "tests/walk/promises.py", "PROMISES = (in_mail.i5,)\n")
    write(tmp_path, "pyproject.toml", CONTRACT)
    return tmp_path


def write(root: Path, name: str, text: str) -> None:
    """A file, with the folders that it lies in."""
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_a_house_in_order_has_no_findings(house: Path) -> None:
    """None of the checks speaks where all is well."""
    checks: tuple[Check, ...] = (
        naming.merged,
        naming.links,
        naming.names,
        naming.citations,
        commands.understood,
        promises.promises,
        rooms.drawn,
        layers.upward,
        layers.outside,
    )
    assert [one for check in checks for one in check(house)] == []


MISTAKES: tuple[tuple[str, str, str, Check, str], ...] = (
    ("a merge", "docs/a.md", "One\n>>>>>>> 7a645e8 (two)", naming.merged, "docs/a.md:2: a mark of an"),
    ("a page that is gone", "docs/a.md", "[b](b.md)", naming.links, "docs/a.md:1: a link to b.md"),
    ("a heading that is gone", "docs/a.md", "[b](rooms.md#three)", naming.links, "no such heading"),
    ("a picture that is gone", "docs/a.md", "![b](b.svg)", naming.links, "a link to b.svg"),
    ("a picture in HTML", "docs/a.md", '<img src="b.svg" width="9">', naming.links, "a link to b.svg"),
    ("a link out of the repository", "docs/a.md", "[b](../../b.md)", naming.links, "a link to ../../b.md"),
    ("a file", "docs/a.md", "`syncd/core/gone.py`", naming.names, "syncd/core/gone.py, which is not there"),
    ("a folder", "docs/a.md", "`connectors/gone/`", naming.names, "connectors/gone/, which is not there"),
    ("files by a pattern", "docs/a.md", "`syncd/core/x*.py`", naming.names, "which is not there"),
    ("a name", "docs/a.md", "`syncd/core/time/spans.py::Gone`", naming.names, "no Gone in that file"),
    ("a module", "docs/a.md", "`syncd.core.gone`", naming.names, "syncd.core.gone, which is not there"),
    ("a module's name", "docs/a.md", "`syncd.core.time.spans.Gone`", naming.names, "which is not there"),
    ("a file beside", "docs/a.md", "`gone.py`", naming.names, "gone.py, which is not beside or below"),
    (
        "a file in a command",
        "docs/a.md",
        "```\npytest tests/gone\n```",
        naming.names,
        "docs/a.md:2: tests/gone",
    ),
    (
        "a cited page",
        "syncd/a.py",
        '"""See docs/gone.md."""',
        naming.citations,
        "cite the page that says it now",
    ),
    ("a cited page of a folder", "syncd/a.py", '"""docs/b/gone.md."""', naming.citations, "docs/b/gone.md"),
    (
        "a command",
        "docs/a.md",
        "`syncd statu --json`",
        commands.understood,
        "syncd statu --json: no command statu",
    ),
    ("its option", "docs/a.md", "Ask `syncd status --jsn`.", commands.understood, "No such option: --jsn"),
    (
        "a command in a block",
        "docs/a.md",
        "```sh\nsystemctl stop syncd\n/opt/bin/syncd restore \\\n  --fast FILE  # why\n```",
        commands.understood,
        "docs/a.md:3: syncd restore --fast FILE: No such option",
    ),
    (
        "what a block leaves out",
        "docs/a.md",
        "```sh\nsyncd restore\n```",
        commands.understood,
        "Missing argument",
    ),
    ("a cited heading", "tests/a.py", '"""See docs/rooms.md#three."""', naming.citations, "no such heading"),
    ("a paper outside", "syncd/a.py", '"""As DESIGN §5 says."""', naming.citations, "cite docs/"),
    ("a wing not drawn", "syncd/core/space/__init__.py", "", rooms.drawn, "space is not in it"),
    ("a promise spoken of", "syncd/a.py", '"""Kept (I1, I2)."""', promises.promises, "I2 is no promise"),
    ("a room outside", "syncd/core/attic.py", "", layers.outside, "attic.py: stands in no wing"),
    (
        "an import upward",
        "syncd/core/time/a.py",
        "from syncd.core.space import b",
        layers.upward,
        "a.py:1: imports syncd.core.space.b, which lies above it",
    ),
)


@pytest.mark.parametrize(
    ("page", "text", "check", "says"), [one[1:] for one in MISTAKES], ids=[one[0] for one in MISTAKES]
)
def test_a_mistake_is_one_line(house: Path, page: str, text: str, check: Check, says: str) -> None:
    """Where it is, what is wrong, and what to do."""
    write(house, page, text)
    (found,) = check(house)
    assert says in str(found)
    assert "\n" not in str(found)


PROMISES: tuple[tuple[str, str, str], ...] = (
    ("without a test", "### I1 One\n\nIt holds.\n", "I1 names no test"),
    ("with a test that is gone", "### I1 One\n\n`tests/test_all.py::test_gone`\n", "test_gone is no test"),
    ("with what is no test", "### I1 One\n\n`tests/test_all.py::helps`\n", "helps is no test"),
    ("with a diary that is gone", "### I1 One\n\n`tests/diary/gone.diary`\n", "gone.diary is no test"),
    ("left out", "### I2 Two\n\n`tests/test_all.py::test_it`\n", "none left out"),
    ("without a bug", "### I1 One\n\n`tests/test_all.py::test_it`\n", "I1 names no planted bug"),
    ("with a bug that is none", "### I1 One\n\nNotices `right`.\n", "right is no planted bug"),
    (
        "with another test's bug",
        "### I1 One\n\nNotices\n`wrong`.\n",
        "no test of I1 is known to notice wrong",
    ),
)


@pytest.mark.parametrize(("text", "says"), [one[1:] for one in PROMISES], ids=[one[0] for one in PROMISES])
def test_a_promise(house: Path, text: str, says: str) -> None:
    """Each needs a test that is one."""
    write(house, "docs/promises.md", text)
    assert any(says in str(found) for found in promises.promises(house))


def test_a_page_that_the_code_has_overtaken(house: Path) -> None:
    """What is read off the code is compared with it, and written by one command."""
    for page, parts in generated.PARTS.items():
        write(house, page, "".join(f"<!-- from the code: {part} -->\n<!-- end -->\n" for part in parts))
    stale = {str(one) for one in generated.stale(house)}
    assert len(stale) == len(generated.PARTS)
    assert all("run `make docs`" in one for one in stale)
    generated.write(house)
    assert list(generated.stale(house)) == []
    write(house, "syncd/core/time/hours.py", '"""Hours."""\n')
    (found,) = generated.stale(house)
    assert found.where == "docs/architecture.md"


def test_each_file_of_a_connector_has_a_line(house: Path) -> None:
    """Read off its docstring; folders without files of their own have no table."""
    write(house, "connectors/__init__.py", '"""The outside."""\n')
    write(house, "connectors/post/__init__.py", '"""Post: by hand.\n\nMore of it.\n"""\n')
    write(house, "connectors/post/bag.py", '"""What is carried.\n\nHow.\n"""\n')
    assert list(rooms.connectors(house)) == [
        "**post.** Post: by hand.",
        "",
        "| file | what it holds |",
        "|---|---|",
        "| [bag.py](../connectors/post/bag.py) | What is carried. |",
        "",
    ]


def test_a_page_without_its_part(house: Path) -> None:
    """A part that somebody deleted is missed."""
    for page in generated.PARTS:
        write(house, page, "# Nothing\n")
    assert len(list(generated.stale(house))) == sum(map(len, generated.PARTS.values()))


def test_a_wing_that_grew_too_large(house: Path) -> None:
    """A reader keeps fifteen rooms in mind, a package counts as one."""
    for number in range(layers.MOST_ROOMS):
        write(house, f"syncd/core/time/r{number}.py", "")
    (found,) = layers.outside(house)
    assert "holds 16 rooms, 15 at most" in str(found)
    for number in range(1, layers.MOST_WINGS + 1):
        write(house, f"syncd/core/w{number}/__init__.py", "")
    assert any("holds 10 wings" in str(one) for one in layers.outside(house))
