"""Values of a wrong kind: huge integers, and what is no text where a name is meant, are refused by the parameter."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import lrkit

HUGE = 10**400
COSINE = lrkit.CosineDecayLR(0, 0.1, 100)
BUDGET = lrkit.Budget(samples=1000, batch=10, epochs=3)
INTEGERS: dict[str, Callable[[Any], Any]] = {
    "compare: steps": lambda n: lrkit.compare(COSINE, steps=n),
    "plot: steps": lambda n: lrkit.plot(COSINE, steps=n),
    "plot: steps_per_epoch": lambda n: lrkit.plot(COSINE, steps_per_epoch=n),
    "plot: marks": lambda n: lrkit.plot(COSINE, marks=[n]),
    "plot: width": lambda n: lrkit.plot(COSINE, backend="text", width=n),
    "plot_grid: columns": lambda n: lrkit.plot_grid(COSINE, columns=n),
    "diff: steps": lambda n: lrkit.diff(COSINE, COSINE, n),
    "lint: budget": lambda n: lrkit.lint(COSINE, n),
    "extend: at": lambda n: lrkit.extend(COSINE, at=n, to=200),
    "extend: warmup_steps": lambda n: lrkit.extend(COSINE, at=50, to=200, how="rewarm", warmup_steps=n),
    "branches: at": lambda n: lrkit.branches(COSINE, at=[n]),
    "branches: cooldown": lambda n: lrkit.branches(COSINE, at=[9], cooldown=n),
    "layer_decay: layers": lambda n: lrkit.layer_decay(COSINE, layers=n),
    "rescale: batch": lambda n: lrkit.rescale(COSINE, batch=(1, n)),
    "rescale: steps": lambda n: lrkit.rescale(COSINE, batch=(1, 2), steps=n),
    "Budget: samples": lambda n: lrkit.Budget(samples=n),
    "Budget.at: step": BUDGET.at,
    "WarmUpLR: warmup_steps": lambda n: lrkit.WarmUpLR(0.1, n),
    "warmup": COSINE.warmup,
    "EveryLR: block_steps": COSINE.every,
    "hold": COSINE.hold,
    "to_list: total_step": COSINE.to_list,
    "to_array: steps": COSINE.to_array,
    "as_source: steps": lambda n: lrkit.as_source(COSINE, "torch", n),
}
NAMES: dict[str, Callable[[Any], Any]] = {
    "plot: theme": lambda name: lrkit.plot(COSINE, theme=name),
    "plot: backend": lambda name: lrkit.plot(COSINE, backend=name),
    "plot: yscale": lambda name: lrkit.plot(COSINE, yscale=name),
    "plot: x": lambda name: lrkit.plot(COSINE, x=[name]),
    "compare: sort": lambda name: lrkit.compare(COSINE, sort=name),
    "extend: how": lambda name: lrkit.extend(COSINE, at=50, to=200, how=name),
    "extend: shape": lambda name: lrkit.extend(COSINE, at=50, to=200, how="cooldown", shape=name),
    "as_source: framework": lambda name: lrkit.as_source(COSINE, name),
    "rescale: rule": lambda name: lrkit.rescale(COSINE, batch=(1, 2), rule=name),
    "layer_decay: convention": lambda name: lrkit.layer_decay(COSINE, convention=name),
    "Budget: rounding": lambda name: lrkit.Budget(updates=9, rounding=name),
    "Budget.position: unit": lambda name: BUDGET.position([1], name),
    "Budget.in_updates: unit": lambda name: BUDGET.in_updates(COSINE, name),
}
FLAGS: dict[str, Callable[[Any], Any]] = {
    "plot: ascii_only": lambda flag: lrkit.plot(COSINE, backend="text", ascii_only=flag),
    "plot: dashes": lambda flag: lrkit.plot(COSINE, dashes=flag),
    "plot_grid: sharey": lambda flag: lrkit.plot_grid(COSINE, sharey=flag),
    "extend: scaled_warmup": lambda flag: lrkit.extend(COSINE, at=50, to=200, how="rescale", scaled_warmup=flag),
    "one_cycle: three_phase": lambda flag: lrkit.one_cycle(0.1, 100, three_phase=flag),
    "polynomial_decay_lr: update_decay_epoch": lambda flag: lrkit.polynomial_decay_lr(0.1, 0.01, 0.5, 10, 2, 5, flag),
    "ExponentialDecayLR: is_stair": lambda flag: lrkit.ExponentialDecayLR(0.1, 0.9, 10, flag),
    "Budget: drop_last": lambda flag: lrkit.Budget(samples=9, batch=2, epochs=1, drop_last=flag),
    "Param: exclusive": lambda flag: lrkit.Param("", low=0, exclusive=flag),
    "Parameter: requires_grad": lambda flag: lrkit.Parameter(np.ones(3), requires_grad=flag),
}


@pytest.mark.parametrize("value", [np.array([1, 0]), np.array(1), "yes", [True], 1, 0.5], ids=repr)
@pytest.mark.parametrize(("name", "call"), FLAGS.items(), ids=FLAGS)
def test_what_is_no_bool_is_refused_where_one_is_meant(name: str, call: Any, value: Any) -> None:
    with pytest.raises(TypeError, match=f"^{name} must be True or False"):
        call(value)


@pytest.mark.parametrize("number", [HUGE, -HUGE], ids=["above", "below"])
@pytest.mark.parametrize(("name", "call"), INTEGERS.items(), ids=INTEGERS)
def test_an_integer_beyond_every_float_is_refused_by_its_parameter(name: str, call: Any, number: int) -> None:
    with pytest.raises(ValueError, match=name.rpartition(": ")[2]) as caught:
        call(number)
    assert "float" not in str(caught.value)


@pytest.mark.parametrize("value", [["light"], {}, {1}, np.array([1, 2]), None, 3], ids=repr)
@pytest.mark.parametrize(("name", "call"), NAMES.items(), ids=NAMES)
def test_what_is_no_text_is_refused_where_a_name_is_meant(name: str, call: Any, value: Any) -> None:
    if value is None and name in ("extend: shape", "compare: sort"):
        value = 0  # None is the default
    with pytest.raises(TypeError, match=f"^{name} must be "):
        call(value)


@pytest.mark.parametrize(("name", "call"), NAMES.items(), ids=NAMES)
def test_a_name_that_nothing_has_is_a_wrong_value(name: str, call: Any) -> None:
    with pytest.raises(ValueError, match=f"^{name} must be .*'foo'"):
        call("foo")


@pytest.mark.parametrize("marks", [np.array([1, 2]), [np.array([1, 2])], [None], {"here": [1]}], ids=repr)
def test_marks_are_words_and_steps(marks: Any) -> None:
    with pytest.raises(TypeError, match=r"^plot: marks must be a list of 'first', 'peak', 'end' and steps"):
        lrkit.plot(COSINE, marks=marks)
