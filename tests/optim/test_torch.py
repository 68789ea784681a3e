"""torch 2.13 as a second witness: each rule of `lrkit.optim_ex` against ``torch.optim``, live."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from torch_options import NOT_IN_GROUPS, OPTIONS, TOLERANCE, fitting

import lrkit
from lrkit import optim, optim_ex

torch = pytest.importorskip("torch")

STEPS = 200
FEW = 60
"""Enough for RAdam to trust its second moment and ASGD to average."""
SHAPES = [(3,), (2, 3), (), (2, 2, 2)]


def run(
    name: str,
    groups: list[dict[str, Any]],
    defaults: dict[str, Any],
    seed: int,
    edits: dict[int, Any],
    steps: int = STEPS,
) -> None:
    """Both libraries over the same gradients, in float64; equal after each of the steps."""
    rng = np.random.default_rng(seed)
    sizes = [SHAPES[k : k + 2] for k in range(0, len(groups) * 2, 2)]
    values = [[rng.normal(size=shape) for shape in shapes] for shapes in sizes]
    ours = [[lrkit.Parameter(np.asarray(v)) for v in vs] for vs in values]
    theirs = [[torch.nn.Parameter(torch.tensor(v)) for v in vs] for vs in values]
    own = getattr(optim_ex, name)([{"params": ps} | g for ps, g in zip(ours, groups, strict=True)], **defaults)
    peer = getattr(torch.optim, name)([{"params": ps} | g for ps, g in zip(theirs, groups, strict=True)], **defaults)
    rtol = TOLERANCE.get(name, 1e-9)
    flat = [(p, q) for ps, qs in zip(ours, theirs, strict=True) for p, q in zip(ps, qs, strict=True)]
    paths: tuple[list[Any], list[Any]] = [], []
    for step in range(steps):
        for key, value in edits.get(step, {}).items():
            own.param_groups[-1][key] = value
            peer.param_groups[-1][key] = value
        gradients = [np.asarray(rng.normal(size=p.shape)) for p, _ in flat]
        for (_, q), g in zip(flat, gradients, strict=True):
            q.grad = torch.tensor(g)
        own(gradients)
        peer.step()
        for path, values in zip(
            paths, ((p.asnumpy() for p, _ in flat), (q.detach().numpy() for _, q in flat)), strict=True
        ):
            path.append(np.concatenate([np.ravel(value) for value in values]))
    np.testing.assert_allclose(*map(np.array, paths), rtol=rtol, atol=rtol / 100, err_msg="rows are steps")


@pytest.mark.parametrize("name", OPTIONS)
@settings(max_examples=25)
@given(data=st.data())
def test_a_rule_is_torchs(name: str, data: Any) -> None:
    defaults = fitting(name, {key: data.draw(strategy, key) for key, strategy in OPTIONS[name].items()})
    keys = st.sampled_from(sorted(OPTIONS[name].keys() - NOT_IN_GROUPS))
    group = {key: data.draw(OPTIONS[name][key], key) for key in data.draw(st.sets(keys))}
    run(name, [{}, fitting(name, defaults | group)], defaults, data.draw(st.integers(0, 99)), {}, FEW)


def test_rmsprop_centered_is_torchs() -> None:
    """Apart, as the variance of few gradients may come out negative: with few enough steps back it does not."""
    for momentum in (0.0, 0.9):
        run("RMSprop", [{}, {"alpha": 0.9}], {"centered": True, "momentum": momentum, "eps": 1e-3}, 3, {})


@pytest.mark.parametrize(
    ("name", "edits"),
    [
        ("SGD", {50: {"lr": 0.01}, 70: {"weight_decay": 0.02, "momentum": 0.9}, 90: {"maximize": True}}),
        ("Adam", {50: {"lr": 0.01, "eps": 1e-3}, 80: {"betas": (0.5, 0.9)}, 90: {"betas": (0.95, 0.99)}}),
        ("AdamW", {50: {"betas": (0.0, 0.9)}, 51: {"weight_decay": 0.5}}),
        ("NAdam", {50: {"betas": (0.8, 0.99)}, 51: {"momentum_decay": 0.1}}),
        ("RAdam", {2: {"betas": (0.8, 0.9)}, 51: {"lr": 0.0}, 53: {"lr": 0.1}}),
        ("RMSprop", {50: {"alpha": 0.5, "eps": 1e-2}}),
        ("Adagrad", {50: {"lr_decay": 0.5}}),
        ("Adadelta", {50: {"rho": 0.5}}),
        ("Adamax", {50: {"betas": (0.5, 0.9)}}),
        ("Rprop", {50: {"etas": (0.4, 1.5)}, 60: {"step_sizes": (1e-3, 0.1)}, 70: {"lr": 1.0}}),
        ("ASGD", {50: {"lr": 0.05, "lambd": 0.01}, 80: {"t0": 60.0}, 120: {"t0": 1e6, "alpha": 0.5}}),
    ],
)
def test_an_edit_while_running_acts_as_in_torch(name: str, edits: dict[int, Any]) -> None:
    run(name, [{}, {}], {"lr": 0.02}, 7, edits)


def test_amsgrad_keeps_its_largest_moment_when_betas_are_edited() -> None:
    run("Adam", [{}, {}], {"lr": 0.02, "amsgrad": True}, 7, {20: {"betas": (0.5, 0.9)}, 60: {"betas": (0.9, 0.999)}})


@pytest.mark.parametrize("dampening", [0.0, 0.5])
def test_a_momentum_taken_up_on_the_way_begins_with_a_whole_gradient(dampening: float) -> None:
    run("SGD", [{}, {}], {"lr": 0.02, "dampening": dampening}, 7, {20: {"momentum": 0.9}})


def test_a_group_added_on_the_way_counts_its_own_steps() -> None:
    values = [np.array([1.0, -2.0]), np.array([3.0])]
    ours, theirs = [lrkit.Parameter(v) for v in values], [torch.nn.Parameter(torch.tensor(v)) for v in values]
    own, peer = optim_ex.Adam(ours[:1], lr=0.1), torch.optim.Adam(theirs[:1], lr=0.1)
    for step in range(20):
        if step == 7:
            own.add_param_group({"params": ours[1:], "lr": 0.01})
            peer.add_param_group({"params": theirs[1:], "lr": 0.01})
        own([np.cos(p + step) for p in own.parameters])
        for q in theirs:
            q.grad = torch.cos(q.detach() + step)
        peer.step()
        for p, q in zip(ours, theirs, strict=True):
            np.testing.assert_allclose(p, q.detach().numpy(), rtol=1e-12)


@pytest.mark.parametrize(
    ("own", "peer"),
    [
        (lambda ps: optim.SGD(ps, 0.05, 0.9, 0.3, 0.1), lambda ps: torch.optim.SGD(ps, 0.05, 0.9, 0.3, 0.1)),
        (lambda ps: optim.Momentum(ps, 0.05, 0.9, use_nesterov=True),
         lambda ps: torch.optim.SGD(ps, 0.05, 0.9, nesterov=True)),
        (lambda ps: optim.Adam(ps, 0.05, weight_decay=0.1, eps=1e-3),
         lambda ps: torch.optim.Adam(ps, 0.05, weight_decay=0.1, eps=1e-3)),
        (lambda ps: optim.Adam(ps, 0.05, use_amsgrad=True), lambda ps: torch.optim.Adam(ps, 0.05, amsgrad=True)),
        (lambda ps: optim.Adadelta(ps, 0.5), lambda ps: torch.optim.Adadelta(ps, 0.5)),
        (lambda ps: optim.Adagrad(ps, 0.25, 0.05),
         lambda ps: torch.optim.Adagrad(ps, 0.05, initial_accumulator_value=0.25, eps=1e-300)),
    ],
)  # fmt: skip
def test_the_nn_face_is_torchs_where_the_rules_are_the_same(own: Any, peer: Any) -> None:
    rng = np.random.default_rng(1)
    values = [rng.normal(size=shape) for shape in SHAPES]
    ours, theirs = (
        [lrkit.Parameter(np.asarray(v)) for v in values],
        [torch.nn.Parameter(torch.tensor(v)) for v in values],
    )
    mine, other = own(ours), peer(theirs)
    for _ in range(STEPS):
        gradients = [np.asarray(rng.normal(size=shape)) for shape in SHAPES]
        for q, g in zip(theirs, gradients, strict=True):
            q.grad = torch.tensor(g)
        mine(gradients)
        other.step()
    for p, q in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(p, q.detach().numpy(), rtol=1e-9, atol=1e-12)


def test_float32_parameters_stay_close_to_torchs_over_a_run() -> None:
    """Rounding only: a large and a small tensor, so both ways through memory, against torch in the same precision."""
    rng = np.random.default_rng(2)
    shapes = [(300, 400), (7,)]
    values = [rng.normal(size=shape).astype(np.float32) for shape in shapes]
    ours, theirs = [lrkit.Parameter(v) for v in values], [torch.nn.Parameter(torch.tensor(v)) for v in values]
    own, peer = optim_ex.AdamW(ours, lr=1e-2), torch.optim.AdamW(theirs, lr=1e-2)
    for _ in range(50):
        gradients = [rng.normal(size=shape).astype(np.float32) for shape in shapes]
        for q, g in zip(theirs, gradients, strict=True):
            q.grad = torch.tensor(g)
        own(gradients)
        peer.step()
    for p, q in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(p, q.detach().numpy(), rtol=1e-5, atol=2e-6)
