"""The style sheet of letters and pages, rule by rule: mail programs drop sheets, and keep what an element says."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache

from markupsafe import Markup

SHEET = "style.css"
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_NESTED = re.compile(r"@[^{;]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}|@[^{;]*;")
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")


def rules(sheet: str) -> Mapping[str, str]:
    """By selector, the declarations of its plain rules in order; what stands under an @ is left out."""
    found: dict[str, str] = {}
    for selectors, declared in _RULE.findall(_NESTED.sub("", _COMMENT.sub("", sheet))):
        said = " ".join(declared.split()).rstrip(";")
        for selector in (one.strip() for one in selectors.split(",")):
            found[selector] = ";".join(filter(None, (found.get(selector), said)))
    return found


def styles(source: Callable[[], str]) -> Callable[..., Markup]:
    """The function `style` of the layout: `{{ style("p", ".mark") }}` is an attribute with what these rules declare."""

    @cache
    def known() -> Mapping[str, str]:
        return rules(source())

    def style(*selectors: str) -> Markup:
        declared = ";".join(filter(None, (known().get(one) for one in selectors)))
        return Markup(' style="{}"').format(declared) if declared else Markup()

    return style
