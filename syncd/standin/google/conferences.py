"""Video rooms: what becomes of `conferenceData.createRequest`, and the link that guests read."""

from __future__ import annotations

from enum import StrEnum

from syncd.standin.google.answers import ApiError, Json

_LETTERS = "abcdefghijkmnopqrstuvwxyz"


class Rooms(StrEnum):
    """What Google does where a room is asked for."""

    MADE = "made"  # at once
    PENDING = "pending"  # later (`finish`)
    FAILED = "failed"  # the event is made, its room is not
    REFUSED = "refused"  # a calendar without such rooms: the whole request is


def settle(data: Json, before: Json, rooms: Rooms, number: int) -> None:
    """Answer the request for a room in an event's new data, if it is a new one; `number` names the room."""
    asked = data.get("conferenceData", {}).get("createRequest")
    if asked is None or asked.get("requestId") == _asked(before):
        return
    kind = asked.get("conferenceSolutionKey", {}).get("type")
    if rooms is Rooms.REFUSED or kind != "hangoutsMeet":
        raise ApiError(400, "invalid", "Invalid conference type value.")
    status = {Rooms.PENDING: "pending", Rooms.FAILED: "failure"}.get(rooms, "success")
    data["conferenceData"] = {"createRequest": {**asked, "status": {"statusCode": status}}}
    if status == "success":
        _open(data, number)


def finish(data: Json, number: int) -> bool:
    """Make the room that an event waits for; False where it waits for none."""
    asked = data.get("conferenceData", {}).get("createRequest", {})
    if asked.get("status") != {"statusCode": "pending"}:
        return False
    asked["status"] = {"statusCode": "success"}
    _open(data, number)
    return True


def link_of(data: Json) -> str:
    """Where guests are to go, "" for nowhere."""
    entries = data.get("conferenceData", {}).get("entryPoints", ())
    return next((str(one["uri"]) for one in entries if one.get("entryPointType") == "video"), "")


def _asked(data: Json) -> object:
    return data.get("conferenceData", {}).get("createRequest", {}).get("requestId")


def _open(data: Json, number: int) -> None:
    letters = "".join(_LETTERS[number // len(_LETTERS) ** place % len(_LETTERS)] for place in range(10))
    code = f"{letters[:3]}-{letters[3:7]}-{letters[7:]}"
    data["conferenceData"] |= {
        "conferenceId": code,
        "conferenceSolution": {"key": {"type": "hangoutsMeet"}, "name": "Google Meet"},
        "entryPoints": [
            {
                "entryPointType": "video",
                "uri": f"https://meet.google.com/{code}",
                "label": f"meet.google.com/{code}",
            }
        ],
    }
    data["hangoutLink"] = f"https://meet.google.com/{code}"
