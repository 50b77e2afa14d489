"""What the practice allows holds against every line and tag below it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from syncd.core.model.practice import Approach, Ceiling, Eligibility, Policy, SlotRules
from syncd.core.policy.precedence import beyond, merge, within

FREE = Policy(
    eligibility=Eligibility(Approach.ALL, budget=12, cover=True, extension=timedelta(minutes=50)),
    slots=SlotRules(min_notice=timedelta(hours=24)),
)


def under(**limits: object) -> Policy:
    """A free therapist in a practice with these limits."""
    return replace(FREE, ceiling=Ceiling(**limits))  # type: ignore[arg-type]


def test_nobody_goes_beyond_what_the_practice_allows() -> None:
    """Each limit for itself; a budget turns `all` into so many; without limits nothing changes."""
    assert within(FREE) == FREE
    assert within(under(approach=Approach.EXCEPTIONAL)).eligibility.approach is Approach.EXCEPTIONAL
    capped = within(under(budget=5)).eligibility
    assert (capped.approach, capped.budget) == (Approach.LIMITED, 5)
    assert within(under(cover=False)).eligibility.cover is False
    assert within(under(extension=timedelta(minutes=30))).eligibility.extension == timedelta(minutes=30)
    assert within(under(min_notice=timedelta(hours=72))).slots.min_notice == timedelta(hours=72)


def test_tags_count_as_far_as_that() -> None:
    """`#all` under a budget, `#cover` where nobody covers; `#none` is always allowed."""
    strict = within(under(approach=Approach.LIMITED, budget=8, cover=False))
    found = merge(strict, ("all", "cover")).eligibility
    assert (found.approach, found.budget, found.cover) == (Approach.LIMITED, 8, False)
    assert merge(strict, ("none",)).eligibility.approach is Approach.NONE
    assert beyond(strict, ("all", "cover", "limited", "none", "before", "none c1", "ok")) == ("all", "cover")
    assert beyond(FREE, ("all", "cover")) == ()


def test_a_budget_is_half_of_the_sessions_or_a_number() -> None:
    """Three at least and sixteen at most; a tag's number counts; never more than the practice allows."""
    auto = replace(FREE, eligibility=replace(FREE.eligibility, budget=None))
    assert [auto.budget(count) for count in (1, 6, 7, 25, 31, 32, 60)] == [3, 3, 4, 13, 16, 16, 16]
    assert merge(auto, ("limited16",)).eligibility.approach is Approach.LIMITED
    assert merge(auto, ("limited9", "limited16", "all")).budget(60) == 9
    strict = within(replace(auto, ceiling=Ceiling(budget=5)))
    assert [strict.budget(count) for count in (2, 60)] == [5, 5]  # it was `all`
    assert merge(strict, ("limited16",)).budget(60) == 5
    assert beyond(strict, ("limited16", "limited5", "limited")) == ("limited16",)
    limited = replace(auto, eligibility=replace(auto.eligibility, approach=Approach.LIMITED))
    assert within(replace(limited, ceiling=Ceiling(budget=5))).budget(4) == 3


def test_tags_that_switch_on_calls_and_longer_sessions() -> None:
    """As long as the settings say, or a default; `#none` means no calls and no cover, unless both are written."""
    off = Policy()
    quarter, half = timedelta(minutes=15), timedelta(minutes=30)
    rules = merge(off, ("call", "extend")).eligibility
    assert (rules.call, rules.extension) == (quarter, half)
    on = replace(off, eligibility=Eligibility(call=timedelta(minutes=25), extension=timedelta(minutes=50)))
    assert merge(on, ("call", "extend")) == on
    assert merge(on, ("none",)).eligibility.call == timedelta(0)
    assert merge(on, ("none", "call")).eligibility.call == quarter
    covered = replace(off, eligibility=Eligibility(cover=True))
    assert merge(covered, ("none",)).eligibility.cover is False
    assert merge(covered, ("none", "cover")).eligibility.cover is True


def test_calls_and_longer_sessions_within_the_limits() -> None:
    """`#call` and `#extend` count as far as the practice allows, and are told; nothing at all switches them off."""
    strict = within(replace(Policy(), ceiling=Ceiling(call=timedelta(minutes=10), extension=timedelta(0))))
    rules = merge(strict, ("call", "extend")).eligibility
    assert (rules.call, rules.extension) == (timedelta(minutes=10), timedelta(0))
    assert beyond(strict, ("call", "extend", "after")) == ("call", "extend")
