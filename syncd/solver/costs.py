"""`python -m syncd.solver.costs`: what questions' leave would cost, worked out beside the passes.

A pickled job from the parent on stdin, costs as JSON on stdout. It yields to whoever needs the processor.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from threading import Lock

from pydantic import TypeAdapter

from syncd.core.model.leave import Cost
from syncd.core.model.snapshot import Snapshot
from syncd.core.planning.asked.costing import Wanted, costs
from syncd.solver import solve_here, unless_alone

COMMAND = (sys.executable, "-m", "syncd.solver.costs")
GIVEN_UP = 10 * 60.0  # seconds without an answer after which it is taken for dead
_COSTS = TypeAdapter(tuple[Cost, ...])


@dataclass(slots=True)
class Costing:
    """Works costs out, one job at a time. `stop` ends the one in hand."""

    command: Sequence[str] = COMMAND
    patience: float = GIVEN_UP
    _worker: subprocess.Popen[bytes] | None = None
    _stopped: bool = False
    _guard: Lock = field(default_factory=Lock)

    def work_out(self, snapshot: Snapshot, wanted: tuple[Wanted, ...]) -> tuple[Cost, ...]:
        """The costs that are wanted; where the process dies, babbles or takes too long each says that it failed."""
        try:
            answer = self._answer(pickle.dumps((snapshot, wanted)))
            found = _COSTS.validate_json(answer)
        except (OSError, ValueError, subprocess.SubprocessError) as error:
            return tuple(_failed(one, snapshot, type(error).__name__) for one in wanted)
        known = {one.question for one in wanted}
        return tuple(one for one in found if one.question in known)

    def _answer(self, job: bytes) -> bytes:
        with self._guard:
            if self._stopped:
                raise ValueError("stopped")
            self._worker = subprocess.Popen(
                self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            )
        worker = self._worker
        try:
            answer, _ = worker.communicate(job, timeout=self.patience)
        finally:
            worker.kill()
            worker.wait()
        if worker.returncode:
            raise ValueError(f"it ended with status {worker.returncode}")
        return answer

    def stop(self) -> None:
        """End the job in hand, and begin no other."""
        with self._guard:
            self._stopped = True
            if self._worker is not None and self._worker.poll() is None:
                self._worker.kill()


def _failed(one: Wanted, snapshot: Snapshot, why: str) -> Cost:
    return Cost(one.question, "", one.rests_on, snapshot.now, date.min, date.min, failed=why)


def main() -> None:
    """Read one job, answer it, end."""
    os.nice(10)
    snapshot, wanted = pickle.load(sys.stdin.buffer)  # noqa: S301 - from the parent, over a pipe of its own
    sys.stdout.buffer.write(_COSTS.dump_json(costs(snapshot, wanted, unless_alone(solve_here))))


if __name__ == "__main__":
    main()
