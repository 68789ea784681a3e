"""The numbers that torch's own tests of its schedulers expect (``tests/golden/facts_torch.json``), asked of lrkit.

Where lrkit answers otherwise, `docs/guides/differences.md` says so, and
`tests/docs/test_differences.py` holds it to that.
"""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from helpers import golden

import lrkit
from lrkit import lr_scheduler as lrs
from lrkit.interop import from_torch, to_torch

torch = pytest.importorskip("torch")
theirs = torch.optim.lr_scheduler

pytestmark = [
    pytest.mark.filterwarnings("ignore:Detected call of"),
    pytest.mark.filterwarnings("ignore:The epoch parameter"),
]
FACTS = golden("facts_torch")


def named(facts: list[dict[str, Any]]) -> Any:
    return pytest.mark.parametrize("fact", facts, ids=lambda fact: fact["name"])


ALL = named(FACTS["schedulers"])
ALONE = named([fact for fact in FACTS["schedulers"] if len(fact["schedulers"]) == 1])
OF_FUNCTIONS = ("lambda", "multiplicative")
"""Facts that have functions in them, which cannot be read out of torch."""


def groups(*rates: Any, **more: Any) -> Any:
    return SimpleNamespace(param_groups=[{"lr": rate, **more} for rate in rates])


def sgd(*rates: Any, **more: Any) -> Any:
    """An optimizer of torch; the rate of its last group is in a tensor, as in torch's tests."""
    held = [*rates[:-1], torch.tensor(rates[-1])]
    return torch.optim.SGD(
        [{"params": [torch.zeros(1, requires_grad=True)], "lr": rate} for rate in held], lr=1.0, **more
    )


def made(module: Any, optimizer: Any, spec: dict[str, Any]) -> Any:
    """The scheduler that a fact describes: lrkit's, or torch's."""
    options = dict(spec)
    cls = getattr(module, options.pop("class"))
    if "schedulers" in options:
        parts = [made(module, optimizer, part) for part in options.pop("schedulers")]
        return cls(parts) if cls.__name__ == "ChainedScheduler" else cls(optimizer, parts, **options)
    if "powers" in options:
        options["lr_lambda"] = [lambda e, p=p: p**e for p in options.pop("powers")]
    if "factors" in options:
        options["lr_lambda"] = [lambda e, f=f: f for f in options.pop("factors")]
    return cls(optimizer, **options)


def rates_of(optimizer: Any) -> list[float]:
    return [float(group["lr"]) for group in optimizer.param_groups]


def walked(optimizer: Any, schedulers: list[Any], steps: int) -> Any:
    """The rates of each group: at first, and after each step of all schedulers."""
    rows = [rates_of(optimizer)]
    for _ in range(steps - 1):
        for scheduler in schedulers:
            scheduler.step()
        rows.append(rates_of(optimizer))
    return np.transpose(rows)


def run(module: Any, optimizer: Any, fact: dict[str, Any]) -> Any:
    schedulers = [made(module, optimizer, spec) for spec in fact["schedulers"]]
    return walked(optimizer, schedulers, len(fact["rates"][0]))


def exact(actual: Any, expected: Any, atol: float = 1e-12) -> None:
    np.testing.assert_allclose(actual, expected, rtol=1e-9, atol=atol)


def single(actual: Any, expected: Any) -> None:
    """As near as a rate in a float32 tensor can be, which torch's recursions round at each step."""
    np.testing.assert_allclose(actual, expected, rtol=3e-6, atol=1e-8)


# Every fact, wherever a schedule can be -------------------------------------------------------------------------------


@ALL
def test_on_groups_of_any_kind(fact: dict[str, Any]) -> None:
    exact(run(lrs, groups(*fact["groups"]), fact), fact["rates"], fact.get("atol", 1e-12))


@ALL
def test_on_an_optimizer_of_torch(fact: dict[str, Any]) -> None:
    single(run(lrs, sgd(*fact["groups"]), fact), fact["rates"])


@ALL
def test_on_an_optimizer_of_lrkit(fact: dict[str, Any]) -> None:
    params = [{"params": [np.zeros(1)], "lr": rate} for rate in fact["groups"]]
    exact(run(lrs, lrkit.optim_ex.SGD(params, lr=1.0), fact), fact["rates"], fact.get("atol", 1e-12))


@named([fact for fact in FACTS["schedulers"] if not fact.get("to_come")])
def test_the_facts_hold_of_torch(fact: dict[str, Any]) -> None:
    single(run(theirs, sgd(*fact["groups"]), fact), fact["rates"])


@ALONE
def test_as_a_schedule_that_is_bound_to_nothing(fact: dict[str, Any]) -> None:
    scheduler = made(lrs, groups(*fact["groups"]), fact["schedulers"][0])
    for k, (base, expected) in enumerate(zip(fact["groups"], fact["rates"], strict=True)):
        schedule = scheduler.schedule(base, k)
        exact(schedule(np.arange(len(expected))), expected)
        exact(schedule.to_list(len(expected)), expected)


@ALONE
def test_by_to_torch(fact: dict[str, Any]) -> None:
    scheduler = made(lrs, groups(*fact["groups"]), fact["schedulers"][0])
    schedules = [scheduler.schedule(base, k) for k, base in enumerate(fact["groups"])]
    optimizer = sgd(*fact["groups"])
    single(walked(optimizer, [to_torch(schedules, optimizer)], len(fact["rates"][0])), fact["rates"])


@ALONE
def test_to_a_given_epoch(fact: dict[str, Any]) -> None:
    """Forwards, backwards, and to the same one twice."""
    optimizer = groups(*fact["groups"])
    scheduler = made(lrs, optimizer, fact["schedulers"][0])
    epochs = np.arange(len(fact["rates"][0]))
    for epoch in (*epochs, *epochs[::-1], *epochs[::3]):
        scheduler.step(int(epoch))
        exact(rates_of(optimizer), [rates[epoch] for rates in fact["rates"]])


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("StepLR", {"step_size": 3, "gamma": 0.1}),
        ("LinearLR", {"start_factor": 1 / 3, "end_factor": 0.7, "total_iters": 4}),
        ("ConstantLR", {"factor": 1 / 3, "total_iters": 4}),
        ("MultiStepLR", {"milestones": [2, 5, 9], "gamma": 0.1}),
        ("ExponentialLR", {"gamma": 0.9}),
        ("PolynomialLR", {"power": 0.9}),
        ("CosineAnnealingLR", {"T_max": 5, "eta_min": 1e-10}),
    ],
)
def test_step_by_step_as_torchs_closed_form(name: str, options: dict[str, Any]) -> None:
    """For 20 epochs, which is past the end of most."""
    optimizer, reference = groups(0.05, 0.5), sgd(0.05, 0.5)
    ours = walked(optimizer, [getattr(lrs, name)(optimizer, **options)], 20)
    scheduler = getattr(theirs, name)(reference, **options)
    for epoch in range(20):
        scheduler.step(epoch)
        single(ours[:, epoch], rates_of(reference))


@named(
    [f for f in FACTS["schedulers"] if len(f["schedulers"]) == 1 and not {"powers", "factors"} & {*f["schedulers"][0]}]
)
@pytest.mark.filterwarnings("ignore:from_torch. torch departs")
def test_read_out_of_torch(fact: dict[str, Any]) -> None:
    optimizer = sgd(*fact["groups"])
    curves = from_torch(made(theirs, optimizer, fact["schedulers"][0]))
    for curve, expected in zip(curves, fact["rates"], strict=True):
        single(curve(np.arange(len(expected))), expected)


# Cycles ---------------------------------------------------------------------------------------------------------------


def both_ends(options: dict[str, Any], factor: float = 1.0) -> dict[str, Any]:
    """The rates' range for the momenta, which torch's tests move against the rates."""
    base, peak = (np.multiply(options[name], factor).tolist() for name in ("base_lr", "max_lr"))
    return {"base_momentum": base, "max_momentum": peak}


def mirrored(fact: dict[str, Any]) -> Any:
    """The momenta: as far below the top of their range as the rates are above the bottom of theirs."""
    low, high = (np.broadcast_to(fact["options"][name], 2) for name in ("base_lr", "max_lr"))
    return np.reshape(low + high, (2, 1)) - np.array(fact["rates"])


@named(FACTS["cyclic"])
def test_a_cycle(fact: dict[str, Any]) -> None:
    optimizer = groups(0.05, 0.5)
    scheduler = lrs.CyclicLR(optimizer, **fact["options"])
    exact(walked(optimizer, [scheduler], len(fact["rates"][0])), fact["rates"])


@named(FACTS["cyclic"])
def test_a_cycle_of_rates_and_momenta_as_torch_has_it(fact: dict[str, Any]) -> None:
    optimizer = sgd(0.05, 0.5, momentum=0.9)
    scheduler = theirs.CyclicLR(optimizer, **fact["options"], **both_ends(fact["options"]), cycle_momentum=True)
    epochs = np.arange(len(fact["rates"][0]))
    for key, expected in (("lr", fact["rates"]), ("momentum", mirrored(fact))):
        exact([curve(epochs) for curve in from_torch(scheduler, key)], expected)


@named(FACTS["cyclic"])
def test_a_cycle_moves_the_momentum_the_other_way(fact: dict[str, Any]) -> None:
    """Torch's tests have momenta up to 12; here a twentieth of them, as no momentum is 1 or more."""
    optimizer = groups(0.05, 0.5, momentum=0.9)
    scheduler = lrs.CyclicLR(optimizer, **fact["options"], **both_ends(fact["options"], 0.05), cycle_momentum=True)
    for epoch in range(len(fact["rates"][0])):
        exact([group["momentum"] for group in optimizer.param_groups], mirrored(fact)[:, epoch] / 20)
        exact(rates_of(optimizer), np.array(fact["rates"])[:, epoch])
        scheduler.step()


def test_a_cycle_on_an_optimizer_without_momentum() -> None:
    fact = FACTS["cyclic"][0]
    optimizer = torch.optim.Adam([torch.zeros(1, requires_grad=True)], lr=0.05)
    betas = optimizer.param_groups[0]["betas"]
    scheduler = lrs.CyclicLR(optimizer, **fact["options"], cycle_momentum=False)
    exact(walked(optimizer, [scheduler], 11), fact["rates"][:1])
    assert optimizer.param_groups[0]["betas"] == betas


@named(FACTS["one_cycle"])
def test_one_cycle_as_a_schedule(fact: dict[str, Any]) -> None:
    options = {k: v for k, v in fact["options"].items() if "momentum" not in k}
    curve = {"cos": "cosine", "linear": "linear"}[options.pop("anneal_strategy", "cos")]
    start = options["max_lr"] / options.pop("div_factor", 25)
    end = start / options.pop("final_div_factor")
    exact(lrkit.one_cycle(**options, shape=curve, start_lr=start, end_lr=end)(np.arange(10)), fact["rates"])


@pytest.mark.parametrize("kind", ["SGD", "Adam"])
@named(FACTS["one_cycle"])
def test_one_cycle_as_torch_has_it(fact: dict[str, Any], kind: str) -> None:
    more = {"momentum": 0.9} if kind == "SGD" else {}
    optimizer = getattr(torch.optim, kind)([torch.zeros(1, requires_grad=True)], lr=0.05, **more)
    scheduler = theirs.OneCycleLR(optimizer, **fact["options"])
    for key, expected in (("lr", fact["rates"]), ("momentum" if more else "betas", fact["momenta"])):
        [curve] = from_torch(scheduler, key)
        exact(curve(np.arange(10)), expected)


@pytest.mark.parametrize("key", ["momentum", "betas"])
@named(FACTS["one_cycle"])
def test_one_cycle_bound(fact: dict[str, Any], key: str) -> None:
    """Torch's tests have momenta up to 22; here a twenty-fifth of them."""
    optimizer = groups(0.05, 0.5, **{key: 0.9 if key == "momentum" else (0.9, 0.999)})
    low, high = (fact["options"][name] / 25 for name in ("base_momentum", "max_momentum"))
    options = fact["options"] | {"base_momentum": low, "max_momentum": high}
    scheduler = lrs.OneCycleLR(optimizer, **options)
    for epoch in range(10):
        held = [group[key] for group in optimizer.param_groups]
        exact(held if key == "momentum" else [pair[0] for pair in held], [fact["momenta"][epoch] / 25] * 2)
        exact(rates_of(optimizer), [fact["rates"][epoch]] * 2)
        if epoch < 9:
            scheduler.step()


# Restarts -------------------------------------------------------------------------------------------------------------


def restarted(base: float, within: float, length: float) -> float:
    return 1e-10 + (base - 1e-10) * (1 + math.cos(math.pi * within / length)) / 2


def cycles(factor: int, step: float, count: int) -> list[tuple[float, int]]:
    """Where in a cycle, and how long it is: counted up, and taken back by its length when it is over."""
    at, length = 0.0, 10
    found = [(at, length)]
    for _ in range(count - 1):
        at = round(at + step, 1)
        if at >= length:
            at, length = round(at - length, 1), length * factor
        found.append((at, length))
    return found


def restarts(optimizer: Any, factor: int) -> Any:
    return lrs.CosineAnnealingWarmRestarts(optimizer, T_0=10, T_mult=factor, eta_min=1e-10)


@pytest.mark.parametrize("factor", [1, 2, 4])
def test_restarts_step_by_step(factor: int) -> None:
    optimizer = groups(0.05, 0.5)
    expected = [[restarted(base, *cycle) for cycle in cycles(factor, 1, 100)] for base in (0.05, 0.5)]
    exact(walked(optimizer, [restarts(optimizer, factor)], 100), expected)


@pytest.mark.parametrize("factor", [1, 2, 4])
def test_restarts_in_tenths_of_an_epoch(factor: int) -> None:
    optimizer = groups(0.05, 0.5)
    scheduler = restarts(optimizer, factor)
    for k, cycle in enumerate(cycles(factor, 0.1, 300)):
        scheduler.step(round(k / 10, 1))
        np.testing.assert_allclose(rates_of(optimizer), [restarted(base, *cycle) for base in (0.05, 0.5)], rtol=1e-7)


@pytest.mark.parametrize("fact", FACTS["restarts"], ids=lambda fact: f"times {fact['T_mult']}")
def test_restarts_gone_to_in_any_order(fact: dict[str, Any]) -> None:
    optimizer = groups(0.05, 0.5)
    scheduler = restarts(optimizer, fact["T_mult"])
    for epoch, within, length in zip(fact["epochs"], fact["within"], fact["length"], strict=True):
        scheduler.step(epoch)
        exact(rates_of(optimizer), [restarted(base, within, length) for base in (0.05, 0.5)])


# Plateaus -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [groups, sgd])
@named(FACTS["plateau"])
def test_a_plateau(fact: dict[str, Any], make: Any) -> None:
    optimizer = make(0.5, 0.5)
    scheduler = lrs.ReduceLROnPlateau(optimizer, **fact["options"])
    assert [float(rate) for rate in scheduler.get_last_lr()] == [0.5, 0.5]
    seen = []
    for metric in fact["metrics"]:
        scheduler.step(metric)
        seen.append(rates_of(optimizer))
    single(np.transpose(seen), fact["rates"])


@pytest.mark.parametrize("lowest", [0, [1e-5, 1e-4]])
def test_a_plateau_with_a_group_that_is_added_on_the_way(lowest: Any) -> None:
    [fact] = [fact for fact in FACTS["plateau"] if fact["name"] == "one fall"]
    optimizer = sgd(0.5, 0.5)
    scheduler = lrs.ReduceLROnPlateau(optimizer, **fact["options"], min_lr=lowest)
    for epoch, metric in enumerate(fact["metrics"]):
        if epoch == 8:
            optimizer.add_param_group({"params": [torch.zeros(2, requires_grad=True)], "lr": 0.05})
            if isinstance(lowest, list):
                scheduler.min_lr.append(1e-6)
        scheduler.step(metric)
        single(rates_of(optimizer)[0], fact["rates"][0][epoch])


def test_a_plateau_leaves_a_tensor_a_tensor() -> None:
    first = torch.tensor([0.1])
    optimizer = torch.optim.SGD(
        [{"params": [torch.ones(1, requires_grad=True)], "lr": rate} for rate in (first, 0.2)], lr=1.0
    )
    scheduler = lrs.ReduceLROnPlateau(optimizer, factor=0.5, patience=0, min_lr=0.001)
    scheduler.step(1.0)
    scheduler.step(1.0)
    assert optimizer.param_groups[0]["lr"] is first
    single(first.tolist(), [0.05])
    assert optimizer.param_groups[1]["lr"] == 0.1


# Averaging ------------------------------------------------------------------------------------------------------------


@named(FACTS["averaging"])
def test_averaging_as_a_schedule(fact: dict[str, Any]) -> None:
    """A decay, and from `start` on a curve to the rate of the average: lrkit says it in its own words."""
    length, start = fact["options"]["anneal_epochs"], fact["start"]
    kind = lrkit.PiecewiseLinearLR if "anneal_strategy" in fact["options"] else lrkit.PiecewiseCosineLR
    goals = np.broadcast_to(fact["options"]["swa_lr"], 2).tolist()
    for base, goal, expected in zip((0.05, 0.5), goals, fact["rates"], strict=True):
        before = lrkit.ExponentialDecayLR(base, fact["factor"], 1)
        schedule = before.then(kind((0, length), (before(start), goal)), start)
        exact(schedule(np.arange(len(expected))), expected)


@named(FACTS["averaging"])
def test_averaging_read_out_of_torch(fact: dict[str, Any]) -> None:
    optimizer = sgd(0.05, 0.5)
    before = theirs.MultiplicativeLR(optimizer, lambda epoch: fact["factor"])
    averaging = torch.optim.swa_utils.SWALR(optimizer, **fact["options"])
    for _ in range(fact["start"]):
        before.step()
    rest = len(fact["rates"][0]) - fact["start"]
    for curve, expected in zip(from_torch(averaging), fact["rates"], strict=True):
        single(curve(np.arange(rest)), expected[fact["start"] :])
