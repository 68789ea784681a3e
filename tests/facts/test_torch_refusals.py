"""What torch refuses, in its schedulers and optimizers: lrkit refuses it too, with the same type of error.

Where it does not, `docs/guides/differences.md` has a row, in the table "Refused by torch", and the tests compare the
two row by row. The cases are torch 2.13's: every ``raise`` of ``lr_scheduler.py`` and ``optimizer.py`` and of the
optimizers that lrkit has, and the refusals that its tests expect.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import lrkit

torch = pytest.importorskip("torch")

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")
PAGE = Path(__file__).parents[2] / "docs" / "guides" / "differences.md"
Case = Callable[[SimpleNamespace], Any]


def of_torch() -> SimpleNamespace:
    """What a case is tried on: torch's names, and its parameters."""

    def parameter(size: int = 1) -> Any:
        return torch.ones(size, requires_grad=True)

    return SimpleNamespace(
        s=torch.optim.lr_scheduler,
        o=torch.optim,
        sgd=lambda groups=1: torch.optim.SGD([{"params": [parameter()]} for _ in range(groups)], lr=0.1),
        parameter=parameter,
        array=torch.tensor,
        without_momentum=lambda: torch.optim.Adagrad([parameter()]),
        step=lambda optimizer: optimizer.step(),
    )


def of_lrkit() -> SimpleNamespace:
    """The same names in lrkit."""
    names = iter(range(10**6))

    def parameter(size: int = 1) -> Any:
        return lrkit.Parameter(np.ones(size, np.float32), name=f"weight{next(names)}")

    return SimpleNamespace(
        s=lrkit.lr_scheduler,
        o=lrkit.optim_ex,
        sgd=lambda groups=1: lrkit.optim_ex.SGD([{"params": [parameter()]} for _ in range(groups)], lr=0.1),
        parameter=parameter,
        array=np.array,
        without_momentum=lambda: lrkit.optim_ex.Adagrad([parameter()]),
        step=lambda optimizer: optimizer([np.ones(1, np.float32)]),
    )


def schedulers() -> Iterator[tuple[str, Case]]:
    yield "StepLR(object(), 1)", lambda m: m.s.StepLR(object(), 1)
    yield "StepLR(…, last_epoch=1), no initial_lr", lambda m: m.s.StepLR(m.sgd(), 1, last_epoch=1)
    yield "LRScheduler(optimizer)", lambda m: m.s.LRScheduler(m.sgd())
    for name in ("LambdaLR", "MultiplicativeLR"):
        yield f"{name}: 2 functions, 1 group", lambda m, n=name: getattr(m.s, n)(m.sgd(), [abs, abs])
        yield f"{name}: 0.95", lambda m, n=name: getattr(m.s, n)(m.sgd(), 0.95)
        yield f"{name}: [0.95]", lambda m, n=name: getattr(m.s, n)(m.sgd(), [0.95])
    for factor in (1.1, -0.1):
        yield f"ConstantLR: factor={factor}", lambda m, f=factor: m.s.ConstantLR(m.sgd(), f)
    for name, values in {"start_factor": (0.0, 1.1, -0.1), "end_factor": (1.1, -0.1)}.items():
        for value in values:
            yield f"LinearLR: {name}={value}", lambda m, n=name, v=value: m.s.LinearLR(m.sgd(), **{n: v})
    for options in (
        {"T_0": 0},
        {"T_0": 1.5},
        {"T_0": 5, "T_mult": 0},
        {"T_0": 5, "T_mult": 1.5},
        {"T_0": 5, "eta_min": "a"},
    ):
        text = ", ".join(f"{key}={value!r}" for key, value in options.items())
        yield f"CosineAnnealingWarmRestarts: {text}", lambda m, o=options: m.s.CosineAnnealingWarmRestarts(m.sgd(), **o)
    yield "CosineAnnealingWarmRestarts: step(-1)", lambda m: m.s.CosineAnnealingWarmRestarts(m.sgd(), 5).step(-1)
    yield "a get_lr that takes an argument", with_an_argument
    yield from composed()
    yield from controlled()
    yield from cycling()


def with_an_argument(m: SimpleNamespace) -> Any:
    class OwnLR(m.s.LRScheduler):  # type: ignore[misc, name-defined]
        def __init__(self, optimizer: Any) -> None:
            super().__init__(optimizer, -1)

        def get_lr(self, step: int) -> list[float]:
            return [0.1]

    return OwnLR(m.sgd())


def composed() -> Iterator[tuple[str, Case]]:
    def sequence(m: SimpleNamespace, parts: Any, milestones: Any) -> Any:
        optimizer = m.sgd()
        return m.s.SequentialLR(optimizer, [part(optimizer) for part in parts], milestones)

    def chain(m: SimpleNamespace, parts: Any) -> Any:
        optimizer = m.sgd()
        return m.s.ChainedScheduler([part(optimizer) for part in parts])

    yield "SequentialLR: no schedulers", lambda m: sequence(m, [], [])
    yield "SequentialLR: object()", lambda m: sequence(m, [lambda o: object()], [])
    yield "SequentialLR: a ReduceLROnPlateau", lambda m: sequence(m, [m.s.ReduceLROnPlateau], [])
    yield "SequentialLR: another optimizer", lambda m: sequence(m, [lambda o: m.s.ConstantLR(m.sgd())], [])
    yield "SequentialLR: 1 scheduler, 1 milestone", lambda m: sequence(m, [m.s.ConstantLR], [3])
    yield "SequentialLR: 2 schedulers, no milestone", lambda m: sequence(m, [m.s.ConstantLR] * 2, [])
    yield "ChainedScheduler: no schedulers", lambda m: chain(m, [])
    yield "ChainedScheduler: object()", lambda m: m.s.ChainedScheduler([m.s.ConstantLR(m.sgd()), object()])
    yield "ChainedScheduler: a ReduceLROnPlateau", lambda m: chain(m, [m.s.ConstantLR, m.s.ReduceLROnPlateau])
    yield "ChainedScheduler: two optimizers", lambda m: chain(m, [m.s.ConstantLR, lambda o: m.s.ConstantLR(m.sgd())])


def controlled() -> Iterator[tuple[str, Case]]:
    def grown(m: SimpleNamespace) -> None:
        optimizer = m.sgd(2)
        scheduler = m.s.ReduceLROnPlateau(optimizer, patience=0, threshold=1e-5, min_lr=[1e-5, 1e-4])
        optimizer.add_param_group({"params": [m.parameter()], "lr": 0.05})
        scheduler.step(1)
        scheduler.step(1.3)

    yield "ReduceLROnPlateau(object())", lambda m: m.s.ReduceLROnPlateau(object())
    yield "ReduceLROnPlateau: factor=1.0", lambda m: m.s.ReduceLROnPlateau(m.sgd(), factor=1.0)
    yield "ReduceLROnPlateau: mode='up'", lambda m: m.s.ReduceLROnPlateau(m.sgd(), mode="up")
    yield "ReduceLROnPlateau: threshold_mode='up'", lambda m: m.s.ReduceLROnPlateau(m.sgd(), threshold_mode="up")
    yield "ReduceLROnPlateau: 2 min_lr, 1 group", lambda m: m.s.ReduceLROnPlateau(m.sgd(), min_lr=[0.1, 0.1])
    yield "ReduceLROnPlateau: a group added, min_lr a list", grown


def cycling() -> Iterator[tuple[str, Case]]:
    def cycle(m: SimpleNamespace, optimizer: Any = None, **options: Any) -> Any:
        given = {"base_lr": 0.1, "max_lr": 0.2, "cycle_momentum": False, **options}
        return m.s.CyclicLR(optimizer or m.sgd(), **given)

    def one(m: SimpleNamespace, optimizer: Any = None, **options: Any) -> Any:
        given = {"max_lr": 0.1, "total_steps": 10, "cycle_momentum": False, **options}
        return m.s.OneCycleLR(optimizer or m.sgd(), **given)

    def beyond(m: SimpleNamespace) -> None:
        scheduler = one(m)
        for _ in range(12):
            scheduler.step()

    yield "CyclicLR(object(), …)", lambda m: cycle(m, object())
    yield "CyclicLR: mode='CATS'", lambda m: cycle(m, mode="CATS")
    yield "CyclicLR: 2 base_lr, 1 group", lambda m: cycle(m, base_lr=[0.1, 0.1])
    yield "CyclicLR: 2 max_lr, 1 group", lambda m: cycle(m, max_lr=[0.2, 0.2])
    yield "CyclicLR: cycle_momentum without momentum", lambda m: cycle(m, m.without_momentum(), cycle_momentum=True)
    yield "OneCycleLR(object(), …)", lambda m: one(m, object())
    for options in (
        {"total_steps": 0},
        {"total_steps": 1.5},
        {"total_steps": None},
        {"total_steps": None, "epochs": 0, "steps_per_epoch": 3},
        {"total_steps": None, "epochs": 3, "steps_per_epoch": 0},
        {"total_steps": None, "epochs": 1.5, "steps_per_epoch": 3},
        {"total_steps": None, "epochs": 3, "steps_per_epoch": 1.5},
        {"pct_start": 1.1},
        {"pct_start": -0.1},
        {"pct_start": 1},
        {"anneal_strategy": "CATS"},
    ):
        text = ", ".join(f"{key}={value!r}" for key, value in options.items())
        yield f"OneCycleLR: {text}", lambda m, o=options: one(m, **o)
    yield "OneCycleLR: 2 max_lr, 1 group", lambda m: one(m, max_lr=[0.1, 0.1])
    yield "OneCycleLR: cycle_momentum without momentum", lambda m: one(m, m.without_momentum(), cycle_momentum=True)
    yield "OneCycleLR: a step past the end", beyond


OPTIMIZERS: dict[str, list[dict[str, Any]]] = {
    "SGD": [{"momentum": -0.5}, {"nesterov": True}, {"nesterov": True, "momentum": 0.9, "dampening": 0.5}],
    "Adam": [{"eps": -1.0}, {"betas": (1.0, 0.0)}, {"betas": (0.0, 1.0)}, {"betas": (-0.1, 0.9)}],
    "AdamW": [{"eps": -1.0}, {"betas": (1.0, 0.0)}, {"betas": (0.0, 1.0)}],
    "Adagrad": [{"eps": -1.0}, {"lr_decay": -0.5}, {"initial_accumulator_value": -0.1}],
    "Adadelta": [{"eps": -1.0}, {"rho": 1.1}, {"rho": -0.1}],
    "Adamax": [{"eps": -1.0}, {"betas": (1.0, 0.0)}, {"betas": (0.0, 1.0)}],
    "NAdam": [{"eps": -1.0}, {"betas": (1.0, 0.0)}, {"betas": (0.0, 1.0)}, {"momentum_decay": -0.2}],
    "RAdam": [{"eps": -1.0}, {"betas": (1.0, 0.0)}, {"betas": (0.0, 1.0)}],
    "RMSprop": [{"eps": -1.0}, {"alpha": -0.1}, {"momentum": -1.0}],
}


def optimizers() -> Iterator[tuple[str, Case]]:
    def adam(m: SimpleNamespace, params: Any, **options: Any) -> Any:
        return m.o.Adam(params, **options)

    for name, faults in OPTIMIZERS.items():
        for fault in ({"lr": -0.1}, {"weight_decay": -0.5}, *faults):
            text = ", ".join(f"{key}={value!r}" for key, value in fault.items())
            yield f"{name}: {text}", lambda m, n=name, f=fault: getattr(m.o, n)([m.parameter()], **{"lr": 0.1, **f})
        yield f"{name}: an lr of 2 elements", lambda m, n=name: getattr(m.o, n)([m.parameter()], lr=m.array([0.1, 0.1]))
    yield "Adam: betas=(0.9, an array)", lambda m: adam(m, [m.parameter()], betas=(0.9, m.array(0.99)))
    yield "params: one parameter", lambda m: adam(m, m.parameter())
    yield "params: []", lambda m: adam(m, [])
    yield "params: 7", lambda m: adam(m, 7)
    yield "params: [1, 2]", lambda m: adam(m, [1, 2])
    yield "params: a group and a parameter", lambda m: adam(m, [{"params": [m.parameter()]}, m.parameter()])
    yield "params: a group without 'params'", lambda m: adam(m, [{"lr": 0.1}])
    yield "params: a group of a set", lambda m: adam(m, [{"params": {m.parameter()}}])
    yield "params: a named and a nameless one", lambda m: adam(m, [("a", m.parameter()), m.parameter()])
    yield (
        "params: groups with and without names",
        lambda m: adam(m, [{"params": [("a", m.parameter())]}, {"params": [m.parameter()]}]),
    )
    yield "params: one in two groups", lambda m: adam(m, [{"params": [p]} for p in [m.parameter()] * 2])
    yield "add_param_group(7)", lambda m: adam(m, [m.parameter()]).add_param_group(7)
    yield "load_state_dict: of 2 groups", lambda m: loaded(m, [1], [1, 1])
    yield "load_state_dict: of a group of 2", lambda m: loaded(m, [1], [2])
    yield "Optimizer: a step of the base class", lambda m: m.step(m.o.Optimizer([m.parameter()], {"lr": 0.1}))


def loaded(m: SimpleNamespace, here: list[int], there: list[int]) -> Any:
    """The state of an optimizer with so many parameters in each group, into one with others."""
    one, other = (m.o.Adam([{"params": [m.parameter() for _ in range(n)]} for n in sizes]) for sizes in (here, there))
    return one.load_state_dict(other.state_dict())


CASES = dict([*schedulers(), *optimizers()])


ACCEPTED = "accepted"


def outcome(case: Case, module: SimpleNamespace) -> str:
    """The built-in error that a case ends with, or that it is accepted."""
    try:
        case(module)
    except Exception as error:  # noqa: BLE001  # whatever it is, its type is the answer
        return next(kind.__name__ for kind in type(error).__mro__ if kind.__module__ == "builtins")
    return ACCEPTED


def rows() -> dict[str, tuple[str, str]]:
    """The table of the page: input, what it is in torch, what it is here."""
    section = PAGE.read_text().split("## Refused by torch")[1].split("\n## ")[0]
    found = re.findall(r"^\| `(.+?)` \| `?(\w+)`? \| `?(\w+)`? \|", section, re.MULTILINE)
    return {name: (there, here) for name, there, here in found}


@pytest.mark.parametrize("name", CASES)
def test_refused_with_the_same_type_or_on_the_page(name: str) -> None:
    there, here = outcome(CASES[name], of_torch()), outcome(CASES[name], of_lrkit())
    assert there != ACCEPTED
    assert rows().get(name, (there, there)) == (there, here)


def test_the_page_lists_nothing_else() -> None:
    assert rows()
    assert set(rows()) <= set(CASES)
    assert all(there != here for there, here in rows().values())


@pytest.mark.parametrize("make", [of_torch, of_lrkit])
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_rate_in_an_array_of_one_element_is_its_number(name: str, make: Callable[[], SimpleNamespace]) -> None:
    m = make()
    for rate in (0.25, [0.25], [[0.25]]):
        optimizer = getattr(m.o, name)([m.parameter()], lr=m.array(rate))
        assert float(optimizer.param_groups[0]["lr"]) == 0.25
