"""Refusals in the form that the API gives them."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


class ApiError(Exception):
    """A refusal. `violation` is set where the caller broke the API's own contract: then the test fails too."""

    def __init__(self, status: int, reason: str, message: str = "", *, violation: bool = False) -> None:
        super().__init__(f"{status} {reason} {message}")
        self.status = status
        self.reason = reason
        self.message = message or reason
        self.violation = violation
        self.headers: dict[str, str] = {}

    @property
    def body(self) -> Json:
        """The error's JSON."""
        told = {"domain": "global", "reason": self.reason, "message": self.message}
        return {"error": {"code": self.status, "message": self.message, "errors": [told]}}


def broken(message: str) -> ApiError:
    """What a request gets that no documentation allows."""
    return ApiError(400, "badRequest", message, violation=True)
