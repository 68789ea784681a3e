"""Texts that fit a width, measured in the letters of matplotlib."""

from __future__ import annotations

from functools import lru_cache

from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

from .mpl_style import family

LEADING = 1.25
"""The distance from line to line, in sizes of the letters."""
SHORTEST = 4
"""The fewest letters that a name is shortened to, with the dots."""


def text_width(text: str, size: float, weight: str = "normal") -> float:
    """The width of one line, in points."""
    return size * _width(text, weight, tuple(family()))


def wrapped(text: str, width: float, size: float, weight: str = "normal") -> str:
    """The text in lines no wider than `width` points; a word that is wider is cut into pieces."""
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
            while len(word) > 1 and text_width(word, size, weight) > width:
                cut = next(k for k in range(len(word) - 1, 0, -1) if k == 1 or text_width(word[:k], size, weight) <= width)
                lines.append(word[:cut])
                word = word[cut:]
            line = word
        lines.append(line)
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


@lru_cache(maxsize=4096)
def _width(text: str, weight: str, families: tuple[str, ...]) -> float:
    """The width at size 1."""
    letters = FontProperties(family=[*families], size=10, weight=weight)
    width, _, _ = text_to_path.get_text_width_height_descent(text, letters, ismath=False)
    return float(width) / 10
