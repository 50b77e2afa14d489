"""What a question's leave would cost, as templates may say it: in missed sessions, with a decimal."""

from __future__ import annotations

from babel.numbers import format_decimal

from syncd.core.model.leave import ONE, Cost, Start, TierCost
from syncd.wording.dates import DateWords


def cost_values(cost: Cost | None, words: DateWords) -> dict[str, object] | None:
    """For `costs.txt`; None while it is not known."""
    if cost is None:
        return None
    if cost.failed:
        return {"failed": True, "at": words.moment(cost.at)}
    return {
        "failed": False,
        "at": words.moment(cost.at),
        "days": words.days((cost.first, cost.last)),
        "sessions": sum(one.sessions for one in cost.tiers),
        "burden": missed(cost.burden, words),
        "left": missed(cost.left, words),
        "won": missed(cost.burden - cost.left, words),
        "tiers": [_tier(one, words) for one in cost.tiers],
        "makeups": cost.makeups,
        "proven": cost.proven,
        "starts": [_start(one, words) for one in cost.starts],
        "compared": cost.compared,
        "sure": cost.sure,
    }


def missed(thousandths: int, words: DateWords) -> str:
    """`4.5` missed sessions."""
    return format_decimal(thousandths / ONE, format="0.0", locale=words.locale)


def _tier(one: TierCost, words: DateWords) -> dict[str, object]:
    return {
        "number": one.tier + 1,
        "clients": one.clients,
        "wait": one.wait,
        "wait_left": one.wait_left,
        "burden": missed(one.burden, words),
        "left": missed(one.left, words),
    }


def _start(one: Start, words: DateWords) -> dict[str, object]:
    return {
        "days": words.days((one.first, one.last)),
        "sessions": one.sessions,
        "left": missed(sum(one.left), words),
    }
