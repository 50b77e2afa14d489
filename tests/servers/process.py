"""Real servers as subprocesses on free loopback ports, ended by their own process id."""

from __future__ import annotations

import contextlib
import pwd
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

_PATIENCE = 300.0  # seconds until a server has to accept connections


def free_port() -> int:
    """A loopback port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def running(
    command: Sequence[str],
    port: int,
    log: Path,
    *,
    user: pwd.struct_passwd | None = None,
    around: Mapping[str, str] | None = None,
) -> Iterator[None]:
    """Run a server until the block ends, as `user` with the environment `around`, or both as we have them.

    It is ready when the block begins.
    """
    with log.open("wb") as out:
        process = subprocess.Popen(
            command,
            stdout=out,
            stderr=out,
            stdin=subprocess.DEVNULL,
            user=user and user.pw_uid,
            group=user and user.pw_gid,
            extra_groups=None if user is None else (),
            env=around,
        )
        try:
            await_port(port, log, lambda: process.poll() is not None)
            yield
        finally:
            process.terminate()
            try:
                process.wait(timeout=60)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def await_port(port: int, log: Path, ended: Callable[[], bool]) -> None:
    """Return when a server accepts connections. Raises RuntimeError with its log where it `ended`, or never does."""
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        if ended():
            break
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.02)  # between connection attempts; the socket itself says when it is ready
    raise RuntimeError(f"server did not start:\n{log.read_text(errors='replace')[-2000:]}")
