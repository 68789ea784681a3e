"""The catalogue's numbers from other libraries, live and recorded."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from helpers import golden
from torch_rates import rates_of, sgd

import lrkit
from lrkit import LearningRateSchedule


@pytest.mark.parametrize("three_phase", [False, True])
@pytest.mark.parametrize(("shape", "strategy"), [("cosine", "cos"), ("linear", "linear")])
@pytest.mark.parametrize(("total", "pct"), [(100, 0.3), (100, 0.25), (97, 0.31), (20, 0.5)])
def test_one_cycle_is_torch_s(total: int, pct: float, shape: str, strategy: str, three_phase: bool) -> None:
    torch = pytest.importorskip("torch")
    options = {"anneal_strategy": strategy, "three_phase": three_phase, "cycle_momentum": False}
    scheduler = torch.optim.lr_scheduler.OneCycleLR(sgd(torch, 1.0), 0.7, total, pct_start=pct, **options)
    made = lrkit.one_cycle(0.7, total, pct, shape, three_phase)
    assert np.abs(made.to_array(total) - rates_of(scheduler, total)).max() < 1e-15
    assert made(10 * total) == made(total - 1)


def test_one_cycle_that_ends_at_its_peak_stays_there() -> None:
    assert lrkit.one_cycle(1.0, 5, 1.0, "linear", start_lr=0.0)([0, 2, 4, 99]).tolist() == [0.0, 0.5, 1.0, 1.0]
    assert lrkit.one_cycle(1.0, 5, 0.2, "linear", end_lr=0.0)([0, 2, 4]).tolist() == [1.0, 0.5, 0.0]


@pytest.mark.parametrize("mode", ["triangular", "triangular2", "exp_range"])
@pytest.mark.parametrize("down", [None, 3, 40])
def test_cyclic_is_torch_s(mode: str, down: int | None) -> None:
    torch = pytest.importorskip("torch")
    options = {"mode": mode, "gamma": 0.97, "cycle_momentum": False}
    scheduler = torch.optim.lr_scheduler.CyclicLR(sgd(torch, 1.0), 0.01, 0.7, 20, down, **options)
    wanted = rates_of(scheduler, 400)
    assert (
        np.abs(lrkit.cyclic(0.01, 0.7, 20, down, mode, 0.97).to_array(400) - wanted).max() < 1e-13
    )  # torch takes 1 + t / n - floor(…)


def test_stairs_lines_and_waves_are_torch_s() -> None:
    torch = pytest.importorskip("torch")
    from torch.optim import lr_scheduler as trs

    pairs = [
        (trs.StepLR(sgd(torch, 0.4), 7, 0.3), lrkit.step_decay(0.4, 0.3, 7)),
        (trs.MultiStepLR(sgd(torch, 0.4), [9, 3, 3, 20], 0.3), lrkit.multi_step(0.4, [9, 3, 3, 20], 0.3)),
        (trs.LinearLR(sgd(torch, 0.4), 0.25, 0.75, 30), lrkit.linear(0.1, 0.3, 30)),
        (trs.CosineAnnealingLR(sgd(torch, 0.4), 17, 0.1), lrkit.cosine_wave(0.1, 0.4, 17)),
    ]
    for scheduler, made in pairs:
        assert np.abs(made.to_array(100) - rates_of(scheduler, 100)).max() < 1e-14


def test_multi_step_counts_twice_what_is_there_twice_and_begins_at_0() -> None:
    assert lrkit.multi_step(1.0, [0, 2, 2], 0.5).to_list(4) == [0.5, 0.5, 0.125, 0.125]
    assert lrkit.multi_step(1.0, [], 0.5) == lrkit.ConstantLR(1.0)


@pytest.mark.parametrize("timescale", [None, 5, 700])
@pytest.mark.parametrize("warmup", [0, 40])
def test_inverse_sqrt_is_transformers_s(warmup: int, timescale: int | None) -> None:
    torch = pytest.importorskip("torch")
    optimization = pytest.importorskip("transformers.optimization")
    scheduler = optimization.get_inverse_sqrt_schedule(sgd(torch, 0.3), warmup, timescale)
    made = lrkit.inverse_sqrt(0.3, warmup, timescale)
    assert np.abs(made.to_array(500) - rates_of(scheduler, 500)).max() < 1e-15


def test_warm_restarts_with_warm_ups_are_optax_s() -> None:
    optax = pytest.importorskip("optax")
    lengths = [20, 30, 45]
    cycle = {"init_value": 0.0, "warmup_steps": 5, "end_value": 0.0}
    parts = [cycle | {"peak_value": 0.8**k, "decay_steps": n} for k, n in enumerate(lengths)]
    wanted = np.array([float(optax.sgdr_schedule(parts)(t)) for t in range(0, 120, 3)])
    made = lrkit.cosine_restarts(0.0, 1.0, 20, 1.5, 0.8, warmup_steps=5, cycles=3)
    assert np.abs(made(range(0, 120, 3)) - wanted).max() < 1e-6  # optax's are float32


@pytest.mark.parametrize(("multiplier", "gamma"), [(1.0, 0.5), (2.0, 0.9), (1.5, 1.0)])
def test_the_height_of_restarts_shrinks_as_in_keras(multiplier: float, gamma: float) -> None:
    keras = pytest.importorskip("keras")
    theirs = keras.optimizers.schedules.CosineDecayRestarts(0.5, 20, multiplier, gamma, alpha=0.25)
    steps = [1, 10, 19, 21, 33, 49, 51, 59, 61, 94, 96, 139, 141, 200]  # not where a logarithm may miss a restart
    wanted = np.array([float(theirs(t)) for t in steps])
    made = lrkit.cosine_restarts(0.125, 0.5, 20, multiplier, gamma)
    assert np.abs(made(steps) - wanted).max() < 2e-6  # keras's are float32


PEERS = golden("catalogue_peers")


@pytest.mark.parametrize("case", PEERS["cases"], ids=lambda case: case["expression"])
def test_numbers_are_those_recorded_of_another_library(case: dict[str, Any]) -> None:
    made: LearningRateSchedule = lrkit.parse(case["expression"])
    wanted = np.array(case["rates"])
    assert np.abs(made(PEERS["steps"]) - wanted).max() <= 8 * np.spacing(0.1), case["peer"]
