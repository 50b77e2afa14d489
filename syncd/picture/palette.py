"""Colours and type of the picture: light, told apart in grey and by the colour-blind, quiet where nothing happens."""

from __future__ import annotations

from syncd.core.model import Tier

FONT = "Helvetica, Arial, sans-serif"

PAPER = "#ffffff"
INK = "#1d2733"
SOFT = "#5a6675"
FAINT = "#768392"
RULE = "#e4e9ef"
FRAME = "#cfd7e0"
CLOSED = "#f3f5f8"

LEAVE = "#fdf3df"
LEAVE_STRIPE = "#f3dfb4"
LEAVE_INK = "#85570a"

KEPT = "#e7ecf2"
KEPT_EDGE = "#d2dae3"
KEPT_INK = "#4a5765"
BUSY = "#eef0f3"
BUSY_STRIPE = "#d3d8df"

SLOT = "#0b6e69"
SLOT_LIGHT = "#cfece8"

TIERS = {
    Tier.CRISIS: "#b3261e",
    Tier.CRUCIAL: "#6b3fa0",
    Tier.ROUTINE: "#31506f",
    Tier.MAINTENANCE: "#6b7684",
}
TIER_NAMES = {
    Tier.CRISIS: "In crisis or protected",
    Tier.CRUCIAL: "Crucial phase",
    Tier.ROUTINE: "Routine",
    Tier.MAINTENANCE: "Maintenance",
}

FACTORS = {
    "interval": "#2f6690",
    "gap": "#81b1d4",
    "relationship": "#4f9d76",
    "phase": "#e0a93b",
    "fairness": "#c65b41",
}
OTHER_FACTOR = "#9aa5b1"
