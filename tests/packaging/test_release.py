"""What is handed out as a version, and what speaks against it: `make release`."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tarfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name

from release.building import SUMS, archive, build, sums
from release.checks import Tree, problems, requirements
from release.pins import HASHED, asked_for, needed, pinned
from tests.packaging.test_wheel import ROOT

DAY = "## 1.2.0 (2026-12-01)\n\nMore.\n\n## 1.1.0 (2026-01-01)\n"
DATED = 1796000000


@pytest.fixture
def ready() -> Tree:
    """A commit with a tag, its day said, nothing edited; the pins are this repository's."""
    return Tree(ROOT, "1.2.0", DAY, DATED, frozenset({"v1.2.0", "seen"}), ())


def test_nothing_speaks_against_a_tagged_commit_whose_changes_are_said(ready: Tree) -> None:
    """No line; what requirements.txt holds is what this repository asks for."""
    assert problems(ready, rehearsal=False) == []


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"changes": "## 1.1.0 (2026-01-01)\n"}, "CHANGELOG.md has no section `## 1.2.0 (YYYY-MM-DD)`"),
        ({"changes": "## 1.2.0 (unreleased)\n"}, "`## 1.2.0 (unreleased)` has no day"),
        ({"changes": "## 1.2.0\n"}, "`## 1.2.0` has no day"),
        ({"tags": frozenset()}, "the commit's tags are none, the version is 1.2.0: git tag -s v1.2.0"),
        ({"tags": frozenset({"v1.1.0"})}, "the commit's tags are v1.1.0, the version is 1.2.0"),
        ({"tags": frozenset({"v1.1.0", "v1.2.0"})}, "the commit's tags are v1.1.0, v1.2.0"),
        ({"edited": (" M README.md", "?? a")}, "2 files are not committed, the first M README.md"),
    ],
)
def test_what_speaks_against_it_is_one_line(ready: Tree, change: Mapping[str, object], says: str) -> None:
    """What is wrong, and what to do; a rehearsal asks for the section alone."""
    wrong: Tree = replace(ready, **change)  # type: ignore[arg-type]
    (found,) = problems(wrong, rehearsal=False)
    assert says in found
    assert bool(problems(wrong, rehearsal=True)) == ("no section" in says)


@pytest.mark.parametrize(
    ("was", "becomes", "says"),
    [
        (r"requests==", "request==", "lacks requests"),
        (r"psycopg==", "psycopgs==", "lacks psycopg"),
        (r"six==\S+", "six==1.0", "has six 1.0, constraints.txt "),
        (r"(six==\S+)( \\\n.*)+?\n(?=\w)", r"\1\n", "no hash for six"),
    ],
)
def test_pins_that_do_not_fit_are_named(tmp_path: Path, was: str, becomes: str, says: str) -> None:
    """A library that nobody pinned (of an extra, too), another version than was tested, one that could be replaced."""
    for name in ("pyproject.toml", "constraints.txt", HASHED):
        (tmp_path / name).write_text((ROOT / name).read_text())
    text = (ROOT / HASHED).read_text()
    changed = re.sub(rf"^{was}", becomes, text, count=1, flags=re.MULTILINE)
    assert changed != text
    (tmp_path / HASHED).write_text(changed)
    (found,) = requirements(tmp_path)
    assert says in found
    assert found.endswith(": make hashes")


def test_what_libraries_ask_for_in_turn_is_known_and_no_demo_is() -> None:
    """Down to the last, by extras too; servers of the demo and tools of tests serve nobody."""
    names = needed(asked_for(ROOT))
    assert {"sqlalchemy", "numpy", "cryptography", "psycopg-binary"} <= names
    assert names.isdisjoint({"radicale", "aiosmtpd", "pytest", "hatchling"})
    assert set(pinned((ROOT / HASHED).read_text())).isdisjoint({"radicale", "aiosmtpd", "pytest"})


def test_no_index_is_named_in_any_file_that_pip_reads() -> None:
    """Whoever installs says where from."""
    for name in ("requirements.txt", "constraints.txt", "pyproject.toml", "Makefile"):
        assert not re.search(r"(index-url|find-links|trusted-host)[ =]+\S*//", (ROOT / name).read_text())


def test_nobody_is_told_to_install_a_package_of_ours_from_an_index() -> None:
    """There is none: whoever took the name there would be installed."""
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    asked = re.compile(r"pip install [^\n`]*(?<![\w./-])syncd(?![\w.-])")
    files = [ROOT / one for one in tracked.splitlines() if not one.startswith("tests/")]
    assert [one for one in files if one.suffix in {".py", ".md", ".toml", ".yml"} and says(one, asked)] == []
    assert asked.search("pip install 'syncd[demo]'")


def test_the_version_stands_in_one_place() -> None:
    """pyproject.toml; everything else reads it from the installation."""
    version = Tree.read(ROOT).version
    named = re.compile(rf"(?<![\d.=]){re.escape(version)}(?![\d.])")
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    told = {"pyproject.toml", "CHANGELOG.md"}
    files = [ROOT / one for one in tracked.splitlines() if one not in told and not one.startswith("tests/")]
    assert [
        one for one in files if one.suffix in {".py", ".md", ".toml", ".service"} and says(one, named)
    ] == []


def says(path: Path, pattern: re.Pattern[str]) -> bool:
    """Whether the words stand anywhere in it."""
    return pattern.search(path.read_text(encoding="utf-8")) is not None


@pytest.fixture(scope="module")
def handed_out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a release of this tree, without what needs a network."""
    out = tmp_path_factory.mktemp("release") / "dist"
    build(ROOT, out, DATED)
    archive(ROOT, out, Tree.read(ROOT).version)
    sums(out)
    return out


def test_the_files_are_there_and_their_sums_hold(handed_out: Path) -> None:
    """By the tool that an admin has; a changed byte is found."""
    version = Tree.read(ROOT).version
    names = {path.name for path in handed_out.iterdir()}
    wheel, source = f"syncd-{version}-py3-none-any.whl", f"syncd-{version}.tar.gz"
    assert {
        wheel,
        source,
        f"syncd-{version}-requirements.txt",
        f"syncd-{version}-constraints.txt",
        SUMS,
    } <= names
    check = ["sha256sum", "--check", "--strict", SUMS]
    assert subprocess.run(check, cwd=handed_out, capture_output=True, check=False).returncode == 0
    (handed_out / wheel).write_bytes((kept := (handed_out / wheel).read_bytes()) + b"x")
    assert subprocess.run(check, cwd=handed_out, capture_output=True, check=False).returncode == 1
    (handed_out / wheel).write_bytes(kept)


def test_the_same_commit_is_the_same_bytes(handed_out: Path, tmp_path: Path) -> None:
    """Whoever builds it again can compare; the source archive builds the same wheel, and holds the tests."""
    (source,) = handed_out.glob("*.tar.gz")
    with tarfile.open(source) as packed:
        packed.extractall(tmp_path, filter="data")
    (unpacked,) = tmp_path.iterdir()
    assert (unpacked / "tests/packaging/test_release.py").exists()
    assert not [one for one in unpacked.rglob("*") if one.name in {".venv", "__pycache__", "build"}]
    build(unpacked, tmp_path / "again", DATED)
    (first,), (second,) = handed_out.glob("*.whl"), (tmp_path / "again").glob("*.whl")
    assert first.read_bytes() == second.read_bytes()


def test_the_command_refuses_what_is_not_ready(tmp_path: Path) -> None:
    """From a checkout whose changes have no day yet: a line, and no file."""
    if "unreleased" not in Tree.read(ROOT).changes:
        pytest.skip("this version has a day")
    command = [sys.executable, "-m", "release", "--out", str(tmp_path / "dist")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "has no day: put it as (YYYY-MM-DD)" in done.stderr
    assert not (tmp_path / "dist").exists()


@pytest.mark.wider
@pytest.mark.lengthy
@pytest.mark.usefixtures("index")
def test_a_rehearsal_makes_all_of_it(tmp_path: Path) -> None:
    """Installed anew by pins and hashes alone, the command runs; the bill of materials names what was installed."""
    command = [sys.executable, "-m", "release", "--rehearsal", "--out", str(tmp_path / "dist")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    version = Tree.read(ROOT).version
    bill = json.loads((tmp_path / f"dist/syncd-{version}.cdx.json").read_text())
    assert (bill["bomFormat"], bill["metadata"]["component"]["name"]) == ("CycloneDX", "syncd")
    named = {canonicalize_name(one["name"]): one["version"] for one in bill["components"]}
    pins = pinned((ROOT / HASHED).read_text())
    assert needed(asked_for(ROOT)) <= set(named)
    assert {name: pins[name] for name in named if name in pins} == {
        name: found for name, found in named.items() if name in pins
    }
    assert str(tmp_path) not in json.dumps(bill)
    assert [line.split()[1] for line in done.stdout.splitlines()] == sorted(
        path.name for path in (tmp_path / "dist").iterdir() if path.name != SUMS
    )
