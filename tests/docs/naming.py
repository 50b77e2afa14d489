"""Links, and files, modules and names that pages and docstrings name: each of them is there."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.docs.findings import Finding
from tests.docs.pages import Page, pages

_TOP = "syncd|connectors|tests|docs|config|systemd|release|container"
_PATH = re.compile(rf"(?:{_TOP})/[\w./*-]*(?:::[\w.:]+)?")
_MODULE = re.compile(r"(?:syncd\.core|connectors|tests)(?:\.[a-z_]\w*)+(?:\.[A-Z]\w*)?")
_BESIDE = re.compile(r"[\w-]+\.py")
_CITED = re.compile(r"\bdocs/[\w/-]+\.md(?:#[\w-]+)?")
_OUTSIDE = re.compile(r"\bDESIGN\b|\bfacts/\w+\.md\b")
_HISTORY = frozenset({"CHANGELOG.md"})  # may name what is gone
_CODE = ("syncd", "connectors", "tests", "config", "systemd", "release")
_HERE = "tests/docs/"  # these checks and their tests speak of what must not be there


def merged(root: Path) -> Iterator[Finding]:
    """Both sides of a change that somebody forgot to bring together."""
    for page in pages(root):
        for number, line, _ in page.lines:
            if line.startswith(("<<<<<<< ", ">>>>>>> ")):
                yield Finding(page.name, number, "a mark of an unfinished merge", "keep what both sides mean")


def links(root: Path) -> Iterator[Finding]:
    """Links to files and headings that are not there. Other hosts are not asked."""
    for page in pages(root):
        for link in page.links:
            if not re.match(r"[a-z][a-z0-9+.-]*:", link.text) and (wrong := _link(root, page, link.text)):
                yield Finding(page.name, link.line, wrong, "mend the link")


def _link(root: Path, page: Page, target: str) -> str:
    name, _, anchor = target.partition("#")
    path = (page.path.parent / name).resolve() if name else page.path
    if not path.exists() or not path.is_relative_to(root.resolve()):
        return f"a link to {target}, which is not there"
    if anchor and anchor not in Page(root.resolve(), path.resolve()).anchors:
        return f"a link to {target}, and that page has no such heading"
    return ""


def names(root: Path) -> Iterator[Finding]:
    """Files, modules and functions that pages name and that are gone."""
    for page in pages(root):
        if page.name in _HISTORY or page.name.startswith(_HERE):
            continue
        beside = (one for one in page.spans if _BESIDE.fullmatch(one.text))
        for one in beside:
            if not any(page.path.parent.rglob(one.text)):
                wrong = f"{one.text}, which is not beside or below this page"
                yield Finding(page.name, one.line, wrong, "write its path from the root")
        for word in (*page.spans, *page.commands):
            if wrong := _named(root, word.text.rstrip(".,;:")):
                yield Finding(page.name, word.line, wrong, "name what took its place")


def _named(root: Path, text: str) -> str:
    if _PATH.fullmatch(text):
        return _path(root, text)
    return _module(root, text) if _MODULE.fullmatch(text) else ""


def _path(root: Path, text: str) -> str:
    name, _, inside = text.partition("::")
    files = [*root.glob(name.rstrip("/"))] if "*" in name else [root / name]
    if not files or not files[0].exists():
        return f"{name}, which is not there"
    if inside and inside.replace("::", ".") not in defined(files[0]):
        return f"{text}: no {inside} in that file"
    return ""


def _module(root: Path, text: str) -> str:
    module, _, name = text.rpartition(".") if text.rpartition(".")[2][0].isupper() else (text, "", "")
    path = root / module.replace(".", "/")
    file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    if not file.exists() or (name and name not in defined(file)):
        return f"{text}, which is not there"
    return ""


@cache
def defined(path: Path) -> frozenset[str]:
    """What a module defines at its top, and methods as `Class.method`; nothing of another kind of file."""
    if path.suffix != ".py":
        return frozenset()
    found: set[str] = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        match node:
            case ast.FunctionDef(name=name):
                found.add(name)
            case ast.ClassDef(name=name, body=body):
                found |= {name, *(f"{name}.{one.name}" for one in body if isinstance(one, ast.FunctionDef))}
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                found.add(name)
    return frozenset(found)


def citations(root: Path) -> Iterator[Finding]:
    """Pages that code cites and that are gone, and papers that no stranger has."""
    for path in _code(root):
        where = path.relative_to(root).as_posix()
        if where.startswith(_HERE):
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            for cited in _CITED.findall(line):
                page = Page(root, root / "README.md")
                if wrong := _link(root, page, cited):
                    yield Finding(where, number, wrong, "cite the page that says it now")
            for outside in _OUTSIDE.findall(line):
                yield Finding(where, number, f"cites {outside}, which is not in the repository", "cite docs/")


def _code(root: Path) -> Iterator[Path]:
    for top in _CODE:
        for suffix in ("py", "toml", "csv", "service", "sh"):
            yield from sorted((root / top).rglob(f"*.{suffix}"))
    yield from (path for path in (root / "Makefile", root / "pyproject.toml") if path.exists())
