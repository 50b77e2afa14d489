"""`syncd demo`: plays the story, writes what came of it, and on request keeps the servers up for a person to try."""

from __future__ import annotations

import json
import shutil
import time
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.utils import parsedate_to_datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rich.console import Console

from syncd.core.model import OfferState, OriginalState
from syncd.cycle import PassReport
from syncd.demo.practice import PEOPLE, address
from syncd.demo.servers import maildir
from syncd.demo.story import Stage, play, settled, staged
from syncd.report.passes import plan_document, week_pictures

LOOK_EVERY = 10.0  # seconds between looks with --serve
MOST_LETTERS = 6  # to one therapist over one leave


@dataclass(frozen=True, slots=True)
class Written:
    """What the demo leaves behind, and whether all went as it should."""

    folder: Path
    result: dict[str, Any]


def demo(output: Path, console: Console, serve: bool = False, google: bool = False) -> bool:
    """Play the demo and write `output`; True when every client who can be served has exactly one invitation, and no
    therapist more than six letters.

    With `google` on the stand-in for Google. With `serve` the servers stay up until interrupted, and leave
    blocked by hand is followed in real time.
    """
    started = time.monotonic()
    with TemporaryDirectory(prefix="syncd-demo-") as folder, staged(Path(folder), console, google) as stage:
        _fresh(output)
        stage.desk.export(output, "before")
        planned = play(stage)
        last = settled(stage)
        written = _write(output, stage, planned, last)
        _closing(console, written, time.monotonic() - started)
        if serve:
            _serve(stage, console)
    return bool(written.result["as_promised"])


def _fresh(output: Path) -> None:
    """Empty the folder of what an earlier demo left; nothing else in it is touched."""
    output.mkdir(parents=True, exist_ok=True)
    for name in (
        "before.ics",
        "after.ics",
        "before.json",
        "after.json",
        "result.json",
        "plan.json",
        "weeks.svg",
    ):
        (output / name).unlink(missing_ok=True)
    shutil.rmtree(output / "mails", ignore_errors=True)


def _write(output: Path, stage: Stage, planned: PassReport, last: PassReport) -> Written:
    stage.desk.export(output, "after")
    stage.desk.deliver(stage.mails)
    (output / "weeks.svg").write_text(week_pictures(planned), encoding="utf-8")
    (output / "plan.json").write_text(plan_document(planned), encoding="utf-8")
    mails = _mails(output / "mails", stage)
    result = _result(last, mails, _letters(output / "mails", last))
    (output / "result.json").write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    return Written(output, result)


def _mails(folder: Path, stage: Stage) -> dict[str, Counter[str]]:
    """Every mail that anybody got, as .eml by recipient; returns how many of each METHOD per client."""
    found: dict[str, Counter[str]] = {}
    people = {address(person): person.id for person in PEOPLE if address(person)}
    for box in sorted(path for path in stage.mails.iterdir() if path.is_dir()):
        target = folder / box.name
        target.mkdir(parents=True, exist_ok=True)
        opened = maildir(stage.mails, box.name)
        contents = [opened.get_bytes(key) for key in sorted(opened.keys())]
        for number, content in enumerate(sorted(contents, key=_written_at), start=1):
            (target / f"{number:02d}.eml").write_bytes(content)
            client = people.get(box.name)
            if client:
                found.setdefault(client, Counter())[_method(content)] += 1
    return found


def _written_at(content: bytes) -> datetime:
    """What others carry is fetched in the end, and was read when it was written."""
    return parsedate_to_datetime(str(message_from_bytes(content)["Date"]))


def _method(content: bytes) -> str:
    for method in ("REQUEST", "CANCEL"):
        if f"method={method}".encode() in content or f'method="{method}"'.encode() in content:
            return method
    return "text"


def _letters(folder: Path, last: PassReport) -> dict[str, int]:
    """How many letters each therapist got."""
    therapists = last.decision.pass_state.snapshot.therapists
    return {one.id: len([*(folder / one.email).glob("*.eml")]) for one in therapists}


def _result(last: PassReport, mails: dict[str, Counter[str]], letters: dict[str, int]) -> dict[str, Any]:
    pass_state = last.decision.pass_state
    offers = [offer for offer in pass_state.offers if offer.sent]
    asked = Counter(offer.client for offer in offers)
    requests = {client: count["REQUEST"] for client, count in mails.items()}
    accepted = [offer for offer in pass_state.offers if offer.state is OfferState.ACCEPTED]
    gone = [pass_state.conflict[offer.conflict].original is OriginalState.CANCELLED for offer in accepted]
    return {
        "schema_version": 1,
        "clients": len(PEOPLE),
        "displaced": sum(row.displaced for row in pass_state.conflicts),
        "offers": dict(sorted(Counter(offer.state.value for offer in pass_state.offers).items())),
        "originals_cancelled": sum(row.original is OriginalState.CANCELLED for row in pass_state.conflicts),
        "messages": {client: dict(sorted(count.items())) for client, count in sorted(mails.items())},
        "one_invitation_per_offer": requests == {client: asked[client] for client in requests}
        and set(asked) <= set(requests),
        "accepted_are_confirmed": bool(accepted) and all(gone),
        "letters": letters,
        "as_promised": all(requests.get(client) == count for client, count in asked.items())
        and all(gone)
        and max(letters.values()) <= MOST_LETTERS,
    }


def _closing(console: Console, written: Written, seconds: float) -> None:
    result = written.result
    console.print()
    console.print(
        f"{result['displaced']} sessions were displaced; offers: "
        + ", ".join(f"{count} {state}" for state, count in result["offers"].items())
        + f"; {result['originals_cancelled']} originals cancelled."
    )
    console.print(
        f"Calendars before and after, every mail, the plan and a picture of the weeks are in {written.folder}/"
        f" ({seconds:.0f} s)."
    )


def _serve(stage: Stage, console: Console) -> None:
    """Real servers, real time: connect a calendar program, block leave, watch."""
    console.print()
    for line in (*stage.desk.directions, f"Mails are delivered below {stage.mails}."):
        console.print(line)
    console.print(
        f"In another terminal: syncd plan --config {stage.mails.parent / 'syncd.toml'} (or explain, status, doctor)"
    )
    console.print(
        "Block days with an all-day event called Vacation: holds appear within seconds. "
        "With #ok #send in its title the invitations go at once, outside quiet hours. Ctrl-C ends it."
    )
    try:
        while True:
            time.sleep(LOOK_EVERY)
            stage.clock.follow()
            for report in stage.passes():
                for key, state in report.outcomes:
                    console.print(f"  {key} {state.value}", markup=False, emoji=False)
    except KeyboardInterrupt:
        console.print("The demo's servers are stopped.")
