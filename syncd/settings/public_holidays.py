"""Public holidays of a country or region, from the package `holidays`."""

from __future__ import annotations

from datetime import date

from syncd.settings.scalars import nearest, text, wrong

YEARS_BACK, YEARS_AHEAD = 2, 3


def region(value: object) -> str:
    """`DE` or `DE-BE`: a country that the package knows, and one of its subdivisions."""
    from holidays import list_supported_countries  # noqa: PLC0415 - who names no region does not load them

    said = text(value).upper()
    country, _, part = said.partition("-")
    known = list_supported_countries(include_aliases=False)
    if country not in known:
        hint = nearest(country, list(known))
        raise wrong(f'a country by its two letters, such as "DE" or "DE-BE".{hint}')
    parts = {one.upper(): one for one in known[country]}
    if part and part not in parts:
        raise wrong(f"a part of {country}: {', '.join(sorted(parts)) or 'none is known'}")
    return f"{country}-{parts[part]}" if part else country


def days_off(place: str, today: date) -> frozenset[date]:
    """The public holidays of a checked region, from two years back to three years ahead of `today`."""
    from holidays import country_holidays  # noqa: PLC0415 - as above

    country, _, part = place.partition("-")
    years = range(today.year - YEARS_BACK, today.year + YEARS_AHEAD + 1)
    return frozenset(country_holidays(country, subdiv=part or None, years=years))
