"""What people look at: tables, JSON documents, reasons, and a picture of the weeks; values in, renderables out.

Initials and ids stand for clients unless `names=True`; the picture never shows names.
"""

from __future__ import annotations

from syncd.report.audited import AuditLine, audit_document, audit_lines, audit_text
from syncd.report.explain import Explained, Records, explain, named, past
from syncd.report.explanations import explain_document, explanation_tables
from syncd.report.handovers import handover_document, handover_page, handover_tables
from syncd.report.office import office_page
from syncd.report.passes import (
    action_table,
    pass_line,
    plan_document,
    plan_tables,
    problem_table,
    week_pictures,
)
from syncd.report.schemas import schemas
from syncd.report.status import rated, stands, status_document, status_tables

__all__ = [
    "AuditLine",
    "Explained",
    "Records",
    "action_table",
    "audit_document",
    "audit_lines",
    "audit_text",
    "explain",
    "explain_document",
    "explanation_tables",
    "handover_document",
    "handover_page",
    "handover_tables",
    "named",
    "office_page",
    "pass_line",
    "past",
    "plan_document",
    "plan_tables",
    "problem_table",
    "rated",
    "schemas",
    "stands",
    "status_document",
    "status_tables",
    "week_pictures",
]
