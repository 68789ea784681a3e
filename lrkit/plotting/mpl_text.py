"""Texts that fit a width, measured in the letters of matplotlib."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import matplotlib as mpl
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

from .mpl_style import family
from .text_lines import lines_within, without_middle

LEADING = 1.25
"""The distance from line to line, in sizes of the letters."""


def points(setting: str) -> float:
    """The size of letters that a setting of matplotlib names, in points."""
    settings: Any = mpl.rcParams
    return float(FontProperties(size=settings[setting]).get_size_in_points())


def text_width(text: str, size: float, weight: str = "normal") -> float:
    """The width of one line, in points; without kerning, which would take a little off."""
    families = tuple(family())
    return size * sum(_width(letter, weight, families) for letter in text)


def wrapped(text: str, width: float, size: float, weight: str = "normal", most: int = 99) -> str:
    """The text in lines no wider than `width` points, at most so many; a word that is wider is cut into pieces."""
    lines = lines_within(text, width, lambda line: text_width(line, size, weight))
    if len(lines) > most:
        last = lines[most - 1]
        while last and text_width(f"{last}…", size, weight) > width:
            last = last[:-1]
        lines[most - 1 :] = [f"{last}…"]
    return "\n".join(lines)


def shortened(text: str, width: float, size: float) -> str:
    """The text with dots in place of its middle, if it is wider than `width` points."""
    return without_middle(text, width, lambda line: text_width(line, size))


@lru_cache(maxsize=4096)
def _width(letter: str, weight: str, families: tuple[str, ...]) -> float:
    """The width at size 1."""
    letters = FontProperties(family=[*families], size=10, weight=weight)
    width, _, _ = text_to_path.get_text_width_height_descent(letter, letters, ismath=False)
    return float(width) / 10
