"""What the office does to the roster while the daemon runs."""

from __future__ import annotations

import csv
from io import StringIO

from syncd.core.model import Client
from tests.diary.registry import phrase
from tests.diary.scene import Scene


@phrase("the office takes {client} off the roster")
def take_off(scene: Scene, client: Client) -> None:
    """Their line goes."""

    def gone(text: str) -> str:
        lines = text.splitlines(keepends=True)
        mine = "".join(line for line in lines if line.startswith(f"{client.id},"))
        scene.lost[client.id] = lambda: scene.world.set_roster(lambda others: others + mine)
        return text.replace(mine, "")

    scene.world.set_roster(gone)


@phrase("the office puts {client} back on the roster")
def put_back(scene: Scene, client: Client) -> None:
    """With the line as it was."""
    scene.lost.pop(client.id)()


@phrase("the office puts {client} into the group {text}")
def into_group(scene: Scene, client: Client, text: str) -> None:
    """The roster's column, which has to be there."""

    def changed(roster: str) -> str:
        read = csv.DictReader(StringIO(roster))
        out = StringIO()
        columns = list(read.fieldnames or ())
        assert "group" in columns, "nobody has a group before"
        writer = csv.DictWriter(out, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(one | ({"group": text} if one["id"] == client.id else {}) for one in read)
        return out.getvalue()

    scene.world.set_roster(changed)
