"""`python -m tests.look FOLDER`: every .eml and .html below it beside itself as pictures, `…-phone.png`, `…-desk.png`.

`--letters` first writes letters to therapists and mails to clients there, in every language, as golden files have them.
`--practice` first plays a German practice of three therapists through six weeks (`tests/look/practice`): what anybody
reads lies there by reader, and in `everything.txt` in order of time.
Where no Chromium is, there are pages and no pictures: open them.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path

from connectors.mail.drawings import whole
from syncd.core.model.actions import SendMail
from syncd.core.model.messages.letters import LetterKind
from syncd.core.model.messages.mails import MailKind
from syncd.picture.png import png
from syncd.wiring.post import ItipComposer
from syncd.wording import load_templates, word
from tests.look.opened import page_of
from tests.look.practice.weeks import play
from tests.wording import samples
from tests.wording.weeks import fortnight

WIDTHS = {"phone": 390, "desk": 900}
TALL = 2400


def letters(folder: Path) -> Iterator[Path]:
    """One of each kind, a plan that can be answered among them, as mails."""
    templates = load_templates()
    for language, kind in product(samples.LANGUAGES, LetterKind):
        plan = kind is LetterKind.PLAN
        facts = samples.letter_facts(kind, language)
        facts = replace(facts, answerable=plan, weeks=fortnight() if plan else None)
        done = word((samples.write(facts),), templates, ItipComposer(), samples.INSTANCE, samples.SENDER)
        for action in done.actions:
            path = folder / language / f"{kind.value}.eml"
            path.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(action, SendMail):
                path.write_bytes(whole(action.mail, png).content)
                yield path


def mails(folder: Path) -> Iterator[Path]:
    """One mail to a client of each kind, in every language."""
    templates = load_templates()
    for language, kind in product(samples.LANGUAGES, MailKind):
        intent = samples.tell(samples.mail_facts(kind, language))
        done = word((intent,), templates, ItipComposer(), samples.INSTANCE, samples.SENDER)
        for action in done.actions:
            path = folder / language / f"to-client-{kind.value}.eml"
            path.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(action, SendMail):
                path.write_bytes(action.mail.content)
                yield path


def pages(folder: Path) -> Iterator[Path]:
    """Every mail as a page beside it, and the pages that lie there already."""
    for path in sorted(folder.rglob("*.eml")):
        page = page_of(path.read_bytes())
        if page:
            path.with_suffix(".html").write_text(page, encoding="utf-8")
    yield from sorted(one for one in folder.rglob("*.html") if not one.name.startswith("frame-"))


def shoot(browser: str, page: Path) -> None:
    """A frame as wide as the device around the page, as browsers have no windows as narrow as a phone."""
    for name, width in WIDTHS.items():
        frame = page.with_name(f"frame-{page.stem}-{name}.html")
        inside = f'<iframe src="{page.name}" style="width:{width}px;height:{TALL}px;border:0"></iframe>'
        frame.write_text(
            f'<meta charset="utf-8"><body style="margin:0;overflow:hidden">{inside}</body>', encoding="utf-8"
        )
        shot = page.with_name(f"{page.stem}-{name}.png")
        flags = (
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--hide-scrollbars",
            "--allow-file-access-from-files",
        )
        size = f"--window-size={max(width, 500)},{TALL}"
        command = (browser, *flags, size, f"--screenshot={shot}", frame.as_uri())
        subprocess.run(command, check=True, capture_output=True, timeout=120)
        frame.unlink()


def main() -> int:
    """0 once everything lies there."""
    parser = argparse.ArgumentParser(prog="python -m tests.look", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--letters", action="store_true", help="write letters and mails there first")
    parser.add_argument("--practice", action="store_true", help="play the practice there first")
    parser.add_argument("--only", default="", help="of pages whose path holds this")
    chosen = parser.parse_args()
    folder = chosen.folder.resolve()
    if chosen.letters:
        print(f"{len(list(letters(folder)))} letters, {len(list(mails(folder)))} mails to clients")
    if chosen.practice:
        print(play(folder))
    browser = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    for page in pages(folder):
        if chosen.only in str(page):
            print(page)
            if browser:
                shoot(browser, page)
    return 0


if __name__ == "__main__":
    sys.exit(main())
