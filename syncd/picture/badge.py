"""The marks that tie a session, its slot and its bar together: the rank in its tier's colour, the state's look."""

from __future__ import annotations

from dataclasses import dataclass

from syncd.core.model import Tier
from syncd.core.model.messages.weeks import SlotState
from syncd.picture.palette import KEPT, KEPT_EDGE, KEPT_INK, LEAVE_INK, PAPER, SLOT, SLOT_LIGHT, TIERS
from syncd.picture.svg import rect, text

SIZE = 13.0


@dataclass(frozen=True, slots=True)
class Look:
    """How a block looks: its ground, its edge and its words."""

    fill: str
    edge: str
    ink: str
    thick: float = 1.2
    dashes: str = "none"
    opacity: float = 1

    def draw(self, x: float, y: float, wide: float, tall: float) -> str:
        """The empty block."""
        return rect(
            x,
            y,
            wide,
            tall,
            self.fill,
            rx=2.5,
            stroke=self.edge,
            stroke_width=self.thick,
            stroke_dasharray=self.dashes,
            fill_opacity=self.opacity,
        )


KEPT_LOOK = Look(KEPT, KEPT_EDGE, KEPT_INK, thick=0.7)
ORIGINAL_LOOK = Look(PAPER, LEAVE_INK, LEAVE_INK, thick=0.8, dashes="1.5 2", opacity=0.7)
STATE_LOOKS = {
    SlotState.HELD: Look(PAPER, SLOT, SLOT, dashes="3 2"),
    SlotState.INVITED: Look(SLOT_LIGHT, SLOT, SLOT),
    SlotState.ACCEPTED: Look(SLOT, SLOT, PAPER),
}


def width(rank: int, size: float = SIZE) -> float:
    """A circle for one digit, wider for more."""
    return size + (len(str(rank)) - 1) * size * 0.3


def badge(x: float, middle: float, rank: int, tier: Tier, size: float = SIZE) -> str:
    """The rank, white on its tier's colour; `x` is the left edge, `middle` the height of its centre."""
    wide = width(rank, size)
    ground = rect(x, middle - size / 2, wide, size, TIERS[tier], rx=size / 2, stroke=PAPER, stroke_width=0.8)
    said = text(
        x + wide / 2,
        middle + size * 0.24,
        str(rank),
        size * 0.66,
        PAPER,
        font_weight="bold",
        text_anchor="middle",
    )
    return ground + said
