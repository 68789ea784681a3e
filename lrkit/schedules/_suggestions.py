"""The schedule that is meant by a name that is none of ours: another framework's, a word of the field, a slip."""

from __future__ import annotations

from difflib import get_close_matches

from ._registry import FUNCTIONS, KINDS, classes

SYNONYMS = {
    "torch.optim.lr_scheduler": {
        "ConstantLR": "ConstantLR",
        "LinearLR": "linear",
        "StepLR": "step_decay",
        "MultiStepLR": "multi_step",
        "ExponentialLR": "ExponentialDecayLR",
        "PolynomialLR": "PolynomialDecayLR",
        "CosineAnnealingLR": "CosineDecayLR",
        "CosineAnnealingWarmRestarts": "cosine_restarts",
        "CyclicLR": "cyclic",
        "OneCycleLR": "one_cycle",
        "SequentialLR": "JoinLR",
        "ChainedScheduler": "ProductLR",
    },
    "optax": {
        "constant_schedule": "ConstantLR",
        "linear_schedule": "linear",
        "polynomial_schedule": "PolynomialDecayLR",
        "exponential_decay": "ExponentialDecayLR",
        "cosine_decay_schedule": "CosineDecayLR",
        "sgdr_schedule": "cosine_restarts",
        "cosine_onecycle_schedule": "one_cycle",
        "linear_onecycle_schedule": "one_cycle",
        "piecewise_constant_schedule": "PiecewiseConstantLR",
        "piecewise_interpolate_schedule": "PiecewiseLinearLR",
        "warmup_constant_schedule": "WarmUpLR",
        "warmup_cosine_decay_schedule": "CosineDecayLR",
        "warmup_exponential_decay_schedule": "ExponentialDecayLR",
        "join_schedules": "JoinLR",
    },
    "keras.optimizers.schedules": {
        "CosineDecay": "CosineDecayLR",
        "CosineDecayRestarts": "cosine_restarts",
        "ExponentialDecay": "ExponentialDecayLR",
        "InverseTimeDecay": "InverseDecayLR",
        "PiecewiseConstantDecay": "PiecewiseConstantLR",
        "PolynomialDecay": "PolynomialDecayLR",
    },
    "transformers": {
        "get_constant_schedule": "ConstantLR",
        "get_constant_schedule_with_warmup": "WarmUpLR",
        "get_linear_schedule_with_warmup": "linear",
        "get_cosine_schedule_with_warmup": "CosineDecayLR",
        "get_cosine_with_hard_restarts_schedule_with_warmup": "cosine_restarts",
        "get_polynomial_decay_schedule_with_warmup": "PolynomialDecayLR",
        "get_inverse_sqrt_schedule": "inverse_sqrt",
        "get_wsd_schedule": "warmup_stable_decay",
    },
    "timm.scheduler": {
        "CosineLRScheduler": "CosineDecayLR",
        "MultiStepLRScheduler": "multi_step",
        "PolyLRScheduler": "PolynomialDecayLR",
        "StepLRScheduler": "step_decay",
        "TanhLRScheduler": "TanhDecayLR",
    },
    # What configurations and papers say: transformers' `lr_scheduler_type`, Megatron's and timm's options.
    "": {
        "annealing": "CosineDecayLR",
        "constant": "ConstantLR",
        "constant_with_warmup": "WarmUpLR",
        "cosine": "CosineDecayLR",
        "cosine_annealing": "CosineDecayLR",
        "cosine_with_restarts": "cosine_restarts",
        "cosine_with_min_lr": "CosineDecayLR",
        "exponential": "ExponentialDecayLR",
        "inverse_square_root": "inverse_sqrt",
        "inverse_time": "InverseDecayLR",
        "join": "JoinLR",
        "multistep": "multi_step",
        "onecycle": "one_cycle",
        "piecewise": "PiecewiseConstantLR",
        "poly": "PolynomialDecayLR",
        "polynomial": "PolynomialDecayLR",
        "restarts": "cosine_restarts",
        "rex": "RexDecayLR",
        "rsqrt": "inverse_sqrt",
        "sgdr": "cosine_restarts",
        "staircase": "PiecewiseConstantLR",
        "step": "step_decay",
        "stlr": "slanted_triangular",
        "super_convergence": "one_cycle",
        "table": "TableLR",
        "tanh": "TanhDecayLR",
        "trapezoid": "warmup_stable_decay",
        "trapezoidal": "warmup_stable_decay",
        "triangular": "cyclic",
        "warmup": "WarmUpLR",
        "warmup_cosine": "CosineDecayLR",
        "wsd": "warmup_stable_decay",
    },
}
"""Where a name comes from, the name, and which of ours is meant; a warm-up in it is `warmup`, or a join."""


def suggest(name: str) -> str:
    """The name of the schedule that is meant, or nothing."""
    known = {_bare(theirs): ours for names in SYNONYMS.values() for theirs, ours in names.items()}
    known |= {_bare(kind): cls.__name__ for kind, cls in KINDS.items()}
    known |= {_bare(ours): ours for ours in (*classes(), *FUNCTIONS)}
    near = get_close_matches(_bare(name), known, 1, cutoff=0.7)
    return known[near[0]] if near else ""


def _bare(name: str) -> str:
    """A name without what differs from framework to framework: `LR`, `schedule`, the way words are joined."""
    bare = name.lower().rpartition(".")[2].replace("_", "").replace("-", "").removeprefix("get")
    for ending in ("scheduler", "schedule", "lr"):
        bare = bare.removesuffix(ending) or bare
    return bare
