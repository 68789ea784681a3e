"""Calls of the catalogue's functions, drawn from the declared domains."""

from __future__ import annotations

from typing import Any

import pytest
from helpers import number_in
from hypothesis import strategies as st

from lrkit import catalogue
from lrkit._params import Field, fields_of

FUNCTIONS = catalogue.FUNCTIONS

EVERY_FUNCTION = pytest.mark.parametrize("name", FUNCTIONS)


def drawn_one(draw: Any, field: Field) -> Any:
    if field.kind is bool:
        return draw(st.booleans())
    if field.kind is str:
        return draw(st.sampled_from(field.param.choices))
    if field.many:
        return draw(st.lists(number_in(field), min_size=field.param.min_length, max_size=4))
    return draw(number_in(field))


@st.composite
def arguments(draw: Any, name: str) -> dict[str, Any]:
    """Arguments for a function, each in its own domain and fitting together; some defaults left alone."""
    fields = fields_of(FUNCTIONS[name]).values()
    given = {f.name: drawn_one(draw, f) for f in fields if f.required or draw(st.booleans())}
    if name == "cosine_restarts" and given.get("warmup_steps") and given.get("multiplier", 1) > 1:
        given.setdefault("cycles", 4)
    return given
