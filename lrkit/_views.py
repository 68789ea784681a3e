"""Ways to see a schedule: filled by `lrkit/__init__.py`, so that a schedule, far below the pictures, finds them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

VIEWS: dict[str, Callable[..., Any]] = {}
"""``plot`` and ``html``: each a function of a schedule."""
