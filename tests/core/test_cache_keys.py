"""What a cache is keyed by can be a key, whatever a roster or a settings file holds."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from typing import Any, get_args, get_origin, get_type_hints

import pytest

import connectors
import syncd.core
import syncd.settings
import syncd.wording


def _cached() -> Iterator[Callable[..., Any]]:
    for package in (syncd.core, syncd.settings, syncd.wording, connectors):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            module = importlib.import_module(found.name)
            for value in vars(module).values():
                if hasattr(value, "cache_parameters") and value.__module__ == module.__name__:
                    yield value


def _mutable(kind: object, path: str, seen: frozenset[Any] = frozenset()) -> Iterator[str]:
    """Every place under `kind` whose values have no hash, as a dotted path. What is equal to itself alone has one."""
    if kind in seen:
        return
    origin = get_origin(kind) or kind
    if isinstance(origin, type) and (getattr(origin, "__hash__", None) is None or inspect.isabstract(origin)):
        yield path
    for part in get_args(kind):
        yield from _mutable(part, path, seen | {kind})
    if is_dataclass(kind) and "__eq__" in vars(kind):
        hints = get_type_hints(kind)
        for each in (one for one in fields(kind) if one.compare and one.hash is not False):
            yield from _mutable(hints[each.name], f"{path}.{each.name}", seen | {kind})


@pytest.mark.parametrize("function", [*_cached()], ids=lambda one: f"{one.__module__}.{one.__name__}")
def test_no_cache_has_a_mutable_in_its_key(function: Callable[..., Any]) -> None:
    """Every field that a cached function's arguments can hold has a hash, so no value in a file can break a call."""
    hints = get_type_hints(inspect.unwrap(function))
    hints.pop("return", None)
    assert [place for name, kind in hints.items() for place in _mutable(kind, name)] == []
