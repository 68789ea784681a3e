"""nanochat: ``step 00100/22000 (0.45%) | … | lrm: 0.93 | …``, a multiplier of the rates of all groups; steps from 0."""

from __future__ import annotations

import re

from .._containers import NUMBER, Container, Text
from .._raw import Raw, columns_of

LINE = re.compile(r"\bstep\s+(\d+)/(\d+)\b")
RATE = re.compile(rf"\|\s*lrm:\s*({NUMBER})\s*\|")


def read(container: Container) -> Raw | None:
    """The multiplier."""
    if not isinstance(container, Text):
        return None
    found = [groups for _, groups in container.found(LINE, RATE)]
    if not found:
        return None
    rows = [{"step": step, "lrm": rate} for step, _, rate in found]
    columns = columns_of(rows, {"lrm": "multiplier"}, {"step": "step"}, offsets=(0,))
    return Raw("nanochat text", columns, {"trainer": "nanochat", "total": int(found[-1][1])})
