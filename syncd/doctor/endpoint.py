"""The address of `[daemon] metrics`: free, or taken by the very daemon that acts on this store."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from http.client import HTTPConnection, HTTPException

from syncd.doctor.findings import Check, Finding, fail, ok, skipped
from syncd.settings import Settings
from syncd.wiring.alone import opened

KEY = "daemon.metrics"
_PATIENCE = 5.0  # seconds
_OURS = b"syncd_build_info"


def endpoint_findings(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Whether a daemon can listen there, or the one that runs does."""
    where = settings.daemon.metrics
    if not where:
        yield skipped(Check.METRICS, KEY, "empty: nothing is served")
        return
    host, _, port = where.rpartition(":")
    try:
        _listens(host.strip("[]"), int(port))
    except OSError as error:
        yield _taken(settings, where, str(error.strerror or type(error).__name__), now)
    else:
        yield ok(Check.METRICS, KEY, f"{where} is free")


def _listens(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    socket.create_server((host, port), family=family).close()


def _taken(settings: Settings, where: str, why: str, now: datetime) -> Finding:
    speaks = _speaks(where)
    if speaks and _acts(settings, now):
        return ok(Check.METRICS, KEY, f"{where} is served by the syncd that runs")
    by = " by another syncd" if speaks else ""
    said = f"nobody can listen at {where} ({why}{by}): change [daemon] metrics, or end what is there"
    return fail(Check.METRICS, KEY, f"{said}; `syncd run` would not start")


def _speaks(where: str) -> bool:
    """True where a syncd answers."""
    host, _, port = where.rpartition(":")
    with closing(HTTPConnection(host.strip("[]"), int(port), timeout=_PATIENCE)) as asked:
        try:
            asked.request("GET", "/metrics")
            return _OURS in asked.getresponse().read()
        except (OSError, HTTPException):
            return False


def _acts(settings: Settings, now: datetime) -> bool:
    with opened(settings.store, looks=True) as store:
        return bool(store.acting(now))
