"""What a container engine does, by the kernel's own means: a root of its own, in which instructions are carried out.

The machine's files stand in for the base image, seen through an overlay in memory, in a namespace of mounts that ends
with the test: nothing of the machine is changed. It needs root. Not tried by this: fetching an image, networks, limits.
"""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import time_machine

from tests.clock import sitecustomize
from tests.packaging.containerfile import Instruction

BASE = "/srv/base"  # where the interpreter of the base image lies
OF_BASE = {"LD_LIBRARY_PATH": f"{BASE}/lib"}  # its own library, not the machine's
_BEGIN = """
set -e
mount -t tmpfs -o size=4g box {box}
mkdir {box}/upper {box}/work {box}/root
mount -t overlay -o lowerdir=/,upperdir={box}/upper,workdir={box}/work overlay {box}/root
for one in proc dev sys; do mount --rbind /$one {box}/root/$one; done
mkdir -p {box}/root{base}
mount --bind {python} {box}/root{base}
echo ready
read -r end || true
"""


def possible() -> bool:
    """Whether this machine lets us."""
    tried = ["unshare", "--mount", "sh", "-c", "mount -t tmpfs try /mnt"]
    return bool(shutil.which("unshare") and shutil.which("nsenter") and shutil.which("setpriv")) and (
        subprocess.run(tried, capture_output=True, check=False).returncode == 0
    )


def clock_of_tests(folder: Path) -> Path:
    """A folder that gives each Python that has it on its path the wall clock of tests."""
    shutil.copytree(Path(sitecustomize.__file__).parent, folder)
    here = Path(time_machine.__file__).parents[1]
    shutil.copytree(here / "time_machine", folder / "time_machine")
    for native in here.glob("_time_machine*"):
        shutil.copy2(native, folder)
    return folder


@dataclass(frozen=True, slots=True)
class Box:
    """A running namespace. `root`: its root, seen from inside the namespace."""

    pid: int
    root: Path

    def build(self, steps: Sequence[Instruction], context: Path) -> None:
        """Carry out what makes the image, as root; `context` is the folder that it is built in."""
        env, here = {"PATH": f"{BASE}/bin:/usr/bin:/bin:/usr/sbin:/sbin", **OF_BASE}, "/"
        for step in steps:
            if step.word == "RUN":
                done = self.enter(["sh", "-c", step.rest], env, here)
                assert done.returncode == 0, done.stdout + done.stderr
            elif step.word == "WORKDIR":
                here = step.rest
                self.outside(f"mkdir -p {self.root}{here}")
            elif step.word == "COPY":
                self._copy(step.words, context)

    def _copy(self, words: list[str], context: Path) -> None:
        *names, target = [word for word in words if not word.startswith("--")]
        if words[0].startswith("--from="):  # of an earlier stage, which is the same root here
            assert names == [target]
            self.outside(f"test -e {self.root}{target}")
            return
        for name in names:
            found = sorted(context.glob(name))
            assert found, name
            self.outside(f"cp {shlex.join(map(str, found))} {self.root}{target}")

    def enter(
        self, command: Sequence[str], env: Mapping[str, str], here: str = "/"
    ) -> subprocess.CompletedProcess[str]:
        """Run a command inside, as root."""
        inside = (
            f"cd {here} && exec env -i {shlex.join(f'{k}={v}' for k, v in env.items())} {shlex.join(command)}"
        )
        return subprocess.run(
            [*self._way, "chroot", str(self.root), "sh", "-c", inside],
            capture_output=True,
            text=True,
            check=False,
        )

    def as_user(self, user: str, command: Sequence[str], env: Mapping[str, str]) -> list[str]:
        """The command line that runs it as `UID:GID`, without any privilege and any way to gain one."""
        uid, _, gid = user.partition(":")
        rights = ["--clear-groups", "--no-new-privs", "--bounding-set=-all", "--inh-caps=-all"]
        given = [f"{name}={value}" for name, value in env.items()]
        bare = ["setpriv", f"--reuid={uid}", f"--regid={gid}", *rights, "env", "-i", *given, *command]
        return [*self._way, "chroot", str(self.root), *bare]

    def mount(self, source: Path, target: str, options: str = "rw") -> None:
        """Bind a folder or file of the machine."""
        made = f"mkdir -p {self.root}{target}" if source.is_dir() else f"touch {self.root}{target}"
        self.outside(
            f"{made} && mount --bind {source} {self.root}{target}"
            f" && mount -o remount,bind,{options} {self.root}{target}"
        )

    def unmount(self, target: str) -> None:
        """Take it away again."""
        self.outside(f"umount {self.root}{target}")

    def only_read(self) -> None:
        """From now on nothing can be written but what is mounted, and /tmp, which is new."""
        self.outside(f"mount -t tmpfs -o mode=1777 tmp {self.root / 'tmp'}")
        self.outside(f"mount -o remount,ro {self.root}")

    def outside(self, script: str) -> None:
        """A script in the namespace, outside the root."""
        done = subprocess.run([*self._way, "sh", "-c", script], capture_output=True, text=True, check=False)
        assert done.returncode == 0, script + done.stderr

    @property
    def _way(self) -> list[str]:
        return ["nsenter", f"--mount=/proc/{self.pid}/ns/mnt"]


@contextmanager
def box(folder: Path) -> Iterator[Box]:
    """A root of its own, gone with the block."""
    script = _BEGIN.format(box=folder, base=BASE, python=sys.base_prefix)
    command = ["unshare", "--mount", "--propagation", "private", "sh", "-c", script]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        try:
            yield Box(process.pid, folder / "root")
        finally:
            process.communicate("end\n")
