"""The schedule that is meant by an unknown name: another framework's, a word of the field, a misspelling."""

from __future__ import annotations

from ._registry import FUNCTIONS, classes, kinds

SYNONYMS = {
    "torch.optim.lr_scheduler": {
        "StepLR": "step_decay",
        "ExponentialLR": "ExponentialDecayLR",
        "PolynomialLR": "PolynomialDecayLR",
        "CosineAnnealingLR": "CosineDecayLR",
        "CosineAnnealingWarmRestarts": "cosine_restarts",
        "SequentialLR": "JoinLR",
        "ChainedScheduler": "ProductLR",
    },
    "optax": {
        "sgdr_schedule": "cosine_restarts",
        "cosine_onecycle_schedule": "one_cycle",
        "linear_onecycle_schedule": "one_cycle",
        "piecewise_interpolate_schedule": "PiecewiseLinearLR",
        "warmup_constant_schedule": "WarmUpLR",
        "warmup_cosine_decay_schedule": "CosineDecayLR",
        "warmup_exponential_decay_schedule": "ExponentialDecayLR",
        "join_schedules": "JoinLR",
    },
    "keras.optimizers.schedules": {
        "CosineDecayRestarts": "cosine_restarts",
        "InverseTimeDecay": "InverseDecayLR",
        "PiecewiseConstantDecay": "PiecewiseConstantLR",
    },
    "transformers": {
        "get_constant_schedule_with_warmup": "WarmUpLR",
        "get_linear_schedule_with_warmup": "linear",
        "get_cosine_schedule_with_warmup": "CosineDecayLR",
        "get_cosine_with_hard_restarts_schedule_with_warmup": "cosine_restarts",
        "get_polynomial_decay_schedule_with_warmup": "PolynomialDecayLR",
        "get_wsd_schedule": "warmup_stable_decay",
    },
    "timm.scheduler": {
        "CosineLRScheduler": "CosineDecayLR",
        "PolyLRScheduler": "PolynomialDecayLR",
        "TanhLRScheduler": "TanhDecayLR",
    },
    # Names in configurations (transformers' `lr_scheduler_type`, Megatron's and timm's options) and papers.
    "": {
        "annealing": "CosineDecayLR",
        "constant_with_warmup": "WarmUpLR",
        "cosine_with_restarts": "cosine_restarts",
        "cosine_with_min_lr": "CosineDecayLR",
        "inverse_square_root": "inverse_sqrt",
        "inverse_time": "InverseDecayLR",
        "piecewise": "PiecewiseConstantLR",
        "restarts": "cosine_restarts",
        "rex": "RexDecayLR",
        "rsqrt": "inverse_sqrt",
        "staircase": "PiecewiseConstantLR",
        "stlr": "slanted_triangular",
        "super_convergence": "one_cycle",
        "trapezoid": "warmup_stable_decay",
        "trapezoidal": "warmup_stable_decay",
        "triangular": "cyclic",
        "warmup_cosine": "CosineDecayLR",
    },
}
"""By the module that a name comes from: the name, and the schedule that is meant, without its warm-up.

Names that `_bare` makes equal to one of these, or to a name of this package, are left out: ``cosine``.
"""


def suggest(name: str) -> str:
    """The name of the schedule that is meant, or an empty text."""
    from difflib import get_close_matches

    known = {_bare(theirs): ours for names in SYNONYMS.values() for theirs, ours in names.items()}
    known |= {_bare(kind): cls.__name__ for kind, cls in kinds().items()}
    known |= {_bare(ours): ours for ours in (*classes(), *FUNCTIONS)}
    near = get_close_matches(_bare(name), known, 1, cutoff=0.7)
    return known[near[0]] if near else ""


def _bare(name: str) -> str:
    """A name without what differs between frameworks: ``get_``, ``LR``, ``Schedule``, capitals, underscores."""
    bare = name.lower().rpartition(".")[2].replace("_", "").replace("-", "").removeprefix("get")
    for ending in ("scheduler", "schedule", "lr"):
        bare = bare.removesuffix(ending) or bare
    return bare
