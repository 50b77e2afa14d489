"""Reading the settings file table by table, so that a mistake in one does not hide those in another."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from syncd.core.model.errors import ConfigError, ConfigProblem
from syncd.settings.not_toml import problems_of
from syncd.settings.outside_tables import (
    AlertsTable,
    CalDavTable,
    DaemonTable,
    GoogleTable,
    MailTable,
    StoreTable,
)
from syncd.settings.policy_table import PolicyTable
from syncd.settings.practice_tables import ClientsTable, Document, LimitsTable, PracticeTable, TherapistTable
from syncd.settings.problems import MISSING, Model, key_path, keys_of, read_table, shown, unknown_key

_LARGEST = 1024 * 1024
_ID = re.compile(r"[\w.-]{1,64}")
_ACCOUNTS: dict[str, type[BaseModel]] = {"caldav": CalDavTable, "google": GoogleTable}


@dataclass(slots=True)
class Draft:
    """What could be read of a file: a table with a mistake in it is None, and the mistake in `problems`.

    `therapists` keep their place in the file; `account_ids` are all that are named, readable or not.
    """

    file: str
    problems: list[ConfigProblem] = field(default_factory=list)
    practice: PracticeTable | None = None
    policy: PolicyTable | None = None
    limits: LimitsTable | None = None
    therapists: dict[int, TherapistTable] = field(default_factory=dict)
    therapist_ids: frozenset[str] = frozenset()
    accounts: dict[str, CalDavTable | GoogleTable] = field(default_factory=dict)
    account_ids: frozenset[str] = frozenset()
    mail: MailTable | None = None
    clients: ClientsTable | None = None
    store: StoreTable | None = None
    daemon: DaemonTable | None = None
    alerts: AlertsTable | None = None

    def say(self, key: str, value: object, expected: str) -> None:
        """Note one mistake."""
        self.problems.append(ConfigProblem(self.file, key, shown(value), expected))


def read_document(path: Path) -> Draft:
    """Read and validate the file. Raises ConfigError at once where it is no readable TOML."""
    raw = _parse(path)
    draft = Draft(str(path))
    for key in raw.keys() - Document.model_fields.keys():
        draft.problems.append(unknown_key(draft.file, key, key, keys_of(Document)))
    draft.practice = _table(draft, PracticeTable, raw, "practice", required=True)
    draft.policy = _table(draft, PolicyTable, raw, "policy")
    draft.limits = _table(draft, LimitsTable, raw, "limits")
    draft.mail = _table(draft, MailTable, raw, "mail") if "mail" in raw else None
    draft.clients = _table(draft, ClientsTable, raw, "clients", required=True)
    draft.store = _table(draft, StoreTable, raw, "store")
    draft.daemon = _table(draft, DaemonTable, raw, "daemon")
    draft.alerts = _table(draft, AlertsTable, raw, "alerts")
    _read_therapists(draft, raw.get("therapists"))
    _read_accounts(draft, raw.get("accounts"))
    return draft


def _parse(path: Path) -> dict[str, Any]:
    file, text = str(path), ""
    try:
        with path.open("rb") as stream:
            content = stream.read(_LARGEST + 1)
        if len(content) > _LARGEST:
            raise ConfigError((ConfigProblem(file, "the file", "larger than 1 MiB", "a settings file"),))
        text = content.decode("utf-8-sig")
        return tomllib.loads(text)
    except OSError as error:
        problem = ConfigProblem(
            file, "the file", str(error.strerror), "a readable file: name it with --config"
        )
    except UnicodeDecodeError as error:
        problem = ConfigProblem(file, f"byte {error.start}", "not UTF-8", "a file saved as UTF-8")
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(problems_of(file, text, error)) from None
    raise ConfigError((problem,))


def _table(
    draft: Draft, model: type[Model], raw: Mapping[str, Any], key: str, required: bool = False
) -> Model | None:
    if required and key not in raw:
        draft.problems.append(ConfigProblem(draft.file, key, MISSING, f"required: a table [{key}]"))
        return None
    return read_table(model, raw.get(key, {}), draft.file, key, draft.problems)


def _read_therapists(draft: Draft, rows: object) -> None:
    if not isinstance(rows, list) or not rows:
        stands = MISSING if rows is None else shown(rows)
        draft.problems.append(
            ConfigProblem(draft.file, "therapists", stands, "at least one table [[therapists]]")
        )
        return
    draft.therapist_ids = frozenset(
        str(row["id"]) for row in rows if isinstance(row, dict) and isinstance(row.get("id"), str)
    )
    for at, row in enumerate(rows):
        table = read_table(TherapistTable, row, draft.file, f"therapists[{at}]", draft.problems)
        if table is not None:
            draft.therapists[at] = table


def _read_accounts(draft: Draft, rows: object) -> None:
    if not isinstance(rows, dict) or not rows:
        stands = MISSING if rows is None else shown(rows)
        draft.problems.append(
            ConfigProblem(draft.file, "accounts", stands, "at least one table [accounts.NAME]")
        )
        return
    draft.account_ids = frozenset(rows)
    for name, row in rows.items():
        path = key_path("accounts", (name,))
        if not _ID.fullmatch(name):
            draft.say(path, name, "a name of letters, digits, '.', '_' and '-'")
        model = _ACCOUNTS.get(str(row.get("type"))) if isinstance(row, dict) else None
        if model is None:
            kind = shown(row["type"]) if isinstance(row, dict) and "type" in row else MISSING
            draft.problems.append(ConfigProblem(draft.file, f"{path}.type", kind, '"caldav" or "google"'))
        elif isinstance(
            table := read_table(model, row, draft.file, path, draft.problems), CalDavTable | GoogleTable
        ):
            draft.accounts[name] = table
