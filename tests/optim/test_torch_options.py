"""torch 2.13 as a witness of what optimizers take: signatures, domains, groups, missing gradients, states; live."""

from __future__ import annotations

import copy
import inspect
import io
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from torch_options import OPTIONS, TOLERANCE, fitting

import lrkit
from lrkit import optim_ex

torch = pytest.importorskip("torch")

NAMES = sorted(OPTIONS)
EXECUTION = ("foreach", "fused", "capturable", "differentiable")
"""How torch carries out a step on a device, not what it computes."""
NOT_TAKEN = {("Adam", "decoupled_weight_decay"): "Adam with it is AdamW, which is there"}
OURS_ALONE = {
    "check_finite": "refuses a step with NaN or infinity before anything moves",
    "grad_centralization": "MindSpore's, of SGD's groups",
}
OTHER_PLACE = {
    ("RMSprop", "maximize"): "MindSpore has it in this place, torch two places further",
    ("ASGD", "maximize"): "MindSpore has it in this place, torch one place further",
}
OTHER_DOMAIN = {
    ("SGD", "dampening"): "torch takes a negative one, which has no meaning",
    ("Rprop", "step_sizes"): "torch takes negative limits, and a lower one above the upper one",
    ("ASGD", "lambd"): "torch takes a negative one, whose rate grows until it is no number",
}
PAIRS = {"betas": (0.5, 0.5), "etas": (0.5, 1.5), "step_sizes": (0.5, 0.5)}
"""The other one of a pair."""


def arguments(cls: Any) -> dict[str, inspect.Parameter]:
    found = dict(inspect.signature(cls).parameters)
    assert next(iter(found)) == "params"
    return {name: p for name, p in found.items() if name != "params"}


def parameter(*values: float) -> Any:
    return torch.nn.Parameter(torch.tensor(values or (1.0, 2.0), dtype=torch.float64))


def own(*values: float) -> lrkit.Parameter:
    return lrkit.Parameter(np.array(values or (1.0, 2.0)))


# Signatures


def test_all_that_torch_has_and_lrkit_has_is_compared() -> None:
    classes = {name for name in vars(optim_ex) if isinstance(getattr(optim_ex, name), type)} - {"Optimizer"}
    assert set(NAMES) == classes == set(OPTIONS)


@pytest.mark.parametrize("name", NAMES)
def test_a_constructor_takes_torchs_arguments_with_torchs_defaults(name: str) -> None:
    ours, theirs = arguments(getattr(optim_ex, name)), arguments(getattr(torch.optim, name))
    missing = {key for key in theirs.keys() - ours.keys() - {*EXECUTION} if (name, key) not in NOT_TAKEN}
    assert missing == set()
    assert ours.keys() - theirs.keys() <= OURS_ALONE.keys()
    for key in ours.keys() & theirs.keys():
        assert ours[key].default == theirs[key].default, key
    here, there = (
        [key for key, p in found.items() if p.kind is not p.KEYWORD_ONLY and (name, key) not in OTHER_PLACE]
        for found in (ours, theirs)
    )
    assert here == there[: len(here)]


@pytest.mark.parametrize("name", NAMES)
def test_every_shared_option_is_among_those_whose_steps_are_compared(name: str) -> None:
    """In `test_a_rule_is_torchs`; RMSprop's `centered` there has a test of its own."""
    shared = arguments(getattr(optim_ex, name)).keys() & arguments(getattr(torch.optim, name)).keys()
    assert shared - {"centered"} == OPTIONS[name].keys()


@pytest.mark.parametrize("name", NAMES)
def test_defaults_make_the_same_run(name: str) -> None:
    p, q = own(), parameter()
    ours, theirs = getattr(optim_ex, name)([p]), getattr(torch.optim, name)([q])
    for step in range(100):
        g = np.array([math.cos(step), math.sin(step) - 0.5])
        q.grad = torch.tensor(g)
        theirs.step()
        ours([g])
    np.testing.assert_allclose(p, q.detach().numpy(), rtol=TOLERANCE.get(name, 1e-9), atol=1e-12)


# Domains


def outcome(cls: Any, p: Any, **options: Any) -> str:
    try:
        cls([p], **options)
    except (TypeError, ValueError, IndexError) as error:
        return type(error).__name__
    return "taken"


@pytest.mark.parametrize("name", NAMES)
def test_the_numbers_that_torch_takes_are_taken_and_others_refused_alike(name: str) -> None:
    nan = math.nan
    numbers = [-1.0, -1e-300, 0.0, 1e-300, 0.5, 1 - 1e-9, 1.0, 1 + 1e-9, 2.0, nan, None, "x"]
    checked = 0
    for key in OPTIONS[name].keys() - {"nesterov", "amsgrad", "maximize", "decoupled_weight_decay"}:
        first, second = PAIRS.get(key, (0.0, 0.0))
        pairs = [(x, second) for x in numbers] + [(first, x) for x in numbers]
        for value in pairs if key in PAIRS else numbers:
            ours, theirs = (
                outcome(getattr(module, name), p, **{key: value})
                for module, p in ((optim_ex, own()), (torch.optim, parameter()))
            )
            if theirs == "taken" and (value in (None, "x", nan) or (name, key) in OTHER_DOMAIN):
                continue  # not looked at there
            assert ours == theirs, (key, value)
            checked += 1
    assert checked >= 30


def test_a_negative_dampening_is_refused() -> None:
    assert outcome(torch.optim.SGD, parameter(), dampening=-0.5) == "taken"
    assert outcome(optim_ex.SGD, own(), dampening=-0.5) == "ValueError"


@pytest.mark.parametrize("name", NAMES)
def test_an_epsilon_of_0_makes_torchs_numbers(name: str) -> None:
    if "eps" not in OPTIONS[name]:
        assert name in ("SGD", "Rprop", "ASGD")
        return
    p, q = own(1.0, 2.0, 3.0), parameter(1.0, 2.0, 3.0)
    ours, theirs = getattr(optim_ex, name)([p], eps=0.0), getattr(torch.optim, name)([q], eps=0.0)
    for _ in range(8):
        g = np.array([0.5, -1e-200, 0.0])  # 0 / 0 is NaN in both
        q.grad = torch.tensor(g)
        theirs.step()
        ours([g])
    np.testing.assert_allclose(p, q.detach().numpy(), rtol=1e-5)


# Groups

GROUPS: dict[str, Any] = {
    "an empty group beside others": lambda p: [{"params": []}, {"params": [p]}],
    "an empty group alone": lambda p: [{"params": []}],
    "one parameter, not in a list": lambda p: [{"params": p}],
    "a generator": lambda p: ({"params": (x for x in [p])} for _ in range(1)),
    "nothing": lambda p: [],
    "one parameter as params": lambda p: p,
    "a set as a group's params": lambda p: [{"params": {p}}],
    "a parameter in two groups": lambda p: [{"params": [p]}, {"params": [p]}],
    "a group without params": lambda p: [{"lr": 0.1}],
    "a rate that is a text": lambda p: [{"params": [p], "lr": 0.1}, 5],
}


@pytest.mark.parametrize("case", GROUPS)
def test_groups_are_taken_and_refused_as_in_torch(case: str) -> None:
    kinds = []
    for cls, p in ((optim_ex.SGD, own()), (torch.optim.SGD, parameter())):
        try:
            cls(GROUPS[case](p), lr=0.1)
            kinds.append([])
        except (TypeError, ValueError, KeyError) as error:
            mro = [kind.__name__ for kind in type(error).__mro__]
            kinds.append([kind for kind in mro if kind in ("TypeError", "ValueError", "KeyError")])
    assert kinds[0] == kinds[1] == [] or set(kinds[0]) & set(kinds[1])


@pytest.mark.parametrize("key", ["lr", "momentum", "weight_decay", "dampening"])
def test_a_negative_option_of_a_group_is_refused_though_torch_looks_at_the_defaults_only(key: str) -> None:
    torch.optim.SGD([{"params": [parameter()], key: -0.5}], lr=0.1)
    with pytest.raises(ValueError, match=rf"^SGD: param_groups\[0\]: {key} must be a number >= 0, got -0.5"):
        optim_ex.SGD([{"params": [own()], key: -0.5}], lr=0.1)


def test_what_a_group_may_not_hold_is_a_value_error() -> None:
    for group, message in (
        (
            {"params": [own()], "momentun": 0.9},
            r"^SGD: params\[0\]: unknown key 'momentun': did you mean 'momentum'\?$",
        ),
        ({"lr": 0.1}, r"^SGD: params\[0\] must have the key 'params'$"),
    ):
        for kind in (ValueError, KeyError):
            with pytest.raises(kind, match=message):
                optim_ex.SGD([group], lr=0.1)
    with pytest.raises(ValueError, match="once more"):
        optim_ex.SGD([p := own(), p], lr=0.1)


def test_an_empty_group_is_passed_over() -> None:
    p = own(1.0)
    optimizer = optim_ex.SGD([{"params": []}, {"params": [p]}, {"params": [], "lr": 0.5}], lr=0.25, momentum=0.5)
    for _ in range(2):
        optimizer([np.ones(1)])
    assert p.tolist() == [1 - 0.25 - 0.375]
    state = optimizer.state_dict()
    assert (state["group0.steps"], state["group1.steps"]) == (0, 2)
    optimizer.load_state_dict(state)
    optimizer([np.zeros(1)])
    assert p.tolist() == [1 - 0.25 - 0.375 - 0.25 * 0.75]


def test_a_group_begins_with_its_own_initial_accumulator_where_torchs_begins_with_the_constructors() -> None:
    """Without one of its own both begin with the constructor's, also a group that is added. Steps of 1 / √(s₀ + 1)."""
    ends = []
    for module, made in ((optim_ex, own), (torch.optim, parameter)):
        params = [made(1.0) for _ in range(4)]
        groups = [{"params": params[:1]}, {"params": params[1:2], "initial_accumulator_value": 8.0}]
        optimizer = module.Adagrad(groups, lr=1.0, initial_accumulator_value=3.0)
        optimizer.add_param_group({"params": params[2:3]})
        optimizer.add_param_group({"params": params[3:], "initial_accumulator_value": 15.0})
        if module is optim_ex:
            optimizer([np.ones(1)] * 4)
            ends.append([float(p[0]) for p in params])
            continue
        for p in params:
            p.grad = torch.ones(1, dtype=torch.float64)
        optimizer.step()
        ends.append([float(p.detach()[0]) for p in params])
    assert ends[0] == pytest.approx([1 / 2, 2 / 3, 1 / 2, 3 / 4])
    assert ends[1] == pytest.approx([1 / 2, 1 / 2, 1 / 2, 1 / 2])


# Gradients that are missing

SIZES = [(3,), (), (2, 2), (1,), (150, 80)]
STEPS = 40


class Pair:
    """The same optimizer of both libraries, on the same parameters in two groups."""

    def __init__(self, name: str, defaults: dict[str, Any], group: dict[str, Any], seed: int) -> None:
        rng = np.random.default_rng(seed)
        values = [np.asarray(rng.normal(size=size)) for size in SIZES]
        self.name, self.rng = name, rng
        self.ours = [lrkit.Parameter(v, f"p{k}") for k, v in enumerate(values)]
        self.theirs = [torch.nn.Parameter(torch.tensor(v)) for v in values]
        self.own, self.peer = (
            getattr(module, name)([{"params": ps[:3]}, {"params": ps[3:]} | group], **defaults)
            for module, ps in ((optim_ex, self.ours), (torch.optim, self.theirs))
        )

    def step(self, missing: set[int]) -> None:
        given = [None if k in missing else np.asarray(self.rng.normal(size=s)) for k, s in enumerate(SIZES)]
        before = [p.asnumpy() for p in self.ours]
        for q, g in zip(self.theirs, given, strict=True):
            q.grad = None if g is None else torch.tensor(g)
        self.own(given)
        self.peer.step()
        rtol = TOLERANCE.get(self.name, 1e-9)
        for k, (p, q) in enumerate(zip(self.ours, self.theirs, strict=True)):
            np.testing.assert_allclose(p, q.detach().numpy(), rtol=rtol, atol=rtol / 100)
            assert k not in missing or p.asnumpy().tobytes() == before[k].tobytes()

    def counts(self) -> tuple[list[int], list[int]]:
        state = self.own.state_dict()
        steps = [np.broadcast_to(state[f"group{k}.steps"], n) for k, n in ((0, 3), (1, 2))]
        there = [int(self.peer.state[q].get("step", 0)) if q in self.peer.state else 0 for q in self.theirs]
        return np.concatenate(steps).tolist(), there


def options(name: str, data: Any) -> dict[str, Any]:
    return fitting(name, {key: data.draw(strategy, key) for key, strategy in OPTIONS[name].items()})


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=8)
@given(data=st.data())
def test_a_parameter_without_a_gradient_is_left_alone_as_in_torch(name: str, data: Any) -> None:
    """At random steps, each alone, all, or always: weights, states and counts of steps are torch's after each step."""
    defaults = options(name, data)
    group = fitting(name, defaults | {"lr": data.draw(OPTIONS[name]["lr"], "its own lr")})
    pair = Pair(name, defaults, group, data.draw(st.integers(0, 99)))
    share = data.draw(st.sampled_from([0.0, 0.1, 0.5, 1.0]))
    never = data.draw(st.sets(st.sampled_from(range(len(SIZES)))))
    taken = [0] * len(SIZES)
    for _ in range(STEPS):
        missing = never | {k for k in range(len(SIZES)) if pair.rng.random() < share}
        pair.step(missing)
        taken = [n + (k not in missing) for k, n in enumerate(taken)]
    ours, theirs = pair.counts()
    assert ours == taken
    assert name == "SGD" or theirs == taken


def through_a_file(state: dict[str, Any]) -> Any:
    file = io.BytesIO()
    np.savez(file, **state)
    file.seek(0)
    return np.load(file, allow_pickle=False)


@pytest.mark.parametrize("name", NAMES)
def test_a_run_with_missing_gradients_resumes_and_is_copied(name: str) -> None:
    pattern = [set(), {0}, {1, 4}, {0, 1, 2, 3, 4}, {2}, set(), {4}, {0, 3}, set()]
    defaults = {"momentum": 0.9, "dampening": 0.25} if name == "SGD" else {}

    def fresh() -> tuple[list[Any], Any]:
        rng = np.random.default_rng(1)
        params = [lrkit.Parameter(np.asarray(rng.normal(size=s)), f"p{k}") for k, s in enumerate(SIZES)]
        return params, getattr(optim_ex, name)([{"params": params[:3]}, {"params": params[3:]}], **defaults)

    def gradients(step: int) -> list[Any]:
        rng = np.random.default_rng(step)
        drawn = [np.asarray(rng.normal(size=s)) for s in SIZES]
        return [None if k in pattern[step] else g for k, g in enumerate(drawn)]

    params, optimizer = fresh()
    saved = []
    for step in range(len(pattern)):
        state, values = through_a_file(optimizer.state_dict()), [p.asnumpy() for p in params]
        saved.append((state, values, copy.deepcopy((params, optimizer))))
        optimizer(gradients(step))
    whole = [p.asnumpy().tobytes() for p in params]
    for cut, (state, values, (twins, twin)) in enumerate(saved):
        params, optimizer = fresh()
        optimizer.load_state_dict(state)
        for p, value in zip(params, values, strict=True):
            p.assign(value)
        for step in range(cut, len(pattern)):
            optimizer(gradients(step))
            twin(gradients(step))
        assert [p.asnumpy().tobytes() for p in params] == whole, cut
        assert [p.asnumpy().tobytes() for p in twins] == whole, cut


def test_a_state_with_counts_for_other_parameters_is_refused() -> None:
    optimizer = optim_ex.NAdam([own(), own()])
    optimizer([np.ones(2), None])
    state = optimizer.state_dict()
    assert (state["group0.steps"].tolist(), state["group0.memory.product"][1]) == ([1, 0], 0.0)
    before = {key: np.array(value).tobytes() for key, value in state.items()}
    for key, bad in (
        ("group0.steps", np.array([1, 0, 0])),
        ("group0.steps", np.array([1.0, 0.0])),
        ("group0.steps", np.array([1, -1])),
        ("group0.memory.product", np.array([math.nan, 0.0])),
    ):
        with pytest.raises(ValueError, match=rf"{key}: array\(.*\) in the state, for 2 parameters"):
            optimizer.load_state_dict(state | {key: bad})
    assert {key: np.array(value).tobytes() for key, value in optimizer.state_dict().items()} == before


def test_a_gradient_that_is_wrong_beside_one_that_is_missing_changes_nothing() -> None:
    params = [own(), own(), own()]
    optimizer = optim_ex.Adam(params, check_finite=True)
    for bad, kind, message in (
        ([None, np.ones(3), None], ValueError, r"the gradient of parameter1 must have shape \(2,\), got \(3,\)"),
        ([None, None, np.array([1, 2])], TypeError, "the gradient of parameter2 must be an array of floats"),
        ([None, None, np.array([1.0, math.nan])], FloatingPointError, "the gradient of parameter2 is not finite"),
        ([None, None], ValueError, "3 parameters need 3 gradients, got 2"),
    ):
        with pytest.raises(kind, match=message):
            optimizer(bad)
        assert [p.tolist() for p in params] == [[1.0, 2.0]] * 3
    assert optimizer.state_dict()["group0.steps"] == 0


def test_a_parameter_without_a_gradient_may_be_the_gradient_of_another() -> None:
    for name, missing in (("a", 1), ("b", 0)):
        a, b = lrkit.Parameter(np.array([1.0, 2.0]), "a"), lrkit.Parameter(np.array([3.0, 5.0]), "b")
        gradients = [b, None] if missing else [None, a]
        optim_ex.SGD([a, b], lr=1.0)(gradients)
        assert (a.tolist(), b.tolist()) == (([-2, -3], [3, 5]) if name == "a" else ([1, 2], [2, 3]))


def test_an_optimizer_of_ones_own_is_told_of_a_missing_gradient() -> None:
    class Own(optim_ex.Optimizer):
        def construct(self, gradients: Any) -> Any:
            return [gradient is None for gradient in gradients]

    assert Own([own(), own()], {"lr": 0.1})([None, np.ones(2)]) == [True, False]


# States


def test_loading_replaces_the_options_of_groups_as_in_torch() -> None:
    changed = {"lr": 0.25, "betas": (0.5, 0.75), "eps": 1e-3, "weight_decay": 0.125, "momentum_decay": 0.0625} | {
        "maximize": True,
        "decoupled_weight_decay": True,
    }
    for module, p in ((optim_ex, own()), (torch.optim, parameter())):
        source = module.NAdam([p])
        source.param_groups[0].update(changed | {"initial_lr": 0.5})
        other = module.NAdam([p], lr=0.1)
        other.load_state_dict(source.state_dict())
        group = other.param_groups[0]
        assert {key: group[key] for key in changed if key != "lr"} == {k: v for k, v in changed.items() if k != "lr"}
        assert (float(group["lr"]), group["initial_lr"]) == (0.25, 0.5)


@pytest.mark.parametrize("name", ["NAdam", "RAdam"])
def test_a_state_from_before_an_option_is_loaded_with_it_off_as_in_torch(name: str) -> None:
    flags = ("maximize", "decoupled_weight_decay")
    optimizer = getattr(optim_ex, name)([own()], maximize=True, decoupled_weight_decay=True)
    state = {key: value for key, value in optimizer.state_dict().items() if not key.endswith(flags)}
    optimizer.load_state_dict(state)
    assert [optimizer.param_groups[0][flag] for flag in flags] == [False, False]
    peer = getattr(torch.optim, name)([parameter()], maximize=True, decoupled_weight_decay=True)
    there = peer.state_dict()
    for flag in flags:
        del there["param_groups"][0][flag]
    peer.load_state_dict(there)
    assert [peer.param_groups[0][flag] for flag in flags] == [False, False]
