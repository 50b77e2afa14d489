"""The installed command in a process of its own that has not to wait for Python: a fork of one that has loaded it.

`run` is what tests call, `started` for what they send signals to, `serving` for a server at another date.
`python -m tests.forked FD` is the process that
forks: for each message on the socket FD it makes a child, which takes on the environment, the arguments and the files
that the message names, and runs the entry point that the package declares. What else a start brings is tested with the
command itself (tests/cli/test_start.py, `_daemon` in tests/cli/test_errors.py).
"""

from __future__ import annotations

import atexit
import json
import os
import runpy
import signal
import socket
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from select import select
from threading import Thread
from typing import IO, NoReturn

from tests.servers.process import await_port
from tests.warmed import warm

PATIENCE = 600.0  # seconds until a server has ended
MOST = 1 << 18  # bytes of a message: an environment and arguments
MOVED = b"moved"
CHANNELS = 3  # standard output, standard error, and where the end is told


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended and what it said."""

    status: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        """Standard error, line by line."""
        return self.err.splitlines()


def run(
    arguments: Sequence[str], env: Mapping[str, str], seconds: float, moment: datetime | None = None
) -> Ended:
    """Run `syncd` with these arguments to its end, nothing on its standard input; from `moment` on, if one is given.

    Raises TimeoutError, having killed it.
    """
    if any(env.get(name) != os.environ.get(name) for name in {*env, *os.environ} if name[:6] == "PYTHON"):
        return _started(arguments, env, seconds)  # Python reads these as it starts
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        with _child(["syncd", *arguments], env, moment, out, err) as (pid, line):
            status = _end_of(pid, line, seconds)
        return Ended(status, *(_all(file) for file in (out, err)))


def run_with(
    arguments: Sequence[str], env: Mapping[str, str], seconds: float, heard: Callable[[str], bool]
) -> Ended:
    """The same, and `heard` is given each line of standard output as it is written, until it says True."""
    reading, writing = os.pipe()
    with os.fdopen(reading) as lines, tempfile.TemporaryFile() as err, ExitStack() as stack:
        with os.fdopen(writing, "wb") as out:
            pid, line = stack.enter_context(_child(["syncd", *arguments], env, None, out, err))
        shown = ""
        for one in lines:
            shown += one
            if heard(one):
                break
        shown += lines.read()
        return Ended(_end_of(pid, line, seconds), shown, _all(err))


def _end_of(pid: int, line: socket.socket, seconds: float) -> int:
    """The status with which a child ends. Raises TimeoutError, having killed it."""
    line.settimeout(seconds)
    try:
        return int(line.recv(16) or -signal.SIGKILL)
    except TimeoutError:
        os.kill(pid, signal.SIGKILL)
        raise


def _set(line: socket.socket, moment: datetime) -> None:
    """The wall clock of the child at the end of this line shows this moment."""
    line.send(moment.isoformat().encode())
    assert line.recv(16) == MOVED


def _all(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode()


class Process:
    """A child that may be sent signals and waited for."""

    def __init__(self, pid: int, line: socket.socket) -> None:
        self._pid, self._line = pid, line
        self._handle = os.pidfd_open(pid)
        self._status: int | None = None

    @property
    def over(self) -> bool:
        """True once it has ended."""
        return bool(select([self._handle], [], [], 0)[0])

    def signal(self, number: signal.Signals) -> None:
        """Send a signal; nothing once it has ended."""
        if not self.over:
            signal.pidfd_send_signal(self._handle, number)

    def at(self, moment: datetime) -> None:
        """Its wall clock shows this moment, as if somebody had set it; only where it began at a given one."""
        _set(self._line, moment)

    def wait(self, seconds: float) -> int:
        """Its exit status, once it has ended. Raises TimeoutError."""
        if not select([self._handle], [], [], seconds)[0]:
            raise TimeoutError(f"{self._pid} runs on")
        if self._status is None:
            self._status = int(self._line.recv(16) or -signal.SIGKILL)
        return self._status

    def close(self) -> None:
        """Let go of it."""
        os.close(self._handle)


@contextmanager
def started(
    arguments: Sequence[str], env: Mapping[str, str], out: IO[bytes], moment: datetime | None = None
) -> Iterator[Process]:
    """Start `syncd` with these arguments; what it says on both channels goes to `out`.

    If a `moment` is given its clock goes on from there.
    """
    with (
        _child(["syncd", *arguments], env, moment, out, out) as (pid, line),
        closing(Process(pid, line)) as one,
    ):
        yield one


@contextmanager
def serving(
    module: str, arguments: Sequence[str], port: int, log: Path, moment: datetime | None = None
) -> Iterator[Callable[[datetime], None]]:
    """Run a module of a server until the block ends; if a `moment` is given its clock goes on from there.

    It is ready when the block begins, which gets what sets that clock, if one was given: to the moment at which a
    command starts, so that however long either takes none is ahead of the other.
    """
    with log.open("wb") as out, _child([module, *arguments], os.environ, moment, out, out) as (pid, line):
        try:
            await_port(port, log, lambda: bool(select([line], [], [], 0)[0]))
            yield partial(_set, line)
        finally:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
            line.settimeout(PATIENCE)
            line.recv(16)


@contextmanager
def _child(
    program: Sequence[str], env: Mapping[str, str], moment: datetime | None, out: IO[bytes], err: IO[bytes]
) -> Iterator[tuple[int, socket.socket]]:
    """A child that has become this program: its process id, and the line on which it tells how it ended."""
    mine, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    told = {"program": list(program), "env": dict(env), "moment": moment and moment.isoformat()}
    with mine:
        with its:
            files = [out.fileno(), err.fileno(), its.fileno()]
            socket.send_fds(_forking(), [json.dumps(told).encode()], files)
        yield int(mine.recv(16)), mine


def _started(arguments: Sequence[str], env: Mapping[str, str], seconds: float) -> Ended:
    done = subprocess.run(
        [str(Path(sys.executable).with_name("syncd")), *arguments],
        env=dict(env),
        capture_output=True,
        text=True,
        timeout=seconds,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    return Ended(done.returncode, done.stdout, done.stderr)


@cache
def _forking() -> socket.socket:
    """The way to the process that forks; it ends with this one."""
    ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with its:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.forked", str(its.fileno())],
            pass_fds=[its.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
    atexit.register(_end, ours, process)
    return ours


def _end(line: socket.socket, process: subprocess.Popen[bytes]) -> None:
    line.close()
    process.wait()


def main() -> None:
    """Be warm, then fork for each message until nobody can send one any more."""
    line = socket.socket(fileno=int(sys.argv[1]))
    warm()
    _command()
    while True:
        told, files, _, _ = socket.recv_fds(line, MOST, CHANNELS)
        if not told:
            break
        if os.fork() == 0:
            line.close()
            _become(json.loads(told), *files)
        for file in files:
            os.close(file)
        _reap(os.WNOHANG)
    _reap(0)


def _reap(how: int) -> None:
    with suppress(ChildProcessError):
        while os.waitpid(-1, how)[0]:
            pass


def _become(told: dict[str, object], out: int, err: int, line: int) -> NoReturn:
    """Be the command that a message describes."""
    status = 1
    try:
        os.write(line, str(os.getpid()).encode())
        os.dup2(out, 1)
        os.dup2(err, 2)
        os.environ.clear()
        os.environ.update(told["env"])  # type: ignore[call-overload]
        sys.argv = list(told["program"])  # type: ignore[call-overload]
        if told["moment"]:
            _travel(datetime.fromisoformat(str(told["moment"])), line)
        status = _status(sys.argv[0])
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os.write(line, str(status).encode())
        os._exit(status)


def _travel(moment: datetime, line: int) -> None:
    """The wall clock shows this moment, and later whatever is asked for on the line; no other clock is touched."""
    import time_machine  # noqa: PLC0415

    clock = time_machine.travel(moment).start()

    def move() -> None:
        while asked := os.read(line, 64):
            clock.move_to(datetime.fromisoformat(asked.decode()))
            os.write(line, MOVED)

    Thread(target=move, daemon=True).start()


@cache
def _command() -> EntryPoint:
    """What the package declares as its command."""
    (command,) = entry_points(group="console_scripts", name="syncd")
    return command


def _status(program: str) -> int:
    """Run syncd's entry point, or a module; the exit status that a shell would see."""
    try:
        if program == "syncd":
            _command().load()()
        else:
            runpy.run_module(program, run_name="__main__", alter_sys=True)
    except SystemExit as ended:
        if isinstance(ended.code, str):
            print(ended.code, file=sys.stderr)
        return ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


if __name__ == "__main__":
    main()
