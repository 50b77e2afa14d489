"""`syncd doctor`: checks that a set-up works, each check for itself; nothing it does may reach a client."""

from syncd.doctor.command import doctor
from syncd.doctor.examination import Examination, examine
from syncd.doctor.findings import Check, Finding, Verdict
from syncd.doctor.showing import document, schemas, tables

__all__ = [
    "Check",
    "Examination",
    "Finding",
    "Verdict",
    "doctor",
    "document",
    "examine",
    "schemas",
    "tables",
]
