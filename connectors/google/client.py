"""Requests to the API: reads retried with patience, writes sent once, every failure in the taxonomy."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from hashlib import sha256
from typing import Any

import google_auth_httplib2
import httplib2
from googleapiclient import discovery
from googleapiclient.errors import HttpError
from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt, wait_exponential_jitter

from connectors.dates import Dates
from connectors.google.circuit import Circuit, spread
from connectors.google.config import GoogleConfig
from connectors.google.faults import is_quota, translate
from connectors.google.metering import Meter
from connectors.google.service import Kept, Request, Service
from connectors.google.signin import SignIn
from connectors.google.wire import HearingHttp, OnceHttp, TrustingHttp
from syncd.core.model.errors import ConnectorError, Malformed, Transient, Unclear

Answer = Mapping[str, Any]
Build = Callable[[Service], Request]

# Its warnings quote what was answered; what we make of that is in our own errors.
logging.getLogger("googleapiclient.http").setLevel(logging.ERROR)

_BACKOFF = wait_exponential_jitter(max=10)


class GoogleClient:
    """One account's way to the API. Safe between threads: each has its own connections."""

    def __init__(
        self,
        config: GoogleConfig,
        *,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        dates: Dates | None = None,
        meter: Meter | None = None,
    ) -> None:
        """`sleep` and `clock` (monotonic) are in seconds; `dates` hears what time it is at Google; `meter` counts."""
        self.config = config
        self.signin = SignIn(config)
        self._sleep = sleep
        self._circuit = Circuit(clock)
        self._heard = dates.heard if dates else _unheard
        self._meter = meter
        self._mine = threading.local()
        self._user = _quota_user(config)
        self._service: Service = Kept(
            discovery.build(
                "calendar",
                "v3",
                http=httplib2.Http(),  # never used: each request brings its thread's own
                static_discovery=True,
                cache_discovery=False,
                client_options={"api_endpoint": config.endpoint},
            )
        )

    def read(self, build: Build, what: str) -> Answer:
        """The answer to a request that changes nothing; refused ones are tried again. Raises as ports.Calendar."""
        for attempt in Retrying(
            sleep=self._sleep,
            stop=stop_after_attempt(self.config.read_attempts),
            wait=_patience,
            retry=retry_if_exception(self._worth_waiting),
            reraise=True,
        ):
            with attempt:
                return self._guarded("read", self._charged(build(self._service)), what)
        raise AssertionError("tenacity returns or raises")

    def write(self, build: Build, what: str, *, etag: str = "") -> Answer:
        """The answer to a request that changes something, sent once; with `etag`, only if that still holds.

        Raises Unclear when it is not known whether it was applied, else as ports.Calendar.
        """
        request = self._charged(build(self._service))
        if etag:
            request.headers["If-Match"] = etag
        return self._guarded("write", request, what)

    def _charged(self, request: Request) -> Request:
        """Counted against the quota of the person for whom it is made."""
        if self._user:
            request.uri += f"{'&' if '?' in request.uri else '?'}quotaUser={self._user}"
        return request

    def _guarded(self, kind: str, request: Request, what: str) -> Answer:
        self._circuit.check(kind)
        writing = kind == "write"
        try:
            answer = self._execute(request, what, writing)
        except HttpError as error:
            translated = translate(
                error, what, writing=writing, renewal=self.signin.renewal, lacking=self.signin.lacking
            )
            if isinstance(translated, Transient):
                self._held_back(kind, translated, quota=is_quota(error))
            raise translated from None
        except Transient as error:
            self._circuit.failed(kind, error, quota=False)
            raise
        self._circuit.succeeded(kind)
        return answer

    def _held_back(self, kind: str, error: Transient, *, quota: bool) -> None:
        """Nobody comes back in the very second that was named to everybody."""
        if quota and self._meter:
            self._meter.refused()
        if error.retry_after is not None:
            error.retry_after = spread(error.retry_after)
        self._circuit.failed(kind, error, quota=quota)

    def _execute(self, request: Request, what: str, writing: bool) -> Answer:
        if self._meter:
            self._meter.asked()
        try:
            answer = request.execute(http=self._http(writing), num_retries=0)
        except (HttpError, ConnectorError):
            raise
        except ValueError:
            raise _unread(what, writing, "an answer that is not JSON") from None
        except (OSError, httplib2.HttpLib2Error) as error:
            raise Transient(f"google: {what}: {type(error).__name__}") from None
        except Exception as error:
            # http.client's own errors have no common root but Exception: an answer that breaks off, a bad head.
            raise _unread(what, writing, type(error).__name__) from None
        if isinstance(answer, Mapping):
            return answer
        if answer:  # a delete answers with nothing
            raise _unread(what, writing, "an answer that is no object")
        return {}

    def _http(self, writing: bool) -> object:
        name = "writes" if writing else "reads"
        if not hasattr(self._mine, name):
            seconds = self.config.timeout.total_seconds()
            made = (OnceHttp if writing else TrustingHttp)(seconds, self.config.ca_file)
            authorized = google_auth_httplib2.AuthorizedHttp(self.signin, http=made)
            setattr(self._mine, name, HearingHttp(authorized.request, self._heard))
        found: object = getattr(self._mine, name)
        return found

    def _worth_waiting(self, error: BaseException) -> bool:
        return (
            isinstance(error, Transient) and (error.retry_after or timedelta(0)) <= self.config.longest_wait
        )


def _quota_user(config: GoogleConfig) -> str:
    """Who is charged where a service account acts for a person, all of whose requests would count as one user's."""
    person = config.subject.lower() if config.service_account else ""
    return sha256(person.encode()).hexdigest()[:32] if person else ""


def _unheard(_: str) -> None:
    """Nobody asks what time it is there."""


def _patience(state: RetryCallState) -> float:
    """What the server asked for and a little more, or longer and longer with jitter."""
    error = state.outcome.exception() if state.outcome else None
    told = error.retry_after if isinstance(error, Transient) else None
    return told.total_seconds() if told is not None else _BACKOFF(state)


def _unread(what: str, writing: bool, why: str) -> ConnectorError:
    if writing:
        return Unclear(f"google: {what}: {why}; outcome unknown")
    return Malformed(f"google: {what}: {why}")
