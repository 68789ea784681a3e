"""What the catalogue draws: the families, and one call of each schedule.

A schedule that is not here is drawn from the first call in its docstring, in the family "Others".
"""

from __future__ import annotations

import ast
import doctest
import inspect
from typing import Any

COSINE = "CosineDecayLR(0.0, 0.1, 1000)"
FAMILIES = {
    "Constant, and in steps": {
        "ConstantLR": "ConstantLR(0.1)",
        "PiecewiseConstantLR": "PiecewiseConstantLR([300, 600, 900], [0.1, 0.01, 0.001])",
        "step_decay": "step_decay(0.1, 0.5, 200)",
        "multi_step": "multi_step(0.1, [300, 600, 800], 0.1)",
        "TableLR": "TableLR([0.02, 0.05, 0.1, 0.1, 0.07, 0.05, 0.03, 0.02, 0.01, 0.01])",
    },
    "Down to a last rate": {
        "CosineDecayLR": "CosineDecayLR(0.001, 0.1, 1000)",
        "PolynomialDecayLR": "PolynomialDecayLR(0.1, 0.001, 1000, 2.0)",
        "linear": "linear(0.1, 0.0, 1000)",
        "half_cosine": "half_cosine(0.0, 0.1, 1000)",
        "flat_cosine": "flat_cosine(0.0, 0.1, 700, 300)",
        "CosineKDecayLR": "CosineKDecayLR(0.0, 0.1, 1000, 2.0)",
        "polynomial_k_decay": "polynomial_k_decay(0.0, 0.1, 1000, 1.0, 2.0)",
        "TanhDecayLR": "TanhDecayLR(0.0, 0.1, 1000)",
        "RexDecayLR": "RexDecayLR(0.0, 0.1, 1000)",
        "HyperbolicDecayLR": "HyperbolicDecayLR(0.001, 0.1, 1000, 2000)",
        "ExpHyperbolicDecayLR": "ExpHyperbolicDecayLR(0.001, 0.1, 1000, 2000)",
        "sqrt_annealing": "sqrt_annealing(0.001, 0.1, 1000)",
        "square_annealing": "square_annealing(0.001, 0.1, 1000)",
        "chebyshev": "chebyshev(0.001, 0.1, 40)",
        "cooldown": 'cooldown(1000, "1-sqrt")',
    },
    "Down without an end": {
        "ExponentialDecayLR": "ExponentialDecayLR(0.1, 0.5, 200)",
        "NaturalExpDecayLR": "NaturalExpDecayLR(0.1, 0.9, 200, True)",
        "InverseDecayLR": "InverseDecayLR(0.1, 1.0, 200)",
        "power_law": "power_law(0.1, 0.5, 100)",
        "inverse_sqrt": "inverse_sqrt(0.001, 400)",
        "noam": "noam(512, 4000)",
        "t5": "t5()",
    },
    "Warm-ups": {
        "WarmUpLR": "WarmUpLR(0.1, 500)",
        "LogWarmUpLR": "LogWarmUpLR(0.1, 500)",
        "cosine_warm_up": "cosine_warm_up(0.1, 500)",
        "power_warm_up": "power_warm_up(0.1, 500, 2.0)",
        "exponential_warm_up": "exponential_warm_up(0.1, 200)",
        "untuned_warm_up": "untuned_warm_up(0.1)",
        "RAdamWarmUpLR": "RAdamWarmUpLR(0.1)",
    },
    "Cycles, restarts and whole recipes": {
        "cosine_wave": "cosine_wave(0.0, 0.1, 250)",
        "cosine_restarts": "cosine_restarts(0.0, 0.1, 150, 2.0, 0.7, 20, 3)",
        "cyclic": 'cyclic(0.01, 0.1, 200, 200, "triangular2")',
        "one_cycle": "one_cycle(0.1, 1000)",
        "slanted_triangular": "slanted_triangular(0.01, 1000)",
        "warmup_stable_decay": "warmup_stable_decay(0.001, warmup_steps=100, stable_steps=700, decay_steps=200)",
        "virtual_last_step": "virtual_last_step(0.001, warmup_steps=100, stable_steps=700, decay_steps=200)",
        "wsd_s": "wsd_s(0.001, 100, [400, 400, 400], 80)",
        "PiecewiseLinearLR": "PiecewiseLinearLR([0, 150, 300, 350], [0.0, 0.1, 0.01, 0.0])",
        "PiecewiseCosineLR": "PiecewiseCosineLR([0, 300, 1000], [0.004, 0.1, 0.0])",
    },
    "Made of other schedules": {
        "JoinLR": f"JoinLR([WarmUpLR(0.1, 100), {COSINE}], [100])",
        "RepeatLR": "RepeatLR(CosineDecayLR(0.0, 0.1, 300), 300, 3)",
        "ShiftLR": f"ShiftLR({COSINE}, 300)",
        "StretchLR": f"StretchLR({COSINE}, 0.5)",
        "HoldLR": f"HoldLR({COSINE}, 600)",
        "EveryLR": f"EveryLR({COSINE}, 100)",
        "ScaleLR": f"ScaleLR({COSINE}, 0.5)",
        "OffsetLR": f"OffsetLR({COSINE}, 0.02)",
        "SumLR": f"SumLR([{COSINE}, WarmUpLR(0.05, 500)])",
        "ProductLR": f"ProductLR([WarmUpLR(1.0, 300), {COSINE}])",
        "PowerLR": f"PowerLR({COSINE}, 2.0)",
        "ClipLR": f"ClipLR({COSINE}, 0.02, 0.08)",
        "MinimumLR": f"MinimumLR([WarmUpLR(0.1, 400), {COSINE}])",
        "MaximumLR": f"MaximumLR([ConstantLR(0.03), {COSINE}])",
        "noise": "noise(200, 0.1, 0.3, 7)",
    },
}
FACTORS = {"cooldown", "noise"}
"""What is multiplied with a schedule: its values are no rates."""


def family_of(name: str) -> str:
    return next((family for family, calls in FAMILIES.items() if name in calls), "Others")


def call_of(entry: Any) -> str:
    """The call that is drawn: from the families, or the first in the docstring."""
    name = entry.__name__
    for calls in FAMILIES.values():
        if name in calls:
            return calls[name]
    source = "\n".join(example.source for example in doctest.DocTestParser().get_examples(inspect.getdoc(entry) or ""))
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == name:
            return ast.unparse(node).replace("lrkit.", "")
    raise ValueError(f"{name}: no call of it in docs/_ext/examples.py, nor in its docstring")
