"""nanoGPT's kin: ``step 10 | … | lr 6.0000e-05 | …`` or ``iter 10: … lr: 6.0000e-05``; from 0, the rate used."""

from __future__ import annotations

import re

from .._containers import NUMBER, Container, Text
from .._raw import Raw, columns_of

LINE = re.compile(r"^\s*(?:step|iter)\s+(\d+)(?:/\d+)?\s*[|:]")
RATE = re.compile(rf"\blr:?\s*({NUMBER})")


def read(container: Container) -> Raw | None:
    """The lines of training."""
    if not isinstance(container, Text):
        return None
    rows = [{"step": step, "lr": rate} for _, (step, rate) in container.found(LINE, RATE)]
    return (
        Raw("nanoGPT text", columns_of(rows, {"lr": "lr"}, {"step": "step"}, offsets=(0,)), {"trainer": "nanoGPT"})
        if rows
        else None
    )
