"""The schemas that ship are what the tool of docs/admin/settings.md takes, and the examples fit them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.packaging.test_wheel import ROOT

SCHEMAS = ROOT / "config" / "schema"
TOOL = str(Path(sys.executable).with_name("check-jsonschema"))


def check(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the tool in the checkout."""
    return subprocess.run([TOOL, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("schema", sorted(SCHEMAS.glob("*.json")), ids=lambda path: path.stem)
def test_every_schema_is_one(schema: Path) -> None:
    """Of the dialect that it names."""
    said = check("--check-metaschema", str(schema))
    assert said.returncode == 0, said.stdout


def test_the_example_fits_and_a_mistake_is_named(tmp_path: Path) -> None:
    """As on the page: the settings file itself, TOML as it is."""
    command = ["--schemafile", "config/schema/settings.schema.json"]
    assert check(*command, "config/syncd.example.toml").returncode == 0
    wrong = tmp_path / "syncd.toml"
    wrong.write_text((ROOT / "config/syncd.example.toml").read_text() + "\n[demon]\npoll = '2m'\n")
    said = check(*command, str(wrong))
    assert said.returncode == 1
    assert "demon" in said.stdout
