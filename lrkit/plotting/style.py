"""Colours and dashes, the same for every renderer.

The colours are those of Okabe and Ito, chosen and ordered for each background so that every curve contrasts with it by
at least 3:1. Text is always in the ink colour: some of the curves' colours are too faint for letters.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Theme:
    """A background, and colours that contrast with it."""

    background: str
    ink: str
    faint: str
    grid: str
    colours: tuple[str, ...]


THEMES = {
    "light": Theme("#ffffff", "#24292f", "#57606a", "#d8dee4", ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#000000")),
    "dark": Theme("#1b1f24", "#e6edf3", "#9da7b3", "#3a424c", ("#56B4E9", "#E69F00", "#009E73", "#CC79A7", "#F0E442")),
}

# Lengths in units of the line's width, dash then gap: matplotlib's `dashes`; plotly takes pixels.
DASHES: tuple[tuple[float, ...], ...] = ((), (5, 1.8), (1.2, 1.4), (6, 1.8, 1.2, 1.8), (3, 1.2))


def dash(k: int) -> tuple[float, ...]:
    """The dash of curve `k`: from the sixth curve on colours repeat, each with the next dash."""
    return DASHES[(k + k // len(DASHES)) % len(DASHES)]
