"""A budget in words and numbers, each of which a reader can check by hand."""

from __future__ import annotations

from .counting import Counting
from .given import Given


def sentence(given: Given, counting: Counting, total: int) -> str:
    return f"{total:,} updates"
