"""What every function of the catalogue keeps: values that read back, named errors, documentation."""

from __future__ import annotations

import math
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from catalogue_calls import EVERY_FUNCTION, FUNCTIONS, arguments
from helpers import magnitude
from hypothesis import given
from hypothesis import strategies as st

import lrkit
from lrkit import catalogue
from lrkit._params import Field, fields_of
from lrkit.schedules._registry import kinds

STEPS = st.lists(st.integers(0, 300) | st.integers(0, 10**7) | st.floats(0, 1e4), min_size=1, max_size=20)


def middle(name: str) -> dict[str, Any]:
    """One set of arguments in the middle of each domain."""
    found: dict[str, Any] = {}
    for field in fields_of(FUNCTIONS[name]).values():
        if field.kind is bool:
            found[field.name] = False
        elif field.kind is str:
            found[field.name] = field.param.choices[0]
        else:
            low, high = field.param.typical
            one = field.kind((low + high) / 2)
            found[field.name] = [one, one] if field.many else one
    return found


@EVERY_FUNCTION
@given(data=st.data())
def test_what_is_made_is_a_registered_value_that_reads_back(name: str, data: st.DataObject) -> None:
    given = data.draw(arguments(name))
    made = FUNCTIONS[name](**given)
    assert type(made) in kinds().values()
    for copy in (lrkit.parse(repr(made)), lrkit.from_json(made.to_json()), pickle.loads(pickle.dumps(made))):
        assert copy == made
        assert hash(copy) == hash(made)
        assert repr(copy) == repr(made)
    call = f"{name}({', '.join(f'{key}={value!r}' for key, value in given.items())})"
    assert lrkit.parse(call) == made
    if list(given) == list(fields_of(FUNCTIONS[name])):
        assert FUNCTIONS[name](*given.values()) == made
    assert made.horizon >= 1
    made.knots(200)


@EVERY_FUNCTION
@given(data=st.data())
def test_list_is_exact_and_array_is_close(name: str, data: st.DataObject) -> None:
    made = FUNCTIONS[name](**data.draw(arguments(name)))
    total, per_epoch = data.draw(st.integers(1, 400)), data.draw(st.integers(1, 20))
    assert [r.hex() for r in made.to_list(total, per_epoch)] == [made(i // per_epoch).hex() for i in range(total)]
    steps = data.draw(STEPS)
    scalar = np.array([made(step) for step in steps])
    assert (np.abs(made(np.array(steps)) - scalar) <= 2 * np.spacing(magnitude(made, steps))).all()


@EVERY_FUNCTION
def test_a_value_outside_a_domain_is_named(name: str) -> None:
    for field in fields_of(FUNCTIONS[name]).values():
        for bad, error in outside(field):
            with pytest.raises(error) as caught:
                FUNCTIONS[name](**middle(name) | {field.name: bad})
            assert str(caught.value).startswith(f"{name}: {field.name}"), caught.value
            assert "must be" in str(caught.value)
            assert ", got " in str(caught.value)


def outside(field: Field) -> list[tuple[Any, type[Exception]]]:
    """Values just outside a declared domain, each with the error it must raise."""
    low, high = field.param.low, field.param.high
    bad: list[tuple[Any, type[Exception]]]
    if field.kind is bool:
        return [(0, TypeError), ("True", TypeError), (None, TypeError)]
    if field.kind is str:
        return [("nothing", ValueError), (1, TypeError), (None, TypeError)]
    bad = [(True, TypeError), ("1", TypeError), (1j, TypeError)]
    if field.kind is int:
        bad += [(2.0, TypeError), (2**53 + 1, ValueError)]
        bad += [(low - 1, ValueError)] if low is not None else []
        bad += [(high + 1, ValueError)] if high is not None else []
    else:
        bad += [(math.nan, ValueError), (math.inf, ValueError)]
        if low is not None:
            bad.append((low if field.param.exclusive else math.nextafter(low, -math.inf), ValueError))
        if high is not None:
            bad.append((high if field.param.high_exclusive else math.nextafter(high, math.inf), ValueError))
    if not field.optional:
        bad.append((None, TypeError))
    if not field.many:
        return bad
    return [(0.5, TypeError), ("12", TypeError)] + [([value], error) for value, error in bad]


@EVERY_FUNCTION
def test_a_wrong_call_is_named(name: str) -> None:
    with pytest.raises(TypeError, match=f"^{name}: "):
        FUNCTIONS[name](nothing_of_the_kind=1)
    with pytest.raises(TypeError, match=f"^{name}: "):
        FUNCTIONS[name](*range(20))


@EVERY_FUNCTION
def test_the_docstring_is_complete(name: str) -> None:
    doc = FUNCTIONS[name].__doc__ or ""
    for needed in (".. math::", "Parameters\n", "Notes\n", "*First step", "Examples\n", ">>>"):
        assert needed in doc, f"{name}: the docstring lacks {needed!r}"
    assert "ast the end*" in " ".join(doc.replace("*Past the\n    end*", "*Past the end*").split()), name
    for field in fields_of(FUNCTIONS[name]).values():
        assert field.kind in (bool, str) or field.param.typical, field
        assert field.name in doc.partition("Parameters\n")[2].partition("Notes\n")[0], field.name


@EVERY_FUNCTION
def test_every_function_is_exported_and_stands_in_a_short_file_of_its_name(name: str) -> None:
    assert name in lrkit.__all__
    assert getattr(lrkit, name) is FUNCTIONS[name]
    assert FUNCTIONS[name].__module__ == f"lrkit.catalogue.{name}"
    path = Path(catalogue.__path__[0]) / f"{name}.py"
    assert len(path.read_text().splitlines()) <= 140  # the function, its docstring, and its inverse


RELATIONS = {
    "polynomial_k_decay(0.2, 0.1, 4, 1.0, 1.0)": "min_lr must be at most max_lr, got 0.2 and 0.1",
    "chebyshev(0.2, 0.1, 4)": "min_lr must be at most max_lr",
    "half_cosine(0.2, 0.1, 4)": "min_lr must be at most max_lr",
    "flat_cosine(0.2, 0.1, 4, 4)": "min_lr must be at most max_lr",
    "sqrt_annealing(0.2, 0.1, 4)": "min_lr must be at most max_lr",
    "square_annealing(0.2, 0.1, 4)": "min_lr must be at most max_lr",
    "cosine_restarts(0.2, 0.1, 4)": "min_lr must be at most max_lr",
    "cosine_restarts(0, 0.1, 4, warmup_steps=4)": "warmup_steps must be at most period_steps - 1, got 4 and 3",
    "cosine_restarts(0, 0.1, 4, 1.5, warmup_steps=1)": "cycles must be 1 to 87 with this warm-up and growth, got None",
    "cosine_restarts(0, 0.1, 4, 3.0, warmup_steps=1, cycles=1000)": "cycles must be 1 to 32 with",
    "cosine_restarts(0, 0.1, 4, 1 + 1e-9, warmup_steps=1, cycles=10**6)": "cycles must be 1 to 1000 with",
    "warmup_stable_decay(0.1, 1, 1, 1, 0.2)": "min_lr must be at most max_lr",
    "wsd_s(0.1, 1, [4], 2, 0.2)": "min_lr must be at most max_lr",
    "wsd_s(0.1, 3, [4], 2)": "warmup_steps + decay_steps must be at most period_steps[0], got 5 and 4",
    "wsd_s(0.1, 1, [4, 1], 2)": "decay_steps must be at most period_steps[1], got 2 and 1",
    "one_cycle(0.1, 100, start_lr=0.2)": "start_lr must be at most max_lr, got 0.2 and 0.1",
    "one_cycle(0.1, 100, end_lr=0.2)": "end_lr must be at most max_lr, got 0.2 and 0.1",
    "one_cycle(1, 100, 0.6, three_phase=True)": "2 * pct_start * total_steps - 1 must be at most total_steps, got 119",
    "noise(4, 1.0, 0.05)": "std must be at most 10 * limit, got 1.0 and 0.5",
}


@pytest.mark.parametrize("call", RELATIONS)
def test_arguments_that_do_not_fit_together_are_named(call: str) -> None:
    name = call.partition("(")[0]
    with pytest.raises(ValueError, match="must be") as caught:
        eval(call, dict(FUNCTIONS))
    assert str(caught.value).startswith(f"{name}: {RELATIONS[call]}")
