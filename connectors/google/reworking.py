"""Several occurrences of a series at once: on Google each is an event of its own, so each is a write of its own."""

from __future__ import annotations

from collections.abc import Iterable

from syncd.core.model import OccurrenceRef
from syncd.core.model.errors import ConnectorError
from syncd.ports import Calendar, Rework, Reworked


def one_by_one(calendar: Calendar, changes: Iterable[Rework]) -> Reworked:
    """Each change by itself; what one of them meets is refused for that one alone."""
    etag, pre_images, refused = "", dict[OccurrenceRef, str](), dict[OccurrenceRef, ConnectorError]()
    for one in changes:
        try:
            if one.pre_image is not None:
                etag = calendar.restore(one.ref, one.pre_image).etag
            else:
                done = calendar.cancel(one.ref, one.etag)
                etag, pre_images[one.ref] = done.etag, done.pre_image
        except ConnectorError as error:
            refused[one.ref] = error
    return Reworked(etag, pre_images, refused)
