"""The files of a release. Each step either makes its file or raises CalledProcessError, and the rest is not made."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from hashlib import sha256
from pathlib import Path
from shutil import copy2, rmtree

from release.pins import CONSTRAINTS, HASHED

SUMS = "SHA256SUMS"


def exported(root: Path, target: Path) -> Path:
    """The commit's own files, so that nothing of a work tree gets in."""
    target.mkdir(parents=True)
    packed = subprocess.run(
        ["git", "archive", "--format=tar", "HEAD"], cwd=root, check=True, capture_output=True
    )
    subprocess.run(["tar", "-x", "-C", str(target)], input=packed.stdout, check=True)
    return target


def build(source: Path, out: Path, committed: int) -> None:
    """Source archive and wheel; the same bytes for the same commit."""
    if out.exists():
        rmtree(out)
    command = [sys.executable, "-m", "hatchling", "build", "--target", "sdist", "--target", "wheel"]
    dated = os.environ | {"SOURCE_DATE_EPOCH": str(committed)}
    subprocess.run([*command, "--directory", str(out)], cwd=source, env=dated, check=True, stdout=sys.stderr)


def archive(source: Path, out: Path, version: str) -> None:
    """The pins beside them, named by the version where they could be mistaken for another's."""
    for name in (CONSTRAINTS, HASHED):
        stem, _, suffix = name.partition(".")
        copy2(source / name, out / f"syncd-{version}-{stem}.{suffix}")


def installed(out: Path, version: str, target: Path) -> Path:
    """The interpreter of a new environment with the wheel and exactly the pinned files; it says its version."""
    venv.create(target, with_pip=False)
    python = target / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", str(python)]
    hashed = out / f"syncd-{version}-{HASHED}"
    wheel = ["--no-index", "--no-deps", "--find-links", str(out), f"syncd=={version}"]
    for further in (["--require-hashes", "--requirement", str(hashed)], wheel):
        subprocess.run([*pip, "install", "-qq", *further], check=True, stdout=sys.stderr)
    subprocess.run([*pip, "check"], check=True, stdout=sys.stderr)
    said = subprocess.run([target / "bin" / "syncd", "--version"], check=True, capture_output=True, text=True)
    if said.stdout.strip() != f"syncd {version}":
        raise ValueError(f"the installed command says {said.stdout.strip()!r}, not syncd {version}")
    return python


def bill_of_materials(python: Path, source: Path, target: Path, committed: int) -> None:
    """All that is installed there, as CycloneDX; valid by its schema."""
    command = [sys.executable, "-m", "cyclonedx_py", "environment", "--output-reproducible"]
    about = ["--pyproject", str(source / "pyproject.toml"), "--output-file", str(target), str(python)]
    dated = os.environ | {"SOURCE_DATE_EPOCH": str(committed)}
    subprocess.run([*command, *about], env=dated, check=True, stdout=sys.stderr)


def sums(out: Path) -> tuple[str, ...]:
    """What `sha256sum --check SHA256SUMS` reads; written beside the files."""
    files = sorted(path for path in out.iterdir() if path.name not in {SUMS, ".gitignore"})
    lines = tuple(f"{sha256(path.read_bytes()).hexdigest()}  {path.name}" for path in files)
    (out / SUMS).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return lines
