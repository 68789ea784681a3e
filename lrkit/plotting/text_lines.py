"""Texts that fit a width: broken into lines, or without their middle. What measures a text is the renderer's."""

from __future__ import annotations

from collections.abc import Callable

Measure = Callable[[str], float]
"""How wide one line of text is."""
FEWEST = 3
"""How many letters a shortened text keeps at least, beside the dots."""


def lines_within(text: str, width: float, measure: Measure) -> list[str]:
    """The text in lines no wider than the width; a word that is wider is cut into pieces."""
    lines = []
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split(" "):
            longer = f"{line} {word}" if line else word
            if measure(longer) <= width:
                line = longer
                continue
            if line:
                lines.append(line)
            *pieces, line = _pieces(word, width, measure)
            lines += pieces
        lines.append(line)
    return lines


def without_middle(text: str, width: float, measure: Measure) -> str:
    """The text with dots in place of its middle, if it is wider than the width: often the ends differ."""
    short, kept = text, len(text)
    while measure(short) > width and kept > FEWEST:
        kept -= 1
        short = f"{text[: (kept + 1) // 2].rstrip()}…{text[len(text) - kept // 2 :].lstrip()}"
    return short


def _pieces(word: str, width: float, measure: Measure) -> list[str]:
    """The word in pieces no wider than the width, each of at least one letter."""
    pieces = [""]
    for letter in word:
        if pieces[-1] and measure(pieces[-1] + letter) > width:
            pieces.append("")
        pieces[-1] += letter
    return pieces
