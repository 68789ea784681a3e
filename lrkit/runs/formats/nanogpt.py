"""nanoGPT's kin: ``step 10 | … | lr 6.0000e-05 | …`` or ``iter 10: … lr: 6.0000e-05``; from 0, the rate used."""

from __future__ import annotations

import re

from .._containers import NUMBER, Container
from .._lines import one_rate_a_line
from .._raw import Raw

LINE = re.compile(r"^\s*(?:step|iter)\s+(\d+)(?:/\d+)?\s*[|:]")
RATE = re.compile(rf"\blr:?\s*({NUMBER})")


def read(container: Container) -> Raw | None:
    """The lines of training."""
    return one_rate_a_line(container, LINE, RATE, "nanoGPT text", "nanoGPT")
