"""The look of pictures with plotly, and the words in them: broken into lines, and with nothing read as markup."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from html import escape

import plotly.graph_objects as go

from .style import Theme

SIZE, TITLE_SIZE, NOTE_SIZE = 12, 17, 11
"""Of names, numbers and headings; of the title; of notes: in pixels."""
NARROW = {letter: width for width, letters in ((0.3, "ijlI.,:;'| "), (0.42, "ft()[]-/!r")) for letter in letters}
WIDE = {letter: width for width, letters in ((0.84, "=+<>~^×−→#&"), (1.0, "mwMWQ@%—…")) for letter in letters}


def template(theme: Theme) -> go.layout.Template:
    """The look, which is part of every figure, and without the button that uploads the chart."""
    axis = {
        "gridcolor": theme.grid, "linecolor": theme.faint, "zerolinecolor": theme.faint, "zerolinewidth": 1,
        "ticks": "outside", "tickcolor": theme.faint, "ticklen": 4, "tickfont": {"size": SIZE},
        "title": {"font": {"size": SIZE}}, "separatethousands": True,
    }  # fmt: skip
    return go.layout.Template(
        layout={
            "colorway": theme.colours,
            "paper_bgcolor": theme.background,
            "plot_bgcolor": theme.background,
            "font": {"color": theme.ink, "family": "system-ui, sans-serif", "size": SIZE},
            "title": {
                "xref": "paper", "x": 0, "xanchor": "left", "yref": "container", "y": 1, "yanchor": "top",
                "font": {"size": TITLE_SIZE},
            },
            "xaxis": {**axis, "showgrid": False, "zeroline": False, "tickangle": 0},
            "yaxis": {**axis, "ticks": "", "zeroline": True, "exponentformat": "power", "automargin": "left"},
            "legend": {
                "orientation": "h", "maxheight": 1, "font": {"size": SIZE}, "xref": "container", "x": 0.01,
                "xanchor": "left", "yref": "container", "y": 0, "yanchor": "bottom", "tracegroupgap": 0,
            },
            "hovermode": "x unified",
            "hoverlabel": {"font": {"size": SIZE}},
            "modebar": {"remove": ["sendChartToCloud", "select2d", "lasso2d"]},
        }
    )  # fmt: skip


def literal(text: str) -> str:
    """The text with escapes for what plotly would read as HTML, as a template or as mathematics."""
    return escape(text, quote=False).replace("%{", "&#37;{").replace("$", "&#36;")


def wrapped(text: str, width: float, size: float = SIZE) -> list[str]:
    """The text in lines of at most about `width` pixels.

    The letters are counted as those of DejaVu Sans, the widest of the usual fonts.
    """
    lines: list[str] = []
    for paragraph in text.splitlines():
        line = ""
        for word in _pieces(paragraph, width, size):
            longer = f"{line} {word}".strip()
            if line and text_width(longer, size) > width:
                lines.append(line)
                longer = word
            line = longer
        lines += [line] if line else []
    return lines


def shortened(text: str, width: float, size: float = SIZE) -> str:
    """The text with an ellipsis in place of its middle, if it is wider than `width` pixels: often the ends differ."""
    kept = len(text)
    short = text
    while text_width(short, size) > width and kept > 2:
        kept -= 1
        short = f"{text[: (kept + 1) // 2].rstrip()}…{text[len(text) - kept // 2 :].lstrip()}"
    return short


def fitted(text: str, width: float, most: int) -> list[str]:
    """The text in at most so many lines of at most about `width` pixels, without its middle if they do not hold it."""
    lines, part = wrapped(text, width), 1.0
    while len(lines) > most and part > 0:  # a line may end before it is full
        lines = wrapped(shortened(text, part * most * width), width)
        part -= 0.05
    return lines[:most] or [" "]


def text_width(text: str, size: float = SIZE) -> float:
    """About how many pixels wide a line of text is, at most."""
    return size * sum(map(_letter, text))


def broken(lines: list[str]) -> str:
    """The lines as one text of plotly's."""
    return "<br>".join(map(literal, lines))


def _letter(letter: str) -> float:
    if letter in NARROW or letter in WIDE:
        return NARROW.get(letter) or WIDE[letter]
    if unicodedata.combining(letter):
        return 0
    return 1.02 if unicodedata.east_asian_width(letter) in "WF" else 0.78 if letter.isupper() else 0.635


def _pieces(paragraph: str, width: float, size: float) -> Iterator[str]:
    """The words, each cut where it is wider than a line."""
    for word in paragraph.split():
        rest = word
        while text_width(rest, size) > width and len(rest) > 1:
            fits = next(k for k in range(len(rest) - 1, 0, -1) if k == 1 or text_width(rest[:k], size) <= width)
            yield rest[:fits]
            rest = rest[fits:]
        yield rest
