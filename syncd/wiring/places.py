"""Whose store is where: of many practices no two may share one, or a state directory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from syncd.core.model.errors import ConfigError, ConfigProblem
from syncd.settings import StoreSettings, load_store

Place = frozenset[tuple[str, str]]
_REMEDY = {
    "store.url": "a database, or a schema in it, that is this practice's alone",
    "store.state": "a folder that is this practice's alone",
}


def place_of(kept: StoreSettings) -> Place:
    """What is one practice's alone, by the key of the settings that names it."""
    url = kept.url.replace("postgresql+psycopg:", "postgresql:", 1)
    state = {("store.state", str(kept.state.absolute()))} if kept.state else set()
    return frozenset({("store.url", url), *state})


@dataclass(slots=True)
class Places:
    """By practice, what its settings file says; where it says nothing that can be read, nothing."""

    _named: dict[str, Place] = field(default_factory=dict)

    def read(self, practice: str, path: Path, env: Mapping[str, str]) -> None:
        """As the file stands now."""
        try:
            self._named[practice] = place_of(load_store(path, env))
        except ConfigError:
            self._named[practice] = frozenset()

    def forget(self, practice: str) -> None:
        """Its file is gone."""
        self._named.pop(practice, None)

    def shared(self, practice: str, file: Path) -> Iterator[ConfigProblem]:
        """What is another practice's, too: a copy of a settings file would act in its name."""
        own = self._named.get(practice, frozenset())
        for other, theirs in sorted(self._named.items()):
            for key, value in sorted(own & theirs) if other != practice else ():
                yield ConfigProblem(str(file), key, value, f"{_REMEDY[key]}; {other}.toml names the same")
