"""Secrets are never written into settings, only where they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import ConfigDict, Field, model_validator

from syncd.settings.scalars import Line, wrong
from syncd.settings.table import Table
from syncd.settings.values import Secret

_LARGEST = 64 * 1024


class FileTable(Table):
    """A file that holds a secret: `{ file = "/…" }`, or `{ credential = "name" }` given by systemd."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1, "maxProperties": 1})

    file: Line | None = Field(None, description="path of a file, relative to the settings file")
    credential: Line | None = Field(None, description="name of a systemd credential (LoadCredential=)")

    @model_validator(mode="after")
    def _one(self) -> FileTable:
        if sum(1 for name in type(self).model_fields if getattr(self, name)) != 1:
            raise wrong("one of " + ", ".join(f"{{ {name} = … }}" for name in type(self).model_fields))
        if self.credential and ("/" in self.credential or self.credential.startswith(".")):
            raise wrong("the bare name of a credential, without a path")
        return self


class SecretTable(FileTable):
    """A secret: in a file, a systemd credential or an environment variable."""

    env: Line | None = Field(None, description="name of an environment variable")


class Unresolved(Exception):
    """A secret that cannot be read; its text says what would be right."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where settings stand and what the environment says."""

    folder: Path
    env: Mapping[str, str]

    def path(self, written: str) -> Path:
        """A path as written, relative to the settings file."""
        return self.folder / Path(written).expanduser()

    def locate(self, table: FileTable) -> Path:
        """The file that a table names. Raises Unresolved outside systemd where it needs a credential."""
        if table.file:
            return self.path(table.file)
        folder = self.env.get("CREDENTIALS_DIRECTORY", "")
        if not folder:
            raise Unresolved(
                "credentials exist under systemd only (LoadCredential=); elsewhere use { file = … }"
            )
        return Path(folder) / str(table.credential)

    def read(self, table: SecretTable) -> Secret:
        """The secret itself, without the line break at its end. Raises Unresolved."""
        if table.env:
            value = self.env.get(table.env, "")
            if not value:
                raise Unresolved("an environment variable that is set")
            return Secret(value)
        path = self.locate(table)
        try:
            with path.open("rb") as stream:
                value = stream.read(_LARGEST).decode().removesuffix("\n").removesuffix("\r")
        except OSError as error:
            raise Unresolved(f"a readable file; {path}: {error.strerror}") from None
        except UnicodeDecodeError:
            raise Unresolved(f"a text file; {path} is none") from None
        if not value:
            raise Unresolved(f"a file with a secret in it; {path} is empty")
        return Secret(value, path)
