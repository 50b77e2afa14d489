"""The JSON Schemas of the documents, made from their models."""

from __future__ import annotations

import json

from pydantic import BaseModel

from syncd.report.handover_records import HandoverDocument
from syncd.report.records import ExplainDocument, PlanDocument, StatusDocument

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
DOCUMENTS: dict[str, type[BaseModel]] = {
    "explain.schema.json": ExplainDocument,
    "handover.schema.json": HandoverDocument,
    "plan.schema.json": PlanDocument,
    "status.schema.json": StatusDocument,
}


def schemas() -> dict[str, str]:
    """File name -> JSON Schema (2020-12), as shipped in `config/schema`."""
    return {name: _schema(model) for name, model in sorted(DOCUMENTS.items())}


def _schema(model: type[BaseModel]) -> str:
    made = {"$schema": _DIALECT, **model.model_json_schema(mode="serialization")}
    return json.dumps(made, indent=2, ensure_ascii=False) + "\n"
