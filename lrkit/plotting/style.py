"""Colours and dashes, the same for every renderer.

The colours are Okabe and Ito's, in an order of their own for each background, so that every curve stands out from it
by at least 3:1. Text is always in the ink colour: some of the curves' colours are too faint for letters.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Theme:
    """A background, and the colours that stand out from it."""

    background: str
    ink: str
    faint: str
    grid: str
    colours: tuple[str, ...]


BACKENDS = ("matplotlib", "plotly", "text")
THEMES = {
    "light": Theme("#ffffff", "#24292f", "#57606a", "#d8dee4", ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#000000")),
    "dark": Theme("#1b1f24", "#e6edf3", "#9da7b3", "#3a424c", ("#56B4E9", "#E69F00", "#009E73", "#CC79A7", "#F0E442")),
}

# Lengths in units of the line's width, dash then gap: matplotlib's `dashes`; plotly takes pixels.
DASHES: tuple[tuple[float, ...], ...] = ((), (5, 1.8), (1.2, 1.4), (6, 1.8, 1.2, 1.8), (3, 1.2))


def dash(k: int) -> tuple[float, ...]:
    """The dash of curve `k`: after five curves the colours come round, and the dashes go on by one."""
    return DASHES[(k + k // len(DASHES)) % len(DASHES)]


def check_theme(theme: str) -> None:
    """Raise `ValueError` if there is no such theme."""
    if theme not in THEMES:
        raise ValueError(f"plot: theme must be 'light' or 'dark', got {theme!r}")


def check_backend(backend: str) -> None:
    """Raise `ValueError` if there is no such backend."""
    if backend not in BACKENDS:
        raise ValueError(f"plot: backend must be 'matplotlib', 'plotly' or 'text', got {backend!r}")
