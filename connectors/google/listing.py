"""All pages of one listing, or an error: never a part of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from connectors.google.client import Answer, GoogleClient
from connectors.google.service import Request, Service
from connectors.google.times import Item
from syncd.core.model.errors import Malformed

_MOST_PAGES = 1000

Ask = Callable[[Service, dict[str, str]], Request]


@dataclass(frozen=True, slots=True)
class Listing:
    """The items of all pages, and what the last page said."""

    items: tuple[Item, ...]
    last: Answer


def list_all(client: GoogleClient, ask: Ask, what: str) -> Listing:
    """Follow the pages to the end; `ask` builds the request for one (its page token by name, or nothing).

    Raises Malformed for a page that is not one, and as GoogleClient.read.
    """
    items: list[Item] = []
    token: dict[str, str] = {}
    for _ in range(_MOST_PAGES):
        page = client.read(partial(_one, ask, token), what)
        found = page.get("items")
        if not isinstance(found, list) or not all(isinstance(one, dict) and one.get("id") for one in found):
            raise Malformed(f"google: {what}: a page without items")
        items += found
        if not page.get("nextPageToken"):
            return Listing(tuple(items), page)
        token = {"pageToken": str(page["nextPageToken"])}
    raise Malformed(f"google: {what}: pages without end")


def _one(ask: Ask, token: dict[str, str], service: Service) -> Request:
    return ask(service, token)
