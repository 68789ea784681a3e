"""When fvcore's schedulers move on: what its objects and the configs of detectron2 have in common."""

from __future__ import annotations

import math

AHEAD = 1e-6
"""How far ahead of the share of a run fvcore looks, so that a rounding does not delay a milestone."""


def first_step(total: float, share: float, *, strict: bool = False) -> int:
    """The first step whose share of the run, and fvcore's millionth, has come to another share, or is past it."""
    at = max(0, math.floor((share - AHEAD) * total) - 1)
    while (at / total + AHEAD <= share) if strict else (at / total + AHEAD < share):
        at += 1
    return at
