"""HiGHS in a process of its own, for as long as one planning takes: the idle daemon does not carry it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Timer
from typing import IO

from syncd.core.planning.solving.as_json import to_json
from syncd.core.planning.solving.greedy import NOTE, solve_greedy
from syncd.core.planning.solving.problem import Problem, Solution, Solve, feasible, levels

COMMAND = (sys.executable, "-m", "syncd.solver")
GIVEN_UP = 15 * 60  # seconds without an answer after which the process is taken for dead; no bound on work


@contextmanager
def solver_process(command: Sequence[str] = COMMAND) -> Iterator[Solve]:
    """A Solve that talks to `command`, started with the first Problem and ended with the block.

    A process that cannot start, dies or answers nonsense costs the proof, not the plan: the fallback takes over.
    """
    process = _Process(command)
    try:
        yield process.solve
    finally:
        process.close()


class _Process:
    """One worker: a line of JSON for each Problem, a line of JSON for each Solution."""

    def __init__(self, command: Sequence[str]) -> None:
        self._command = command
        self._worker: subprocess.Popen[str] | None = None
        self._broken = ""
        self._told: Problem | None = None  # what the worker was asked about last

    def solve(self, problem: Problem) -> Solution:
        if not problem.choices:
            return Solution((), levels(problem, ()), proven=True)
        if not self._broken:
            try:
                return self._ask(problem)
            except (OSError, ValueError, KeyError, TypeError) as error:
                self._broken = f"the solver process failed: {error}"
                self.close()
        found = solve_greedy(problem)
        return Solution(found.chosen, found.levels, proven=False, note=f"{NOTE} ({self._broken})")

    def _ask(self, problem: Problem) -> Solution:
        worker = self._started()
        watchdog = Timer(GIVEN_UP, worker.kill)
        watchdog.start()
        try:
            line = _exchange(worker, json.dumps(to_json(problem, self._told), separators=(",", ":")))
        finally:
            watchdog.cancel()
        if not line:
            raise ValueError(f"it ended with status {worker.wait()}")
        self._told, answer = problem, json.loads(line)
        chosen = tuple(int(index) for index in answer["chosen"])
        if not feasible(problem, chosen):
            raise ValueError("its answer breaks a rule")
        return Solution(chosen, levels(problem, chosen), bool(answer["proven"]), str(answer["note"]))

    def _started(self) -> subprocess.Popen[str]:
        if self._worker is None:
            self._worker = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                encoding="ascii",
            )
        return self._worker

    def close(self) -> None:
        """End the worker; it exits by itself at the end of its input."""
        worker, self._worker, self._told = self._worker, None, None
        if worker is None:
            return
        for pipe in _pipes(worker):
            pipe.close()
        try:
            worker.wait(timeout=5)
        except subprocess.TimeoutExpired:
            worker.kill()
            worker.wait()


def _exchange(worker: subprocess.Popen[str], line: str) -> str:
    to_worker, from_worker = _pipes(worker)
    to_worker.write(line + "\n")
    to_worker.flush()
    return from_worker.readline()


def _pipes(worker: subprocess.Popen[str]) -> tuple[IO[str], IO[str]]:
    if worker.stdin is None or worker.stdout is None:
        raise ValueError("it has no pipes")
    return worker.stdin, worker.stdout
