"""Wake-ups that workers on many machines share: Procrastinate on PostgreSQL. A job says whose turn it is, no more.

What is to be done stands in each practice's store; where the queue is lost, workers ask for every turn anew.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event, Thread
from typing import Any

import psycopg
from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued, ProcrastinateException
from procrastinate.jobs import Job, Status
from procrastinate.schema import SchemaManager

from syncd.core.model.errors import StoreError
from syncd.ports import Clock

log = logging.getLogger(__name__)

QUEUE, TASK = "syncd", "syncd.turn"
HEARTBEAT = 5.0  # seconds between two signs of life
DEAD = 20.0  # seconds without one after which a worker's turns are given to others
AGAIN = 5.0  # seconds until a database that does not answer is asked again
READING = 600.0  # seconds for which a turn is kept while accounts are still being read
_ADVISORY_LOCK = 0x73796E6365  # two workers that find no tables yet make them in turn
# Who names it by another host's name, or by a socket, means the same one.
_WHICH = (
    "SELECT left(md5(concat_ws('/', system_identifier, current_database(), current_schema())), 8)"
    " FROM pg_control_system()"
)
_LIBRARIES = ("procrastinate", "psycopg.pool")  # whose lines are about themselves
_TROUBLE = (ProcrastinateException, psycopg.Error, OSError, TimeoutError)


@dataclass(frozen=True, slots=True)
class Taken:
    """A turn was taken: seconds until the next is due, and whether accounts are being read still."""

    left: float
    reading: bool = False


@dataclass(slots=True)
class Wakeups:
    """Asks for turns, and has this worker's share of them taken, in `pool`. `left`: seconds until a practice is due."""

    url: str
    take: Callable[[str], Taken]
    left: Callable[[str], float]
    pool: Executor
    threads: int
    clock: Clock
    reached: Event = field(default_factory=Event)
    circle: str = ""  # what those have in common who use this queue, by whatever address
    _stopping: asyncio.Event = field(default_factory=asyncio.Event)
    _loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)
    _ahead: timedelta = timedelta(0)  # the database's clock before this machine's
    _said: str = ""
    _thread: Thread | None = None
    _app: App | None = None

    def begin(self) -> None:
        """Make the queue's tables where there are none, and take turns from now on. Raises StoreError."""
        for library in _LIBRARIES:
            logging.getLogger(library).setLevel(logging.CRITICAL)
        try:
            self.circle = _prepare(self._conninfo)
        except psycopg.Error as error:
            raise StoreError(f"the queue of --queue cannot be used: {type(error).__name__}") from None
        self._thread = Thread(target=self._loop.run_until_complete, args=(self._run(),), name="wakeups")
        self._thread.start()

    def ask(self, practice: str, seconds: float = 0.0) -> None:
        """A turn, this long from now, unless one is asked for that comes before. From whatever thread."""
        asyncio.run_coroutine_threadsafe(self._asked(practice, seconds), self._loop)

    def end(self) -> None:
        """Take no further turn, and wait for those in hand."""
        if self._thread is not None:
            self._loop.call_soon_threadsafe(self._stopping.set)
            self._thread.join()
            self._loop.close()

    @property
    def _conninfo(self) -> str:
        return self.url.replace("postgresql+psycopg:", "postgresql:", 1)

    async def _run(self) -> None:
        """Until it ends, however often the database goes away."""
        while not self._stopping.is_set():
            app = App(
                connector=PsycopgConnector(conninfo=self._conninfo, min_size=1, max_size=4, timeout=AGAIN)
            )
            try:
                async with app.open_async():
                    await self._work(app)
            except _TROUBLE as error:
                self._say(f"the queue cannot be used: {type(error).__name__}")
            self.reached.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), AGAIN)

    async def _work(self, app: App) -> None:
        @app.task(name=TASK, queue=QUEUE)
        async def turn(practice: str) -> None:
            await self._turn(app, practice)

        self._app = app
        await self._see_clock(app)
        self.reached.set()
        self._say("")
        tasks = [
            asyncio.create_task(
                app.run_worker_async(
                    queues=[QUEUE],
                    concurrency=self.threads,
                    install_signal_handlers=False,
                    fetch_job_polling_interval=1.0,
                    update_heartbeat_interval=HEARTBEAT,
                    stalled_worker_timeout=DEAD,
                    delete_jobs="always",
                )
            ),
            asyncio.create_task(self._watch_others(app)),
            asyncio.create_task(self._stopping.wait()),
        ]
        done, going = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        self.reached.clear()
        for task in going:
            task.cancel()
        ends = await asyncio.gather(*going, return_exceptions=True)
        for end in (*(task.exception() for task in done), *ends):
            if isinstance(end, Exception):
                raise end

    async def _turn(self, app: App, practice: str) -> None:
        """A turn here; kept while accounts are being read, so that what is read here is not read elsewhere, too."""
        until = time.monotonic() + READING
        taken = await self._loop.run_in_executor(self.pool, self.take, practice)
        while taken.reading and time.monotonic() < until and not self._stopping.is_set():
            if self.left(practice) <= 0:
                taken = await self._loop.run_in_executor(self.pool, self.take, practice)
            else:
                await asyncio.sleep(1)
        await self._ask(app, practice, taken.left)

    async def _asked(self, practice: str, seconds: float) -> None:
        app = self._app
        if app is None or not self.reached.is_set():
            return  # whoever asks does so again
        try:
            await self._ask(app, practice, seconds)
        except _TROUBLE as error:
            self._say(f"the queue cannot be used: {type(error).__name__}")

    async def _ask(self, app: App, practice: str, seconds: float) -> None:
        moment = self.clock.now() + self._ahead + timedelta(seconds=seconds) if seconds > 0 else None
        with suppress(AlreadyEnqueued):
            await self._defer(app, practice, moment)
            return
        for job in await app.job_manager.list_jobs_async(queueing_lock=_name(practice), status="todo"):
            if _later(job, moment) and await app.job_manager.cancel_job_by_id_async(
                job.id or 0, delete_job=True
            ):
                with suppress(AlreadyEnqueued):
                    await self._defer(app, practice, moment)

    async def _defer(self, app: App, practice: str, moment: datetime | None) -> None:
        name = _name(practice)
        given: dict[str, Any] = {"schedule_at": moment} if moment else {}
        task = app.configure_task(TASK, queue=QUEUE, lock=name, queueing_lock=name, **given)
        await task.defer_async(practice=practice)

    async def _watch_others(self, app: App) -> None:
        """The turns of workers that died are asked for anew."""
        while True:
            await asyncio.sleep(HEARTBEAT)
            await self._see_clock(app)
            for job in await app.job_manager.get_stalled_jobs(queue=QUEUE, seconds_since_heartbeat=DEAD):
                log.warning(
                    "a worker has died in a turn: practice %s is taken over", job.task_kwargs["practice"]
                )
                await app.job_manager.finish_job(job, Status.FAILED, delete_job=True)
                await self._ask(app, str(job.task_kwargs["practice"]), 0.0)

    async def _see_clock(self, app: App) -> None:
        """When a turn is due is judged by the database's clock, whatever those of the machines say."""
        before = self.clock.now()
        row = await app.connector.execute_query_one_async("SELECT now() AS moment")
        self._ahead = row["moment"] - before

    def _say(self, wrong: str) -> None:
        if wrong and wrong != self._said:
            log.error("%s; it is tried again", wrong)
        self._said = wrong


def _name(practice: str) -> str:
    return f"turn:{practice}"


def _later(job: Job, moment: datetime | None) -> bool:
    """True where the job that waits is due after this moment, by more than it takes to ask."""
    if job.scheduled_at is None:
        return False
    return moment is None or job.scheduled_at > moment + timedelta(seconds=1)


def _prepare(conninfo: str) -> str:
    """Make the tables where there are none; what this queue is called, by every address the same."""
    with psycopg.connect(conninfo) as connection:
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [_ADVISORY_LOCK])
        found = connection.execute("SELECT to_regclass('procrastinate_jobs')").fetchone()
        if found is not None and found[0] is None:
            connection.execute(SchemaManager.get_schema())
        named = connection.execute(_WHICH).fetchone()
    return f"queue {named[0]}" if named else ""
