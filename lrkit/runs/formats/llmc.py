"""llm.c: ``main.log``, lines such as ``s:1499 trl:4.0506 lr:0.000597 norm:0.33``; steps from 0, the rate used."""

from __future__ import annotations

import re

from .._containers import NUMBER, Container, Text
from .._raw import Raw, columns_of

LINE = re.compile(r"^s:(\d+) ")
RATE = re.compile(rf"\blr:({NUMBER})")


def read(container: Container) -> Raw | None:
    """The lines of training; those of a validation have no rate."""
    if not isinstance(container, Text):
        return None
    rows = [{"step": step, "lr": rate} for _, (step, rate) in container.found(LINE, RATE)]
    return (
        Raw("llm.c main.log", columns_of(rows, {"lr": "lr"}, {"step": "step"}, offsets=(0,)), {"trainer": "llm.c"})
        if rows
        else None
    )
