"""llm.c: ``main.log``, lines such as ``s:1499 trl:4.0506 lr:0.000597 norm:0.33``; steps from 0, the rate used."""

from __future__ import annotations

import re

from .._containers import NUMBER, Container
from .._lines import one_rate_a_line
from .._raw import Raw

LINE = re.compile(r"^s:(\d+) ")
RATE = re.compile(rf"\blr:({NUMBER})")


def read(container: Container) -> Raw | None:
    """The lines of training; those of a validation have no rate."""
    return one_rate_a_line(container, LINE, RATE, "llm.c main.log", "llm.c")
