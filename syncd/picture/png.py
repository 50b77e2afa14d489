"""A drawing as PNG, which mail programs show: the same SVG gives the same bytes, in the fonts of a package."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from io import BytesIO

FAMILY = "Roboto"
SHARP = (2.25, 1.75, 1.25)  # a phone has about three pixels where its pages have one
ROOM = 85_000  # bytes that a letter has for it
COLOURS = 64  # of which the palette and the edges between its colours are made


def png(svg: str) -> bytes:
    """As sharp as a letter has room for. Raises whatever the libraries raise where it is no drawing."""
    sizes = (_drawn(svg, scale) for scale in SHARP)
    found = b""
    for found in sizes:
        if len(found) <= ROOM:
            break
    return found


def _drawn(svg: str, scale: float) -> bytes:
    from PIL import Image  # noqa: PLC0415  who sends no letter does not load it
    from resvg_py import svg_to_bytes  # noqa: PLC0415

    drawn = svg_to_bytes(
        svg_string=svg,
        zoom=scale,
        background="#ffffff",
        skip_system_fonts=True,
        font_files=_fonts(),
        font_family=FAMILY,
        sans_serif_family=FAMILY,
    )
    with Image.open(BytesIO(bytes(drawn))) as picture, BytesIO() as small:
        few = picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
        few.save(small, "PNG", optimize=True)
        return small.getvalue()


@cache
def _fonts() -> list[str]:
    folder = files("font_roboto") / "files"
    return [str(folder / f"{FAMILY}-{name}.ttf") for name in ("Regular", "Bold", "Italic")]
