"""A real container engine whose images end with the test, and a base image made of this machine's files.

No image can be fetched where the tests run: what stands in for `python:3.13-slim` holds a shell, the small commands,
this machine's interpreter and the libraries of all of them, and nothing else: a step that leans on more is found.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

COMPOSER = "podman-compose==1.6.0"
_BASE = """
set -e
for one in bin lib lib64 sbin; do mkdir -p {root}/usr/$one; ln -s usr/$one {root}/$one; done
for one in etc/ssl usr/local/bin usr/local/lib proc dev sys run root; do mkdir -p {root}/$one; done
mkdir -m 1777 {root}/tmp
cp /bin/sh $(dpkg -L coreutils | grep -E '^(/usr)?/bin/') {root}/usr/bin/
cp -a {python}/bin/python3* {root}/usr/local/bin/
cp -a {python}/lib/libpython* {root}/usr/local/lib/
tar -C {python}/lib --exclude=site-packages --exclude=test --exclude=__pycache__ --exclude='config-*' -cf - {version} |
    tar -C {root}/usr/local/lib -xf -
for one in {root}/usr/bin/* {root}/usr/local/bin/python3 {root}/usr/local/lib/{version}/lib-dynload/*.so; do
    ldd $one 2>/dev/null | grep -oP '\\s\\K/[^ ]*' || true
done | sort -u > {root}/libraries
dpkg -L libc6 libgcc-s1 libstdc++6 | grep -E '\\.so(\\.[0-9]+)*$' >> {root}/libraries
for one in $(grep -v '^{python}/' {root}/libraries); do mkdir -p {root}$(dirname $one); cp -L $one {root}$one; done
cp -r /etc/ssl/certs {root}/etc/ssl/
echo 'root:x:0:0::/root:/bin/sh' > {root}/etc/passwd
echo /usr/local/lib > {root}/etc/ld.so.conf
ldconfig -r {root}
tar -C {root} -cf - . | podman import --quiet {changes} - docker.io/library/python:3.13-slim
"""
# A machine may forbid to raise limits; a container then has those of the machine.
_RUNTIME = """#!{python}
import json, os, resource, sys
for option, inner in (("--bundle", "/config.json"), ("--process", "")):
    if option in sys.argv:
        path = sys.argv[sys.argv.index(option) + 1] + inner
        with open(path) as file:
            told = json.load(file)
        for limit in told.get("process", told).get("rlimits", []):
            most = resource.getrlimit(getattr(resource, limit["type"]))[1]
            if most != resource.RLIM_INFINITY:
                limit |= {{"hard": min(limit["hard"], most), "soft": min(limit["soft"], most)}}
        with open(path, "w") as file:
            json.dump(told, file)
os.execvp("runc", ["runc", *sys.argv[1:]])
"""


@dataclass(frozen=True, slots=True)
class Engine:
    """podman as root, and podman-compose; `environment` makes each command use a folder of the test's alone."""

    environment: Mapping[str, str]

    def types(self, script: str, here: Path) -> str:
        """Commands of an admin's, as they stand on a page; what is said."""
        done = subprocess.run(
            ["bash", "-e", "-c", script],
            cwd=here,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{script}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def asks(self, *words: str) -> str:
        """A command of podman's; what it says."""
        return self._podman(*words).stdout

    def well(self, name: str) -> bool:
        """What the probe of a running container says."""
        return self._podman("healthcheck", "run", name).returncode == 0

    def _podman(self, *words: str) -> subprocess.CompletedProcess[str]:
        command = ["podman", *words]
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)


def why_not() -> str:
    """What is missing for it here, "" where nothing is."""
    if os.geteuid() != 0:
        return "only root can have an engine of its own here"
    missing = [name for name in ("podman", "runc", "dpkg") if shutil.which(name) is None]
    return f"needs {', '.join(missing)}" if missing else ""


@contextmanager
def engine(folder: Path, mounts: Mapping[Path, str], given: Mapping[str, str]) -> Iterator[Engine]:
    """It, with the base image in its store; each container has `mounts`, each step of a build `given` as well."""
    runtime = folder / "runtime"
    runtime.write_text(_RUNTIME.format(python=sys.executable))
    runtime.chmod(0o755)
    (folder / "storage.conf").write_text(
        f'[storage]\ndriver = "overlay"\ngraphroot = "{folder}/graph"\nrunroot = "{folder}/run"\n'
    )
    (folder / "containers.conf").write_text(_told(folder, mounts))
    settings = {"CONTAINERS_CONF": "containers.conf", "CONTAINERS_STORAGE_CONF": "storage.conf"}
    used = {name: str(folder / file) for name, file in settings.items()}
    made = Engine({**os.environ, **used, "PATH": f"{_composer(folder)}:{os.environ['PATH']}"})
    changes = " ".join(f"--change 'ENV {name}={value}'" for name, value in given.items())
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    base = _BASE.format(root=folder / "base", python=sys.base_prefix, version=version, changes=changes)
    made.types(base, folder)
    try:
        yield made
    finally:
        made.asks("rm", "--all", "--force", "--time", "10")
        made.asks("network", "rm", "container_default")


def _composer(folder: Path) -> Path:
    """The folder of the command podman-compose, fetched from the package index."""
    venv.create(folder / "venv", with_pip=False)
    pip = [sys.executable, "-m", "pip", "--python", str(folder / "venv/bin/python"), "install", "-qq"]
    subprocess.run([*pip, COMPOSER], check=True)
    return folder / "venv/bin"


def _told(folder: Path, mounts: Mapping[Path, str]) -> str:
    seen = json.dumps([f"{source}:{target}:ro" for source, target in mounts.items()])
    return (
        f'[containers]\nnetns = "host"\nvolumes = {seen}\n'
        f'[engine]\ncgroup_manager = "cgroupfs"\nevents_logger = "file"\nruntime = "{folder / "runtime"}"\n'
        f'[network]\nnetwork_config_dir = "{folder / "networks"}"\n'
    )
