"""`read`, and what `lrkit.plot` makes of other libraries' objects."""

from __future__ import annotations

import copy
import os
import subprocess
import sys
from importlib import import_module
from typing import Any
from unittest import mock

import numpy as np
import pytest
from loading import imported
from processes import LIMIT
from stand_ins import Model, Plateaux, Watching, optimizer, sgd

import lrkit
from lrkit import CosineDecayLR, TableLR
from lrkit import lr_scheduler as lrs
from lrkit.chart import make_chart
from lrkit.interop._reading import FRAMEWORKS, read, read_one


def test_what_is_a_schedule_already() -> None:
    cosine = CosineDecayLR(0.0, 0.1, 10)
    assert read(cosine) == [("", cosine)]
    for rates in ([0.1, 0.2], (0.1, 0.2), np.array([0.1, 0.2])):
        assert read(rates) == [("", TableLR([0.1, 0.2]))]


def test_groups_with_one_curve_are_one() -> None:
    same, other = lrs.ExponentialLR(optimizer(0.1, 0.1), 0.9), lrs.ExponentialLR(optimizer(0.1, 0.4, 0.1), 0.9)
    curve, higher = same.schedule(0.1), same.schedule(0.4)
    assert read(same) == [("", curve)]
    assert read(other) == [("groups 0, 2", curve), ("group 1", higher)]


def test_the_only_curve_of_an_object() -> None:
    same, other = lrs.ExponentialLR(optimizer(0.1, 0.1), 0.9), lrs.ExponentialLR(optimizer(0.1, 0.4, 0.1), 0.9)
    assert read_one(same) == same.schedule(0.1)
    assert read_one(abs, 3) == TableLR([0.0, 1.0, 2.0])
    with pytest.raises(ValueError, match=r"diff: cannot compare .* its groups have .* curves: groups 0, 2; group 1$"):
        read_one(other, complaint="diff: cannot compare")
    with pytest.raises(TypeError, match="diff: cannot compare 3: give a schedule"):
        read_one(3, complaint="diff: cannot compare")


def test_a_scheduler_of_ours_with_a_changed_rate() -> None:
    scheduler = lrs.ExponentialLR(optimizer(0.1), 0.9)
    scheduler.optimizer.param_groups[0]["lr"] = 0.2
    scheduler.step()
    [(_, curve)] = read(scheduler)
    assert curve(1) == pytest.approx(0.18, rel=1e-15)


def test_frameworks_are_known_by_their_classes() -> None:
    torch = pytest.importorskip("torch")
    theirs = torch.optim.lr_scheduler
    scheduler = theirs.StepLR(sgd(0.1, 0.3), 3, 0.5)
    assert [label for label, _ in read(scheduler)] == ["group 0", "group 1"]
    assert [curve for _, curve in read(scheduler)] == lrkit.from_torch(scheduler)
    assert read(torch.tensor([0.5, 0.25])) == [("", TableLR([0.5, 0.25]))]
    assert read(lrkit.to_torch(CosineDecayLR(0.0, 0.1, 10), sgd(1.0))) == [("", CosineDecayLR(0.0, 0.1, 10))]


def test_timm_transformers_and_keras_are_known_too() -> None:
    timm = imported("timm.scheduler")
    transformers = imported("transformers")
    [(_, curve)] = read(timm.StepLRScheduler(sgd(0.1), 3, 0.5))
    assert curve.to_list(4) == [0.1, 0.1, 0.1, 0.05]
    [(_, curve)] = read(transformers.get_linear_schedule_with_warmup(sgd(0.1), 2, 4))
    assert curve.to_list(5) == [0.0, 0.05, 0.1, 0.05, 0.0]
    with mock.patch.dict(os.environ, {"KERAS_BACKEND": "jax"}):  # read by Keras once, when it is imported
        keras = pytest.importorskip("keras")
    [(_, curve)] = read(keras.optimizers.schedules.PiecewiseConstantDecay([2], [0.5, 0.25]))
    assert curve.to_list(5) == [0.5, 0.5, 0.5, 0.25, 0.25]


def test_what_is_refused_is_recorded_if_there_are_steps() -> None:
    torch = pytest.importorskip("torch")
    scheduler = torch.optim.lr_scheduler.LambdaLR(sgd(0.5), lambda epoch: 1 / (1 + epoch))
    with pytest.raises(TypeError, match="from_torch: LambdaLR has a function of your own"):
        read(scheduler)
    assert read(scheduler, 3) == [("", TableLR([0.5, 0.25, 0.5 / 3]))]
    plateau = torch.optim.lr_scheduler.ReduceLROnPlateau(sgd(0.5))
    with pytest.raises(TypeError, match=r"follows a metric: lrkit\.lr_scheduler\.ReduceLROnPlateau does so"):
        read(plateau, 3)


def test_what_has_been_stepped_cannot_be_recorded_from_step_0() -> None:
    """The curve would be shifted against all that is read, which begins at epoch 0."""
    torch = pytest.importorskip("torch")
    theirs = torch.optim.lr_scheduler

    class Own(lrs.LRScheduler):
        def get_lr(self) -> list[float]:
            return [base / (1 + self.last_epoch) for base in self.base_lrs]

    def chain(opt: Any) -> Any:
        return theirs.ChainedScheduler([theirs.LambdaLR(opt, lambda epoch: 1 / (1 + epoch))])

    for make in (lambda opt: theirs.LambdaLR(opt, lambda epoch: 1 / (1 + epoch)), chain, Own):
        scheduler = make(sgd(0.5))
        name = type(scheduler).__name__
        assert read(scheduler, 3) == [("", TableLR([0.5, 0.25, 0.5 / 3]))]
        for _ in range(5):
            scheduler.optimizer.step()
            scheduler.step()
        message = f"diff: cannot read {name} from step 0: it has been stepped to epoch 5, and a recording would begin"
        with pytest.raises(ValueError, match=message):
            read(scheduler, 3, "diff: cannot read")
        assert lrkit.record(scheduler, 1) == TableLR([0.5 / 6])


def test_what_is_told_the_epoch_or_has_none_is_recorded_wherever_it_stands() -> None:
    told = Plateaux()
    told.last_epoch = 5  # type: ignore[attr-defined]
    assert read(told, 4) == [("", TableLR([1.0, 1.0, 0.5, 0.5]))]
    watching = Watching(Model())
    watching.step()
    assert read(watching, 2) == [("", TableLR([0.25, 0.125]))]


def test_a_class_derived_from_torchs_is_recorded() -> None:
    torch = pytest.importorskip("torch")

    class Third(torch.optim.lr_scheduler.LRScheduler):
        def get_lr(self) -> list[float]:
            return [base / (1 + self.last_epoch % 3) for base in self.base_lrs]

    scheduler = Third(sgd(0.6, 0.3))
    with pytest.raises(TypeError, match=r"from_torch: Third of .* is no scheduler of torch's own"):
        read(scheduler)
    assert read(scheduler, 3) == [("group 0", TableLR([0.6, 0.3, 0.6 / 3])), ("group 1", TableLR([0.3, 0.15, 0.3 / 3]))]


def test_a_function_needs_steps() -> None:
    function = abs
    with pytest.raises(TypeError, match="read: cannot read <built-in function abs> without an end: give steps"):
        read(function)
    assert read(function, 3) == [("", TableLR([0.0, 1.0, 2.0]))]


@pytest.mark.parametrize("thing", [3, None, "0.1", CosineDecayLR, np.array(0.1), {"a": 1}])
def test_what_cannot_be_read(thing: Any) -> None:
    with pytest.raises(
        TypeError, match=r"read: cannot read .*: give a schedule, a list or array of rates, a scheduler"
    ):
        read(thing, 3)


def modules_after(code: str) -> set[str]:
    code = f"import sys, lrkit; from lrkit.interop._reading import read; {code}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=LIMIT)
    return set(done.stdout.split())


def test_reading_imports_no_framework() -> None:
    loaded = modules_after("read([0.1]); read(abs, 3)")
    assert not {"torch", "timm", "transformers", "keras", "mindspore", "jax", "optax"} & loaded


def test_a_schedule_is_read_without_an_adapter() -> None:
    loaded = modules_after("read(lrkit.ConstantLR(0.1))")
    assert "lrkit.interop._reading" in loaded
    assert not {"lrkit.lr_scheduler", "lrkit.source", *(f"lrkit.interop.{name}" for name in FRAMEWORKS)} & loaded


def test_every_adapter_reads() -> None:
    known = {"torch", "timm", "transformers", "keras", "mindspore", "optax", "paddle", "mmengine", "ignite", "fvcore"}
    known |= {"pytorch_optimizer", "pytorch_warmup", "fastai", "composer"}
    assert known == FRAMEWORKS
    for name in FRAMEWORKS:
        assert callable(import_module(f"lrkit.interop.{name}").read)


# Plotting -----------------------------------------------------------------------------------------------------------


def test_everything_can_be_drawn_and_nothing_moves() -> None:
    torch = pytest.importorskip("torch")
    scheduler = torch.optim.lr_scheduler.StepLR(sgd(0.1, 0.3), 30, 0.5)
    before = copy.deepcopy(scheduler.state_dict())
    given = {"theirs": scheduler, "function": lambda step: 0.1, "list": [0.1, 0.2], "ours": CosineDecayLR(0.0, 0.1, 10)}
    chart = make_chart([given], steps=90)
    assert [curve.label for curve in chart.curves] == ["theirs, group 0", "theirs, group 1", "function", "list", "ours"]
    assert chart.curves[1].rates[-1] == 0.3 * 0.25
    assert scheduler.state_dict() == before
    assert "group 1" in lrkit.plot(scheduler, backend="text", width=60, height=5)


def test_a_function_is_drawn_as_far_as_it_is_asked_for() -> None:
    with pytest.raises(TypeError, match="plot: cannot draw <built-in function abs> without an end: give steps"):
        make_chart([abs])
    assert make_chart([abs], steps=7).total == 7


@pytest.mark.parametrize("rates", [np.linspace(0, 1, 1200), [0.1] * 600 + [0.2] * 600])
def test_an_array_is_drawn_to_its_end_and_not_beyond(rates: Any) -> None:
    chart = make_chart([rates])
    assert (chart.total, chart.curves[0].steps[-1]) == (1200, 1199)
    assert make_chart([rates, CosineDecayLR(0.0, 0.1, 2000)]).total == 2001
