"""The formulas in optimizers' docstrings are the rules themselves: each is evaluated as written, step after step."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np
import pytest
from latex import Formula, NotReadError, blocks

import lrkit
from lrkit import optim, optim_ex

GRADIENTS = (0.5, -1.25, 0.75, 2.0, -0.125, 0.25)
BETAS = {r"\beta_1": 0.8, r"\beta_2": 0.95, r"\epsilon": 0.01}
MOMENTS = r"m_t = \beta_1 m_{t-1} + (1 - \beta_1) g_t, \qquad v_t = \beta_2 v_{t-1} + (1 - \beta_2) g_t^2, \qquad "

Case = tuple[type, dict[str, Any], dict[str, float]]
RULES: dict[str, Case] = {
    "optim.Adadelta": (optim.Adadelta, {"rho": 0.8, "epsilon": 0.01}, {r"\rho": 0.8, r"\epsilon": 0.01}),
    "optim.Adagrad": (optim.Adagrad, {"accum": 0.1}, {"s_t-1": 0.1}),
    "optim.Adam": (optim.Adam, {"beta1": 0.8, "beta2": 0.95, "eps": 0.01}, BETAS),
    "optim.AdamOffload": (optim.AdamOffload, {"beta1": 0.8, "beta2": 0.95, "eps": 0.01}, BETAS),
    "optim.LazyAdam": (optim.LazyAdam, {"beta1": 0.8, "beta2": 0.95, "eps": 0.01}, BETAS),
    "optim.AdaMax": (optim.AdaMax, {"beta1": 0.8, "beta2": 0.95, "eps": 0.01}, BETAS),
    "optim.AdamWeightDecay": (
        optim.AdamWeightDecay,
        {"beta1": 0.8, "beta2": 0.95, "eps": 0.01, "weight_decay": 0.3},
        BETAS | {r"\lambda": 0.3},
    ),
    "optim.Momentum": (optim.Momentum, {"momentum": 0.8}, {r"\mu": 0.8}),
    "optim.RMSProp": (
        optim.RMSProp,
        {"decay": 0.8, "momentum": 0.5, "epsilon": 0.01},
        {r"\rho": 0.8, r"\mu": 0.5, r"\epsilon": 0.01, "s_t-1": 1.0},
    ),
    "optim.SGD": (optim.SGD, {"momentum": 0.8}, {r"\mu": 0.8, r"\tau": 0.0}),
    "optim_ex.Adadelta": (optim_ex.Adadelta, {"rho": 0.8, "eps": 0.01}, {r"\rho": 0.8, r"\epsilon": 0.01}),
    "optim_ex.Adagrad": (optim_ex.Adagrad, {"lr_decay": 0.3, "eps": 0.01}, {"c": 0.3, r"\epsilon": 0.01}),
    "optim_ex.Adam": (optim_ex.Adam, {"betas": (0.8, 0.95), "eps": 0.01}, BETAS),
    "optim_ex.AdamW": (
        optim_ex.AdamW,
        {"betas": (0.8, 0.95), "eps": 0.01, "weight_decay": 0.3},
        BETAS | {r"\lambda": 0.3},
    ),
    "optim_ex.Adamax": (optim_ex.Adamax, {"betas": (0.8, 0.95), "eps": 0.01}, BETAS),
    "optim_ex.RMSprop": (
        optim_ex.RMSprop,
        {"alpha": 0.8, "momentum": 0.5, "eps": 0.01},
        {r"\alpha": 0.8, r"\mu": 0.5, r"\epsilon": 0.01},
    ),
    "optim_ex.SGD": (optim_ex.SGD, {"momentum": 0.8}, {r"\mu": 0.8, r"\tau": 0.0}),
}
"""An optimizer, its arguments, and what the symbols of its formula stand for."""

BEFORE = {"optim_ex.AdamW": MOMENTS}
"""What a formula takes from another class's docstring."""

NOT_EVALUATED = {
    "optim.AdaFactor": "means of rows and columns",
    "optim.ASGD": "a rate that the step before left",
    "optim.FTRL": "a sign, and a condition in words",
    "optim.LARS": "norms",
    "optim.ProximalAdagrad": "a sign",
    "optim.Rprop": "a sign, and a condition",
    "optim.Lamb": "norms",
    "optim_ex.ASGD": "a rate that the step before left",
    "optim_ex.NAdam": "a product over the steps",
    "optim_ex.RAdam": "cases in an environment of their own",
    "optim_ex.Rprop": "a sign, and a condition",
}
"""The formulas that are not evaluated, and why. One that can be evaluated must not be here."""


def documented(module: Any) -> dict[str, type]:
    """The optimizers of a module whose docstring has a formula."""
    found = {name: getattr(module, name) for name in dir(module) if isinstance(getattr(module, name), type)}
    return {
        f"{module.__name__.rpartition('.')[2]}.{name}": cls for name, cls in found.items() if blocks(cls.__doc__ or "")
    }


DOCUMENTED = documented(optim) | documented(optim_ex)


def evaluated(name: str, given: dict[str, float]) -> list[float]:
    """The weight after each gradient, by the formula."""
    formula = Formula(BEFORE.get(name, "") + r", \qquad ".join(blocks(inspect.getdoc(DOCUMENTED[name]) or "")))
    before = {symbol[:-2] + "_t-1": 0.0 for symbol in formula.definitions} | {"w_t-1": 1.0}
    before |= {symbol: value for symbol, value in given.items() if symbol.endswith("_t-1")}
    found = []
    for t, gradient in enumerate(GRADIENTS, start=1):
        known = {**given, **before, "t": t, "g_t": gradient, r"\eta": 0.1, r"\eta_t": 0.1}
        before = {symbol[:-2] + "_t-1": formula.value(known, of=symbol) for symbol in formula.definitions}
        found.append(before["w_t-1"])
    return found


@pytest.mark.parametrize("name", RULES)
def test_a_formula_gives_the_steps(name: str) -> None:
    cls, arguments, symbols = RULES[name]
    weight = lrkit.Parameter(np.ones(1), name="w")
    rate = {"lr": 0.1} if name.startswith("optim_ex") else {"learning_rate": 0.1}
    optimizer = cls([weight], **rate, **arguments)
    found = []
    for gradient in GRADIENTS:
        optimizer([np.array([gradient])])
        found.append(float(weight.asnumpy()[0]))
    assert evaluated(name, symbols) == pytest.approx(found, rel=1e-9)


@pytest.mark.parametrize("name", NOT_EVALUATED)
def test_what_is_listed_cannot_be_evaluated(name: str) -> None:
    with pytest.raises(NotReadError):
        evaluated(
            name, BETAS | dict.fromkeys([r"\lambda", r"\lambda_1", r"\lambda_2", r"\epsilon_1", "c", "d", "p"], 0.5)
        )


def test_every_formula_is_evaluated_or_listed() -> None:
    assert DOCUMENTED.keys() == RULES.keys() | NOT_EVALUATED.keys()
