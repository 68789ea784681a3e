"""The look of pictures with plotly, and the words in them: broken into lines, and with nothing read as markup."""

from __future__ import annotations

import unicodedata
from html import escape

import plotly.graph_objects as go

from .style import Theme
from .text_lines import lines_within, without_middle

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
    tidy = "\n".join(" ".join(paragraph.split()) for paragraph in text.splitlines())
    return [line for line in lines_within(tidy, width, lambda line: text_width(line, size)) if line]


def fitted(text: str, width: float, most: int) -> list[str]:
    """The text in at most so many lines of at most about `width` pixels, without its middle if they do not hold it."""
    lines, part = wrapped(text, width), 1.0
    while len(lines) > most and part > 0:  # a line may end before it is full
        lines = wrapped(without_middle(text, part * most * width, text_width), width)
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
