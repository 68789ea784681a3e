"""The functions of the catalogue as presets: an expression with braces, and what each length is in a run of `total`.

``{peak}`` is the highest rate of the present schedule, and ``{low}`` a tenth of it; the others are formulas as in a
recipe. A recipe has its own rates.
"""

from __future__ import annotations

RUN = {"run": "total"}
WARM = {"warm": "0.05 * total", "rest": "total - warm"}
PRESETS: dict[str, tuple[str, dict[str, str]]] = {
    "chebyshev": ("chebyshev({low}, {peak}, {run})", RUN),
    "cooldown": ("{peak} * cooldown({run}, shape='1-sqrt')", RUN),
    "cosine_restarts": ("cosine_restarts(0, {peak}, {part})", {"part": "total / 4"}),
    "cosine_warm_up": ("cosine_warm_up({peak}, {warm})", {"warm": "0.2 * total"}),
    "cosine_wave": ("cosine_wave(0, {peak}, {part})", {"part": "total / 3"}),
    "cyclic": ("cyclic({low}, {peak}, {part})", {"part": "total / 8"}),
    "exponential_warm_up": ("exponential_warm_up({peak}, {warm})", {"warm": "0.1 * total"}),
    "flat_cosine": ("flat_cosine(0, {peak}, {flat}, {rest})", {"flat": "0.7 * total", "rest": "total - flat"}),
    "half_cosine": ("half_cosine(0, {peak}, {run})", RUN),
    "inverse_sqrt": ("inverse_sqrt({peak}, {warm})", WARM),
    "linear": ("linear({peak}, 0, {run})", RUN),
    "linear_warm_up": ("linear_warm_up({peak}, {warm})", {"warm": "0.2 * total"}),
    "multi_step": (
        "multi_step({peak}, [{one}, {two}, {three}])",
        {"one": "0.3 * total", "two": "0.6 * total", "three": "0.8 * total"},
    ),
    "noam": ("noam(512, {warm})", WARM),
    "noise": ("{peak} * noise({few}, std=0.1)", {"few": "total"}),
    "one_cycle": ("one_cycle({peak}, {run})", RUN),
    "polynomial_k_decay": ("polynomial_k_decay(0, {peak}, {run}, 2, 1.5)", RUN),
    "power_law": ("power_law({peak}, 0.5, {warm})", WARM),
    "power_warm_up": ("power_warm_up({peak}, {warm}, 2)", {"warm": "0.2 * total"}),
    "slanted_triangular": ("slanted_triangular({peak}, {run})", RUN),
    "sqrt_annealing": ("sqrt_annealing({low}, {peak}, {run})", RUN),
    "square_annealing": ("square_annealing({low}, {peak}, {run})", RUN),
    "step_decay": ("step_decay({peak}, 0.5, {part})", {"part": "total / 5"}),
    "t5": ("t5({warm})", WARM),
    "untuned_warm_up": ("untuned_warm_up({peak}, 0.999)", {}),
    "virtual_last_step": (
        "virtual_last_step({peak}, {warm}, {flat}, {rest})",
        {"warm": "0.05 * total", "rest": "0.2 * total", "flat": "total - warm - rest"},
    ),
    "warmup_stable_decay": (
        "warmup_stable_decay({peak}, {warm}, {flat}, {rest}, shape='1-sqrt')",
        {"warm": "0.05 * total", "rest": "0.2 * total", "flat": "total - warm - rest"},
    ),
    "wsd_s": (
        "wsd_s({peak}, {warm}, [{one}, {one}], {rest})",
        {"warm": "0.05 * total", "one": "total / 2", "rest": "0.1 * total"},
    ),
}  # fmt: skip
"""By name of the function."""
