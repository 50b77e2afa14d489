"""Marionette, Mozilla's remote control: JSON over a socket, as far as a test needs it."""

from __future__ import annotations

import json
import socket
from types import TracebackType
from typing import Any, Self


class Marionette:
    """One session with a running program, in its own (chrome) context; use it as a context manager."""

    def __init__(self, port: int, timeout: float) -> None:
        """Connects; `timeout` in seconds for each script."""
        self._line = socket.create_connection(("127.0.0.1", port), timeout=timeout + 5)
        self._timeout = timeout
        self._count = 0

    def __enter__(self) -> Self:
        """The greeting, a session, the context."""
        self._frame()
        self._ask("WebDriver:NewSession", {"capabilities": {}})
        self._ask("WebDriver:SetTimeouts", {"script": int(self._timeout * 1000)})
        self._ask("Marionette:SetContext", {"value": "chrome"})
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """The line goes; the program stays."""
        self._line.close()

    def run(self, script: str, *arguments: object) -> None:
        """Run the body of an asynchronous function. Raises AssertionError with what it threw."""
        body = (
            "const [...given] = arguments; const done = given.pop();"
            f"(async (...args) => {{ {script} }})(...given).then("
            "() => done({}), thrown => done({ thrown: `${thrown}\\n${thrown.stack}` }));"
        )
        answer = self._ask("WebDriver:ExecuteAsyncScript", {"script": body, "args": list(arguments)})
        found = answer["value"]
        assert "thrown" not in found, found["thrown"]

    def _ask(self, command: str, parameters: dict[str, object]) -> dict[str, Any]:
        self._count += 1
        text = json.dumps([0, self._count, command, parameters]).encode()
        self._line.sendall(str(len(text)).encode() + b":" + text)
        _, _, error, result = json.loads(self._frame())
        assert error is None, f"{command}: {error}"
        found: dict[str, Any] = result or {}
        return found

    def _frame(self) -> bytes:
        digits = b""
        while not digits.endswith(b":"):
            digits += self._exactly(1)
        return self._exactly(int(digits[:-1]))

    def _exactly(self, length: int) -> bytes:
        data = b""
        while len(data) < length:
            more = self._line.recv(length - len(data))
            assert more, "the program closed the line"
            data += more
        return data
