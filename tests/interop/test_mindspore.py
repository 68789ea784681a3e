"""The MindSpore adapters without MindSpore; with it, see ``mindspore_live.py`` and ``mindspore_live_cells.py``.

Stand-ins carry the attributes that the classes of MindSpore 2.10.0 set in their ``__init__``
(``nn/learning_rate_schedule.py``, ``experimental/optim/lr_scheduler.py``); the live tests compare the two.
What they stand for is compared with what MindSpore 2.10.0 was recorded to do (``tests/golden/``).
"""

from __future__ import annotations

import sys
from collections import Counter
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest
import recorded_schedulers as epochs
import recorded_schedules as step_objects
from helpers import decode, golden
from mindspore_stand_ins import (
    CELL_ATTRIBUTES,
    DEFAULTS,
    Number,
    scheduler_attributes,
)

import lrkit
from lrkit.interop import from_mindspore, to_mindspore
from lrkit.interop._errors import DepartureWarning


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Modules with classes of the right names, and a function that makes one of them with attributes."""
    nn, schedulers = ModuleType("mindspore.nn"), ModuleType("mindspore.experimental.optim.lr_scheduler")
    for module, names in (
        (nn, CELL_ATTRIBUTES),
        (schedulers, ["LambdaLR", "MultiplicativeLR", "ReduceLROnPlateau", "SequentialLR", "ExponentialLR", *DEFAULTS]),
    ):
        for name in names:
            setattr(module, name, type(name, (), {"__module__": module.__name__}))
        monkeypatch.setitem(sys.modules, module.__name__, module)

    def make(name: str, attributes: dict[str, Any]) -> Any:
        made = getattr(nn if name in CELL_ATTRIBUTES else schedulers, name)()
        vars(made).update(attributes)
        return made

    return make


def optimizer(bases: list[float], rates: Any) -> SimpleNamespace:
    groups = [{"lr": Number(r), "initial_lr": Number(b)} for r, b in zip(np.atleast_1d(rates), bases, strict=True)]
    return SimpleNamespace(param_groups=groups)


# Without MindSpore --------------------------------------------------------------------------------------------------


@pytest.fixture
def _missing(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("mindspore", "mindspore.nn", "mindspore.experimental.optim.lr_scheduler"):
        monkeypatch.setitem(sys.modules, module, None)


@pytest.mark.usefixtures("_missing")
def test_without_mindspore_the_extra_is_named() -> None:
    with pytest.raises(ImportError, match=r'from_mindspore needs mindspore: pip install "lrkit\[mindspore\]"'):
        from_mindspore(object())
    with pytest.raises(ImportError, match=r'to_mindspore needs mindspore: pip install "lrkit\[mindspore\]"'):
        to_mindspore(lrkit.ConstantLR(0.1))


@pytest.mark.usefixtures("_missing")
def test_lists_need_no_mindspore() -> None:
    assert to_mindspore(lrkit.WarmUpLR(0.5, 2), 5, 2) == [0.0, 0.0, 0.25, 0.25, 0.5]
    assert from_mindspore([0.5, 0.25]) == from_mindspore((0.5, 0.25)) == lrkit.TableLR([0.5, 0.25])


def test_arguments_are_checked() -> None:
    with pytest.raises(TypeError, match=r"to_mindspore: schedule must be a LearningRateSchedule, got 0\.1"):
        to_mindspore(0.1)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="to_mindspore: total_step must be an integer >= 1, got 0"):
        to_mindspore(lrkit.ConstantLR(0.1), 0)
    with pytest.raises(TypeError, match=r"to_mindspore: step_per_epoch must be an integer >= 1, got 1\.5"):
        to_mindspore(lrkit.ConstantLR(0.1), 1, 1.5)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="base_lr goes with a scheduler"):
        from_mindspore([0.1], base_lr=0.1)


@pytest.mark.parametrize(
    "case",
    [case for case in golden("dynamic_lr")["cases"] if step_objects.outcome(case) == "compared" and case["output"]],
    ids=lambda case: case["name"],
)
def test_recorded_lists_become_tables_and_lists_again(case: dict[str, Any]) -> None:
    rates = decode(case["output"])
    if not np.isfinite(rates).all():
        with pytest.raises(ValueError, match="TableLR: rates"):
            from_mindspore(rates)
    else:
        assert to_mindspore(from_mindspore(rates), len(rates)) == rates


# Step objects -------------------------------------------------------------------------------------------------------

OBJECTS = [case for case in step_objects.OBJECTS["cases"] if step_objects.outcome(case) == "compared"]


@pytest.mark.parametrize("case", OBJECTS, ids=lambda case: case["name"])
def test_a_step_object_has_the_recorded_rates(case: dict[str, Any], stand_in: Any) -> None:
    kwargs = step_objects.kwargs_of(case)
    name = case["call"].removeprefix("nn.").partition("(")[0]
    # MindSpore multiplies float32 by these
    rounded = {key: float(np.float32(x)) if key in step_objects.FLOATS else x for key, x in kwargs.items()}
    arguments = {key: value for key, value in rounded.items() if key != "global_step"}
    schedule = from_mindspore(stand_in(name, CELL_ATTRIBUTES[name](**arguments)))
    assert schedule == getattr(lrkit, name)(**arguments)
    step = kwargs.get("global_step", case["output"].get("steps"))
    step = step_objects.OBJECTS["steps"][step] if isinstance(step, str) else 0 if step is None else step
    if np.size(step) == 1 and step == 2**31 - 1:
        step = np.float32(step)  # as MindSpore sees it
    rates = step_objects.in_float32(schedule(step))
    recorded = np.reshape(np.asarray(decode(case["output"]["f32"]), np.float64), np.shape(rates))
    allowed, cancelled = step_objects.tolerance(case, kwargs, recorded)
    assert (step_objects.excess(rates, recorded) <= allowed + cancelled).all()


@pytest.mark.parametrize(
    ("name", "attribute"), [("CosineDecayLR", "max_lr"), ("PolynomialDecayLR", "start_learning_rate")]
)
def test_attributes_changed_by_halves_are_refused(name: str, attribute: str, stand_in: Any) -> None:
    arguments = (0.0, 0.1, 4) if name == "CosineDecayLR" else (0.1, 0.0, 4, 1.0)
    cell = stand_in(name, CELL_ATTRIBUTES[name](*arguments))
    assert from_mindspore(cell) == getattr(lrkit, name)(*arguments)
    setattr(cell, attribute, 0.2)
    with pytest.raises(TypeError, match=rf"attributes of the {name} were changed.*lrkit\.record"):
        from_mindspore(cell)


# Schedulers ---------------------------------------------------------------------------------------------------------

READ = [
    case
    for case in epochs.CASES.values()
    if epochs.outcome(case) == "tested"
    and case["name"] not in epochs.IN_WORDS
    and case["call"].removeprefix("lr_scheduler.") in {*DEFAULTS, "ExponentialLR"}
    and "lr" in case["output"]
    and not {"scale_fn", "last_epoch"} & case["kwargs"].keys()
]


def test_recorded_schedulers_of_every_kind_are_read() -> None:
    assert Counter(case["call"].removeprefix("lr_scheduler.") for case in READ) == {
        "ConstantLR": 11,
        "CosineAnnealingLR": 8,
        "CosineAnnealingWarmRestarts": 15,
        "CyclicLR": 19,
        "ExponentialLR": 8,
        "LinearLR": 24,
        "MultiStepLR": 16,
        "PolynomialLR": 17,
        "StepLR": 12,
    }


@pytest.mark.parametrize("case", READ, ids=lambda case: case["name"])
def test_a_scheduler_has_the_recorded_rates(case: dict[str, Any], stand_in: Any) -> None:
    name = case["call"].removeprefix("lr_scheduler.")
    options = {key: decode(value) for key, value in case["kwargs"].items() if key not in ("optimizer", "steps")}
    bases = case["kwargs"]["optimizer"]["groups"]
    scheduler = stand_in(name, scheduler_attributes(name, options, bases))
    scheduler.optimizer = optimizer(bases, decode(case["output"]["lr"][0]))
    curves = from_mindspore(scheduler)
    at = [0, *case["kwargs"]["steps"]] if "steps" in case["kwargs"] else range(len(case["output"]["lr"]))
    assert epochs.excess(case, [[curve(epoch) for curve in curves] for epoch in at]) <= 1


def sequence(stand_in: Any, milestones: list[int], *parts: tuple[str, dict[str, Any]], rate: float = 0.1) -> Any:
    made = [stand_in(name, scheduler_attributes(name, options, [0.1])) for name, options in parts]
    attributes = {"_schedulers": made, "milestones": milestones, "last_epoch": Number(0.0)}
    return stand_in("SequentialLR", attributes | {"optimizer": optimizer([0.1], rate)})


SEQUENCES: dict[str, tuple[Any, ...]] = {
    "const+exp": ([2], ("ConstantLR", {"factor": 0.1, "total_iters": 2}), ("ExponentialLR", {"gamma": 0.9})),
    "linear+cosine": (
        [5], ("LinearLR", {"start_factor": 0.1, "total_iters": 5}), ("CosineAnnealingLR", {"T_max": 20}),
    ),
    "linear+step+poly": (
        [4, 16], ("LinearLR", {"start_factor": 0.5, "total_iters": 4}), ("StepLR", {"step_size": 3, "gamma": 0.5}),
        ("PolynomialLR", {"total_iters": 10}),
    ),
    "one": ([], ("ExponentialLR", {"gamma": 0.9})),
}  # fmt: skip


@pytest.mark.parametrize("name", SEQUENCES)
def test_a_sequence_has_the_recorded_rates(name: str, stand_in: Any) -> None:
    case = epochs.CASES[f"SequentialLR/{name}"]
    rates = decode(case["output"]["lr"])
    (curve,) = from_mindspore(sequence(stand_in, *SEQUENCES[name], rate=np.ravel(rates[0])[0]))
    assert epochs.excess(case, [[curve(epoch)] for epoch in range(len(rates))]) <= 1


def test_a_multi_step_in_a_sequence_is_read_with_a_warning(stand_in: Any) -> None:
    parts = ("ExponentialLR", {"gamma": 0.9}), ("MultiStepLR", {"milestones": [2, 4], "gamma": 0.5})
    with pytest.warns(DepartureWarning, match="fails where a MultiStepLR begins"):
        (curve,) = from_mindspore(sequence(stand_in, [5], *parts), base_lr=0.1)
    form = epochs.FORMS["SequentialLR/exp+multistep"]
    np.testing.assert_allclose(curve.to_list(21), [form(epoch) for epoch in range(21)], rtol=1e-14)


@pytest.mark.parametrize("name", ["ExponentialLR/outside-change", "stacked/ExponentialLR(0.9)+StepLR(3,0.5)"])
def test_a_rate_that_somebody_else_changed_is_refused(name: str, stand_in: Any) -> None:
    rates = np.ravel(decode(epochs.CASES[name]["output"]["lr"]))
    for epoch, rate in enumerate(rates):
        attributes = scheduler_attributes("ExponentialLR", {"gamma": 0.9}, [0.1]) | {"last_epoch": Number(epoch)}
        scheduler = stand_in("ExponentialLR", attributes | {"optimizer": optimizer([0.1], rate)})
        if epoch < (5 if "change" in name else 3):  # until then it is its own
            assert from_mindspore(scheduler, base_lr=0.1) == [lrkit.ExponentialDecayLR(1.0, 0.9, 1) * 0.1]
        else:
            with pytest.raises(TypeError, match=f"rate of group 0 at epoch {epoch} is"):
                from_mindspore(scheduler)


@pytest.mark.parametrize("name", ["LambdaLR", "MultiplicativeLR", "ReduceLROnPlateau"])
def test_what_is_no_function_of_the_epoch_is_refused(name: str, stand_in: Any) -> None:
    scheduler = stand_in(name, {"optimizer": optimizer([0.1], 0.1)})
    with pytest.raises(TypeError, match=rf"from_mindspore: .*{name}.*; lrkit\.record"):
        from_mindspore(scheduler)
    with pytest.raises(TypeError, match=f"from_mindspore: .*{name}"):
        from_mindspore(sequence(stand_in, [1], ("ExponentialLR", {"gamma": 0.9}), (name, {})))


def test_a_subclass_is_refused(stand_in: Any) -> None:
    known = type(stand_in("StepLR", {}))
    own = type("OwnStep", (known,), {"get_lr": lambda _: [0.1], "__module__": __name__})
    with pytest.raises(TypeError, match="OwnStep, a subclass of MindSpore's StepLR, has a get_lr of its own"):
        from_mindspore(own())
    same_name = type("StepLR", (known,), {"__module__": __name__})
    with pytest.raises(TypeError, match="StepLR, a subclass of MindSpore's StepLR, may be another curve"):
        from_mindspore(same_name())
    with pytest.raises(TypeError, match=r"0\.1 is no list, step object or scheduler of MindSpore"):
        from_mindspore(0.1)
