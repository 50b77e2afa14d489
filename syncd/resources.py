"""Where the files that ship with syncd are: examples, message templates, JSON Schemas."""

from __future__ import annotations

from pathlib import Path

from syncd.core.model.errors import SyncdError


def config_path() -> Path:
    """Return the shipped folder `config`: inside the installed package, or beside it in a source checkout.

    Raises SyncdError where neither exists, because the installation is incomplete.
    """
    package = Path(__file__).resolve().parent
    installed = package / "config"
    if installed.is_dir():
        return installed
    checkout = package.parent
    if (checkout / "pyproject.toml").is_file() and (checkout / "config").is_dir():
        return checkout / "config"
    raise SyncdError(f"{installed}: the files that ship with syncd are missing; install syncd again")
