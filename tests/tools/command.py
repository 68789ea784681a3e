"""What the tests of the command share; the fixture `run` is in conftest.py."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

COSINE = "CosineDecayLR(0, 0.1, 100)"
JOINED = "JoinLR([WarmUpLR(0.1, 5), CosineDecayLR(0, 0.1, 95)], [5])"


class Result(NamedTuple):
    """How a command ended, and what it printed."""

    code: int
    out: str
    err: str


Run = Callable[..., Result]


def listed(folder: Path = Path()) -> list[str]:
    """The names of everything in a folder, hidden or not."""
    return sorted(path.name for path in folder.iterdir())
