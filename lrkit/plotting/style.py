"""Colours and dashes, the same for every renderer.

Each background has eight colours that contrast with it by at least 3:1. They were searched for so that the two nearest
are as far apart as can be for normal sight and the three colour-vision deficiencies, the first two being those of Okabe
and Ito. Text is always in the ink colour: some of the curves' colours are too faint for letters.
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
    "light": Theme(
        "#ffffff", "#24292f", "#57606a", "#d8dee4",
        ("#0072B2", "#D55E00", "#00A884", "#84006C", "#A878FC", "#545400", "#5400E4", "#000000"),
    ),
    "dark": Theme(
        "#1b1f24", "#e6edf3", "#9da7b3", "#3a424c",
        ("#56B4E9", "#E69F00", "#90FC84", "#F05484", "#9C48FC", "#308418", "#B430A8", "#FFFFFF"),
    ),
}  # fmt: skip

# Lengths in units of the line's width, dash then gap: matplotlib's `dashes`; plotly takes pixels.
DASHES: tuple[tuple[float, ...], ...] = ((), (5, 1.8), (1.2, 1.4), (6, 1.8, 1.2, 1.8), (3, 1.2))


def dash(number: int) -> tuple[float, ...]:
    """The dash of the number that a `Look` of a chart has; 0 is a full line, without any."""
    return DASHES[number % len(DASHES)]
