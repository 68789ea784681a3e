"""timm's schedules against timm itself: every class, stepped as a run steps it."""

from __future__ import annotations

import logging
import math
import random
import sys
import warnings
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from loading import imported

import lrkit
from lrkit.interop._errors import DepartureWarning
from lrkit.interop.timm import from_timm

torch = pytest.importorskip("torch")
timm = imported("timm.scheduler")

TOLERANCE = 1e-12
"""Of the peak: timm computes in float64, as we do."""

logging.getLogger("timm").setLevel(logging.ERROR)  # "will have no effect": a cycle of one step


def made(kind: str, rates: Any = (0.1, 0.013, 0.0), scales: Any = (), **options: Any) -> Any:
    """A live scheduler over groups with these rates."""
    groups = [{"params": [torch.zeros(1, requires_grad=True)], "lr": rate} for rate in rates]
    for group, scale in zip(groups, scales, strict=False):
        group["lr_scale"] = scale
    return getattr(timm, f"{kind}LRScheduler")(torch.optim.SGD(groups, lr=1.0), **options)


def live(scheduler: Any, steps: int = 400) -> Any:
    """The rates of each group after ``step(t)`` or ``step_update(t)``, for t = 0, 1, ..."""
    seen = []
    for t in range(steps):
        (scheduler.step if scheduler.t_in_epochs else scheduler.step_update)(t)
        seen.append([group["lr"] for group in scheduler.optimizer.param_groups])
    return np.array(seen).T


def deviations(read: Any, theirs: Any) -> Any:
    """How far apart they are, in peaks of the group: one row a group, one column a step."""
    ours = np.array([schedule.to_array(theirs.shape[1]) for schedule in read])
    peaks = np.abs(np.where(np.isfinite(theirs), theirs, 0)).max(axis=1, keepdims=True)
    return np.abs(ours - theirs) / np.where(peaks > 0, peaks, 1)


def warm_ups(draw: random.Random, prefix: bool = True) -> dict[str, Any]:
    warmup = draw.choice([0, 0, 1, draw.randint(1, 40)])
    options: dict[str, Any] = {"warmup_t": warmup, "warmup_lr_init": draw.choice([0.0, 1e-3, 0.05])}
    return {**options, "warmup_prefix": draw.random() < 0.5} if prefix else options


def noises(draw: random.Random) -> dict[str, Any]:
    """A range of noise in one of three runs, also over the warm-up or beyond the end, or with an end between steps."""
    first = draw.choice([0, 3, 10.5, 50])
    span = [first, first + draw.choice([0, 7, 60.2])]
    noise = {"noise_range_t": span, "noise_pct": draw.uniform(0.2, 0.9), "noise_std": draw.choice([0.1, 1.0])}
    return draw.choice([{}, {}, {**noise, "noise_seed": draw.randint(0, 99)}])


def cycles(draw: random.Random) -> dict[str, Any]:
    return {
        "t_initial": draw.choice([1, 2, draw.randint(2, 60), draw.randint(2, 150)]),
        "lr_min": draw.choice([0.0, 1e-4, 0.02]),
        "cycle_mul": draw.choice([1, 1, 1.0, 1.3, 1.5, 2, 3, draw.uniform(1.01, 2.5)]),
        "cycle_decay": draw.choice([1.0, 0.5, 0.1, draw.uniform(0.3, 1.2)]),
        "cycle_limit": draw.choice([0, 1, 1, 2, 3, 5, 50]),
    }


def options(kind: str, draw: random.Random) -> dict[str, Any]:
    epochs = {"t_in_epochs": draw.random() < 0.5, **noises(draw)}
    if kind == "Step":
        decay = draw.choice([1, 7, 30, 30.0, 2.5, draw.uniform(0.3, 60)])
        return {"decay_t": decay, "decay_rate": draw.choice([0.1, 0.9, 1.0]), **warm_ups(draw), **epochs}
    if kind == "MultiStep":
        places = sorted(draw.choice([0, 1, 2, 20.5, draw.randint(1, 200)]) for _ in range(draw.randint(0, 5)))
        return {"decay_t": places, "decay_rate": draw.choice([0.1, 0.5]), **warm_ups(draw), **epochs}
    if kind == "WSD":
        total = draw.randint(1, 200)
        return {
            "t_initial": total, "decay_t": draw.choice([1, total, draw.randint(1, total)]),
            "lr_min": draw.choice([0.0, 1e-4, 0.02]), "stable_fn": draw.choice(["constant", "rsqrt", "power"]),
            "stable_timescale": draw.choice([1, 20, 33.3]), "stable_power": draw.uniform(0.2, 1.5),
            "decay_fn": draw.choice(["linear", "1-sqrt", "cosine", "power", "exp"]),
            "decay_power": draw.uniform(0.3, 2.5), "decay_ratio": draw.uniform(0.01, 0.9),
            **warm_ups(draw, prefix=False), **epochs,
        }  # fmt: skip
    own = {
        "Cosine": {"k_decay": draw.choice([1.0, 1.0, 0.5, 1.7])},
        "Poly": {"k_decay": draw.choice([1.0, 1.0, 0.5, 1.7]), "power": draw.choice([0.5, 1.0, 2.0, 0.9])},
        "Tanh": {"lb": draw.choice([-7.0, -4.0]), "ub": draw.choice([3.0, 1.0])},
    }
    return {**own[kind], **cycles(draw), **warm_ups(draw), **epochs}


def starts(scheduler: Any, steps: int) -> set[int]:
    """Where growing cycles start or the last ends, if that is a whole step, counted in fractions of whole numbers."""
    if getattr(scheduler, "cycle_mul", 1) == 1:
        return set()
    growth, place, length = Fraction(scheduler.cycle_mul), Fraction(0), Fraction(scheduler.t_initial)
    found = set()
    for _ in range(scheduler.cycle_limit):
        place, length = place + length, length * growth
        if place > steps:
            break
        if abs(place - round(place)) < Fraction(1, 10**12):
            found.add(round(place) + (scheduler.warmup_t if scheduler.warmup_prefix else 0))
    return found


KINDS = ["Cosine", "MultiStep", "Poly", "Step", "Tanh", "WSD"]


def test_every_scheduler_that_timm_has_is_read_or_refused() -> None:
    assert {name for name in vars(timm) if name.endswith("Scheduler")} == {
        f"{kind}LRScheduler" for kind in [*KINDS, "Plateau"]
    }


@pytest.mark.parametrize("kind", KINDS)
def test_random_configurations_are_what_timm_does_at_every_step_of_every_group(kind: str) -> None:
    """But where a growing cycle starts, timm may take the cycle before: there alone, and then said by a warning."""
    draw = random.Random(f"timm {kind}")
    left_out = 0
    for _ in range(60):
        given = options(kind, draw)
        scheduler = made(kind, scales=draw.choice([(), (), (0.5, 1.0, 2.0)]), **given)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always", DepartureWarning)
            read = from_timm(scheduler)
        apart = deviations(read, live(scheduler)) > TOLERANCE
        wrong = set(np.flatnonzero(apart.any(axis=0)).tolist())
        assert wrong <= starts(scheduler, 400), given
        assert bool(wrong) <= bool(caught), given
        left_out += len(wrong)
    assert left_out <= (3 if kind in ("Cosine", "Poly", "Tanh") else 0)  # of 24 000 steps


def test_what_is_read_is_written_in_the_simplest_schedules() -> None:
    [schedule] = from_timm(made("Cosine", (0.1,), t_initial=300))  # as in its docstring
    assert repr(schedule) == "CosineDecayLR(min_lr=0.0, max_lr=0.1, decay_steps=300)"
    assert schedule(150) == 0.05
    warmed = lrkit.CosineDecayLR(1e-5, 0.1, 90).warmup(5)
    read = from_timm(made("Cosine", (0.1,), t_initial=90, lr_min=1e-5, warmup_t=5, warmup_prefix=True))
    assert read[0].to_list(99) == pytest.approx(warmed.to_list(99), rel=1e-15)
    stairs = lrkit.ExponentialDecayLR(0.1, 0.5, 30, is_stair=True)
    assert from_timm(made("Step", (0.1,), decay_t=30, decay_rate=0.5)) == [stairs]


def test_what_the_scheduler_has_done_so_far_does_not_matter() -> None:
    scheduler = made("Cosine", t_initial=50, warmup_t=5, noise_range_t=[10, 20])
    before = from_timm(scheduler)
    live(scheduler, 30)
    assert from_timm(scheduler) == before


def test_the_step_is_an_epoch_or_an_update_as_the_scheduler_counts() -> None:
    by_epoch, by_update = (made("Cosine", t_initial=50, t_in_epochs=epochs) for epochs in (True, False))
    by_epoch.step_update(25)
    by_update.step(25)
    assert by_epoch.optimizer.param_groups[0]["lr"] == by_update.optimizer.param_groups[0]["lr"] == 0.1
    by_update.step_update(25)
    assert by_update.optimizer.param_groups[0]["lr"] == pytest.approx(from_timm(by_update)[0](25)) == 0.05
    assert from_timm(by_epoch) == from_timm(by_update)


def test_a_field_other_than_the_rate_is_read_as_the_rate_is() -> None:
    scheduler = made("Cosine", (0.1,), t_initial=50)
    scheduler.optimizer.param_groups[0]["weight_decay"] = 0.3
    scheduler.param_group_field, scheduler.base_values = "weight_decay", [0.3]
    scheduler.step(20)
    assert from_timm(scheduler)[0](20) == pytest.approx(scheduler.optimizer.param_groups[0]["weight_decay"], rel=1e-14)


# Noise ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["normal", "uniform"])
def test_noise_without_end_is_read_for_as_many_steps_as_are_said(kind: str) -> None:
    scheduler = made("Poly", t_initial=200, noise_range_t=30, noise_pct=0.5, noise_seed=7)
    scheduler.noise_type = kind
    theirs = live(scheduler, 250)
    assert deviations(from_timm(scheduler, steps=250), theirs).max() <= TOLERANCE
    smooth = made("Poly", t_initial=200)
    assert np.abs(theirs - live(smooth, 250))[0, 30:190].min() > 0  # there is noise at every step
    with pytest.raises(TypeError, match=r"from_timm: the noise from t=30 on has no end; say how many steps"):
        from_timm(scheduler)


def test_noise_that_timm_would_draw_for_ever_is_refused() -> None:
    scheduler = made("Poly", t_initial=200, noise_range_t=[3, 9], noise_pct=0.0)
    with pytest.raises(ValueError, match=r"noise_pct must be > 0, got 0\.0"):
        from_timm(scheduler)
    scheduler.noise_type = "uniform"
    assert deviations(from_timm(scheduler), live(scheduler)).max() <= TOLERANCE


# Where timm is not what one expects -----------------------------------------------------------------------------------


def test_without_prefix_the_cycle_runs_during_the_warm_up_and_the_base_rate_is_never_used() -> None:
    given = {"t_initial": 100, "warmup_t": 20}
    theirs = live(made("Cosine", (0.1,), **given))[0]
    (schedule,) = from_timm(made("Cosine", (0.1,), **given))
    assert theirs[19:21] == pytest.approx([0.095, 0.05 * (1 + math.cos(math.pi / 5))])  # .0950 -> .0905
    assert theirs.max() == pytest.approx(0.095) == max(schedule.to_list(400))
    (prefixed,) = from_timm(made("Cosine", (0.1,), **given, warmup_prefix=True))
    assert prefixed(20) == pytest.approx(0.1)


def test_a_milestone_is_a_step_early() -> None:
    scheduler = made("MultiStep", (0.1,), decay_t=[30], decay_rate=0.1)
    theirs = live(scheduler)[0]
    assert theirs[[28, 29, 30]] == pytest.approx([0.1, 0.01, 0.01])
    assert from_timm(scheduler)[0]([28, 29, 30]) == pytest.approx([0.1, 0.01, 0.01])
    stairs = torch.optim.lr_scheduler.MultiStepLR(torch.optim.SGD([torch.zeros(1)], lr=0.1), [30])
    assert 30 in stairs.milestones  # torch's is at 30, as the name says
    with pytest.raises(ValueError, match=r"decay_t must not decrease, got \[30, 20\]"):
        from_timm(made("MultiStep", decay_t=[30, 20]))


@pytest.mark.parametrize("kind", ["Cosine", "Poly", "Tanh"])
def test_a_restart_that_the_logarithm_misses_is_there_and_said(kind: str) -> None:
    """Cycles of 10, 30, 90, ... steps start at 10, 40, 130, 400, 1210: at the last, timm is still in the one before."""
    scheduler = made(kind, (0.1,), t_initial=10, cycle_mul=3, cycle_limit=6)
    theirs = live(scheduler, 1212)[0]
    with pytest.warns(DepartureWarning, match="does not find the cycle or stair that begins at t = 1210"):
        (schedule,) = from_timm(scheduler)
    first = schedule(0)
    assert schedule([10, 40, 130, 400, 1210]) == pytest.approx(first)  # the definition: the peak at every start
    assert theirs[[10, 40, 130, 400]] == pytest.approx(first)
    assert abs(theirs[1210]) < 0.03 * first  # timm's
    assert theirs[1211] == pytest.approx(schedule(1211))


def test_a_stair_that_float_division_misses_is_there_and_said() -> None:
    """Every 2.6 steps: the fifth stair begins at 13, but 13 // 2.6 is 4, since the float is a little above 2.6."""
    scheduler = made("Step", (1.0,), decay_t=2.6, decay_rate=0.5)
    theirs = live(scheduler, 60)[0]
    with pytest.warns(DepartureWarning, match="begins at t = 13"):
        (schedule,) = from_timm(scheduler)
    assert (theirs[13], schedule(13)) == (0.5**4, 0.5**5)
    wrong = np.flatnonzero(schedule.to_array(60) != theirs)
    assert wrong.tolist() == [13, 26, 39, 52]
    assert all(t % 13 == 0 for t in wrong)


# What is refused ------------------------------------------------------------------------------------------------------


class Mine(timm.CosineLRScheduler):
    pass


def test_a_scheduler_that_is_not_timm_s_own_is_refused() -> None:
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.1)
    for other in (Mine(optimizer, t_initial=9), torch.optim.lr_scheduler.ExponentialLR(optimizer, 0.9), None, 3):
        with pytest.raises(TypeError, match=r"none of timm's own schedulers; lrkit\.record"):
            from_timm(other)


def test_plateau_is_refused_and_the_way_out_named() -> None:
    with pytest.warns(FutureWarning, match="deprecated"):
        scheduler = made("Plateau")
    with pytest.raises(TypeError, match=r"PlateauLRScheduler follows a metric.*lr_scheduler\.ReduceLROnPlateau"):
        from_timm(scheduler)


def test_a_decay_function_of_one_s_own_is_refused() -> None:
    scheduler = made("WSD", t_initial=20, decay_t=5, decay_fn=lambda fraction: 1 - fraction**3)
    with pytest.raises(TypeError, match="from_timm: decay_fn is a function of your own"):
        from_timm(scheduler)


@pytest.mark.parametrize(
    ("kind", "given", "message"),
    [
        ("Cosine", {"t_initial": 9, "cycle_mul": 0.5}, "cycle_mul must be >= 1, got 0.5"),
        ("Poly", {"t_initial": 9, "cycle_mul": 0.5}, "cycle_mul must be >= 1, got 0.5"),
        ("Cosine", {"t_initial": 9.5}, "t_initial must be an integer >= 1, got 9.5"),
        ("Cosine", {"t_initial": 9, "warmup_t": 2.5}, "warmup_t must be an integer >= 0, got 2.5"),
        ("Cosine", {"t_initial": 9, "cycle_decay": 0.0, "cycle_limit": 2}, "gamma must be a number > 0"),
        ("Step", {"decay_t": 9, "decay_rate": 0.0}, "decay_rate must be a number > 0"),
    ],
)
def test_a_value_that_no_schedule_has_is_an_error_that_names_it(kind: str, given: dict[str, Any], message: str) -> None:
    with pytest.raises((ValueError, TypeError), match=message):
        from_timm(made(kind, (0.1,), **given))
    with pytest.raises(ValueError, match="from_timm: steps must be an integer >= 1, got 0"):
        from_timm(made("Cosine", t_initial=9), steps=0)


def test_without_timm_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "timm.scheduler", None)
    with pytest.raises(ImportError, match=r'from_timm needs timm: pip install "lrkit\[timm\]"'):
        from_timm(None)
