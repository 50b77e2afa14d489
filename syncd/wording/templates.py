"""The templates: a practice's own folder first, then those that ship; rendered in Jinja2's sandbox."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import CodeType

from jinja2 import (
    BytecodeCache,
    FileSystemLoader,
    StrictUndefined,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
)
from jinja2.bccache import Bucket
from jinja2.sandbox import ImmutableSandboxedEnvironment

from syncd.core.model.errors import ConfigError, ConfigProblem
from syncd.resources import config_path
from syncd.wording.messages import CATALOGUE, Sayings
from syncd.wording.paragraphs import BRIEF, FOLD, LISTED, PICTURE, SPARE, Written, read
from syncd.wording.sheet import SHEET, styles

FALLBACK = "en"
LAYOUT = "mail.html"


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture in a mail: its place among the parts, and what it is called where it cannot be seen."""

    place: str
    called: str


@dataclass(frozen=True, slots=True)
class Labelled:
    """What a picture is called, and the words in it by name."""

    called: str
    words: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Templates:
    """Every text, in every language that has a folder. `own` is the practice's folder, if it has one."""

    environment: ImmutableSandboxedEnvironment
    languages: frozenset[str]
    own: Path | None = None

    def language(self, wanted: str) -> str:
        """The folder for a language tag: `de` for "de-AT", English where there is none."""
        primary = wanted.replace("_", "-").split("-")[0].lower()
        return primary if primary in self.languages else FALLBACK

    def write(self, language: str, name: str, values: Mapping[str, object]) -> Written:
        """Render `<language>/<name>.txt`; raises ConfigError naming the file where the template is at fault."""
        return read(self._render(f"{self.language(language)}/{name}.txt", values))

    def page(
        self, language: str, written: Written, shown: Shown | None = None, *, attached: bool = False
    ) -> str:
        """The HTML twin of a text, with the picture that goes with it; one that is `attached` has its title in it."""
        own = self.language(language)
        values = {"language": own, "written": written, "shown": shown, "attached": attached}
        return self._render(LAYOUT, values)

    def labelled(self, language: str, name: str, values: Mapping[str, object]) -> Labelled:
        """The words in a picture: the first line of a text says what it is, each line after it `name: words`."""
        written = self.write(language, name, values)
        lines = (line.text.partition(": ") for one in written.paragraphs for line in one.lines)
        return Labelled(written.heading, {name: said for name, parted, said in lines if parted})

    def document(self, language: str, name: str, values: Mapping[str, object]) -> str:
        """Render the page `<language>/<name>.html`, the shipped English one where that folder has none."""
        own = self.language(language)
        file = f"{own}/{name}.html" if f"{own}/{name}.html" in self.environment.list_templates() else ""
        return self._render(file or f"{FALLBACK}/{name}.html", {"language": own, **values})

    def _render(self, name: str, values: Mapping[str, object]) -> str:
        try:
            return self.environment.get_template(name).render(values)
        except (
            Exception
        ) as error:  # whatever a practice's template does wrong, it is named and nothing else stops
            raise ConfigError((self._problem(name, error),)) from error

    def _problem(self, name: str, error: Exception) -> ConfigProblem:
        own = self.own / name if self.own is not None else None
        file = str(own) if own is not None and own.is_file() else name
        where = f"line {error.lineno}" if isinstance(error, TemplateSyntaxError) else "template"
        said = str(error) if isinstance(error, TemplateError) else f"{type(error).__name__}: {error}"
        return ConfigProblem(file, where, said, "correct it, or remove the file to use the text that ships")


class Compiled(BytecodeCache):
    """What was compiled in this process, of each file the newest text: a reload compiles what was edited, no more."""

    def __init__(self) -> None:
        """Nothing yet."""
        self._code: dict[str, tuple[str, CodeType]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """The code of this very text, where it is known."""
        checksum, code = self._code.get(bucket.key, ("", None))
        bucket.code = code if checksum == bucket.checksum else None

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep it; what the file said before is let go."""
        if bucket.code is not None:
            self._code[bucket.key] = bucket.checksum, bucket.code


_COMPILED = Compiled()


def load_templates(own: Path | None = None) -> Templates:
    """The templates that ship, behind those in the folder `own` (same names, only what differs).

    A further folder in it is a further language. Files are read once; what is edited later counts after a
    reload. Raises ConfigError when `own` is no folder.
    """
    if own is not None and not own.is_dir():
        expected = "a folder with templates such as en/invitation.txt"
        raise ConfigError((ConfigProblem(str(own), "practice.templates", "not a folder", expected),))
    shipped = config_path() / "templates"
    return _loaded((own, shipped), own) if own is not None else _shipped(shipped)


@cache
def _shipped(folder: Path) -> Templates:
    # Nobody edits these while syncd runs: they are compiled once in a process.
    return _loaded((folder,), None)


def _loaded(folders: Sequence[Path], own: Path | None) -> Templates:
    environment = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(folders),
        autoescape=lambda name: name is not None and name.endswith(".html"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
        bytecode_cache=_COMPILED,
    )
    environment.globals.update(listed=LISTED, picture=PICTURE, fold=FOLD, spare=SPARE, brief=BRIEF)
    environment.globals.update(style=styles(lambda: _text(environment, SHEET)))
    environment.filters["said"] = Sayings(lambda language: _text(environment, f"{language}/{CATALOGUE}"))
    languages = {path.name for folder in folders for path in folder.iterdir() if path.is_dir()}
    return Templates(environment, frozenset(languages), own)


def _text(environment: ImmutableSandboxedEnvironment, name: str) -> str:
    """A file beside the templates as it stands; nothing where there is none."""
    try:
        return environment.loader.get_source(environment, name)[0] if environment.loader else ""
    except TemplateNotFound:
        return ""
