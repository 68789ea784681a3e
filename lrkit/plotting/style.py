"""Colours and dashes, the same for every renderer.

Each background has eight colours that contrast with it by at least 3:1. They were searched for so that the two nearest
are as far apart as can be for normal sight and the three colour-vision deficiencies, the first two being those of Okabe
and Ito. Text is always in the ink colour: some of the curves' colours are too faint for letters.
"""

from __future__ import annotations

from typing import NamedTuple

from ..chart import Look


class Theme(NamedTuple):
    """A background, and colours that contrast with it."""

    background: str
    ink: str
    faint: str
    grid: str
    colours: tuple[str, ...]

    def colour(self, look: Look) -> str:
        """The colour of a curve: in a fan, from as pale as may be to halfway between its hue and the ink."""
        hue = self.colours[look.colour]
        if look.shade is None:
            return hue
        paler = (_mixed(hue, self.background, k / 50) for k in range(50, 0, -1))
        palest = next(filter(self._is_seen, paler), hue)
        strongest = _mixed(hue, self.ink, 0.5)
        return _mixed(palest, strongest, look.shade)

    def _is_seen(self, colour: str) -> bool:
        """Whether a colour contrasts with the background by at least 3:1, as WCAG 2 (1.4.11) asks of graphics."""
        dark, light = sorted(map(_luminance, (colour, self.background)))
        return (light + 0.05) / (dark + 0.05) >= LEAST_CONTRAST


LEAST_CONTRAST = 3.0

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


def _mixed(one: str, other: str, part: float) -> str:
    """A colour that has a part of the other in it."""
    return "#" + "".join(
        f"{round(a + part * (b - a)):02x}" for a, b in zip(_channels(one), _channels(other), strict=True)
    )


def _channels(colour: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(colour.removeprefix("#")))


def _luminance(colour: str) -> float:
    """The relative luminance of WCAG 2."""
    parts = [c / 255 for c in _channels(colour)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
