"""What the hyper-parameters of torch's optimizers are drawn from."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

betas = st.tuples(st.floats(0, 0.99), st.floats(0.5, 0.999))  # with less, a step is chaotic in its rounding

rates = st.floats(1e-4, 0.1)

decays = st.floats(0, 0.3)

epsilons = st.sampled_from([1e-8, 1e-5, 1e-2])

flags = st.booleans()

OPTIONS: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "SGD": {"lr": rates, "momentum": st.floats(0, 0.95), "dampening": st.floats(0, 1), "weight_decay": decays}
    | {"nesterov": flags, "maximize": flags},
    "Adam": {"lr": rates, "betas": betas, "eps": epsilons, "weight_decay": decays, "amsgrad": flags, "maximize": flags},
    "AdamW": {"lr": rates, "betas": betas, "eps": epsilons, "weight_decay": decays}
    | {"amsgrad": flags, "maximize": flags},
    "Adamax": {"lr": rates, "betas": betas, "eps": epsilons, "weight_decay": decays, "maximize": flags},
    "NAdam": {
        "lr": rates,
        "betas": betas,
        "eps": epsilons,
        "weight_decay": decays,
        "momentum_decay": st.floats(0, 0.1),
        "decoupled_weight_decay": flags,
        "maximize": flags,
    },
    "RAdam": {"lr": rates, "betas": betas, "eps": epsilons, "weight_decay": decays}
    | {"decoupled_weight_decay": flags, "maximize": flags},
    "RMSprop": {"lr": rates, "alpha": st.floats(0.5, 0.999), "eps": epsilons, "weight_decay": decays}
    | {"momentum": st.floats(0, 0.95), "maximize": flags},
    "Adagrad": {"lr": rates, "lr_decay": st.floats(0, 1), "weight_decay": decays, "eps": epsilons}
    | {"initial_accumulator_value": st.floats(0, 1), "maximize": flags},
    "Adadelta": {"lr": st.floats(0.01, 1), "rho": st.floats(0, 0.999), "eps": epsilons, "weight_decay": decays}
    | {"maximize": flags},
    "Rprop": {"lr": rates, "etas": st.tuples(st.floats(0.1, 0.9), st.floats(1.05, 2)), "maximize": flags}
    | {"step_sizes": st.tuples(st.sampled_from([0.0, 1e-6, 1e-3]), st.floats(0.01, 50))},
    "ASGD": {"lr": rates, "lambd": st.floats(0, 0.1), "alpha": st.floats(0, 1), "t0": st.sampled_from([0.0, 20.0, 1e6])}
    | {"weight_decay": decays, "maximize": flags},
}
"""The hyper-parameters of each optimizer, and what they are drawn from."""

NOT_IN_GROUPS = {"initial_accumulator_value"}
"""torch gives every group that of the constructor: a test of its own says so."""

TOLERANCE = {"NAdam": 1e-5, "ASGD": 1e-4}
"""torch keeps NAdam's product of momenta and ASGD's rate in float32 even where parameters are float64."""


def fitting(name: str, options: dict[str, Any]) -> dict[str, Any]:
    """The options, made to go together as both libraries ask."""
    if name == "SGD" and options.get("nesterov"):
        options |= {"momentum": options.get("momentum") or 0.5, "dampening": 0.0}
    return options
