"""What a process of syncd does first, done once: those that are forked from this one have it behind them."""

from __future__ import annotations

import gc
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.scenario import ics

LOADED = (
    *("syncd.cli", "syncd.wiring", "syncd.cycle", "syncd.report", "syncd.doctor", "syncd.approving"),
    *("radicale.server", "radicale.storage.multifilesystem", "radicale.auth.none", "radicale.web.internal"),
    *("radicale.auth.htpasswd", "radicale.rights.from_file", "passlib.handlers.md5_crypt"),
    *("radicale.rights.owner_only", "radicale.group.none", "radicale.sharing.none", "radicale.hook.none"),
    *("syncd.adopting", "syncd.daemon", "alembic.command", "alembic.script", "alembic.config", "holidays"),
    *("rich.status", "rich._emoji_codes", "rich._unicode_data.unicode17-0-0", "typer._click.decorators"),
    *("typer._adapters", "encodings.ascii", "encodings.utf_8_sig", "_strptime"),
    "time_machine",  # which loads pytest
)
SELDOM = (20_000, 10, 10)  # new values between two searches for circles, which a test hardly makes
EXAMPLE = Path(__file__).parents[1] / "config/syncd.example.toml"
START = datetime(2026, 6, 1, 10, tzinfo=UTC)


def warm() -> None:
    """Load everything; rehearse the texts that ship, read settings, an empty store and a series.

    What is loaded, no child collects.
    """
    for name in LOADED:
        import_module(name)
    _read()
    gc.collect()
    gc.freeze()
    gc.set_threshold(*SELDOM)


def _read() -> None:
    from connectors.caldav.ics import read_object  # noqa: PLC0415  after everything is loaded
    from syncd.core.model.errors import ConfigError  # noqa: PLC0415
    from syncd.core.time.spans import Span  # noqa: PLC0415
    from syncd.settings import load_settings  # noqa: PLC0415
    from syncd.store import codec, open_store  # noqa: PLC0415
    from syncd.wording import load_templates, rehearse  # noqa: PLC0415

    rehearse(load_templates())
    with suppress(ConfigError):  # its secrets lie nowhere
        load_settings(EXAMPLE, {}, START.date())
    for form in vars(codec).values():
        if isinstance(form, codec.Form):
            form.adapter.rebuild()
    for adapter in codec._ACTIONS.values():
        adapter.rebuild()
    with open_store("sqlite://") as store:
        store.load()
    window = Span(START, START + timedelta(days=30))
    read_object(
        ics.weekly("warm", "AB", START, 50),
        calendar="",
        href="",
        etag="",
        window=window,
        zone=ZoneInfo("Europe/Berlin"),
    )
