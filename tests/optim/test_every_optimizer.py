"""What holds for every optimizer of both faces: it descends, resumes, keeps types, and refuses before it moves."""

from __future__ import annotations

import copy
import io
import math
import pickle
import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from optimizers import ALL, EX, NN, Made, bits, every, gradients, parameters, plain

import lrkit
from lrkit import Parameter, optim, optim_ex
from lrkit._params import Field, Param, declared_of
from lrkit.optim.optimizer import LOSS_SCALE
from lrkit.rules._batch import PROGRAMS
from lrkit.rules._program import XP
from lrkit.rules._rule import Prepared, Rule, StepContext


def test_every_optimizer_of_both_faces_is_here() -> None:
    for face, table in ((optim, NN), (optim_ex, EX)):
        assert set(table) == {name for name in face.__all__ if isinstance(getattr(face, name), type)} - {"Optimizer"}
        assert all(getattr(lrkit, name) is getattr(optim, name) for name in NN)


# Descent


@every
def test_it_descends_a_parabola(make: Made) -> None:
    """f(w) = Σ k w², whose gradient is 2 k w."""
    weight = Parameter([3.0, -2.0, 1.0], "weight")
    curvature = np.array([0.5, 1.0, 2.0], np.float32)
    optimizer = make([weight])

    def loss() -> float:
        return float(curvature @ np.square(weight))

    before = loss()
    for _ in range(400):
        optimizer([2 * curvature * weight])
    assert loss() < before / 8


@every
def test_it_descends_rosenbrocks_valley(make: Made) -> None:
    """f(x, y) = (1 - x)² + 100 (y - x²)², from (-1.2, 1): into the valley and along it."""
    point = Parameter(np.array([-1.2, 1.0]), "point")
    slow = {
        "SGD": {"rate": 1e-3},
        "Momentum": {"rate": 1e-4},
        "RMSProp": {"rate": 1e-3},
        "Adagrad": {"rate": 0.5, "update_slots": True} if make.is_nn else {"rate": 0.5},
        "FTRL": {"rate": 0.1},
        "Adadelta": {"epsilon" if make.is_nn else "eps": 1e-6},
        "RAdam": {"rate": 1e-3},
    }
    options = {make.rate if key == "rate" else key: v for key, v in slow.get(make.cls.__name__, {}).items()}
    optimizer = make([point], **options)

    def loss() -> float:
        x, y = point
        return (1 - x) ** 2 + 100 * (y - x * x) ** 2

    before = loss()
    for _ in range(2000):
        x, y = point
        optimizer([np.array([-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)])])
    assert loss() < before / 4


# Rates


@pytest.mark.parametrize("name", [name for name in plain if name.startswith("optim.") and "FTRL" not in name])
def test_a_number_a_list_a_schedule_and_a_function_are_one(name: str) -> None:
    runs = []
    for rate in (0.03, [0.03] * 5, np.full(5, 0.03), iter([0.03] * 5), lrkit.ConstantLR(0.03), lambda step: 0.03):
        params = parameters()
        optimizer = plain[name](params, learning_rate=rate, weight_decay=rate if callable(rate) else 0.03)
        for step in range(5):
            assert optimizer.get_lr() == 0.03
            optimizer(gradients(params, step))
        runs.append(bits(params))
    assert all(run == runs[0] for run in runs)


def test_a_step_uses_the_rate_of_its_number() -> None:
    """SGD on a gradient of 1: the weight falls by the sum of the rates."""
    schedule = lrkit.CosineDecayLR(0.0, 0.1, 10).warmup(3)
    weight = Parameter(np.array([0.0]), "weight")
    optimizer = optim.SGD([weight], learning_rate=schedule)
    for _ in range(8):
        optimizer([np.ones(1)])
    assert float(weight[0]) == pytest.approx(-math.fsum(schedule.to_list(8)), rel=1e-12)


def test_a_step_that_fails_within_construct_is_not_counted() -> None:
    class Failing(optim.Optimizer):
        def construct(self, gradients: Any) -> None:
            self.global_step += 1
            raise KeyError("failed")

    optimizer = Failing([0.1, 0.2], [Parameter([1.0])])
    with pytest.raises(KeyError, match="failed"):
        optimizer([np.ones(1)])
    assert (optimizer.global_step, optimizer.get_lr()) == (0, 0.1)


def test_a_rate_is_asked_for_once_a_step() -> None:
    """So that a function need not answer the same twice: what was checked is what is used."""
    asked: list[int] = []

    def rate(step: int) -> float:
        asked.append(step)
        return 1.0 if len(asked) == step + 1 else -1.0

    class Own(optim.Optimizer):
        def construct(self, gradients: Any) -> None:
            for p, g in zip(self.parameters, self.decay_weight(gradients), strict=True):
                p.assign(p - self.get_lr() * g)

    for cls, name in ((optim.SGD, "params"), (Own, "parameters")):
        asked.clear()
        weight = Parameter([3.0], "weight")
        optimizer = cls(**{name: [weight]}, learning_rate=rate, weight_decay=0.0)
        for _ in range(2):
            optimizer([np.ones(1)])
        assert (asked, float(weight[0])) == ([0, 1], 1.0)
    assert (optim.SGD([weight], 0.1, weight_decay=0.5).weight_decay, optimizer.learning_rate) == (0.5, rate)


def test_the_rate_of_each_face_is_read_where_the_run_stands() -> None:
    optimizer = optim.SGD([Parameter([1.0])], learning_rate=[0.3, 0.2, 0.1])
    optimizer.global_step = 2
    assert optimizer.get_lr() == 0.1
    with pytest.raises(ValueError, match="SGD: global_step must be an integer >= 0, got -1"):
        optimizer.global_step = -1


# Groups


@every
def test_groups_are_separate_runs(make: Made) -> None:
    apart = [parameters()[:2], parameters()[2:]]
    together = parameters()
    options = [{make.rate: 0.01, "weight_decay": 0.1}, {make.rate: 0.05, "weight_decay": 0.0}]
    if make.cls is optim.FTRL:
        options = [{"weight_decay": 0.1}, {"weight_decay": 0.0}]
    if make.options.get("learning_rate", "") is None:
        options = [{"weight_decay": 0.1}, {"weight_decay": 0.0}]
    grouped = [{"lr" if key == make.rate else key: value for key, value in given.items()} for given in options]
    halves = [together[:2], together[2:]]
    one = make([{"params": half} | given for half, given in zip(halves, grouped, strict=True)])
    two = [make([{"params": half} | given]) for half, given in zip(apart, grouped, strict=True)]
    for step in range(4):
        g = gradients(together, step)
        one(g)
        two[0](g[:2])
        two[1](g[2:])
    assert bits(together) == bits(apart[0] + apart[1])


def test_order_params_gives_the_order_of_gradients() -> None:
    a, b = Parameter([1.0], "a"), Parameter([1.0, 1.0], "b")
    optimizer = optim.SGD([{"params": [b], "lr": 0.5}, {"params": [a]}, {"order_params": [a, b]}], learning_rate=0.25)
    optimizer([np.ones(1), np.ones(2)])
    assert optimizer.get_lr() == (0.25, 0.5)
    assert (a.value().tolist(), b.value().tolist()) == ([0.75], [0.5, 0.5])


def test_a_generator_of_parameters_trains() -> None:
    a, b = Parameter([1.0], "a"), Parameter([1.0], "b")
    optimizer = optim.SGD([{"params": (p for p in [a])}, {"params": iter([b])}], learning_rate=1.0)
    optimizer([np.ones(1), np.ones(1)])
    assert (float(a[0]), float(b[0])) == (0.0, 0.0)


@pytest.mark.parametrize("make", [plain["optim.Adam"], plain["optim.Lamb"], plain["optim.AdamWeightDecay"]])
def test_gradients_are_centralized_over_all_axes_but_the_first(make: Made) -> None:
    """The same as handing over gradients with their means taken off by hand; vectors are left alone."""
    shapes = [(4, 3, 2), (200, 300), (5,)]
    ours, theirs = ([Parameter(np.ones(s, np.float64), f"p{k}") for k, s in enumerate(shapes)] for _ in range(2))
    one = make([{"params": ours, "grad_centralization": True}], weight_decay=0.0)
    two = make(theirs, weight_decay=0.0)
    for step in range(3):
        g = gradients(ours, step)
        one(g)
        two([x - x.mean(axis=tuple(range(1, x.ndim)), keepdims=True) if x.ndim > 1 else x for x in g])
    for p, q in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(p, q, rtol=1e-7, atol=1e-9)


def test_decay_and_scale_and_centralization_go_together() -> None:
    """By hand, w - η c(g / s + λ w), with both ways of calling it: built in, and as a member would."""

    class ByHand(optim.Optimizer):
        def construct(self, gradients: Any) -> None:
            ready = self.scale_grad(self.gradients_centralization(self.decay_weight(gradients)))
            for p, g in zip(self.parameters, ready, strict=True):
                p.assign(p - self.get_lr() * g)

    start, g = np.array([[1.0, 2.0], [3.0, 5.0]]), np.array([[8.0, 0.0], [-8.0, 4.0]])
    ready = g / 4 + 0.5 * start
    expected = start - 0.1 * (ready - ready.mean(axis=1, keepdims=True))
    for cls, order in ((optim.SGD, "params"), (ByHand, "parameters")):
        weight = Parameter(start, "weight")
        group = [{"params": [weight], "grad_centralization": True}]
        optimizer = cls(**{order: group}, learning_rate=0.1, weight_decay=0.5, loss_scale=4.0)
        optimizer([g])
        np.testing.assert_allclose(weight, expected, rtol=1e-15)


def test_without_groups_beta_and_gamma_are_not_decayed() -> None:
    names = ["beta", "norm.gamma", "alphabeta.weight", "gamma_ray"]
    params = [Parameter([1.0], name) for name in names]
    optimizer = optim.SGD(params, learning_rate=1.0, weight_decay=0.5)
    optimizer([np.zeros(1)] * 4)
    assert [float(p[0]) for p in params] == [1.0, 1.0, 0.5, 0.5]
    assert optimizer.decay_flags == (False, False, True, True)


# Types and memory


@every
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_types_are_kept_and_gradients_of_another_float_taken(make: Made, dtype: Any) -> None:
    params = parameters(dtype)
    optimizer = make(params)
    for step, other in enumerate((np.float32, np.float64, np.float16)):
        optimizer([g.astype(other) for g in gradients(params, step)])
    assert all(p.dtype == dtype for p in params)
    states = [v for v in optimizer.state_dict().values() if isinstance(v, np.ndarray)]
    assert all(v.dtype == dtype for v in states)


@every
def test_gradients_are_computed_with_in_the_type_of_the_parameter(make: Made) -> None:
    """Their squares and multiples would not fit their own: 300² in float16, 1e25² in float32."""
    for dtype, other, size in ((np.float32, np.float16, 300.0), (np.float64, np.float32, 1e25)):
        for shape in ((3, 4), (200, 200)):
            for options in ({}, {"loss_scale": 1024.0}, {"grad_centralization": True}):
                if "loss_scale" in options and "loss_scale" not in make.cls.__init__.__annotations__:
                    continue
                if "grad_centralization" in options and not make.is_nn:
                    continue
                runs = []
                for cast in (False, True):
                    weight = Parameter(np.ones(shape, dtype), "weight")
                    shared = {k: v for k, v in options.items() if k == "loss_scale"}
                    group = {k: v for k, v in options.items() if k != "loss_scale"}
                    optimizer = make([{"params": [weight]} | group], **shared)
                    g = np.random.default_rng(1).normal(size, size / 100, shape).astype(other)
                    for _ in range(2):
                        optimizer([g.astype(dtype) if cast else g])
                    runs.append(weight.asnumpy())
                np.testing.assert_allclose(runs[0], runs[1], rtol=1e-6)


def test_bare_arrays_on_foreign_memory_are_moved() -> None:
    memory = bytearray(16)
    array = np.frombuffer(memory, np.float32)
    optim.SGD([array], 1.0)([np.full(4, -1.0)])
    assert np.frombuffer(memory, np.float32).tolist() == [1.0] * 4


def test_norms_of_huge_and_tiny_tensors_are_numbers() -> None:
    """A LAMB step is as long as the rate times the tensor, whatever its size in float32."""
    for size in (1e25, 1e-25):
        weight = Parameter(np.full(4, size, np.float32), "weight")
        optim.Lamb([weight], 0.25)([np.ones(4)])
        np.testing.assert_allclose(weight, 0.75 * size, rtol=1e-5)


@every
def test_it_does_not_matter_how_parameters_lie_in_memory(make: Made) -> None:
    """Bare arrays: in one piece, side by side, scattered, transposed; against parameters of their own."""
    pool = np.zeros(64)
    whole = np.zeros((300, 200))
    bare = [np.zeros((3, 4)), pool[:8].reshape(2, 4), pool[8:12], np.zeros((6, 4))[::2], np.zeros((4, 3)).T, whole.T]
    own = [Parameter(np.zeros(a.shape), f"p{k}") for k, a in enumerate(bare)]
    for k, (a, p) in enumerate(zip(bare, own, strict=True)):
        a[...] = np.random.default_rng(k).normal(size=a.shape)
        p.assign(a)
    one, two = make(bare), make(own)
    for step in range(3):
        g = gradients(own, step)
        one([np.asfortranarray(x) for x in g])
        two(g)
    for a, p in zip(bare, own, strict=True):
        np.testing.assert_allclose(a, p, rtol=1e-12, atol=1e-15)
    assert not pool[12:].any()


@pytest.mark.parametrize("name", [name for name in ALL if "Lamb" not in name and "AdaFactor" not in name])
def test_a_thousand_small_parameters_are_one_large_one(name: str) -> None:
    """More than a bundle holds, in parameters of their own and as bare arrays."""
    values = np.random.default_rng(3).normal(size=(1000, 99)).astype(np.float32)
    large = Parameter(values)
    own, bare = [Parameter(row) for row in values], [row.copy() for row in values]
    optimizers = [ALL[name](given) for given in ([large], own, bare)]
    for step in range(3):
        (g,) = gradients([large], step)
        optimizers[0]([g])
        optimizers[1](list(g))
        optimizers[2](list(g))
    np.testing.assert_array_equal(np.stack(own), large)
    np.testing.assert_array_equal(np.stack(bare), large)


@every
def test_a_parameter_may_be_a_gradient(make: Made) -> None:
    """Its own (half its square is the loss), and another's (the loss is their product)."""
    for shape in ((3,), (200, 300)):
        runs = []
        for copied in (False, True):
            a, b = (Parameter(np.full(shape, x), name) for x, name in ((1.0, "a"), (2.0, "b")))
            optimizer = make([{"params": [a]}, {"params": [b]}])
            for _ in range(3):
                optimizer([np.array(b), np.array(a)] if copied else [b, a])
                optimizer([np.array(a), np.array(b)] if copied else [np.asarray(a)[...], np.asarray(b)])
            runs.append(bits([a, b]))
        assert runs[0] == runs[1]


@every
def test_a_view_of_a_parameter_may_be_a_gradient(make: Made) -> None:
    """Of its own, backwards; and of another one, in a group before it."""
    for n in (4, 200_000):
        runs = []
        for copied in (False, True):
            a, b = (Parameter(np.linspace(x, x + 1, n), name) for x, name in ((1.0, "a"), (2.0, "b")))
            optimizer = make([{"params": [a]}, {"params": [b]}])
            for _ in range(2):
                given = [np.asarray(a)[::-1], a[:]]
                optimizer([g.copy() for g in given] if copied else given)
            runs.append(bits([a, b]))
        assert runs[0] == runs[1]


@pytest.mark.parametrize("name", [name for name in ALL if "Lamb" not in name and "AdaFactor" not in name])
def test_a_step_needs_less_than_a_mebibyte(name: str) -> None:
    params = [
        Parameter(np.ones((1000, 2000), np.float32), "large"),
        *(Parameter(np.ones(99), f"p{k}") for k in range(99)),
    ]
    optimizer = ALL[name](params)
    g = gradients(params, 0)
    optimizer(g)
    tracemalloc.start()
    optimizer(g)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2**20


# State


def through_a_file(state: dict[str, Any]) -> Any:
    file = io.BytesIO()
    np.savez(file, **state)
    file.seek(0)
    return np.load(file, allow_pickle=False)


@every
def test_a_run_resumed_at_any_step_is_the_whole_run(make: Made) -> None:
    steps = 7

    def fresh() -> tuple[Any, Any]:
        params = parameters()
        return params, make([{"params": params[:2]}, {"params": params[2:], "weight_decay": 0.1}])

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
    optimizer = make([{"params": params[:3]}, {"params": params[3:], "weight_decay": 0.1}])
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


# Refusals

ODD_GRADIENTS: dict[str, tuple[Callable[[list[Any]], Any], type[Exception], str]] = {
    "one too few": (lambda g: g[:-1], ValueError, "5 parameters need 5 gradients, got 4"),
    "one too many": (lambda g: [*g, g[0]], ValueError, "5 parameters need 5 gradients, got 6"),
    "no sequence": (lambda g: g[0], TypeError, "gradients must be a tuple or list of arrays"),
    "another shape": (lambda g: [g[0].T, *g[1:]], ValueError, "must have shape (4, 3, 2), got (2, 3, 4)"),
    "one that would broadcast": (lambda g: [*g[:-1], g[-1][0]], ValueError, "large must have shape (150, 250)"),
    "integers": (
        lambda g: [*g[:2], np.array(1), *g[3:]],
        TypeError,
        "scalar must be an array of floats, got one of int",
    ),
    "complex": (lambda g: [g[0] * 1j, *g[1:]], TypeError, "conv.weight must be an array of floats, got one of complex"),
    "None": (lambda g: [None, *g[1:]], TypeError, "conv.weight must be an array of floats, got None"),
}


def snapshot(optimizer: Any) -> Any:
    state = {key: np.array(value).tobytes() for key, value in optimizer.state_dict().items()}
    return bits(optimizer.parameters), state


@pytest.mark.parametrize("name", plain)
@pytest.mark.parametrize("odd", ODD_GRADIENTS)
def test_odd_gradients_are_refused_before_anything_moves(name: str, odd: str) -> None:
    params = parameters()
    optimizer = plain[name](params)
    optimizer(gradients(params, 0))
    before = snapshot(optimizer)
    spoil, kind, message = ODD_GRADIENTS[odd]
    if odd == "None" and not plain[name].is_nn:  # there it leaves that parameter alone, and moves the others
        optimizer(spoil(gradients(params, 1)))
        assert [one == other for one, other in zip(bits(params), before[0], strict=True)][:3] == [True, False, False]
        return
    with pytest.raises(kind) as caught:
        optimizer(spoil(gradients(params, 1)))
    assert message in str(caught.value)
    assert str(caught.value).startswith(f"{plain[name].cls.__name__}: ")
    assert snapshot(optimizer) == before


@pytest.mark.parametrize("name", plain)
def test_gradients_that_are_not_finite_are_applied_or_refused(name: str) -> None:
    for bad in (math.nan, math.inf):
        params = parameters()
        g = gradients(params, 1)
        g[-1][3, 5] = bad
        strict = plain[name](params, check_finite=True)
        strict(gradients(params, 0))
        before = snapshot(strict)
        with pytest.raises(FloatingPointError, match="the gradient of large is not finite; nothing was changed"):
            strict(g)
        assert snapshot(strict) == before
        lax = plain[name](parameters())
        lax(g)
        values = np.asarray(lax.parameters[-1])
        assert np.isfinite(values[0, 0]) or "Lamb" in name or "AdaFactor" in name
        if math.isnan(bad):
            assert np.isnan(values[3, 5])


@pytest.mark.parametrize(
    ("rate", "kind", "message"),
    [
        ([0.1, 0.1], RuntimeError, "SGD: learning_rate has 2 values and step 2 needs 3"),
        (lambda step: 0.1 if step < 2 else -1.9, ValueError, "SGD: learning_rate at step 2 must be finite and >= 0, g"),
        (lambda step: math.nan if step == 2 else 0.1, ValueError, "learning_rate at step 2 must be finite and >= 0, g"),
        (lambda step: "high" if step == 2 else 0.1, TypeError, "SGD: learning_rate at step 2 must be a number, got 'h"),
        (lrkit.ConstantLR(0.1).then(lrkit.ConstantLR(-1.0), 2), ValueError, "at step 2 must be finite and >= 0, got -"),
    ],
)  # fmt: skip
def test_a_rate_that_fails_on_the_way_stops_the_run_where_it_is(rate: Any, kind: type, message: str) -> None:
    for groups in (False, True):
        params = parameters()
        given = [{"params": params[:1]}, {"params": params[1:], "lr": rate}] if groups else params
        optimizer = optim.SGD(given, learning_rate=0.1 if groups else rate, momentum=0.9)
        for step in range(2):
            if not groups or callable(rate) or step < 2:
                optimizer(gradients(params, step))
        before = snapshot(optimizer)
        for _ in range(2):
            with pytest.raises(kind) as caught:
                optimizer(gradients(params, 2))
            assert message.replace("learning_rate", 'params[1]["lr"]' if groups else "learning_rate") in str(
                caught.value
            )
            assert snapshot(optimizer) == before
        assert optimizer.global_step == 2


def test_a_gradient_too_large_for_the_parameter_is_not_finite() -> None:
    weight = Parameter([1.0], "weight")
    with pytest.raises(FloatingPointError, match="the gradient of weight is not finite"):
        optim.SGD([weight], 0.1, check_finite=True)([np.full(1, 1e60)])
    assert float(weight[0]) == 1
    optim.SGD([weight], 0.1, check_finite=True)([np.full(1, 3e38)])
    assert float(weight[0]) == np.float32(-3e37)


def test_huge_gradients_leave_rmsprop_where_it_is() -> None:
    """Their squares are infinite, so the step is 0 (as in torch), not infinity less infinity."""
    for optimizer in (optim_ex.RMSprop([Parameter([1.0])], lr=0.1), optim.RMSProp([Parameter([1.0])], 0.1)):
        for _ in range(3):
            optimizer([np.full(1, 1e30)])
        assert float(optimizer.parameters[0][0]) == 1


def test_interleaved_parameters_are_apart() -> None:
    pool = np.ones(6)
    optimizer = optim.SGD([pool[::2], pool[1::2]], 1.0)
    optimizer([np.ones(3), np.zeros(3)])
    assert pool.tolist() == [0, 1, 0, 1, 0, 1]


def test_a_rate_assigned_out_of_its_domain_is_refused_at_the_step() -> None:
    params = parameters()
    optimizer = optim_ex.SGD(params, lr=0.1)
    optimizer.param_groups[0]["lr"].assign(-1.0)
    before = bits(params)
    with pytest.raises(ValueError, match=r"SGD: param_groups\[0\]: lr must be a number >= 0, got -1.0"):
        optimizer(gradients(params, 0))
    assert bits(params) == before


def outside(field: Field) -> list[tuple[Any, type[Exception]]]:
    """Values just outside the domain of a field, and of the wrong kind."""
    if field.kind is bool:
        return [(1, TypeError), (None, TypeError), ("yes", TypeError)]
    numbers: list[tuple[Any, type[Exception]]] = [(math.nan, ValueError), (math.inf, ValueError)]
    numbers += [(x, TypeError) for x in ("0.1", True, 1j)]
    low, high = field.param.low, field.param.high
    if low is not None:
        numbers.append((low if field.param.exclusive else math.nextafter(low, -math.inf), ValueError))
    if high is not None:
        numbers.append((high if field.param.high_exclusive else math.nextafter(high, math.inf), ValueError))
    if not field.optional:
        numbers.append((None, TypeError))
    if field.many:
        return [((0.5, x), kind) for x, kind in numbers] + [((0.5,), ValueError), (0.5, TypeError)]
    return numbers


@pytest.mark.parametrize("name", plain)
def test_an_argument_just_outside_its_domain_is_refused_by_name(name: str) -> None:
    make = plain[name]
    fields = {key: field for key, field in declared_of(make.cls).items() if key != "grad_centralization"}
    shared = {make.rate: Field(make.rate, float, Param("", low=0))}
    if "loss_scale" in make.cls.__init__.__annotations__:
        shared["loss_scale"] = LOSS_SCALE
    checked = 0
    for key, field in (shared | fields).items():
        for value, kind in outside(field):
            if key == make.rate and value is None and make.cls is optim.AdaFactor:
                kind = ValueError  # noqa: PLW2901 — None has a meaning there
            if key == make.rate and value == "0.1":
                kind = TypeError  # noqa: PLW2901
            with pytest.raises(kind, match=rf"^{make.cls.__name__}.*{key}"):
                make(parameters(), **{key: value})
            checked += 1
    assert checked > 10


BAD_CALLS: list[tuple[Callable[[], Any], type[Exception], str]] = [
    (lambda: optim.SGD([], 0.1), ValueError, "SGD: params must have at least one parameter, got none"),
    (lambda: optim.SGD(5, 0.1), TypeError, "SGD: params must be a list of parameters, got 5"),
    (lambda: optim.SGD(Parameter([1.0]), 0.1), TypeError, "must be a list of parameters, got one parameter, not"),
    (lambda: optim.SGD([np.ones(2, int)], 0.1), TypeError, "SGD: params[0] must be of float32 or float64, got int64"),
    (lambda: optim.SGD([np.broadcast_to(1.0, 3)], 0.1), ValueError, "SGD: params[0] is read-only"),
    (lambda: optim.SGD([[1.0]], 0.1), TypeError, "SGD: params[0] must be a Parameter or an array, got [1.0]"),
    (lambda: optim.SGD([p := Parameter([1.0]), p], 0.1), ValueError, "parameter 1 is parameter 0 once more"),
    (lambda: optim.SGD([Parameter([1.0], "a"), Parameter([1.0], "a")], 0.1), ValueError, "have the same name, a"),
    (lambda: optim.SGD([(a := np.ones(4))[:3], a[1:]]), ValueError, "SGD: parameter0 and parameter1 share memory"),
    (lambda: optim.SGD([(a := np.ones(99))[::3], a[1:50:3], a[1:9:3]]), ValueError, "parameter1 and parameter2 share"),
    (lambda: optim.SGD([a := np.ones((2, 2)), a.T]), ValueError, "SGD: parameter0 and parameter1 share memory"),
    (lambda: optim.SGD([np.ones(1)], 0.1).__setattr__("momentum", 0.9), AttributeError, "momentum is fixed at constr"),
    (lambda: optim.SGD([np.ones(1)], 0.1).__setattr__("learning_rate", 0.9), AttributeError, "or use lrkit.optim_ex"),
    (lambda: optim.SGD([{"params": [np.ones(1)], "learning_rate": 1}]), KeyError, "did you mean 'lr'?"),
    (lambda: optim.SGD({"params": [np.ones(1)]}), TypeError, "must be a list of parameters, got one group, not in a"),
    (lambda: optim.SGD([{"params": [Parameter([1.0])]}, Parameter([1.0])], 0.1), TypeError, "element 1 must be a dict"),
    (lambda: optim.SGD([{"lr": 0.1}], 0.1), KeyError, "params[0] must have the key 'params'"),
    (lambda: optim.SGD([{"params": [Parameter([1.0])], "grad_centralizaiton": True}]), KeyError,
     "unknown key 'grad_centralizaiton': did you mean 'grad_centralization'?"),
    (lambda: optim.SGD([{"params": [Parameter([1.0])], "grad_centralization": 1}]), TypeError, "must be True or False"),
    (lambda: optim.SGD([{"order_params": [], "lr": 1}]), ValueError, "order_params stands in a dict of its own, got l"),
    (lambda: optim.SGD([{"params": [Parameter([1.0])]}, {"order_params": [Parameter([1.0])]}]), ValueError,
     "order_params must have each of the 1 parameters of the groups once, got 1, of them 0 of the groups'"),
    (lambda: optim.SGD([{"params": [Parameter([1.0])], "lr": [0.1, 0.2]}], [0.1]), ValueError,
     'all lists of rates must have one length: learning_rate has 1, params[0]["lr"] has 2'),
    (lambda: optim.SGD([Parameter([1.0])], []), ValueError, "learning_rate must have a rate for each step, got an emp"),
    (lambda: optim.SGD([Parameter([1.0])], [0.1, -0.1]), ValueError, "learning_rate[1] must be a number >= 0, got -0."),
    (lambda: optim.SGD([Parameter([1.0])], [[0.1]]), TypeError, "learning_rate[0] must be a number >= 0, got [0.1]"),
    (lambda: optim.SGD([Parameter([1.0])], "0.1"), TypeError, "learning_rate must be a number >= 0, a list of rates"),
    (lambda: optim.SGD([Parameter([1.0])], {"lr": 0.1}), TypeError, "learning_rate must be a number >= 0, a list"),
    (lambda: optim.SGD([Parameter([1.0])], weight_decay=[0.1]), TypeError, "weight_decay must be a number >= 0, a sch"),
    (lambda: optim.SGD([Parameter([1.0])], nesterov=True), ValueError, "nesterov needs momentum > 0 and dampening 0"),
    (lambda: optim.Adam([Parameter([1.0])], foo=1), TypeError, "unexpected keyword argument 'foo'"),
    (lambda: optim.Adam([Parameter([1.0])], use_lazy=True, use_amsgrad=True), ValueError, "one at most can be True"),
    (lambda: optim.FTRL([Parameter([1.0])], learning_rate=[0.1]), ValueError, "FTRL: learning_rate must be one number"),
    (lambda: optim.FTRL([Parameter([1.0])], learning_rate=0), ValueError, "one number > 0 for all parameters and step"),
    (lambda: optim.AdaFactor([Parameter([1.0])], 0.1), ValueError, "with relative_step the learning_rate must be None"),
    (lambda: optim.AdaFactor([Parameter([1.0])], relative_step=False), ValueError, "a learning_rate must be given"),
    (lambda: optim.AdaFactor([Parameter([1.0])], weight_decay=1), ValueError, "weight_decay must be a number >= 0 and"),
    (lambda: optim.Optimizer(0.1, [Parameter([1.0])])([np.ones(1)]), NotImplementedError, "defines no construct"),
    (lambda: optim_ex.Adam([Parameter([1.0])], lr=1e300), ValueError, "lr must be a number from 0 to 3.40282e+38, got"),
    (lambda: optim_ex.Adam([Parameter([1.0])], lr=[0.1]), TypeError, "Adam: param_groups[0]: lr must be a number >= 0"),
    (lambda: optim_ex.Adam([Parameter([1.0])], lr=lrkit.ConstantLR(0.1)), TypeError, "lr must be a number >= 0, got C"),
    (lambda: optim_ex.Adam([{"params": [Parameter([1.0])], "momentum": 0.9}]), KeyError, "unknown key 'momentum'"),
    (lambda: optim_ex.SGD([{"params": [Parameter([1.0])], "momentum": -1}], lr=1), ValueError, "momentum must be a nu"),
    (lambda: optim_ex.Optimizer([Parameter([1.0])], {"foo": 1}), KeyError, "defaults must have the key 'lr'"),
    (lambda: optim_ex.Optimizer([Parameter([1.0])], {"lr": 1})([np.ones(1)]), NotImplementedError, "defines no constr"),
    (lambda: Parameter("a"), TypeError, "Parameter: the value must be real numbers"),
    (lambda: Parameter(np.ones(2, int)), TypeError, "an array of float32 or float64, got int64"),
    (lambda: Parameter([1.0], name=3), TypeError, "Parameter: name must be a string, got 3"),
    (lambda: Parameter([1.0], requires_grad=1), TypeError, "requires_grad must be True or False, got 1"),
    (lambda: Parameter([1.0], "w").assign([1.0, 2.0]), ValueError, "w: assign takes the shape (1,), got (2,)"),
    (lambda: Parameter([1.0], "w").assign("a"), TypeError, "w: assign takes real numbers, got 'a'"),
    (lambda: lrkit.ParameterTuple([1.0]), TypeError, "ParameterTuple: element 0 must be a Parameter, got 1.0"),
    (lambda: lrkit.ParameterTuple().clone("m", "huge"), ValueError, 'init must be "same", "zeros", "ones" or a number'),
    (lambda: lrkit.ParameterTuple().clone(3), TypeError, "clone: prefix must be a string, got 3"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "kind", "message"), BAD_CALLS, ids=[message[:40] for _, _, message in BAD_CALLS])
def test_what_is_refused_is_refused_with_a_reason(call: Callable[[], Any], kind: type, message: str) -> None:
    with pytest.raises(kind) as caught:
        call()
    assert message in str(caught.value)


def test_a_group_refuses_what_construction_would() -> None:
    optimizer = optim_ex.SGD([{"params": [Parameter([1.0])]}], lr=0.1)
    group = optimizer.param_groups[0]
    before = repr(optimizer)
    for change, kind in (
        (lambda: group.update(momentum=-1), ValueError),
        (lambda: group.update(momentun=1), KeyError),
        (lambda: group.__setitem__("lr", -1), ValueError),
        (lambda: group.__setitem__("lr", "high"), TypeError),
        (lambda: group.__setitem__("params", []), TypeError),
        (lambda: group.pop("lr"), TypeError),
        (lambda: group.__delitem__("lr"), TypeError),
        (group.clear, TypeError),
        (lambda: optimizer.add_param_group({"params": [optimizer.parameters[0]]}), ValueError),
        (lambda: optimizer.add_param_group({"params": [Parameter([1.0])], "lr": None}), TypeError),
        (lambda: optimizer.add_param_group([Parameter([1.0])]), TypeError),
    ):
        with pytest.raises(kind):
            change()
        assert repr(optimizer) == before
    assert len(optimizer.parameters) == 1
    group["lr"] *= 0.5
    assert float(group["lr"]) == np.float32(0.05)
    group["lr"] = group["lr"]
    twin = optim_ex.SGD([{"params": [Parameter([1.0])], "lr": group["lr"]}], lr=1.0)
    assert float(twin.param_groups[0]["lr"]) == np.float32(0.05)
    optimizer.param_groups.append({})
    with pytest.raises(ValueError, match="add_param_group adds a group"):
        optimizer([np.ones(1)])
    optimizer.param_groups.pop()
    group["params"].append(Parameter([1.0]))
    with pytest.raises(ValueError, match="params stay what they are"):
        optimizer([np.ones(1)])
    group["params"].pop()
    for change in ({"momentum": 0.5, "dampening": -1}, {"momentum": 0.5, "foo": 1}, {"momentum": 0.5, "lr": 1e300}):
        with pytest.raises((ValueError, KeyError)):
            group.update(change)
        assert group["momentum"] == 0
    group |= {"momentum": 0.9}
    assert (group["momentum"], group.setdefault("initial_lr", 0.1)) == (0.9, 0.1)


def test_an_optimizer_shows_itself() -> None:
    schedule = lrkit.ConstantLR(0.1)
    assert repr(optim.Momentum([np.ones(1)], schedule, 0.9, weight_decay=0.01)) == (
        "Momentum(1 parameter, learning_rate=ConstantLR(learning_rate=0.1), weight_decay=0.01, momentum=0.9, "
        "loss_scale=1.0, use_nesterov=False, check_finite=False)"
    )
    assert "2 parameters, learning_rate=<3 rates>" in repr(optim.SGD([np.ones(1), np.ones(2)], [0.1] * 3))


def test_a_rule_is_compiled_once_however_its_numbers_change() -> None:
    optimizer = optim_ex.Adam([Parameter([1.0])], lr=0.1)
    optimizer([np.ones(1)])
    before = len(PROGRAMS)
    for k in range(5):
        optimizer.param_groups[0].update(betas=(0.5 + k / 20, 0.9), weight_decay=0.0, lr=0.1 * k, eps=1e-3 * k)
        optimizer([np.ones(1)])
    assert len(PROGRAMS) <= before + 1  # an epsilon of 0 is a form of its own


# Rules

RULES = {
    name: rule
    for name, make in ALL.items()
    for o in [make(parameters())]
    for rule in [o._rule() if make.is_nn else o._rule(o.param_groups[0])]
    if isinstance(rule, Rule)
}


@pytest.mark.parametrize("name", RULES)
@pytest.mark.parametrize("decay", [0.0, 0.1])
def test_a_compiled_rule_is_its_formula(name: str, decay: float) -> None:
    """The program in place, against the formula evaluated as it stands by NumPy: bit for bit, states too."""

    class Numbers:
        def __init__(self, values: dict[str, float]) -> None:
            self.__dict__ |= values

    class NumPy:
        sqrt, square, abs, sign, pow, maximum = np.sqrt, np.square, np.abs, np.sign, np.power, np.maximum

    rng = np.random.default_rng(0)
    for t in (1, 2, 50):
        rule = RULES[name].at(t)
        prepared = Prepared(rule, scaled=True, decayed=decay > 0)
        program = prepared.program()
        w, g = rng.normal(size=50), rng.normal(size=50)
        states = {state: rng.uniform(0.1, 1, 50) for state in rule.states()}
        numbers = rule.numbers(StepContext(t, 0.1, decay)) | {"scale": 0.5, "decay": decay, "keep": 1 - 0.1 * decay}
        with np.errstate(all="ignore"):
            new_w, new = prepared.formula(w, g, states, Numbers(numbers), NumPy)
        scratch = [np.full(50, np.nan) for _ in range(program.scratch)]
        kept = g.copy()
        with np.errstate(all="ignore"):
            program.run(w, g, *states.values(), *scratch, *(np.float64(numbers[n]) for n in program.numbers))
        np.testing.assert_array_equal(w, new_w)
        np.testing.assert_array_equal(g, kept)
        for state, array in states.items():
            np.testing.assert_array_equal(array, new[state])
    assert vars(XP).keys() <= vars(NumPy).keys()


def test_lamb_by_hand() -> None:
    """Two steps of You et al. (2020), algorithm 2 with bias correction, written out."""
    w, m, v = np.array([[3.0, -1.0], [2.0, 0.5]]), 0.0, 0.0
    weight = Parameter(w, "weight")
    optimizer = optim.Lamb([weight], learning_rate=0.1, weight_decay=0.01)
    for t, g in enumerate((np.array([[1.0, 2.0], [-3.0, 0.5]]), np.array([[0.5, -2.0], [1.0, 0.0]])), start=1):
        optimizer([g])
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
        r = (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 1e-6) + 0.01 * w
        w = w - 0.1 * np.linalg.norm(w) / np.linalg.norm(r) * r
        np.testing.assert_allclose(weight, w, rtol=1e-12)


def test_adafactor_by_hand() -> None:
    """Two steps of Shazeer and Stern (2018), algorithm 4 for a matrix, written out, on a stack of two matrices."""
    rng = np.random.default_rng(0)
    w, r, c, m = rng.normal(size=(2, 3, 4)), 0.0, 0.0, 0.0
    weight = Parameter(w, "weight")
    optimizer = optim.AdaFactor([weight], weight_decay=0.1)
    for t in (1, 2):
        g = rng.normal(size=w.shape)
        optimizer([g])
        kept = 1 - t**-0.8
        r = kept * r + (1 - kept) * (g**2 + 1e-30).mean(axis=-1)
        c = kept * c + (1 - kept) * (g**2 + 1e-30).mean(axis=-2)
        u = g / np.sqrt(r[..., None] * c[..., None, :] / r.mean(axis=-1)[..., None, None])
        rate = min(1e-2, t**-0.5) * max(1e-3, np.sqrt(np.mean(w**2)))
        m = 0.9 * m + 0.1 * rate * u / max(1.0, np.sqrt(np.mean(u**2)))
        w = w - 0.1 * rate * w - m
        np.testing.assert_allclose(weight, w, rtol=1e-12)


def test_adafactors_rate_follows_the_size_of_the_weights_down_to_a_floor() -> None:
    """Its first step is the rate times max(eps2, rms(w)), along each coordinate, with the squares taken whole."""
    for size, scale in ((2.0, 2.0), (1e-6, 0.25)):
        weight = Parameter(np.full(4, size), "weight")
        optim.AdaFactor([weight], 0.5, eps=(0.0, 0.25), beta1=None, relative_step=False)([np.ones(4)])
        np.testing.assert_allclose(weight, size - 0.5 * scale, rtol=1e-12)


def test_ftrl_by_hand() -> None:
    """Two steps with both penalties; z is 0.8 - 0.1, then its second value, both by hand for one weight."""
    weight = Parameter(np.array([2.0, 0.0]), "weight")
    optimizer = optim.FTRL([weight], initial_accum=0.25, learning_rate=0.5, l1=0.1, l2=0.2)
    w, n, z = np.array([2.0, 0.0]), 0.25, 0.0
    for g in (np.array([0.8, -0.05]), np.array([-3.0, 0.01])):
        optimizer([g])
        z = z + g - (np.sqrt(n + g * g) - np.sqrt(n)) / 0.5 * w
        n = n + g * g
        w = np.where(np.abs(z) > 0.1, (np.sign(z) * 0.1 - z) / (np.sqrt(n) / 0.5 + 0.4), 0.0)
        np.testing.assert_allclose(weight, w, rtol=1e-12, atol=1e-15)


# Parameters


def test_a_parameter_works_wherever_numpy_takes_an_array() -> None:
    p = Parameter([[1.0, 2.0], [3.0, 4.0]], "p")
    assert isinstance(p + 1, np.ndarray)
    np.testing.assert_array_equal(p @ np.eye(2, dtype=np.float32), p)
    np.testing.assert_array_equal(2 * p - p / 1, [[1, 2], [3, 4]])
    assert (p.shape, p.ndim, p.size, p.dtype, len(p)) == ((2, 2), 2, 4, np.float32, 2)
    assert np.linalg.norm(p) == pytest.approx(math.sqrt(30))
    assert np.add.reduce(p, axis=None) == 10
    assert p.T.tolist() == [[1, 3], [2, 4]]
    p -= 1
    np.multiply(p, 2, out=p)
    p[0, 0] = 7
    assert (p[0].tolist(), p.value().tolist()) == ([7, 2], [[7, 2], [4, 6]])
    value = p.asnumpy()
    value[...] = 0
    assert float(p[0, 0]) == 7
    assert np.array(p, np.float64).dtype == np.float64
    assert (p.mean(), p.sum(axis=0).tolist(), p.reshape(-1).shape) == (19 / 4, [11, 8], (4,))
    rate = Parameter(0.25, "rate")
    assert (f"{rate:.1e}", f"{rate}", round(rate, 1), int(Parameter(2.5)), rate.item()) == (
        "2.5e-01",
        str(rate),
        0.2,
        2,
        0.25,
    )
    assert copy.deepcopy(p).tolist() == p.tolist()
    with pytest.raises(AttributeError):
        rate.nonsense  # noqa: B018
    assert (float(Parameter(3.0)), bool(Parameter(0.0)), hash(p) == hash(p)) == (3.0, False, True)


def test_an_optimizer_moves_the_parameter_that_was_given() -> None:
    """Through whatever was taken from it after: its memory, and bare arrays, side by side or not."""
    p = Parameter([1.0], "p")
    q = np.array([1.0, 2.0])
    optimizer = optim.SGD([p, q], learning_rate=1.0)
    memory = np.asarray(p)
    optimizer([np.ones(1), np.ones(2)])
    assert (memory.tolist(), q.tolist()) == ([0.0], [0.0, 1.0])
    second = optim.SGD([p], learning_rate=1.0)
    second([np.ones(1)])
    optimizer([np.ones(1), np.ones(2)])
    assert (memory.tolist(), float(p[0])) == ([-2.0], -2.0)
