"""What stands in a calendar, by one plain CalDAV request; nothing of the connector."""

from __future__ import annotations

from xml.etree import ElementTree

from tests.servers.dav import DavCalendar

_QUERY = (
    '<?xml version="1.0"?><C:calendar-query xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">'
    '<D:prop><C:calendar-data/></D:prop><C:filter><C:comp-filter name="VCALENDAR">'
    '<C:comp-filter name="VEVENT"/></C:comp-filter></C:filter></C:calendar-query>'
)
_DATA = "{urn:ietf:params:xml:ns:caldav}calendar-data"


def texts(calendar: DavCalendar) -> list[str]:
    """The text of every object that holds events (RFC 4791 §7.8). A filter that names no kind finds nothing on SOGo."""
    answer = calendar.server.send(
        "REPORT", calendar.path, _QUERY, Depth="1", Content_Type="application/xml; charset=utf-8"
    )
    assert answer.status_code == 207, answer.text
    tree = ElementTree.fromstring(answer.content)  # noqa: S314  our own server's answer
    return [element.text or "" for element in tree.iter(_DATA)]
