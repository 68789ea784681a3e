"""Declared fields as JavaScript: what the page shows of a field, and what checks its value."""

from __future__ import annotations

from typing import Any

from .._params import Field
from ._expressions import literal


def field_text(field: Field) -> str:
    """The call of `field` that declares one field."""
    param = field.param
    options: dict[str, Any] = {
        "low": param.low,
        "lowOpen": param.exclusive or None,
        "high": param.high,
        "highOpen": param.high_exclusive or None,
        "choices": param.choices or None,
        "typical": param.typical,
        "minLength": param.min_length or None,
        "many": field.many or None,
        "packed": field.packed or None,
        "pair": param.pair or None,
        "optional": field.optional or None,
    }
    kept = {name: value for name, value in options.items() if value is not None}
    kept |= {} if field.required else {"default": field.default}
    kind = "schedule" if field.is_schedule else field.kind.__name__
    written = ", ".join(f"{name}: {literal(value)}" for name, value in kept.items())
    head = f'field("{field.name}", "{kind}", {literal(param.symbol)}, {literal(param.unit)}'
    return f"{head}, {{ {written} }})" if written else f"{head})"
