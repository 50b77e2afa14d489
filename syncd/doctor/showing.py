"""An examination as a table and as documented JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Literal

from pydantic import Field
from rich.console import RenderableType
from rich.text import Text

from syncd.doctor.examination import Examination
from syncd.doctor.findings import Finding, Verdict
from syncd.report.columns import filled, fixed, flowing, sparse, words
from syncd.report.question_records import Document
from syncd.report.records import SCHEMA_VERSION

SCHEMA = "doctor.schema.json"
_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_SIGNS = {
    Verdict.OK: ("✓", "green"),
    Verdict.WARN: ("!", "yellow"),
    Verdict.FAIL: ("✗", "red"),
    Verdict.SKIPPED: ("–", "dim"),
}


class FindingRecord(Document):
    """One check of one subject."""

    check: str = Field(description="What was looked at: settings, secrets, connection, round_trip, …")
    subject: str = Field(description="A settings key, or an opaque id.")
    verdict: Literal["ok", "warn", "fail", "skipped"]
    said: str = Field(description="One line for people: what was seen and what to do.")


class DoctorDocument(Document):
    """The answer of `syncd doctor --json`."""

    schema_version: Literal[1] = SCHEMA_VERSION
    generated_at: datetime
    healthy: bool = Field(description="True when nothing failed.")
    findings: list[FindingRecord]


def schemas() -> dict[str, str]:
    """File name -> JSON Schema (2020-12), as shipped in `config/schema`."""
    made = {"$schema": _DIALECT, **DoctorDocument.model_json_schema(mode="serialization")}
    return {SCHEMA: json.dumps(made, indent=2, ensure_ascii=False) + "\n"}


def document(found: Examination) -> str:
    """The JSON of an examination."""
    record = DoctorDocument(
        generated_at=found.now,
        healthy=found.healthy,
        findings=[
            FindingRecord(
                check=one.check.value, subject=one.subject, verdict=one.verdict.value, said=one.said
            )
            for one in found.findings
        ],
    )
    return record.model_dump_json(indent=2)


def tables(found: Examination) -> Iterator[RenderableType]:
    """Every finding, then a line that sums up."""
    table = sparse("", fixed(""), fixed("Check"), words("Subject"), flowing("Found"))
    yield filled(table, (_row(one) for one in found.findings), "Nothing to check.")
    counts = {verdict: sum(one.verdict is verdict for one in found.findings) for verdict in Verdict}
    said = f"{counts[Verdict.FAIL]} failed, {counts[Verdict.WARN]} to look at, {counts[Verdict.OK]} well"
    yield Text(said, "green" if found.healthy else "red")


def _row(one: Finding) -> tuple[str | Text, ...]:
    sign, style = _SIGNS[one.verdict]
    return Text(sign, style), one.check.value.replace("_", " "), one.subject, one.said
