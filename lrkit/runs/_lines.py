"""Logs of which each line of text holds a step and one rate."""

from __future__ import annotations

import re

from ._containers import Container, Text
from ._raw import Raw, columns_of


def one_rate_a_line(
    container: Container, line: re.Pattern[str], rate: re.Pattern[str], form: str, trainer: str
) -> Raw | None:
    """The lines in which both patterns are found: steps that count from 0, each with the rate that was used in it."""
    if not isinstance(container, Text):
        return None
    rows = [{"step": step, "lr": used} for _, (step, used) in container.found(line, rate)]
    columns = columns_of(rows, {"lr": "lr"}, {"step": "step"}, offsets=(0,))
    return Raw(form, columns, {"trainer": trainer}) if rows else None
