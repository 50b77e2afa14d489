"""What `pip install` of the built wheel puts on a machine."""

from __future__ import annotations

import os
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path
from shutil import rmtree
from zipfile import ZipFile

import pytest

from syncd.resources import config_path

ROOT = Path(__file__).resolve().parents[2]
CACHES = {"__pycache__"}


def files_below(folder: Path) -> set[str]:
    """Relative POSIX paths of the files below `folder`, caches left out."""
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and not CACHES.intersection(path.parts)
    }


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this tree, built by pip without the network."""
    out = tmp_path_factory.mktemp("wheel")
    options = ["--quiet", "--no-deps", "--no-index", "--no-build-isolation", "--wheel-dir", str(out)]
    subprocess.run([sys.executable, "-m", "pip", "wheel", *options, str(ROOT)], check=True)
    (built,) = out.glob("syncd-*.whl")
    return built


@pytest.fixture
def installed(wheel: Path, tmp_path: Path) -> Path:
    """A folder that holds what the wheel unpacks to."""
    with ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    return tmp_path


def ask_for_config(installed: Path) -> subprocess.CompletedProcess[str]:
    """Let the unpacked package say, in a process of its own, where its config folder is."""
    code = "from syncd.resources import config_path; print(config_path())"
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=installed,
        env=os.environ | {"PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_wheel_gives_the_command(installed: Path) -> None:
    """Installing the wheel gives the command `syncd`, which runs `syncd.cli.main`."""
    (entry_points,) = installed.glob("*.dist-info/entry_points.txt")
    parser = ConfigParser()
    parser.read(entry_points)
    assert dict(parser["console_scripts"]) == {"syncd": "syncd.cli:main"}


@pytest.mark.parametrize("package", ["syncd", "connectors"])
def test_wheel_holds_the_package(installed: Path, package: str) -> None:
    """Every file of both packages is in the wheel, migrations and other data included."""
    assert files_below(ROOT / package) <= files_below(installed / package)


@pytest.mark.parametrize("folder", ["config", "systemd"])
def test_wheel_holds_the_data(installed: Path, folder: str) -> None:
    """Everything below config/ and systemd/ ships inside the package `syncd`."""
    shipped = files_below(ROOT / folder)
    assert shipped
    assert files_below(installed / "syncd" / folder) == shipped


def test_wheel_holds_nothing_else(installed: Path) -> None:
    """The wheel adds two packages and its own metadata to site-packages, no tests and no stray folder."""
    names = {path.name for path in installed.iterdir()}
    assert {name for name in names if not name.endswith(".dist-info")} == {"syncd", "connectors"}


def test_installed_package_finds_its_config(installed: Path) -> None:
    """An installed syncd finds the examples and templates inside itself."""
    answer = ask_for_config(installed)
    assert answer.stdout.strip() == str(installed / "syncd" / "config")


def test_checkout_finds_its_config() -> None:
    """In a source checkout the folder config/ of the repository is used, so that edits show at once."""
    assert config_path() == ROOT / "config"


def test_incomplete_installation_is_named(installed: Path) -> None:
    """Where the shipped files are gone, the error names the folder and the remedy."""
    rmtree(installed / "syncd" / "config")
    answer = ask_for_config(installed)
    assert answer.returncode != 0
    assert f"{installed / 'syncd' / 'config'}: the files that ship with syncd are missing" in answer.stderr
