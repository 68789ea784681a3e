"""What every registered schedule keeps, with parameters drawn from its declared domains."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import json
import math
import pickle
from typing import Any

import numpy as np
import pytest
from helpers import examples, magnitude, number_in, own_kinds, schedules, values
from hypothesis import given, settings
from hypothesis import strategies as st

import lrkit
from lrkit import LearningRateSchedule
from lrkit._namespaces import scalar
from lrkit._params import Field, fields_of

EVERY_KIND = pytest.mark.parametrize("kind", own_kinds())
STEPS = st.lists(st.integers(0, 300) | st.integers(0, 2**53) | st.floats(0, 1e6), min_size=1, max_size=30)


def names() -> dict[str, Any]:
    return {cls.__name__: cls for cls in own_kinds().values()}


@EVERY_KIND
@given(data=st.data())
def test_list_is_the_scalar_rates_exactly(kind: str, data: st.DataObject) -> None:
    schedule = data.draw(schedules([kind]))
    total, per_epoch = data.draw(st.integers(1, 700)), data.draw(st.integers(1, 20))
    rates = schedule.to_list(total, per_epoch)
    assert type(rates) is list
    assert {type(rate) for rate in rates} == {float}
    assert [r.hex() for r in rates] == [schedule(step // per_epoch).hex() for step in range(total)]


@EVERY_KIND
@given(data=st.data())
def test_compiled_rate_is_the_formula_exactly(kind: str, data: st.DataObject) -> None:
    schedule = data.draw(schedules([kind]))
    for step in data.draw(STEPS):
        rate = schedule(step)
        assert type(rate) is float
        assert rate.hex() == float(schedule.formula(step, scalar)).hex()
    for step in (np.int64(7), np.int8(7), np.uint64(7), np.float32(7), np.float64(7), 7.0):
        assert schedule(step).hex() == schedule(7).hex()


@EVERY_KIND
@given(data=st.data())
def test_array_is_within_two_ulp_of_the_peak(kind: str, data: st.DataObject) -> None:
    schedule = data.draw(schedules([kind]))
    steps = data.draw(STEPS)
    array = np.array(steps)
    order = data.draw(st.permutations(range(len(steps))))
    for chosen in (array, np.sort(array), array[order], array.reshape(1, -1, 1)):
        rates = schedule(chosen)
        assert rates.dtype == np.float64
        assert rates.shape == chosen.shape
        expected = np.array([schedule(step) for step in chosen.ravel().tolist()]).reshape(chosen.shape)
        assert (np.abs(rates - expected) <= 2 * np.spacing(magnitude(schedule, steps))).all()


@EVERY_KIND
@given(data=st.data())
def test_a_schedule_is_a_value(kind: str, data: st.DataObject) -> None:
    schedule = data.draw(schedules([kind]))
    before = repr(schedule)
    schedule(3)
    assert repr(schedule) == before
    copies = (
        eval(before, names()),
        lrkit.parse(before),
        lrkit.from_json(schedule.to_json()),
        lrkit.from_json(schedule.to_json(indent=2).encode()),
        pickle.loads(pickle.dumps(schedule)),
        copy.deepcopy(schedule),
        dataclasses.replace(schedule),
    )
    for other in copies:
        assert other == schedule
        assert hash(other) == hash(schedule)
        assert type(other) is type(schedule)
        assert repr(other) == before
        assert [other(step).hex() for step in range(20)] == [schedule(step).hex() for step in range(20)]
    assert schedule != lrkit.ConstantLR(12345.0)
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(schedule, next(iter(schedule.parameters())), 1)
    with pytest.raises(dataclasses.FrozenInstanceError):
        delattr(schedule, next(iter(schedule.parameters())))
    assert repr(schedule) == before


@EVERY_KIND
@given(data=st.data())
def test_bends_and_jumps_are_knots(kind: str, data: st.DataObject) -> None:
    schedule = data.draw(schedules([kind]))
    stop = data.draw(st.integers(20, 400))
    knots = schedule.knots(stop)
    assert (np.diff(knots) > 0).all()
    assert ((knots > 0) & (knots < stop)).all()
    steps = np.arange(1, stop)
    known = np.array([np.abs(knots - step).min(initial=np.inf) <= 1 for step in steps])
    peak = np.abs(schedule(np.arange(stop + 1))).max()
    for direction in (0, np.inf):
        jumps = np.abs(schedule(np.nextafter(steps, direction)) - schedule(steps)) > 1e-9 * peak
        assert not (jumps & ~known).any(), steps[jumps & ~known]
    # The slopes left and right of a step differ in proportion to the distance, unless the curve bends there.
    wide, narrow = (_kink(schedule, steps, distance) for distance in (2.0**-7, 2.0**-14))
    bends = (narrow > 0.3 * wide) & (narrow > 1e-4 * peak)
    assert not (bends & ~known).any(), steps[bends & ~known]


def _kink(schedule: LearningRateSchedule, steps: Any, distance: float) -> Any:
    before, here, after = schedule(steps - distance), schedule(steps), schedule(steps + distance)
    return np.abs(after - 2 * here + before) / distance


@EVERY_KIND
def test_a_value_outside_a_domain_is_named(kind: str) -> None:
    cls = own_kinds()[kind]
    for field in fields_of(cls).values():
        valid = _valid(cls)
        for bad, error in _outside(field):
            with pytest.raises(error) as caught:
                cls(**valid | {field.name: bad})
            message = str(caught.value)
            assert message.startswith(f"{cls.__name__}: {field.name}"), message
            assert "must be" in message, message
            assert ", got " in message, message


def _valid(cls: type) -> dict[str, Any]:
    """One set of arguments in the middle of each domain."""
    given: dict[str, Any] = {}
    for field in fields_of(cls).values():
        if field.is_schedule:
            one: Any = lrkit.ConstantLR(0.1)
        elif field.kind is bool:
            one = False
        else:
            low, high = field.param.typical
            one = field.kind((low + high) / 2)
        size = 1 if cls.kind == "join" and not field.is_schedule else 2
        given[field.name] = [one] * size if field.many else one
    return given


def _outside(field: Field) -> list[tuple[Any, type[Exception]]]:
    """Values just outside the field's domain, each with the error it must raise."""
    if field.is_schedule:
        bad: list[tuple[Any, type[Exception]]] = [(0.1, TypeError), ("0.1", TypeError), (lrkit.ConstantLR, TypeError)]
    elif field.kind is bool:
        bad = [(0, TypeError), (1.0, TypeError), ("True", TypeError), (np.True_, TypeError)]
    else:
        bad = [(True, TypeError), ("1", TypeError), (1j, TypeError), (np.True_, TypeError), ([], TypeError)]
        low = field.param.low
        if field.kind is int:
            bad += [(3.5, TypeError), (2.0, TypeError), (2**53 + 1, ValueError), (-(2**60), ValueError)]
            bad += [(low - 1, ValueError)] if low is not None else []
        else:
            bad += [(math.nan, ValueError), (math.inf, ValueError), (-math.inf, ValueError), (10**400, ValueError)]
            if low is not None:
                bad += [(low if field.param.exclusive else math.nextafter(low, -math.inf), ValueError)]
    if not field.optional:
        bad.append((None, TypeError))
    if field.many:
        whole = [(0.5, TypeError), ({1, 2}, TypeError), ("12", TypeError), ((), ValueError)]
        return whole + [([value, value], error) for value, error in bad if not _packs(field, value)]
    return bad


def _packs(field: Field, value: Any) -> bool:
    """A packed list of counts is as long as its table: 2**53 and beyond are refused as a sum, in other words."""
    return field.packed and isinstance(value, int) and abs(value) > 2**53


@EVERY_KIND
@given(data=st.data())
def test_numbers_are_stored_plain(kind: str, data: st.DataObject) -> None:
    cls = own_kinds()[kind]
    arguments = data.draw(values(cls, schedules(depth=1)))
    as_numpy = {
        name: np.float64(v) if type(v) is float else np.int64(v) if type(v) is int else v
        for name, v in arguments.items()
    }
    assert cls(**as_numpy) == cls(**arguments)
    assert "np." not in repr(cls(**as_numpy))


@EVERY_KIND
def test_the_declaration_is_complete(kind: str) -> None:
    cls = own_kinds()[kind]
    for field in fields_of(cls).values():
        assert field.is_schedule or field.kind is bool or field.param.typical, field
        assert field.param.symbol or field.kind is bool, field
    doc = cls.__doc__ or ""
    for needed in (
        ".. math::",
        "Parameters\n",
        "Notes\n",
        "*First step",
        "ast the end*",
        "Examples\n",
        ">>>",
    ):
        assert needed in doc, f"{cls.__name__}: the docstring lacks {needed!r}"
    for field in fields_of(cls).values():
        assert field.name in doc.partition("Parameters\n")[2].partition("Notes\n")[0], field.name
    assert "Raises\n" not in doc  # which stands once, in the base class
    assert json.loads(_example(cls).to_json())["schedule"]["kind"] == kind
    assert _example(cls).horizon >= 1


def test_the_base_class_says_what_every_schedule_raises() -> None:
    raises = (LearningRateSchedule.__doc__ or "").partition("Raises\n")[2].partition("Notes\n")[0]
    assert all(error.__name__ in raises for error in (TypeError, ValueError, OverflowError))


def _example(cls: type) -> LearningRateSchedule:
    return cls(**_valid(cls))


@settings(max_examples=examples(200))
@given(data=st.data())
def test_drawn_numbers_are_in_the_domain(data: st.DataObject) -> None:
    cls = own_kinds()[data.draw(st.sampled_from(list(own_kinds())))]
    for field in fields_of(cls).values():
        if not field.is_schedule and field.kind is not bool:
            value = data.draw(number_in(field))
            assert field.param.low is None or value >= field.param.low


@EVERY_KIND
def test_help_shows_what_a_class_is_called_with(kind: str) -> None:
    fields = fields_of(own_kinds()[kind])
    shown = inspect.signature(own_kinds()[kind]).parameters
    assert list(shown) == list(fields)
    for name, field in fields.items():
        assert (shown[name].default is inspect.Parameter.empty) == field.required
        assert field.required or shown[name].default == field.default
