"""The state of an optimizer: a run that is resumed or copied goes on like the whole run."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from optimizers import Made, bits, every, gradients, parameters, snapshot, through_a_file

import lrkit
from lrkit import Parameter, optim, optim_ex


@every
def test_a_run_resumed_at_any_step_is_the_whole_run(make: Made) -> None:
    steps = 7

    def fresh() -> tuple[Any, Any]:
        params = parameters()
        return params, make([{"params": params[:2]}, {"params": params[2:]} | make.decayed])

    params, optimizer = fresh()
    saved = []
    for step in range(steps):
        saved.append((through_a_file(optimizer.state_dict()), [p.asnumpy() for p in params]))
        optimizer(gradients(params, step))
    whole = bits(params)
    for cut, (state, values) in enumerate(saved):
        params, optimizer = fresh()
        optimizer(gradients(params, 99))  # what stood there before does not matter
        optimizer.load_state_dict(state)
        for p, value in zip(params, values, strict=True):
            p.assign(value)
        for step in range(cut, steps):
            optimizer(gradients(params, step))
        assert bits(params) == whole, cut


@every
@pytest.mark.parametrize("copied", [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))], ids=["copy", "pickle"])
def test_a_copy_goes_on_like_its_original(make: Made, copied: Callable[[Any], Any]) -> None:
    params = parameters()
    optimizer = make([{"params": params[:3]}, {"params": params[3:]} | make.decayed])
    optimizer(gradients(params, 0))
    others, twin = copied((params, optimizer))
    for step in range(1, 4):
        optimizer(gradients(params, step))
        twin(gradients(others, step))
    assert bits(others) == bits(params)
    assert snapshot(twin) == snapshot(optimizer)
    assert repr(twin) == repr(optimizer)


def test_groups_of_equal_shapes_are_loaded_each_into_its_own() -> None:
    """Groups that look alike: two arrays of one shape cannot be compared by ==."""
    groups = [{"params": [Parameter([1.0, 2.0], name)], "lr": rate} for name, rate in (("a", 0.1), ("b", 0.2))]
    optimizer = optim_ex.SGD(groups, lr=0.5, momentum=0.9)
    optimizer.add_param_group({"params": [Parameter([3.0, 4.0], "c")]})
    optimizer([np.ones(2)] * 3)
    state = optimizer.state_dict()
    optimizer.param_groups[1]["lr"] = 0.7
    optimizer.load_state_dict(through_a_file(state))
    assert [float(group["lr"]) for group in optimizer.param_groups] == pytest.approx([0.1, 0.2, 0.5])


def test_saving_a_state_changes_nothing() -> None:
    """A momentum of 0 for a moment: the sum of gradients lasts until a step is done without it."""
    ends = []
    for saving in (False, True):
        weight = Parameter(np.array([1.0]), "weight")
        optimizer = optim_ex.SGD([weight], lr=0.1, momentum=0.9)
        optimizer([np.ones(1)])
        optimizer.param_groups[0]["momentum"] = 0.0
        if saving:
            optimizer.state_dict()
        optimizer.param_groups[0]["momentum"] = 0.9
        optimizer([np.ones(1)])
        ends.append(float(weight[0]))
    assert ends[0] == ends[1] == pytest.approx(0.71)


@pytest.mark.parametrize("key", ["memory.beta1", "memory.product"])
def test_a_state_without_what_its_rule_remembers_is_refused(key: str) -> None:
    optimizer = optim_ex.NAdam(parameters())
    optimizer(gradients(optimizer.parameters, 0))
    state = optimizer.state_dict()
    for bad in ({k: v for k, v in state.items() if k != f"group0.{key}"}, state | {"group0.memory.foo": 1.0}):
        with pytest.raises(ValueError, match=r"group0\.memory\.\w+: (missing|in the state, not here)"):
            optimizer.load_state_dict(bad)


def test_an_optimizer_of_ones_own_with_groups_keeps_its_options_and_state() -> None:
    class Own(optim_ex.Optimizer):
        def __init__(self, params: Any) -> None:
            super().__init__(params, {"lr": 0.5, "weight_decay": 0.25, "mine": "x"})
            self.steps = Parameter(0.0)
            self.moments = self.parameters.clone("moments", "zeros")

        def construct(self, gradients: Any) -> None:
            self.steps += 1
            for p, m, g in zip(self.parameters, self.moments, gradients, strict=True):
                m.assign(m + g)
                p.assign(p - float(self.param_groups[0]["lr"]) * m)

    optimizer = Own([Parameter([1.0], "w")])
    optimizer([np.ones(1)])
    optimizer.param_groups[0]["mine"] = "y"
    other = Own([Parameter([1.0], "w")])
    other.load_state_dict(through_a_file(optimizer.state_dict()))
    assert (float(other.steps), float(other.moments[0][0]), other.param_groups[0]["mine"]) == (1.0, 1.0, "y")


def test_a_schedule_and_a_custom_state_resume_too() -> None:
    class Heavy(optim.Optimizer):
        def __init__(self, params: Any, rate: Any) -> None:
            super().__init__(rate, params)
            self.moments = self.parameters.clone(prefix="moments", init="zeros")
            self.momentum = Parameter(0.9, name="momentum")

        def construct(self, gradients: Any) -> None:
            for p, m, g in zip(self.parameters, self.moments, gradients, strict=True):
                m.assign(m * self.momentum + g)
                p.assign(p - self.get_lr() * m)

    schedule = lrkit.ExponentialDecayLR(0.1, 0.5, 1)
    params = parameters()
    optimizer = Heavy(params, schedule)
    for step in range(3):
        optimizer(gradients(params, step))
    again = [Parameter(p, p.name) for p in params]
    resumed = Heavy(again, schedule)
    resumed.load_state_dict(through_a_file(optimizer.state_dict()))
    for step in range(3, 6):
        optimizer(gradients(params, step))
        resumed(gradients(again, step))
    assert bits(params) == bits(again)
    assert resumed.get_lr() == schedule(6)


def test_edits_of_a_group_are_part_of_the_state() -> None:
    params = parameters()
    optimizer = optim_ex.Adam(params, lr=0.1)
    optimizer(gradients(params, 0))
    optimizer.param_groups[0].update(lr=0.02, betas=(0.5, 0.9), amsgrad=True)
    optimizer(gradients(params, 1))
    again = [Parameter(p, p.name) for p in params]
    resumed = optim_ex.Adam(again, lr=0.1)
    resumed.load_state_dict(through_a_file(optimizer.state_dict()))
    assert repr(resumed) == repr(optimizer)
    for step in range(2, 5):
        optimizer(gradients(params, step))
        resumed(gradients(again, step))
    assert bits(params) == bits(again)


def test_a_state_that_does_not_fit_is_refused_with_the_differences() -> None:
    params = parameters()
    optimizer = optim.Adam(params, learning_rate=0.1)
    optimizer(gradients(params, 0))
    good = optimizer.state_dict()
    before = bits(params), {k: np.array(v).tobytes() for k, v in good.items()}
    bad = good | {"optimizer": "SGD", "global_step": -1, "moment1.scalar": np.zeros(3), "foo": 1}
    bad["moment1.norm.beta"] = bad["moment1.norm.beta"].astype(np.float64)
    del bad["moment2.large"]
    with pytest.raises(ValueError, match="nothing was changed") as caught:
        optimizer.load_state_dict(bad)
    for text in (
        "optimizer: SGD in the state, Adam here",
        "global_step: array(-1) in the state",
        "moment1.scalar: float64 of shape (3,) in the state, float32 of shape () here",
        "moment1.norm.beta: float64 of shape (3,) in the state, float32 of shape (3,) here",
        "moment2.large: missing in the state",
        "foo: in the state, not here",
    ):
        assert text in str(caught.value)
    assert (bits(params), {k: np.array(v).tobytes() for k, v in optimizer.state_dict().items()}) == before
    with pytest.raises(TypeError, match="Adam: load_state_dict takes what state_dict returned, got 5"):
        optimizer.load_state_dict(5)
    other = optim_ex.Adam([{"params": params[:1]}, {"params": params[1:]}])
    state = other.state_dict()
    with pytest.raises(ValueError, match=r"betas\[0\] must be a number >= 0 and < 1, got 7"):
        other.load_state_dict(state | {"group0.option.betas": np.array([7.0, 0.9])})
    with pytest.raises(ValueError, match="group1: no eps in the state"):
        other.load_state_dict({key: value for key, value in state.items() if key != "group1.option.eps"})
