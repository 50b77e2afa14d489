"""The blocks of docs/admin/container.md as they stand there, by podman and podman-compose: built, looked at, run."""

from __future__ import annotations

import json
import os
import shutil
import ssl
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import trustme

from release.building import archive, build
from release.checks import Tree
from tests.cli.office import with_leave
from tests.clock.sitecustomize import SHIFT
from tests.packaging.boxed import clock_of_tests
from tests.packaging.engine import Engine, engine, why_not
from tests.packaging.test_admin_pages import block
from tests.packaging.test_container import SETTINGS, USER
from tests.packaging.test_wheel import ROOT
from tests.servers.dav import DavServer
from tests.servers.proxy import proxied
from tests.servers.radicale import radicale
from tests.whole.holding import wait_until

PAGE = "docs/admin/container.md"
HOST = "host.containers.internal"  # this machine, as seen from a container
ROSTER = "id,name,initials,therapist\nc1,Ada Brandt,AB,dana\nc2,Ben Castillo,BC,dana\n"


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder on a disk, whose name others may read."""
    with tempfile.TemporaryDirectory(dir="/var/tmp") as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture
def made(place: Path) -> Iterator[tuple[Engine, Path]]:
    """An engine, and the folder of `compose.yaml` with what the page says lies beside it; a calendar server beside."""
    if why := why_not():
        pytest.skip(why)
    with ExitStack() as stack:
        (place / "radicale").mkdir()
        dav = stack.enter_context(radicale(place / "radicale"))
        with_leave(dav.make_calendar("practice", "Practice"))
        authority, context = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(HOST).configure_cert(context)
        door = stack.enter_context(proxied(dav.url, context=context, host="0.0.0.0"))
        shutil.copytree(ROOT / "container", place / "container")
        lay(place / "container", dav, f"https://{HOST}:{urlsplit(door.url).port}", authority)
        build(ROOT, place / "dist", Tree.read(ROOT).committed)
        archive(ROOT, place / "dist", Tree.read(ROOT).version)
        (place / "engine").mkdir()
        mounts = {clock_of_tests(place / "clock"): "/srv/clock"}
        mounts |= {path: str(path) for path in (Path("/etc/pip.conf"),) if path.exists()}
        given = {name: value for name, value in os.environ.items() if name.startswith("PIP_")}
        given |= {"PYTHONPATH": "/srv/clock", SHIFT: os.environ[SHIFT], "PIP_NO_COMPILE": "1"}
        yield stack.enter_context(engine(place / "engine", mounts, given)), place


def lay(folder: Path, dav: DavServer, url: str, authority: trustme.CA) -> None:
    """Settings, roster and passwords, owned as the page says."""
    for name in ("etc", "secrets"):
        (folder / name).mkdir()
    told = SETTINGS.replace('"URL/"', f'"{url}/"\nca_file = "/etc/syncd/ca.pem"')
    (folder / "etc/syncd.toml").write_text(told.replace("USERNAME", dav.username))
    authority.cert_pem.write_to_path(str(folder / "etc/ca.pem"))
    (folder / "etc/clients.csv").write_text(ROSTER)
    (folder / "secrets/caldav-dana").write_text(dav.password)
    (folder / "secrets/mail").write_text("unused")


@pytest.mark.wider
@pytest.mark.lengthy(minutes=12)
@pytest.mark.usefixtures("index")
def test_the_page_s_commands_build_look_and_run(made: tuple[Engine, Path]) -> None:
    """Each line ends without an error; it runs as its user on a root that is only read, and is called healthy.

    The doctor alone finds something: these settings have no [mail].
    """
    podman, place = made
    podman.types(block(PAGE, 0), place)
    compose = place / "container"
    podman.types(f"chown -R {USER} etc secrets; chmod -R go= etc secrets", compose)
    check, doctor, dry, up, status, copy, again = (
        line.partition("#")[0] for line in block(PAGE, 1).splitlines()
    )
    podman.types(check, compose)
    said = podman.types(f"{doctor} | cat", compose)  # it ends with 1 where something fails
    assert "1 failed" in said
    assert "can be written" in said
    assert "Everything was read and is clear" in podman.types(dry, compose)
    podman.types(up, compose)
    wait_until(lambda: podman.well("syncd"))
    assert "acting" in podman.types(status, compose)
    podman.types(f"{copy}\n{again}", compose)
    (told,) = json.loads(podman.asks("inspect", "syncd"))
    assert (told["State"]["Running"], told["Config"]["User"]) == (True, USER)
    assert told["HostConfig"]["ReadonlyRootfs"]
    podman.types(f"podman-compose down\n{up}\n{status}", compose)
