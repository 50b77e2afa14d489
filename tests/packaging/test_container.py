"""The container that ships: linted, and its steps carried out where the machine lets us, without a container engine."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from release.building import archive, build
from release.checks import Tree
from tests.clock.sitecustomize import SHIFT
from tests.packaging.boxed import BASE, OF_BASE, Box, box, clock_of_tests, possible
from tests.packaging.containerfile import environment, instructions, last, probe
from tests.packaging.test_wheel import ROOT
from tests.servers.dav import DavServer
from tests.servers.radicale import radicale
from tests.whole.holding import wait_until

FOLDER = ROOT / "container"
STEPS = instructions(FOLDER / "Containerfile")
ENV = environment(STEPS)
USER = last(STEPS, "USER").rest
STORE = "/var/lib/syncd"


@pytest.fixture
def service() -> dict[str, Any]:
    """The one service of compose.yaml."""
    (only,) = yaml.safe_load((FOLDER / "compose.yaml").read_text())["services"].values()
    return dict(only)


@pytest.mark.skipif(
    shutil.which("hadolint", path=Path(sys.executable).parent) is None, reason="no hadolint here"
)
def test_hadolint_is_content() -> None:
    """Not so much as a hint."""
    tool = shutil.which("hadolint", path=Path(sys.executable).parent) or ""
    said = subprocess.run([tool, str(FOLDER / "Containerfile")], capture_output=True, text=True, check=False)
    assert (said.returncode, said.stdout) == (0, "")


def test_compose_is_what_its_specification_allows() -> None:
    """By the schema of the specification, as check-jsonschema carries it."""
    tool = Path(sys.executable).with_name("check-jsonschema")
    schema = ["--builtin-schema", "vendor.compose-spec"]
    said = subprocess.run(
        [tool, *schema, FOLDER / "compose.yaml"], capture_output=True, text=True, check=False
    )
    assert said.returncode == 0, said.stdout


def test_nobody_is_root_and_nothing_is_written_but_the_volume(service: dict[str, Any]) -> None:
    """The same user in both files; secrets are files; the store's volume has a name, so that it is found again."""
    assert service["user"] == USER
    assert "0" not in USER.split(":")
    assert service["read_only"]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert f"store:{STORE}" in service["volumes"]
    whole = yaml.safe_load((FOLDER / "compose.yaml").read_text())
    assert "store" in whole["volumes"]
    assert {*service["secrets"]} == {*whole["secrets"]}
    assert all(set(one) == {"file"} for one in whole["secrets"].values())
    assert "environment" not in service


def test_both_ask_the_same_whether_it_is_well(service: dict[str, Any]) -> None:
    """An image built as OCI says keeps no probe of its own: compose has it, too."""
    assert service["healthcheck"]["test"] == ["CMD", *probe(STEPS)]
    assert "/healthz" in probe(STEPS)[-1]
    assert all(f"{name}: " in (FOLDER / "compose.yaml").read_text() for name in ("interval", "start_period"))


SETTINGS = f"""
[practice]
name = "Maple Street"
timezone = "Europe/Berlin"

[[therapists]]
id = "dana"
name = "Dana Okafor"
email = "dana@example.org"
account = "home"
calendar = "Practice"
hours = {{ mon = ["09:00-13:00"] }}

[accounts.home]
type = "caldav"
url = "URL/"
username = "USERNAME"
password = {{ credential = "caldav-dana" }}

[clients]
file = "clients.csv"

[store]
url = "sqlite:///{STORE}/syncd.db"

[daemon]
metrics = "127.0.0.1:9464"
"""


@pytest.fixture(scope="module")
def dav(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DavServer]:
    """A calendar server on this machine."""
    with radicale(tmp_path_factory.mktemp("radicale")) as server:
        server.make_calendar("practice", "Practice")
        yield server


@pytest.fixture(scope="module")
def disk() -> Iterator[Path]:
    """A folder that lies on a disk, as volumes do; those of tests lie in memory."""
    with tempfile.TemporaryDirectory(dir="/var/tmp") as name:
        yield Path(name)


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory, disk: Path, dav: DavServer) -> Iterator[Box]:
    """The steps of the Containerfile, carried out on a release of this tree; settings and secret as in compose."""
    if os.geteuid() != 0 or not possible():
        pytest.skip("only root can mount a root of its own, and not everywhere")
    dist = tmp_path_factory.mktemp("release") / "dist"
    build(ROOT, dist, Tree.read(ROOT).committed)
    archive(ROOT, dist, Tree.read(ROOT).version)
    lay(disk, dav)
    with box(tmp_path_factory.mktemp("box")) as made:
        made.build(STEPS, dist)
        for name, target in (("etc", "/etc/syncd"), ("secrets", "/run/secrets"), ("clock", "/srv/clock")):
            made.mount(disk / name, target, "ro")
        made.only_read()
        yield made


def lay(disk: Path, dav: DavServer) -> None:
    """What an admin lays beside compose.yaml, owned as the page says, an empty volume, and the clock of tests."""
    for name in ("etc", "secrets", "volume"):
        (disk / name).mkdir()
    told = SETTINGS.replace("URL", dav.url).replace("USERNAME", dav.username)
    (disk / "etc/syncd.toml").write_text(told)
    (disk / "etc/clients.csv").write_text("id,name,initials,therapist\nc1,Ada Brandt,AB,dana\n")
    (disk / "secrets/caldav-dana").write_text(dav.password)
    uid, gid = map(int, USER.split(":"))
    for path in disk.rglob("*"):
        os.chown(path, uid, gid)
        path.chmod(0o700 if path.is_dir() else 0o400)
    disk.chmod(0o711)
    clock_of_tests(disk / "clock")


def syncd(image: Box, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A command of the image, run to its end as the service's user."""
    command = image.as_user(USER, ["syncd", *arguments], told())
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)


def told() -> dict[str, str]:
    """The environment of the image, with its interpreter where the base image has it, and the day of tests."""
    path = ENV["PATH"].replace("/usr/local/bin", f"{BASE}/bin")
    return {**ENV, **OF_BASE, "PATH": path, "PYTHONPATH": "/srv/clock", SHIFT: os.environ[SHIFT]}


@pytest.mark.wider
@pytest.mark.lengthy
@pytest.mark.usefixtures("index")
class TestSteps:
    def test_without_a_volume_it_says_so_and_begins_nothing(self, image: Box) -> None:
        """Status 78, the folder, what would be lost and what to do; check says the same, and no file is made."""
        for arguments in (["run"], ["once"], ["check"]):
            said = syncd(image, *arguments)
            assert said.returncode == 78, said.stderr
            (line,) = said.stderr.splitlines()[-1:]
            assert re.search(rf"store\.url: {STORE}: a folder on a volume.* --volume syncd:{STORE}$", line), (
                line
            )
        assert syncd(image, "--version").stdout == f"syncd {Tree.read(ROOT).version}\n"
        assert image.enter(["ls", "-A", STORE], ENV).stdout == ""

    def test_with_a_volume_it_runs_is_well_and_knows_the_store_again(self, image: Box, disk: Path) -> None:
        """As the user that it names, on a root that cannot be written; its own probe says that it is well."""
        image.mount(disk / "volume", STORE)
        for _ in range(2):
            command = image.as_user(USER, ["syncd", "run"], told())
            with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
                wait_until(lambda: process.poll() is not None or well(image))
                assert process.poll() is None, process.stderr and process.stderr.read()
                process.send_signal(signal.SIGTERM)
                assert process.wait(120) == 0
        assert {path.name for path in (disk / "volume").iterdir()} >= {"syncd.db"}
        assert (disk / "volume/syncd.db").stat().st_uid == int(USER.partition(":")[0])
        dry = syncd(image, "once", "--dry-run")
        assert dry.returncode == 0, dry.stderr
        image.unmount(STORE)


def well(image: Box) -> bool:
    """What the probe of the image says."""
    command = image.as_user(USER, probe(STEPS), told())
    return subprocess.run(command, capture_output=True, check=False).returncode == 0
