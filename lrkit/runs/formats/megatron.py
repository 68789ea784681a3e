"""Megatron-LM and Megatron-DeepSpeed: ``iteration 1/ 100 | consumed samples: 8 | … | learning rate: 1.875E-05 | …``.

The rate is read after the scheduler's step, so it is that of the samples consumed so far. An iteration that was skipped
consumes samples and does not advance the schedule.
"""

from __future__ import annotations

import re
from typing import Any

from .._containers import NUMBER, Container, Text
from .._raw import Raw, columns_of

LINE = re.compile(r"\biteration\s+(\d+)/\s*(\d+) \|")
RATE = re.compile(rf"\blearning rate:\s*({NUMBER}) \|")
SAMPLES = re.compile(r"\bconsumed samples:\s*(\d+)")
TOKENS = re.compile(r"\bconsumed tokens:\s*(\d+)")
BATCH = re.compile(r"\bglobal batch size:\s*(\d+)")
SKIPPED = re.compile(r"\bnumber of skipped iterations:\s*(\d+)")


def read(container: Container) -> Raw | None:
    """The rows, by samples where they are printed, less what the skipped iterations consumed."""
    if not isinstance(container, Text):
        return None
    rows: list[dict[str, Any]] = []
    facts: dict[str, Any] = {"trainer": "Megatron-LM"}
    skipped = skipped_samples = 0
    for text, (iteration, total, rate) in container.found(LINE, RATE):
        facts["total"] = int(total)
        batch = _count(BATCH, text)
        samples, lost = _count(SAMPLES, text), _count(SKIPPED, text) or 0
        skipped, skipped_samples = skipped + lost, skipped_samples + lost * (batch or 0)
        if batch is not None:
            facts["batch"] = batch
        row = {"learning rate": rate, "step": str(int(iteration) - skipped), "iteration": iteration}
        if samples is not None:
            row["sample"] = str(samples - skipped_samples)
        if (tokens := _count(TOKENS, text)) is not None:
            row["token"] = str(tokens)
        rows.append(row)
    if not rows:
        return None
    notes = []
    if skipped:
        facts["skipped"] = skipped
        notes.append(f"{skipped:,} skipped iterations, as the log says, are left out of what x counts")
    clocks = {unit: unit for unit in ("sample", "step", "token")}
    return Raw("Megatron-LM text", columns_of(rows, {"learning rate": "lr"}, clocks, offsets=(0,)), facts, notes)


def _count(pattern: re.Pattern[str], text: str) -> int | None:
    found = pattern.search(text)
    return int(found[1]) if found else None
