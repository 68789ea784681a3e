"""Texts that fit a width, measured in the letters of matplotlib."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import matplotlib as mpl
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

from .mpl_style import family

LEADING = 1.25
"""The distance from line to line, in sizes of the letters."""
SHORTEST = 4
"""The fewest letters that a name is shortened to, with the dots."""


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
    lines = []
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split(" "):
            longer = f"{line} {word}" if line else word
            if text_width(longer, size, weight) <= width:
                line = longer
                continue
            if line:
                lines.append(line)
            *pieces, line = _pieces(word, width, size, weight)
            lines += pieces
        lines.append(line)
    if len(lines) > most:
        last = lines[most - 1]
        while last and text_width(f"{last}…", size, weight) > width:
            last = last[:-1]
        lines[most - 1 :] = [f"{last}…"]
    return "\n".join(lines)


def shortened(text: str, width: float, size: float) -> str:
    """The text with dots in place of its middle, if it is wider than `width` points: often the ends differ."""
    if text_width(text, size) <= width:
        return text
    for kept in range(len(text) - 1, SHORTEST - 2, -1):
        short = f"{text[: (kept + 1) // 2].rstrip()}…{text[len(text) - kept // 2 :].lstrip()}"
        if text_width(short, size) <= width:
            break
    return short


def _pieces(word: str, width: float, size: float, weight: str) -> list[str]:
    """The word in pieces no wider than the width, each of at least one letter."""
    pieces = [""]
    for letter in word:
        if pieces[-1] and text_width(pieces[-1] + letter, size, weight) > width:
            pieces.append("")
        pieces[-1] += letter
    return pieces


@lru_cache(maxsize=4096)
def _width(letter: str, weight: str, families: tuple[str, ...]) -> float:
    """The width at size 1."""
    letters = FontProperties(family=[*families], size=10, weight=weight)
    width, _, _ = text_to_path.get_text_width_height_descent(letter, letters, ismath=False)
    return float(width) / 10
